//! A certificate for each row of a table, in one directory.

use std::{fs, path::Path};

use serde::Serialize;

use crate::files::{self, FileError};

/// Creates the directory, if there is none, before long work begins.
pub fn prepare(directory: Option<&Path>) -> Result<(), FileError> {
    let Some(directory) = directory else { return Ok(()) };
    fs::create_dir_all(directory).map_err(FileError::at(directory))?;
    files::can_be_written(&directory.join("0.json"))
}

/// Writes the certificate of row k, counted from 0, as `k.json`; rows without one are left out.
pub fn write<'a, C: Serialize + 'a>(
    directory: Option<&Path>,
    certificates: impl Iterator<Item = Option<&'a C>>,
) -> Result<(), FileError> {
    let Some(directory) = directory else { return Ok(()) };
    for (row, certificate) in certificates.enumerate() {
        if let Some(certificate) = certificate {
            files::write_json(&directory.join(format!("{row}.json")), certificate)?;
        }
    }
    Ok(())
}
