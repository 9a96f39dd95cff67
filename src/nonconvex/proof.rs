//! From the best network of a width to a certificate that the judge has verified.

use super::{
    listed::Listed,
    outer::Solution,
    search::{Goal, Node, Tree, search},
};
use crate::{
    certificate::WidthCertificate,
    certify::{CertifyError, ProposedNode, width_certificate},
    check::{self, CheckLimits, Rejection, Verdict, check_width},
    lasso::AnyProblem,
    limits::Budget,
    network::{Network, Reconstruction},
    pattern::Bits,
    train::TrainError,
};

/// Relative gap at which a node is closed.
const TOLERANCE: f64 = 1e-8;

/// The judge is asked to list H(X) if it is estimated to take at most this many steps.
const AFFORDABLE_WORK: f64 = 1e8;

/// A network of bounded width with its proof.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The network as patterns.
    pub solution: Solution,
    /// The model.
    pub network: Network,
    /// The evidence.
    pub certificate: WidthCertificate,
    /// What the judge has proven from it.
    pub proven: check::Proven,
}

/// Searches from a known network, and lets the judge verify what was found; `None` where that is too much work, a limit is
/// reached, or no f64 weights reproduce a pattern.
///
/// # Errors
///
/// [`TrainError::Refused`] if the judge refuses a certificate for another reason: a defect.
pub fn prove(
    listed: &Listed<'_>,
    known: &Solution,
    width: usize,
    reconstruction: Reconstruction,
    budget: &Budget,
) -> Result<Option<Proof>, TrainError> {
    if check::listing::estimated_work(&listed.arrangement) > AFFORDABLE_WORK {
        return Ok(None);
    }
    let problem = listed.problem();
    let Some((solution, tree)) = searched(listed, &problem, known, width, budget) else { return Ok(None) };
    // A limit on the search is not one on its result.
    let Some(network) = listed.network(&solution, reconstruction, &Budget::unlimited()) else { return Ok(None) };
    let groups = listed.arrangement.groups();
    let patterns: Vec<Bits> = solution.columns.iter().map(|column| column[..groups].to_bitvec()).collect();
    let (data, arrangement) = (listed.data, &listed.arrangement);
    let stated = (listed.instance.loss, listed.instance.beta);
    let columns = listed.matrix();
    let proposed = |node| match node {
        &Node::Branching(p) => ProposedNode::Branching(columns.column(p)),
        Node::Leaf(dual) => ProposedNode::Leaf(dual),
    };
    let tree: Vec<ProposedNode<'_>> = tree.iter().map(proposed).collect();
    let tree = tree.as_slice();
    let certificate = match width_certificate(data, arrangement, &problem, stated, width, (&network, &patterns), tree) {
        Ok(certificate) => certificate,
        Err(CertifyError::NotComputable(reason)) if too_much(&reason) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match check_width(data, &certificate, &CheckLimits::default()) {
        Verdict::Verified(proven) => Ok(Some(Proof { solution, network, certificate, proven })),
        Verdict::Rejected(reason) if too_much(&reason) => Ok(None),
        Verdict::Rejected(reason) => Err(TrainError::Refused(reason)),
    }
}

fn too_much(reason: &Rejection) -> bool {
    matches!(reason, Rejection::TooMuchWork(_))
}

/// The best network and the nodes of the tree.
fn searched(
    listed: &Listed<'_>,
    problem: &AnyProblem,
    known: &Solution,
    width: usize,
    budget: &Budget,
) -> Option<(Solution, Vec<Node>)> {
    let goal = Goal { width, upper: known.objective, tolerance: TOLERANCE, rows: listed.data.n() };
    let Tree { nodes, better } = search(problem, &listed.matrix(), &goal, budget)?;
    let mut solution = known.clone();
    if let Some(better) = better {
        solution.columns = better.iter().map(|&(p, _)| listed.columns[p].clone()).collect();
        solution.weights = better.iter().map(|&(_, weight)| weight).collect();
        let norm = solution.weights.iter().map(|weight| weight.abs()).sum();
        solution.objective = listed.instance.objective(&solution.outputs(&listed.instance), norm);
    }
    Some((solution, nodes))
}
