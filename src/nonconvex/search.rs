//! A search tree that proves the optimum for a width, for the judge.
//!
//! A node has *taken* patterns, which a network of it may use, and patterns that were *left out*; with fewer than m taken,
//! networks may use all others, too. The Lasso over the patterns that a node permits is a lower bound. A node is closed
//! when that bound reaches the best network known, when m patterns are taken, or when its optimum has at most m neurons and
//! so is a network itself. Otherwise a pattern of its optimum, the one with the largest weight that is not taken, splits it
//! into networks without and networks with that pattern. Each leaf keeps its dual point; the judge needs nothing else (see
//! [`crate::check::width`]).
//!
//! Cost: one Lasso a node; in the worst case a node for each set of m patterns.

use std::collections::HashMap;

use crate::{
    lasso::{Programme, pricing::ListPricer, working_set},
    limits::Budget,
    pattern::PatternMatrix,
};

/// Trees are given up whose leaves have more numbers than this: they would be certificates of tens of megabytes.
const MOST_NUMBERS: usize = 2_000_000;

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
    /// The nodes.
    pub nodes: Vec<Node>,
    /// Patterns and output weights of a network better than the one given, if there was one.
    pub better: Option<Vec<(usize, f64)>>,
}

struct Open {
    /// For each column whether it was left out.
    left_out: Vec<bool>,
    taken: Vec<usize>,
}

/// Searches until no network with at most `width` of these columns has an objective below (1 - tolerance) of the best one;
/// `upper` is that of a known network. `None` if a limit ends the search or the tree becomes too large.
pub fn search<P: Programme + Clone>(
    problem: &P,
    columns: &PatternMatrix,
    width: usize,
    upper: f64,
    tolerance: f64,
    budget: &Budget,
) -> Option<Tree> {
    let rows = problem.groups();
    let none = PatternMatrix::new(rows);
    let index_of: HashMap<&[u64], usize> = (0..columns.len()).map(|p| (columns.words(p), p)).collect();
    let mut tree = Tree { nodes: Vec::new(), better: None };
    let mut best = upper;
    let mut open = vec![Open { left_out: vec![false; columns.len()], taken: Vec::new() }];
    while let Some(node) = open.pop() {
        if (tree.nodes.len() + open.len()) * rows / 2 >= MOST_NUMBERS || budget.exceeded().is_some() {
            return None;
        }
        let full = node.taken.len() >= width;
        let permitted: Vec<usize> =
            if full { node.taken.clone() } else { (0..columns.len()).filter(|&p| !node.left_out[p]).collect() };
        let permitted = columns.select(&permitted);
        let solved = working_set::solve_in_units(problem, &none, &mut ListPricer::new(&permitted), budget, &mut |_| ());
        let chosen: Vec<usize> = (0..solved.columns.len()).map(|k| index_of[solved.columns.words(k)]).collect();
        let norm = solved.weights.iter().map(|weight| weight.abs()).sum();
        let objective = problem.objective(&problem.outputs(&solved.columns, &solved.weights), norm);
        if chosen.len() <= width && objective < best {
            best = objective;
            tree.better = Some(chosen.iter().copied().zip(solved.weights.iter().copied()).collect());
        }
        let price = permitted.weighted_sums(&solved.dual).iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
        let lower = problem.dual_value(&solved.dual, price);
        let weights = chosen.iter().zip(&solved.weights).filter(|(p, _)| !node.taken.contains(p));
        let largest = weights.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        match largest {
            Some((&p, _)) if lower < best * (1.0 - tolerance) && !full && chosen.len() > width => {
                tree.nodes.push(Node::Branching(p));
                let mut with = Open { left_out: node.left_out.clone(), taken: node.taken.clone() };
                with.taken.push(p);
                let mut without = node;
                without.left_out[p] = true;
                open.push(with);
                open.push(without);
            }
            _ => tree.nodes.push(Node::Leaf(solved.dual)),
        }
    }
    Some(tree)
}
