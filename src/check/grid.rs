//! Dual points on their grid of integers, and their prices.

use super::{
    CheckLimits, Rejection,
    pricing::{self, cones},
};
use crate::{
    certificate::{Dual, PriceEvidence},
    exact::Arrangement,
};

/// The largest sum of the moduli of the dual numerators: all sums of them are exact in i64 and in f64.
pub const LARGEST_DUAL_SUM: u64 = 1 << 53;

/// The largest modulus of the dual exponent: beyond it, 2^exponent is not a normal f64.
pub const LARGEST_DUAL_EXPONENT: u32 = 1022;

/// Whether a dual point is on the grid: an entry for each row, sums that are exact, and an exponent in range.
pub(super) fn on_the_grid(dual: &Dual, rows: usize) -> Result<(), Rejection> {
    sums_are_exact(&dual.numerators, rows)?;
    if dual.exponent.unsigned_abs() > LARGEST_DUAL_EXPONENT {
        return Err(Rejection::DualOutOfRange("the exponent is too large"));
    }
    Ok(())
}

/// Whether there is an entry for each row, and all sums of entries are exact.
pub(super) fn sums_are_exact(numerators: &[i64], rows: usize) -> Result<(), Rejection> {
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

/// Proves that max |d^T v| over H(X), or over a superset of it if the evidence says so, is at most the claimed price, in
/// units of the grid.
pub(super) fn covers_patterns(
    claimed: i64,
    arrangement: &Arrangement,
    numerators: &[i64],
    evidence: PriceEvidence,
    limits: &CheckLimits,
) -> Result<(), Rejection> {
    let (sums, always) = arrangement.group_sums(numerators);
    let extremes = match evidence {
        PriceEvidence::Walk => pricing::over_patterns(arrangement, &sums, limits.work)?,
        PriceEvidence::AllLabellings => pricing::over_all_labellings(&sums),
        PriceEvidence::Cones(cones) => {
            let claim = cones::Claimed { price: claimed, cones };
            let above = cones::exceeding(arrangement, &sums, always, claim, limits.work)?;
            return above.map_or(Ok(()), |found| covers(claimed, found));
        }
    };
    covers(claimed, extremes.shifted(always).largest_modulus())
}

/// Whether a claimed price is not below one that was found.
pub(super) fn covers(claimed: i64, found: i64) -> Result<(), Rejection> {
    if found > claimed { Err(Rejection::PriceTooLow { found, claimed }) } else { Ok(()) }
}
