//! Training: data -> patterns -> convex programme -> network -> certificate -> verdict.
//!
//! The last step is the judge's: a result is called optimal only if [`check`](crate::check()) has proven a relative gap
//! of at most the tolerance.

mod outcome;
mod settings;

use crate::class::Trainer;
pub use crate::class::deep::{Architecture, DeepTraining, train_deep, train_deep_with};
pub use outcome::{Event, Status, TrainError, Training};
pub use settings::{Beta, Method, TrainSettings};

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
    pool(settings.threads)?.install(|| Trainer::new(data, settings, observer)?.run())
}

/// Trains for each beta in turn, in place of that of the settings: the regularisation path.
///
/// The patterns are found once, and each convex programme starts from the columns of the one before; so neighbouring betas
/// should be near each other. Every network is certified by itself. Limits are for all of them together: the path ends
/// with the first network that a limit cut short, and is empty if there was no time to find beta_max.
///
/// # Errors
///
/// As for [`train_with`].
pub fn path(
    data: &Dataset,
    settings: &TrainSettings,
    betas: &[Beta],
    observer: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Training>, TrainError> {
    for &beta in betas {
        TrainSettings { beta, ..settings.clone() }.validate()?;
    }
    pool(settings.threads)?.install(|| Trainer::new(data, settings, observer)?.path(betas))
}

/// `steps` fractions of beta_max in geometric progression, from 1 down to `ratio`.
pub fn geometric(steps: usize, ratio: f64) -> Vec<Beta> {
    let last = steps.saturating_sub(1).max(1) as f64;
    (0..steps).map(|step| Beta::Relative(ratio.powf(step as f64 / last))).collect()
}

/// The threads that everything inside runs on; `None` for one a core.
pub(crate) fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool, TrainError> {
    let threads = threads.unwrap_or(0);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| TrainError::Threads(threads))
}
