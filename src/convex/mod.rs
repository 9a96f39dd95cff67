//! The convex programme (6): minimise 1/2 ||D w - y||^2 + beta ||w||_1 over the activation patterns D; or (16) with
//! another convex loss.
//!
//! Rows that share their bit in every pattern are one row of the programme. Three things are kept apart:
//!
//! * [`datafit`]: how far outputs are from the targets, with the conjugate; [`penalty`]: what weights cost, with the dual
//!   norm. [`problem`] joins the two with beta and derives objective and bounds from them.
//! * [`master`]: methods for the optimum over a few columns, by active set, simplex or interior point.
//! * [`working_set`]: master and pricing in turn, the fast way for many patterns; [`pricing`]: the columns that violate a
//!   dual point, from a list or from the arrangement itself; [`support`]: few neurons (Caratheodory).
//!
//! Two cases need no columns: [`complete`] (and [`levels`] for the losses other than the squared one) is the closed form
//! (7) when every labelling is a pattern, and a lower bound always; [`ordered`] is the optimum on a line (rank 2), by taut
//! strings. `tuning` has the numbers that are chosen. How to add a loss, a penalty or a master is in `docs/extending.md`.

pub mod complete;
pub mod datafit;
pub mod levels;
pub mod master;
pub mod ordered;
pub mod penalty;
pub mod pricing;
pub mod problem;
pub mod support;
mod tuning;
pub mod working_set;

pub use complete::{CompleteSolution, over_all_labellings};
pub use datafit::Squared;
pub use master::Point;
pub use problem::{Problem, Units};
pub use working_set::{Round, WorkingSetSolution};
