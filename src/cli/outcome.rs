//! How a command ends: its exit code, or one message.

use std::io;

/// How a command ended, when nothing failed: its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success = 0,
    Rejected = 1,
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
pub enum CliError {
    #[error(transparent)]
    Data(#[from] crate::data::DataError),
    #[error(transparent)]
    File(#[from] crate::files::FileError),
    #[error(transparent)]
    Network(#[from] crate::model::NetworkError),
    #[cfg(feature = "solve")]
    #[error(transparent)]
    Train(#[from] crate::error::TrainError),
    #[cfg(feature = "solve")]
    #[error(transparent)]
    Deep(#[from] crate::arrangement::deep::DeepError),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
    #[error("{0}")]
    Usage(String),
}
