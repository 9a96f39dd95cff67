//! The pricing problem: which columns violate a dual point v, and how large is max |d^T v|?
//!
//! Everything hangs on it. Column generation needs columns with |d^T v| > beta; a certificate needs a proven bound on
//! max |d^T v| over all columns of its class of networks. One question, one answer: the master and the certificate ask
//! the same [`ColumnOracle`] about the same [`GridPoint`], so that what was proven once need not be proven again.
//!
//! A point is put on a grid first: all sums d^T v are then exact integers, in i64 as well as in f64.
//!
//! * [`list`]: an explicit list of columns, all there are or some.
//! * [`line`](mod@line): rows on a line (rank 2), by running sums.
//! * [`by_walk`]: all of H(X) by a walk over the rays of the arrangement ([`walk`]), without a list.
//! * [`cones`]: all of H(X) by branch and bound over cones, with a proven bound at any moment.
//! * [`search`]: good columns by local search, without a bound.
//! * [`labellings`]: all labellings of the groups, which contain the patterns of every network.
//!
//! The checker has its own: see [`crate::check`].

pub mod by_walk;
pub mod cones;
#[cfg(test)]
mod conformance;
pub mod labellings;
pub mod line;
pub mod list;
mod pool;
pub mod search;
pub mod walk;

pub use by_walk::WalkOracle;
pub use cones::{ConeOracle, ConeStatistics};
pub use labellings::LabellingsOracle;
pub use line::LineOracle;
pub use list::ListOracle;

use crate::{
    certificate::{Dual, PriceEvidence},
    limits::{Budget, Limit},
    pattern::{Bits, Groups},
};

/// A dual point v of the rows on a fixed-point grid: v_i = `rows[i]` * 2^`exponent`.
///
/// The moduli of the entries add up to at most 2^53, so all sums of them are exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridPoint {
    /// The exponent of the unit.
    pub exponent: i32,
    /// v, one entry a row of the data.
    pub rows: Vec<i64>,
    /// V: the sums of v over each group.
    pub groups: Vec<i64>,
}

impl GridPoint {
    /// The point with these entries. O(n).
    pub fn new(groups: &Groups, exponent: i32, rows: Vec<i64>) -> Self {
        GridPoint { exponent, groups: groups.sums(&rows), rows }
    }

    /// The point whose sums over the groups are these, all of each on the first row of its group. O(n).
    pub fn of_groups(groups: &Groups, exponent: i32, sums: Vec<i64>) -> Self {
        let mut rows = vec![0; groups.rows()];
        for (&row, &sum) in groups.first_rows().iter().zip(&sums) {
            rows[row] = sum;
        }
        GridPoint { exponent, rows, groups: sums }
    }

    /// The unit of the grid.
    pub fn unit(&self) -> f64 {
        f64::from(self.exponent).exp2()
    }

    /// The point as certificates hold it, with a proven bound on max |d^T v| in units of the grid.
    pub fn priced(self, bound: i64, evidence: PriceEvidence) -> Dual {
        Dual { exponent: self.exponent, numerators: self.rows, price: bound, evidence }
    }
}

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
