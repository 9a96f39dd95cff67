//! The convex programme (16) for the absolute and the hinge loss as a linear programme, in dual form.
//!
//! ```text
//! minimise  sum_k t_k x_k   subject to   -beta <= D^T V <= beta,  x_k / c_k in the domain of l*
//! ```
//!
//! where x_k = c_k v_k belongs to the c_k rows of a group with target t_k, and V_g is the sum of the x_k of group g; see
//! [`super::cones`]. The weights w are the multipliers of the ranges. The simplex method ends at a basic solution: the
//! columns with a weight are independent, and bounds that hold with equality do so to rounding, where an interior-point
//! method leaves a gap that these losses show.

use super::{LossProblem, Programme, conic::LassoSolution};
use crate::{
    backend::linear::{RangeProgram, minimise_over_ranges},
    limits::Budget,
    loss::Loss,
    pattern::PatternMatrix,
};

/// Multipliers below this fraction of the largest are zero.
const NEGLIGIBLE: f64 = 1e-13;

/// Solves the dual form; `None` for other losses, and if the solver does not finish in time.
pub fn solve(problem: &LossProblem, columns: &PatternMatrix, budget: &Budget) -> Option<LassoSolution> {
    if !matches!(problem.loss, Loss::Absolute | Loss::Hinge) {
        return None;
    }
    let mut members: Vec<Vec<(usize, f64)>> = vec![Vec::new(); problem.groups()];
    for (p, column) in columns.iter().enumerate() {
        for group in column.iter_ones() {
            members[group].push((p, 1.0));
        }
    }
    // Targets in units of the largest, V in units of beta.
    let (unit, beta) = (problem.largest_target(), problem.beta);
    let bounds = problem.terms().map(|(_, term)| {
        let (low, high) = problem.loss.domain(term.target);
        (low * term.count / beta, high * term.count / beta)
    });
    let programme = RangeProgram {
        costs: problem.terms().map(|(_, term)| term.target / unit).collect(),
        bounds: bounds.collect(),
        columns: problem.terms().map(|(group, _)| members[group].clone()).collect(),
        ranges: vec![(-1.0, 1.0); columns.len()],
    };
    let solution = minimise_over_ranges(programme, budget)?;
    let largest = solution.multipliers.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
    let weight = |w: &f64| if w.abs() > NEGLIGIBLE * largest { w * unit } else { 0.0 };
    Some(LassoSolution {
        weights: solution.multipliers.iter().map(weight).collect(),
        dual: problem.sums_over_groups(solution.primal.iter().map(|x| x * beta)),
    })
}
