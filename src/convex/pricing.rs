//! The pricing problem of the Lasso: which columns violate a dual point, and by how much?
//!
//! The master asks a [`Pricer`]: a list of columns in floating point, or one of the oracles of [`crate::oracle`].

use crate::pattern::{Bits, PatternMatrix};

/// Finds the columns that matter most for a dual point.
pub trait Pricer {
    /// max |d^T V| over all columns, and at most `count` distinct good columns, largest modulus first.
    ///
    /// `None` if a limit ended the search.
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced>;

    /// The best lower bound that is proven for all columns there are, in the problem's units; `None` if prices are all
    /// that is known.
    fn proven(&self) -> Option<f64> {
        None
    }
}

/// The answer to a pricing problem.
#[derive(Clone, Debug)]
pub struct Priced {
    /// max |d^T V| over the columns of the programme.
    pub price: f64,
    /// The lower bound that V proves, where that is known better than from the price: rows of a group may have to divide V
    /// in a way that the checker accepts.
    pub value: Option<f64>,
    /// The best columns.
    pub columns: Vec<Bits>,
}

/// Pricing over an explicit list of columns. O(P N / 8) a call.
#[derive(Clone, Debug)]
pub struct ListPricer<'a> {
    columns: &'a PatternMatrix,
}

impl<'a> ListPricer<'a> {
    /// A pricer over the columns of a matrix.
    pub fn new(columns: &'a PatternMatrix) -> Self {
        ListPricer { columns }
    }
}

impl Pricer for ListPricer<'_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let sums = self.columns.weighted_sums(dual);
        let price = sums.iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
        let mut order: Vec<usize> = (0..sums.len()).collect();
        let by_modulus = |a: &usize, b: &usize| sums[*b].abs().total_cmp(&sums[*a].abs()).then(a.cmp(b));
        if count < order.len() {
            order.select_nth_unstable_by(count, by_modulus);
            order.truncate(count);
        }
        order.sort_unstable_by(by_modulus);
        Some(Priced {
            price,
            value: None,
            columns: order.into_iter().map(|p| self.columns.column(p).to_bitvec()).collect(),
        })
    }
}
