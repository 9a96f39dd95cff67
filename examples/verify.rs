//! Judges a certificate against its table; needs no solver.
//!
//! ```sh
//! cargo run --no-default-features --example verify -- points.csv certificate.json
//! ```

use std::{env, error::Error, path::Path};

use heaviside::{Certificate, CheckLimits, Conclusion, Dataset, Verdict, check, read_text, round_down, round_up};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [table, certificate] = arguments.as_slice() else {
        return Err("usage: verify TABLE CERTIFICATE".into());
    };
    let certificate = Certificate::from_json(&read_text(Path::new(certificate))?)?;
    // The certificate says how the table was read: which columns, classes or numbers, with a bias or without.
    let data = Dataset::read(Path::new(table), &certificate.data.options)?;
    match check(&data, &certificate, &CheckLimits::default()) {
        Verdict::Verified(Conclusion::Bounds(proven)) => {
            println!("verified");
            println!("objective    {}", round_up(&proven.objective));
            println!("lower bound  {}", round_down(&proven.lower_bound));
        }
        Verdict::Verified(other) => println!("verified: {other:?}"),
        Verdict::Rejected(reason) => return Err(format!("rejected: {reason}").into()),
        Verdict::Undecided(exceeded) => return Err(format!("undecided: {exceeded}").into()),
    }
    Ok(())
}
