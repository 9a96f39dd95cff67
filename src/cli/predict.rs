//! `heaviside predict`: the outputs of a model, and the classes if it was trained to classify, as CSV.

use std::io::{self, Write};

use super::{
    CliError, Outcome,
    args::{PredictArguments, swapped},
    output::print,
};
use crate::{data::FeatureTable, files, model::Model};

/// Applies the model to every row of the table.
pub fn run(arguments: &PredictArguments) -> Result<Outcome, CliError> {
    let inputs = [("the model", Some(arguments.model.as_path())), ("the table", Some(arguments.data.as_path()))];
    files::outputs(&inputs, &[("--output", arguments.output.as_deref())])?;
    if swapped(&arguments.model, &arguments.data) {
        let (model, data) = (arguments.model.display(), arguments.data.display());
        let message = format!("the arguments are swapped, the model comes first: heaviside predict {data} {model}");
        return Err(CliError::Usage(message));
    }
    let network = Model::load(&arguments.model)?;
    let reading = arguments.reading.reading();
    let table = FeatureTable::read_as(&arguments.data, &reading, network.feature_names(), network.bias())?;
    let outputs = network.predict(&table)?;
    match &arguments.output {
        Some(path) => files::write_with(path, |writer| write(writer, &network, &outputs))?,
        None => print(|out| write(out, &network, &outputs))?,
    }
    Ok(Outcome::Success)
}

fn write(writer: &mut dyn Write, network: &Model, outputs: &[f64]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(writer);
    let class_header = network.classes().map(|_| "class");
    table.write_record(["prediction"].into_iter().chain(class_header)).map_err(io_error)?;
    for &output in outputs {
        let number = output.to_string();
        table.write_record([number.as_str()].into_iter().chain(network.class_of(output))).map_err(io_error)?;
    }
    table.flush()
}

/// The system's error inside an error of the CSV writer, so that its kind is not lost.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
