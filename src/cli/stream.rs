//! Patterns counted or written as they are found, without a list; with a checkpoint from which a later run goes on.
//!
//! The patterns go to a temporary file that becomes the output at the end. With a checkpoint it is `OUTPUT.partial`, which
//! outlives the run: the checkpoint says where the sweep goes on and how long the file was then. What a killed run wrote
//! after it is cut off, so that nothing is lost or repeated.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tempfile::TempPath;

use super::{CliError, checkpoint::Checkpoint, progress::Progress};
use crate::{
    arrangement::sweep::{Batch, LARGEST_RANK, Stopped, Sweep},
    data::Dataset,
    exact::Arrangement,
    files::{self, FileError},
    limits::{Budget, Limit},
    pattern::{self, PatternMatrix},
};

/// Time between two checkpoints.
const INTERVAL: Duration = Duration::from_millis(250);

/// Where a stream of patterns goes: regular files, all different.
pub struct Target {
    /// The file of patterns, one line of 0 and 1 each; `None` to count only.
    output: Option<PathBuf>,
    /// The file from which a later run goes on.
    checkpoint: Option<PathBuf>,
}

/// What a stream gave.
pub struct Streamed {
    /// The number of patterns, those of earlier runs included.
    pub patterns: u64,
    /// The limit that ended it early.
    pub limit: Option<Limit>,
}

impl Target {
    /// Checks the files before anything is computed. Links are followed.
    pub fn new(data: &Path, output: Option<&Path>, checkpoint: Option<&Path>) -> Result<Self, CliError> {
        let file = |path: &Path| -> Result<PathBuf, CliError> {
            // They are replaced by renaming, which a device or a pipe must not be.
            if path.exists() && !path.is_file() {
                return Err(CliError::Usage(format!("{} is no regular file", path.display())));
            }
            files::can_be_written(path)?;
            Ok(files::resolved(path)?)
        };
        let target = Target { output: output.map(file).transpose()?, checkpoint: checkpoint.map(file).transpose()? };
        let partial = target.output.as_deref().map(partial).as_deref().map(file).transpose()?;
        let used = [fs::canonicalize(data).ok(), target.output.clone(), target.checkpoint.clone(), partial];
        let used: Vec<PathBuf> = used.into_iter().flatten().collect();
        match (1..used.len()).find(|&k| used[..k].contains(&used[k])) {
            Some(k) => {
                let path = used[k].display();
                Err(CliError::Usage(format!(
                    "data, patterns and checkpoint need a file each, but {path} is used twice"
                )))
            }
            None => Ok(target),
        }
    }
}

/// Streams all patterns, from the checkpoint if there is one.
pub fn run(
    data: &Dataset,
    arrangement: &Arrangement,
    target: &Target,
    budget: &Budget,
    progress: &Progress,
) -> Result<Streamed, CliError> {
    if arrangement.rank() > LARGEST_RANK {
        let rank = arrangement.rank();
        let message =
            format!("rank {rank} is too large for a stream (at most {LARGEST_RANK}); list the patterns instead");
        return Err(CliError::Usage(message));
    }
    let output = target.output.as_deref();
    let existing = target.checkpoint.as_deref().filter(|path| path.exists());
    let resumed = existing.map(|path| Checkpoint::read(path, data, output)).transpose()?;
    let sweep = match Sweep::new(arrangement, budget) {
        Ok(sweep) => sweep,
        Err(Stopped::Limit(limit)) => {
            return Ok(Streamed { patterns: resumed.map_or(0, |resumed| resumed.patterns), limit: Some(limit) });
        }
        Err(_) => return Err(gave_up()),
    };
    if let Some(resumed) = resumed {
        if !resumed.is_within(&sweep) {
            return Err(CliError::Usage("the checkpoint is not one of this sweep; remove it to begin anew".into()));
        }
        progress.log(&format!("going on after {} patterns", resumed.patterns));
        let stream = Stream::resume(arrangement, target, resumed)?;
        return stream.run(&sweep, budget, progress)?.ok_or_else(gave_up);
    }
    for seed in Sweep::seeds() {
        let stream = Stream::begin(arrangement, target, Checkpoint::beginning(data, output, seed))?;
        if let Some(streamed) = stream.run(&sweep, budget, progress)? {
            return Ok(streamed);
        }
    }
    Err(gave_up())
}

fn gave_up() -> CliError {
    CliError::Usage("the numbers of this table differ too much in size for a stream; list the patterns instead".into())
}

struct Stream<'a> {
    arrangement: &'a Arrangement,
    target: &'a Target,
    sink: Option<Sink>,
    state: Checkpoint,
    saved: Instant,
}

impl<'a> Stream<'a> {
    /// Begins anew. The first checkpoint comes before the partial file, so that no partial file is without one.
    fn begin(arrangement: &'a Arrangement, target: &'a Target, state: Checkpoint) -> Result<Self, CliError> {
        let sink = match (&target.output, &target.checkpoint) {
            (None, _) => None,
            (Some(output), None) => Some(Sink::temporary(output)?),
            (Some(output), Some(checkpoint)) => {
                let path = partial(output);
                if path.exists() && !checkpoint.exists() {
                    let path = path.display();
                    return Err(CliError::Usage(format!(
                        "{path} exists, but no checkpoint that belongs to it; remove it"
                    )));
                }
                state.write(checkpoint)?;
                Some(Sink::partial(path, 0)?)
            }
        };
        Ok(Stream { arrangement, target, sink, state, saved: Instant::now() })
    }

    /// Goes on where a checkpoint says.
    fn resume(arrangement: &'a Arrangement, target: &'a Target, state: Checkpoint) -> Result<Self, CliError> {
        let sink = target.output.as_deref().map(|output| Sink::partial(partial(output), state.bytes)).transpose()?;
        Ok(Stream { arrangement, target, sink, state, saved: Instant::now() })
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
        let patterns = self.state.patterns;
        self.finish(limit.is_none())?;
        Ok(Some(Streamed { patterns, limit }))
    }

    /// Takes a batch; the state is that after the whole batch.
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), CliError> {
        if let Some(sink) = &mut self.sink {
            self.state.bytes += sink.write(self.arrangement, batch)?;
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
        let Some(checkpoint) = &self.target.checkpoint else { return Ok(()) };
        if let Some(sink) = &mut self.sink {
            sink.sync()?;
        }
        self.state.write(checkpoint)?;
        self.saved = Instant::now();
        Ok(())
    }

    /// At the end the temporary file becomes the output; at a limit too, unless a later run will go on.
    fn finish(mut self, complete: bool) -> Result<(), CliError> {
        if !complete && self.target.checkpoint.is_some() {
            return self.save();
        }
        if let (Some(sink), Some(output)) = (self.sink, &self.target.output) {
            sink.become_output(output)?;
        }
        match self.target.checkpoint.as_deref().filter(|path| path.exists()) {
            Some(path) => Ok(fs::remove_file(path).map_err(FileError::at(path))?),
            None => Ok(()),
        }
    }
}

/// The file in which patterns are collected until it becomes the output.
struct Sink {
    writer: BufWriter<File>,
    path: PathBuf,
    /// Removes the file if the run fails; `None` if a later run may go on with it.
    guard: Option<TempPath>,
}

impl Sink {
    fn temporary(output: &Path) -> Result<Self, CliError> {
        let (file, guard) = files::temporary_beside(output)?.into_parts();
        Ok(Sink { writer: BufWriter::new(file), path: guard.to_path_buf(), guard: Some(guard) })
    }

    /// A file that is kept up to its first `bytes` bytes; what follows them is cut off.
    fn partial(path: PathBuf, bytes: u64) -> Result<Self, CliError> {
        let open = || -> io::Result<Option<File>> {
            let mut file = OpenOptions::new().create(bytes == 0).write(true).truncate(false).open(&path)?;
            if file.metadata()?.len() < bytes {
                return Ok(None);
            }
            file.set_len(bytes)?;
            file.seek(SeekFrom::Start(bytes))?;
            Ok(Some(file))
        };
        match open().map_err(FileError::at(&path))? {
            Some(file) => Ok(Sink { writer: BufWriter::new(file), path, guard: None }),
            None => {
                let path = path.display();
                let message = format!("{path} is shorter than the checkpoint says; remove both to begin anew");
                Err(CliError::Usage(message))
            }
        }
    }

    /// Writes the patterns of a batch as lines; how many bytes those are.
    fn write(&mut self, arrangement: &Arrangement, batch: &Batch<'_>) -> Result<u64, FileError> {
        let mut patterns = PatternMatrix::new(arrangement.groups());
        patterns.extend_from_words(batch.words);
        for groups in patterns.iter() {
            let text = pattern::to_text(&pattern::expand(arrangement, groups));
            writeln!(self.writer, "{text}").map_err(FileError::at(&self.path))?;
        }
        Ok(batch.len() as u64 * (arrangement.rows() as u64 + 1))
    }

    fn sync(&mut self) -> Result<(), FileError> {
        self.writer.flush().and_then(|()| self.writer.get_ref().sync_data()).map_err(FileError::at(&self.path))
    }

    fn become_output(mut self, output: &Path) -> Result<(), FileError> {
        self.sync()?;
        match self.guard {
            Some(guard) => guard.persist(output).map_err(|error| FileError::at(output)(error.error)),
            None => fs::rename(&self.path, output).map_err(FileError::at(output)),
        }
    }
}

fn partial(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_os_string();
    name.push(".partial");
    name.into()
}
