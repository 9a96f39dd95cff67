//! The arguments, each defined once; those of the commands with a solver are in [`super::solve`].

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{check::CheckLimits, data::Format, files::Named};

/// Train neural networks with threshold activations to certified global optimality.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    success
  1    rejected by verify, or disagreement in cross-check
  2    wrong usage, unreadable or bad input, or a failure
  3    stopped at a limit; the best result so far was printed and written
  10   shatter: some labelling asked for cannot be produced
  20   shatter: all labellings asked for can be produced
  130  ended by a second Ctrl-C";

const OF_VERIFY: &str = "\
Exit codes:
  0  the certificate holds
  1  the certificate is rejected
  2  wrong usage, or unreadable or bad input";

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
    /// Judge a certificate against the data, in exact arithmetic and without a solver.
    #[command(after_help = OF_VERIFY)]
    Verify(VerifyArguments),
    /// Apply a model to the rows of a table.
    #[command(after_help = OF_PREDICT)]
    Predict(PredictArguments),
}

/// Files for checkers of satisfiability proofs written by others.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Write the formula that a proof of completeness refutes here (DIMACS).
    #[arg(long, value_name = "FILE")]
    pub dimacs: Option<PathBuf>,
    /// Write the clauses derived in that proof here (DRAT).
    #[arg(long, value_name = "FILE")]
    pub drat: Option<PathBuf>,
}

impl ExportArguments {
    /// The files to be written.
    pub fn outputs(&self) -> [Named<'_>; 2] {
        [("--dimacs", self.dimacs.as_deref()), ("--drat", self.drat.as_deref())]
    }
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The table that the certificate is about; it is read with the options in the certificate.
    pub data: PathBuf,
    /// The certificate of `train`, or the proof of `patterns` or `shatter`.
    pub certificate: PathBuf,
    /// Files for other checkers; only of a proof.
    #[command(flatten)]
    pub export: ExportArguments,
    /// Rows that the judge's walk may handle, some 10^7 a second, before it gives up; of a proof, literals.
    #[arg(long, value_name = "ROWS", default_value_t = CheckLimits::default().work)]
    pub work: u64,
    /// Print the verdict as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `predict`.
#[derive(Debug, Args)]
pub struct PredictArguments {
    /// The model.
    pub model: PathBuf,
    /// The table; columns are found by the names that the model was trained on.
    pub data: PathBuf,
    /// Write the predictions here (CSV) instead of to standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The files that are read as a table: itself, and its targets if they have a file of their own.
pub fn inputs<'a>(table: &'a Path, target: Option<&'a str>) -> [Named<'a>; 2] {
    let is_npy = Format::of_path(table) == Format::Npy;
    let target = target.map(Path::new).filter(|target| is_npy && target.exists());
    [("the table", Some(table)), ("the target", target)]
}
