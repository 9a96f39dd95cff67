//! A network to start with: columns added one at a time, then exchanged while that helps.
//!
//! Orthogonal matching pursuit with refitting: the subgradient V of the loss at the current outputs, the column with the
//! largest |d^T V|, weights refitted, until the width is used up or no column has |d^T V| > beta. Then each column in turn
//! is left out, and those with the largest |d^T V| at the outputs of the rest are tried in its place; the best one stays.
//!
//! Cost: m passes over the columns and m small convex programmes to add, m passes and some `TRIED` m programmes to go
//! round once; as many rounds as there are improvements, `ROUNDS` at most.

use super::{
    outer::{Settings, Solution},
    refit::refit,
    tuning::greedy::{LEAST_GAIN, ROUNDS, TRIED},
};
use crate::{
    convex::Problem,
    pattern::{Bits, weighted_sum},
};

/// The better of a known network, if it is narrow enough, and a greedy one that goes on from it.
pub fn start(problem: &Problem, columns: &[Bits], known: Option<&Solution>, settings: &Settings) -> Solution {
    let mut best = Solution::known(problem, known, settings.width);
    for first in [best.columns.clone(), Vec::new()] {
        extend(problem, columns, first, settings, &mut best);
    }
    for _ in 0..ROUNDS {
        if !exchange(problem, columns, settings, &mut best) {
            break;
        }
    }
    best
}

fn extend(problem: &Problem, columns: &[Bits], first: Vec<Bits>, settings: &Settings, best: &mut Solution) {
    let mut chosen = first;
    let Some(mut current) = refit(problem, &chosen, &settings.budget) else { return };
    while chosen.len() < settings.width && settings.budget.exceeded().is_none() {
        let Some(next) = largest(columns, &chosen, &current.dual, 1).pop() else { return };
        if weighted_sum(&next, &current.dual).abs() <= problem.beta() {
            return;
        }
        chosen.push(next);
        let Some(refitted) = refit(problem, &chosen, &settings.budget) else { return };
        best.improve(problem, &chosen, &refitted);
        current = refitted;
    }
}

/// Each column of the best network in turn against others; whether one was exchanged.
fn exchange(problem: &Problem, columns: &[Bits], settings: &Settings, best: &mut Solution) -> bool {
    let before = best.objective;
    for place in 0..best.columns.len() {
        let mut chosen = best.columns.clone();
        // An exchange may have brought a network with fewer columns.
        if place >= chosen.len() || settings.budget.exceeded().is_some() {
            break;
        }
        chosen.swap_remove(place);
        let Some(rest) = refit(problem, &chosen, &settings.budget) else { break };
        for other in largest(columns, &best.columns, &rest.dual, TRIED) {
            chosen.push(other);
            if settings.budget.exceeded().is_none()
                && let Some(refitted) = refit(problem, &chosen, &settings.budget)
            {
                best.improve(problem, &chosen, &refitted);
            }
            chosen.pop();
        }
    }
    best.objective < before * (1.0 - LEAST_GAIN)
}

/// The columns with the largest |d^T V| that are not excluded, best first.
fn largest(columns: &[Bits], excluded: &[Bits], sums: &[f64], count: usize) -> Vec<Bits> {
    let candidates = columns.iter().filter(|column| !excluded.contains(column));
    let mut priced: Vec<(f64, &Bits)> = candidates.map(|column| (weighted_sum(column, sums).abs(), column)).collect();
    let descending = |a: &(f64, &Bits), b: &(f64, &Bits)| b.0.total_cmp(&a.0);
    if priced.len() > count {
        priced.select_nth_unstable_by(count, descending);
        priced.truncate(count);
    }
    priced.sort_by(descending);
    priced.into_iter().map(|(_, column)| column.clone()).collect()
}
