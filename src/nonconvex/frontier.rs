//! The best objective for each width: what a neuron is worth.
//!
//! Widths from m* on have the convex optimum (Theorem 2.2) and need no search. Narrower ones are solved by the pattern
//! formulation, each from the network of the width before, and each with the best bound known: the solver's or that of
//! the convex programme, which holds for every width.

use super::{
    listed::Listed,
    outer::{Ending, Settings, Solution},
    pattern,
};
use crate::limits::Budget;

/// The optimum for one width.
#[derive(Clone, Debug)]
pub struct Point {
    /// The largest number of neurons.
    pub width: usize,
    /// The network and its bound.
    pub solution: Solution,
    /// Whether the bound is that of the convex programme: valid for every width.
    pub convex: bool,
}

/// The optimum with at most 0, 1, ..., `widest` neurons, each given to `report` when it is there. After a limit the
/// remaining widths keep the last network, with the convex bound.
pub fn frontier(listed: &Listed<'_>, widest: usize, budget: &Budget, report: &mut dyn FnMut(&Point)) -> Vec<Point> {
    let convex = listed.convex(budget);
    let mut points: Vec<Point> = Vec::new();
    for width in 0..=widest {
        let previous = points.last().map(|point| &point.solution);
        let point = at_width(listed, width, previous, convex.as_ref(), budget);
        report(&point);
        points.push(point);
    }
    points
}

/// The optimum for one width, from a network to start with and the solution of the convex programme, if they are known.
pub fn at_width(
    listed: &Listed<'_>,
    width: usize,
    previous: Option<&Solution>,
    convex: Option<&Solution>,
    budget: &Budget,
) -> Point {
    if let Some(convex) = convex.filter(|convex| convex.columns.len() <= width && convex.ending == Ending::Optimal) {
        return Point { width, solution: convex.clone(), convex: true };
    }
    let settings = Settings::new(width, budget.clone());
    let mut solution = pattern::solve(&listed.instance, &listed.patterns, previous, &settings);
    let bound = convex.map_or(f64::NEG_INFINITY, |convex| convex.lower_bound.min(solution.objective));
    let convex = bound >= solution.lower_bound;
    solution.lower_bound = solution.lower_bound.max(bound);
    Point { width, solution, convex }
}
