//! The judge: (data, certificate) -> verdict, in exact rational arithmetic, without any solver.
//!
//! A certificate is believed in nothing. The judge recomputes, from the data and the certificate's numbers,
//!
//! 1. the activation pattern of every neuron, by exact signs;
//! 2. the loss and the objective (4) of the network: an upper bound on the optimum, since the network is feasible;
//! 3. the largest |d^T v| over H(X) (or over all labellings, which contain H(X)), hence by how much the dual point v
//!    may be scaled to satisfy the constraints of the dual of (6);
//! 4. the dual value at such a scaling: a lower bound on the optimum by weak duality.
//!
//! All losses but the logistic one have rational values, and these are compared as they are. Those of the logistic loss
//! are enclosed by intervals and rounded, upwards for 2 and downwards for 4.
//!
//! `Verified` means: the network's objective is at most `objective - lower_bound` above that of every two-layer
//! threshold network of any width on these data. Certificates of other kinds, about deep networks ([`deep`]), narrow ones
//! ([`width`]) and interpolation ([`interpolation`]), are judged by the same steps. See `docs/trust.md` for what must be
//! believed.
//!
//! Cost: O(m N d) filtered signs for m neurons and N distinct rows, O(n) big-integer operations, and the walk of
//! [`pricing`] if the certificate asks for it.

pub(crate) mod bounds;
pub mod deep;
pub mod dimacs;
pub mod interpolation;
pub mod listing;
mod logistic;
pub mod pricing;
pub mod proof;
pub mod rup;
mod statement;
pub mod width;

pub use deep::{check_deep, check_deep_json};
pub use interpolation::{ProvenInterpolation, check_interpolation};
pub use proof::{Established, ProofRejection, ProofVerdict, check_proof, check_proof_json};
pub use width::{check_width, check_width_json};

use statement::Statement;

use crate::{
    certificate::{
        Certificate, CertifiedNeuron, DEEP_FORMAT, DEEP_VERSION, DataClaim, Dual, FORMAT, LossName, PriceEvidence,
        VERSION, WIDTH_FORMAT, WIDTH_VERSION, interpolation as interpolation_format, pattern_to_hex,
    },
    data::Dataset,
    exact::{
        Arrangement, Direction, RBig,
        rational::{self, CommonDenominator},
    },
    pattern::{Bits, expand, step},
};

/// The largest sum of the moduli of the dual numerators: all sums of them are exact in i64 and in f64.
pub const LARGEST_DUAL_SUM: u64 = 1 << 53;

/// The largest modulus of the dual exponent: beyond it, 2^exponent is not a normal f64.
pub const LARGEST_DUAL_EXPONENT: u32 = 1022;

/// The largest common denominator, in bits, of weights that are summed. Weights that are f64 numbers need 1074 bits.
pub const LARGEST_DENOMINATOR: usize = 1 << 16;

/// How much work the judge may spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLimits {
    /// Rows handled by the walk over the arrangement: some 10^8 a second on each core if rows are in general position,
    /// some 10^7 where most questions have to be decided in integers. Lists of patterns, search trees and the steps of
    /// proofs are counted alike, and lists may take a byte of memory for every ten rows.
    pub work: u64,
}

impl Default for CheckLimits {
    fn default() -> Self {
        CheckLimits { work: 10_000_000_000 }
    }
}

/// The judge's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Every claim of the certificate is proven.
    Verified(Proven),
    /// Some claim is wrong or not proven; nothing may be concluded.
    Rejected(Rejection),
}

/// What has been proven.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The exact objective (4) of the certificate's network.
    pub objective: RBig,
    /// No network of those that the certificate is about has a smaller objective. These are two-layer threshold networks
    /// of any width, or of at most the certificate's width, or parallel deep ones; for interpolation those that fit every
    /// target, and their norm.
    pub lower_bound: RBig,
    /// What proves the lower bound.
    pub evidence: Evidence,
}

/// What proves a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The exact maximum of |d^T v| over H(X).
    Patterns,
    /// The maximum of |d^T v| over all labellings of the distinct rows, which contain the patterns of every network.
    Labellings,
    /// The exact maximum of |d^T v| over a deep pattern set (13).
    DeepPatterns,
    /// A search tree over the sets of at most m patterns, with a dual point for each leaf.
    SearchTree,
}

impl Evidence {
    /// The evidence in words, for a report.
    pub fn reason(self) -> &'static str {
        match self {
            Evidence::Patterns => "exact maximum over all patterns",
            Evidence::Labellings => "bound over all labellings of the distinct rows",
            Evidence::DeepPatterns => "exact maximum over all patterns of the last hidden layer",
            Evidence::SearchTree => "search tree over the patterns of networks of this width",
        }
    }
}

impl From<PriceEvidence> for Evidence {
    /// For two layers.
    fn from(evidence: PriceEvidence) -> Self {
        match evidence {
            PriceEvidence::Walk => Evidence::Patterns,
            PriceEvidence::AllLabellings => Evidence::Labellings,
        }
    }
}

impl Proven {
    /// `objective - lower_bound`, exact and non-negative.
    pub fn gap(&self) -> RBig {
        &self.objective - &self.lower_bound
    }

    /// The gap divided by the objective, rounded up; 0 if the gap is 0.
    pub fn relative_gap(&self) -> f64 {
        let gap = self.gap();
        if gap.is_zero() { 0.0 } else { rational::round_up(&(gap / &self.objective)) }
    }
}

/// Why a certificate was rejected: one reason for each kind of defect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The text is not a certificate.
    #[error("malformed certificate: {0}")]
    Malformed(String),
    /// The format's name or version is none that this judge knows, or the version does not know the loss.
    #[error(
        "format {format:?} version {version} is none that this judge knows: {FORMAT:?} version {VERSION} (or 1, for the \
         squared loss), {:?} version {}, {DEEP_FORMAT:?} version {DEEP_VERSION}, {WIDTH_FORMAT:?} version {WIDTH_VERSION}",
        interpolation_format::FORMAT,
        interpolation_format::VERSION
    )]
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
    #[error("the certificate is about data with digest {claimed}, the digest of these data is {found}")]
    DigestMismatch {
        /// The digest in the certificate.
        claimed: String,
        /// The digest of the data.
        found: String,
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
    #[error("{0}")]
    Architecture(String),
    /// The network has more neurons than it is said to have.
    #[error("the network has {neurons} neurons, more than the width {width}")]
    TooWide {
        /// Its neurons.
        neurons: usize,
        /// The width.
        width: usize,
    },
    /// The search tree is not one.
    #[error("{0}")]
    Search(String),
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

/// Judges the text of a certificate; see [`check`].
pub fn check_json(data: &Dataset, text: &str, limits: &CheckLimits) -> Verdict {
    match Certificate::from_json(text) {
        Ok(certificate) => check(data, &certificate, limits),
        Err(problem) => Verdict::Rejected(Rejection::Malformed(problem)),
    }
}

/// Judges a certificate against the data that it claims to be about. Never panics; the default is rejection.
///
/// ```
/// use heaviside::{check, CheckLimits, Certificate, Dataset, Verdict};
/// # fn judge(data: &Dataset, certificate: &Certificate) {
/// match check(data, certificate, &CheckLimits::default()) {
///     Verdict::Verified(proven) => println!("optimal within {}", proven.gap()),
///     Verdict::Rejected(reason) => println!("not proven: {reason}"),
/// }
/// # }
/// ```
pub fn check(data: &Dataset, certificate: &Certificate, limits: &CheckLimits) -> Verdict {
    match judge(data, certificate, limits) {
        Ok(proven) => Verdict::Verified(proven),
        Err(reason) => Verdict::Rejected(reason),
    }
}

fn judge(data: &Dataset, certificate: &Certificate, limits: &CheckLimits) -> Result<Proven, Rejection> {
    same_format(certificate)?;
    same_data_claim(data, &certificate.data)?;
    let arrangement = Arrangement::new(data.features(), data.d()).ok_or(Rejection::DataNotFinite)?;
    let statement = Statement::new(&certificate.problem, data.targets())?;
    let (patterns, outputs) = judge_neurons(data, &arrangement, &certificate.network.neurons)?;
    let objective = statement.objective(&patterns, &outputs, &certificate.claim)?;
    let dual = &certificate.dual;
    on_the_grid(dual, data.n())?;
    let price = largest_modulus(&arrangement, &dual.numerators, dual.evidence, limits)?;
    let lower_bound = statement.lower_bound(dual, price, &certificate.claim)?;
    if lower_bound > objective {
        return Err(Rejection::Contradiction);
    }
    Ok(Proven { objective, lower_bound, evidence: dual.evidence.into() })
}

fn same_format(certificate: &Certificate) -> Result<(), Rejection> {
    let known = match certificate.version {
        // Version 1 is what version 2 says about the squared loss.
        1 => certificate.problem.loss == LossName::Squared,
        version => version == VERSION,
    };
    if certificate.format == FORMAT && known {
        return Ok(());
    }
    Err(Rejection::UnknownFormat { format: certificate.format.clone(), version: certificate.version })
}

fn same_data_claim(data: &Dataset, claim: &DataClaim) -> Result<(), Rejection> {
    if (claim.n, claim.d) != (data.n(), data.d()) {
        let (n, d) = (data.n(), data.d());
        return Err(Rejection::ShapeMismatch { claimed_n: claim.n, claimed_d: claim.d, n, d });
    }
    let found = data.digest();
    if claim.digest != found {
        return Err(Rejection::DigestMismatch { claimed: claim.digest.clone(), found });
    }
    if claim.options.bias != data.bias() {
        return Err(Rejection::OptionsMismatch("bias"));
    }
    if claim.options.classify != data.classes().is_some() {
        return Err(Rejection::OptionsMismatch("classify"));
    }
    Ok(())
}

/// The exact patterns of neurons on the rows, compared with the claimed ones, and their output weights.
fn judge_neurons(
    data: &Dataset,
    arrangement: &Arrangement,
    neurons: &[CertifiedNeuron],
) -> Result<(Vec<Bits>, Vec<RBig>), Rejection> {
    let rows = arrangement.directions(data.features());
    let (mut patterns, mut outputs) = (Vec::new(), Vec::new());
    for (index, neuron) in neurons.iter().enumerate() {
        let groups = exact_pattern(&rows, neuron, index, data.d())?;
        let pattern = expand(arrangement, &groups);
        if pattern_to_hex(pattern.iter().by_vals()) != neuron.pattern {
            return Err(Rejection::PatternMismatch { neuron: index });
        }
        patterns.push(pattern);
        outputs.push(rational_field(&neuron.output, || format!("network.neurons[{index}].output"))?);
    }
    Ok((patterns, outputs))
}

/// The exact pattern of a neuron on the groups of rows.
fn exact_pattern(rows: &[Direction], neuron: &CertifiedNeuron, index: usize, d: usize) -> Result<Bits, Rejection> {
    let field = |j: usize| format!("network.neurons[{index}].hidden[{j}]");
    if neuron.hidden.len() != d {
        let field = format!("network.neurons[{index}].hidden");
        return Err(Rejection::WrongLength { field, found: neuron.hidden.len(), expected: d });
    }
    let read = |(j, text): (usize, &String)| rational_field(text, || field(j));
    let hidden = neuron.hidden.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let integers = CommonDenominator::within(&hidden, LARGEST_DENOMINATOR).map(|common| common.numerators);
    let too_large = || Rejection::DenominatorTooLarge { field: format!("the hidden weights of neuron {index}") };
    let weight = Direction::new(integers.ok_or_else(too_large)?);
    Ok(rows.iter().map(|row| step(row.sign_with(&weight))).collect())
}

/// Whether a dual point is on the grid: an entry for each row, sums that are exact, and an exponent in range.
fn on_the_grid(dual: &Dual, rows: usize) -> Result<(), Rejection> {
    sums_are_exact(&dual.numerators, rows)?;
    if dual.exponent.unsigned_abs() > LARGEST_DUAL_EXPONENT {
        return Err(Rejection::DualOutOfRange("the exponent is too large"));
    }
    Ok(())
}

/// Whether there is an entry for each row, and all sums of entries are exact.
fn sums_are_exact(numerators: &[i64], rows: usize) -> Result<(), Rejection> {
    if numerators.len() != rows {
        let field = "dual.numerators".into();
        return Err(Rejection::WrongLength { field, found: numerators.len(), expected: rows });
    }
    let moduli = numerators.iter().fold(0u64, |sum, value| sum.saturating_add(value.unsigned_abs()));
    if moduli > LARGEST_DUAL_SUM {
        return Err(Rejection::DualOutOfRange("the moduli of the numerators add up to more than 2^53"));
    }
    Ok(())
}

/// max |d^T v| over H(X), or over a superset of it if the evidence says so, in units of the grid.
fn largest_modulus(
    arrangement: &Arrangement,
    numerators: &[i64],
    evidence: PriceEvidence,
    limits: &CheckLimits,
) -> Result<i64, Rejection> {
    let (sums, always) = arrangement.group_sums(numerators);
    Ok(match evidence {
        PriceEvidence::Walk => pricing::over_patterns(arrangement, &sums, limits.work)?,
        PriceEvidence::AllLabellings => pricing::over_all_labellings(&sums),
    }
    .shifted(always)
    .largest_modulus())
}

fn rational_field(text: &str, field: impl FnOnce() -> String) -> Result<RBig, Rejection> {
    rational::from_text(text).ok_or_else(|| Rejection::NotARational { field: field() })
}
