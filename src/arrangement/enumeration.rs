//! What an enumerator returns.

use crate::{limits::Limit, pattern::PatternMatrix};

/// The patterns that were found, and whether they are all.
#[derive(Clone, Debug)]
pub struct Enumeration {
    /// Distinct patterns on the groups of the arrangement, in lexicographic order.
    pub patterns: PatternMatrix,
    /// The limit that ended the enumeration; `None` means that `patterns` is all of H(X).
    pub limit: Option<Limit>,
}

impl Enumeration {
    /// Whether the list is all of H(X).
    pub fn is_complete(&self) -> bool {
        self.limit.is_none()
    }
}
