//! Networks of more than two layers: the pattern sets of their hidden layers.

use std::time::Instant;

use serde_json::Value;

use super::{
    CliError, Outcome,
    args::DepthArguments,
    listing::{Listing, exact_or_rounded_up, write},
    output::Report,
    progress::Progress,
};
use crate::{
    arrangement::deep::{DeepSet, Draws, Layer, deep_set, lemma_3_5},
    exact::Arrangement,
    pattern::Groups,
    settings::Method,
};

/// Checks that there is one width for each hidden layer but the last.
pub fn check(depth: &DepthArguments) -> Result<(), CliError> {
    let (layers, widths) = (usize::from(depth.layers), depth.widths.len());
    if widths + 2 == layers {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "--layers {layers} needs {} in --widths, for the hidden layers but the last, not {widths}",
        if layers == 3 { "1 number".into() } else { format!("{} numbers", layers - 2) },
    )))
}

/// `heaviside patterns --layers`: finds, writes and counts.
pub fn patterns(listing: &Listing) -> Result<Outcome, CliError> {
    let Listing { arguments, data, arrangement, start } = *listing;
    if arguments.count_only || arguments.unsorted || arguments.checkpoint.is_some() || arguments.prove.is_some() {
        let message = "--count-only, --unsorted, --checkpoint and --prove are for two layers";
        return Err(CliError::Usage(message.into()));
    }
    let budget = arguments.limits.budget();
    let first = listing.find(&budget)?;
    let points = Groups::of(arrangement);
    let sampled = arguments.search.method == Method::Sample;
    let draws = sampled.then_some(Draws { count: arguments.search.samples, seed: arguments.search.seed });
    let layer = Layer::first(points.lift_all(&first.patterns), first.complete);
    let progress = Progress::new(arguments.quiet);
    let set = deep_set(layer, &arguments.depth.widths, draws, &budget, &|patterns| progress.found(patterns))?;
    progress.finish();
    if let Some(path) = &arguments.output {
        let sorted = set.last().patterns.sorted();
        write(path, data.n(), sorted.iter().map(|pattern| points.expand(pattern)))?;
    }
    let mut report = Report::default();
    report.field("patterns", set.last().patterns.len()).field("patterns_complete", set.last().complete);
    describe(&mut report, &set, &points, arrangement, &arguments.depth, start);
    report.print(arguments.json)?;
    Ok(listing.outcome(first.limit.or(set.limit)))
}

/// What is reported of every deep pattern set.
pub fn describe(
    report: &mut Report,
    set: &DeepSet,
    points: &Groups,
    arrangement: &Arrangement,
    depth: &DepthArguments,
    start: Instant,
) {
    let counts: Vec<Value> = set.layers.iter().map(|layer| layer.patterns.len().into()).collect();
    let bound = lemma_3_5(points.len(), arrangement.rank(), &depth.widths);
    report
        .field("layers", depth.layers)
        .field("widths", depth.widths.clone())
        .field("patterns_by_layer", counts)
        .field("rank", arrangement.rank())
        .field("distinct_rows", points.len())
        // The bound of Lemma 3.5 without its constant factor.
        .field("lemma_3_5", bound.map(|bound| exact_or_rounded_up(&bound)))
        .field("seconds", start.elapsed().as_secs_f64());
}
