//! What the judge answers.

use super::{Rejection, pricing::WorkExceeded};
use crate::{
    certificate::PriceEvidence,
    exact::{RBig, rational},
};

/// The judge's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Every claim of the certificate is proven.
    Verified(Conclusion),
    /// Some claim is wrong or not proven; nothing may be concluded.
    Rejected(Rejection),
    /// More work than permitted is needed to decide; nothing may be concluded.
    Undecided(WorkExceeded),
}

impl Verdict {
    /// The bounds that are proven; `None` if there is no proof, or the certificate claims none.
    pub fn proven(&self) -> Option<&Proven> {
        match self {
            Verdict::Verified(Conclusion::Bounds(proven)) => Some(proven),
            Verdict::Verified(Conclusion::Infeasible { .. }) | Verdict::Rejected(_) | Verdict::Undecided(_) => None,
        }
    }
}

/// What a certificate proves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Conclusion {
    /// A network, and how far from the optimum it is at most.
    Bounds(Proven),
    /// No network of any width fits the targets of these two rows (from 0).
    Infeasible {
        /// The rows, ascending.
        rows: [usize; 2],
    },
}

impl From<Proven> for Conclusion {
    fn from(proven: Proven) -> Self {
        Conclusion::Bounds(proven)
    }
}

/// Bounds that have been proven.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The exact objective (4) of the certificate's network.
    pub objective: RBig,
    /// No network of those that the certificate is about has a smaller objective. These are two-layer threshold networks
    /// of any width, or of at most the certificate's width, or parallel deep ones; for interpolation those that fit every
    /// target, and their norm.
    pub lower_bound: RBig,
    /// What proves the lower bound.
    pub evidence: Evidence,
}

/// What proves a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The exact maximum of |d^T v| over H(X).
    Patterns,
    /// A bound on |d^T v| over H(X), by a search over cones.
    Cones,
    /// The maximum of |d^T v| over all labellings of the distinct rows, which contain the patterns of every network.
    Labellings,
    /// The exact maximum of |d^T v| over a deep pattern set (13).
    DeepPatterns,
    /// A search tree over the sets of at most m patterns, with a dual point for each leaf.
    SearchTree,
}

impl Evidence {
    /// The evidence in words, for a report.
    pub fn reason(self) -> &'static str {
        match self {
            Evidence::Patterns => "exact maximum over all patterns",
            Evidence::Cones => "bound over all patterns by a search over cones",
            Evidence::Labellings => "bound over all labellings of the distinct rows",
            Evidence::DeepPatterns => "exact maximum over all patterns of the last hidden layer",
            Evidence::SearchTree => "search tree over the patterns of networks of this width",
        }
    }
}

impl From<PriceEvidence> for Evidence {
    /// For two layers.
    fn from(evidence: PriceEvidence) -> Self {
        match evidence {
            PriceEvidence::Walk => Evidence::Patterns,
            PriceEvidence::AllLabellings => Evidence::Labellings,
            PriceEvidence::Cones(_) => Evidence::Cones,
        }
    }
}

impl Proven {
    /// `objective - lower_bound`, exact and non-negative.
    pub fn gap(&self) -> RBig {
        &self.objective - &self.lower_bound
    }

    /// The gap divided by the objective, rounded up; 0 if the gap is 0.
    pub fn relative_gap(&self) -> f64 {
        let gap = self.gap();
        if gap.is_zero() { 0.0 } else { rational::round_up(&(gap / &self.objective)) }
    }
}
