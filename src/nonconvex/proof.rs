//! From the best network of a width to a certificate that the judge has verified.

use super::{
    listed::Listed,
    outer::Solution,
    search::{Tree, search},
};
use crate::{
    certificate::WidthCertificate,
    certify::width_certificate,
    check::{self, CheckLimits, Verdict, check_width},
    lasso::{GroupedProblem, LossProblem, Programme},
    limits::Budget,
    loss::Loss,
    network::{Network, Reconstruction},
    pattern::{Bits, PatternMatrix},
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
pub fn prove(
    listed: &Listed<'_>,
    known: &Solution,
    width: usize,
    reconstruction: Reconstruction,
    budget: &Budget,
) -> Option<Proof> {
    if check::listing::estimated_work(&listed.arrangement) > AFFORDABLE_WORK {
        return None;
    }
    let (arrangement, targets, beta) = (&listed.arrangement, listed.data.targets(), listed.instance.beta);
    match listed.instance.loss {
        Loss::Squared => {
            searched(listed, &GroupedProblem::new(arrangement, targets, beta), known, width, reconstruction, budget)
        }
        loss => {
            searched(listed, &LossProblem::new(arrangement, targets, loss, beta), known, width, reconstruction, budget)
        }
    }
}

fn searched<P: Programme + Clone>(
    listed: &Listed<'_>,
    problem: &P,
    known: &Solution,
    width: usize,
    reconstruction: Reconstruction,
    budget: &Budget,
) -> Option<Proof> {
    let mut columns = PatternMatrix::new(problem.groups());
    columns.extend(listed.columns.iter().cloned());
    let Tree { nodes, better } = search(problem, &columns, width, known.objective, TOLERANCE, budget)?;
    let mut solution = known.clone();
    if let Some(better) = better {
        solution.columns = better.iter().map(|&(p, _)| listed.columns[p].clone()).collect();
        solution.weights = better.iter().map(|&(_, weight)| weight).collect();
        solution.objective = listed
            .instance
            .objective(&solution.outputs(&listed.instance), solution.weights.iter().map(|weight| weight.abs()).sum());
    }
    let network = listed.network(&solution, reconstruction, &Budget::unlimited())?;
    let groups = listed.arrangement.groups();
    let patterns: Vec<Bits> = solution.columns.iter().map(|column| column[..groups].to_bitvec()).collect();
    let (data, arrangement) = (listed.data, &listed.arrangement);
    let stated = (listed.instance.loss, listed.instance.beta);
    let tree = (nodes.as_slice(), &columns);
    let certificate = width_certificate(data, arrangement, problem, stated, width, (&network, &patterns), tree).ok()?;
    match check_width(data, &certificate, &CheckLimits::default()) {
        Verdict::Verified(proven) => Some(Proof { solution, network, certificate, proven }),
        Verdict::Rejected(_) => None,
    }
}
