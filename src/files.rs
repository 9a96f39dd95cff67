//! Files are read whole and written atomically: to a temporary file in the same folder, then renamed.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct FileError {
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    /// Names the file in an error of the system.
    pub fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError + use<> {
        let path = path.to_path_buf();
        |source| FileError { path, source }
    }
}

/// Checks that a file can be written here: its folder exists and it is not itself a folder. So no long work is lost at
/// the end.
///
/// # Errors
///
/// [`FileError`] with the path and the reason.
pub fn can_be_written(path: &Path) -> Result<(), FileError> {
    let kind = match (fs::metadata(folder_of(path)), fs::metadata(path)) {
        (Err(error), _) => return Err(error).map_err(FileError::at(path)),
        (Ok(folder), _) if !folder.is_dir() => io::ErrorKind::NotADirectory,
        (_, Ok(file)) if file.is_dir() => io::ErrorKind::IsADirectory,
        _ => return Ok(()),
    };
    Err(io::Error::from(kind)).map_err(FileError::at(path))
}

/// The path of the file itself, without links and detours, whether or not it exists.
///
/// # Errors
///
/// [`FileError`] if the folder does not exist.
pub fn resolved(path: &Path) -> Result<PathBuf, FileError> {
    let resolve = || {
        let Some(name) = path.file_name() else { return fs::canonicalize(path) };
        fs::canonicalize(path).or_else(|_| Ok(fs::canonicalize(folder_of(path))?.join(name)))
    };
    resolve().map_err(FileError::at(path))
}

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Reads a text file.
///
/// # Errors
///
/// [`FileError`] with the path and the system's message.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(FileError::at(path))
}

/// Writes a value as indented JSON with a final newline, atomically.
///
/// # Errors
///
/// [`FileError`]; the old file, if any, is then untouched.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), FileError> {
    write_with(path, |writer| {
        serde_json::to_writer_pretty(&mut *writer, value)?;
        writer.write_all(b"\n")
    })
}

/// Writes a file through a buffered writer, atomically.
///
/// A link stays and the file that it points to is replaced. What is not a regular file (a pipe, a device) cannot be
/// replaced and is written to.
///
/// # Errors
///
/// [`FileError`]; the old file, if any, is then untouched.
pub fn write_with(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
    replace(path, write).map_err(FileError::at(path))
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        let mut writer = io::BufWriter::new(fs::File::options().write(true).open(path)?);
        write(&mut writer)?;
        return writer.flush();
    }
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut writer = io::BufWriter::new(temporary_in(folder_of(path))?);
    write(&mut writer)?;
    let temporary = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    Ok(())
}

/// A temporary file beside another one, removed again unless it is persisted.
///
/// # Errors
///
/// [`FileError`] with the path of the other one.
pub fn temporary_beside(path: &Path) -> Result<tempfile::NamedTempFile, FileError> {
    temporary_in(folder_of(path)).map_err(FileError::at(path))
}

/// A temporary file that gets the mode of a newly created file (subject to the umask) instead of an owner-only one.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".heaviside-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        write_json(&path, &1).unwrap();
        let failed = write_with(&path, |writer| {
            writer.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("model.json"));
        assert_eq!(read_text(&path).unwrap(), "1\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = write_json(Path::new("/nonexistent-folder/x.json"), &1).unwrap_err();
        assert!(error.to_string().starts_with("/nonexistent-folder/x.json"));
    }
}
