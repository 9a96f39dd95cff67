//! The evidence for an answer to problem (9): the least ||a||_1 of a network that fits every target, or none does.

use serde::{Deserialize, Serialize};

use super::{CertifiedNetwork, PriceEvidence};

/// A claim about problem (9), with everything that is needed to prove it from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interpolation {
    /// The answer.
    pub answer: Answer,
}

/// A network with a bound, or two rows that no network fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A network fits every target.
    Interpolant(Interpolant),
    /// No network does.
    Conflict(Conflict),
}

/// A network with f(X) = y exactly, and a dual point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interpolant {
    /// Its norm is the upper bound.
    pub network: CertifiedNetwork,
    /// It gives the lower bound.
    pub dual: DualRay,
    /// What the two are claimed to prove.
    pub claim: NormClaim,
}

/// A dual point up to a factor: v.y / max |d^T v| does not change with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DualRay {
    /// v: n integers; the sum of their moduli is at most 2^53.
    pub numerators: Vec<i64>,
    /// The claim max over d in H(X) of |d^T v| <= `price`.
    pub price: i64,
    /// How the judge is to prove that claim.
    pub evidence: PriceEvidence,
}

/// The exact values that are claimed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormClaim {
    /// ||a||_1 of the network.
    pub norm: String,
    /// No threshold network that fits every target has a smaller one.
    pub lower_bound: String,
}

/// Two rows that share their bit in every pattern but not their target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// The rows, from 0, ascending: positive multiples of each other, or both zero.
    pub rows: [usize; 2],
}
