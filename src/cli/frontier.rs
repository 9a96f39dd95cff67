//! `heaviside frontier`: what a neuron is worth.

use std::io::{self, Write};

use serde_json::json;

use super::{
    CliError, Outcome,
    args::FrontierArguments,
    output::note,
    plot::{self, Series},
    progress::stop_on_interrupt,
    table::Table,
};
use crate::{
    data::Dataset,
    files,
    limits::{Budget, StopSignal},
    nonconvex::{Ending, Listed, frontier, frontier::Point},
};

/// Solves width after width, prints and writes the table.
pub fn run(arguments: &FrontierArguments) -> Result<Outcome, CliError> {
    if let Some(path) = &arguments.output {
        files::can_be_written(path)?;
    }
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    let stop = StopSignal::default();
    stop_on_interrupt(&stop);
    let budget = Budget::new(arguments.limits.time_limit, arguments.limits.memory_bytes(), stop);
    let listed = Listed::new(&data, arguments.loss.loss()?, arguments.beta.beta(), &budget)?;
    let mut log = |point: &Point| {
        let Point { width, solution, .. } = point;
        note(&format_args!("width {width}: {} ({})", solution.objective, solution.ending.name()));
    };
    let points = frontier(&listed, arguments.max_width, &budget, &mut log);
    let table = table(&listed, &points);
    if let Some(path) = &arguments.output {
        match path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg")) {
            true => plot::write(path, "hidden neurons", "objective", &series(&points))?,
            false => table.write_csv(path)?,
        }
    }
    if arguments.json {
        let instance = &listed.instance;
        let summary = json!({
            "evidence": "numerical", "loss": instance.loss.name(), "beta": instance.beta,
            "patterns": listed.patterns.len(), "frontier": table.to_json(),
        });
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &summary).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        table.print()?;
    }
    let limited = points.iter().any(|point| matches!(point.solution.ending, Ending::Limit(_)));
    Ok(if limited { Outcome::Limit } else { Outcome::Success })
}

fn table(listed: &Listed<'_>, points: &[Point]) -> Table {
    let mut table = Table::new(&["width", "neurons", "objective", "bound", "status", "bound_from", "train_accuracy"]);
    for Point { width, solution, convex } in points {
        let accuracy = listed.data.classes().map(|_| listed.accuracy(solution));
        table.push(vec![
            (*width).into(),
            solution.columns.len().into(),
            solution.objective.into(),
            solution.lower_bound.into(),
            solution.ending.name().into(),
            if *convex { "convex programme" } else { "branch and bound" }.into(),
            accuracy.into(),
        ]);
    }
    table
}

fn series(points: &[Point]) -> [Series; 2] {
    let line = |value: &dyn Fn(&Point) -> f64| points.iter().map(|point| (point.width as f64, value(point))).collect();
    [
        Series { name: "objective", points: line(&|point| point.solution.objective) },
        Series { name: "lower bound", points: line(&|point| point.solution.lower_bound) },
    ]
}
