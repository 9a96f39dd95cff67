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

use super::{
    Conclusion, LARGEST_DENOMINATOR, Proven, Rejection, Subject, bounds, claimed, claimed_bound,
    grid::{covers_patterns, sums_are_exact},
    two_layers::judge_neurons,
};
use crate::{
    certificate::{
        Interpolation,
        interpolation::{Answer, Conflict, DualRay, Interpolant},
    },
    data::Dataset,
    exact::{
        RBig,
        rational::{self, CommonDenominator},
    },
    pattern::Bits,
};

pub(super) fn judge(subject: &Subject<'_>, body: &Interpolation) -> Result<Conclusion, Rejection> {
    match &body.answer {
        Answer::Interpolant(interpolant) => judge_network(subject, interpolant).map(Conclusion::Bounds),
        Answer::Conflict(conflict) => judge_conflict(subject, conflict),
    }
}

fn judge_network(subject: &Subject<'_>, interpolant: &Interpolant) -> Result<Proven, Rejection> {
    let Interpolant { network, dual, claim } = interpolant;
    let (patterns, outputs) = judge_neurons(subject, &network.neurons)?;
    fits(subject.data, &patterns, &outputs)?;
    let norm = claimed(bounds::sum_of_moduli(&outputs), &claim.norm, |found| Rejection::NormMismatch { found })?;
    sums_are_exact(&dual.numerators, subject.data.n())?;
    covers_patterns(dual.price, subject.arrangement, &dual.numerators, dual.evidence, subject.limits)?;
    let lower_bound = claimed_bound(lower_bound(subject.data.targets(), dual), &claim.lower_bound)?;
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

fn judge_conflict(subject: &Subject<'_>, conflict: &Conflict) -> Result<Conclusion, Rejection> {
    let Subject { data, arrangement, .. } = subject;
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
    Ok(Conclusion::Infeasible { rows: conflict.rows })
}
