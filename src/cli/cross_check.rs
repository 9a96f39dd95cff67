//! `heaviside cross-check`: four roads to one number.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{CliError, Outcome, args::CrossCheckArguments, output::note, progress::stop_on_interrupt, table::Table};
use crate::{
    data::Dataset,
    limits::{Budget, StopSignal},
    nonconvex::{CrossCheck, Listed, cross_check},
};

/// Solves, prints the table, and fails if two entries disagree.
pub fn run(arguments: &CrossCheckArguments) -> Result<Outcome, CliError> {
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    let stop = StopSignal::default();
    stop_on_interrupt(&stop);
    let budget = Budget::new(arguments.limits.time_limit, arguments.limits.memory_bytes(), stop);
    let listed = Listed::new(&data, arguments.loss.loss()?, arguments.beta.beta(), &budget)?;
    let result = cross_check(&listed, &budget);
    let table = table(&result);
    if arguments.json {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &summary(&listed, &result, &table)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        table.print()?;
        note(&format_args!("{} patterns, m* = {}", listed.patterns.len(), result.width));
    }
    for &(a, b) in &result.disagreements {
        let (a, b) = (&result.entries[a], &result.entries[b]);
        note(&format_args!(
            "{} by {} and {} by {} disagree by more than the sum of their gaps",
            a.formulation, a.solver, b.formulation, b.solver
        ));
    }
    if result.conclusive() < 2 {
        note(&"fewer than two roads know the optimum to three digits: nothing was compared");
    }
    Ok(match (result.disagreements.is_empty(), result.limited) {
        (false, _) => Outcome::Rejected,
        (true, true) => Outcome::Limit,
        (true, false) => Outcome::Success,
    })
}

fn table(result: &CrossCheck) -> Table {
    let mut table = Table::new(&["formulation", "solver", "status", "objective", "bound", "seconds", "remark"]);
    for entry in &result.entries {
        let (objective, bound) = entry.interval.unzip();
        table.push(vec![
            entry.formulation.into(),
            entry.solver.into(),
            entry.status.into(),
            objective.into(),
            bound.into(),
            ((entry.seconds * 1e3).round() / 1e3).into(),
            entry.remark.clone().into(),
        ]);
    }
    table
}

fn summary(listed: &Listed<'_>, result: &CrossCheck, table: &Table) -> Value {
    json!({
        "agree": (result.conclusive() > 1).then_some(result.disagreements.is_empty()),
        "conclusive": result.conclusive(),
        "evidence": "numerical",
        "loss": listed.instance.loss.name(),
        "beta": listed.instance.beta,
        "patterns": listed.patterns.len(),
        "width": result.width,
        "results": table.to_json(),
    })
}
