//! A certificate for each row of a table, in one directory.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::files::{self, FileError, Named};

/// Checks the files of the run before long work begins, and creates the directory if there is none. No other file
/// of the run may have the name of a certificate in it, or that of the directory.
pub fn prepare(inputs: &[Named], output: Option<&Path>, directory: Option<&Path>) -> Result<(), FileError> {
    let output = ("--output", output);
    files::outputs(inputs, &[output])?;
    let Some(directory) = directory else { return Ok(()) };
    for (role, path) in inputs.iter().chain([&output]) {
        let Some(path) = path.filter(|path| is_in_the_way(path, directory)) else { continue };
        let message = format!("{role} is in the way of --certificates {}", directory.display());
        return Err(FileError::at(path)(io::Error::other(message)));
    }
    fs::create_dir_all(directory).map_err(FileError::at(directory))?;
    files::can_be_written(&directory.join("0.json"))
}

/// Whether a file has the name of a certificate, or one of the directory.
fn is_in_the_way(path: &Path, directory: &Path) -> bool {
    let is_certificate = |file: PathBuf| {
        number(&file).is_some() && fs::canonicalize(directory).is_ok_and(|folder| file.parent() == Some(&folder))
    };
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.into());
    files::resolved(path).is_ok_and(is_certificate) || absolute(directory).starts_with(absolute(path))
}

/// Writes the certificate of row k, counted from 0, as `k.json`; rows without one are left out. Certificates
/// that an earlier run left and that are not replaced are removed: the directory belongs to one table. Other files stay.
pub fn write<'a, C: Serialize + 'a>(
    directory: Option<&Path>,
    certificates: impl Iterator<Item = Option<&'a C>>,
) -> Result<(), FileError> {
    let Some(directory) = directory else { return Ok(()) };
    let mut written = HashSet::new();
    for (row, certificate) in certificates.enumerate() {
        if let Some(certificate) = certificate {
            files::write_json(&directory.join(format!("{row}.json")), certificate)?;
            written.insert(row);
        }
    }
    for entry in fs::read_dir(directory).map_err(FileError::at(directory))? {
        let path = entry.map_err(FileError::at(directory))?.path();
        if number(&path).is_some_and(|row| !written.contains(&row)) && is_certificate(&path) {
            fs::remove_file(&path).map_err(FileError::at(&path))?;
        }
    }
    Ok(())
}

/// Whether an earlier run may have written this file: it is named after a row and holds one of our formats.
fn is_certificate(path: &Path) -> bool {
    let canonical = number(path).is_some_and(|row| path.ends_with(format!("{row}.json")));
    let ours = |text: String| files::named_format(&text).is_some_and(|format| format.starts_with("heaviside-"));
    canonical && path.is_file() && files::read_text(path).is_ok_and(ours)
}

/// The row whose certificate has this name.
fn number(file: &Path) -> Option<usize> {
    file.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok()
}
