//! The convex programme (6): minimise 1/2 ||D w - y||^2 + beta ||w||_1 over the activation patterns D.
//!
//! Rows that share their bit in every pattern are one row of the programme: with c_g rows in group g, their mean target
//! t_g and the spread around it,
//!
//! ```text
//! 1/2 ||D w - y||^2 = sum_g c_g / 2 (f_g - t_g)^2 + spread,    f = D w on the groups.
//! ```
//!
//! * [`problem`]: that reduction, objective and dual value.
//! * [`complete`]: the closed form (7) when every labelling is a pattern; a lower bound always.
//! * [`ordered`]: the optimum on a line (rank 2), by taut strings.
//! * [`conic`]: primal and dual as quadratic programmes for the conic solver.
//! * [`pricing`]: the columns that violate a dual point, from a list or from the arrangement itself.
//! * [`active_set`]: the same on few columns from a good start.
//! * [`working_set`]: the restricted dual and pricing in turn, the fast road for many patterns.
//! * [`support`]: few neurons (Caratheodory) and a last exact step on them.

pub mod active_set;
pub mod complete;
pub mod conic;
pub mod ordered;
pub mod pricing;
pub mod problem;
pub mod support;
pub mod working_set;

pub use complete::CompleteSolution;
pub use problem::GroupedProblem;
pub use working_set::{Round, WorkingSetSolution};
