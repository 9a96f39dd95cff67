//! What training returns.

use super::pipeline::{self, Outcome, status};
use crate::{
    certificate::Certificate,
    check::Proven,
    class::{Class, Facts},
    error::TrainError,
    limits::Limit,
    loss::Loss,
    subject::Subject,
};

/// How good the result is, as proven by the checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The relative gap is at most the tolerance.
    Optimal,
    /// The bounds are valid but further apart.
    Feasible,
}

impl Status {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Optimal => "optimal",
            Status::Feasible => "feasible",
        }
    }
}

/// A trained network with its proof.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fit<M> {
    /// Whether it is proven optimal.
    pub status: Status,
    /// The limit that ended the work early, if any.
    pub limit: Option<Limit>,
    /// The method that was used: a name of [`Method`](crate::Method), or how a deep network was found (`construction`,
    /// `patterns`, `representation`).
    pub method: &'static str,
    /// The model: a [`Network`](crate::Network) or a [`DeepNetwork`](crate::model::DeepNetwork).
    pub model: M,
    /// The evidence.
    pub certificate: Certificate,
    /// What the checker has proven from it.
    pub proven: Proven,
    /// The loss function.
    pub loss: Loss,
    /// The regularisation parameter.
    pub beta: f64,
    /// Whether a relative beta refers to a lower bound on beta_max, because not all patterns could be priced.
    pub beta_max_is_a_lower_bound: bool,
    /// r = rank X.
    pub rank: usize,
    /// The patterns of each hidden layer that were listed or generated; `None` if none had to be (complete arrangements
    /// have 2^n').
    pub patterns: Option<Vec<usize>>,
    /// Whether the patterns are all there are. Column generation takes all of them into account without listing them.
    pub patterns_complete: bool,
    /// Patterns of the optimum that no f64 weights reproduce; the network does without them.
    pub unrealized: usize,
}

impl<M> Fit<M> {
    /// The patterns of the last hidden layer that were listed or generated; `None` if none had to be.
    pub fn last_patterns(&self) -> Option<usize> {
        self.patterns.as_ref().and_then(|layers| layers.last().copied())
    }

    /// Runs the pipeline on a class whose certificates the checker can always afford.
    pub(super) fn of<C: Class<Model = M>>(
        class: &mut C,
        subject: &Subject<'_>,
        tolerance: f64,
        facts: impl FnOnce(&C) -> Facts,
    ) -> Result<Self, TrainError> {
        let Outcome { model, proof, unrealized, limit, .. } = pipeline::run(class, subject)?;
        let (Some(model), Some(proof)) = (model, proof) else {
            unreachable!("the zero network is a model, and every dual point is priced by something the checker affords")
        };
        let Facts { method, loss, beta, beta_max_is_a_lower_bound, patterns, patterns_complete } = facts(class);
        Ok(Fit {
            status: status(&proof.proven, tolerance),
            limit,
            method,
            model,
            certificate: proof.certificate,
            proven: proof.proven,
            loss,
            beta,
            beta_max_is_a_lower_bound,
            rank: subject.arrangement.rank(),
            patterns,
            patterns_complete,
            unrealized,
        })
    }
}
