//! The arguments of `verify` and `predict`, each defined once; those of the commands with a solver are in
//! [`super::solve`].

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use clap::Args;

use super::numeric::WORK;
use crate::{
    check::CheckLimits,
    data::{Delimiter, Format, Reading},
    files::{self, Named},
};

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

/// How the bytes of a table are to be understood.
#[derive(Debug, Args)]
pub struct ReadingArguments {
    /// The format of the table [default: that of its name].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// What separates the cells of a CSV file: a character, or `tab`, or `space` for any number of blanks [default: a
    /// comma; a tab in .tsv].
    #[arg(long, value_name = "CHAR")]
    pub delimiter: Option<Delimiter>,
    /// The first line of a CSV file names the columns, even if these are numbers.
    #[arg(long, conflicts_with = "no_header")]
    pub header: bool,
    /// The first line of a CSV file is data; the columns are called x0, x1, ...
    #[arg(long)]
    pub no_header: bool,
}

impl ReadingArguments {
    /// The library's form of these arguments.
    pub fn reading(&self) -> Reading {
        let header = match (self.header, self.no_header) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        Reading { format: self.format, delimiter: self.delimiter, header }
    }
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The table that the certificate is about; it is read with the options in the certificate.
    pub data: PathBuf,
    /// The certificate of `train`, or the proof of `patterns` or `shatter`.
    pub certificate: PathBuf,
    /// The target, in place of that in the certificate: the path of the .npy file of targets if it has been moved, or a
    /// column.
    #[arg(long, value_name = "FILE|NAME|INDEX")]
    pub target: Option<String>,
    /// How the table is to be understood, in place of what is in the certificate.
    #[command(flatten)]
    pub reading: ReadingArguments,
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
    /// How the table is to be understood.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// Write the predictions here (CSV) instead of to standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The files that are read as a table: itself, and its targets if they have a file of their own.
pub fn inputs<'a>(table: &'a Path, target: Option<&'a str>, reading: &Reading) -> [Named<'a>; 2] {
    let is_npy = reading.format.unwrap_or_else(|| Format::of_path(table)) == Format::Npy;
    let target = target.map(Path::new).filter(|target| is_npy && target.exists());
    [("the table", Some(table)), ("the target", target)]
}

/// Whether the two files of a command have been named in the wrong order: the table is a file that this program writes,
/// and the other one is not. It is read only if it begins like one.
pub fn swapped(written: &Path, table: &Path) -> bool {
    let is_ours = |path: &Path| {
        let mut first = [0];
        let opened = File::open(path).and_then(|mut file| file.read(&mut first));
        opened.is_ok_and(|_| first == *b"{") && files::read_text(path).is_ok_and(|text| is_written_here(&text))
    };
    is_ours(table) && !is_ours(written)
}

fn is_written_here(text: &str) -> bool {
    files::named_format(text).is_some_and(|format| format.starts_with("heaviside-"))
}
