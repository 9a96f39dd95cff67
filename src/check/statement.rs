//! The problem that a certificate states, and the comparison of its claims with what the judge computes.

use super::{Rejection, bounds, bounds::ExactLoss, claimed, claimed_bound, rational_field};
use crate::{
    certificate::{Claim, Dual, Problem},
    exact::RBig,
    pattern::Bits,
};

/// Loss, beta and targets of a training problem, checked.
pub(super) struct Statement<'a> {
    targets: &'a [f64],
    loss: ExactLoss,
    beta: RBig,
}

impl<'a> Statement<'a> {
    pub(super) fn new(problem: &Problem, targets: &'a [f64]) -> Result<Self, Rejection> {
        let beta = rational_field(&problem.beta, || "problem.beta".into())?;
        if beta <= RBig::ZERO {
            return Err(Rejection::BetaNotPositive);
        }
        let loss = ExactLoss::of(problem)?;
        match loss.first_wrong_target(targets) {
            Some(row) => Err(Rejection::TargetNotALabel { row }),
            None => Ok(Statement { targets, loss, beta }),
        }
    }

    /// The objective of neurons with these patterns on the rows and output weights, compared with the claim.
    pub(super) fn objective(&self, patterns: &[Bits], outputs: &[RBig], claim: &Claim) -> Result<RBig, Rejection> {
        let loss = bounds::training_loss(&self.loss, self.targets, patterns, outputs)?;
        let loss = claimed(loss, &claim.training_loss, |found| Rejection::TrainingLossMismatch { found })?;
        let objective = loss + &self.beta * bounds::sum_of_moduli(outputs);
        claimed(objective, &claim.objective, |found| Rejection::ObjectiveMismatch { found })
    }

    /// The lower bound of a dual point on the grid whose price is proven, compared with the claim.
    pub(super) fn lower_bound(&self, dual: &Dual, claim: &Claim) -> Result<RBig, Rejection> {
        claimed_bound(self.dual_value(dual)?, &claim.lower_bound)
    }

    /// The dual value of a point on the grid whose price is known.
    pub(super) fn dual_value(&self, dual: &Dual) -> Result<RBig, Rejection> {
        match self.loss.first_outside_domain(self.targets, &dual.numerators) {
            Some(row) => Err(Rejection::DualOutsideDomain { row }),
            None => bounds::dual_value(&self.loss, self.targets, dual, &self.beta),
        }
    }
}
