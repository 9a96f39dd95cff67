//! All of H(X) by the incremental tree (Rada and Cerny 2018).
//!
//! A node of depth k is a pattern of the first k rows together with a witness w. Row k + 1 is on one side of w: that
//! child keeps w. The other child exists iff some w' has the first k bits and the other bit, which is decided by
//!
//! 1. a shot: from w straight towards the new hyperplane and a little beyond; if no other hyperplane is crossed on the
//!    way (signs are checked exactly), the end point is a witness and no linear programme is needed;
//! 2. [`realize`]: a witness or an exact refutation.
//!
//! Faces are covered because bit 1 means u w >= 0 and bit 0 means u w < 0 throughout. If some w_0 has u w_0 > 0 for all
//! rows (a bias does that), a pattern d of w is also the pattern of w + epsilon w_0, which lies on no hyperplane, so
//! -w - epsilon w_0 has exactly the complementary pattern: half of the tree is walked.
//!
//! The tree is walked breadth first until there are enough subtrees for all threads, then depth first in parallel; the
//! patterns are sorted at the end, so the result does not depend on the number of threads.
//!
//! Cost: the number of nodes is the sum over k of the number of patterns of the first k rows, O(n |H(X)|); each costs
//! O(k r) or one linear programme. Memory O(|H(X)| n / 8) bytes.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rayon::prelude::*;

use super::{
    enumeration::Enumeration,
    evidence::{Realization, is_witness},
    positive::positive_direction,
    realize::{realize, unit},
    tuning::{TREE_CHECK_EVERY, TREE_SUBTREES},
};
use crate::{
    exact::{Arrangement, Direction},
    limits::{Budget, Limit},
    pattern::{Bits, PatternMatrix, pattern_of, step},
};

/// All patterns of the arrangement, or those found within the budget.
///
/// `progress` is called now and then with the number of patterns found so far, from any thread.
pub fn enumerate(arrangement: &Arrangement, budget: &Budget, progress: &(dyn Fn(usize) + Sync)) -> Enumeration {
    let tree = Tree::new(arrangement, budget, progress);
    let mut frontier = vec![tree.root()];
    let mut depth = 0;
    while depth < arrangement.groups() && frontier.len() < TREE_SUBTREES && budget.exceeded().is_none() {
        frontier = frontier.into_par_iter().flat_map_iter(|node| tree.children(node)).collect();
        depth += 1;
    }
    let lists: Vec<(PatternMatrix, Option<Limit>)> = frontier.into_par_iter().map(|node| tree.leaves(node)).collect();
    let mut patterns = PatternMatrix::new(arrangement.groups());
    let mut limit = None;
    for (list, stopped) in lists {
        limit = limit.or(stopped);
        for pattern in list.iter() {
            patterns.push(pattern);
            if tree.complements {
                patterns.push(&!pattern.to_bitvec());
            }
        }
    }
    Enumeration { patterns: patterns.sorted(), limit }
}

struct Node {
    bits: Bits,
    witness: Direction,
}

struct Tree<'a> {
    arrangement: &'a Arrangement,
    /// The normals scaled to unit size, for shots; empty if one is beyond the range of f64.
    units: Vec<Vec<f64>>,
    /// A w_0 on the positive side of every hyperplane, if one is known; then complements are patterns.
    origin: Direction,
    complements: bool,
    budget: &'a Budget,
    progress: &'a (dyn Fn(usize) + Sync),
    found: AtomicUsize,
}

impl<'a> Tree<'a> {
    fn new(arrangement: &'a Arrangement, budget: &'a Budget, progress: &'a (dyn Fn(usize) + Sync)) -> Self {
        let units: Option<Vec<Vec<f64>>> = arrangement.normals().iter().map(unit).collect();
        let positive = positive_direction(arrangement);
        let complements = positive.is_some() && arrangement.groups() > 0;
        let zero = || Direction::new(vec![dashu_int::IBig::ZERO; arrangement.rank()]);
        Tree {
            arrangement,
            units: units.unwrap_or_default(),
            origin: positive.unwrap_or_else(zero),
            complements,
            budget,
            progress,
            found: AtomicUsize::new(0),
        }
    }

    fn root(&self) -> Node {
        Node { bits: Bits::new(), witness: self.origin.clone() }
    }

    /// The children of a node, the one that keeps the witness first.
    fn children(&self, node: Node) -> Vec<Node> {
        let depth = node.bits.len();
        let bit = step(self.arrangement.normals()[depth].sign_with(&node.witness));
        // Half of the patterns have first bit 1, and those are complemented at the end.
        let other = if depth == 0 && self.complements { None } else { self.other_side(&node, bit) };
        let extend = |mut bits: Bits, bit: bool| {
            bits.push(bit);
            bits
        };
        let sibling = other.map(|witness| Node { bits: extend(node.bits.clone(), !bit), witness });
        let kept = Node { bits: extend(node.bits, bit), witness: node.witness };
        [Some(kept), sibling].into_iter().flatten().collect()
    }

    /// A witness for the bits of the node followed by the other bit, or `None` if that was refuted.
    fn other_side(&self, node: &Node, bit: bool) -> Option<Direction> {
        let mut labelling = node.bits.clone();
        labelling.push(!bit);
        if let Some(witness) = self.shoot(node, bit)
            && is_witness(self.arrangement.normals(), &labelling, &witness)
        {
            return Some(witness);
        }
        match realize(self.arrangement.normals(), &labelling) {
            Realization::Witness(witness) => Some(witness),
            Realization::Refutation(_) => None,
        }
    }

    /// The point half-way between the new hyperplane and the next one behind it, on the line from the witness.
    fn shoot(&self, node: &Node, bit: bool) -> Option<Direction> {
        let depth = node.bits.len();
        let start = node.witness.approximate()?;
        let size = start.iter().fold(0.0f64, |size, entry| size.max(entry.abs()));
        let start: Vec<f64> = start.iter().map(|entry| entry / size.max(f64::MIN_POSITIVE)).collect();
        let target = self.units.get(depth)?;
        let heading: Vec<f64> = target.iter().map(|entry| if bit { -entry } else { *entry }).collect();
        let crossing = |row: &[f64]| -dot(row, &start) / dot(row, &heading);
        let first = crossing(target);
        let next = self.units[..depth]
            .iter()
            .map(|row| crossing(row))
            .filter(|time| *time > first)
            .fold(first + 1.0, f64::min);
        let time = 0.5 * (first + next);
        let end: Vec<f64> = start.iter().zip(&heading).map(|(from, step)| from + time * step).collect();
        Direction::from_f64s(&end)
    }

    /// All leaves below a node, depth first, or what is known of them when a limit is reached.
    fn leaves(&self, root: Node) -> (PatternMatrix, Option<Limit>) {
        let mut patterns = PatternMatrix::new(self.arrangement.groups());
        let mut open = vec![root];
        let mut limit = None;
        let mut steps = 0;
        while let Some(node) = open.pop() {
            if steps % TREE_CHECK_EVERY == 0 && limit.is_none() {
                limit = self.budget.exceeded();
            }
            steps += 1;
            if node.bits.len() == self.arrangement.groups() {
                patterns.push(&node.bits);
                self.count();
            } else if limit.is_some() {
                patterns.push(&pattern_of(self.arrangement, &node.witness));
            } else {
                open.extend(self.children(node));
            }
        }
        (patterns, limit)
    }

    fn count(&self) {
        let found = self.found.fetch_add(1, Relaxed) + 1;
        if found.is_multiple_of(TREE_CHECK_EVERY) {
            (self.progress)(if self.complements { 2 * found } else { found });
        }
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}
