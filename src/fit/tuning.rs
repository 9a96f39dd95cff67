//! Policy of the pipeline. The guards against endless repetition were not measured: tables whose optimum has more than a
//! handful of cells narrower than rounding have been met only where magnitudes differ by 1e150.

/// Atoms that are banned at most, because no f64 weights reproduce them, before a network does with what it has.
pub(super) const MOST_BANNED: usize = 100;

/// Solutions without banned atoms after a limit was reached.
pub(super) const LATE_ATTEMPTS: usize = 3;

/// The fraction of the time of a frontier that is left for widths from m* on.
pub(super) const RESERVE: f64 = 0.1;

/// The relative gap up to which a proof for a width is an end: what `Ending::Optimal` means.
pub(super) const OPTIMAL_GAP: f64 = 1e-6;
