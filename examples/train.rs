//! Trains on a table, writes the model and the proof, and prints what is proven.
//!
//! ```sh
//! cargo run --example train -- points.csv model.json certificate.json
//! ```

use std::{env, error::Error, path::Path};

use heaviside::{Beta, DataOptions, Dataset, TrainSettings, round_down, round_up, train, write_json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [table, model, certificate] = arguments.as_slice() else {
        return Err("usage: train TABLE MODEL CERTIFICATE".into());
    };
    // The last column is the target, all others are features, and a bias column is appended.
    let data = Dataset::read(Path::new(table), &DataOptions::default())?;
    let training = train(&data, &TrainSettings::new(Beta::Relative(0.1)))?;
    training.model.save(Path::new(model))?;
    write_json(Path::new(certificate), &training.certificate)?;

    // Rounded outwards, so that what is printed is still proven.
    println!("status       {}", training.status.name());
    println!("beta         {}", training.beta);
    println!("objective    {}", round_up(&training.proven.objective));
    println!("lower bound  {}", round_down(&training.proven.lower_bound));
    println!("neurons      {}", training.model.neurons().len());
    Ok(())
}
