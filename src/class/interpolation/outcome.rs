//! What interpolation returns.

use crate::{certificate::Certificate, check::Proven, fit::Status, limits::Limit, model::Network};

/// The answer to problem (9); either is proven.
#[derive(Clone, Debug)]
pub enum Interpolated {
    /// A network that fits every target.
    Network(Box<Interpolation>),
    /// No network of any width does.
    Infeasible {
        /// Two rows (from 0) that share their bit in every pattern and have different targets.
        rows: [usize; 2],
        /// The evidence.
        certificate: Box<Certificate>,
    },
}

/// A network that fits every target, with its proof.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Interpolation {
    /// Whether its norm is proven to be the least, up to the tolerance.
    pub status: Status,
    /// The limit that ended the work early, if any.
    pub limit: Option<Limit>,
    /// The model, its output weights rounded; `None` if no f64 weights reproduce one of the patterns.
    pub network: Option<Network>,
    /// The evidence; its output weights are exact.
    pub certificate: Certificate,
    /// What the judge has proven from it: the norm ||a||_1 and a lower bound.
    pub proven: Proven,
    /// The hidden neurons.
    pub neurons: usize,
    /// r = rank X.
    pub rank: usize,
    /// The patterns that were listed or generated; `None` if none had to be.
    pub patterns: Option<usize>,
    /// Whether the patterns are all of H(X).
    pub patterns_complete: bool,
    /// Patterns of the optimum that no f64 weights reproduce; the network does without them.
    pub unrealized: usize,
}
