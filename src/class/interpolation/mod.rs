//! Interpolation: the limit of weak regularisation (9), exactly.
//!
//! ```text
//! minimise over m, w, a   ||a||_1   subject to   f(X) = sum_j a_j step(X w_j) = y                            (9)
//! ```
//!
//! It is the linear programme min ||w||_1 s.t. D w = y over the activation patterns D (Proposition 2.4: the gauge of the
//! patterns and their negatives at y), with the dual max y.v s.t. |d^T v| <= 1 for all d in H(X).
//!
//! **When there is none.** Rows that are positive multiples of each other share their bit in every pattern, and so do
//! zero rows. If two such rows have different targets no network of any width fits both. Otherwise one does: the patterns
//! span all vectors on the groups of such rows (see [`mod@crate::arrangement::spanning`], where column generation starts).
//!
//! * [`restricted`]: the linear programme over a few columns, by HiGHS or Clarabel.
//! * [`generation`]: column generation, priced over a list, on a line or by a walk over the arrangement.
//! * [`exact`]: exact weights and an exact dual point from the basis; the closed form if every labelling is a pattern.
//! * [`outcome`]: what is returned.
//!
//! The output weights in the certificate are rationals and fit the targets exactly; those of the model are rounded.

pub mod exact;
pub mod generation;
mod interpolator;
pub mod outcome;
pub mod restricted;

use std::time::Duration;

pub use outcome::{Interpolation, Outcome};
pub use restricted::Solver;

use crate::{
    data::Dataset,
    fit::{Event, TrainError, pool},
    limits::StopSignal,
    realize::Reconstruction,
};

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What solves the linear programmes; default HiGHS.
    pub solver: Solver,
    /// How hidden weights are chosen.
    pub reconstruction: Reconstruction,
    /// The relative gap up to which a result is called optimal; default 1e-6.
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

impl Default for Settings {
    fn default() -> Self {
        Settings {
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

impl Settings {
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

/// The network of least ||a||_1 that fits every target exactly, with a proof, or two rows that no network fits.
///
/// `observer` is told what happens, from any thread.
///
/// # Errors
///
/// [`TrainError`] for settings out of range. Limits are not errors: a network that fits is returned in any case, with a
/// valid bound.
pub fn interpolate(
    data: &Dataset,
    settings: &Settings,
    observer: &(dyn Fn(Event) + Sync),
) -> Result<Outcome, TrainError> {
    settings.validate()?;
    pool(settings.threads)?.install(|| interpolator::Interpolator::new(data, settings, observer).run())
}
