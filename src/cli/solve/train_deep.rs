//! `heaviside train --layers`: networks of more than two layers.

use std::time::Instant;

use super::{
    CliError, Outcome,
    args::TrainArguments,
    deep,
    output::{Report, note},
    progress::Progress,
};
use crate::{
    class::deep::Architecture,
    data::Dataset,
    files,
    fit::{Fit, train_deep_with},
    model::DeepNetwork,
    settings::TrainSettings,
};

/// What the arguments ask for; `None` for two layers.
pub fn architecture(arguments: &TrainArguments) -> Result<Option<Architecture>, CliError> {
    let layers = usize::from(arguments.depth.layers);
    match arguments.representation {
        Some(_) if layers < 3 => Err(CliError::Usage("--representation needs --layers 3 or more".into())),
        Some(units) => Ok(Some(Architecture::Representation { layers, units })),
        None => {
            deep::check(&arguments.depth)?;
            Ok((layers > 2).then(|| Architecture::Parallel { widths: arguments.depth.widths.clone() }))
        }
    }
}

/// Trains, writes model and certificate, prints the result.
pub fn run(
    arguments: &TrainArguments,
    data: &Dataset,
    settings: &TrainSettings,
    architecture: &Architecture,
    start: Instant,
) -> Result<Outcome, CliError> {
    if settings.standardize {
        return Err(CliError::Usage("--standardize is for two layers".into()));
    }
    let progress = Progress::new(arguments.quiet);
    let training = train_deep_with(data, settings, architecture, &|event| progress.observe(event))?;
    progress.finish();
    if let Some(path) = &arguments.model {
        training.model.save(path)?;
    }
    if let Some(path) = &arguments.certificate {
        files::write_json(path, &training.certificate)?;
    }
    report(data, &training, architecture, start)?.print(arguments.json)?;
    if !arguments.quiet {
        explain(arguments, &training);
    }
    Ok(if training.limit.is_some() { Outcome::Limit } else { Outcome::Success })
}

fn report(
    data: &Dataset,
    training: &Fit<DeepNetwork>,
    architecture: &Architecture,
    start: Instant,
) -> Result<Report, CliError> {
    let network = &training.model;
    let widths = match architecture {
        Architecture::Parallel { widths } => widths.clone(),
        Architecture::Representation { .. } => network.shared().iter().map(Vec::len).collect(),
    };
    let mut report = Report::default();
    report.field("status", training.status.name()).field("method", training.method).bounds(&training.proven);
    report
        .loss(training.loss)
        .field("beta", training.beta)
        .field("n", data.n())
        .field("d", data.d())
        .field("rank", training.rank)
        .field("layers", architecture.layers())
        .field("widths", widths)
        .field("patterns_by_layer", training.patterns.clone())
        .field("patterns_complete", training.patterns_complete)
        .field("subnetworks", network.subnetworks().len());
    if data.classes().is_some() {
        report.classes(data).field("train_accuracy", network.accuracy(data)?);
    }
    report.ended(training.limit, start);
    Ok(report)
}

/// What the numbers do not say.
fn explain(arguments: &TrainArguments, training: &Fit<DeepNetwork>) {
    if let Some(limit) = training.limit {
        note(&format_args!("stopped by the {limit}: the network is the best so far and the lower bound is valid"));
    }
    if training.unrealized > 0 {
        note(&format_args!("patterns given up because no f64 weights reproduce them: {}", training.unrealized));
    }
    arguments.explain_certificate();
}
