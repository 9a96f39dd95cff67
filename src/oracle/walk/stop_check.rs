//! Whether a walk has to stop: asked each time that a thread has handled a number of rows, whatever it does with them.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use super::tuning::ROWS_BETWEEN_CHECKS;

thread_local! {
    /// The rows that this thread has handled since it asked last; a walk over a part within a part goes on counting.
    static HANDLED: Cell<usize> = const { Cell::new(0) };
}

/// Asks whether to stop, for all threads and all parts of a walk. What a walk returns after it was stopped must not be used.
pub(super) struct StopCheck<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    ended: AtomicBool,
}

impl<'a> StopCheck<'a> {
    pub(super) fn new(stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        StopCheck { stop, ended: AtomicBool::new(false) }
    }

    /// Whether the walk has to stop before it handles this many more rows.
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
