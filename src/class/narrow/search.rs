//! A search tree that proves the optimum for a width, for the judge.
//!
//! A node has *taken* patterns, which a network of it may use, and patterns that were *left out*; with fewer than m taken,
//! networks may use all others, too. The Lasso over the patterns that a node permits is a lower bound. A node is closed
//! when that bound reaches the best network known, when m patterns are taken, or when its optimum has at most m neurons and
//! so is a network itself. Otherwise a pattern of its optimum, the one with the largest weight that is not taken, splits it
//! into networks without and networks with that pattern. Each leaf keeps its dual point; the judge needs nothing else (see
//! [`crate::check::width`]).
//!
//! The m patterns of a node's optimum with the largest weights, the taken ones first, are tried as a network. Nodes start
//! from the optimum of the node above.
//!
//! Cost: one Lasso a node, and one with m patterns; in the worst case a node for each set of m patterns.

use std::collections::HashMap;

use crate::{
    convex::{Problem, WorkingSetSolution, pricing::ListPricer, working_set},
    limits::Budget,
    pattern::{Bits, PatternMatrix},
};

/// Trees are given up whose leaves have more numbers than this: they would be certificates of tens of megabytes.
const MOST_NUMBERS: usize = 2_000_000;

/// What is to be proven.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The largest number of neurons.
    pub width: usize,
    /// The objective of a known network.
    pub upper: f64,
    /// The relative gap at which a node is closed.
    pub tolerance: f64,
    /// How many numbers a leaf has in a certificate: the rows of the data.
    pub rows: usize,
}

/// A node of the tree, in preorder: after a branching the tree without the pattern, then the one with it.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// The index of the pattern.
    Branching(usize),
    /// A dual point V, one entry a group.
    Leaf(Vec<f64>),
}

/// The tree, and the best network that was met.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The nodes; `None` if a limit ended the search or the tree became too large.
    pub nodes: Option<Vec<Node>>,
    /// Patterns and output weights of a network better than the one given, if there was one.
    pub better: Option<Vec<(usize, f64)>>,
}

/// Searches until no network with at most m of these columns has an objective below (1 - tolerance) of the best one.
pub fn search(problem: &Problem, columns: &PatternMatrix, goal: &Goal, budget: &Budget) -> Tree {
    let index_of = (0..columns.len()).map(|p| (columns.words(p), p)).collect();
    let search = Search { problem, columns, index_of, goal, budget };
    let mut better = None;
    Tree { nodes: search.run(&mut better), better }
}

struct Search<'a> {
    problem: &'a Problem,
    columns: &'a PatternMatrix,
    index_of: HashMap<&'a [u64], usize>,
    goal: &'a Goal,
    budget: &'a Budget,
}

struct Open {
    /// The columns that were not left out.
    allowed: Bits,
    taken: Vec<usize>,
    /// The columns of the optimum above.
    start: Vec<usize>,
}

impl Open {
    /// The nodes without and with a column of the optimum found here.
    fn split(self, p: usize, found: &Optimum) -> [Open; 2] {
        let start: Vec<usize> = found.neurons.iter().map(|&(column, _)| column).collect();
        let mut without = Open {
            allowed: self.allowed.clone(),
            taken: self.taken.clone(),
            start: start.iter().copied().filter(|&column| column != p).collect(),
        };
        without.allowed.set(p, false);
        let taken = self.taken.into_iter().chain([p]).collect();
        [without, Open { allowed: self.allowed, taken, start }]
    }
}

/// The optimum of a Lasso over some of the columns.
struct Optimum {
    neurons: Vec<(usize, f64)>,
    objective: f64,
    lower: f64,
    dual: Vec<f64>,
}

impl Search<'_> {
    /// The nodes; `None` if they are not all there. Networks that are better than the one given go to `better`.
    fn run(&self, better: &mut Option<Vec<(usize, f64)>>) -> Option<Vec<Node>> {
        let width = self.goal.width;
        let mut best = self.goal.upper;
        let mut nodes = Vec::new();
        let mut improve = |found: &Optimum| {
            if found.neurons.len() <= width && found.objective < best {
                best = found.objective;
                *better = Some(found.neurons.clone());
            }
            best
        };
        let root = Open { allowed: Bits::repeat(true, self.columns.len()), taken: Vec::new(), start: Vec::new() };
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            // About half of the nodes of a finished tree are leaves.
            if (nodes.len() + open.len()) / 2 >= MOST_NUMBERS / self.goal.rows.max(1) {
                return None;
            }
            let full = node.taken.len() >= width;
            let permitted = if full { node.taken.clone() } else { node.allowed.iter_ones().collect() };
            let found = self.optimum(&permitted, if full { &node.taken } else { &node.start })?;
            let mut upper = improve(&found);
            let is_open = |upper: f64| found.lower < upper * (1.0 - self.goal.tolerance);
            let splits = !full && found.neurons.len() > width;
            if splits && is_open(upper) {
                let rounded = self.optimum(&largest(&found, &node.taken, width), &[])?;
                upper = improve(&rounded);
            }
            let others = found.neurons.iter().filter(|(p, _)| !node.taken.contains(p));
            match others.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())) {
                Some(&(p, _)) if splits && is_open(upper) => {
                    nodes.push(Node::Branching(p));
                    let [without, with] = node.split(p, &found);
                    open.extend([with, without]);
                }
                _ => nodes.push(Node::Leaf(found.dual)),
            }
        }
        Some(nodes)
    }

    /// The Lasso over the permitted columns, from some of them; `None` after a limit.
    fn optimum(&self, permitted: &[usize], start: &[usize]) -> Option<Optimum> {
        let (permitted, start) = (self.columns.select(permitted), self.columns.select(start));
        let mut pricer = ListPricer::new(&permitted);
        let solved = working_set::solve_in_units(self.problem, &start, &mut pricer, self.budget, &mut |_| ());
        let WorkingSetSolution { columns, weights, dual, limit, .. } = solved;
        if limit.is_some() {
            return None;
        }
        let price = permitted.weighted_sums(&dual).iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
        let norm = weights.iter().map(|weight| weight.abs()).sum();
        // The working set holds columns of its pricer's list only.
        let indices = (0..columns.len()).map(|k| self.index_of[columns.words(k)]);
        Some(Optimum {
            objective: self.problem.objective(&self.problem.outputs(&columns, &weights), norm),
            lower: self.problem.dual_value(&dual, price),
            neurons: indices.zip(weights).collect(),
            dual,
        })
    }
}

/// The taken columns and those with the largest weights, as many as the width permits.
fn largest(found: &Optimum, taken: &[usize], width: usize) -> Vec<usize> {
    let mut others: Vec<&(usize, f64)> = found.neurons.iter().filter(|(p, _)| !taken.contains(p)).collect();
    others.sort_unstable_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    taken.iter().copied().chain(others.into_iter().map(|&(p, _)| p)).take(width).collect()
}
