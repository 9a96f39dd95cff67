//! `heaviside frontier`: what a neuron is worth.

use std::io::{self, Write};

use serde_json::json;

use super::{
    CliError, Outcome,
    args::FrontierArguments,
    certificates,
    output::note,
    plot::{self, Series},
    progress::stop_on_interrupt,
    table::Table,
};
use crate::{
    data::Dataset,
    exact::rational,
    files,
    limits::{Budget, StopSignal},
    nonconvex::{Ending, Listed, Proof, frontier, frontier::Point},
    train::Status,
};

/// The relative gap up to which a certified point is called optimal.
const TOLERANCE: f64 = 1e-6;

/// Solves width after width, prints and writes the table.
pub fn run(arguments: &FrontierArguments) -> Result<Outcome, CliError> {
    if let Some(path) = &arguments.output {
        files::can_be_written(path)?;
    }
    certificates::prepare(arguments.certificates.as_deref())?;
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    let stop = StopSignal::default();
    stop_on_interrupt(&stop);
    let budget = Budget::new(arguments.limits.time_limit, arguments.limits.memory_bytes(), stop);
    let listed = Listed::new(&data, arguments.loss.loss()?, arguments.beta.beta(), &budget)?;
    let mut log = |point: &Point| {
        let Point { width, solution, .. } = point;
        note(&format_args!("width {width}: {} ({})", solution.objective, solution.ending.name()));
    };
    let points = frontier(&listed, arguments.max_width, &budget, &mut log)?;
    let table = table(&listed, &points);
    let proven = points.iter().map(|point| point.proof.as_ref().map(|proof| &proof.certificate));
    certificates::write(arguments.certificates.as_deref(), proven)?;
    if let Some(path) = &arguments.output {
        match path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg")) {
            true => plot::write(path, "hidden neurons", "objective", &series(&points))?,
            false => table.write_csv(path)?,
        }
    }
    if arguments.json {
        let instance = &listed.instance;
        let summary = json!({
            "evidence": if points.iter().all(|point| point.proof.is_some()) { "certified" } else { "numerical" }, "loss": instance.loss.name(), "beta": instance.beta,
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
    let columns = ["width", "neurons", "objective", "bound", "status", "evidence", "bound_from", "train_accuracy"];
    let mut table = Table::new(&columns);
    for Point { width, solution, convex, proof } in points {
        let accuracy = listed.data.classes().map(|_| listed.accuracy(solution));
        let (objective, bound, status) = match proof {
            Some(Proof { proven, .. }) => (
                rational::round_up(&proven.objective),
                rational::round_down(&proven.lower_bound),
                if proven.relative_gap() <= TOLERANCE { Status::Optimal } else { Status::Feasible }.name(),
            ),
            None => (solution.objective, solution.lower_bound, solution.ending.name()),
        };
        let from = match proof {
            Some(_) => "search tree",
            None if *convex => "convex programme",
            None => "branch and bound",
        };
        table.push(vec![
            (*width).into(),
            solution.columns.len().into(),
            objective.into(),
            bound.into(),
            status.into(),
            if proof.is_some() { "certified" } else { "numerical" }.into(),
            from.into(),
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
