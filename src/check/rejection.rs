//! Why the judge rejects a certificate.

use super::{LARGEST_DENOMINATOR, pricing};
use crate::certificate::{FORMAT, VERSION};

/// Why a certificate was rejected: one reason for each kind of defect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The format's name or version is not the one that this judge knows.
    #[error("format {format:?} version {version} is not {FORMAT:?} version {VERSION}")]
    UnknownFormat {
        /// The name that was found.
        format: String,
        /// The version that was found.
        version: u32,
    },
    /// The certificate is about a matrix of another shape.
    #[error("the certificate is about {claimed_n} rows and {claimed_d} columns, the data have {n} and {d}")]
    ShapeMismatch {
        /// Rows according to the certificate.
        claimed_n: usize,
        /// Columns according to the certificate.
        claimed_d: usize,
        /// Rows of the data.
        n: usize,
        /// Columns of the data.
        d: usize,
    },
    /// The certificate is about other data.
    #[error(
        "the certificate is about data with digest {claimed}, the digest of these data is {found}{}",
        .reordered.map(Reordered::explanation).unwrap_or_default()
    )]
    DigestMismatch {
        /// The digest in the certificate.
        claimed: String,
        /// The digest of the data.
        found: String,
        /// What the certificate says about the same data in another order.
        reordered: Option<Reordered>,
    },
    /// The certificate's data options contradict the data: another bias column or other classes.
    #[error("the data were read with other options than the certificate names: {0}")]
    OptionsMismatch(&'static str),
    /// The data hold a number that is not finite; a dataset cannot.
    #[error("the data are not finite")]
    DataNotFinite,
    /// Weights have no common denominator of a bounded size; sums of them would cost too much.
    #[error("{field} have no common denominator of at most {LARGEST_DENOMINATOR} bits")]
    DenominatorTooLarge {
        /// Which weights.
        field: String,
    },
    /// A number is not a rational in canonical form.
    #[error("{field} is not a rational number in lowest terms")]
    NotARational {
        /// Where it stands.
        field: String,
    },
    /// beta must be positive.
    #[error("beta is not positive")]
    BetaNotPositive,
    /// delta must be positive, and there for the Huber loss only.
    #[error("problem.delta {0}")]
    Delta(&'static str),
    /// The loss needs targets -1 and +1.
    #[error("the loss needs targets -1 and +1, and row {row} (counted from 0) has another")]
    TargetNotALabel {
        /// The row, from 0.
        row: usize,
    },
    /// A vector has the wrong number of entries.
    #[error("{field} has {found} entries instead of {expected}")]
    WrongLength {
        /// Which vector.
        field: String,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A neuron does not have the pattern that is claimed.
    #[error("neuron {neuron} does not have the claimed activation pattern")]
    PatternMismatch {
        /// The neuron's index, from 0.
        neuron: usize,
    },
    /// The network's loss is not the claimed one.
    #[error("the training loss of the network is {found}, not the claimed one")]
    TrainingLossMismatch {
        /// The exact loss.
        found: String,
    },
    /// The network's objective is not the claimed one.
    #[error("the objective of the network is {found}, not the claimed one")]
    ObjectiveMismatch {
        /// The exact objective.
        found: String,
    },
    /// The network's norm ||a||_1 is not the claimed one.
    #[error("the norm of the network is {found}, not the claimed one")]
    NormMismatch {
        /// The exact norm.
        found: String,
    },
    /// The network does not fit a target exactly.
    #[error("the output of the network in row {row} (counted from 0) is {found}, not the target")]
    NotInterpolating {
        /// The row, from 0.
        row: usize,
        /// The exact output.
        found: String,
    },
    /// Two rows do not exclude each other.
    #[error("the rows of the conflict {0}")]
    NoConflict(&'static str),
    /// The dual point leaves the fixed-point grid that keeps all sums exact.
    #[error("the dual point is outside the grid: {0}")]
    DualOutOfRange(&'static str),
    /// The dual point is not in the domain of the conjugate of the loss, and no multiple of it is.
    #[error("the dual point has the sign of the target in row {row} (counted from 0), outside the loss's domain")]
    DualOutsideDomain {
        /// The row, from 0.
        row: usize,
    },
    /// A deep network is not of the depth and widths that it is said to have.
    #[error(transparent)]
    Architecture(#[from] ArchitectureDefect),
    /// The network has more neurons than it is said to have.
    #[error("the network has {neurons} neurons, more than the width {width}")]
    TooWide {
        /// Its neurons.
        neurons: usize,
        /// The width.
        width: usize,
    },
    /// The search tree is not one.
    #[error(transparent)]
    Search(#[from] SearchDefect),
    /// Some pattern has a larger price than claimed.
    #[error("max |d^T v| is {found}, more than the claimed price {claimed} (in units of the dual grid)")]
    PriceTooLow {
        /// The exact maximum.
        found: i64,
        /// The claimed bound.
        claimed: i64,
    },
    /// The lower bound does not follow from the dual point and the price.
    #[error("the dual point proves the lower bound {found}, not the claimed one")]
    LowerBoundMismatch {
        /// The exact lower bound that is proven.
        found: String,
    },
    /// The proof needs more work than permitted.
    #[error("{0}; raise the judge's limit to decide")]
    TooMuchWork(#[from] pricing::WorkExceeded),
    /// A logistic value is too close to a multiple of 2^-128 to be rounded.
    #[error("the logistic loss or its dual value is too close to a multiple of 2^-128 to be rounded")]
    Undecided,
    /// The bounds contradict weak duality: a defect of the judge itself, which then proves nothing.
    #[error("internal contradiction: the lower bound exceeds the objective")]
    Contradiction,
}

/// How the data differ from those that a certificate is about, if in their order only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reordered {
    /// The rows are the same.
    Rows,
    /// The columns are the same.
    Columns,
}

impl Reordered {
    fn explanation(self) -> &'static str {
        match self {
            Reordered::Rows => "; the rows are the same in another order: restore the order of the table",
            Reordered::Columns => {
                "; the columns are the same in another order: restore the order of the table or of the features"
            }
        }
    }
}

/// How a deep network is not what it is said to be. Indices count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchitectureDefect {
    /// A subnetwork has another depth.
    #[error("subnetwork {subnetwork} has not {layers} layers")]
    Layers {
        /// Its index.
        subnetwork: usize,
        /// The layers that it must have, with the shared ones and the output layer.
        layers: usize,
    },
    /// The number of widths is not that of the layers that have one.
    #[error("{layers} layers have not {widths} widths")]
    Widths {
        /// The layers of the network.
        layers: usize,
        /// The widths that are stated.
        widths: usize,
    },
    /// A unit is not one of those that the bound is about.
    #[error("a unit of subnetwork {subnetwork} reads more than {width} units, or has a threshold")]
    Unit {
        /// The index of the subnetwork.
        subnetwork: usize,
        /// The units that it may read.
        width: usize,
    },
    /// A unit of the first layer has a threshold.
    #[error("{unit} is in the first layer and has a threshold")]
    Threshold {
        /// Where it stands.
        unit: String,
    },
    /// A last layer has not one unit.
    #[error("the last layer of subnetwork {subnetwork} has not one unit")]
    LastLayer {
        /// The index of the subnetwork.
        subnetwork: usize,
    },
    /// A walk is asked for where there is no pattern set to walk over.
    #[error("without widths there is no deep pattern set")]
    NoPatternSet,
}

/// How a search tree is none. `node` counts the entries of `search` from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchDefect {
    /// There are nodes after the end.
    #[error("search[{node}]: the tree ended before")]
    Ended {
        /// The first of them.
        node: usize,
    },
    /// The text of a branching is no pattern in H(X).
    #[error("search[{node}]: no pattern of the data")]
    NotAPattern {
        /// The branching.
        node: usize,
    },
    /// A branching on a pattern on which the way to it has branched.
    #[error("search[{node}]: the pattern has been decided before")]
    Decided {
        /// The branching.
        node: usize,
    },
    /// A branching where no more patterns can be taken.
    #[error("search[{node}]: there are as many patterns as the width permits")]
    Full {
        /// The branching.
        node: usize,
    },
    /// There are too few nodes.
    #[error("the tree is not finished")]
    Unfinished,
}
