//! Is a labelling an activation pattern? A witness or a refutation, each exact.
//!
//! A linear programme proposes: maximise the margin t subject to sigma_i u_i w >= t for the labelled rows (sigma_i = +1
//! or -1), -1 <= w <= 1, t <= 1. It is always feasible and bounded. If t > 0 its w is checked exactly and is the
//! witness. If t = 0 the support of its multipliers is where a refutation is sought, by an exact simplex on those few
//! rows. What the proposal does not settle (labellings that are attained on faces only, cells thinner than the solver's
//! tolerance) is decided by the exact simplex on all rows. So the answer never depends on a tolerance.

use super::{
    evidence::{Realization, is_refutation, is_witness},
    simplex,
    tuning::NEGLIGIBLE_MULTIPLIER,
};
use crate::{
    backend::linear::{LinearProgram, LinearSolution, RangeProgram, maximise, minimise_over_ranges},
    exact::{Direction, Normal},
    limits::Budget,
    pattern::BitsRef,
};

/// Decides whether `labelling`, which labels the first `labelling.len()` normals, is the restriction of a pattern.
///
/// One linear programme with r + 1 variables and k rows, then O(k r) exact signs or a small exact simplex.
pub fn realize(normals: &[Normal], labelling: &BitsRef) -> Realization {
    let normals = &normals[..labelling.len()];
    if let Some(proposal) = propose(normals, labelling)
        && let Some(realization) = confirm(normals, labelling, &proposal)
    {
        return realization;
    }
    let all: Vec<usize> = (0..normals.len()).collect();
    simplex::decide(normals, labelling, &all)
}

/// The margin programme; `None` if a normal is beyond the range of f64 or the solver fails.
fn propose(normals: &[Normal], labelling: &BitsRef) -> Option<LinearSolution> {
    let dimension = normals.first()?.exact().len();
    let mut programme = LinearProgram { costs: vec![0.0; dimension + 1], ..LinearProgram::default() };
    programme.costs[dimension] = 1.0;
    programme.bounds = vec![(-1.0, 1.0); dimension];
    programme.bounds.push((-1.0, 1.0));
    for (normal, bit) in normals.iter().zip(labelling.iter().by_vals()) {
        let sign = if bit { 1.0 } else { -1.0 };
        let mut row: Vec<f64> = unit(normal)?.into_iter().map(|entry| sign * entry).collect();
        row.push(-1.0);
        programme.rows.push(row);
        programme.lower.push(0.0);
    }
    maximise(&programme)
}

/// An exact witness by the linear programme alone, within a budget: `None` if it proposes none, which refutes nothing.
pub fn witness_within(normals: &[Normal], labelling: &BitsRef, budget: &Budget) -> Option<Direction> {
    let dimension = normals.first()?.exact().len();
    let mut columns = vec![Vec::with_capacity(labelling.len()); dimension + 1];
    for (row, (normal, bit)) in normals.iter().zip(labelling.iter().by_vals()).enumerate() {
        let sign = if bit { 1.0 } else { -1.0 };
        unit(normal)?.into_iter().enumerate().for_each(|(j, entry)| columns[j].push((row, sign * entry)));
        columns[dimension].push((row, -1.0));
    }
    let mut costs = vec![0.0; dimension];
    costs.push(-1.0);
    let ranges = vec![(0.0, f64::INFINITY); labelling.len()];
    let programme = RangeProgram { costs, bounds: vec![(-1.0, 1.0); dimension + 1], columns, ranges };
    let proposal = minimise_over_ranges(programme, budget)?;
    let (margin, weight) = proposal.primal.split_last()?;
    let witness = Direction::from_f64s(weight).filter(|_| *margin > 0.0)?;
    is_witness(normals, labelling, &witness).then_some(witness)
}

/// The normal scaled to largest modulus 1.
pub(super) fn unit(normal: &Normal) -> Option<Vec<f64>> {
    let entries = normal.approximate()?;
    let largest = entries.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    Some(entries.iter().map(|entry| entry / largest).collect())
}

/// Turns the proposal into exact evidence if it can be.
fn confirm(normals: &[Normal], labelling: &BitsRef, proposal: &LinearSolution) -> Option<Realization> {
    let (margin, weight) = proposal.primal.split_last()?;
    if *margin > 0.0 {
        let witness = Direction::from_f64s(weight)?;
        if is_witness(normals, labelling, &witness) {
            return Some(Realization::Witness(witness));
        }
    }
    let largest = proposal.multipliers.iter().copied().fold(0.0, f64::max);
    let support: Vec<usize> =
        (0..normals.len()).filter(|&row| proposal.multipliers[row] > NEGLIGIBLE_MULTIPLIER * largest).collect();
    match simplex::decide(normals, labelling, &support) {
        Realization::Refutation(refutation) if is_refutation(normals, labelling, &refutation) => {
            Some(Realization::Refutation(refutation))
        }
        _ => None,
    }
}
