//! The judge of pattern proofs: (data, proof) -> verdict, in exact integer arithmetic, without any solver.
//!
//! **A list is H(X).** Each pattern has a witness, so the list is part of H(X). That nothing is missing is a statement
//! about Boolean variables b_g, one for each group of rows: the judge writes down, from data, list and refutations,
//!
//! * for each listed pattern the clause "b is not this pattern",
//! * for each refutation the clause "b does not have these labels",
//!
//! and checks step by step that these clauses contradict each other (see [`super::rup`]). A pattern that is not listed
//! would satisfy all of them: it differs from each listed one, and contains no labels that were refuted.
//!
//! **A labelling is not in H(X).** It contains labels that are refuted.
//!
//! **Refutations.** A [`Refutation`] is a linear dependency of rows, which no weights satisfy together with its labels.
//!
//! Cost: O(P N d) filtered signs for P patterns, O(n d) to make the rows primitive, O(d) products of integers for each
//! row of a refutation, and for the steps the lengths of the clauses that they name.

use std::collections::HashSet;

use dashu_int::IBig;

use super::{
    CheckLimits, Rejection,
    rup::{Clauses, Literal, Propagator, StepProblem},
    same_data_claim,
};
use crate::{
    certificate::{
        pattern_from_hex,
        proof::{
            CompleteList, LONGEST_NUMBER, MissingLabelling, PROOF_FORMAT, PROOF_VERSION, PatternProof, Statement,
            entries_of_line, integers_of_line, small_integers_of_line,
        },
    },
    data::Dataset,
    exact::{Arrangement, Direction, integer},
    pattern::{Bits, step},
};

/// A dependency sum of c_i u_i = 0 over some rows, c_i not 0, one of them negative, and u_i the primitive integer vector
/// in the direction of row i of X (0 for a zero row).
///
/// It refutes every labelling with label 1 where c_i > 0 and label 0 where c_i < 0: for weights w with these labels all
/// c_i u_i w would be at least 0, those with c_i < 0 positive, and their sum 0 (Motzkin's transposition theorem says that
/// each labelling that is no pattern contains such labels).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refutation {
    /// Rows, ascending, with their multipliers.
    pub entries: Vec<(usize, IBig)>,
}

impl Refutation {
    /// The clause that excludes the refuted labels; `variable` numbers the variables of rows from 1.
    pub fn clause(&self, variable: impl Fn(usize) -> Option<usize>) -> Option<Vec<Literal>> {
        let literal = |(row, multiplier): &(usize, IBig)| {
            let variable = Literal::try_from(variable(*row)?).ok()?;
            Some(if *multiplier > IBig::ZERO { -variable } else { variable })
        };
        self.entries.iter().map(literal).collect()
    }
}

/// The judge's answer about a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofVerdict {
    /// The statement is proven.
    Verified(Established),
    /// It is wrong or not proven; nothing may be concluded.
    Rejected(ProofRejection),
}

/// What has been proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Established {
    /// H(X) on the groups is a list of this length.
    Complete {
        /// |H(X)|.
        patterns: usize,
        /// The number of groups.
        groups: usize,
        /// Whether H(X) is all of {0,1}^n.
        shattered: bool,
    },
    /// This labelling of the n rows is not in H(X), so X is not shattered.
    Missing {
        /// The labelling.
        labelling: Bits,
    },
}

/// Why a proof was rejected: one reason for each kind of defect. Indices count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofRejection {
    /// The format's name or version is not the one that this judge knows.
    #[error("format {format:?} version {version} is not {PROOF_FORMAT:?} version {PROOF_VERSION}")]
    UnknownFormat {
        /// The name that was found.
        format: String,
        /// The version that was found.
        version: u32,
    },
    /// The proof is about other data.
    #[error(transparent)]
    Data(Rejection),
    /// The number of groups is not that of the data.
    #[error("the proof speaks of {claimed} groups of rows, the data have {found}")]
    GroupsMismatch {
        /// According to the proof.
        claimed: usize,
        /// In the data.
        found: usize,
    },
    /// A pattern or labelling is no text of the right number of bits.
    #[error("{field} is not a text of {bits} bits")]
    WrongBits {
        /// Where it stands.
        field: String,
        /// The number of bits it must have.
        bits: usize,
    },
    /// A pattern is listed twice.
    #[error("pattern {pattern} was listed before")]
    Repeated {
        /// Its index.
        pattern: usize,
    },
    /// There is not one witness for each pattern.
    #[error("there are {witnesses} witnesses for {patterns} patterns")]
    WrongCount {
        /// The number of witnesses.
        witnesses: usize,
        /// The number of patterns.
        patterns: usize,
    },
    /// A witness is no line of d integers of a bounded size.
    #[error("witness {pattern} is not a line of {expected} integers of at most {LONGEST_NUMBER} characters")]
    NotAWitness {
        /// Its index.
        pattern: usize,
        /// The number of columns d.
        expected: usize,
    },
    /// A witness has another pattern.
    #[error("the witness of pattern {pattern} has another pattern")]
    WitnessMismatch {
        /// Its index.
        pattern: usize,
    },
    /// A refutation is no line of ascending rows with multipliers that are not 0.
    #[error("refutation {refutation} is not a line of ascending rows with non-zero multipliers")]
    NotARefutation {
        /// Its index.
        refutation: usize,
    },
    /// A refutation names a row that is not the first of its group.
    #[error("refutation {refutation} names row {row}, which is not the first of a group")]
    NotARepresentative {
        /// Its index.
        refutation: usize,
        /// The row.
        row: usize,
    },
    /// No multiplier is negative: the labels are those of w = 0.
    #[error("refutation {refutation} has no negative multiplier")]
    NoStrictRow {
        /// Its index.
        refutation: usize,
    },
    /// The rows with these multipliers do not add up to 0.
    #[error("the rows of refutation {refutation} with their multipliers do not add up to 0")]
    NotADependency {
        /// Its index.
        refutation: usize,
    },
    /// A step is no line of a clause, 0 and hints.
    #[error("step {step} is not a line of literals, 0 and clauses")]
    NotAStep {
        /// Its index.
        step: usize,
    },
    /// A step does not follow.
    #[error("step {step} does not follow: {problem}")]
    StepDoesNotFollow {
        /// Its index.
        step: usize,
        /// Why.
        problem: StepProblem,
    },
    /// All steps follow, but none is the contradiction.
    #[error("the steps do not end in a contradiction, so the list may be incomplete")]
    NoContradiction,
    /// The labelling does not have the labels that are refuted.
    #[error("the labelling has another label on row {row} than the refutation refutes")]
    OtherLabel {
        /// The row.
        row: usize,
    },
}

/// Judges a proof against the data that it claims to be about. Never panics; the default is rejection.
///
/// `limits.work` bounds the literals looked at.
pub fn check_proof(data: &Dataset, proof: &PatternProof, limits: &CheckLimits) -> ProofVerdict {
    match judge(data, proof, limits) {
        Ok(established) => ProofVerdict::Verified(established),
        Err(reason) => ProofVerdict::Rejected(reason),
    }
}

fn judge(data: &Dataset, proof: &PatternProof, limits: &CheckLimits) -> Result<Established, ProofRejection> {
    if (proof.format.as_str(), proof.version) != (PROOF_FORMAT, PROOF_VERSION) {
        return Err(ProofRejection::UnknownFormat { format: proof.format.clone(), version: proof.version });
    }
    same_data_claim(data, &proof.data).map_err(ProofRejection::Data)?;
    match &proof.statement {
        Statement::Complete(list) => judge_list(data, list, limits),
        Statement::Missing(missing) => judge_missing(data, missing),
    }
}

fn judge_list(data: &Dataset, list: &CompleteList, limits: &CheckLimits) -> Result<Established, ProofRejection> {
    let arrangement = arrangement_of(data, list)?;
    let patterns = read_patterns(list, arrangement.groups())?;
    judge_witnesses(data, &arrangement, list, &patterns)?;
    let clauses = clauses(data, &arrangement, list, &patterns)?;
    judge_steps(arrangement.groups(), clauses, list, limits)?;
    let all = u32::try_from(data.n()).ok().and_then(|n| 1usize.checked_shl(n));
    let shattered = arrangement.groups() == data.n() && all == Some(patterns.len());
    Ok(Established::Complete { patterns: patterns.len(), groups: arrangement.groups(), shattered })
}

fn arrangement_of(data: &Dataset, list: &CompleteList) -> Result<Arrangement, ProofRejection> {
    let arrangement = super::arrangement_of(data).map_err(ProofRejection::Data)?;
    if list.groups == arrangement.groups() {
        return Ok(arrangement);
    }
    Err(ProofRejection::GroupsMismatch { claimed: list.groups, found: arrangement.groups() })
}

/// The clauses that the steps of a list must refute, as the judge writes them down: first those of the patterns, then
/// those of the refutations, which are checked. Variable g + 1 is the bit of group g.
///
/// # Errors
///
/// What is wrong with the patterns or refutations.
pub fn formula(data: &Dataset, list: &CompleteList) -> Result<Clauses, ProofRejection> {
    let arrangement = arrangement_of(data, list)?;
    clauses(data, &arrangement, list, &read_patterns(list, arrangement.groups())?)
}

fn clauses(
    data: &Dataset,
    arrangement: &Arrangement,
    list: &CompleteList,
    patterns: &[Bits],
) -> Result<Clauses, ProofRejection> {
    let mut clauses = Clauses::default();
    patterns.iter().for_each(|pattern| clauses.push(blocking_clause(pattern)));
    // The variable of each row that stands for its group.
    let mut variable_of = vec![None; data.n()];
    arrangement.representatives().iter().enumerate().for_each(|(group, &row)| variable_of[row] = Some(group + 1));
    let rows = primitive_rows(data)?;
    for (index, line) in list.refutations.iter().enumerate() {
        let refutation = read_refutation(line, index)?;
        judge_refutation(&rows, &refutation, index)?;
        let unknown = refutation.entries.iter().find(|(row, _)| variable_of[*row].is_none());
        if let Some(&(row, _)) = unknown {
            return Err(ProofRejection::NotARepresentative { refutation: index, row });
        }
        let clause = refutation.clause(|row| variable_of[row]);
        clauses.push(clause.ok_or(ProofRejection::NotARefutation { refutation: index })?);
    }
    Ok(clauses)
}

/// The clause that excludes a pattern: some bit differs.
pub fn blocking_clause(pattern: &Bits) -> impl Iterator<Item = Literal> {
    // Patterns have fewer than 2^31 bits: each was read from a text that is in memory together with a row of data.
    pattern.iter().by_vals().zip(1..).map(|(bit, variable)| if bit { -variable } else { variable })
}

fn read_patterns(list: &CompleteList, groups: usize) -> Result<Vec<Bits>, ProofRejection> {
    let mut patterns = Vec::with_capacity(list.patterns.len());
    let mut seen = HashSet::new();
    for (index, text) in list.patterns.iter().enumerate() {
        let pattern = read_bits(text, groups, || format!("pattern {index}"))?;
        if !seen.insert(text) {
            return Err(ProofRejection::Repeated { pattern: index });
        }
        patterns.push(pattern);
    }
    Ok(patterns)
}

/// The bits of a hexadecimal text, which must be the text of these bits.
fn read_bits(text: &str, bits: usize, field: impl FnOnce() -> String) -> Result<Bits, ProofRejection> {
    pattern_from_hex(text, bits).ok_or_else(|| ProofRejection::WrongBits { field: field(), bits })
}

fn judge_witnesses(
    data: &Dataset,
    arrangement: &Arrangement,
    list: &CompleteList,
    patterns: &[Bits],
) -> Result<(), ProofRejection> {
    if list.witnesses.len() != patterns.len() {
        return Err(ProofRejection::WrongCount { witnesses: list.witnesses.len(), patterns: patterns.len() });
    }
    let rows = arrangement.directions(data.features());
    for (index, (line, pattern)) in list.witnesses.iter().zip(patterns).enumerate() {
        let weights = integers_of_line(line).filter(|weights| weights.len() == data.d());
        let weight =
            weights.map(Direction::new).ok_or(ProofRejection::NotAWitness { pattern: index, expected: data.d() })?;
        if !rows.iter().zip(pattern.iter().by_vals()).all(|(row, bit)| step(row.sign_with(&weight)) == bit) {
            return Err(ProofRejection::WitnessMismatch { pattern: index });
        }
    }
    Ok(())
}

fn read_refutation(line: &str, index: usize) -> Result<Refutation, ProofRejection> {
    let entries = entries_of_line(line).filter(|entries| {
        entries.is_sorted_by(|(a, _), (b, _)| a < b) && entries.iter().all(|(_, multiplier)| !multiplier.is_zero())
    });
    entries.map(|entries| Refutation { entries }).ok_or(ProofRejection::NotARefutation { refutation: index })
}

/// u_i: the primitive integer vectors of all rows.
fn primitive_rows(data: &Dataset) -> Result<Vec<Vec<IBig>>, ProofRejection> {
    let primitive = |row: &[f64]| {
        let mut row = integer::from_f64s(row)?;
        integer::make_primitive(&mut row);
        Some(row)
    };
    data.rows().map(primitive).collect::<Option<_>>().ok_or(ProofRejection::Data(Rejection::DataNotFinite))
}

/// Whether the dependency of rows (primitive vectors) holds and refutes something.
fn judge_refutation(rows: &[Vec<IBig>], refutation: &Refutation, index: usize) -> Result<(), ProofRejection> {
    let mut sum = vec![IBig::ZERO; rows.first().map_or(0, Vec::len)];
    for (row, multiplier) in &refutation.entries {
        let normal = rows.get(*row).ok_or(ProofRejection::NotARefutation { refutation: index })?;
        sum.iter_mut().zip(normal).for_each(|(total, entry)| *total += multiplier * entry);
    }
    if !refutation.entries.iter().any(|(_, multiplier)| *multiplier < IBig::ZERO) {
        return Err(ProofRejection::NoStrictRow { refutation: index });
    }
    if sum.iter().all(IBig::is_zero) { Ok(()) } else { Err(ProofRejection::NotADependency { refutation: index }) }
}

/// Whether the clauses contradict each other, by the steps.
fn judge_steps(
    variables: usize,
    clauses: Clauses,
    list: &CompleteList,
    limits: &CheckLimits,
) -> Result<(), ProofRejection> {
    let mut propagator = Propagator::new(variables, clauses, limits.work);
    for (index, line) in list.steps.iter().enumerate() {
        let numbers = small_integers_of_line(line).ok_or(ProofRejection::NotAStep { step: index })?;
        let end = numbers.iter().position(|&number| number == 0).ok_or(ProofRejection::NotAStep { step: index })?;
        let (clause, hints) = (&numbers[..end], &numbers[end + 1..]);
        let derived = propagator.derive(clause, hints);
        derived.map_err(|problem| ProofRejection::StepDoesNotFollow { step: index, problem })?;
    }
    if propagator.clauses().iter().any(<[Literal]>::is_empty) { Ok(()) } else { Err(ProofRejection::NoContradiction) }
}

fn judge_missing(data: &Dataset, missing: &MissingLabelling) -> Result<Established, ProofRejection> {
    let labelling = read_bits(&missing.labelling, data.n(), || "the labelling".into())?;
    let refutation = read_refutation(&missing.refutation, 0)?;
    judge_refutation(&primitive_rows(data)?, &refutation, 0)?;
    for (row, multiplier) in &refutation.entries {
        if labelling[*row] != (*multiplier > IBig::ZERO) {
            return Err(ProofRejection::OtherLabel { row: *row });
        }
    }
    Ok(Established::Missing { labelling })
}
