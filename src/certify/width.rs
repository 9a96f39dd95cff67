//! From a search tree to an exact certificate for a width.

use super::{CertifyError, certified_neurons, claim, data_claim, exact_loss, grid_point, stated};
use crate::{
    certificate::{
        Branching, CertifiedNetwork, Leaf, SearchNode, WIDTH_FORMAT, WIDTH_VERSION, WidthCertificate, pattern_to_hex,
    },
    check::{CheckLimits, width},
    data::Dataset,
    exact::{Arrangement, rational},
    lasso::Programme,
    loss::Loss,
    network::Network,
    nonconvex::search::Node,
    pattern::{Bits, PatternMatrix, expand},
};

/// Assembles a certificate for a network with known patterns on the groups and a search tree over columns.
///
/// # Errors
///
/// [`CertifyError`] if the network is not finite or has a pattern that is not realisable, or the judge cannot follow.
pub fn width_certificate(
    data: &Dataset,
    arrangement: &Arrangement,
    problem: &dyn Programme,
    (loss, beta): (Loss, f64),
    width: usize,
    (network, patterns): (&Network, &[Bits]),
    (nodes, columns): (&[Node], &PatternMatrix),
) -> Result<WidthCertificate, CertifyError> {
    let refused = |rejection| CertifyError::NotComputable(Box::new(rejection));
    let (neurons, outputs, expanded) = certified_neurons(data, arrangement, network, patterns)?;
    let exact = exact_loss(loss).zip(rational::from_f64(beta)).ok_or(CertifyError::NotFinite(0))?;
    let search = nodes.iter().map(|node| match node {
        Node::Branching(p) => {
            let pattern = expand(arrangement, &columns.column(*p)[..arrangement.groups()]);
            SearchNode::Branching(Branching { pattern: pattern_to_hex(pattern.iter().by_vals()) })
        }
        Node::Leaf(dual) => {
            let (exponent, numerators) = grid_point(data, arrangement, problem, dual);
            SearchNode::Leaf(Leaf { exponent, numerators })
        }
    });
    let mut certificate = WidthCertificate {
        format: WIDTH_FORMAT.into(),
        version: WIDTH_VERSION,
        data: data_claim(data),
        problem: stated(&exact.0, &exact.1),
        width,
        network: CertifiedNetwork { neurons },
        search: search.collect(),
        claim: claim(data, &exact, &expanded, &outputs)?,
    };
    let bound = width::lower_bound(data, &certificate, &CheckLimits::default()).map_err(refused)?;
    certificate.claim.lower_bound = rational::to_text(&bound);
    Ok(certificate)
}
