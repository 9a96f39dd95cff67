//! The judge of problem (9): minimise ||a||_1 over the two-layer threshold networks with f(X) = y, in exact arithmetic.
//!
//! A network with f(X) = y exactly is an upper bound. With p >= max |d^T v| over H(X), every such network has
//!
//! ```text
//! |v.y| = |v.f| <= sum_j |a_j| |d_j^T v| <= p ||a||_1,      so  ||a||_1 >= |v.y| / p
//! ```
//!
//! whatever v is. And two rows that are positive multiples of each other, or both zero, share their bit in every pattern,
//! so they have the same output: if their targets differ there is no such network, of any width.
//!
//! Cost: as for [`super::check`].

use dashu_int::IBig;

use super::{CheckLimits, Proven, Rejection, bounds, judge_neurons, largest_modulus, same_data_claim, sums_are_exact};
use crate::{
    certificate::{
        InterpolationCertificate,
        interpolation::{Answer, Conflict, DualRay, FORMAT, Interpolant, VERSION},
    },
    check::LARGEST_DENOMINATOR,
    data::Dataset,
    exact::{
        Arrangement, RBig,
        rational::{self, CommonDenominator},
    },
    pattern::Bits,
};

/// What has been proven about problem (9).
#[derive(Clone, Debug, PartialEq)]
pub enum ProvenInterpolation {
    /// The network fits every target; `objective` is its norm ||a||_1, and no such network has one below `lower_bound`.
    Network(Proven),
    /// No network of any width fits the targets of these two rows (from 0).
    Infeasible {
        /// The rows, ascending.
        rows: [usize; 2],
    },
}

/// Judges a certificate against the data that it claims to be about. Never panics; the default is rejection.
///
/// # Errors
///
/// The reason for which it is rejected; nothing may be concluded then.
pub fn check_interpolation(
    data: &Dataset,
    certificate: &InterpolationCertificate,
    limits: &CheckLimits,
) -> Result<ProvenInterpolation, Rejection> {
    if certificate.format != FORMAT || certificate.version != VERSION {
        let (format, version) = (certificate.format.clone(), certificate.version);
        return Err(Rejection::UnknownFormat { format, version });
    }
    same_data_claim(data, &certificate.data)?;
    let arrangement = Arrangement::new(data.features(), data.d()).ok_or(Rejection::DataNotFinite)?;
    match &certificate.answer {
        Answer::Interpolant(interpolant) => {
            judge(data, &arrangement, interpolant, limits).map(ProvenInterpolation::Network)
        }
        Answer::Conflict(conflict) => {
            judge_conflict(data, &arrangement, conflict)?;
            Ok(ProvenInterpolation::Infeasible { rows: conflict.rows })
        }
    }
}

fn judge(
    data: &Dataset,
    arrangement: &Arrangement,
    interpolant: &Interpolant,
    limits: &CheckLimits,
) -> Result<Proven, Rejection> {
    let Interpolant { network, dual, claim } = interpolant;
    let (patterns, outputs) = judge_neurons(data, arrangement, &network.neurons)?;
    fits(data, &patterns, &outputs)?;
    let norm = bounds::sum_of_moduli(&outputs);
    if rational::to_text(&norm) != claim.norm {
        return Err(Rejection::NormMismatch { found: rational::to_text(&norm) });
    }
    sums_are_exact(&dual.numerators, data.n())?;
    let found = largest_modulus(arrangement, &dual.numerators, dual.evidence, limits)?;
    if found > dual.price {
        return Err(Rejection::PriceTooLow { found, claimed: dual.price });
    }
    let lower_bound = lower_bound(data.targets(), dual);
    if rational::to_text(&lower_bound) != claim.lower_bound {
        return Err(Rejection::LowerBoundMismatch { found: rational::to_text(&lower_bound) });
    }
    if lower_bound > norm {
        return Err(Rejection::Contradiction);
    }
    Ok(Proven { objective: norm, lower_bound, evidence: dual.evidence.into() })
}

/// Whether f_i = y_i in every row, over one common denominator.
fn fits(data: &Dataset, patterns: &[Bits], outputs: &[RBig]) -> Result<(), Rejection> {
    // A dataset holds finite numbers only, so nothing is left out.
    let targets = data.targets().iter().filter_map(|&target| rational::from_f64(target));
    let numbers: Vec<RBig> = outputs.iter().cloned().chain(targets).collect();
    let common = CommonDenominator::within(&numbers, LARGEST_DENOMINATOR);
    let common = common.ok_or_else(|| Rejection::DenominatorTooLarge { field: "the output weights".into() })?;
    let (outputs, targets) = common.numerators.split_at(outputs.len());
    for (row, target) in targets.iter().enumerate() {
        let active = patterns.iter().zip(outputs).filter(|(pattern, _)| pattern[row]);
        let found: IBig = active.map(|(_, output)| output).sum();
        if found != *target {
            let found = RBig::from_parts(found, common.denominator);
            return Err(Rejection::NotInterpolating { row, found: rational::to_text(&found) });
        }
    }
    Ok(())
}

/// |v.y| / p, or 0 if p is not positive: a lower bound on the norm if p >= max |d^T v|. `numerators` has n entries.
pub fn lower_bound(targets: &[f64], dual: &DualRay) -> RBig {
    if dual.price <= 0 {
        return RBig::ZERO;
    }
    let targets: Vec<RBig> = targets.iter().filter_map(|&target| rational::from_f64(target)).collect();
    let targets = CommonDenominator::of(&targets);
    let product: IBig = dual.numerators.iter().zip(&targets.numerators).map(|(&v, y)| IBig::from(v) * y).sum();
    let (_, modulus) = product.into_parts();
    RBig::from_parts(modulus.into(), targets.denominator) / RBig::from(dual.price)
}

fn judge_conflict(data: &Dataset, arrangement: &Arrangement, conflict: &Conflict) -> Result<(), Rejection> {
    let [first, second] = conflict.rows;
    if first >= second || second >= data.n() {
        return Err(Rejection::NoConflict("are not two rows of the data in ascending order"));
    }
    let groups = arrangement.group_of_row();
    if groups[first] != groups[second] {
        return Err(Rejection::NoConflict("are not positive multiples of each other"));
    }
    if data.targets()[first] == data.targets()[second] {
        return Err(Rejection::NoConflict("have the same target"));
    }
    Ok(())
}
