//! `heaviside patterns`: the activation patterns of a table.

use std::time::Instant;

use super::{
    CliError, Outcome,
    args::PatternsArguments,
    deep,
    listing::{Listing, exact_or_rounded_up, is_npy},
    output::{Report, note},
    progress::Progress,
    prove,
    stream::{self, Target},
};
use crate::{arrangement, files, settings::Method};

/// Enumerates or samples, writes the patterns, prints the counts.
pub fn run(arguments: &PatternsArguments) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let [dimacs, drat] = arguments.export.outputs();
    let (proof, output) = (("--prove", arguments.prove.as_deref()), ("--output", arguments.output.as_deref()));
    files::outputs(&arguments.data.inputs(), &[proof, dimacs, drat, output])?;
    if arguments.prove.is_none() && arguments.export.is_asked_for() {
        return Err(CliError::Usage("--dimacs and --drat need --prove FILE".into()));
    }
    deep::check(&arguments.depth)?;
    let data = arguments.data.read()?;
    let arrangement = data.arrangement();
    let listing = Listing { arguments, data: &data, arrangement: &arrangement, start };
    arguments.limits.install(|| answer(&listing))
}

fn answer(listing: &Listing) -> Result<Outcome, CliError> {
    let arguments = listing.arguments;
    if arguments.depth.layers > 2 {
        return deep::patterns(listing);
    }
    if let Some(path) = &arguments.prove {
        return prove::run(listing, path);
    }
    if arguments.count_only {
        return count(listing);
    }
    if arguments.unsorted || arguments.checkpoint.is_some() {
        return stream(listing);
    }
    let found = listing.find(&arguments.limits.budget())?;
    listing.write(&found.patterns)?;
    listing.report(found.patterns.len() as u64, found.complete).print(arguments.json)?;
    Ok(listing.outcome(found.limit))
}

/// `--unsorted` and `--checkpoint`: patterns are written as they are found.
fn stream(listing: &Listing) -> Result<Outcome, CliError> {
    let Listing { arguments, data, arrangement, .. } = *listing;
    if !matches!(arguments.search.method, Method::Auto | Method::Exact) {
        return Err(CliError::Usage("only all patterns are streamed: --method exact".into()));
    }
    if arguments.output.as_deref().is_some_and(is_npy) {
        return Err(CliError::Usage("the length of an .npy file is written first: stream to a text file".into()));
    }
    let files = (arguments.output.as_deref(), arguments.checkpoint.as_deref());
    let target = Target::new(&arguments.data.inputs(), files.0, files.1)?;
    let progress = Progress::new(arguments.quiet);
    let streamed = stream::run(data, arrangement, &target, &arguments.limits.budget(), &progress)?;
    listing.report(streamed.patterns, streamed.limit.is_none()).print(arguments.json)?;
    Ok(listing.outcome(streamed.limit))
}

/// `--count-only`: the number of open cells, and what it says about H(X).
fn count(listing: &Listing) -> Result<Outcome, CliError> {
    let Listing { arguments, arrangement, .. } = *listing;
    let cells = arrangement::count_cells(arrangement, &arguments.limits.budget());
    let known = cells.as_ref().ok();
    let mut report = Report::default();
    report
        .field("cells", known.map(exact_or_rounded_up))
        .field("cells_exact", known.map(ToString::to_string))
        .field("cells_are_patterns", arrangement::has_positive_direction(arrangement));
    listing.describe(&mut report);
    report.print(arguments.json)?;
    match cells {
        Ok(_) => Ok(Outcome::Success),
        Err(limit) => {
            if !arguments.quiet {
                note(&format_args!("stopped by the {limit}: the number is not known"));
            }
            Ok(Outcome::Limit)
        }
    }
}
