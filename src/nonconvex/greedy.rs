//! A network to start with: columns added one at a time, each the one that the dual point misses most.
//!
//! Orthogonal matching pursuit with refitting: the subgradient V of the loss at the current outputs, the column with the
//! largest |d^T V|, weights refitted, until the width is used up or no column has |d^T V| > beta. m passes over the
//! columns and m small convex programmes.

use super::{
    instance::Instance,
    outer::{Settings, Solution},
    refit::refit,
};
use crate::pattern::{Bits, weighted_sum};

/// The better of a known network, if it is narrow enough, and a greedy one that goes on from it.
pub fn start(instance: &Instance, columns: &[Bits], known: Option<&Solution>, settings: &Settings) -> Solution {
    let mut best = Solution::known(instance, known, settings.width);
    for first in [best.columns.clone(), Vec::new()] {
        extend(instance, columns, first, settings, &mut best);
    }
    best
}

fn extend(instance: &Instance, columns: &[Bits], first: Vec<Bits>, settings: &Settings, best: &mut Solution) {
    let mut chosen = first;
    let Some(mut current) = refit(instance, &chosen, &settings.budget) else { return };
    while chosen.len() < settings.width && settings.budget.exceeded().is_none() {
        let sums = current.dual_sums(instance);
        let price = |column: &&Bits| weighted_sum(column, &sums).abs();
        let candidates = columns.iter().filter(|column| !chosen.contains(column));
        let Some(next) = candidates.max_by(|a, b| price(a).total_cmp(&price(b))) else { return };
        if price(&next) <= instance.beta {
            return;
        }
        chosen.push(next.clone());
        let Some(refitted) = refit(instance, &chosen, &settings.budget) else { return };
        best.improve(instance, &chosen, &refitted);
        current = refitted;
    }
}
