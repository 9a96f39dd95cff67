//! Where a stream of patterns continues after a kill: a small JSON file, with a digest of itself.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CliError;
use crate::{
    arrangement::sweep::{Position, Sweep},
    data::Dataset,
    files::{self, FileError},
};

/// Names the file format.
const FORMAT: &str = "heaviside-checkpoint";

/// The version of the format.
const VERSION: u32 = 2;

/// How far a stream is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    format: String,
    version: u32,
    /// The digest of the data, which includes their shape.
    data: String,
    bias: bool,
    /// The file that will hold the patterns, if they are written.
    output: Option<PathBuf>,
    /// Where the sweep continues.
    pub position: Position,
    /// The number of patterns before that position.
    pub patterns: u64,
    /// The length of the file that holds them.
    pub bytes: u64,
    /// The SHA-256 of those bytes.
    pub content: String,
    /// Whether these are all patterns: then nothing is left but to rename the file.
    pub complete: bool,
}

/// The file: a checkpoint and the digest of its compact JSON, so that a change of it is noticed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    checkpoint: Checkpoint,
    digest: String,
}

impl Checkpoint {
    /// The beginning of a stream.
    pub fn beginning(data: &Dataset, output: Option<&Path>, seed: u64) -> Self {
        Checkpoint {
            format: FORMAT.into(),
            version: VERSION,
            data: data.digest(),
            bias: data.bias(),
            output: output.map(Path::to_path_buf),
            position: Position { seed, ..Position::default() },
            patterns: 0,
            bytes: 0,
            content: files::digest(&[]),
            complete: false,
        }
    }

    /// Reads a checkpoint, which must be whole and belong to these data and this output.
    pub fn read(path: &Path, data: &Dataset, output: Option<&Path>) -> Result<Self, CliError> {
        let refuse = |why: &str| {
            let path = path.display();
            CliError::Usage(format!("the checkpoint {path} {why}; remove it to begin anew"))
        };
        let sealed: Sealed = serde_json::from_str(&files::read_text(path)?)
            .map_err(|error| refuse(&format!("cannot be read: {error}")))?;
        let Sealed { checkpoint, digest } = sealed;
        if checkpoint.format != FORMAT || checkpoint.version != VERSION {
            return Err(refuse("is of another format or version"));
        }
        if digest != checkpoint.digest(path)? || checkpoint.patterns.checked_mul(line(data)).is_none() {
            return Err(refuse("was changed"));
        }
        if checkpoint.data != data.digest() || checkpoint.bias != data.bias() {
            return Err(refuse("belongs to other data"));
        }
        if checkpoint.output.as_deref() != output {
            return Err(refuse("belongs to another output file"));
        }
        let known = Sweep::seeds().any(|seed| seed == checkpoint.position.seed);
        if !known || checkpoint.bytes != output.map_or(0, |_| checkpoint.patterns * line(data)) {
            return Err(refuse("was changed"));
        }
        Ok(checkpoint)
    }

    /// Writes the checkpoint, atomically.
    pub fn write(&self, path: &Path) -> Result<(), CliError> {
        let digest = self.digest(path)?;
        Ok(files::write_json(path, &Sealed { checkpoint: self.clone(), digest })?)
    }

    fn digest(&self, path: &Path) -> Result<String, FileError> {
        let bytes = serde_json::to_vec(self).map_err(|error| FileError::at(path)(error.into()))?;
        Ok(files::digest(&bytes))
    }
}

/// The bytes of a pattern as a line.
fn line(data: &Dataset) -> u64 {
    data.n() as u64 + 1
}
