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

use super::{Master, Point, for_one_solve, members, unit_of};
use crate::{
    backend::linear::{RangeProgram, minimise_over_ranges},
    convex::{
        Problem,
        datafit::{Datafit, Losses},
        tuning::simplex::NEGLIGIBLE,
    },
    limits::Budget,
    pattern::PatternMatrix,
};

/// The simplex method for piecewise linear losses.
pub struct Simplex;

impl Master for Simplex {
    fn applies(&self, problem: &Problem) -> bool {
        problem.datafit::<Losses>().is_some_and(|losses| losses.loss.is_piecewise_linear())
    }

    fn solve(&self, problem: &Problem, columns: &PatternMatrix, _start: &[f64], budget: &Budget) -> Option<Point> {
        let losses = problem.datafit::<Losses>().filter(|losses| losses.loss.is_piecewise_linear())?;
        // Targets in units of the largest, V in units of beta.
        let (unit, beta) = (unit_of(losses.largest_target()), problem.beta());
        let members = members(columns);
        let bounds = losses.all_terms().map(|(_, term)| {
            let (low, high) = losses.loss.domain(term.target);
            (low * term.count / beta, high * term.count / beta)
        });
        let entries = |group: usize| members[group].iter().map(|&p| (p, 1.0)).collect();
        let programme = RangeProgram {
            costs: losses.all_terms().map(|(_, term)| term.target / unit).collect(),
            bounds: bounds.collect(),
            columns: losses.all_terms().map(|(group, _)| entries(group)).collect(),
            ranges: vec![(-1.0, 1.0); columns.len()],
        };
        let solution = minimise_over_ranges(programme, &for_one_solve(budget))?;
        let largest = solution.multipliers.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
        let weight = |w: &f64| if w.abs() > NEGLIGIBLE * largest { w * unit } else { 0.0 };
        Some(Point {
            weights: solution.multipliers.iter().map(weight).collect(),
            dual: losses.sums_over_groups(solution.primal.iter().map(|x| x * beta)),
        })
    }
}
