//! Training deep networks: Theorem 3.2 over deep pattern sets, and Corollary 3.4 where every labelling is attainable.
//!
//! Parallel networks of L layers have the patterns A^(L-1) of (13) at their last hidden layer, and training is the Lasso
//! (6) over these. If every labelling that the optimum of (7) needs can be built with the given widths, that optimum is
//! also the network's: its value is a lower bound for every network. So the stages are
//!
//! 1. *construction* (see the file `construction`): the labellings of (7), each by an explicit subnetwork;
//! 2. otherwise *patterns* (`patterns`): the deep pattern set, the Lasso over it, and the weights of every layer from the
//!    way in which its patterns were found.
//!
//! With a random *representation* (`representation`) the first layers are fixed random threshold units, made wide enough
//! for rank n, and the last hidden layer is found for the labellings of (7).

mod construction;
mod patterns;
mod representation;

use crate::{
    certificate::{Certificate, Depth, Dual},
    certify::{self, deep_certificate, deep_dual},
    check::{Proven, pricing::over_all_labellings},
    class::require_labels,
    convex::{Problem, pricing::on_grid},
    data::Dataset,
    exact::Arrangement,
    fit::{Beta, Event, Status, TrainError, TrainSettings, pool},
    limits::{Budget, Limit},
    loss::Loss,
    model::{DeepNetwork, Layer, Subnetwork},
    pattern::Groups,
};

/// Units of a random layer at most.
const MOST_UNITS: usize = 100_000;

/// What deep networks look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Parallel subnetworks with L = `widths.len()` + 2 layers: a unit of layer l + 1 reads `widths[l - 1]` units.
    Parallel {
        /// m_1, ..., m_{L-2}.
        widths: Vec<usize>,
    },
    /// `layers` - 2 layers of random threshold units, shared by all subnetworks of one more unit each.
    Representation {
        /// L, at least 3.
        layers: usize,
        /// Units in each random layer; more if that is not enough for rank n.
        units: usize,
    },
}

impl Architecture {
    /// L, the output layer included.
    pub fn layers(&self) -> usize {
        match self {
            Architecture::Parallel { widths } => widths.len() + 2,
            Architecture::Representation { layers, .. } => *layers,
        }
    }

    fn validate(&self) -> Result<(), TrainError> {
        let refuse = |name, value: usize, range| Err(TrainError::Setting { name, value: value.to_string(), range });
        match self {
            _ if self.layers() < 3 => refuse("layers", self.layers(), "at least 3"),
            Architecture::Parallel { widths } if widths.contains(&0) => refuse("width", 0, "at least 1"),
            Architecture::Representation { units, .. } if !(1..=MOST_UNITS).contains(units) => {
                refuse("representation", *units, "between 1 and 100,000")
            }
            _ => Ok(()),
        }
    }
}

/// A trained deep network with its proof.
#[derive(Clone, Debug)]
pub struct DeepTraining {
    /// Whether it is proven optimal.
    pub status: Status,
    /// The limit that ended the work early, if any.
    pub limit: Option<Limit>,
    /// How it was found: `construction`, `patterns` or `representation`.
    pub method: &'static str,
    /// The model.
    pub network: DeepNetwork,
    /// The evidence.
    pub certificate: Certificate,
    /// What the judge has proven from it.
    pub proven: Proven,
    /// The loss.
    pub loss: Loss,
    /// The regularisation parameter.
    pub beta: f64,
    /// r = rank X.
    pub rank: usize,
    /// The patterns of each hidden layer, if they were listed.
    pub patterns: Option<Vec<usize>>,
    /// Whether all patterns were taken into account.
    pub patterns_complete: bool,
    /// Patterns that no f64 weights reproduce; the network does without them.
    pub unrealized: usize,
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
) -> Result<DeepTraining, TrainError> {
    settings.validate()?;
    architecture.validate()?;
    require_labels(data, settings.loss)?;
    pool(settings.threads)?.install(|| DeepTrainer::new(data, settings, architecture, observer).run())
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
) -> Result<DeepTraining, TrainError> {
    train_deep_with(data, settings, architecture, &|_| ())
}

struct DeepTrainer<'a> {
    data: &'a Dataset,
    settings: &'a TrainSettings,
    architecture: &'a Architecture,
    observer: &'a (dyn Fn(Event) + Sync),
    budget: Budget,
    arrangement: Arrangement,
    points: Groups,
}

/// A network that was found, and a dual point for its bound.
struct Found {
    method: &'static str,
    shared: Vec<Layer>,
    subnetworks: Vec<Subnetwork>,
    dual: Dual,
    /// The widths of the class that the dual point is about.
    widths: Option<Vec<usize>>,
    patterns: Option<Vec<usize>>,
    patterns_complete: bool,
    unrealized: usize,
    limit: Option<Limit>,
}

impl<'a> DeepTrainer<'a> {
    fn new(
        data: &'a Dataset,
        settings: &'a TrainSettings,
        architecture: &'a Architecture,
        observer: &'a (dyn Fn(Event) + Sync),
    ) -> Self {
        let budget = Budget::new(settings.time_limit, settings.memory_limit, settings.stop.clone());
        let arrangement = data.arrangement();
        let points = Groups::of(&arrangement);
        DeepTrainer { data, settings, architecture, observer, budget, arrangement, points }
    }

    fn run(&self) -> Result<DeepTraining, TrainError> {
        let beta = self.beta()?;
        let (arrangement, targets) = (&self.arrangement, self.data.targets());
        let Ok(problem) = Problem::new(&self.points, targets, self.settings.loss, beta) else {
            unreachable!("targets, beta and delta were checked")
        };
        let found = self.found(&problem)?;
        let limit = found.limit.or_else(|| self.budget.exceeded());
        // The widths of the layers fit together by construction.
        let Ok(network) = DeepNetwork::new(self.data, found.shared, found.subnetworks) else {
            unreachable!("layers take what the layers before them give")
        };
        let depth = Depth { layers: self.architecture.layers(), widths: found.widths };
        let stated = (self.settings.loss, beta);
        let certificate = deep_certificate(self.data, arrangement, stated, depth, &network, found.dual)?;
        (self.observer)(Event::Judging);
        let proven = certify::judged(self.data, &certificate).map_err(TrainError::Refused)?;
        let optimal = proven.relative_gap() <= self.settings.tolerance;
        Ok(DeepTraining {
            status: if optimal { Status::Optimal } else { Status::Feasible },
            limit,
            method: found.method,
            network,
            certificate,
            proven,
            loss: self.settings.loss,
            beta,
            rank: arrangement.rank(),
            patterns: found.patterns,
            patterns_complete: found.patterns_complete,
            unrealized: found.unrealized,
        })
    }

    fn found(&self, problem: &Problem) -> Result<Found, TrainError> {
        match self.architecture {
            Architecture::Representation { layers, units } => self.by_representation(problem, *layers, *units),
            Architecture::Parallel { widths } => match self.by_construction(problem, widths) {
                Some(found) => Ok(found),
                None => self.by_patterns(problem, widths),
            },
        }
    }

    fn beta(&self) -> Result<f64, TrainError> {
        let fraction = match self.settings.beta {
            Beta::Absolute(beta) => return Ok(beta),
            Beta::Relative(fraction) => fraction,
        };
        let slopes: Vec<f64> = self.data.targets().iter().map(|&y| self.settings.loss.slope(0.0, y)).collect();
        let (exponent, slopes) = on_grid(&slopes);
        let sums = self.points.sums(&slopes);
        let beta_max = over_all_labellings(&sums).largest_modulus() as f64 * f64::from(exponent).exp2();
        if beta_max == 0.0 {
            return Err(TrainError::NoBetaMax);
        }
        let beta = fraction * beta_max;
        if beta > 0.0 && beta.is_finite() { Ok(beta) } else { Err(TrainError::BetaOutOfRange { fraction, beta_max }) }
    }

    /// The dual point priced over all labellings: a bound for networks of any depth and width.
    fn relaxed(&self, problem: &Problem, dual: &[f64]) -> Dual {
        deep_dual(self.data, &self.arrangement, problem, dual, None)
    }

    /// The bound that a dual point proves.
    fn bound(&self, problem: &Problem, dual: &Dual) -> f64 {
        certify::lower_bound(self.data, dual, self.settings.loss, problem.beta())
    }
}
