//! The constants of the walk that are a matter of policy: none of them changes what it finds to be the extremes, only how
//! fast, how many columns come with them, and how soon a stop is noticed.
//!
//! Each says what chose it. "Not measured" means that the figure is a plausible one that was never compared with others.
//! Numbers that a proof rests on (bounds on errors, sizes that are exact in f64) stay where the proof is.

/// Rows that a thread handles between two questions whether to stop: a millisecond or so.
///
/// Measured with a stop that costs nothing (60 rows of rank 4, one thread): a walk takes 3.3 ms, and from 1024 to 1,000,000
/// rows the difference is within the noise of the machine.
pub(super) const ROWS_BETWEEN_CHECKS: usize = 1 << 15;

/// A row that is handled in integers counts as this many. Not measured.
pub(super) const ROWS_PER_EXACT_ROW: usize = 32;

/// Parts with at least this many rows are walked in parallel; smaller ones are done before threads have met. Not measured.
pub(super) const PARALLEL_ROWS: usize = 64;

/// In rank 2 the rays are divided among about this many leaders of each sign.
///
/// In higher rank there are two for each first row, so this is what some hundred rows would give. Not measured.
pub(super) const PLANE_SEGMENTS: usize = 256;
