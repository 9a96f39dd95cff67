//! All commands, with their exit codes.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{
    args::{PredictArguments, VerifyArguments},
    numeric::with_ranges,
};

/// Train neural networks with threshold activations to certified global optimality.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// The arguments of the process; wrong usage and requests for help end it.
    pub fn of_process() -> Self {
        let matches = with_ranges(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

const EXIT_CODES: &str = "\
Exit codes:
  0    success
  1    rejected by verify, or disagreement in cross-check
  2    wrong usage, unreadable or bad input, or a failure
  3    stopped at a limit; the best result so far was printed and written; undecided by verify
  10   shatter: some labelling asked for cannot be produced
  20   shatter: all labellings asked for can be produced
  130  ended by a second Ctrl-C";

const OF_VERIFY: &str = "\
Exit codes:
  0  the certificate holds
  1  the certificate is rejected
  2  wrong usage, or unreadable or bad input
  3  undecided: more work is needed than --work permits";

const OF_PREDICT: &str = "\
Exit codes:
  0  success
  2  wrong usage, or unreadable or bad input";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The commands with a solver.
    #[cfg(feature = "solve")]
    #[command(flatten)]
    Solve(Box<super::solve::Command>),
    /// Check a certificate against the data, in exact arithmetic and without a solver.
    #[command(after_help = OF_VERIFY)]
    Verify(VerifyArguments),
    /// Apply a model to the rows of a table.
    #[command(after_help = OF_PREDICT)]
    Predict(PredictArguments),
}
