//! Why a sweep has to be begun anew.

/// A generic functional vanished, or numbers left the range of f64: the sweep has to be begun anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Degenerate;
