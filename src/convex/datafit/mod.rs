//! How far outputs are from the targets: a convex function F of the outputs f, a sum over groups of rows.
//!
//! ```text
//! F(f) = sum_g F_g(f_g),      f_g in R^q,      F*(V) = sum_g F_g*(V_g) = sum_g max over f of V_g . f - F_g(f)
//! ```
//!
//! All rows of a group have their bits in common, so they have their output in common, and F_g is the sum of their
//! losses. Outputs and dual points are slices of *blocks*: q numbers a group, one group after the other (q = 1 but for
//! vector outputs). What is written here of one datafit is all that [`Problem`](super::Problem), the working set and the
//! mixed-integer formulations know of it; a [`Master`](super::Master) may know more of the ones that it is made for.
//!
//! Two implementations: [`Squared`], of any block width, for which a group is its mean and its count, and [`Losses`], for
//! which a group is its list of targets, with any [`Loss`].

pub mod group;
pub mod losses;
pub mod squared;

use std::{any::Any, fmt::Debug, sync::Arc};

pub use group::{GroupLoss, Term};
pub use losses::Losses;
pub use squared::Squared;

use super::problem::Units;
use crate::loss::Loss;

/// A convex function of the outputs of groups of rows, with its conjugate.
pub trait Datafit: Any + Debug + Send + Sync {
    /// The loss of a row.
    fn loss(&self) -> Loss;

    /// The number of groups.
    fn groups(&self) -> usize;

    /// q: the numbers of a block.
    fn width(&self) -> usize;

    /// F_g(f) for a block f.
    fn value(&self, group: usize, f: &[f64]) -> f64;

    /// Writes a block v of the subdifferential of F_g at f, the smallest one.
    fn subgradient(&self, group: usize, f: &[f64], v: &mut [f64]);

    /// F_g*(v), for v moved into the domain.
    fn conjugate(&self, group: usize, v: &[f64]) -> f64;

    /// The block nearest to 0 where F_g is least; infinite if it is least in the limit only.
    fn minimiser(&self, group: usize) -> Vec<f64>;

    /// F_g but for a constant as a sum of the losses of rows, sum_k c_k l(f; t_k); empty if q > 1.
    fn terms(&self, group: usize) -> Vec<Term>;

    /// The entries v_i of the dual point for rows, which add up to V_g in each group. A row is given by q entries: the
    /// index of the number in f that it has as its output, and the target.
    fn to_rows(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64>;

    /// The ends of the domain of v_i for a row with this target.
    fn domain(&self, target: f64) -> (f64, f64) {
        self.loss().domain(target)
    }

    /// The multiple s of V with |s| <= `largest` that is taken for the dual bound -F*(s V). By default at most V itself,
    /// which is in the domain.
    fn multiple(&self, _dual: &[f64], largest: f64) -> f64 {
        largest.min(1.0)
    }

    /// The largest modulus of a target.
    fn largest_target(&self) -> f64;

    /// The same function in other units.
    fn in_units(&self, units: Units) -> Arc<dyn Datafit>;
}
