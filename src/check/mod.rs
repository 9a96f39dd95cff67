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
//! ([`width`]) and interpolation ([`interpolation`]), are judged by the same steps: what all have in common is done here,
//! once, and each kind has its own rules in a file of its own. See `docs/trust.md` for what must be believed.
//!
//! Cost: O(m N d) filtered signs for m neurons and N distinct rows, O(n) big-integer operations, and the walk of
//! [`pricing`] if the certificate asks for it.

pub(crate) mod bounds;
pub mod deep;
pub mod dimacs;
mod grid;
pub mod interpolation;
pub mod listing;
mod logistic;
pub mod pricing;
pub mod proof;
mod rejection;
pub mod rup;
mod statement;
mod two_layers;
mod verdict;
pub mod width;

#[cfg(feature = "solve")]
pub use grid::{LARGEST_DUAL_EXPONENT, LARGEST_DUAL_SUM};
pub use proof::{Established, ProofRejection, ProofVerdict, check_proof};
pub use rejection::{ArchitectureDefect, Rejection, Reordered, SearchDefect};
pub use verdict::{Conclusion, Evidence, Proven, Verdict};

use crate::{
    certificate::{Body, Certificate, DataClaim, FORMAT, Unordered, VERSION},
    data::Dataset,
    exact::{Arrangement, RBig, rational},
};

/// The largest common denominator, in bits, of weights that are summed. Weights that are f64 numbers need 1074 bits.
pub const LARGEST_DENOMINATOR: usize = 1 << 16;

/// How much work the judge may spend.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckLimits {
    /// Rows handled by the walk over the arrangement: some 10^8 a second on each core if rows are in general position,
    /// some 10^7 where most questions have to be decided in integers. Lists of patterns, search trees and the steps of
    /// proofs are counted alike, and lists may take a byte of memory for every ten rows.
    pub work: u64,
}

impl CheckLimits {
    /// At most this much work.
    pub fn new(work: u64) -> Self {
        CheckLimits { work }
    }
}

impl Default for CheckLimits {
    fn default() -> Self {
        CheckLimits { work: 10_000_000_000 }
    }
}

/// Judges a certificate against the data that it claims to be about. Never panics; the default is rejection.
///
/// ```
/// use heaviside::{check, CheckLimits, Certificate, Conclusion, Dataset, Verdict};
/// # fn judge(data: &Dataset, certificate: &Certificate) {
/// match check(data, certificate, &CheckLimits::default()) {
///     Verdict::Verified(Conclusion::Bounds(proven)) => println!("optimal within {}", proven.gap()),
///     Verdict::Verified(other) => println!("proven: {other:?}"),
///     Verdict::Rejected(reason) => println!("not proven: {reason}"),
/// }
/// # }
/// ```
pub fn check(data: &Dataset, certificate: &Certificate, limits: &CheckLimits) -> Verdict {
    match judge(data, certificate, limits) {
        Ok(conclusion) => Verdict::Verified(conclusion),
        Err(reason) => Verdict::Rejected(reason),
    }
}

/// What every kind is judged with: data that are those of the certificate.
struct Subject<'a> {
    data: &'a Dataset,
    arrangement: &'a Arrangement,
    limits: &'a CheckLimits,
}

fn judge(data: &Dataset, certificate: &Certificate, limits: &CheckLimits) -> Result<Conclusion, Rejection> {
    same_format(certificate)?;
    same_data_claim(data, &certificate.data)?;
    let arrangement = &arrangement_of(data)?;
    let subject = Subject { data, arrangement, limits };
    let conclusion = match &certificate.body {
        Body::TwoLayers(body) => two_layers::judge(&subject, body)?.into(),
        Body::Deep(body) => deep::judge(&subject, body)?.into(),
        Body::Width(body) => width::judge(&subject, body)?.into(),
        Body::Interpolation(body) => interpolation::judge(&subject, body)?,
    };
    match conclusion {
        Conclusion::Bounds(proven) if proven.lower_bound > proven.objective => Err(Rejection::Contradiction),
        conclusion => Ok(conclusion),
    }
}

fn same_format(certificate: &Certificate) -> Result<(), Rejection> {
    if (certificate.format.as_str(), certificate.version) == (FORMAT, VERSION) {
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
        let reordered = reordered(data, claim.unordered.as_ref());
        return Err(Rejection::DigestMismatch { claimed: claim.digest.clone(), found, reordered });
    }
    if claim.options.bias != data.bias() {
        return Err(Rejection::OptionsMismatch("bias"));
    }
    if claim.options.classify != data.classes().is_some() {
        return Err(Rejection::OptionsMismatch("classify"));
    }
    Ok(())
}

/// What other data have in common with those of the certificate, as far as it says. If rows and columns agree in any
/// order, the order is not what is wrong.
fn reordered(data: &Dataset, claim: Option<&Unordered>) -> Option<Reordered> {
    let (claim, found) = (claim?, Unordered::of(data));
    match (claim.rows == found.rows, claim.columns == found.columns) {
        (true, false) => Some(Reordered::Rows),
        (false, true) => Some(Reordered::Columns),
        _ => None,
    }
}

fn arrangement_of(data: &Dataset) -> Result<Arrangement, Rejection> {
    Arrangement::new(data.features(), data.d()).ok_or(Rejection::DataNotFinite)
}

/// Compares a claim, as text, with the number that it must be; otherwise the reason to reject it.
fn claimed(number: RBig, claim: &str, reason: impl FnOnce(String) -> Rejection) -> Result<RBig, Rejection> {
    let found = rational::to_text(&number);
    if found == claim { Ok(number) } else { Err(reason(found)) }
}

/// The same for a lower bound.
fn claimed_bound(bound: RBig, claim: &str) -> Result<RBig, Rejection> {
    claimed(bound, claim, |found| Rejection::LowerBoundMismatch { found })
}

fn rational_field(text: &str, field: impl FnOnce() -> String) -> Result<RBig, Rejection> {
    rational::from_text(text).ok_or_else(|| Rejection::NotARational { field: field() })
}
