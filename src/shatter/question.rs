//! Is X shattered? Is one labelling a pattern? Two roads to the answer, and the exact reason for a "no".
//!
//! **Rank.** X is shattered iff its rows are independent. A zero row, two rows in one direction, or the first row that
//! depends on a basis of the others gives a dependency, and that a labelling that no weights have.
//!
//! **Satisfiability**, which does not use this. All patterns are listed, and a solver is asked for a labelling of the n
//! rows that differs from each of them. There is none iff X is shattered. What it finds is refuted exactly.

use dashu_int::IBig;

use super::{circuit::Circuit, prove::pattern_proof};
use crate::{
    arrangement::{self, Realization, realize},
    backend::satisfiability::{Answer, decide},
    certificate::{
        PatternProof, pattern_to_hex,
        proof::{MissingLabelling, Statement, entries_to_line},
    },
    check::{
        proof::{Refutation, blocking_clause},
        rup::Clauses,
    },
    data::Dataset,
    exact::{Arrangement, Direction},
    limits::{Budget, Limit},
    pattern::{Bits, BitsRef, expand},
};

/// The answer to "is every labelling of the rows a pattern?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shattering {
    /// Yes.
    Shattered,
    /// No: one that is not.
    Missing(Missing),
}

/// A labelling of the n rows that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The labels.
    pub labelling: Bits,
    /// Why.
    pub refutation: Refutation,
}

impl Missing {
    /// The proof for the judge.
    pub fn proof(&self, data: &Dataset) -> PatternProof {
        let labelling = pattern_to_hex(self.labelling.iter().by_vals());
        let refutation = entries_to_line(&self.refutation.entries);
        pattern_proof(data, Statement::Missing(MissingLabelling { labelling, refutation }))
    }

    /// The labels that are refuted, and 1 on all other rows.
    fn by(refutation: Refutation, n: usize) -> Self {
        let mut labelling = Bits::repeat(true, n);
        refutation.entries.iter().for_each(|(row, value)| labelling.set(*row, *value > IBig::ZERO));
        Missing { labelling, refutation }
    }
}

/// Patterns that become clauses between two checks of the limits.
const CHECK_EVERY: usize = 1 << 12;

/// Whether X is shattered, by its rank.
pub fn by_rank(data: &Dataset, arrangement: &Arrangement) -> Shattering {
    let all_ones = Bits::repeat(true, data.n());
    let refutation = contradiction_of_equal_rows(arrangement, &all_ones, true)
        .or_else(|| Some(Circuit::of_dependent_rows(arrangement)?.on_rows(data, arrangement)));
    refutation.map_or(Shattering::Shattered, |refutation| Shattering::Missing(Missing::by(refutation, data.n())))
}

/// The clauses that exclude the patterns, on the n rows: row i has variable i + 1. They contradict each other iff X is
/// shattered.
///
/// # Errors
///
/// The limit that was reached before all patterns were known.
pub fn formula(arrangement: &Arrangement, budget: &Budget) -> Result<Clauses, Limit> {
    let listed = arrangement::enumerate(arrangement, budget, &|_| ());
    if let Some(limit) = listed.limit {
        return Err(limit);
    }
    let mut clauses = Clauses::default();
    for (index, pattern) in listed.patterns.iter().enumerate() {
        if index.is_multiple_of(CHECK_EVERY)
            && let Some(limit) = budget.exceeded()
        {
            return Err(limit);
        }
        clauses.push(blocking_clause(&expand(arrangement, pattern)));
    }
    Ok(clauses)
}

/// Whether X is shattered, by satisfiability of the clauses of [`formula`].
///
/// # Errors
///
/// The limit that was reached.
pub fn by_satisfiability(
    data: &Dataset,
    arrangement: &Arrangement,
    clauses: &Clauses,
    budget: &Budget,
) -> Result<Shattering, Limit> {
    let mut clauses = clauses.clone();
    loop {
        let Answer::Model(labelling) = decide(data.n(), &clauses, budget)? else { return Ok(Shattering::Shattered) };
        match settle(data, arrangement, &labelling) {
            Err(missing) => return Ok(Shattering::Missing(missing)),
            // The list has all patterns, but the answer does not rest on that.
            Ok(_) => clauses.push(blocking_clause(&labelling)),
        }
    }
}

/// Weights in R^d whose pattern is this labelling of the n rows.
///
/// # Errors
///
/// The reason why there are none.
pub fn settle(data: &Dataset, arrangement: &Arrangement, labelling: &BitsRef) -> Result<Direction, Missing> {
    let missing = |refutation| Missing { labelling: labelling.to_bitvec(), refutation };
    if let Some(refutation) = contradiction_of_equal_rows(arrangement, labelling, false) {
        return Err(missing(refutation));
    }
    let groups: Bits = arrangement.representatives().iter().map(|&row| labelling[row]).collect();
    match realize(arrangement.normals(), &groups) {
        Realization::Witness(weight) => {
            let short = super::witness::short(arrangement, &groups, weight);
            Ok(Direction::new(arrangement.embed(short.exact())))
        }
        Realization::Refutation(multipliers) => {
            Err(missing(Circuit::refuting(&groups, &multipliers).on_rows(data, arrangement)))
        }
    }
}

/// A zero row with label 0, or two rows of one group with different labels; with `any_labels` also if they are equal,
/// since other labels would do.
fn contradiction_of_equal_rows(arrangement: &Arrangement, labelling: &BitsRef, any_labels: bool) -> Option<Refutation> {
    for (row, group) in arrangement.group_of_row().iter().enumerate() {
        let Some(group) = group else {
            if any_labels || !labelling[row] {
                return Some(Refutation { entries: vec![(row, IBig::NEG_ONE)] });
            }
            continue;
        };
        let first = arrangement.representatives()[*group];
        if first != row && (any_labels || labelling[first] != labelling[row]) {
            let value = if labelling[first] { IBig::ONE } else { IBig::NEG_ONE };
            return Some(Refutation { entries: vec![(first, value.clone()), (row, -value)] });
        }
    }
    None
}
