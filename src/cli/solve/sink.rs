//! The file in which a stream collects patterns until it becomes the output.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tempfile::TempPath;

use super::CliError;
use crate::{
    arrangement::sweep::Batch,
    exact::Arrangement,
    files::{self, FileError},
    limits::{Budget, Limit},
    pattern::{self, PatternMatrix},
};

/// Bytes that are read between two checks of the limits.
const READ_TOGETHER: usize = 1 << 20;

/// The file in which patterns are collected.
pub struct Sink {
    writer: BufWriter<File>,
    path: PathBuf,
    /// The digest of all bytes so far, if a later run may continue the file.
    hash: Option<Sha256>,
    /// Removes the file if the run fails; `None` if a later run may continue it.
    guard: Option<TempPath>,
}

impl Sink {
    /// A file that is removed unless it becomes the output.
    pub fn temporary(output: &Path) -> Result<Self, CliError> {
        let (file, guard) = files::temporary_beside(output)?.into_parts();
        files::keep_mode(&file, output)?;
        Ok(Sink { writer: BufWriter::new(file), path: guard.to_path_buf(), hash: None, guard: Some(guard) })
    }

    /// A file that outlives the run. Its first bytes, which must have this digest, are kept; what follows is cut off.
    pub fn partial(
        path: PathBuf,
        output: &Path,
        (bytes, content): (u64, &str),
        budget: &Budget,
    ) -> Result<Result<Self, Limit>, CliError> {
        let Some(mut file) = files::open_alone(&path)? else {
            return Err(CliError::Usage(format!("another run is writing to {}", path.display())));
        };
        let hash = match read(&mut file, bytes, budget).map_err(FileError::at(&path))? {
            Ok(hash) => hash,
            Err(limit) => return Ok(Err(limit)),
        };
        if hash.as_ref().is_none_or(|hash| hex(hash) != content) {
            let path = path.display();
            let message = format!("{path} does not hold what the checkpoint says; remove both to begin anew");
            return Err(CliError::Usage(message));
        }
        // The new file gets the permissions of the one that it replaces, unless they forbid writing: then a later run
        // could not continue it.
        if fs::metadata(output).is_ok_and(|replaced| !replaced.permissions().readonly()) {
            files::keep_mode(&file, output)?;
        }
        let mut cut = || file.set_len(bytes).and_then(|()| file.seek(SeekFrom::Start(bytes)));
        cut().map_err(FileError::at(&path))?;
        Ok(Ok(Sink { writer: BufWriter::new(file), path, hash, guard: None }))
    }

    /// Writes the patterns of a batch as lines and returns the number of bytes.
    pub fn write(&mut self, arrangement: &Arrangement, batch: &Batch<'_>) -> Result<u64, FileError> {
        let mut patterns = PatternMatrix::new(arrangement.groups());
        patterns.extend_from_words(batch.words);
        for groups in patterns.iter() {
            let mut line = pattern::to_text(&pattern::expand(arrangement, groups));
            line.push('\n');
            self.writer.write_all(line.as_bytes()).map_err(FileError::at(&self.path))?;
            if let Some(hash) = &mut self.hash {
                hash.update(line.as_bytes());
            }
        }
        Ok(batch.len() as u64 * (arrangement.rows() as u64 + 1))
    }

    /// Syncs the file to disk and returns its digest, if a later run may continue it.
    pub fn sync(&mut self) -> Result<Option<String>, FileError> {
        self.writer.flush().and_then(|()| self.writer.get_ref().sync_data()).map_err(FileError::at(&self.path))?;
        Ok(self.hash.as_ref().map(hex))
    }

    /// Renames the file, after [`Self::sync`].
    pub fn become_output(self, output: &Path) -> Result<(), FileError> {
        files::keep_mode(self.writer.get_ref(), output)?;
        match self.guard {
            Some(guard) => guard.persist(output).map_err(|error| FileError::at(output)(error.error)),
            None => fs::rename(&self.path, output).map_err(FileError::at(output)),
        }
    }
}

/// Whether a file has this many bytes with this digest, or the limit that was reached before that was known.
pub fn holds(path: &Path, (bytes, content): (u64, &str), budget: &Budget) -> Result<Result<bool, Limit>, FileError> {
    let check = || {
        let mut file = File::open(path)?;
        let same_length = file.metadata()?.len() == bytes;
        let hash = read(&mut file, bytes, budget)?;
        Ok(hash.map(|hash| same_length && hash.is_some_and(|hash| hex(&hash) == content)))
    };
    check().map_err(FileError::at(path))
}

/// The digest of the first bytes of a file; `None` if it is shorter.
fn read(file: &mut File, bytes: u64, budget: &Budget) -> io::Result<Result<Option<Sha256>, Limit>> {
    let (mut hash, mut left) = (Sha256::new(), bytes);
    let mut buffer = vec![0; READ_TOGETHER];
    while left > 0 {
        if let Some(limit) = budget.exceeded() {
            return Ok(Err(limit));
        }
        let wanted = left.min(READ_TOGETHER as u64) as usize;
        match file.read_exact(&mut buffer[..wanted]) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Ok(None)),
            read => read?,
        }
        hash.update(&buffer[..wanted]);
        left -= wanted as u64;
    }
    Ok(Ok(Some(hash)))
}

fn hex(hash: &Sha256) -> String {
    files::hexadecimal(&hash.clone().finalize())
}
