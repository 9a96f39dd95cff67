//! Networks with at most m neurons: the optimum for each width.

pub mod frontier;
pub mod proof;
pub mod search;

pub use frontier::frontier;
pub use proof::{Proof, prove};
