//! Why nothing was trained.

use crate::{arrangement::deep::DeepError, certify::CertifyError, check::Rejection};

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
