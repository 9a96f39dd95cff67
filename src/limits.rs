//! Limits on time and memory, and the stop signal: checked often, obeyed with a valid result.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// A limit that ended a computation early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The time limit.
    Time,
    /// The memory limit.
    Memory,
    /// The stop signal (Ctrl-C on the command line).
    Interrupt,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Limit::Time => "time limit",
            Limit::Memory => "memory limit",
            Limit::Interrupt => "interrupt",
        })
    }
}

/// A flag that another thread may raise to stop a computation; clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<AtomicBool>);

impl StopSignal {
    /// Asks every computation that holds a clone to stop at its next check.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the signal was raised.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a computation may use, from now on.
#[derive(Clone, Debug)]
pub struct Budget {
    start: Instant,
    time: Option<Duration>,
    memory: Option<u64>,
    stop: StopSignal,
}

impl Budget {
    /// A budget that starts now. `memory` is in bytes, of the whole process.
    pub fn new(time: Option<Duration>, memory: Option<u64>, stop: StopSignal) -> Self {
        Budget { start: Instant::now(), time, memory, stop }
    }

    /// A budget without limits.
    pub fn unlimited() -> Self {
        Budget::new(None, None, StopSignal::default())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The time that is left, `None` without a time limit.
    pub fn remaining(&self) -> Option<Duration> {
        self.time.map(|time| time.saturating_sub(self.elapsed()))
    }

    /// A budget that starts now, with a fraction of the time that is left.
    pub fn fraction(&self, fraction: f64) -> Budget {
        let time = self.remaining().map(|left| left.mul_f64(fraction));
        Budget::new(time, self.memory, self.stop.clone())
    }

    /// The same budget with at most this time from now.
    pub fn at_most(&self, time: Duration) -> Budget {
        let time = self.remaining().map_or(time, |left| left.min(time));
        Budget::new(Some(time), self.memory, self.stop.clone())
    }

    /// The same budget with at least this time from now, even after a limit was reached: for a last result.
    pub fn at_least(&self, time: Duration) -> Budget {
        match self.exceeded() {
            Some(_) => Budget::new(Some(time), None, StopSignal::default()),
            None => Budget::new(self.remaining().map(|left| left.max(time)), self.memory, self.stop.clone()),
        }
    }

    /// The limit that has been reached, if any. Some ten microseconds.
    pub fn exceeded(&self) -> Option<Limit> {
        if self.stop.is_raised() {
            return Some(Limit::Interrupt);
        }
        if self.remaining().is_some_and(|left| left.is_zero()) {
            return Some(Limit::Time);
        }
        let over = |limit: u64| resident_bytes().is_some_and(|used| used >= limit);
        self.memory.is_some_and(over).then_some(Limit::Memory)
    }
}

/// The resident memory of this process in bytes; `None` where the system does not tell (anywhere but Linux).
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_reported() {
        assert_eq!(Budget::unlimited().exceeded(), None);
        assert_eq!(Budget::new(Some(Duration::ZERO), None, StopSignal::default()).exceeded(), Some(Limit::Time));
        let stop = StopSignal::default();
        let budget = Budget::new(None, None, stop.clone());
        stop.raise();
        assert_eq!(budget.exceeded(), Some(Limit::Interrupt));
    }

    #[test]
    fn budgets_are_cut_and_stretched() {
        let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
        assert!(Budget::unlimited().at_most(second).remaining() <= Some(second));
        assert_eq!(Budget::unlimited().at_least(second).remaining(), None);
        let budget = Budget::new(Some(second), None, StopSignal::default());
        assert!(budget.at_most(hour).remaining() <= Some(second) && budget.at_least(hour).remaining() > Some(second));
        let stopped = StopSignal::default();
        stopped.raise();
        let last = Budget::new(None, None, stopped).at_least(second);
        assert!(last.exceeded().is_none() && last.remaining() <= Some(second));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_measured() {
        assert_eq!(Budget::new(None, Some(1), StopSignal::default()).exceeded(), Some(Limit::Memory));
        assert_eq!(Budget::new(None, Some(1 << 50), StopSignal::default()).exceeded(), None);
    }
}
