//! The best objective for each width: what a neuron is worth.

use super::{
    Outcome, Status, run, status,
    tuning::{OPTIMAL_GAP, RESERVE},
};
use crate::{
    certificate::Certificate,
    check::Proven,
    class::narrow::{AtMost, kept},
    error::TrainError,
    exact::rational,
    limits::Budget,
    model::Network,
    nonconvex::{Ending, Listed, Solution},
    realize::Reconstruction,
};

/// The optimum for one width.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WidthPoint {
    /// The largest number of neurons.
    pub width: usize,
    /// The network and its bound.
    pub solution: Solution,
    /// Whether the bound is that of the convex programme: valid for every width.
    pub convex: bool,
    /// The model; `None` if no f64 weights reproduce the patterns of any network that was found, or none were looked for.
    pub network: Option<Network>,
    /// The bounds, verified by the checker, where that was possible.
    pub proof: Option<WidthProof>,
}

/// The proof that a network is optimal among those of bounded width.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WidthProof {
    /// The evidence.
    pub certificate: Certificate,
    /// What the checker has proven from it.
    pub proven: Proven,
}

/// The optimum with at most 0, 1, ..., `widest` neurons, each given to `report` when it is there. After a limit the
/// remaining widths keep the last network, with a bound that holds for all of them.
///
/// # Errors
///
/// [`TrainError`] if the checker refuses a certificate: a defect.
pub fn frontier(
    listed: &Listed<'_>,
    widest: usize,
    budget: &Budget,
    report: &mut dyn FnMut(&WidthPoint),
) -> Result<Vec<WidthPoint>, TrainError> {
    let convex = listed.limit.is_none().then(|| listed.optimum(budget));
    let mut points: Vec<WidthPoint> = Vec::new();
    for width in 0..=widest {
        let previous = points.last().map(|point| &point.solution);
        // A first network is found in any case.
        let stopped = listed.limit.or_else(|| budget.exceeded()).filter(|_| width > 1);
        let point = match (previous, stopped) {
            (Some(previous), Some(limit)) => WidthPoint {
                width,
                solution: kept(listed, width, previous, convex.as_ref(), limit),
                convex: convex.is_some(),
                network: None,
                proof: None,
            },
            _ => {
                // Widths from m* on take next to no time.
                let hard = widest.min(convex.as_ref().map_or(widest, |convex| convex.columns.len().max(1) - 1));
                let reserve = if hard < widest { RESERVE } else { 0.0 };
                let part = budget.fraction((1.0 - reserve) / (hard.saturating_sub(width) as f64 + 1.0));
                at_width(listed, width, previous, convex.as_ref(), Reconstruction::Witness, &part)?
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
/// [`TrainError`] if the checker refuses a certificate: a defect.
pub fn at_width(
    listed: &Listed<'_>,
    width: usize,
    previous: Option<&Solution>,
    convex: Option<&Solution>,
    reconstruction: Reconstruction,
    budget: &Budget,
) -> Result<WidthPoint, TrainError> {
    let mut class = AtMost::new(listed, width, (previous, convex), reconstruction, budget);
    let Outcome { point: mut solution, model: network, proof, .. } = run(&mut class, &listed.subject)?;
    if let Some(proof) = &proof {
        let optimal = status(&proof.proven, OPTIMAL_GAP) == Status::Optimal;
        solution.lower_bound = rational::round_down(&proof.proven.lower_bound);
        solution.ending = if optimal { Ending::Optimal } else { Ending::Stalled };
    }
    let proof = proof.map(|proof| WidthProof { certificate: proof.certificate, proven: proof.proven });
    Ok(WidthPoint { width, solution, convex: class.bound_is_convex, network, proof })
}
