//! Networks with at most m neurons: the optimum for each width.
//!
//! Widths from m* on have the convex optimum (Theorem 2.2). Narrower ones start from a network that is known or a greedy
//! one; a search tree that the checker verifies is tried first, and where it becomes too large the pattern formulation
//! is solved, with the best bound known: the solver's or that of the convex programme, which holds for every width. Such
//! bounds are numerical: there is no certificate then.
//!
//! The search tree is in [`search`].

pub mod search;

use std::collections::HashSet;

use search::{Goal, Node, Tree};

use super::{
    Class, Scope,
    tuning::{AFFORDABLE_LISTING, GRACE, TREE_FRACTION, TREE_GAP},
};
use crate::{
    certificate::Certificate,
    certify::{CertifyError, ProposedNode, width_certificate},
    check::{self, Rejection},
    error::TrainError,
    limits::{Budget, Limit},
    model::{Network, Neuron},
    nonconvex::{Ending, Listed, Settings, Solution, greedy, pattern},
    pattern::{Bits, PatternMatrix},
    realize::Reconstruction,
};

/// The class of networks with at most `width` neurons on data all of whose patterns are listed.
pub(crate) struct AtMost<'a> {
    listed: &'a Listed<'a>,
    pub width: usize,
    /// A network to start with, perhaps narrower.
    previous: Option<&'a Solution>,
    /// The solution of the convex programme, if it is known.
    convex: Option<&'a Solution>,
    reconstruction: Reconstruction,
    budget: &'a Budget,
    /// The search tree of the first solution, if it is complete: its bound holds for every network of the width.
    tree: Option<Vec<Node>>,
    /// Whether the bound is that of the convex programme: valid for every width.
    pub bound_is_convex: bool,
}

impl<'a> AtMost<'a> {
    /// The class, from what is known.
    pub fn new(
        listed: &'a Listed<'a>,
        width: usize,
        (previous, convex): (Option<&'a Solution>, Option<&'a Solution>),
        reconstruction: Reconstruction,
        budget: &'a Budget,
    ) -> Self {
        AtMost { listed, width, previous, convex, reconstruction, budget, tree: None, bound_is_convex: false }
    }

    /// The convex optimum, if it is narrow enough to be the answer.
    fn covering(&self) -> Option<&'a Solution> {
        self.convex.filter(|convex| convex.columns.len() <= self.width && convex.ending == Ending::Optimal)
    }

    /// The best network known or greedy.
    fn start(&self, settings: &Settings) -> Solution {
        let known = self.covering().and_then(|convex| {
            let both = [Some(convex), self.previous].into_iter().flatten();
            both.min_by(|a, b| a.objective.total_cmp(&b.objective))
        });
        let greedy = || greedy::start(&self.listed.problem, &self.listed.columns, self.previous, settings);
        known.cloned().unwrap_or_else(greedy)
    }

    /// The first solution: by the search tree, or else numerically.
    fn first(&mut self) -> Solution {
        if let Some(limit) = self.listed.limit {
            let settings = Settings::new(self.width, self.budget.at_least(GRACE));
            self.bound_is_convex = false;
            return kept(self.listed, self.width, &self.start(&settings), None, limit);
        }
        let settings = Settings::new(self.width, self.budget.clone());
        let start = self.start(&settings);
        if check::listing::estimated_work(&self.listed.subject.arrangement) <= AFFORDABLE_LISTING {
            let all = self.listed.matrix();
            let (better, nodes) = self.searched(&all, &start, &self.budget.fraction(TREE_FRACTION));
            self.tree = nodes;
            if self.tree.is_some() {
                self.bound_is_convex = self.covering().is_some();
                return better;
            }
            return self.numerical(better, &settings);
        }
        self.numerical(start, &settings)
    }

    /// The bound of the convex programme where that is the answer; otherwise the mixed-integer programme.
    fn numerical(&mut self, start: Solution, settings: &Settings) -> Solution {
        if let Some(convex) = self.covering() {
            self.bound_is_convex = true;
            let lower_bound = convex.lower_bound.min(start.objective);
            return Solution { lower_bound, ending: convex.ending, ..start };
        }
        let mut solution = pattern::solve(&self.listed.problem, &self.listed.patterns, Some(&start), settings);
        let bound = self.convex.map_or(f64::NEG_INFINITY, |convex| convex.lower_bound.min(solution.objective));
        self.bound_is_convex = bound >= solution.lower_bound;
        solution.lower_bound = solution.lower_bound.max(bound);
        solution
    }

    /// The best network over some columns, from a known one, and the nodes of the tree if it is complete.
    fn searched(&self, columns: &PatternMatrix, known: &Solution, budget: &Budget) -> (Solution, Option<Vec<Node>>) {
        let problem = &self.listed.problem;
        let rows = self.listed.subject.data.n();
        let goal = Goal { width: self.width, upper: known.objective, tolerance: TREE_GAP, rows };
        let Tree { nodes, better } = search::search(problem, columns, &goal, budget);
        let mut solution = known.clone();
        if let Some(better) = better {
            solution.columns = better.iter().map(|&(p, _)| columns.column(p).to_bitvec()).collect();
            solution.weights = better.iter().map(|&(_, weight)| weight).collect();
            solution.objective = problem.objective(&solution.outputs(problem), problem.norm(&solution.weights));
        }
        (solution, nodes)
    }

    /// The best network that is found over these columns only; what bounds the width stays what it was.
    fn over(&self, columns: &[Bits]) -> Solution {
        let settings = Settings::new(self.width, self.budget.at_least(GRACE));
        let start = greedy::start(&self.listed.problem, columns, None, &settings);
        let matrix = PatternMatrix::of(self.listed.problem.groups(), columns);
        self.searched(&matrix, &start, &settings.budget.fraction(TREE_FRACTION)).0
    }
}

impl Class for AtMost<'_> {
    type Atom = Bits;
    type Unit = Neuron;
    type Point = Solution;
    type Model = Network;

    fn solve(&mut self, scope: Scope<'_, Bits>) -> Result<Option<Solution>, TrainError> {
        let without = |banned: &HashSet<Bits>| -> Vec<Bits> {
            self.listed.columns.iter().filter(|column| !banned.contains(*column)).cloned().collect()
        };
        Ok(Some(match scope {
            Scope::All(banned) if banned.is_empty() => self.first(),
            Scope::All(banned) | Scope::AtHand(banned) => self.over(&without(banned)),
            Scope::Only(columns) => self.over(columns),
        }))
    }

    fn atoms(&self, point: &Solution) -> Vec<Bits> {
        point.columns.clone()
    }

    fn realize(&mut self, _point: &Solution, atoms: &[Bits]) -> Vec<Option<Neuron>> {
        // A limit on the search is not one on its result.
        self.listed.neurons(atoms, self.reconstruction, &Budget::unlimited())
    }

    fn model(&self, point: &Solution, units: Vec<Neuron>) -> Option<Network> {
        let weighted = units.into_iter().zip(&point.weights);
        let neurons = weighted.map(|(neuron, &output)| Neuron { output, ..neuron }).collect();
        Network::new(self.listed.subject.data, None, neurons).ok()
    }

    fn certificate(&mut self, point: &Solution, model: Option<&Network>) -> Result<Option<Certificate>, TrainError> {
        let (Some(nodes), Some(network)) = (&self.tree, model) else { return Ok(None) };
        let Listed { subject, problem, loss, .. } = self.listed;
        let patterns: Vec<Bits> = point.columns.iter().map(|column| subject.groups.drop_zero(column)).collect();
        let columns = self.listed.matrix();
        let proposed = |node| match node {
            &Node::Branching(p) => ProposedNode::Branching(columns.column(p)),
            Node::Leaf(dual) => ProposedNode::Leaf(dual),
        };
        let tree: Vec<ProposedNode<'_>> = nodes.iter().map(proposed).collect();
        let (stated, named) = ((*loss, problem.beta()), (network, patterns.as_slice()));
        match width_certificate(subject.data, &subject.arrangement, problem, stated, self.width, named, &tree) {
            Ok(certificate) => Ok(Some(certificate)),
            Err(CertifyError::NotComputable(reason)) if self.excuses(&reason) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn excuses(&self, reason: &Rejection) -> bool {
        matches!(reason, Rejection::TooMuchWork(_))
    }

    fn limit(&self) -> Option<Limit> {
        self.listed.limit
    }
}

/// After a limit: a network that is known, with the convex bound, or that of all labellings if not all patterns are known.
/// From m* on the convex optimum is one.
pub(crate) fn kept(
    listed: &Listed<'_>,
    width: usize,
    known: &Solution,
    convex: Option<&Solution>,
    limit: Limit,
) -> Solution {
    let bound = convex.map_or_else(|| listed.relaxed_bound(), |convex| convex.lower_bound);
    let covered = convex.filter(|convex| convex.columns.len() <= width && convex.ending == Ending::Optimal);
    let (known, ending) = match covered {
        Some(convex) if convex.objective < known.objective => (convex, convex.ending),
        Some(convex) => (known, convex.ending),
        None => (known, Ending::Limit(limit)),
    };
    Solution { lower_bound: bound.min(known.objective), ending, ..known.clone() }
}
