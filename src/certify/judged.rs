//! The last step of training: the judge proves what was written down.

use crate::{
    certificate::Certificate,
    check::{CheckLimits, Conclusion, Proven, Rejection, Verdict, check},
    data::Dataset,
};

/// The bounds that a certificate of a network proves.
///
/// # Errors
///
/// The reason for which the judge rejects it.
pub fn judged(data: &Dataset, certificate: &Certificate) -> Result<Proven, Rejection> {
    match check(data, certificate, &CheckLimits::default()) {
        Verdict::Verified(Conclusion::Bounds(proven)) => Ok(proven),
        Verdict::Verified(Conclusion::Infeasible { .. }) => unreachable!("the certificate holds a network"),
        Verdict::Rejected(reason) => Err(reason),
        Verdict::Undecided(exceeded) => Err(exceeded.into()),
    }
}
