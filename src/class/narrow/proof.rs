//! From the best network of a width to a certificate that the judge has verified.

use super::search::{Goal, Node, Tree, search};
use crate::{
    certificate::Certificate,
    certify::{self, CertifyError, ProposedNode, width_certificate},
    check::{self, Rejection},
    fit::TrainError,
    limits::Budget,
    model::Network,
    nonconvex::{Listed, Solution},
    pattern::Bits,
    realize::Reconstruction,
};

/// Relative gap at which a node is closed.
const TOLERANCE: f64 = 1e-8;

/// The judge is asked to list H(X) if it is estimated to take at most this many steps.
const AFFORDABLE_WORK: f64 = 1e8;

/// The proof that a network is optimal among those of bounded width.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The model.
    pub network: Network,
    /// The evidence.
    pub certificate: Certificate,
    /// What the judge has proven from it.
    pub proven: check::Proven,
}

/// What came of a search: the best network, and the proof that it is optimal; `None` where that is too much work, a limit
/// was reached, or no f64 weights reproduce a pattern.
pub type Attempt = (Solution, Option<Proof>);

/// Searches from a known network, and lets the judge verify what was found.
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
) -> Result<Attempt, TrainError> {
    if check::listing::estimated_work(&listed.arrangement) > AFFORDABLE_WORK {
        return Ok((known.clone(), None));
    }
    let (solution, nodes) = searched(listed, known, width, budget);
    let proof = match nodes {
        Some(nodes) => judged(listed, &solution, &nodes, width, reconstruction)?,
        None => None,
    };
    Ok((solution, proof))
}

/// The certificate and its verdict, unless that is too much work or there are no weights.
fn judged(
    listed: &Listed<'_>,
    solution: &Solution,
    nodes: &[Node],
    width: usize,
    reconstruction: Reconstruction,
) -> Result<Option<Proof>, TrainError> {
    // A limit on the search is not one on its result.
    let Some(network) = listed.network(solution, reconstruction, &Budget::unlimited()) else { return Ok(None) };
    let groups = listed.arrangement.groups();
    let patterns: Vec<Bits> = solution.columns.iter().map(|column| column[..groups].to_bitvec()).collect();
    let (data, arrangement) = (listed.data, &listed.arrangement);
    let stated = (listed.loss, listed.problem.beta());
    let (problem, columns) = (&listed.problem, listed.matrix());
    let proposed = |node| match node {
        &Node::Branching(p) => ProposedNode::Branching(columns.column(p)),
        Node::Leaf(dual) => ProposedNode::Leaf(dual),
    };
    let tree: Vec<ProposedNode<'_>> = nodes.iter().map(proposed).collect();
    let tree = tree.as_slice();
    let certificate = match width_certificate(data, arrangement, problem, stated, width, (&network, &patterns), tree) {
        Ok(certificate) => certificate,
        Err(CertifyError::NotComputable(reason)) if too_much(&reason) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match certify::judged(data, &certificate) {
        Ok(proven) => Ok(Some(Proof { network, certificate, proven })),
        Err(reason) if too_much(&reason) => Ok(None),
        Err(reason) => Err(TrainError::Refused(reason)),
    }
}

fn too_much(reason: &Rejection) -> bool {
    matches!(reason, Rejection::TooMuchWork(_))
}

/// The best network and the nodes of the tree.
fn searched(listed: &Listed<'_>, known: &Solution, width: usize, budget: &Budget) -> (Solution, Option<Vec<Node>>) {
    let goal = Goal { width, upper: known.objective, tolerance: TOLERANCE, rows: listed.data.n() };
    let Tree { nodes, better } = search(&listed.problem, &listed.matrix(), &goal, budget);
    let mut solution = known.clone();
    if let Some(better) = better {
        solution.columns = better.iter().map(|&(p, _)| listed.columns[p].clone()).collect();
        solution.weights = better.iter().map(|&(_, weight)| weight).collect();
        let norm = solution.weights.iter().map(|weight| weight.abs()).sum();
        solution.objective = listed.problem.objective(&solution.outputs(&listed.problem), norm);
    }
    (solution, nodes)
}
