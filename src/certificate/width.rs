//! The evidence of optimality among networks with at most m neurons: a search tree, as data.
//!
//! `docs/certificate-format.md` describes it. Problem, network and claim are those of certificates without a width.

use serde::{Deserialize, Serialize};

use super::{CertifiedNetwork, Claim, Problem};

/// A claim of (near) optimality among networks of bounded width, with everything that is needed to prove it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Width {
    /// Which problem on the data.
    pub problem: Problem,
    /// The largest number of neurons m.
    pub width: usize,
    /// A feasible point: its objective is the upper bound.
    pub network: CertifiedNetwork,
    /// The search tree in preorder: after a branching the tree without the pattern, then the one with it.
    pub search: Vec<SearchNode>,
    /// What is claimed to be proven.
    pub claim: Claim,
}

/// A node of the search tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SearchNode {
    /// Networks without a pattern, and networks with it.
    Branching(Branching),
    /// A dual point: what networks of this node are not below.
    Leaf(Leaf),
}

/// The pattern that tells two subtrees apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branching {
    /// A pattern of H(X) on the n rows, as hexadecimal digits.
    pub pattern: String,
}

/// A dual point on a fixed-point grid, as in [`super::Dual`]; the judge finds its price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The grid: v_i = `numerators[i]` * 2^`exponent`.
    pub exponent: i32,
    /// The n numerators; the sum of their moduli is at most 2^53.
    pub numerators: Vec<i64>,
}
