//! Optimality among two-layer networks of any width, problem (4), as data.
//!
//! `docs/certificate-format.md` describes it.

use serde::{Deserialize, Serialize};

use super::{Claim, Dual, Problem};

/// A claim of (near) optimality for problem (4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoLayers {
    /// Which problem on the data.
    pub problem: Problem,
    /// A feasible point: its objective is the upper bound.
    pub network: CertifiedNetwork,
    /// A dual point: it gives the lower bound.
    pub dual: Dual,
    /// What the two are claimed to prove.
    pub claim: Claim,
}

/// A two-layer threshold network f(X) = sum_j output_j step(X hidden_j).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedNetwork {
    /// The hidden neurons, possibly none.
    pub neurons: Vec<CertifiedNeuron>,
}

/// One hidden neuron.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedNeuron {
    /// The hidden weights, d rationals.
    pub hidden: Vec<String>,
    /// The output weight, a rational.
    pub output: String,
    /// The activation pattern on the n rows as hexadecimal digits: bit i of the pattern is bit i mod 4 (counted from
    /// the least significant) of digit i / 4.
    pub pattern: String,
}
