//! The proof that a list of patterns is all of H(X).
//!
//! 1. Patterns with witnesses and circuits: every labelling with a witness if the normals are independent, otherwise by
//!    the search of `lazy`.
//! 2. The clauses "not this pattern" and "not these labels" go to a fresh solver, which must find them contradictory and
//!    gives the steps.
//! 3. Steps that the contradiction does not rest on are dropped, and so are circuits. The rest is numbered anew.
//! 4. The judge is asked. What it refuses is not returned.
//!
//! Cost: the search, one run of the solver on P + C clauses, and the steps in memory.

use rayon::prelude::*;

use super::{
    circuit::Circuit,
    lazy::{LazySearch, search},
    witness::Inverse,
};
use crate::{
    backend::satisfiability::{Answer, Step, decide},
    certificate::{
        DataClaim, PatternProof, pattern_to_hex,
        proof::{CompleteList, PROOF_FORMAT, PROOF_VERSION, Statement, entries_to_line, numbers_to_line},
    },
    check::{
        CheckLimits, Established, ProofRejection, ProofVerdict, check_proof,
        proof::blocking_clause,
        rup::{Clauses, Literal},
    },
    data::Dataset,
    exact::{Arrangement, Direction},
    limits::{Budget, Limit},
    pattern::{Bits, PatternMatrix},
};

/// Labellings for which witnesses are found in parallel, between two checks of the limits.
const BATCH: u64 = 1 << 12;

/// A list of patterns with the proof that it is H(X), which the judge has accepted.
#[derive(Clone, Debug)]
pub struct ListProof {
    /// The patterns on the groups, sorted.
    pub patterns: PatternMatrix,
    /// The proof, for files and for the judge.
    pub proof: PatternProof,
    /// What the judge has established.
    pub established: Established,
}

impl ListProof {
    /// The list in the proof.
    pub fn list(&self) -> Option<&CompleteList> {
        match &self.proof.statement {
            Statement::Complete(list) => Some(list),
            Statement::Missing(_) => None,
        }
    }
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// A limit was reached; these patterns are some of H(X).
    #[error("stopped by the {limit}: the list is not proven to be complete")]
    Limit {
        /// The limit.
        limit: Limit,
        /// Patterns that were found, sorted.
        patterns: PatternMatrix,
    },
    /// The solver found a labelling that is neither listed nor refuted.
    #[error("internal contradiction: the list of patterns is not complete")]
    Incomplete,
    /// The judge refuses the proof.
    #[error("internal contradiction: the judge refuses the proof: {0}")]
    Refused(ProofRejection),
}

/// Lists H(X) and proves that the list is complete.
///
/// `progress` is called with the number of patterns found so far.
///
/// # Errors
///
/// [`ProveError::Limit`] with what was found, if a limit was reached. The others are defects of this program.
pub fn prove(
    data: &Dataset,
    arrangement: &Arrangement,
    budget: &Budget,
    progress: &dyn Fn(usize),
) -> Result<ListProof, ProveError> {
    let found = if arrangement.shatters_groups() {
        all_labellings(arrangement, budget, progress)?
    } else {
        search(arrangement, budget, progress)
    };
    let stopped = |limit| ProveError::Limit { limit, patterns: found.patterns.sorted() };
    if let Some(limit) = found.limit {
        return Err(stopped(limit));
    }
    let order = order(&found.patterns);
    let mut clauses = Clauses::default();
    order.iter().for_each(|&p| clauses.push(blocking_clause(&found.patterns.column(p).to_bitvec())));
    found.circuits.iter().for_each(|circuit| clauses.push(circuit.clause()));
    let steps = match decide(arrangement.groups(), &clauses, budget).map_err(stopped)? {
        Answer::Refuted(steps) => steps,
        Answer::Model(_) => return Err(ProveError::Incomplete),
    };
    let trimmed = trim(&clauses, order.len(), steps);
    let list = CompleteList {
        groups: arrangement.groups(),
        patterns: order.iter().map(|&p| pattern_to_hex(found.patterns.column(p).iter().by_vals())).collect(),
        witnesses: order.iter().map(|&p| witness_line(arrangement, &found.witnesses[p])).collect(),
        refutations: trimmed.circuits.iter().map(|&c| refutation_line(data, arrangement, &found.circuits[c])).collect(),
        steps: trimmed.steps.iter().map(step_line).collect(),
    };
    let proof = pattern_proof(data, Statement::Complete(list));
    match check_proof(data, &proof, &CheckLimits { work: u64::MAX }) {
        ProofVerdict::Verified(established) => {
            Ok(ListProof { patterns: found.patterns.select(&order), proof, established })
        }
        ProofVerdict::Rejected(reason) => Err(ProveError::Refused(reason)),
    }
}

/// A statement about these data.
pub(super) fn pattern_proof(data: &Dataset, statement: Statement) -> PatternProof {
    PatternProof { format: PROOF_FORMAT.into(), version: PROOF_VERSION, data: DataClaim::of(data), statement }
}

/// The patterns of independent normals: all labellings, each with a witness.
fn all_labellings(
    arrangement: &Arrangement,
    budget: &Budget,
    progress: &dyn Fn(usize),
) -> Result<LazySearch, ProveError> {
    let groups = arrangement.groups();
    let inverse = Inverse::new(arrangement);
    let mut found =
        LazySearch { patterns: PatternMatrix::new(groups), witnesses: Vec::new(), circuits: Vec::new(), limit: None };
    // More than 2^63 patterns do not fit in a memory: a limit, or the memory, ends the loop long before.
    let count = 1u64.checked_shl(groups as u32).unwrap_or(u64::MAX);
    for start in (0..count).step_by(BATCH as usize) {
        found.limit = budget.exceeded();
        if found.limit.is_some() {
            break;
        }
        let labelled = |code: u64| -> (Bits, Option<Direction>) {
            let labelling: Bits =
                (0..groups).map(|group| code.checked_shr(group as u32).unwrap_or(0) & 1 == 1).collect();
            let witness = inverse.witness(&labelling);
            (labelling, witness)
        };
        let batch: Vec<_> = (start..count.min(start.saturating_add(BATCH))).into_par_iter().map(labelled).collect();
        for (labelling, witness) in batch {
            found.patterns.push(&labelling);
            found.witnesses.push(witness.ok_or(ProveError::Incomplete)?);
        }
        progress(found.patterns.len());
    }
    Ok(found)
}

/// The columns in lexicographic order.
fn order(patterns: &PatternMatrix) -> Vec<usize> {
    let mut order: Vec<usize> = (0..patterns.len()).collect();
    order.sort_by_key(|&p| patterns.words(p).iter().map(|word| word.reverse_bits()).collect::<Vec<u64>>());
    order
}

/// What the contradiction rests on.
struct Trimmed {
    /// Circuits by their place.
    circuits: Vec<usize>,
    /// Steps with hints in the new numbers.
    steps: Vec<Step>,
}

/// Keeps the first step that is a contradiction, the steps and circuits that it rests on, and all patterns.
fn trim(clauses: &Clauses, patterns: usize, mut steps: Vec<Step>) -> Trimmed {
    let given = clauses.len();
    if let Some(last) = steps.iter().position(|step| step.clause.is_empty()) {
        steps.truncate(last + 1);
    }
    let mut used = vec![false; given + steps.len()];
    if let Some(last) = used.last_mut() {
        *last = true;
    }
    for index in (0..steps.len()).rev() {
        if used[given + index] {
            steps[index].hints.iter().for_each(|&hint| used[hint] = true);
        }
    }
    used[..patterns].fill(true);
    if steps.is_empty() {
        // Without steps a given clause is the contradiction.
        used[patterns..]
            .iter_mut()
            .zip(patterns..)
            .for_each(|(used, c)| *used = clauses.get(c).is_some_and(<[_]>::is_empty));
    }
    let mut next = 0;
    let numbers: Vec<usize> = used
        .iter()
        .map(|&used| {
            next += usize::from(used);
            next.saturating_sub(1)
        })
        .collect();
    let circuits = (patterns..given).filter(|&clause| used[clause]).map(|clause| clause - patterns).collect();
    let renumber = |step: Step| Step { hints: step.hints.iter().map(|&hint| numbers[hint]).collect(), ..step };
    let kept = steps.into_iter().zip(&used[given..]).filter(|(_, used)| **used).map(|(step, _)| renumber(step));
    Trimmed { circuits, steps: kept.collect() }
}

fn witness_line(arrangement: &Arrangement, weight: &Direction) -> String {
    numbers_to_line(arrangement.embed(weight.exact()))
}

fn refutation_line(data: &Dataset, arrangement: &Arrangement, circuit: &Circuit) -> String {
    entries_to_line(&circuit.on_rows(data, arrangement).entries)
}

fn step_line(step: &Step) -> String {
    let literals = step.clause.iter().map(Literal::to_string);
    numbers_to_line(literals.chain(["0".into()]).chain(step.hints.iter().map(usize::to_string)))
}
