//! Training: data -> columns -> convex programme -> network -> certificate -> verdict.
//!
//! The last step is the checker's: a result is called optimal only if [`check`](crate::check()) has proven a relative gap
//! of at most the tolerance. What differs between networks of two layers, deep ones and others is behind
//! [`crate::class`]; everything that turns a proposal into a result is in `pipeline`.

mod frontier;
mod interpolation;
mod outcome;
mod pipeline;
mod tuning;

pub use frontier::{WidthPoint, WidthProof, at_width, frontier};
pub use interpolation::interpolate;
pub use outcome::{Fit, Status};
use pipeline::{Outcome, run, status};

use crate::{
    class::{
        deep::{Architecture, Deep},
        two_layers::TwoLayers,
    },
    data::Dataset,
    error::TrainError,
    event::Event,
    model::{DeepNetwork, Network},
    settings::{Beta, TrainSettings},
    subject::Subject,
};

/// Trains a network; see [`train_with`].
///
/// # Errors
///
/// [`TrainError`].
pub fn train(data: &Dataset, settings: &TrainSettings) -> Result<Fit<Network>, TrainError> {
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
) -> Result<Fit<Network>, TrainError> {
    settings.validate()?;
    pool(settings.threads)?.install(|| {
        let subject = Subject::new(data, settings.budget(), observer);
        at(&mut TwoLayers::new(&subject, settings)?, settings.beta, &subject, settings.tolerance)
    })
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
) -> Result<Vec<Fit<Network>>, TrainError> {
    for &beta in betas {
        TrainSettings { beta, ..settings.clone() }.validate()?;
    }
    pool(settings.threads)?.install(|| {
        let subject = Subject::new(data, settings.budget(), observer);
        let (mut class, mut path) = (TwoLayers::new(&subject, settings)?, Vec::new());
        for &beta in betas {
            let fit = match at(&mut class, beta, &subject, settings.tolerance) {
                Err(TrainError::NoTimeForBetaMax) => break,
                fit => fit?,
            };
            let limited = fit.limit.is_some();
            path.push(fit);
            if limited {
                break;
            }
        }
        Ok(path)
    })
}

/// The optimum for one beta.
fn at(
    class: &mut TwoLayers<'_>,
    beta: Beta,
    subject: &Subject<'_>,
    tolerance: f64,
) -> Result<Fit<Network>, TrainError> {
    class.set_beta(beta)?;
    Fit::of(class, subject, tolerance, TwoLayers::facts)
}

/// Trains a deep network and proves how far from the optimum the result can be.
///
/// A relative beta is a fraction of max |d^T v| over all labellings d, with v the slope of the loss at 0. `observer` is
/// told what happens, from any thread.
///
/// # Errors
///
/// [`TrainError`]. Limits are not errors: the best network so far is returned with its valid bound.
pub fn train_deep_with(
    data: &Dataset,
    settings: &TrainSettings,
    architecture: &Architecture,
    observer: &(dyn Fn(Event) + Sync),
) -> Result<Fit<DeepNetwork>, TrainError> {
    settings.validate()?;
    pool(settings.threads)?.install(|| {
        let subject = Subject::new(data, settings.budget(), observer);
        let mut class = Deep::new(&subject, settings, architecture)?;
        Fit::of(&mut class, &subject, settings.tolerance, Deep::facts)
    })
}

/// Like [`train_deep_with`], without an observer.
///
/// # Errors
///
/// [`TrainError`].
pub fn train_deep(
    data: &Dataset,
    settings: &TrainSettings,
    architecture: &Architecture,
) -> Result<Fit<DeepNetwork>, TrainError> {
    train_deep_with(data, settings, architecture, &|_| ())
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
