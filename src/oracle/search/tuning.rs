//! Policy of the local search.

/// Starts of one round: half of them for the largest d^T v, half for the smallest.
pub(super) const STARTS: usize = 40;

/// Tables with fewer rows have as many more starts: with 40 starts, 3 of 10 random points of 30 rows missed their best column.
pub(super) const ROWS_FOR_STARTS: usize = 400;
pub(super) const MOST_STARTS: usize = 400;

/// Rounds of a query that finds nothing above what is enough, each from other starts, before it gives up.
pub(super) const ROUNDS: usize = 3;

/// Rows that all queries together may look at in line searches: some minutes of one core.
pub(super) const MOST_ROWS: u64 = 20_000_000_000;

/// The fraction of the rows that a random logistic start sees.
pub(super) const SUBSET: f64 = 0.3;

/// Newton steps of a logistic fit.
pub(super) const NEWTON_STEPS: usize = 12;

/// The ridge of a logistic fit, relative to the sum of the weights.
pub(super) const RIDGE: f64 = 1e-4;

/// How far a start near a known column is from it, relative to the size of its weights.
pub(super) const PERTURBATION: f64 = 0.3;

/// Sweeps over all directions in one ascent; an ascent that still gains then is stopped.
pub(super) const SWEEPS: usize = 30;

/// Columns that are remembered with their weights, as starts for other points.
pub(super) const POOL: usize = 4_000;
