//! The command line: arguments -> settings -> run -> exit code.
//!
//! Results go to standard output, as a table or with `--json` as one object; logs and progress go to standard error.
//! Exit codes: 0 success, 1 rejected by `verify` or disagreement in `cross-check`, 2 usage or bad input, 3 stopped at a
//! limit (results were written), 10 and 20 the answers of `shatter`.

mod args;
#[cfg(feature = "solve")]
mod certificates;
#[cfg(feature = "solve")]
mod checkpoint;
#[cfg(feature = "solve")]
mod cross_check;
#[cfg(feature = "solve")]
mod deep;
mod export;
#[cfg(feature = "solve")]
mod frontier;
#[cfg(feature = "solve")]
mod interpolate;
#[cfg(feature = "solve")]
mod narrow;
mod output;
#[cfg(feature = "solve")]
mod path;
#[cfg(feature = "solve")]
mod patterns;
#[cfg(feature = "solve")]
mod plot;
mod predict;
#[cfg(feature = "solve")]
mod progress;
#[cfg(feature = "solve")]
mod prove;
#[cfg(feature = "solve")]
mod shatter;
#[cfg(feature = "solve")]
mod sink;
#[cfg(feature = "solve")]
mod stream;
#[cfg(feature = "solve")]
mod table;
#[cfg(feature = "solve")]
mod train;
#[cfg(feature = "solve")]
mod train_deep;
mod verify;
mod verify_interpolation;

use std::{io, process::ExitCode};

use clap::Parser;

/// How a command ended, when nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Success,
    Rejected,
    #[cfg(feature = "solve")]
    Limit,
    /// `shatter`: everything asked for can be produced; the formula has no model.
    #[cfg(feature = "solve")]
    Attainable,
    /// `shatter`: something cannot.
    #[cfg(feature = "solve")]
    Missing,
}

/// Why a command failed: always exit code 2, one message.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Data(#[from] crate::data::DataError),
    #[error(transparent)]
    File(#[from] crate::files::FileError),
    #[error(transparent)]
    Network(#[from] crate::network::NetworkError),
    #[cfg(feature = "solve")]
    #[error(transparent)]
    Train(#[from] crate::train::TrainError),
    #[cfg(feature = "solve")]
    #[error(transparent)]
    Deep(#[from] crate::arrangement::deep::DeepError),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
    #[error("{0}")]
    Usage(String),
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let result = match args::Arguments::parse().command {
        #[cfg(feature = "solve")]
        args::Command::Train(arguments) => train::run(&arguments),
        args::Command::Verify(arguments) => verify::run(&arguments),
        args::Command::Predict(arguments) => predict::run(&arguments),
        #[cfg(feature = "solve")]
        args::Command::Patterns(arguments) => patterns::run(&arguments),
        #[cfg(feature = "solve")]
        args::Command::CrossCheck(arguments) => cross_check::run(&arguments),
        #[cfg(feature = "solve")]
        args::Command::Frontier(arguments) => frontier::run(&arguments),
        #[cfg(feature = "solve")]
        args::Command::Shatter(arguments) => shatter::run(&arguments),
        #[cfg(feature = "solve")]
        args::Command::Path(arguments) => path::run(&arguments),
    };
    match result {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Rejected) => ExitCode::from(1),
        #[cfg(feature = "solve")]
        Ok(Outcome::Limit) => ExitCode::from(3),
        #[cfg(feature = "solve")]
        Ok(Outcome::Attainable) => ExitCode::from(20),
        #[cfg(feature = "solve")]
        Ok(Outcome::Missing) => ExitCode::from(10),
        // The reader of our output has seen enough.
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(2)
        }
    }
}
