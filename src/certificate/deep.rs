//! The evidence of optimality for parallel deep networks (Theorem 3.2, Corollary 3.4), as data.
//!
//! `docs/certificate-format.md` describes it. Problem, dual point and claim are those of two-layer networks.

use serde::{Deserialize, Serialize};

use super::{Claim, Dual, Problem};

/// A claim of (near) optimality of a parallel deep threshold network, with everything that is needed to prove it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deep {
    /// Which problem on the data.
    pub problem: Problem,
    /// Among which networks.
    pub depth: Depth,
    /// A feasible point: its objective is the upper bound.
    pub network: CertifiedDeepNetwork,
    /// A dual point: it gives the lower bound. [`super::PriceEvidence::Walk`] stands for the deep pattern set (13).
    pub dual: Dual,
    /// What the two are claimed to prove.
    pub claim: Claim,
}

/// The networks that the lower bound is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depth {
    /// L: the layers of the network, the output layer included.
    pub layers: usize,
    /// m_1, ..., m_{L-2}: a unit of layer l + 1 reads at most m_l units. `None` where the bound holds for all networks.
    pub widths: Option<Vec<usize>>,
}

/// A parallel deep network f(x) = sum_k output_k h_k(x).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedDeepNetwork {
    /// The first layers, shared by all subnetworks.
    pub shared: Vec<Vec<CertifiedUnit>>,
    /// The subnetworks.
    pub subnetworks: Vec<CertifiedSubnetwork>,
}

/// A threshold unit: active where the inner product of inputs and hidden weights is at least the threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedUnit {
    /// Rationals, one for each input.
    pub hidden: Vec<String>,
    /// A rational; 0 in the first layer.
    pub threshold: String,
}

/// One subnetwork.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedSubnetwork {
    /// Its layers after the shared ones; the last has one unit.
    pub layers: Vec<Vec<CertifiedUnit>>,
    /// The output weight, a rational.
    pub output: String,
    /// What its last unit is on the n rows, as hexadecimal digits like the patterns of two-layer networks.
    pub pattern: String,
}
