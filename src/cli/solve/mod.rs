//! The commands that need a solver.

mod args;
mod certificates;
mod checkpoint;
mod cross_check;
mod deep;
mod frontier;
mod interpolate;
mod listing;
mod narrow;
mod path;
mod patterns;
mod plot;
mod progress;
mod prove;
mod publish;
mod shatter;
mod sink;
mod stream;
mod table;
mod train;
mod train_deep;

pub use args::Command;

use super::{CliError, Outcome, export, output};

/// Runs a command.
pub fn run(command: &Command) -> Result<Outcome, CliError> {
    match command {
        Command::Train(arguments) => train::run(arguments),
        Command::Patterns(arguments) => patterns::run(arguments),
        Command::CrossCheck(arguments) => cross_check::run(arguments),
        Command::Frontier(arguments) => frontier::run(arguments),
        Command::Shatter(arguments) => shatter::run(arguments),
        Command::Path(arguments) => path::run(arguments),
    }
}
