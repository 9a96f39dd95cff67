//! Local search for halfspaces of large |d^T v|, in any rank: good columns without a proof.
//!
//! From many starts, exact line searches (`ascent`) go up to a local maximum of d^T v, or of -d^T v. Starts are logistic
//! fits (`logistic`) of all rows and of random ones, the best thresholds on single columns, perturbed weights of columns
//! found before, and Gaussian weights. Every column that is returned is the pattern of its weights by exact signs, so it is in H(X);
//! all distinct local maxima are returned, not only the best. What is found is never a bound.
//!
//! The same for any number of threads: starts are numbered, and each has its own random numbers. A query costs some tens of
//! starts (more on few rows) of O(d N log N) times a few sweeps each; all queries together are limited by a count of rows.

mod ascent;
mod columns;
mod frame;
mod logistic;
mod starts;
mod tuning;

use std::collections::HashMap;

use frame::Frame;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use tuning::{MOST_ROWS, MOST_STARTS, PERTURBATION, POOL, ROUNDS, ROWS_FOR_STARTS, STARTS};

pub(super) use self::{ascent::Ascent, columns::Columns, starts::start};

use super::{ColumnOracle, Ended, GridPoint, Priced, Want};
use crate::{
    data::Dataset,
    limits::Budget,
    pattern::{Bits, Groups, step},
};

/// The halfspaces of a data set.
pub struct SearchOracle<'a> {
    groups: &'a Groups,
    frame: Frame,
    seed: u64,
    /// Rounds so far: each has other random numbers.
    round: u64,
    work: u64,
    /// Columns that were found, with raw weights and those of the frame, in the order in which they were found.
    pool: Vec<(Bits, Vec<f64>)>,
    raw: HashMap<Bits, Vec<f64>>,
}

/// What an ascent has found.
struct Found {
    column: Bits,
    weights: Vec<f64>,
    raw: Vec<f64>,
    work: u64,
}

impl<'a> SearchOracle<'a> {
    /// The oracle for a data set with these groups.
    pub fn new(data: &Dataset, groups: &'a Groups, seed: u64) -> Self {
        SearchOracle {
            groups,
            frame: Frame::new(data, groups),
            seed,
            round: 0,
            work: 0,
            pool: Vec::new(),
            raw: HashMap::new(),
        }
    }

    /// Weights on raw rows with exactly this pattern, if the search has found it.
    pub fn weights(&self, column: &Bits) -> Option<&Vec<f64>> {
        self.raw.get(column)
    }

    /// d^T v, which is exact.
    fn value(point: &GridPoint, column: &Bits) -> i64 {
        column.iter_ones().map(|group| point.groups[group]).sum()
    }

    /// The best threshold on each single column, in both directions: O(N log N) a column.
    fn thresholds(&self, values: &[f64], negated: &[f64]) -> Vec<Found> {
        let width = self.frame.width();
        let threshold = |number: usize| {
            let mut weights = vec![0.0; width];
            weights[number / 4] = if number.is_multiple_of(2) { 1.0 } else { -1.0 };
            let values = if (number / 2).is_multiple_of(2) { values } else { negated };
            let mut ascent = Ascent::new(&self.frame.columns, values, weights);
            ascent.shift();
            self.realized(ascent)
        };
        (0..4 * width).into_par_iter().filter_map(threshold).collect()
    }

    /// The column of where an ascent has come to.
    fn realized(&self, ascent: Ascent<'_>) -> Option<Found> {
        let raw = self.frame.raw(&ascent.weights);
        let column = self.groups.lift(&self.frame.pattern(&raw)?);
        Some(Found { column, raw, weights: ascent.weights, work: ascent.work })
    }

    /// The ascents of one round, in the order of their numbers.
    fn round(&mut self, values: &[f64], near: &[usize], budget: &Budget) -> Vec<Found> {
        let (round, negated) = (self.round, values.iter().map(|v| -v).collect::<Vec<f64>>());
        self.round += 1;
        let thresholds = self.thresholds(values, &negated);
        let ascend = |number: usize| {
            let mut random = Pcg64Mcg::seed_from_u64(self.seed ^ (round << 20) ^ number as u64);
            let values = if number.is_multiple_of(2) { values } else { &negated };
            let stop = || budget.exceeded().is_some();
            if stop() {
                return None;
            }
            let start = self.start(number / 2, values, near, &mut random)?;
            let mut ascent = Ascent::new(&self.frame.columns, values, start);
            ascent.climb(&mut random, &stop);
            self.realized(ascent)
        };
        let starts = (STARTS * ROWS_FOR_STARTS / self.frame.rows().max(1)).clamp(STARTS, MOST_STARTS);
        let climbed: Vec<Found> = (0..starts).into_par_iter().filter_map(ascend).collect();
        thresholds.into_iter().chain(climbed).collect()
    }

    /// The start with this number: near columns found before, or without regard to them.
    fn start(&self, number: usize, values: &[f64], near: &[usize], random: &mut Pcg64Mcg) -> Option<Vec<f64>> {
        if !(8..=16).contains(&number) || number - 8 >= near.len() {
            return starts::start(number, &self.frame.columns, values, random);
        }
        let (_, weights) = &self.pool[near[number - 8]];
        let size = weights.iter().map(|w| w * w).sum::<f64>().sqrt() / (weights.len() as f64).sqrt();
        let noise = starts::gaussian(weights.len(), random);
        Some(weights.iter().zip(noise).map(|(w, noise)| w + PERTURBATION * size * noise).collect())
    }

    /// Remembers what was found.
    fn remember(&mut self, found: Found) {
        self.work += found.work;
        if self.raw.contains_key(&found.column) {
            return;
        }
        if self.pool.len() < POOL {
            self.pool.push((found.column.clone(), found.weights));
        }
        self.raw.insert(found.column, found.raw);
    }

    /// The columns of the pool by |d^T v|, largest first; ties in the order of the pool.
    fn ranked(&self, point: &GridPoint) -> Vec<(i64, usize)> {
        let mut ranked: Vec<(i64, usize)> =
            self.pool.par_iter().enumerate().map(|(k, (column, _))| (Self::value(point, column).abs(), k)).collect();
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked
    }
}

impl ColumnOracle for SearchOracle<'_> {
    fn query(&mut self, point: &GridPoint, want: Want, budget: &Budget) -> Priced {
        let values: Vec<f64> = point.groups[..self.frame.rows()].iter().map(|&sum| sum as f64).collect();
        let mut columns: HashMap<Bits, i64> = HashMap::new();
        // The column of w = 0.
        columns.insert(Bits::repeat(step(std::cmp::Ordering::Equal), self.groups.len()), point.groups.iter().sum());
        for _ in 0..ROUNDS {
            let ranked = self.ranked(point);
            let near: Vec<usize> = ranked.iter().take(9).map(|&(_, k)| k).collect();
            columns.extend(ranked.into_iter().take(want.columns).map(|(_, k)| {
                let column = self.pool[k].0.clone();
                let value = Self::value(point, &column);
                (column, value)
            }));
            if self.work < MOST_ROWS {
                for found in self.round(&values, &near, budget) {
                    columns.insert(found.column.clone(), Self::value(point, &found.column));
                    self.remember(found);
                }
            }
            let enough = columns.values().any(|value| value.abs() > want.enough);
            if enough || self.work >= MOST_ROWS || budget.exceeded().is_some() {
                break;
            }
        }
        let mut best: Vec<(i64, Bits)> = columns.into_iter().map(|(column, value)| (value.abs(), column)).collect();
        best.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let largest = best.first().map_or(0, |(value, _)| *value);
        best.truncate(want.columns);
        let ended = budget.exceeded().map_or(Ended::Heuristic, Ended::Stopped);
        Priced { best: largest, bound: None, columns: best.into_iter().map(|(_, column)| column).collect(), ended }
    }
}
