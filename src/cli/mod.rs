//! The command line: arguments -> settings -> run -> exit code.
//!
//! Results go to standard output, as a table or with `--json` as one object; logs and progress go to standard error.
//! If standard output is closed early, as by `head`, the files and the exit code stay the same.
//! Exit codes: 0 success, 1 rejected by `verify` or disagreement in `cross-check`, 2 usage, bad input or a failure,
//! 3 stopped at a limit (results were written), 10 and 20 the answers of `shatter`, 130 a second Ctrl-C.

mod args;
mod command;
mod export;
mod numeric;
mod outcome;
mod output;
mod predict;
#[cfg(feature = "solve")]
mod solve;
mod verify;

use std::process::ExitCode;

use command::{Arguments, Command};
use outcome::{CliError, Outcome};

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let result = match Arguments::of_process().command {
        #[cfg(feature = "solve")]
        Command::Solve(command) => solve::run(&command),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Predict(arguments) => predict::run(&arguments),
    };
    match result {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(error) => {
            output::complain(&error);
            ExitCode::from(2)
        }
    }
}
