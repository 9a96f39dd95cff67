//! Files are read whole and written atomically: to a temporary file in the same folder, then renamed.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// How often a file is opened again that others remove each time before it is locked.
#[cfg(any(feature = "solve", test))]
const ATTEMPTS: u32 = 100;

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

/// Checks that a file can be written here: it is not a folder, and a file can be created beside it (one is created, and
/// removed again). So no long work is lost at the end.
///
/// # Errors
///
/// [`FileError`] with the path and the reason.
#[cfg(any(feature = "solve", feature = "cli", test))]
pub fn can_be_written(path: &Path) -> Result<(), FileError> {
    let check = || match fs::metadata(path) {
        Ok(file) if file.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(file) if !file.is_file() => Ok(()),
        _ => temporary_in(folder_of(&resolve(path)?)).map(drop),
    };
    check().map_err(FileError::at(path))
}

/// A file of a run: what it is to the run, such as the option that names it, and its path if it is asked for.
#[cfg(any(feature = "solve", feature = "cli", test))]
pub type Named<'a> = (&'a str, Option<&'a Path>);

/// Checks the files of a run before its work begins: each output can be written ([`can_be_written`]), and is neither an
/// input nor another output, by whatever path or link. What is not a regular file (a pipe, a device) may be named
/// twice.
///
/// # Errors
///
/// [`FileError`] with the path of the first output that is refused, and the other file if there is one.
#[cfg(any(feature = "solve", feature = "cli", test))]
pub fn outputs<'a>(inputs: &[Named<'a>], outputs: &[Named<'a>]) -> Result<(), FileError> {
    let given = |&(role, path): &Named<'a>| path.map(|path| (role, path));
    // An input that is not there is an error of its reader.
    let found = |(role, path): (_, &'a Path)| Some((fs::canonicalize(path).ok()?, role, path));
    let mut known: Vec<_> = inputs.iter().filter_map(given).filter_map(found).collect();
    for (role, path) in outputs.iter().filter_map(given) {
        can_be_written(path)?;
        if path.exists() && !path.is_file() {
            continue;
        }
        let file = resolved(path)?;
        if let Some((_, other_role, other)) = known.iter().find(|(known, ..)| *known == file) {
            let message = format!("{role} is the same file as {other_role} {}", other.display());
            return Err(FileError::at(path)(io::Error::other(message)));
        }
        known.push((file, role, path));
    }
    Ok(())
}

/// The path of the file itself, without links and detours, whether or not it exists.
///
/// # Errors
///
/// [`FileError`] if the folder does not exist, or if the path is a link to a file that does not exist.
#[cfg(any(feature = "solve", feature = "cli", test))]
pub fn resolved(path: &Path) -> Result<PathBuf, FileError> {
    resolve(path).map_err(FileError::at(path))
}

fn resolve(path: &Path) -> io::Result<PathBuf> {
    match (fs::canonicalize(path), path.file_name()) {
        (Err(_), Some(_)) if path.is_symlink() => Err(io::Error::other("a link to a file that does not exist")),
        (Err(_), Some(name)) => Ok(fs::canonicalize(folder_of(path))?.join(name)),
        (resolved, _) => resolved,
    }
}

/// Gives a file the mode of another one that it will replace; the mode stays if there is no other one.
///
/// # Errors
///
/// [`FileError`] with the path of the other one.
#[cfg(feature = "solve")]
pub fn keep_mode(file: &fs::File, replaced: &Path) -> Result<(), FileError> {
    keep_mode_of(file, replaced).map_err(FileError::at(replaced))
}

fn keep_mode_of(file: &fs::File, replaced: &Path) -> io::Result<()> {
    match fs::metadata(replaced) {
        Ok(metadata) => file.set_permissions(metadata.permissions()),
        Err(_) => Ok(()),
    }
}

/// Opens a file for reading and writing, or creates it, and locks it until it is closed, which the end of the process
/// does, too. `None` if another process has locked it.
///
/// # Errors
///
/// [`FileError`] with the path and the system's message.
#[cfg(any(feature = "solve", test))]
pub fn open_alone(path: &Path) -> Result<Option<fs::File>, FileError> {
    let open = || {
        for _ in 0..ATTEMPTS {
            let file = fs::File::options().create(true).truncate(false).read(true).write(true).open(path)?;
            match file.try_lock() {
                Err(fs::TryLockError::WouldBlock) => return Ok(None),
                Err(fs::TryLockError::Error(error)) => return Err(error),
                // It may have been removed or renamed before it was locked: then the locked file is not here any more.
                Ok(()) if is_at(&file, path) => return Ok(Some(file)),
                Ok(()) => {}
            }
        }
        Ok(None)
    };
    open().map_err(FileError::at(path))
}

/// Whether an open file is the one at this path.
#[cfg(any(feature = "solve", test))]
fn is_at(file: &fs::File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let (Ok(open), Ok(here)) = (file.metadata(), fs::metadata(path)) else { return false };
        (open.dev(), open.ino()) == (here.dev(), here.ino())
    }
    // Elsewhere a file that is open keeps its name.
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
#[cfg(feature = "solve")]
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&<sha2::Sha256 as sha2::Digest>::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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

/// What a JSON text says in its field `format`, whatever else it holds; `None` if it is not JSON or has no such field.
pub fn named_format(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        format: String,
    }
    serde_json::from_str(text).ok().map(|named: Named| named.format)
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
/// A link stays and the file that it points to is replaced, by one of the same mode. What is not a regular file (a
/// pipe, a device) cannot be replaced and is written to.
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
    let path = &resolve(path)?;
    let temporary = temporary_in(folder_of(path))?;
    keep_mode_of(temporary.as_file(), path)?;
    let mut writer = io::BufWriter::new(temporary);
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
#[cfg(feature = "solve")]
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

    /// A model of mode 600 was replaced by one that everybody could read.
    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        write_json(&path, &1).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        write_json(&path, &2).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read_text(&path).unwrap(), "2\n");
    }

    /// The link was replaced by a file, though links are followed.
    #[cfg(unix)]
    #[test]
    fn a_link_to_nowhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        for refused in [can_be_written(&link), write_json(&link, &1), resolved(&link).map(drop)] {
            assert!(refused.unwrap_err().to_string().contains("does not exist"));
        }
        assert!(link.is_symlink());
    }

    #[test]
    fn whether_a_file_can_be_written_is_tried_without_a_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        can_be_written(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(can_be_written(folder.path()).is_err());
        assert!(can_be_written(&path.join("inside")).is_err());
        // Here nobody can create a file, but the folder exists.
        #[cfg(target_os = "linux")]
        assert!(can_be_written(Path::new("/proc/model.json")).is_err());
    }

    #[test]
    fn outputs_are_different_from_inputs_and_from_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let [table, model, detour] = ["d.csv", "m.json", "sub/../m.json"].map(|name| folder.path().join(name));
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(&table, "x,y\n").unwrap();
        let check = |first: &Path, second: &Path| {
            outputs(&[("the table", Some(&table)), ("none", None)], &[("--a", Some(first)), ("--b", Some(second))])
        };
        let refused = |first: &Path, second: &Path| check(first, second).unwrap_err().to_string();
        assert!(refused(&table, &model).ends_with(&format!("--a is the same file as the table {}", table.display())));
        assert!(refused(&model, &detour).ends_with(&format!("--b is the same file as --a {}", model.display())));
        assert!(check(&model, &folder.path().join("c.json")).is_ok());
        #[cfg(unix)]
        assert!(check(Path::new("/dev/null"), Path::new("/dev/null")).is_ok());
    }

    #[test]
    fn a_file_is_opened_by_one_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = open_alone(&path).unwrap().unwrap();
        assert!(open_alone(&path).unwrap().is_none());
        drop(first);
        assert!(open_alone(&path).unwrap().is_some());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = write_json(Path::new("/nonexistent-folder/x.json"), &1).unwrap_err();
        assert!(error.to_string().starts_with("/nonexistent-folder/x.json"));
    }
}
