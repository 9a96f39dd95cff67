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
        Ending, Listed,
        frontier::{Point, at_width},
    },
    train::TrainSettings,
};

/// Solves, writes the model, prints the result.
pub fn run(arguments: &TrainArguments, width: usize, settings: &TrainSettings) -> Result<Outcome, CliError> {
    let start = Instant::now();
    if let Some(path) = &arguments.model {
        files::can_be_written(path)?;
    }
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    stop_on_interrupt(&settings.stop);
    let budget = Budget::new(settings.time_limit, settings.memory_limit, settings.stop.clone());
    let listed = Listed::new(&data, settings.loss, settings.beta, &budget)?;
    let convex = listed.convex(&budget);
    let point = at_width(&listed, width, None, convex.as_ref(), &budget);
    if let Some(path) = &arguments.model {
        // Hidden weights are found in any case: a limit on the search is not one on its result.
        let network = listed.network(&point.solution, arguments.weights, &Budget::unlimited());
        network
            .ok_or_else(|| CliError::Usage("no f64 weights reproduce a pattern of the optimum".into()))?
            .save(path)?;
    }
    report(&listed, &point, start).print(arguments.json)?;
    if !arguments.quiet {
        note(&"the lower bound for this width is the solver's: numerical evidence, not certified");
    }
    Ok(if matches!(point.solution.ending, Ending::Limit(_)) { Outcome::Limit } else { Outcome::Success })
}

fn report(listed: &Listed<'_>, point: &Point, start: Instant) -> Report {
    let solution = &point.solution;
    let mut report = Report::default();
    report
        .field("status", solution.ending.name())
        .field("evidence", "numerical")
        .field("objective", solution.objective)
        .field("lower_bound", solution.lower_bound)
        .field("gap", solution.objective - solution.lower_bound)
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
