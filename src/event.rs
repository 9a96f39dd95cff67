//! What happens during a computation, for logs and progress bars.

use crate::convex::Round;

/// What happens during training, for logs and progress bars.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// So many patterns have been found; `bound` is the bound (8), if it fits.
    Searching {
        /// Patterns so far.
        patterns: usize,
        /// The bound (8) on the number of cells; faces may add a few patterns without a bias.
        bound: Option<u64>,
    },
    /// The search for patterns is over.
    Searched {
        /// Patterns found.
        patterns: usize,
        /// Whether they are all.
        complete: bool,
    },
    /// A round of the convex programme.
    Round(Round),
    /// The hidden weights are being found.
    Reconstructing {
        /// The number of neurons.
        neurons: usize,
    },
    /// The judge is at work.
    Judging,
}
