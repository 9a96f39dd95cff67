//! Some of H(X): the patterns of random weights (the paper's Convex-Lasso with sampled columns).
//!
//! Weights are Gaussian in standardised coordinates: w_j = g_j / s_j with s_j the spread of column j, and if X has a
//! constant column, its weight is set so that the hyperplane passes at a Gaussian distance from the mean of the data.
//! The choice affects only which patterns are likely; every sampled pattern is exact. Faces are never hit, but the pattern
//! of w = 0 is always included.
//!
//! Draw number k depends on the seed and k only, so the result does not depend on the number of threads and the weights
//! of a pattern can be drawn again instead of being stored. O(P N d) filtered signs.

use std::{cmp::Ordering, collections::HashSet};

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use super::tuning::SAMPLE_BATCH;
use crate::{
    data::Dataset,
    exact::{Arrangement, Direction},
    limits::{Budget, Limit},
    pattern::{Bits, PatternMatrix, step},
};

/// Sampled patterns and the draws that gave them.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Distinct patterns on the groups of the arrangement, in the order of the draws.
    pub patterns: PatternMatrix,
    /// For each pattern the first draw that gave it, see [`Sampler::weights`]; `None` for w = 0.
    pub draws: Vec<Option<u64>>,
    /// The limit that ended the sampling early.
    pub limit: Option<Limit>,
}

/// A reproducible stream of random hidden weights for a data set.
#[derive(Clone, Debug)]
pub struct Sampler {
    seed: u64,
    spread: Vec<f64>,
    mean: Vec<f64>,
    constant: Option<usize>,
}

impl Sampler {
    /// A sampler for the columns of X.
    pub fn new(data: &Dataset, seed: u64) -> Self {
        let (n, d) = (data.n(), data.d());
        let mut mean = vec![0.0; d];
        for row in 0..n {
            for (total, value) in mean.iter_mut().zip(data.row(row)) {
                *total += value / n as f64;
            }
        }
        let constant = (0..d).find(|&j| data.row(0)[j] != 0.0 && (0..n).all(|row| data.row(row)[j] == data.row(0)[j]));
        if constant.is_none() {
            mean.fill(0.0);
        }
        let mut spread = vec![0.0; d];
        for row in 0..n {
            for (j, value) in data.row(row).iter().enumerate() {
                spread[j] += ((value - mean[j]) / (n as f64).sqrt()).powi(2);
            }
        }
        let usable = |variance: f64| if variance.is_normal() { variance.sqrt() } else { 1.0 };
        Sampler { seed, spread: spread.into_iter().map(usable).collect(), mean, constant }
    }

    /// The d hidden weights of a draw.
    pub fn weights(&self, draw: u64) -> Vec<f64> {
        let mut random = Pcg64Mcg::seed_from_u64(self.seed ^ draw.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut gaussian = || -> f64 { StandardNormal.sample(&mut random) };
        let mut weights: Vec<f64> = self.spread.iter().map(|spread| gaussian() / spread).collect();
        if let Some(column) = self.constant {
            weights[column] = gaussian();
            let centre: f64 = (0..weights.len()).filter(|&j| j != column).map(|j| weights[j] * self.mean[j]).sum();
            weights[column] = (weights[column] - centre) / self.mean[column];
        }
        weights
    }
}

/// The distinct patterns among `count` draws, and the pattern of w = 0.
pub fn sample(data: &Dataset, arrangement: &Arrangement, sampler: &Sampler, count: u64, budget: &Budget) -> Sample {
    let rows = arrangement.directions(data.features());
    let draw = |index: u64| -> Option<Bits> {
        let weight = Direction::from_f64s(&sampler.weights(index))?;
        Some(rows.iter().map(|row| step(row.sign_with(&weight))).collect())
    };
    let mut sample = Sample { patterns: PatternMatrix::new(arrangement.groups()), draws: Vec::new(), limit: None };
    let mut seen: HashSet<Bits> = HashSet::new();
    let zero = Bits::repeat(step(Ordering::Equal), arrangement.groups());
    sample.patterns.push(&zero);
    sample.draws.push(None);
    seen.insert(zero);
    for start in (0..count).step_by(SAMPLE_BATCH as usize) {
        sample.limit = budget.exceeded();
        if sample.limit.is_some() {
            break;
        }
        let batch: Vec<(u64, Option<Bits>)> =
            (start..count.min(start + SAMPLE_BATCH)).into_par_iter().map(|index| (index, draw(index))).collect();
        for (index, pattern) in batch.into_iter().filter_map(|(index, pattern)| Some((index, pattern?))) {
            if seen.insert(pattern.clone()) {
                sample.patterns.push(&pattern);
                sample.draws.push(Some(index));
            }
        }
    }
    sample
}
