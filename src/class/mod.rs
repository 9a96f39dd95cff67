//! The classes of networks that can be trained: what is allowed, and what differs between them.
//!
//! A class says what its networks are sums of, how their convex problem is solved, how an atom gets weights and what the
//! certificate looks like. All the rest is the pipeline's (see [`crate::fit`]).
//!
//! * `nested`: whether the level sets of the closed form (7) are patterns.
//! * `columns`: where columns come from, by method.
//! * `lasso`: the convex programme over the columns of an oracle, with the record of what was proven.
//! * [`two_layers`], [`deep`], [`narrow`], [`interpolation`]: the classes.

mod columns;
pub mod deep;
pub mod interpolation;
mod lasso;
pub mod narrow;
mod nested;
mod record;
mod tuning;
pub mod two_layers;

use std::{collections::HashSet, hash::Hash};

pub(crate) use columns::{Columns, chosen_method};
pub(crate) use lasso::{Lasso, Solved};
pub(crate) use nested::are_patterns;
pub(crate) use record::Record;

use crate::{certificate::Certificate, check::Rejection, error::TrainError, limits::Limit, loss::Loss};

/// Which atoms a solution may use.
pub(crate) enum Scope<'a, A> {
    /// All but the banned ones.
    All(&'a HashSet<A>),
    /// Those at hand from solutions before, but not the banned ones: for a last result after a limit.
    AtHand(&'a HashSet<A>),
    /// These only.
    Only(&'a [A]),
}

/// What a result says about its making.
pub(crate) struct Facts {
    pub method: &'static str,
    pub loss: Loss,
    pub beta: f64,
    pub beta_max_is_a_lower_bound: bool,
    /// The patterns of each hidden layer that were listed or generated; `None` if none had to be.
    pub patterns: Option<Vec<usize>>,
    pub patterns_complete: bool,
}

/// A class of networks that are weighted sums of atoms.
pub(crate) trait Class {
    /// What a network is a sum of: an activation pattern, say.
    type Atom: Clone + Eq + Hash;
    /// An atom with hidden weights.
    type Unit: Clone;
    /// A solution: atoms with output weights.
    type Point;
    /// The trained model.
    type Model;

    /// The best point within a scope that can be found; `None` if there is none. What is proven on the way is kept.
    ///
    /// # Errors
    ///
    /// [`TrainError`] if the problem cannot be posed.
    fn solve(&mut self, scope: Scope<'_, Self::Atom>) -> Result<Option<Self::Point>, TrainError>;

    /// The atoms of a point.
    fn atoms(&self, point: &Self::Point) -> Vec<Self::Atom>;

    /// Weights for some of a point's atoms, in their order; `None` for one that no f64 weights were found for.
    fn realize(&mut self, point: &Self::Point, atoms: &[Self::Atom]) -> Vec<Option<Self::Unit>>;

    /// Gives up a wish that makes weights harder to find (standardised inputs); whether there was one.
    fn simplify(&mut self) -> bool {
        false
    }

    /// The model of a point with one unit for each atom, in the order of the atoms; `None` if f64 cannot hold it.
    fn model(&self, point: &Self::Point, units: Vec<Self::Unit>) -> Option<Self::Model>;

    /// The certificate of a point with the best bound that was proven; `None` if there is no affordable proof.
    ///
    /// # Errors
    ///
    /// [`TrainError`] if a number is beyond the range of certificates.
    fn certificate(
        &mut self,
        point: &Self::Point,
        model: Option<&Self::Model>,
    ) -> Result<Option<Certificate>, TrainError>;

    /// Whether a rejection means that the proof is too much for the checker, rather than a defect.
    fn excuses(&self, _reason: &Rejection) -> bool {
        false
    }

    /// The limit that ended the search for columns or a solution, if any.
    fn limit(&self) -> Option<Limit>;
}
