//! `heaviside patterns --prove`: a list with the proof that it is all of H(X).

use std::{path::Path, time::Instant};

use super::{CliError, Outcome, args::PatternsArguments, export, listing, progress::Progress};
use crate::{
    data::Dataset,
    exact::Arrangement,
    files,
    fit::Method,
    pattern::{PatternMatrix, expand},
    shatter::{ProveError, prove},
};

/// Lists, proves, writes patterns, proof and exports, prints the counts.
pub fn run(
    arguments: &PatternsArguments,
    path: &Path,
    data: &Dataset,
    arrangement: &Arrangement,
    start: Instant,
) -> Result<Outcome, CliError> {
    if !matches!(arguments.search.method, Method::Auto | Method::Exact) {
        return Err(CliError::Usage("only a list of all patterns can be proven complete: --method exact".into()));
    }
    let progress = Progress::new(arguments.quiet);
    let proven = prove(data, arrangement, &arguments.limits.budget(), &|patterns| progress.found(patterns));
    progress.finish();
    let write = |patterns: &PatternMatrix| match &arguments.output {
        Some(path) => listing::write(path, data.n(), patterns.iter().map(|pattern| expand(arrangement, pattern))),
        None => Ok(()),
    };
    match proven {
        Ok(proven) => {
            files::write_json(path, &proven.proof)?;
            export::write(&arguments.export, data, &proven.proof)?;
            write(&proven.patterns)?;
            let mut report = listing::report(arrangement, proven.patterns.len() as u64, true, start);
            let list = proven.list();
            report
                .field("proof", "verified")
                .field("refutations", list.map(|list| list.refutations.len()))
                .field("steps", list.map(|list| list.steps.len()));
            report.print(arguments.json)?;
            Ok(Outcome::Success)
        }
        Err(ProveError::Limit { limit, patterns: found }) => {
            write(&found)?;
            let mut report = listing::report(arrangement, found.len() as u64, false, start);
            report.field("proof", serde_json::Value::Null);
            report.field("refutations", serde_json::Value::Null).field("steps", serde_json::Value::Null);
            report.print(arguments.json)?;
            Ok(listing::outcome(arguments, Some(limit)))
        }
        Err(error) => Err(CliError::Usage(error.to_string())),
    }
}
