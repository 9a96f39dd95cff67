//! From a search tree to an exact certificate for a width.

use super::{CertifyError, Splitter, certified_neurons, claim, exact_problem, stated};
use crate::{
    certificate::{Body, Branching, Certificate, CertifiedNetwork, Leaf, SearchNode, Width, pattern_to_hex},
    check::{CheckLimits, width},
    convex,
    data::Dataset,
    exact::{Arrangement, rational},
    loss::Loss,
    model::Network,
    pattern::{Bits, BitsRef, Groups, expand},
};

/// A node of a search tree, as a search proposes it.
pub enum ProposedNode<'a> {
    /// A pattern on the groups of the problem: after it the tree without the pattern, then the one with it.
    Branching(&'a BitsRef),
    /// A dual point V, one entry a group of the problem.
    Leaf(&'a [f64]),
}

/// Assembles a certificate for a network with known patterns on the groups of the arrangement and a search tree in
/// preorder.
///
/// # Errors
///
/// [`CertifyError`] if the network is not finite or has a pattern that is not realisable, or the judge cannot follow.
pub fn width_certificate(
    data: &Dataset,
    arrangement: &Arrangement,
    problem: &convex::Problem,
    stated_problem: (Loss, f64),
    width: usize,
    (network, patterns): (&Network, &[Bits]),
    nodes: &[ProposedNode<'_>],
) -> Result<Certificate, CertifyError> {
    let (neurons, outputs, expanded) = certified_neurons(data, arrangement, network, patterns)?;
    let exact = exact_problem(stated_problem)?;
    let groups = Groups::of(arrangement);
    let splitter = Splitter::new(data, &groups, problem);
    let search = nodes.iter().map(|node| match node {
        ProposedNode::Branching(column) => {
            let pattern = expand(arrangement, &column[..arrangement.groups()]);
            SearchNode::Branching(Branching { pattern: pattern_to_hex(pattern.iter().by_vals()) })
        }
        ProposedNode::Leaf(dual) => {
            let point = splitter.point(dual);
            SearchNode::Leaf(Leaf { exponent: point.exponent, numerators: point.rows })
        }
    });
    let mut body = Width {
        problem: stated(&exact),
        width,
        network: CertifiedNetwork { neurons },
        search: search.collect(),
        claim: claim(data, &exact, &expanded, &outputs)?,
    };
    let bound = width::lower_bound(data, &body, &CheckLimits::default())?;
    body.claim.lower_bound = rational::to_text(&bound);
    Ok(Certificate::about(data, Body::Width(body)))
}
