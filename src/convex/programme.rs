//! What the convex programmes have in common, whatever the loss.
//!
//! ```text
//! minimise over w  sum_g L_g(f_g) + beta ||w||_1,   f = D w,      L_g(f) = sum over the rows i of group g of l(f; y_i)
//! maximise over V  - sum_g L_g*(V_g)   subject to  |d^T V| <= beta for all columns d of D
//! ```
//!
//! For the squared loss a group is its mean and its count ([`GroupedProblem`](super::GroupedProblem)), and there are
//! special methods; for the others it is its list of targets ([`LossProblem`](super::LossProblem)).

use std::cmp::Ordering;

use super::{CompleteSolution, conic::LassoSolution, ordered::OrderedSolution};
use crate::{
    arrangement::Order,
    limits::Budget,
    pattern::{Bits, BitsRef, PatternMatrix, step},
};

/// Units of outputs (targets and weights) and of slopes (dual points and beta); objectives are in units of the product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// The unit of f, y and w.
    pub outputs: f64,
    /// The unit of V and beta.
    pub slopes: f64,
}

/// Problem (6), or (16) for another loss, on groups of rows that share their bit in every pattern.
///
/// The groups are those of the arrangement, in its order, followed by the zero rows as one group if there are any (their
/// bit is step(0) in every pattern).
pub trait Programme {
    /// Whether a working set is worth more columns when the largest price of a dual point is this.
    fn wants_columns(&self, price: f64) -> bool;

    /// The number of groups, the zero rows included.
    fn groups(&self) -> usize;

    /// The regularisation parameter, positive.
    fn beta(&self) -> f64;

    /// The same problem with another beta.
    fn with_beta(&self, beta: f64) -> Self
    where
        Self: Sized;

    /// Powers of two that measure the problem where its numbers leave the range that f64 can multiply, else 1.
    fn units(&self) -> Units;

    /// The problem in other units.
    fn in_units(&self, units: Units) -> Self
    where
        Self: Sized;

    /// The objective at outputs f with penalty ||w||_1 = `norm`.
    fn objective(&self, outputs: &[f64], norm: f64) -> f64;

    /// A dual point V_g in the subdifferential of L_g at outputs f, the smallest one.
    fn dual_point(&self, outputs: &[f64]) -> Vec<f64>;

    /// A lower bound from the multiples s V with |s| price <= beta, where price = max |d^T V|.
    fn dual_value(&self, dual: &[f64], price: f64) -> f64;

    /// The multiple of V at which [`Self::dual_value`] is attained: feasible for the dual if price = max |d^T V|.
    fn scaled_dual(&self, dual: &[f64], price: f64) -> Vec<f64>;

    /// The optimum over a few columns, from `start`; weights have independent support. `None` if no method finds it.
    fn restricted_optimum(&self, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<LassoSolution>;

    /// Whether the dual optimum over a working set is unique: the conjugates are strictly convex.
    fn has_unique_dual(&self) -> bool;

    /// Problem (7), whose optimum is that of (6) over all labellings, with its dual point.
    fn over_all_labellings(&self) -> (CompleteSolution, Vec<f64>);

    /// The optimum on a line, if there is a special method for the loss.
    fn on_a_line(&self, order: &Order) -> Option<OrderedSolution>;

    /// The entries v_i of the dual point for rows of given groups and targets, which add up to V_g in each group.
    fn row_duals(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64>;

    /// The ends of the domain of v_i for a row with this target.
    fn row_domain(&self, target: f64) -> (f64, f64);

    /// A pattern on the groups of the arrangement as a column of this problem.
    fn column(&self, pattern: &BitsRef) -> Bits {
        let mut column = pattern.to_bitvec();
        column.resize(self.groups(), step(Ordering::Equal));
        column
    }

    /// The columns of this problem for patterns on the groups of the arrangement.
    fn columns(&self, patterns: &PatternMatrix) -> PatternMatrix {
        let mut columns = PatternMatrix::new(self.groups());
        columns.extend(patterns.iter().map(|pattern| self.column(pattern)));
        columns
    }

    /// f = D w on the groups.
    fn outputs(&self, columns: &PatternMatrix, weights: &[f64]) -> Vec<f64> {
        let mut outputs = vec![0.0; self.groups()];
        for (column, weight) in columns.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
            for group in column.iter_ones() {
                outputs[group] += weight;
            }
        }
        outputs
    }
}
