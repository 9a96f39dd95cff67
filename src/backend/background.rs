//! Solvers that take a time limit but neither a signal nor a limit on memory.
//!
//! HiGHS can be interrupted through callbacks of its C interface only. So it works on a thread of its own, and the caller
//! asks for limits while it waits. When one is reached the thread is left behind: its answer is dropped, and it ends at
//! its own time limit, when it is done, or with the process.

use std::{
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use crate::limits::{Budget, Limit};

/// How often limits are asked for.
const PERIOD: Duration = Duration::from_millis(20);

/// How long after the time limit the solver may answer: it obeys that limit itself, and its answer has a bound.
const LATE: Duration = Duration::from_secs(2);

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// A limit was reached.
    Limit(Limit),
    /// The thread failed.
    Failure,
}

/// The answer of `solve`, which gets the time that is left.
///
/// # Errors
///
/// [`Silence`], if a limit is reached before there is one.
pub fn run<T: Send + 'static>(
    budget: &Budget,
    solve: impl FnOnce(Option<Duration>) -> T + Send + 'static,
) -> Result<T, Silence> {
    let time = budget.remaining();
    let latest = time.and_then(|time| Instant::now().checked_add(time + LATE));
    let (sender, receiver) = channel();
    // Nobody receives the answer of a thread that was left behind.
    let work = move || drop(sender.send(solve(time)));
    thread::Builder::new().spawn(work).map_err(|_| Silence::Failure)?;
    loop {
        match receiver.recv_timeout(PERIOD) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Disconnected) => return Err(Silence::Failure),
            Err(RecvTimeoutError::Timeout) => {}
        }
        match budget.exceeded() {
            None => {}
            Some(Limit::Time) if latest.is_none_or(|latest| Instant::now() < latest) => {}
            Some(limit) => return Err(Silence::Limit(limit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::StopSignal;

    /// Raises the signal a little later.
    fn raised_soon(stop: &StopSignal) {
        let stop = stop.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            stop.raise();
        });
    }

    #[test]
    fn an_answer_comes_back() {
        assert_eq!(run(&Budget::unlimited(), |time| time), Ok(None));
    }

    #[test]
    fn a_signal_is_obeyed_while_the_solver_works() {
        let stop = StopSignal::default();
        let budget = Budget::new(None, None, stop.clone());
        raised_soon(&stop);
        let endless = |_| loop {
            thread::sleep(PERIOD);
        };
        assert_eq!(run::<()>(&budget, endless), Err(Silence::Limit(Limit::Interrupt)));
    }

    #[test]
    fn a_solver_that_ignores_its_time_limit_is_left_behind() {
        let budget = Budget::new(Some(Duration::ZERO), None, StopSignal::default());
        let endless = |_| loop {
            thread::sleep(PERIOD);
        };
        assert_eq!(run::<()>(&budget, endless), Err(Silence::Limit(Limit::Time)));
    }

    #[test]
    fn an_answer_at_the_time_limit_counts() {
        let budget = Budget::new(Some(Duration::ZERO), None, StopSignal::default());
        let late = |_| {
            thread::sleep(3 * PERIOD);
            7
        };
        assert_eq!(run(&budget, late), Ok(7));
    }

    #[test]
    fn a_thread_that_fails_is_silent() {
        let failing = |_| -> u8 { std::panic::resume_unwind(Box::new(())) };
        assert_eq!(run(&Budget::unlimited(), failing), Err(Silence::Failure));
    }
}
