//! The pricing problem: which columns violate a dual point v, and how large is max |d^T v|?
//!
//! Everything hangs on it. Column generation needs columns with |d^T v| > beta; a certificate needs a proven bound on
//! max |d^T v| over all columns of its class of networks. One question, one answer: the master and the certificate ask
//! the same [`ColumnOracle`] about the same [`GridPoint`], so that what was proven once need not be proven again.
//!
//! A point is put on a grid first: all sums d^T v are then exact integers, in i64 as well as in f64.
//!
//! * [`beta_max`](mod@beta_max): the pricing problem that says from which beta on the zero network is optimal.
//! * [`list`]: an explicit list of columns, all there are or some.
//! * [`line`](mod@line): rows on a line (rank 2), by running sums.
//! * [`by_walk`]: all of H(X) by a walk over the rays of the arrangement ([`walk`]), without a list.
//! * [`cones`]: all of H(X) by branch and bound over cones, with a proven bound at any moment.
//! * [`labellings`]: all labellings of the groups, which contain the patterns of every network.
//! * [`search`]: good columns of H(X) in any rank, by local search, without a proof.
//!
//! The checker has its own: see [`crate::check`].

pub mod beta_max;
pub mod by_walk;
pub mod cones;
#[cfg(test)]
mod conformance;
mod grid;
pub mod labellings;
pub mod line;
pub mod list;
pub mod search;
pub mod walk;

pub use beta_max::{BetaMax, beta_max};
pub use by_walk::WalkOracle;
pub use cones::{ConeOracle, ConeStatistics};
pub use grid::{GridPoint, exponent_of_grid, on_grid};
pub use labellings::LabellingsOracle;
pub use line::LineOracle;
pub use list::ListOracle;
pub use search::SearchOracle;

use crate::{
    certificate::PriceEvidence,
    limits::{Budget, Limit},
    pattern::Bits,
};

/// What is asked about a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// At most so many columns; 0 if only the value matters.
    pub columns: usize,
    /// A proven bound of this value, in units of the grid, is as good as a smaller one: beta. 0 for the maximum itself.
    /// Oracles that find the maximum anyway need not look at it.
    pub enough: i64,
}

impl Want {
    /// The maximum itself, without columns.
    pub const VALUE: Want = Want { columns: 0, enough: 0 };

    /// Columns, and the maximum itself.
    pub fn columns(columns: usize) -> Want {
        Want { columns, enough: 0 }
    }
}

/// How the search for columns ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The best value attained is the maximum over all columns of the class.
    Exact,
    /// There is a proven bound that is larger than the best value attained.
    Bounded,
    /// Nothing is known of columns that were not looked at.
    Heuristic,
    /// A limit came first.
    Stopped(Limit),
}

/// The answer to a pricing problem, in units of the point's grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The largest |d^T v| that some column attains; 0 if none was looked at.
    pub best: i64,
    /// A proven bound on |d^T v| over all columns of the class, if there is one; at least `best`.
    pub bound: Option<i64>,
    /// Good columns on the groups, distinct, largest modulus first.
    pub columns: Vec<Bits>,
    /// How the search ended.
    pub ended: Ended,
}

impl Priced {
    /// The maximum itself.
    pub fn exact(best: i64, columns: Vec<Bits>) -> Self {
        Priced { best, bound: Some(best), columns, ended: Ended::Exact }
    }

    /// No answer: a limit came first.
    pub fn stopped(limit: Limit) -> Self {
        Priced { best: 0, bound: None, columns: Vec::new(), ended: Ended::Stopped(limit) }
    }
}

/// Finds columns of a class of networks that matter for a dual point.
pub trait ColumnOracle {
    /// The largest |d^T v|, and good columns.
    fn query(&mut self, point: &GridPoint, want: Want, budget: &Budget) -> Priced;

    /// How the checker repeats a proven bound.
    fn evidence(&self) -> PriceEvidence {
        PriceEvidence::Walk
    }
}
