//! Training: data -> patterns -> convex programme -> network -> certificate -> verdict.
//!
//! The last step is the judge's: a result is called optimal only if [`check`](crate::check()) has proven a relative gap
//! of at most the tolerance.

pub mod deep;
mod outcome;
mod settings;
mod trainer;

pub use deep::{Architecture, DeepTraining, train_deep, train_deep_with};
pub use outcome::{Event, Status, TrainError, Training};
pub use settings::{Beta, Method, TrainSettings};
pub use trainer::require_complete;

use crate::data::Dataset;

/// Trains a network; see [`train_with`].
///
/// # Errors
///
/// [`TrainError`].
pub fn train(data: &Dataset, settings: &TrainSettings) -> Result<Training, TrainError> {
    train_with(data, settings, &|_| ())
}

/// Minimises 1/2 ||f(X) - y||^2 + beta ||a||_1, or another loss in place of the first term, over two-layer threshold
/// networks (4) and proves how far from the optimum the result can be.
///
/// `observer` is told what happens, from any thread.
///
/// # Errors
///
/// [`TrainError`] for settings out of range and data that the chosen method does not apply to. Limits are not errors:
/// the best network so far is returned with its valid bound.
pub fn train_with(
    data: &Dataset,
    settings: &TrainSettings,
    observer: &(dyn Fn(Event) + Sync),
) -> Result<Training, TrainError> {
    settings.validate()?;
    let threads = settings.threads.unwrap_or(0);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| TrainError::Threads(threads))?;
    pool.install(|| trainer::Trainer::new(data, settings, observer)?.run())
}
