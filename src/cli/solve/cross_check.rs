//! `heaviside cross-check`: four methods for one number.

use serde_json::{Value, json};

use super::{
    CliError, Outcome,
    args::CrossCheckArguments,
    output::{name_classes, note, print_json},
    table::Table,
};
use crate::{
    data::Dataset,
    nonconvex::{CrossCheck, Listed, cross_check},
};

/// Solves, prints the table, and fails if two entries disagree or there are no two.
pub fn run(arguments: &CrossCheckArguments) -> Result<Outcome, CliError> {
    let data = arguments.problem.data.read_logging(arguments.json)?;
    arguments.limits.install(|| compare(arguments, &data))
}

fn compare(arguments: &CrossCheckArguments, data: &Dataset) -> Result<Outcome, CliError> {
    let budget = arguments.limits.budget();
    let listed = Listed::new(data, arguments.problem.loss.loss()?, arguments.problem.beta.beta(), &budget)?;
    let result = cross_check(&listed, &budget);
    let table = table(&result);
    if arguments.json {
        let mut summary = summary(&listed, &result, &table);
        name_classes(&mut summary, data);
        print_json(&summary)?;
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
    outcome(&result)
}

/// What the comparison says; without two numbers it says nothing.
fn outcome(result: &CrossCheck) -> Result<Outcome, CliError> {
    let numbers = result.entries.iter().filter(|entry| entry.interval.is_some()).count();
    let nothing = "nothing was compared: fewer than two methods found an objective";
    match (result.disagreements.is_empty(), result.limited) {
        (false, _) => Ok(Outcome::Rejected),
        (true, false) if numbers < 2 => Err(CliError::Usage(nothing.into())),
        (true, limited) => {
            if numbers < 2 {
                note(&nothing);
            } else if result.conclusive() < 2 {
                note(&"fewer than two methods know the optimum to three digits: only their bounds were compared");
            }
            Ok(if limited { Outcome::Limit } else { Outcome::Success })
        }
    }
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
        "loss": listed.loss.name(),
        "beta": listed.problem.beta(),
        "patterns": listed.patterns.len(),
        "width": result.width,
        "results": table.to_json(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataOptions;

    /// Two methods without an objective and one with: exit code 0, as if they had agreed.
    #[test]
    fn nothing_compared_is_no_success() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.csv");
        std::fs::write(&path, "x,y\n0,1\n1,-1\n").unwrap();
        let data = Dataset::read(&path, &DataOptions::default()).unwrap();
        let budget = crate::limits::Budget::unlimited();
        let Ok(listed) = Listed::new(&data, crate::Loss::Squared, crate::Beta::Absolute(0.5), &budget) else {
            panic!("a small table is listed")
        };
        let mut result = cross_check(&listed, &budget);
        assert!(matches!(outcome(&result), Ok(Outcome::Success)));
        result.entries[1..].iter_mut().for_each(|entry| (entry.interval, entry.status) = (None, "failed"));
        assert!(outcome(&result).is_err_and(|error| error.to_string().contains("nothing was compared")));
        result.limited = true;
        assert!(matches!(outcome(&result), Ok(Outcome::Limit)));
        result.disagreements.push((0, 1));
        assert!(matches!(outcome(&result), Ok(Outcome::Rejected)));
    }
}
