//! The original non-convex problem (4), exactly: at most m neurons, any loss, by mixed-integer programming.
//!
//! ```text
//! minimise over w_j, a   sum_i l(f_i; y_i) + beta ||a||_1,   f = sum_{j <= m} a_j step(X w_j)                 (4)
//! ```
//!
//! For m >= m* this is the convex programme (6) (Theorem 2.2): solving (4) itself checks that. For m < m* the convex
//! programme is a lower bound only, and this is the way to the optimum.
//!
//! * [`bounds`]: bounds on the optimum of a [`Problem`](crate::convex::Problem) for a width.
//! * [`refit`]: the convex problem that is left when the patterns are chosen.
//! * [`pattern`]: the pattern formulation, at most m columns of H(X).
//! * [`direct`]: the direct formulation, with hidden weights and their steps.
//! * [`margin`]: the strictness that the direct formulation needs, and when it is refused.
//! * [`outer`]: the loop of mixed-integer programmes, tangents and refitting that both share.
//! * [`greedy`]: a network to start with.
//! * [`listed`]: a data set with all of its patterns; the convex optimum on them.
//! * [`compare`]: all roads side by side.
//!
//! The optimum for each width, and a search tree that the judge can follow, are in [`crate::class::narrow`].
//!
//! Upper bounds are objectives of networks. Lower bounds of the mixed-integer solver are in floating point with its
//! tolerances: they are called numerical, and no certificate contains them. Those of a search tree are certified.
//!
//! # References
//!
//! Duran and Grossmann, *An outer-approximation algorithm for a class of mixed-integer nonlinear programs*, 1986.

pub mod bounds;
pub mod compare;
pub mod direct;
mod frame;
pub mod greedy;
pub mod listed;
pub mod margin;
pub mod outer;
pub mod pattern;
pub mod refit;
mod tuning;

pub use compare::{CrossCheck, cross_check};
pub use listed::Listed;
pub use outer::{Ending, Settings, Solution};
