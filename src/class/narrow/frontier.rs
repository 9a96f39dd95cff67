//! The best objective for each width: what a neuron is worth.
//!
//! Widths from m* on have the convex optimum (Theorem 2.2). Narrower ones start from the network of the width before or a
//! greedy one; a search tree that the judge verifies is tried first, and where it becomes too large the pattern formulation
//! is solved, with the best bound known: the solver's or that of the convex programme, which holds for every width.

use std::time::Duration;

use super::proof::{Proof, prove};
use crate::{
    exact::rational,
    fit::TrainError,
    limits::{Budget, Limit},
    nonconvex::{Ending, Listed, Settings, Solution, greedy, pattern},
    realize::Reconstruction,
};

/// The share of the time limit that the search tree may use.
const SEARCH_SHARE: f64 = 0.5;

/// What is left for a network if a limit is reached before there is one.
const GRACE: Duration = Duration::from_secs(2);

/// The share of the time that is left for widths from m* on.
const RESERVE: f64 = 0.1;

/// The relative gap up to which a proof is an end: what [`Ending::Optimal`] means.
const PROVEN_GAP: f64 = 1e-6;

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
/// remaining widths keep the last network, with a bound that holds for all of them.
///
/// # Errors
///
/// [`TrainError`] if the judge refuses a certificate: a defect.
pub fn frontier(
    listed: &Listed<'_>,
    widest: usize,
    budget: &Budget,
    report: &mut dyn FnMut(&Point),
) -> Result<Vec<Point>, TrainError> {
    let convex = listed.limit.is_none().then(|| listed.optimum(budget));
    let mut points: Vec<Point> = Vec::new();
    for width in 0..=widest {
        let previous = points.last().map(|point| &point.solution);
        // A first network is found in any case.
        let stopped = listed.limit.or_else(|| budget.exceeded()).filter(|_| width > 1);
        let point = match (previous, stopped) {
            (Some(previous), Some(limit)) => kept(listed, width, previous, convex.as_ref(), limit),
            _ => {
                // Widths from m* on take next to no time.
                let hard = widest.min(convex.as_ref().map_or(widest, |convex| convex.columns.len().max(1) - 1));
                let reserve = if hard < widest { RESERVE } else { 0.0 };
                let share = budget.fraction((1.0 - reserve) / (hard.saturating_sub(width) as f64 + 1.0));
                at_width(listed, width, previous, convex.as_ref(), Reconstruction::Witness, &share)?
            }
        };
        report(&point);
        points.push(point);
    }
    Ok(points)
}

/// The optimum for one width, from a network to start with and the solution of the convex programme, if they are known.
///
/// # Errors
///
/// [`TrainError`] if the judge refuses a certificate: a defect.
pub fn at_width(
    listed: &Listed<'_>,
    width: usize,
    previous: Option<&Solution>,
    convex: Option<&Solution>,
    reconstruction: Reconstruction,
    budget: &Budget,
) -> Result<Point, TrainError> {
    if let Some(limit) = listed.limit {
        let settings = Settings::new(width, budget.at_least(GRACE));
        let found = greedy::start(&listed.problem, &listed.columns, previous, &settings);
        return Ok(kept(listed, width, &found, None, limit));
    }
    let covered = convex.filter(|convex| convex.columns.len() <= width && convex.ending == Ending::Optimal);
    let settings = Settings::new(width, budget.clone());
    let start = match covered {
        Some(convex) => {
            [Some(convex), previous].into_iter().flatten().min_by(|a, b| a.objective.total_cmp(&b.objective))
        }
        None => None,
    };
    let start = start.cloned();
    let start = start.unwrap_or_else(|| greedy::start(&listed.problem, &listed.columns, previous, &settings));
    let (start, proof) = prove(listed, &start, width, reconstruction, &budget.fraction(SEARCH_SHARE))?;
    if let Some(proof) = proof {
        let lower_bound = rational::round_down(&proof.proven.lower_bound);
        let ending = if proof.proven.relative_gap() <= PROVEN_GAP { Ending::Optimal } else { Ending::Stalled };
        let solution = Solution { lower_bound, ending, ..start };
        return Ok(Point { width, solution, convex: covered.is_some(), proof: Some(proof) });
    }
    if let Some(convex) = covered {
        let solution =
            Solution { lower_bound: convex.lower_bound.min(start.objective), ending: convex.ending, ..start };
        return Ok(Point { width, solution, convex: true, proof: None });
    }
    let mut solution = pattern::solve(&listed.problem, &listed.patterns, Some(&start), &settings);
    let bound = convex.map_or(f64::NEG_INFINITY, |convex| convex.lower_bound.min(solution.objective));
    let convex = bound >= solution.lower_bound;
    solution.lower_bound = solution.lower_bound.max(bound);
    Ok(Point { width, solution, convex, proof: None })
}

/// After a limit: a network that is known, with the convex bound, or that of all labellings if not all patterns are known.
/// From m* on the convex optimum is one.
fn kept(listed: &Listed<'_>, width: usize, known: &Solution, convex: Option<&Solution>, limit: Limit) -> Point {
    let bound = convex.map_or_else(|| listed.relaxed_bound(), |convex| convex.lower_bound);
    let covered = convex.filter(|convex| convex.columns.len() <= width && convex.ending == Ending::Optimal);
    let (known, ending) = match covered {
        Some(convex) if convex.objective < known.objective => (convex, convex.ending),
        Some(convex) => (known, convex.ending),
        None => (known, Ending::Limit(limit)),
    };
    let solution = Solution { lower_bound: bound.min(known.objective), ending, ..known.clone() };
    Point { width, solution, convex: convex.is_some(), proof: None }
}
