//! The convex programme (6): minimise 1/2 ||D w - y||^2 + beta ||w||_1 over the activation patterns D; or (16) with
//! another convex loss.
//!
//! Rows that share their bit in every pattern are one row of the programme. For the squared loss, with c_g rows in group
//! g, their mean target t_g and the spread around it,
//!
//! ```text
//! 1/2 ||D w - y||^2 = sum_g c_g / 2 (f_g - t_g)^2 + spread,    f = D w on the groups.
//! ```
//!
//! * [`programme`]: what a convex programme is, whatever the loss.
//! * [`problem`]: that reduction, objective and dual value.
//! * [`losses`], [`group`]: the same for the other losses, where a group has a loss of its own.
//! * [`any`]: either of them.
//! * [`complete`]: the closed form (7) when every labelling is a pattern; a lower bound always.
//! * [`levels`]: (7) for the other losses.
//! * [`ordered`]: the optimum on a line (rank 2), by taut strings.
//! * [`conic`]: primal and dual as quadratic programmes for the conic solver.
//! * [`cones`]: the dual for the other losses, with exponential cones for the logistic one.
//! * [`simplex`]: the same for the absolute and the hinge loss, as a linear programme.
//! * [`pricing`]: the columns that violate a dual point, from a list or from the arrangement itself.
//! * [`active_set`]: the same on few columns from a good start.
//! * [`working_set`]: the restricted dual and pricing in turn, the fast road for many patterns.
//! * [`support`]: few neurons (Caratheodory) and a last exact step on them.

pub mod active_set;
pub mod any;
pub mod complete;
pub mod cones;
pub mod conic;
pub mod group;
pub mod levels;
pub mod losses;
pub mod ordered;
pub mod pricing;
pub mod problem;
pub mod programme;
pub mod simplex;
pub mod support;
pub mod working_set;

pub use any::AnyProblem;
pub use complete::CompleteSolution;
pub use losses::LossProblem;
pub use problem::GroupedProblem;
pub use programme::{Programme, Units};
pub use working_set::{Round, WorkingSetSolution};
