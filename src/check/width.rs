//! The judge of narrow networks: (data, certificate with a search tree) -> verdict, in exact rational arithmetic.
//!
//! **Why it is right.** Take any network with at most m neurons; equal patterns may be joined, so it has a set S of at
//! most m patterns. Follow the tree to the subtree *with* the pattern of a branching if that is in S, otherwise *without*.
//! At the leaf that is reached, S holds the patterns that were taken and none of those that were left out; if m were taken,
//! S is these. So S is a part of the leaf's *allowed* patterns: those that were taken if there are m of them, otherwise all
//! of H(X) but those left out. With s = max |d^T v| over the allowed patterns, weak duality for the Lasso over them bounds
//! the objective from below by the dual value of the multiple of v that s permits. The least of these bounds holds for all.
//!
//! H(X) is the judge's own list (see [`super::listing`]): this is for small arrangements. The tree is walked in its order,
//! with one path in memory. Cost: the list; O(P N + n) integer operations a leaf, n + P / 64 a branching; memory for the
//! list and O(P).

use super::{
    CheckLimits, Evidence, Proven, Rejection, SearchDefect, Subject, claimed_bound,
    grid::on_the_grid,
    listing::{self, Work},
    statement::Statement,
    two_layers::judge_neurons,
};
use crate::{
    certificate::{Dual, Leaf, PriceEvidence, SearchNode, Width, pattern_from_hex},
    exact::{Arrangement, RBig},
    pattern::{Bits, expand},
};

pub(super) fn judge(subject: &Subject<'_>, body: &Width) -> Result<Proven, Rejection> {
    let statement = Statement::new(&body.problem, subject.data.targets())?;
    let neurons = &body.network.neurons;
    if neurons.len() > body.width {
        return Err(Rejection::TooWide { neurons: neurons.len(), width: body.width });
    }
    let (patterns, outputs) = judge_neurons(subject, neurons)?;
    let objective = statement.objective(&patterns, &outputs, &body.claim)?;
    let lower_bound = Search::new(subject.arrangement, body, &statement, subject.limits)?.lower_bound()?;
    let lower_bound = claimed_bound(lower_bound, &body.claim.lower_bound)?;
    Ok(Proven { objective, lower_bound, evidence: Evidence::SearchTree })
}

/// The bound that the search tree of a certificate proves; what else it claims is not looked at.
///
/// # Errors
///
/// [`Rejection`] of the problem or the tree.
#[cfg(feature = "solve")]
pub fn lower_bound(data: &crate::data::Dataset, certificate: &Width, limits: &CheckLimits) -> Result<RBig, Rejection> {
    let statement = Statement::new(&certificate.problem, data.targets())?;
    Search::new(&super::arrangement_of(data)?, certificate, &statement, limits)?.lower_bound()
}

struct Search<'a> {
    certificate: &'a Width,
    statement: &'a Statement<'a>,
    arrangement: &'a Arrangement,
    /// H(X) on the groups, in lexicographic order.
    patterns: Vec<Bits>,
    work: Work,
}

/// The way from the root to a node.
struct Path {
    /// For each pattern whether networks of the node may have it.
    allowed: Bits,
    /// For each pattern whether it was taken.
    taken: Bits,
    /// The patterns that were decided, in order, and whether networks have them.
    decided: Vec<(usize, bool)>,
}

impl Path {
    fn root(patterns: usize) -> Self {
        Path { allowed: Bits::repeat(true, patterns), taken: Bits::repeat(false, patterns), decided: Vec::new() }
    }

    /// To the networks without a pattern.
    fn without(&mut self, pattern: usize) {
        self.allowed.set(pattern, false);
        self.decided.push((pattern, false));
    }

    /// From a leaf to the next node in preorder: the networks with the pattern that was last left out; whether there is one.
    fn next(&mut self) -> bool {
        while let Some((pattern, with)) = self.decided.pop() {
            self.taken.set(pattern, !with);
            self.allowed.set(pattern, true);
            if !with {
                self.decided.push((pattern, true));
                return true;
            }
        }
        false
    }

    /// The patterns that networks with at most `width` of them may have.
    fn permitted(&self, width: usize) -> &Bits {
        if self.taken.count_ones() >= width { &self.taken } else { &self.allowed }
    }
}

impl<'a> Search<'a> {
    fn new(
        arrangement: &'a Arrangement,
        certificate: &'a Width,
        statement: &'a Statement<'a>,
        limits: &CheckLimits,
    ) -> Result<Self, Rejection> {
        let mut work = Work::new(limits.work);
        let patterns = listing::patterns(arrangement.normals(), &mut work)?;
        Ok(Search { certificate, statement, arrangement, patterns, work })
    }

    /// The least bound of all leaves.
    fn lower_bound(mut self) -> Result<RBig, Rejection> {
        let width = self.certificate.width;
        let mut path = Path::root(self.patterns.len());
        let (mut least, mut open): (Option<RBig>, bool) = (None, true);
        for (node, entry) in self.certificate.search.iter().enumerate() {
            if !open {
                return Err(SearchDefect::Ended { node }.into());
            }
            self.work.spend(self.patterns.len() / 64)?;
            match entry {
                SearchNode::Leaf(leaf) => {
                    let bound = self.bound(path.permitted(width), leaf)?;
                    least = Some(least.map_or(bound.clone(), |least| least.min(bound)));
                    open = path.next();
                }
                SearchNode::Branching(branching) => {
                    let Some(pattern) = self.index_of(&branching.pattern) else {
                        return Err(SearchDefect::NotAPattern { node }.into());
                    };
                    if !path.allowed[pattern] || path.taken[pattern] {
                        return Err(SearchDefect::Decided { node }.into());
                    }
                    if path.taken.count_ones() >= width {
                        return Err(SearchDefect::Full { node }.into());
                    }
                    path.without(pattern);
                }
            }
        }
        match least {
            Some(least) if !open => Ok(least),
            _ => Err(SearchDefect::Unfinished.into()),
        }
    }

    /// Which pattern of H(X) this is the text of, as a pattern on the rows.
    fn index_of(&self, text: &str) -> Option<usize> {
        let rows = pattern_from_hex(text, self.arrangement.rows())?;
        let groups: Bits = self.arrangement.representatives().iter().map(|&row| rows[row]).collect();
        let index = self.patterns.binary_search(&groups).ok()?;
        (expand(self.arrangement, &groups) == rows).then_some(index)
    }

    /// The dual value of a leaf, with the price over the permitted patterns.
    fn bound(&mut self, permitted: &Bits, leaf: &Leaf) -> Result<RBig, Rejection> {
        let Leaf { exponent, numerators } = leaf;
        let mut dual =
            Dual { exponent: *exponent, numerators: numerators.clone(), price: 0, evidence: PriceEvidence::Walk };
        on_the_grid(&dual, self.arrangement.rows())?;
        self.work.spend(numerators.len())?;
        let (sums, always) = self.arrangement.group_sums(numerators);
        self.work.spend(permitted.count_ones().saturating_mul(sums.len() + 1))?;
        let price = |p: usize| (always + self.patterns[p].iter_ones().map(|group| sums[group]).sum::<i64>()).abs();
        dual.price = permitted.iter_ones().map(price).max().unwrap_or(0);
        self.statement.dual_value(&dual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every node on the way was kept with bits for all patterns: a chain took memory with the square of its length.
    #[test]
    fn a_path_is_one_set_of_bits_on_the_whole_tour() {
        let mut path = Path::root(4);
        let seen = |path: &Path| {
            let ones = |bits: &Bits| bits.iter_ones().collect::<Vec<_>>();
            (ones(&path.allowed), ones(&path.taken), ones(path.permitted(2)))
        };
        path.without(2);
        path.without(0);
        assert_eq!(seen(&path), (vec![1, 3], vec![], vec![1, 3]));
        assert!(path.next());
        assert_eq!(seen(&path), (vec![0, 1, 3], vec![0], vec![0, 1, 3]));
        path.without(1);
        assert_eq!(seen(&path), (vec![0, 3], vec![0], vec![0, 3]));
        assert!(path.next());
        assert_eq!(seen(&path), (vec![0, 1, 3], vec![0, 1], vec![0, 1]));
        // Without 2 is done.
        assert!(path.next());
        assert_eq!(seen(&path), (vec![0, 1, 2, 3], vec![2], vec![0, 1, 2, 3]));
        assert!(!path.next());
    }
}
