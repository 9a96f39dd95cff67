//! The constants of the local search that are a matter of policy.
//!
//! Each says what chose it. "Not measured" means that the figure is a plausible one that was never compared with others.

/// Sweeps over all coordinates before a search ends. Not measured; most end earlier.
pub(super) const SWEEPS: usize = 30;

/// Random directions after each sweep. Not measured.
pub(super) const DIRECTIONS: usize = 6;
