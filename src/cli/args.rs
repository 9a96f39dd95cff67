//! The arguments of `verify` and `predict`, each defined once; those of the commands with a solver are in
//! [`super::solve`].

use std::path::{Path, PathBuf};

use clap::Args;

use super::numeric::WORK;
use crate::{check::CheckLimits, data::Format, files::Named};

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
    /// Whether anything is to be written.
    pub fn is_asked_for(&self) -> bool {
        self.outputs().iter().any(|(_, path)| path.is_some())
    }

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
    /// The checker gives up after this much work: rows that its walk over the arrangement handles, some 10^7 a second;
    /// for a proof of `patterns` or `shatter`, literals.
    #[arg(long = WORK.name, value_name = "ROWS", default_value_t = CheckLimits::default().work,
          value_parser = WORK.parser())]
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
