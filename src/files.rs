//! Files are read whole and written atomically: to a temporary file in the same folder, then renamed.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct FileError {
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError {
        let path = path.to_path_buf();
        |source| FileError { path, source }
    }
}

/// Checks that the folder of a file to be written exists, so that no long work is lost at the end.
///
/// # Errors
///
/// [`FileError`] if it does not exist or is not a folder.
pub fn folder_exists(path: &Path) -> Result<(), FileError> {
    match fs::metadata(folder_of(path)) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(io::Error::from(io::ErrorKind::NotADirectory)),
        Err(error) => Err(error),
    }
    .map_err(FileError::at(path))
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
/// # Errors
///
/// [`FileError`]; the old file, if any, is then untouched.
pub fn write_with(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
    replace(path, write).map_err(FileError::at(path))
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut writer = io::BufWriter::new(temporary_in(folder_of(path))?);
    write(&mut writer)?;
    let temporary = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    Ok(())
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
