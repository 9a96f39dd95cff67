//! What training returns, reports and refuses.

use super::Method;
use crate::{
    arrangement::deep::DeepError,
    certificate::Certificate,
    certify::CertifyError,
    check::{Proven, Rejection},
    convex::Round,
    limits::Limit,
    loss::Loss,
    model::Network,
};

/// Why nothing was trained.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting is out of range.
    #[error("{name} = {value} is out of range: it must be {range}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// The permitted range.
        range: &'static str,
    },
    /// A loss for two classes on targets other than -1 and +1.
    #[error(
        "the loss `{loss}` needs targets -1 and +1, but row {row} has the target {target}; if the target has two classes, \
         use --classify, otherwise another loss"
    )]
    NotLabels {
        /// The loss.
        loss: &'static str,
        /// The data row, from 1.
        row: usize,
        /// Its target.
        target: f64,
    },
    /// `Method::Complete` on data that are not complete.
    #[error(
        "the method `complete` needs independent distinct rows, but {groups} distinct non-zero rows{zero} have rank {rank}; \
         use `exact` or `auto`"
    )]
    NotComplete {
        /// Distinct row directions.
        groups: usize,
        /// Their rank.
        rank: usize,
        /// A remark if there are zero rows.
        zero: &'static str,
    },
    /// A relative beta that is beyond the range of f64.
    #[error(
        "beta-rel = {fraction:e} times beta_max = {beta_max:e} is beyond the range of floating point; scale the target"
    )]
    BetaOutOfRange {
        /// The fraction asked for.
        fraction: f64,
        /// beta_max of the data.
        beta_max: f64,
    },
    /// A relative beta on data for which beta_max is 0.
    #[error(
        "beta_max is 0 on these data (no pattern correlates with the target), so a relative beta means nothing; give beta itself"
    )]
    NoBetaMax,
    /// A limit was reached before beta_max was known.
    #[error("the limit was reached before beta_max was known; raise it, or give beta itself")]
    NoTimeForBetaMax,
    /// A deep pattern set that there is none of.
    #[error(transparent)]
    Deep(#[from] DeepError),
    /// The units of a random layer have too few independent patterns.
    #[error(
        "{units} random units in layer {layer} have {found} independent patterns on {points} distinct rows, which are too few \
         for every labelling; use more units or another seed"
    )]
    RepresentationTooNarrow {
        /// The hidden layer, from 1.
        layer: usize,
        /// Its units.
        units: usize,
        /// Their rank.
        found: usize,
        /// The rank that is needed.
        points: usize,
    },
    /// The thread pool could not be started.
    #[error("cannot start {0} threads")]
    Threads(usize),
    /// The certificate could not be written.
    #[error("cannot certify: {0}")]
    Certify(#[from] CertifyError),
    /// The judge refused the certificate: a defect of this library, never a result.
    #[error("the judge refused the certificate: {0}; please report this")]
    Refused(Rejection),
}

/// How good the result is, as proven by the judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The relative gap is at most the tolerance.
    Optimal,
    /// The bounds are valid but further apart.
    Feasible,
}

impl Status {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Optimal => "optimal",
            Status::Feasible => "feasible",
        }
    }
}

/// A trained network with its proof.
#[derive(Clone, Debug)]
pub struct Training {
    /// Whether it is proven optimal.
    pub status: Status,
    /// The limit that ended the work early, if any.
    pub limit: Option<Limit>,
    /// The method that was used.
    pub method: Method,
    /// The model.
    pub network: Network,
    /// Patterns of the optimum that no f64 weights reproduce; the network does without them.
    pub unrealized: usize,
    /// The evidence.
    pub certificate: Certificate,
    /// What the judge has proven from it.
    pub proven: Proven,
    /// The loss function.
    pub loss: Loss,
    /// The regularisation parameter.
    pub beta: f64,
    /// Whether a relative beta refers to a lower bound on beta_max, because not all patterns could be priced.
    pub beta_max_is_a_lower_bound: bool,
    /// r = rank X.
    pub rank: usize,
    /// The patterns that were listed or generated; `None` if none had to be (complete arrangements have 2^n').
    pub patterns: Option<usize>,
    /// Whether the patterns are all of H(X). Column generation takes all of H(X) into account without listing it.
    pub patterns_complete: bool,
}

/// What happens during training, for logs and progress bars.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// So many patterns have been found; `bound` is the bound (8), if it fits.
    Searching {
        /// Patterns so far.
        patterns: usize,
        /// The bound (8) on the number of cells; faces may add a few patterns without a bias.
        bound: Option<u64>,
    },
    /// The search for patterns is over.
    Searched {
        /// Patterns found.
        patterns: usize,
        /// Whether they are all.
        complete: bool,
    },
    /// A round of the convex programme.
    Round(Round),
    /// The hidden weights are being found.
    Reconstructing {
        /// The number of neurons.
        neurons: usize,
    },
    /// The judge is at work.
    Judging,
}
