//! The convex programme (16) for piecewise linear losses as a linear programme, in dual form.
//!
//! ```text
//! minimise  sum_k t_k x_k   subject to   -beta <= D^T V <= beta,  x_k / c_k in the domain of l*
//! ```
//!
//! where x_k = c_k v_k belongs to the c_k rows of a group with target t_k, and V_g is the sum of the x_k of group g; see
//! [`super::conic_dual`]. The weights w are the multipliers of the ranges. The simplex method ends at a basic solution: the
//! columns with a weight are independent, and bounds that hold with equality do so to rounding, where an interior-point
//! method leaves a gap that these losses show.

use super::{Master, Point, Terms, for_one_solve, members};
use crate::{
    backend::linear::{RangeProgram, minimise_over_ranges},
    convex::{Problem, tuning::simplex::NEGLIGIBLE},
    limits::Budget,
    pattern::PatternMatrix,
};

/// The simplex method for piecewise linear losses.
pub struct Simplex;

impl Master for Simplex {
    fn applies(&self, problem: &Problem) -> bool {
        problem.width() == 1 && problem.loss().is_piecewise_linear()
    }

    fn solve(&self, problem: &Problem, columns: &PatternMatrix, _start: &[f64], budget: &Budget) -> Option<Point> {
        let terms = Terms::of(problem).filter(|_| problem.loss().is_piecewise_linear())?;
        // Targets in units of the largest, V in units of beta.
        let members = members(columns);
        let (mut costs, mut bounds, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for (group, term) in &terms.list {
            let (low, high) = problem.loss().domain(term.target);
            costs.push(term.target / terms.unit);
            bounds.push((low * term.count / problem.beta(), high * term.count / problem.beta()));
            entries.push(members[*group].iter().map(|&p| (p, 1.0)).collect());
        }
        let ranges = vec![(-1.0, 1.0); columns.len()];
        let programme = RangeProgram { costs, bounds, columns: entries, ranges };
        let solution = minimise_over_ranges(programme, &for_one_solve(budget))?;
        let largest = solution.multipliers.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
        let weight = |w: &f64| if w.abs() > NEGLIGIBLE * largest { w * terms.unit } else { 0.0 };
        Some(Point {
            weights: solution.multipliers.iter().map(weight).collect(),
            dual: terms.dual(problem, &solution.primal),
        })
    }
}
