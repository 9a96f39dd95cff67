//! `heaviside patterns --prove`: a list with the proof that it is all of H(X).

use std::path::Path;

use super::{CliError, Outcome, export, listing::Listing, progress::Progress};
use crate::{
    files,
    settings::Method,
    shatter::{ProveError, prove},
};

/// Lists, proves, writes patterns, proof and exports, prints the counts.
pub fn run(listing: &Listing, path: &Path) -> Result<Outcome, CliError> {
    let Listing { arguments, data, arrangement, .. } = *listing;
    if !matches!(arguments.search.method, Method::Auto | Method::Exact) {
        return Err(CliError::Usage("only a list of all patterns can be proven complete: --method exact".into()));
    }
    let progress = Progress::new(arguments.quiet);
    let proven = prove(data, arrangement, &arguments.limits.budget(), &|patterns| progress.found(patterns));
    progress.finish();
    match proven {
        Ok(proven) => {
            files::write_json(path, &proven.proof)?;
            export::write(&arguments.export, data, &proven.proof)?;
            listing.write(&proven.patterns)?;
            let mut report = listing.report(proven.patterns.len() as u64, true);
            let list = proven.list();
            report
                .field("proof", "verified")
                .field("refutations", list.map(|list| list.refutations.len()))
                .field("steps", list.map(|list| list.steps.len()));
            report.print(arguments.json)?;
            Ok(Outcome::Success)
        }
        Err(ProveError::Limit { limit, patterns: found }) => {
            listing.write(&found)?;
            let mut report = listing.report(found.len() as u64, false);
            report.field("proof", serde_json::Value::Null);
            report.field("refutations", serde_json::Value::Null).field("steps", serde_json::Value::Null);
            report.print(arguments.json)?;
            Ok(listing.outcome(Some(limit)))
        }
        Err(error) => Err(CliError::Usage(error.to_string())),
    }
}
