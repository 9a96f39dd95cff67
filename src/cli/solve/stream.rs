//! Patterns counted or written as they are found, without a list; with a checkpoint from which a later run continues.
//!
//! The patterns go to a temporary file that becomes the output at the end. With a checkpoint it is `OUTPUT.partial`,
//! which outlives the run: the checkpoint says where the sweep continues, how long the file was then and what it held.
//! What a killed run wrote after that is cut off, so that nothing is lost or repeated; a file that was changed is
//! refused. The last checkpoint says that the file is complete; a run killed between the renaming and the removal of
//! the checkpoint is finished by the next one. While a run lasts it holds locks on `CHECKPOINT.lock` and on the partial
//! file, which end with the process: a second run on the same files is refused.

use std::{
    fs::{self, File},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    CliError,
    checkpoint::Checkpoint,
    progress::Progress,
    sink::{Sink, holds},
};
use crate::{
    arrangement::sweep::{Batch, LARGEST_RANK, Stopped, Sweep},
    data::Dataset,
    exact::Arrangement,
    files::{self, FileError, Named},
    limits::{Budget, Limit},
};

/// Time between two checkpoints.
const INTERVAL: Duration = Duration::from_millis(250);

/// Where a stream of patterns goes: regular files, all different.
pub struct Target {
    /// The file of patterns, one line of 0 and 1 each; `None` to count only.
    output: Option<PathBuf>,
    /// The file that tells a later run where to continue.
    checkpoint: Option<PathBuf>,
}

/// What was streamed.
pub struct Streamed {
    /// The number of patterns, those of earlier runs included.
    pub patterns: u64,
    /// The limit that ended it early.
    pub limit: Option<Limit>,
}

impl Target {
    /// Checks the files before anything is computed. Links are followed.
    pub fn new(inputs: &[Named], output: Option<&Path>, checkpoint: Option<&Path>) -> Result<Self, CliError> {
        let file = |path: &Path| -> Result<PathBuf, CliError> {
            // They are replaced by renaming, which a device or a pipe must not be.
            if path.exists() && !path.is_file() {
                return Err(CliError::Usage(format!("{} is no regular file", path.display())));
            }
            Ok(files::resolved(path)?)
        };
        // The run creates these files itself; a link in their place would redirect it to some other file.
        let own = |path: PathBuf| -> Result<PathBuf, CliError> {
            if path.is_symlink() {
                return Err(CliError::Usage(format!("{} is a link", path.display())));
            }
            file(&path)
        };
        let target = Target { output: output.map(file).transpose()?, checkpoint: checkpoint.map(file).transpose()? };
        let kept = target.output.as_deref().filter(|_| checkpoint.is_some());
        let partial = kept.map(partial).map(own).transpose()?;
        let lock = target.checkpoint.as_deref().map(lock).map(own).transpose()?;
        let outputs = [
            ("--output", output),
            ("--checkpoint", checkpoint),
            ("the partial file", partial.as_deref()),
            ("the lock", lock.as_deref()),
        ];
        files::outputs(inputs, &outputs)?;
        Ok(target)
    }

    /// Removes the checkpoint, if there is one: the stream is complete.
    fn forget_checkpoint(&self) -> Result<(), CliError> {
        match self.checkpoint.as_deref().filter(|path| path.exists()) {
            Some(path) => Ok(fs::remove_file(path).map_err(FileError::at(path))?),
            None => Ok(()),
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
    let _lock = target.checkpoint.as_deref().map(Lock::new).transpose()?;
    let output = target.output.as_deref();
    let existing = target.checkpoint.as_deref().filter(|path| path.exists());
    if let Some(path) = existing {
        let resumed = Checkpoint::read(path, data, output)?;
        progress.log(&format!("continuing after {} patterns", resumed.patterns));
        return resume(arrangement, target, resumed, budget, progress);
    }
    let sweep = Sweep::new(arrangement);
    for seed in Sweep::seeds() {
        let stream = Stream::begin(arrangement, target, Checkpoint::beginning(data, output, seed), budget)?;
        if let Some(streamed) = stream.run(&sweep, budget, progress)? {
            return Ok(streamed);
        }
    }
    Err(gave_up())
}

/// Continues where a checkpoint says; if it says that all patterns are written, only the renaming is left.
fn resume(
    arrangement: &Arrangement,
    target: &Target,
    state: Checkpoint,
    budget: &Budget,
    progress: &Progress,
) -> Result<Streamed, CliError> {
    let (patterns, complete) = (state.patterns, state.complete);
    let stopped = |limit: Limit| Streamed { patterns, limit: Some(limit) };
    if let Some(output) = target.output.as_deref().filter(|output| complete && !partial(output).exists()) {
        // The run was killed between renaming the file and removing its checkpoint.
        return match holds(output, (state.bytes, &state.content), budget)? {
            Ok(true) => target.forget_checkpoint().map(|()| Streamed { patterns, limit: None }),
            Ok(false) => {
                let output = output.display();
                Err(CliError::Usage(format!("{output} was changed; remove the checkpoint to begin anew")))
            }
            Err(limit) => Ok(stopped(limit)),
        };
    }
    match Stream::resume(arrangement, target, state, budget)? {
        Err(limit) => Ok(stopped(limit)),
        Ok(stream) if complete => stream.finish(true).map(|()| Streamed { patterns, limit: None }),
        Ok(stream) => stream.run(&Sweep::new(arrangement), budget, progress)?.ok_or_else(gave_up),
    }
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
    fn begin(
        arrangement: &'a Arrangement,
        target: &'a Target,
        state: Checkpoint,
        budget: &Budget,
    ) -> Result<Self, CliError> {
        let Some(checkpoint) = &target.checkpoint else {
            let sink = target.output.as_deref().map(Sink::temporary).transpose()?;
            return Ok(Stream { arrangement, target, sink, state, saved: Instant::now() });
        };
        if let Some(path) = target.output.as_deref().map(partial).filter(|path| path.exists() && !checkpoint.exists()) {
            let path = path.display();
            let message = format!("{path} exists, but no checkpoint that belongs to it; remove it");
            return Err(CliError::Usage(message));
        }
        state.write(checkpoint)?;
        // The partial file is still empty, so no limit is reached while it is read.
        match Stream::resume(arrangement, target, state, budget) {
            Ok(stream) => stream.map_err(|_| gave_up()),
            Err(error) => {
                // Another run holds the partial file; this checkpoint was written for nothing.
                target.forget_checkpoint()?;
                Err(error)
            }
        }
    }

    /// Continues where a checkpoint says; or the limit that was reached while the partial file was read.
    fn resume(
        arrangement: &'a Arrangement,
        target: &'a Target,
        state: Checkpoint,
        budget: &Budget,
    ) -> Result<Result<Self, Limit>, CliError> {
        let content = (state.bytes, state.content.as_str());
        let sink = |output: &PathBuf| Sink::partial(partial(output), output, content, budget);
        let sink = match target.output.as_ref().map(sink).transpose()?.transpose() {
            Ok(sink) => sink,
            Err(limit) => return Ok(Err(limit)),
        };
        Ok(Ok(Stream { arrangement, target, sink, state, saved: Instant::now() }))
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
            Err(Stopped::Degenerate | Stopped::Consumer) => return Ok(None),
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

    /// Syncs the patterns to disk, then writes the checkpoint that describes them.
    fn save(&mut self) -> Result<(), CliError> {
        let Some(checkpoint) = &self.target.checkpoint else { return Ok(()) };
        if let Some(content) = self.sink.as_mut().map(Sink::sync).transpose()?.flatten() {
            self.state.content = content;
        }
        self.state.write(checkpoint)?;
        self.saved = Instant::now();
        Ok(())
    }

    /// Renames the temporary file to the output: at the end, and at a limit if there is no checkpoint to continue from.
    fn finish(mut self, complete: bool) -> Result<(), CliError> {
        if !complete && self.target.checkpoint.is_some() {
            return self.save();
        }
        self.state.complete = complete;
        self.save()?;
        if let (Some(mut sink), Some(output)) = (self.sink, &self.target.output) {
            sink.sync()?;
            sink.become_output(output)?;
        }
        self.target.forget_checkpoint()
    }
}

/// A lock on a checkpoint, which other runs respect. The checkpoint itself is replaced again and again, so a file
/// beside it is locked.
struct Lock {
    path: PathBuf,
    /// The lock ends when the file is closed.
    _file: File,
}

impl Lock {
    fn new(checkpoint: &Path) -> Result<Self, CliError> {
        let path = lock(checkpoint);
        match files::open_alone(&path)? {
            Some(file) => Ok(Lock { path, _file: file }),
            None => {
                let checkpoint = checkpoint.display();
                Err(CliError::Usage(format!("another run is using the checkpoint {checkpoint}; wait for its end")))
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If the file cannot be removed it does no harm: the lock ended with the handle.
        let _ = fs::remove_file(&self.path);
    }
}

fn partial(output: &Path) -> PathBuf {
    with_ending(output, ".partial")
}

fn lock(checkpoint: &Path) -> PathBuf {
    with_ending(checkpoint, ".lock")
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DataOptions, Dataset};

    /// A table with its stream, and the patterns that a whole stream gives.
    struct Case {
        folder: tempfile::TempDir,
        data: Dataset,
        arrangement: Arrangement,
        target: Target,
        whole: String,
    }

    impl Case {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let table = folder.path().join("p.csv");
            fs::write(&table, "a,b,y\n0,0,1\n1,0,1\n0,1,1\n1,1,1\n2,1,1\n").unwrap();
            let data = Dataset::read(&table, &DataOptions::default()).unwrap();
            let arrangement = Arrangement::new(data.features(), data.d()).unwrap();
            let path = |name: &str| folder.path().join(name);
            let target =
                Target::new(&[("the table", Some(&table))], Some(&path("p.txt")), Some(&path("c.json"))).unwrap();
            let mut case = Case { folder, data, arrangement, target, whole: String::new() };
            case.go_on().unwrap();
            case.whole = case.text("p.txt");
            fs::remove_file(case.path("p.txt")).unwrap();
            case
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn text(&self, name: &str) -> String {
            fs::read_to_string(self.path(name)).unwrap()
        }

        fn go_on(&self) -> Result<Streamed, CliError> {
            run(&self.data, &self.arrangement, &self.target, &Budget::unlimited(), &Progress::new(true))
        }

        /// All patterns are in the partial file and the checkpoint says so, but the run is killed.
        fn killed_at_the_end(&self) {
            let state = Checkpoint::beginning(&self.data, self.target.output.as_deref(), 0);
            let begun = Stream::begin(&self.arrangement, &self.target, state, &Budget::unlimited());
            let Ok(mut stream) = begun else { panic!("nothing is in the way") };
            let ended = Sweep::new(&self.arrangement).run(stream.state.position, &Budget::unlimited(), &mut |batch| {
                assert!(stream.take(&batch).is_ok());
                ControlFlow::Continue(())
            });
            assert_eq!(ended, Ok(()));
            stream.state.complete = true;
            assert!(stream.save().is_ok());
        }
    }

    /// The checkpoint stayed, the partial file was gone, and every later run failed.
    #[test]
    fn a_run_that_is_killed_after_its_last_pattern_is_finished() {
        for renamed in [false, true] {
            let case = Case::new();
            case.killed_at_the_end();
            if renamed {
                fs::rename(case.path("p.txt.partial"), case.path("p.txt")).unwrap();
            }
            let Ok(streamed) = case.go_on() else { panic!("a complete file is finished") };
            assert_eq!((streamed.patterns, streamed.limit), (case.whole.lines().count() as u64, None));
            assert_eq!(case.text("p.txt"), case.whole);
            assert!(!case.path("c.json").exists() && !case.path("p.txt.partial").exists());
        }
    }

    #[test]
    fn a_complete_file_that_was_changed_is_refused() {
        let case = Case::new();
        case.killed_at_the_end();
        fs::rename(case.path("p.txt.partial"), case.path("p.txt")).unwrap();
        for changed in [case.whole.replacen('0', "1", 1), case.whole.clone() + "more", String::new()] {
            fs::write(case.path("p.txt"), changed).unwrap();
            assert!(case.go_on().is_err_and(|error| error.to_string().contains("was changed")));
            assert!(case.path("c.json").exists());
        }
    }
}
