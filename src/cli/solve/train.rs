//! `heaviside train`: the main job.

use std::time::Instant;

use super::{
    CliError, Outcome,
    args::TrainArguments,
    interpolate, narrow,
    output::{Report, note},
    progress::{Progress, stop_on_interrupt},
    train_deep,
};
use crate::{
    data::Dataset,
    files::{self, FileError},
    fit::{Fit, train_with},
    model::Network,
    settings::TrainSettings,
};

/// Trains, writes model and certificate, prints the result.
pub fn run(arguments: &TrainArguments) -> Result<Outcome, CliError> {
    let start = Instant::now();
    if arguments.interpolate {
        return interpolate::run(arguments);
    }
    let settings = settings(arguments)?;
    settings.validate()?;
    if let Some(width) = arguments.width {
        return narrow::run(arguments, width, &settings);
    }
    arguments.check_files()?;
    let architecture = train_deep::architecture(arguments)?;
    let data = arguments.problem.data.read_logging(arguments.quiet)?;
    stop_on_interrupt(&settings.stop);
    if let Some(architecture) = architecture {
        return train_deep::run(arguments, &data, &settings, &architecture, start);
    }
    let progress = Progress::new(arguments.quiet);
    let training = train_with(&data, &settings, &|event| progress.observe(event))?;
    progress.finish();
    write(arguments, &training)?;
    report(&data, &training, start)?.print(arguments.json)?;
    explain(arguments, &training);
    Ok(if training.limit.is_some() { Outcome::Limit } else { Outcome::Success })
}

fn settings(arguments: &TrainArguments) -> Result<TrainSettings, CliError> {
    Ok(TrainSettings {
        loss: arguments.problem.loss.loss()?,
        method: arguments.search.method,
        samples: arguments.search.samples,
        seed: arguments.search.seed,
        reconstruction: arguments.weights,
        standardize: arguments.standardize,
        time_limit: arguments.limits.time_limit,
        memory_limit: arguments.limits.memory_bytes(),
        threads: arguments.limits.threads.map(usize::from),
        ..TrainSettings::new(arguments.problem.beta.beta())
    })
}

fn write(arguments: &TrainArguments, training: &Fit<Network>) -> Result<(), CliError> {
    if let Some(path) = &arguments.model {
        training.model.save(path)?;
    }
    if let Some(path) = &arguments.certificate {
        files::write_json(path, &training.certificate)?;
    }
    Ok(())
}

fn report(data: &Dataset, training: &Fit<Network>, start: Instant) -> Result<Report, CliError> {
    let mut report = Report::default();
    report.field("status", training.status.name()).field("method", training.method).bounds(&training.proven);
    report
        .loss(training.loss)
        .field("beta", training.beta)
        .field("n", data.n())
        .field("d", data.d())
        .field("rank", training.rank)
        .field("patterns", training.last_patterns())
        .field("patterns_complete", training.patterns_complete)
        .field("neurons", training.model.neurons().len());
    if data.classes().is_some() {
        report.classes(data).field("train_accuracy", training.model.accuracy(data)?);
    }
    report.ended(training.limit, start);
    Ok(report)
}

/// What the numbers do not say.
fn explain(arguments: &TrainArguments, training: &Fit<Network>) {
    if arguments.quiet {
        return;
    }
    if let Some(limit) = training.limit {
        note(&format_args!("stopped by the {limit}: the network is the best so far and the lower bound is valid"));
    }
    if training.unrealized > 0 {
        note(&format_args!(
            "patterns given up because their cells are narrower than rounding: {} (the data are nearly tied)",
            training.unrealized
        ));
    }
    if training.beta_max_is_a_lower_bound {
        note(&"beta_max was taken over the sampled patterns, it may be larger over H(X)");
    }
    arguments.explain_certificate();
}

impl TrainArguments {
    /// Whether the files to be written can be, and are two that are not read.
    pub(super) fn check_files(&self) -> Result<(), FileError> {
        let outputs = [("--model", self.model.as_deref()), ("--certificate", self.certificate.as_deref())];
        files::outputs(&self.problem.data.inputs(), &outputs)
    }

    /// Says how the proof can be had or checked.
    pub(super) fn explain_certificate(&self) {
        match &self.certificate {
            _ if self.quiet => {}
            Some(path) => {
                let (data, path) = (self.problem.data.data.display(), path.display());
                note(&format_args!("check it: heaviside verify {data} {path}"));
            }
            None => note(&"with --certificate FILE the proof is written for `heaviside verify`"),
        }
    }
}
