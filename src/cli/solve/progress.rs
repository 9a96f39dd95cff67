//! The log of a long computation on standard error: a table of rounds, and a progress bar on a terminal.

use std::{
    io::{self, IsTerminal},
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::output::note;
use crate::{convex::Round, event::Event, limits::StopSignal};

/// Signals that arrive within this time count as one.
const TOGETHER: Duration = Duration::from_millis(500);

/// Shows the events of training.
pub struct Progress {
    quiet: bool,
    bar: ProgressBar,
    header_shown: Mutex<bool>,
}

impl Progress {
    /// A log on standard error, with a bar if that is a terminal; silent if `quiet`.
    pub fn new(quiet: bool) -> Self {
        let bar = if quiet || !io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::no_length() };
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { quiet, bar, header_shown: Mutex::new(false) }
    }

    /// Shows an event; called from any thread.
    pub fn observe(&self, event: Event) {
        match event {
            Event::Searching { patterns, bound } => self.search(patterns, bound),
            Event::Searched { patterns, complete } => {
                self.bar.finish_and_clear();
                self.log(&format!("{patterns} patterns{}", if complete { ", all of H(X)" } else { "" }));
            }
            Event::Round(round) => self.round(&round),
            Event::Reconstructing { neurons } => self.log(&format!("hidden weights for {neurons} neurons")),
            Event::Judging => self.log("judging the certificate"),
        }
    }

    /// Shows how many patterns have been found; called from any thread.
    pub fn found(&self, patterns: usize) {
        self.observe(Event::Searching { patterns, bound: None });
    }

    /// A line of the log.
    pub fn log(&self, line: &str) {
        if !self.quiet {
            self.bar.suspend(|| note(&line));
        }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Shows how far a stream is; `done` is the fraction of the work that is done, from which the rest is estimated.
    pub fn streamed(&self, patterns: u64, done: f64) {
        const STEPS: f64 = 1e6;
        self.bar.set_length(STEPS as u64);
        if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} [{bar:30}] {msg} (eta {eta})") {
            self.bar.set_style(style);
        }
        let expected = if done > 0.0 { format!(" of about {:.3e}", patterns as f64 / done) } else { String::new() };
        self.bar.set_message(format!("{patterns} patterns{expected}"));
        self.bar.set_position((done * STEPS) as u64);
    }

    fn search(&self, patterns: usize, bound: Option<u64>) {
        let template = match bound {
            Some(bound) => {
                self.bar.set_length(bound);
                "{elapsed_precise} [{bar:30}] {pos} patterns of about {len} at most (eta {eta})"
            }
            None => "{elapsed_precise} {spinner} {pos} patterns",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_position(patterns as u64);
    }

    fn round(&self, round: &Round) {
        // A poisoned lock only means that another thread failed while logging.
        let mut shown = self.header_shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !*shown {
            self.log(&format!("{:>9} {:>9} {:>16} {:>16} {:>10}", "time", "patterns", "primal", "dual", "gap"));
            *shown = true;
        }
        let seconds = round.elapsed.as_secs_f64();
        let (columns, primal, dual) = (round.columns, round.primal, round.dual);
        self.log(&format!("{seconds:>8.2}s {columns:>9} {primal:>16.9e} {dual:>16.9e} {:>10.2e}", round.gap()));
    }
}

/// Raises the signal on the first Ctrl-C (or termination) and ends the process on the second. Signals that arrive
/// together count as one: a shell may send a signal to a process and to its group.
pub fn stop_on_interrupt(stop: &StopSignal) {
    let (stop, mut first) = (stop.clone(), None);
    // Without a handler Ctrl-C ends the process at once, which is the default anyway.
    let _ = ctrlc::set_handler(move || {
        if first.get_or_insert_with(Instant::now).elapsed() > TOGETHER {
            std::process::exit(130);
        }
        stop.raise();
    });
}
