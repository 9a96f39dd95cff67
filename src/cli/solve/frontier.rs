//! `heaviside frontier`: what a neuron is worth.

use serde_json::{Value, json};

use super::{
    CliError, Outcome,
    args::FrontierArguments,
    output::{name_classes, note},
    plot::Series,
    table::Table,
};
use crate::{
    data::Dataset,
    exact::rational,
    fit::{Status, WidthPoint, WidthProof, frontier},
    nonconvex::{Ending, Listed},
};

/// Solves width after width, prints and writes the table.
pub fn run(arguments: &FrontierArguments) -> Result<Outcome, CliError> {
    arguments.table.check_files(&arguments.problem.data.inputs())?;
    let data = arguments.problem.data.read_logging(arguments.quiet)?;
    arguments.limits.install(|| solve(arguments, &data))
}

fn solve(arguments: &FrontierArguments, data: &Dataset) -> Result<Outcome, CliError> {
    let budget = arguments.limits.budget();
    let listed = Listed::new(data, arguments.problem.loss.loss()?, arguments.problem.beta.beta(), &budget)?;
    let mut log = |point: &WidthPoint| {
        let WidthPoint { width, solution, .. } = point;
        if !arguments.quiet {
            note(&format_args!("width {width}: {} ({})", solution.objective, solution.ending.name()));
        }
    };
    let points = frontier(&listed, arguments.max_width as usize, &budget, &mut log)?;
    let table = table(&listed, &points);
    let proven = points.iter().map(|point| point.proof.as_ref().map(|proof| &proof.certificate));
    let mut summary = summary(&listed, &points, &table);
    name_classes(&mut summary, data);
    arguments.table.publish(&table, &summary, ("hidden neurons", &series(&points)), proven)?;
    let limited = points.iter().any(|point| matches!(point.solution.ending, Ending::Limit(_)));
    Ok(if limited { Outcome::Limit } else { Outcome::Success })
}

fn summary(listed: &Listed<'_>, points: &[WidthPoint], table: &Table) -> Value {
    let certified = points.iter().all(|point| point.proof.is_some());
    json!({
        "evidence": if certified { "certified" } else { "numerical" },
        "loss": listed.loss.name(),
        "beta": listed.problem.beta(),
        "patterns": listed.patterns.len(),
        "frontier": table.to_json(),
    })
}

fn table(listed: &Listed<'_>, points: &[WidthPoint]) -> Table {
    let columns = ["width", "neurons", "objective", "bound", "status", "evidence", "bound_from", "train_accuracy"];
    let mut table = Table::new(&columns);
    for WidthPoint { width, solution, convex, proof, .. } in points {
        let accuracy = listed.subject.data.classes().map(|_| listed.accuracy(solution));
        let (objective, bound, status) = match proof {
            Some(WidthProof { proven, .. }) => (
                rational::round_up(&proven.objective),
                rational::round_down(&proven.lower_bound),
                if solution.ending == Ending::Optimal { Status::Optimal } else { Status::Feasible }.name(),
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

fn series(points: &[WidthPoint]) -> [Series; 2] {
    let line =
        |value: &dyn Fn(&WidthPoint) -> f64| points.iter().map(|point| (point.width as f64, value(point))).collect();
    [
        Series { name: "objective", points: line(&|point| point.solution.objective) },
        Series { name: "lower bound", points: line(&|point| point.solution.lower_bound) },
    ]
}
