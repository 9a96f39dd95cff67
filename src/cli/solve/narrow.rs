//! `heaviside train --width M`: the best network with at most M hidden neurons.

use std::time::Instant;

use super::{
    CliError, Outcome,
    args::TrainArguments,
    output::{Report, note},
};
use crate::{
    data::Dataset,
    files,
    fit::{Status, WidthPoint, WidthProof, at_width},
    nonconvex::{Ending, Listed},
    settings::TrainSettings,
};

/// Solves, writes the model, prints the result.
pub fn run(arguments: &TrainArguments, width: usize, settings: &TrainSettings) -> Result<Outcome, CliError> {
    let start = Instant::now();
    arguments.check_files()?;
    let data = arguments.problem.data.read_logging(arguments.quiet)?;
    arguments.limits.install(|| solve(arguments, width, settings, &data, start))
}

fn solve(
    arguments: &TrainArguments,
    width: usize,
    settings: &TrainSettings,
    data: &Dataset,
    start: Instant,
) -> Result<Outcome, CliError> {
    let budget = arguments.limits.budget();
    let listed = Listed::new(data, settings.loss, settings.beta, &budget)?;
    let convex = listed.limit.is_none().then(|| listed.optimum(&budget));
    let point = at_width(&listed, width, None, convex.as_ref(), arguments.weights, &budget)?;
    write(arguments, &point)?;
    report(&listed, &point, settings.tolerance, start).print(arguments.json)?;
    outcome(arguments, point.proof.is_some(), matches!(point.solution.ending, Ending::Limit(_)))
}

/// A certificate that was asked for and is not there is a failure, though the result was printed and the model written.
fn outcome(arguments: &TrainArguments, proven: bool, limited: bool) -> Result<Outcome, CliError> {
    match &arguments.certificate {
        _ if proven => arguments.explain_certificate(),
        Some(path) => {
            let why = if limited { "a limit was reached" } else { "the search tree for this width would be too large" };
            let message = format!("the certificate {} was not written: {why}", path.display());
            if !limited {
                return Err(CliError::Usage(message));
            }
            note(&message);
        }
        None if arguments.quiet => {}
        None => note(&"the lower bound for this width is the solver's: numerical evidence, not certified"),
    }
    Ok(if limited { Outcome::Limit } else { Outcome::Success })
}

fn write(arguments: &TrainArguments, point: &WidthPoint) -> Result<(), CliError> {
    let proof = point.proof.as_ref();
    if let Some((path, proof)) = arguments.certificate.as_deref().zip(proof) {
        files::write_json(path, &proof.certificate)?;
    }
    let Some(path) = &arguments.model else { return Ok(()) };
    let missing = || CliError::Usage("no f64 weights reproduce a pattern of the optimum".into());
    let network = point.network.as_ref().ok_or_else(missing)?;
    Ok(network.save(path)?)
}

/// The fields; without a proof the bounds are numbers of the solver.
fn report(listed: &Listed<'_>, point: &WidthPoint, tolerance: f64, start: Instant) -> Report {
    let solution = &point.solution;
    let mut report = Report::default();
    match &point.proof {
        Some(WidthProof { proven, .. }) => {
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
        .loss(listed.loss)
        .field("beta", listed.problem.beta())
        .field("n", listed.subject.data.n())
        .field("d", listed.subject.data.d())
        .field("rank", listed.subject.arrangement.rank())
        .field("patterns", listed.patterns.len())
        .field("width", point.width)
        .field("neurons", solution.columns.len());
    if listed.subject.data.classes().is_some() {
        report.classes(listed.subject.data).field("train_accuracy", listed.accuracy(solution));
    }
    let limit = match solution.ending {
        Ending::Limit(limit) => Some(limit),
        _ => None,
    };
    report.ended(limit, start);
    report
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    /// The files say nothing of a missing proof, so the exit code must.
    #[test]
    fn a_missing_certificate_is_a_failure_if_it_was_asked_for() {
        let arguments = |line: &str| {
            let command = TrainArguments::augment_args(clap::Command::new("train"));
            TrainArguments::from_arg_matches(&command.get_matches_from(line.split(' '))).unwrap()
        };
        let asked = arguments("train d.csv --beta 1 --width 2 --quiet --certificate c.json");
        let refused = outcome(&asked, false, false);
        assert!(refused.is_err_and(|error| error.to_string().contains("c.json was not written")));
        assert!(matches!(outcome(&asked, false, true), Ok(Outcome::Limit)));
        assert!(matches!(outcome(&asked, true, false), Ok(Outcome::Success)));
        let not_asked = arguments("train d.csv --beta 1 --width 2 --quiet");
        assert!(matches!(outcome(&not_asked, false, false), Ok(Outcome::Success)));
    }
}
