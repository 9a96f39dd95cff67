//! When a walk gives up: it asks whether to stop after so many rows, whatever it is doing with them.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use super::tuning::ROWS_BETWEEN_CHECKS;

thread_local! {
    /// The rows that this thread has handled since it asked last; parts within parts go on counting.
    static HANDLED: Cell<usize> = const { Cell::new(0) };
}

/// Whether a walk goes on, for all threads and all parts of it. What a walk returns after its end is of no use.
pub(super) struct StopCheck<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    ended: AtomicBool,
}

impl<'a> StopCheck<'a> {
    pub(super) fn new(stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        StopCheck { stop, ended: AtomicBool::new(false) }
    }

    /// Whether the walk has to end before it handles these rows.
    pub(super) fn ends_before(&self, rows: usize) -> bool {
        if self.ended() {
            return true;
        }
        let handled = HANDLED.get() + rows;
        HANDLED.set(if handled < ROWS_BETWEEN_CHECKS { handled } else { 0 });
        handled >= ROWS_BETWEEN_CHECKS && self.asked()
    }

    /// Asks at once.
    pub(super) fn asked(&self) -> bool {
        if (self.stop)() {
            self.ended.store(true, Relaxed);
        }
        self.ended()
    }

    /// Whether the walk has ended early.
    pub(super) fn ended(&self) -> bool {
        self.ended.load(Relaxed)
    }
}
