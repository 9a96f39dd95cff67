//! Policy of the pipeline. Both numbers are guards against endless repetition and were not measured: tables whose optimum
//! has more than a handful of cells narrower than rounding have been met only where magnitudes differ by 1e150.

/// Atoms that are banned at most, because no f64 weights reproduce them, before a network does with what it has.
pub(super) const MOST_BANNED: usize = 100;

/// Solutions without banned atoms after a limit was reached.
pub(super) const LATE_ATTEMPTS: usize = 3;
