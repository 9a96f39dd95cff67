//! The best objective for each width: what a neuron is worth.
//!
//! Widths from m* on have the convex optimum (Theorem 2.2). Narrower ones start from the network of the width before or a
//! greedy one; a search tree that the judge verifies is tried first, and where it becomes too large the pattern formulation
//! is solved, with the best bound known: the solver's or that of the convex programme, which holds for every width.

use super::{
    greedy,
    listed::Listed,
    outer::{Ending, Settings, Solution},
    pattern,
    proof::{Proof, prove},
};
use std::time::Duration;

use crate::{
    exact::rational,
    limits::{Budget, Limit, StopSignal},
    network::Reconstruction,
};

/// The share of the time limit that the search tree may use.
const SEARCH_SHARE: f64 = 0.5;

/// What is left for a network if a limit is reached before there is one.
const GRACE: Duration = Duration::from_secs(2);

/// The optimum for one width.
#[derive(Clone, Debug)]
pub struct Point {
    /// The largest number of neurons.
    pub width: usize,
    /// The network and its bound.
    pub solution: Solution,
    /// Whether the bound is that of the convex programme: valid for every width.
    pub convex: bool,
    /// The same, verified by the judge, where that was possible.
    pub proof: Option<Proof>,
}

/// The optimum with at most 0, 1, ..., `widest` neurons, each given to `report` when it is there. After a limit the
/// remaining widths keep the last network, with the convex bound.
pub fn frontier(listed: &Listed<'_>, widest: usize, budget: &Budget, report: &mut dyn FnMut(&Point)) -> Vec<Point> {
    let convex = listed.limit.is_none().then(|| listed.convex(budget)).flatten();
    let mut points: Vec<Point> = Vec::new();
    for width in 0..=widest {
        let previous = points.last().map(|point| &point.solution);
        let share = budget.share(1.0 / (widest - width + 1) as f64);
        let point = at_width(listed, width, previous, convex.as_ref(), Reconstruction::Witness, &share);
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
    reconstruction: Reconstruction,
    budget: &Budget,
) -> Point {
    if let Some(limit) = listed.limit {
        return with_some_patterns(listed, width, previous, limit);
    }
    let covered = convex.filter(|convex| convex.columns.len() <= width && convex.ending == Ending::Optimal);
    let settings = Settings::new(width, budget.clone());
    let start = covered.cloned();
    let start = start.unwrap_or_else(|| greedy::start(&listed.instance, &listed.columns, previous, &settings));
    if let Some(proof) = prove(listed, &start, width, reconstruction, &budget.share(SEARCH_SHARE)) {
        let lower_bound = rational::round_down(&proof.proven.lower_bound);
        let solution = Solution { lower_bound, ending: Ending::Optimal, ..proof.solution.clone() };
        return Point { width, solution, convex: covered.is_some(), proof: Some(proof) };
    }
    if let Some(convex) = covered {
        return Point { width, solution: convex.clone(), convex: true, proof: None };
    }
    let mut solution = pattern::solve(&listed.instance, &listed.patterns, Some(&start), &settings);
    let bound = convex.map_or(f64::NEG_INFINITY, |convex| convex.lower_bound.min(solution.objective));
    let convex = bound >= solution.lower_bound;
    solution.lower_bound = solution.lower_bound.max(bound);
    Point { width, solution, convex, proof: None }
}

/// What can be said when not all patterns are known: a greedy network, and the bound of all labellings.
fn with_some_patterns(listed: &Listed<'_>, width: usize, previous: Option<&Solution>, limit: Limit) -> Point {
    let settings = Settings::new(width, Budget::new(Some(GRACE), None, StopSignal::default()));
    let found = greedy::start(&listed.instance, &listed.columns, previous, &settings);
    let lower_bound = listed.relaxed_bound().min(found.objective);
    Point {
        width,
        solution: Solution { lower_bound, ending: Ending::Limit(limit), ..found },
        convex: false,
        proof: None,
    }
}
