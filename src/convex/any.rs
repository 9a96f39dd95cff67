//! The convex programme for a loss that is known at run time only.

use super::{
    CompleteSolution, GroupedProblem, LossProblem, Programme, Units, conic::LassoSolution, ordered::OrderedSolution,
};
use crate::{arrangement::Order, exact::Arrangement, limits::Budget, loss::Loss, pattern::PatternMatrix};

/// Problem (6) for the squared loss, or (16) for another one.
#[derive(Clone, Debug)]
pub enum AnyProblem {
    /// The squared loss.
    Squared(GroupedProblem),
    /// Any other loss.
    Other(LossProblem),
}

impl AnyProblem {
    /// Groups the targets y (n entries, which the loss permits) by the rows of the arrangement. O(n log n). A Huber loss
    /// whose kinks are out of reach is the squared one ([`Loss::within_reach`]).
    pub fn new(arrangement: &Arrangement, targets: &[f64], loss: Loss, beta: f64) -> Self {
        match loss.within_reach(targets.iter().copied()) {
            Loss::Squared => AnyProblem::Squared(GroupedProblem::new(arrangement, targets, beta)),
            loss => AnyProblem::Other(LossProblem::new(arrangement, targets, loss, beta)),
        }
    }

    fn programme(&self) -> &dyn Programme {
        match self {
            AnyProblem::Squared(problem) => problem,
            AnyProblem::Other(problem) => problem,
        }
    }
}

impl Programme for AnyProblem {
    fn wants_columns(&self, price: f64) -> bool {
        self.programme().wants_columns(price)
    }

    fn groups(&self) -> usize {
        self.programme().groups()
    }

    fn beta(&self) -> f64 {
        self.programme().beta()
    }

    fn with_beta(&self, beta: f64) -> Self {
        match self {
            AnyProblem::Squared(problem) => AnyProblem::Squared(problem.with_beta(beta)),
            AnyProblem::Other(problem) => AnyProblem::Other(problem.with_beta(beta)),
        }
    }

    fn units(&self) -> Units {
        self.programme().units()
    }

    fn in_units(&self, units: Units) -> Self {
        match self {
            AnyProblem::Squared(problem) => AnyProblem::Squared(Programme::in_units(problem, units)),
            AnyProblem::Other(problem) => AnyProblem::Other(problem.in_units(units)),
        }
    }

    fn objective(&self, outputs: &[f64], norm: f64) -> f64 {
        self.programme().objective(outputs, norm)
    }

    fn dual_point(&self, outputs: &[f64]) -> Vec<f64> {
        self.programme().dual_point(outputs)
    }

    fn dual_value(&self, dual: &[f64], price: f64) -> f64 {
        self.programme().dual_value(dual, price)
    }

    fn scaled_dual(&self, dual: &[f64], price: f64) -> Vec<f64> {
        self.programme().scaled_dual(dual, price)
    }

    fn restricted_optimum(&self, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<LassoSolution> {
        self.programme().restricted_optimum(columns, start, budget)
    }

    fn has_unique_dual(&self) -> bool {
        self.programme().has_unique_dual()
    }

    fn over_all_labellings(&self) -> (CompleteSolution, Vec<f64>) {
        self.programme().over_all_labellings()
    }

    fn on_a_line(&self, order: &Order) -> Option<OrderedSolution> {
        self.programme().on_a_line(order)
    }

    fn row_duals(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64> {
        self.programme().row_duals(dual, rows)
    }

    fn row_domain(&self, target: f64) -> (f64, f64) {
        self.programme().row_domain(target)
    }
}
