//! Patterns counted or written as they are found, without a list; with a checkpoint from which a later run goes on.
//!
//! The patterns go to `OUTPUT.partial`, which becomes `OUTPUT` at the end. A checkpoint says where the sweep goes on and
//! how long the partial file was then; what a killed run wrote after it is cut off, so that nothing is lost or repeated.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{CliError, progress::Progress};
use crate::{
    arrangement::sweep::{Batch, Position, Stopped, Sweep},
    data::Dataset,
    exact::Arrangement,
    files::{self, FileError},
    limits::{Budget, Limit},
    pattern::{self, PatternMatrix},
};

/// Names the file format of a checkpoint.
const FORMAT: &str = "heaviside-checkpoint";

/// The version of the format.
const VERSION: u32 = 1;

/// Time between two checkpoints.
const INTERVAL: Duration = Duration::from_millis(250);

/// Where a stream of patterns goes.
pub struct Target<'a> {
    /// The file of patterns, one line of 0 and 1 each; `None` to count only.
    pub output: Option<&'a Path>,
    /// The file from which a later run goes on.
    pub checkpoint: Option<&'a Path>,
}

/// What a stream gave.
pub struct Streamed {
    /// The number of patterns, those of earlier runs included.
    pub patterns: u64,
    /// The limit that ended it early.
    pub limit: Option<Limit>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    format: String,
    version: u32,
    /// The digest of the data, which includes their shape.
    data: String,
    bias: bool,
    output: Option<PathBuf>,
    position: Position,
    patterns: u64,
    /// The length of the partial file.
    bytes: u64,
}

/// Streams all patterns, from the checkpoint if there is one.
pub fn run(
    data: &Dataset,
    arrangement: &Arrangement,
    target: &Target<'_>,
    budget: &Budget,
    progress: &Progress,
) -> Result<Streamed, CliError> {
    let resumed = target.checkpoint.filter(|path| path.exists()).map(|path| read(path, data, target)).transpose()?;
    let sweep = match Sweep::new(arrangement, budget) {
        Ok(sweep) => sweep,
        Err(Stopped::Limit(limit)) => {
            return Ok(Streamed { patterns: resumed.map_or(0, |resumed| resumed.patterns), limit: Some(limit) });
        }
        Err(_) => return Err(gave_up()),
    };
    if let Some(resumed) = resumed {
        progress.log(&format!("going on after {} patterns", resumed.patterns));
        let stream = Stream::open(arrangement, target, resumed)?;
        return stream.run(&sweep, budget, progress)?.ok_or_else(gave_up);
    }
    for seed in Sweep::seeds() {
        let fresh = Checkpoint {
            format: FORMAT.into(),
            version: VERSION,
            data: data.digest(),
            bias: data.bias(),
            output: target.output.map(Path::to_path_buf),
            position: Position { seed, ..Position::default() },
            patterns: 0,
            bytes: 0,
        };
        if let Some(streamed) = Stream::open(arrangement, target, fresh)?.run(&sweep, budget, progress)? {
            return Ok(streamed);
        }
    }
    Err(gave_up())
}

fn gave_up() -> CliError {
    CliError::Usage("the numbers of this table differ too much in size for a stream; list the patterns instead".into())
}

/// A checkpoint that belongs to these data and this output.
fn read(path: &Path, data: &Dataset, target: &Target<'_>) -> Result<Checkpoint, CliError> {
    let refuse = |why: &str| {
        let path = path.display();
        CliError::Usage(format!("the checkpoint {path} {why}; remove it to begin anew"))
    };
    let checkpoint: Checkpoint =
        serde_json::from_str(&files::read_text(path)?).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
    if checkpoint.format != FORMAT || checkpoint.version != VERSION {
        return Err(refuse("is of another format or version"));
    }
    if checkpoint.data != data.digest() || checkpoint.bias != data.bias() {
        return Err(refuse("belongs to other data"));
    }
    if checkpoint.output.as_deref() != target.output {
        return Err(refuse("belongs to another output file"));
    }
    Ok(checkpoint)
}

struct Stream<'a> {
    arrangement: &'a Arrangement,
    target: &'a Target<'a>,
    writer: Option<BufWriter<File>>,
    state: Checkpoint,
    saved: Instant,
}

impl<'a> Stream<'a> {
    fn open(arrangement: &'a Arrangement, target: &'a Target<'a>, state: Checkpoint) -> Result<Self, CliError> {
        let writer = target.output.map(|output| open_at(&partial(output), state.bytes)).transpose()?;
        Ok(Stream { arrangement, target, writer, state, saved: Instant::now() })
    }

    /// Streams the rest; `None` if the sweep has to begin anew.
    fn run(mut self, sweep: &Sweep, budget: &Budget, progress: &Progress) -> Result<Option<Streamed>, CliError> {
        let mut failed = None;
        let ended = sweep.run(self.state.position, budget, &mut |batch| {
            let taken = self.take(&batch);
            progress.streamed(self.state.patterns, batch.done);
            match taken {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        progress.finish();
        if let Some(error) = failed {
            return Err(error);
        }
        let limit = match ended {
            Ok(()) => None,
            Err(Stopped::Limit(limit)) => Some(limit),
            Err(Stopped::Unlucky | Stopped::Consumer) => return Ok(None),
        };
        self.finish(limit.is_none())?;
        Ok(Some(Streamed { patterns: self.state.patterns, limit }))
    }

    /// Takes a batch; the state is that after the whole batch.
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), CliError> {
        if let (Some(writer), Some(output)) = (&mut self.writer, self.target.output) {
            self.state.bytes += write(writer, self.arrangement, batch).map_err(FileError::at(&partial(output)))?;
        }
        self.state.patterns += batch.len() as u64;
        self.state.position = batch.next;
        if self.saved.elapsed() >= INTERVAL {
            self.save()?;
        }
        Ok(())
    }

    /// Makes what was written durable, then the checkpoint that vouches for it.
    fn save(&mut self) -> Result<(), CliError> {
        let Some(checkpoint) = self.target.checkpoint else { return Ok(()) };
        if let (Some(writer), Some(output)) = (&mut self.writer, self.target.output) {
            let path = partial(output);
            writer.flush().and_then(|()| writer.get_ref().sync_data()).map_err(FileError::at(&path))?;
        }
        files::write_json(checkpoint, &self.state)?;
        self.saved = Instant::now();
        Ok(())
    }

    /// At the end the partial file becomes the output; at a limit too, unless a later run will go on.
    fn finish(&mut self, complete: bool) -> Result<(), CliError> {
        if !complete && self.target.checkpoint.is_some() {
            return self.save();
        }
        if let (Some(writer), Some(output)) = (&mut self.writer, self.target.output) {
            let path = partial(output);
            writer.flush().and_then(|()| writer.get_ref().sync_data()).map_err(FileError::at(&path))?;
            std::fs::rename(&path, output).map_err(FileError::at(output))?;
        }
        match self.target.checkpoint.filter(|path| path.exists()) {
            Some(path) => Ok(std::fs::remove_file(path).map_err(FileError::at(path))?),
            None => Ok(()),
        }
    }
}

fn partial(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_os_string();
    name.push(".partial");
    name.into()
}

/// Opens a file for writing after its first `bytes` bytes; what follows them is cut off.
fn open_at(path: &Path, bytes: u64) -> Result<BufWriter<File>, CliError> {
    let open = || -> io::Result<(File, u64)> {
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(path)?;
        let length = file.metadata()?.len();
        if length >= bytes {
            file.set_len(bytes)?;
            file.seek(SeekFrom::Start(bytes))?;
        }
        Ok((file, length))
    };
    let (file, length) = open().map_err(FileError::at(path))?;
    if length < bytes {
        let path = path.display();
        let message = format!("{path} is shorter than the checkpoint says; remove the checkpoint to begin anew");
        return Err(CliError::Usage(message));
    }
    Ok(BufWriter::new(file))
}

/// Writes the patterns of a batch as lines; how many bytes those are.
fn write(writer: &mut impl Write, arrangement: &Arrangement, batch: &Batch<'_>) -> io::Result<u64> {
    let mut patterns = PatternMatrix::new(arrangement.groups());
    patterns.extend_from_words(batch.words);
    for groups in patterns.iter() {
        writeln!(writer, "{}", pattern::to_text(&pattern::expand(arrangement, groups)))?;
    }
    Ok(batch.len() as u64 * (arrangement.rows() as u64 + 1))
}
