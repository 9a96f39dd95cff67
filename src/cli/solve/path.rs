//! `heaviside path`: what regularisation costs.

use serde_json::{Value, json};

use super::{
    CliError, Outcome,
    args::PathArguments,
    output::{name_classes, note},
    plot::Series,
    progress::{Progress, stop_on_interrupt},
    table::Table,
};
use crate::{
    data::Dataset,
    exact::rational,
    fit::{Fit, geometric, path},
    model::Network,
    realize::Reconstruction,
    settings::{Beta, TrainSettings},
};

/// Trains for each beta, prints and writes the table.
pub fn run(arguments: &PathArguments) -> Result<Outcome, CliError> {
    let settings = TrainSettings {
        loss: arguments.loss.loss()?,
        method: arguments.search.method,
        samples: arguments.search.samples,
        seed: arguments.search.seed,
        // Hidden weights change no number of the table; these are the quickest.
        reconstruction: Reconstruction::Witness,
        time_limit: arguments.limits.time_limit,
        memory_limit: arguments.limits.memory_bytes(),
        threads: arguments.limits.threads.map(usize::from),
        ..TrainSettings::new(Beta::Relative(1.0))
    };
    settings.validate()?;
    arguments.table.check_files(&arguments.data.inputs())?;
    let data = arguments.data.read_logging(arguments.quiet)?;
    stop_on_interrupt(&settings.stop);
    let progress = Progress::new(arguments.quiet);
    let betas = geometric(arguments.steps as usize, arguments.ratio);
    let points = path(&data, &settings, &betas, &|event| progress.observe(event))?;
    progress.finish();
    let table = table(&data, &points)?;
    let mut summary = json!({ "loss": settings.loss.name(), "path": table.to_json() });
    name_classes(&mut summary, &data);
    let proven = points.iter().map(|point| Some(&point.certificate));
    arguments.table.publish(&table, &summary, ("log10 beta", &series(&points)), proven)?;
    let stopped = points.len() < betas.len() || points.iter().any(|point| point.limit.is_some());
    if stopped && !arguments.quiet {
        let (found, asked) = (points.len(), betas.len());
        note(&format_args!("stopped by a limit after {found} of {asked} points; all bounds are valid"));
    }
    Ok(if stopped { Outcome::Limit } else { Outcome::Success })
}

fn table(data: &Dataset, points: &[Fit<Network>]) -> Result<Table, CliError> {
    let names = ["beta", "objective", "lower_bound", "relative_gap", "neurons", "status", "train_accuracy"];
    let mut table = Table::new(&names[..if data.classes().is_some() { 7 } else { 6 }]);
    for point in points {
        let mut row: Vec<Value> = vec![
            point.beta.into(),
            upper(point).into(),
            lower(point).into(),
            point.proven.relative_gap().into(),
            point.model.neurons().len().into(),
            point.status.name().into(),
        ];
        if data.classes().is_some() {
            row.push(point.model.accuracy(data)?.into());
        }
        table.push(row);
    }
    Ok(table)
}

/// The objective, rounded up.
fn upper(point: &Fit<Network>) -> f64 {
    rational::round_up(&point.proven.objective)
}

/// The lower bound, rounded down.
fn lower(point: &Fit<Network>) -> f64 {
    rational::round_down(&point.proven.lower_bound)
}

fn series(points: &[Fit<Network>]) -> [Series; 2] {
    let line =
        |value: fn(&Fit<Network>) -> f64| points.iter().map(|point| (point.beta.log10(), value(point))).collect();
    [Series { name: "objective", points: line(upper) }, Series { name: "lower bound", points: line(lower) }]
}
