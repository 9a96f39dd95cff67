//! `heaviside train --interpolate`: the least norm of a network that fits every target.

use std::time::Instant;

use super::{
    CliError, Outcome,
    args::TrainArguments,
    output::{Report, note},
    progress::{Progress, stop_on_interrupt},
};
use crate::{
    certificate::Certificate,
    class::interpolation::{Interpolated, Interpolation, InterpolationSettings},
    data::Dataset,
    files,
    fit::interpolate,
};

/// Solves, writes model and certificate, prints the result.
pub fn run(arguments: &TrainArguments) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let settings = InterpolationSettings {
        solver: arguments.solver,
        reconstruction: arguments.weights,
        time_limit: arguments.limits.time_limit,
        memory_limit: arguments.limits.memory_bytes(),
        threads: arguments.limits.threads.map(usize::from),
        ..InterpolationSettings::default()
    };
    arguments.check_files()?;
    let data = arguments.problem.data.read_logging(arguments.quiet)?;
    stop_on_interrupt(&settings.stop);
    let progress = Progress::new(arguments.quiet);
    let outcome = interpolate(&data, &settings, &|event| progress.observe(event))?;
    progress.finish();
    match outcome {
        Interpolated::Network(found) => fitted(arguments, &data, &found, start),
        Interpolated::Infeasible { rows, certificate } => infeasible(arguments, &data, rows, &certificate, start),
    }
}

fn fitted(
    arguments: &TrainArguments,
    data: &Dataset,
    found: &Interpolation,
    start: Instant,
) -> Result<Outcome, CliError> {
    if let Some(path) = &arguments.certificate {
        files::write_json(path, &found.certificate)?;
    }
    let missing = || CliError::Usage("no f64 weights reproduce a pattern of the optimum, so there is no model".into());
    if let Some(path) = &arguments.model {
        found.network.as_ref().ok_or_else(missing)?.save(path)?;
    }
    let mut report = Report::default();
    report
        .field("status", found.status.name())
        .bounds_of("norm", &found.proven)
        .field("n", data.n())
        .field("d", data.d())
        .field("rank", found.rank)
        .field("patterns", found.patterns)
        .field("patterns_complete", found.patterns_complete)
        .field("neurons", found.neurons)
        .classes(data)
        .ended(found.limit, start);
    report.print(arguments.json)?;
    if let Some(limit) = found.limit.filter(|_| !arguments.quiet) {
        note(&format_args!("stopped by the {limit}: the network fits every target and the lower bound is valid"));
    }
    arguments.explain_certificate();
    Ok(if found.limit.is_some() { Outcome::Limit } else { Outcome::Success })
}

fn infeasible(
    arguments: &TrainArguments,
    data: &Dataset,
    rows: [usize; 2],
    certificate: &Certificate,
    start: Instant,
) -> Result<Outcome, CliError> {
    if let Some(path) = &arguments.certificate {
        files::write_json(path, certificate)?;
    }
    let targets = rows.map(|row| data.targets()[row]);
    let mut report = Report::default();
    report
        .field("status", "infeasible")
        .field("conflicting_rows", rows.map(|row| row + 1).to_vec())
        .field("conflicting_targets", targets.to_vec())
        .field("n", data.n())
        .field("d", data.d())
        .field("seconds", start.elapsed().as_secs_f64());
    report.print(arguments.json)?;
    if !arguments.quiet {
        let relation = match rows.map(|row| data.row(row)) {
            [first, _] if first.iter().all(|x| *x == 0.0) => "both zero",
            [first, second] if first == second => "equal",
            _ => "positive multiples of each other",
        };
        let ([first, second], [target, other]) = (rows.map(|row| row + 1), targets);
        note(&format_args!(
            "no network fits all targets: rows {first} and {second} are {relation}, so every network gives them the \
             same output, but their targets are {target} and {other}; train with --beta instead"
        ));
    }
    arguments.explain_certificate();
    Ok(Outcome::Success)
}
