//! The judge of narrow networks: (data, certificate with a search tree) -> verdict, in exact rational arithmetic.
//!
//! **Why it is right.** Take any network with at most m neurons; equal patterns may be joined, so it has a set S of at
//! most m patterns. Follow the tree to the subtree *with* the pattern of a branching if that is in S, otherwise *without*.
//! At the leaf that is reached, S holds the patterns that were taken and none of those that were left out; if m were taken,
//! S is these. So S is a part of the leaf's *allowed* patterns: those that were taken if there are m of them, otherwise all
//! of H(X) but those left out. With s = max |d^T v| over the allowed patterns, weak duality for the Lasso over them bounds
//! the objective from below by the dual value of the multiple of v that s permits. The least of these bounds holds for all.
//!
//! H(X) is the judge's own list (see [`super::listing`]): this is for small arrangements. Cost: the list, and O(P n) integer
//! operations a leaf.

use std::collections::HashMap;

use super::{
    CheckLimits, Proven, Rejection, Verdict, judge_neurons,
    listing::{self, Work},
    on_the_grid, same_data_claim,
    statement::Statement,
};
use crate::{
    certificate::{
        Dual, Leaf, PriceEvidence, SearchNode, WIDTH_FORMAT, WIDTH_VERSION, WidthCertificate, pattern_to_hex,
    },
    data::Dataset,
    exact::{Arrangement, RBig, rational},
    pattern::{Bits, expand},
};

/// Judges a certificate with a width. Never panics; the default is rejection.
pub fn check_width(data: &Dataset, certificate: &WidthCertificate, limits: &CheckLimits) -> Verdict {
    match judge(data, certificate, limits) {
        Ok(proven) => Verdict::Verified(proven),
        Err(reason) => Verdict::Rejected(reason),
    }
}

/// Judges the text of such a certificate.
pub fn check_width_json(data: &Dataset, text: &str, limits: &CheckLimits) -> Verdict {
    match WidthCertificate::from_json(text) {
        Ok(certificate) => check_width(data, &certificate, limits),
        Err(problem) => Verdict::Rejected(Rejection::Malformed(problem)),
    }
}

fn judge(data: &Dataset, certificate: &WidthCertificate, limits: &CheckLimits) -> Result<Proven, Rejection> {
    if certificate.format != WIDTH_FORMAT || certificate.version != WIDTH_VERSION {
        return Err(Rejection::UnknownFormat { format: certificate.format.clone(), version: certificate.version });
    }
    same_data_claim(data, &certificate.data)?;
    let arrangement = Arrangement::new(data.features(), data.d()).ok_or(Rejection::DataNotFinite)?;
    let statement = Statement::new(&certificate.problem, data.targets())?;
    let neurons = &certificate.network.neurons;
    if neurons.len() > certificate.width {
        return Err(Rejection::TooWide { neurons: neurons.len(), width: certificate.width });
    }
    let (patterns, outputs) = judge_neurons(data, &arrangement, neurons)?;
    let objective = statement.objective(&patterns, &outputs, &certificate.claim)?;
    let lower_bound = Search::new(data, &arrangement, certificate, &statement, limits)?.lower_bound()?;
    if rational::to_text(&lower_bound) != certificate.claim.lower_bound {
        return Err(Rejection::LowerBoundMismatch { found: rational::to_text(&lower_bound) });
    }
    if lower_bound > objective {
        return Err(Rejection::Contradiction);
    }
    Ok(Proven { objective, lower_bound, evidence: PriceEvidence::Walk })
}

/// The bound that the search tree of a certificate proves; what else it claims is not looked at.
///
/// # Errors
///
/// [`Rejection`] of the problem or the tree.
pub fn lower_bound(data: &Dataset, certificate: &WidthCertificate, limits: &CheckLimits) -> Result<RBig, Rejection> {
    let arrangement = Arrangement::new(data.features(), data.d()).ok_or(Rejection::DataNotFinite)?;
    let statement = Statement::new(&certificate.problem, data.targets())?;
    Search::new(data, &arrangement, certificate, &statement, limits)?.lower_bound()
}

struct Search<'a> {
    certificate: &'a WidthCertificate,
    statement: &'a Statement<'a>,
    /// H(X) on the rows.
    patterns: Vec<Bits>,
    index_of: HashMap<String, usize>,
    work: Work,
}

/// What is known of the networks of a node.
#[derive(Clone)]
struct Node {
    /// For each pattern whether networks may have it.
    allowed: Bits,
    /// The patterns that were taken.
    taken: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(
        data: &Dataset,
        arrangement: &Arrangement,
        certificate: &'a WidthCertificate,
        statement: &'a Statement<'a>,
        limits: &CheckLimits,
    ) -> Result<Self, Rejection> {
        let mut work = Work::new(limits.work);
        let patterns = listing::patterns(arrangement.normals(), &mut work)?;
        for _ in &patterns {
            work.spend(data.n())?;
        }
        let patterns: Vec<Bits> = patterns.iter().map(|pattern| expand(arrangement, pattern)).collect();
        let hex = |(index, pattern): (usize, &Bits)| (pattern_to_hex(pattern.iter().by_vals()), index);
        let index_of = patterns.iter().enumerate().map(hex).collect();
        Ok(Search { certificate, statement, patterns, index_of, work })
    }

    /// The least bound of all leaves.
    fn lower_bound(mut self) -> Result<RBig, Rejection> {
        let certificate = self.certificate;
        let mut open = vec![Node { allowed: Bits::repeat(true, self.patterns.len()), taken: Vec::new() }];
        let mut least: Option<RBig> = None;
        for (index, entry) in certificate.search.iter().enumerate() {
            let refuse = |what: &str| Err(Rejection::Search(format!("search[{index}]: {what}")));
            let Some(mut node) = open.pop() else { return refuse("the tree ended before") };
            match entry {
                SearchNode::Leaf(leaf) => {
                    let bound = self.bound(&node, leaf)?;
                    least = Some(least.map_or(bound.clone(), |least| least.min(bound)));
                }
                SearchNode::Branching(branching) => {
                    let Some(&pattern) = self.index_of.get(&branching.pattern) else {
                        return refuse("no pattern of the data");
                    };
                    if !node.allowed[pattern] || node.taken.contains(&pattern) {
                        return refuse("the pattern has been decided before");
                    }
                    if node.taken.len() >= certificate.width {
                        return refuse("there are as many patterns as the width permits");
                    }
                    self.work.spend(self.patterns.len())?;
                    let mut with = node.clone();
                    with.taken.push(pattern);
                    node.allowed.set(pattern, false);
                    open.push(with);
                    open.push(node);
                }
            }
        }
        match least {
            Some(least) if open.is_empty() => Ok(least),
            _ => Err(Rejection::Search("the tree is not finished".into())),
        }
    }

    /// The dual value of a leaf, with the price over the allowed patterns.
    fn bound(&mut self, node: &Node, leaf: &Leaf) -> Result<RBig, Rejection> {
        let Leaf { exponent, numerators } = leaf;
        let mut dual =
            Dual { exponent: *exponent, numerators: numerators.clone(), price: 0, evidence: PriceEvidence::Walk };
        on_the_grid(&dual, self.patterns.first().map_or(numerators.len(), |pattern| pattern.len()))?;
        let full = node.taken.len() >= self.certificate.width;
        let allowed: Vec<usize> = if full { node.taken.clone() } else { node.allowed.iter_ones().collect() };
        self.work.spend(allowed.len().saturating_mul(numerators.len()))?;
        let sum = |p: usize| self.patterns[p].iter_ones().map(|row| numerators[row]).sum::<i64>();
        dual.price = allowed.into_iter().map(|p| sum(p).abs()).max().unwrap_or(0);
        self.statement.dual_value(&dual)
    }
}
