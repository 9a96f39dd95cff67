//! All of H(X), with a reason for everything that is left out.
//!
//! A satisfiability solver proposes a labelling that is neither listed nor refuted yet. An exact decision either
//! realises it, and a clause that excludes this pattern is added; or refutes it by a circuit, and the clause of the
//! circuit (and of its opposite) is added. When the solver finds no labelling any more, all have been settled. That the
//! solver is right about this is proven afterwards, see [`mod@super::prove`].
//!
//! Neither the order of the rows nor the geometry of the arrangement is used, and nothing of the sweep or the tree but
//! the decision of a single labelling.
//!
//! Cost: one call of the solver and one decision (a linear programme) for each pattern and for each circuit that is
//! needed. Their number depends on the luck of the solver; there are at most 2 C(N, r + 1) signed circuits in general
//! position.

use super::{circuit::Circuit, witness};
use crate::{
    arrangement::{Enumeration, Realization, realize},
    backend::satisfiability::Formula,
    check::proof::blocking_clause,
    exact::{Arrangement, Direction},
    limits::{Budget, Limit},
    pattern::PatternMatrix,
};

/// What the search found.
#[derive(Clone, Debug)]
pub struct LazySearch {
    /// Distinct patterns on the groups, in the order in which they were found.
    pub patterns: PatternMatrix,
    /// For each pattern weights that realise it, in the r coordinates of the arrangement.
    pub witnesses: Vec<Direction>,
    /// Circuits, whose labels together with the patterns leave no labelling, unless a limit was reached.
    pub circuits: Vec<Circuit>,
    /// The limit that ended the search early.
    pub limit: Option<Limit>,
}

/// Settles all labellings of the groups, or those that the budget allows.
///
/// `progress` is called with the number of patterns found so far.
pub fn search(arrangement: &Arrangement, budget: &Budget, progress: &dyn Fn(usize)) -> LazySearch {
    let groups = arrangement.groups();
    let mut formula = Formula::new(groups, budget);
    let mut found =
        LazySearch { patterns: PatternMatrix::new(groups), witnesses: Vec::new(), circuits: Vec::new(), limit: None };
    loop {
        let labelling = match formula.model() {
            Ok(Some(labelling)) => labelling,
            Ok(None) => return found,
            Err(limit) => {
                found.limit = Some(limit);
                return found;
            }
        };
        match realize(arrangement.normals(), &labelling) {
            Realization::Witness(weight) => {
                formula.add(blocking_clause(&labelling));
                found.patterns.push(&labelling);
                found.witnesses.push(witness::short(arrangement, &labelling, weight));
                progress(found.patterns.len());
            }
            Realization::Refutation(multipliers) => {
                let circuit = Circuit::refuting(&labelling, &multipliers);
                for circuit in circuit.opposite().into_iter().chain([circuit]) {
                    formula.add(circuit.clause());
                    found.circuits.push(circuit);
                }
            }
        }
    }
}

/// The patterns alone, sorted.
pub fn enumerate(arrangement: &Arrangement, budget: &Budget, progress: &dyn Fn(usize)) -> Enumeration {
    let found = search(arrangement, budget, progress);
    Enumeration { patterns: found.patterns.sorted(), limit: found.limit }
}
