//! `heaviside train --width M`: the best network with at most M hidden neurons.

use std::time::Instant;

use super::{
    CliError, Outcome,
    args::TrainArguments,
    output::{Report, note},
    progress::stop_on_interrupt,
};
use crate::{
    data::Dataset,
    files,
    limits::Budget,
    nonconvex::{
        Ending, Listed, Proof,
        frontier::{Point, at_width},
    },
    train::{Status, TrainSettings},
};

/// Solves, writes the model, prints the result.
pub fn run(arguments: &TrainArguments, width: usize, settings: &TrainSettings) -> Result<Outcome, CliError> {
    let start = Instant::now();
    for path in [&arguments.model, &arguments.certificate].into_iter().flatten() {
        files::can_be_written(path)?;
    }
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    stop_on_interrupt(&settings.stop);
    let budget = Budget::new(settings.time_limit, settings.memory_limit, settings.stop.clone());
    let listed = Listed::new(&data, settings.loss, settings.beta, &budget)?;
    let convex = listed.limit.is_none().then(|| listed.optimum(&budget));
    let point = at_width(&listed, width, None, convex.as_ref(), arguments.weights, &budget)?;
    write(arguments, &listed, &point)?;
    report(&listed, &point, settings.tolerance, start).print(arguments.json)?;
    let limited = matches!(point.solution.ending, Ending::Limit(_));
    match &point.proof {
        None if arguments.certificate.is_some() && limited => {
            note(&"no certificate was written: a limit was reached");
        }
        None if arguments.certificate.is_some() => {
            let why = "no certificate was written: the search tree would be too large";
            return Err(CliError::Usage(why.into()));
        }
        None if !arguments.quiet => {
            note(&"the lower bound for this width is the solver's: numerical evidence, not certified");
        }
        Some(_) if !arguments.quiet => arguments.explain_certificate(),
        _ => {}
    }
    Ok(if limited { Outcome::Limit } else { Outcome::Success })
}

fn write(arguments: &TrainArguments, listed: &Listed<'_>, point: &Point) -> Result<(), CliError> {
    let proof = point.proof.as_ref();
    if let Some((path, proof)) = arguments.certificate.as_deref().zip(proof) {
        files::write_json(path, &proof.certificate)?;
    }
    let Some(path) = &arguments.model else { return Ok(()) };
    // Hidden weights are found in any case: a limit on the search is not one on its result.
    let found = || listed.network(&point.solution, arguments.weights, &Budget::unlimited());
    let network = proof.map(|proof| proof.network.clone()).or_else(found);
    let network = network.ok_or_else(|| CliError::Usage("no f64 weights reproduce a pattern of the optimum".into()))?;
    Ok(network.save(path)?)
}

/// The fields; without a proof the bounds are numbers of the solver.
fn report(listed: &Listed<'_>, point: &Point, tolerance: f64, start: Instant) -> Report {
    let solution = &point.solution;
    let mut report = Report::default();
    match &point.proof {
        Some(Proof { proven, .. }) => {
            let optimal = proven.relative_gap() <= tolerance;
            let status = if optimal { Status::Optimal } else { Status::Feasible };
            report.field("status", status.name()).field("evidence", "certified").bounds(proven);
        }
        None => {
            let gap = solution.objective - solution.lower_bound;
            report
                .field("status", solution.ending.name())
                .field("evidence", "numerical")
                .field("objective", solution.objective)
                .field("lower_bound", solution.lower_bound)
                .field("gap", gap)
                .field("relative_gap", gap / solution.objective);
        }
    }
    report
        .loss(listed.instance.loss)
        .field("beta", listed.instance.beta)
        .field("n", listed.data.n())
        .field("d", listed.data.d())
        .field("rank", listed.arrangement.rank())
        .field("patterns", listed.patterns.len())
        .field("width", point.width)
        .field("neurons", solution.columns.len());
    if listed.data.classes().is_some() {
        report.field("train_accuracy", listed.accuracy(solution));
    }
    let limit = match solution.ending {
        Ending::Limit(limit) => Some(limit.to_string()),
        _ => None,
    };
    report.field("limit", limit).field("seconds", start.elapsed().as_secs_f64());
    report
}
