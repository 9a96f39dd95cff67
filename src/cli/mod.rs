//! The command line: arguments -> settings -> run -> exit code.
//!
//! Results go to standard output, as a table or with `--json` as one object; logs and progress go to standard error.
//! A reader of standard output that has seen enough changes nothing, neither the files nor the exit code.
//! Exit codes: 0 success, 1 rejected by `verify` or disagreement in `cross-check`, 2 usage, bad input or a failure,
//! 3 stopped at a limit (results were written), 10 and 20 the answers of `shatter`, 130 a second Ctrl-C.

mod args;
mod export;
mod output;
mod predict;
#[cfg(feature = "solve")]
mod solve;
mod verify;

use std::{io, process::ExitCode};

use clap::Parser;

/// How a command ended, when nothing failed: its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Success = 0,
    Rejected = 1,
    #[cfg(feature = "solve")]
    Limit = 3,
    /// `shatter`: something asked for cannot be produced.
    #[cfg(feature = "solve")]
    Missing = 10,
    /// `shatter`: everything asked for can be produced; the formula has no model.
    #[cfg(feature = "solve")]
    Attainable = 20,
}

/// Why a command failed: always exit code 2, one message.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Data(#[from] crate::data::DataError),
    #[error(transparent)]
    File(#[from] crate::files::FileError),
    #[error(transparent)]
    Network(#[from] crate::model::NetworkError),
    #[cfg(feature = "solve")]
    #[error(transparent)]
    Train(#[from] crate::fit::TrainError),
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
        args::Command::Solve(command) => solve::run(&command),
        args::Command::Verify(arguments) => verify::run(&arguments),
        args::Command::Predict(arguments) => predict::run(&arguments),
    };
    match result {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(error) => {
            output::complain(&error);
            ExitCode::from(2)
        }
    }
}
