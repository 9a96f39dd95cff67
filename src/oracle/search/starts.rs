//! Where ascents begin that know nothing of earlier ones.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use super::{columns::Columns, logistic, tuning::SUBSET};

/// The start with this number: a logistic fit of all rows, fits of random rows, single columns, then Gaussian weights.
pub(in crate::oracle) fn start(
    number: usize,
    columns: &Columns,
    values: &[f64],
    random: &mut impl Rng,
) -> Option<Vec<f64>> {
    let rows = columns.rows();
    match number {
        0 => logistic::fit(columns, values, &(0..rows).collect::<Vec<_>>()),
        1..=4 => {
            let some: Vec<usize> = (0..rows).filter(|_| random.random_bool(SUBSET)).collect();
            logistic::fit(columns, values, &some)
        }
        5..=7 => {
            let mut weights = vec![0.0; columns.width()];
            weights[random.random_range(0..columns.width())] = if random.random_bool(0.5) { 1.0 } else { -1.0 };
            Some(weights)
        }
        _ => Some(gaussian(columns.width(), random)),
    }
}

/// Weights of normal distribution.
pub(super) fn gaussian(width: usize, random: &mut impl Rng) -> Vec<f64> {
    (0..width).map(|_| StandardNormal.sample(random)).collect()
}
