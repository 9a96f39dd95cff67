//! What may be chosen for interpolation.

use std::time::Duration;

use super::Solver;
use crate::{
    error::TrainError,
    limits::{Budget, StopSignal},
    realize::Reconstruction,
    setters::setters,
};

/// What may be chosen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InterpolationSettings {
    /// What solves the linear programmes; default HiGHS.
    pub solver: Solver,
    /// How hidden weights are chosen.
    pub reconstruction: Reconstruction,
    /// The relative gap at which the solver stops, and up to which a result is called optimal; default 1e-6.
    pub tolerance: f64,
    /// Stop after this time with the best result so far.
    pub time_limit: Option<Duration>,
    /// Stop when the process uses this many bytes.
    pub memory_limit: Option<u64>,
    /// Threads; `None` for one a core.
    pub threads: Option<usize>,
    /// Stop when raised, as at a time limit.
    pub stop: StopSignal,
}

impl Default for InterpolationSettings {
    fn default() -> Self {
        InterpolationSettings {
            solver: Solver::default(),
            reconstruction: Reconstruction::default(),
            tolerance: 1e-6,
            time_limit: None,
            memory_limit: None,
            threads: None,
            stop: StopSignal::default(),
        }
    }
}

impl InterpolationSettings {
    setters! {
        /// What solves the linear programmes.
        solver: Solver,
        /// How hidden weights are chosen.
        reconstruction: Reconstruction,
        /// The relative gap at which the solver stops, and up to which a result is called optimal.
        tolerance: f64,
        /// Stop after this time with the best result so far.
        time_limit: Duration => Some,
        /// Stop when the process uses this many bytes.
        memory_limit: u64 => Some,
        /// Threads.
        threads: usize => Some,
        /// Stop when raised, as at a time limit.
        stop: StopSignal,
    }

    /// What may be used, from now on.
    pub(crate) fn budget(&self) -> Budget {
        Budget::new(self.time_limit, self.memory_limit, self.stop.clone())
    }

    /// Checks every numeric range.
    ///
    /// # Errors
    ///
    /// [`TrainError::Setting`] names the setting, its value and its range.
    pub fn validate(&self) -> Result<(), TrainError> {
        let refused = |name, value: String, range| Err(TrainError::Setting { name, value, range });
        if !(self.tolerance.is_finite() && self.tolerance > 0.0) {
            return refused("tolerance", self.tolerance.to_string(), "a positive finite number");
        }
        if self.threads == Some(0) {
            return refused("threads", "0".into(), "at least 1");
        }
        Ok(())
    }
}
