#![cfg(feature = "solve")]
//! Shattering and completeness: two methods that must agree, proofs that the judge accepts, and proofs that it must refuse.

mod common;

use std::{collections::HashSet, process::Command};

use common::{Rows, brute, families::cases, flat, random::Random};
use heaviside::internals::{
    check::{
        dimacs,
        proof::formula,
        rup::{Clauses, Literal},
    },
    pattern::to_text,
    shatter::{ListProof, ProveError, Shattering, by_rank, by_satisfiability, prove, question},
};
use heaviside::{
    Arrangement, Budget, CertificateError, CheckLimits, Dataset, Established, IBig, Limit, ProofRejection,
    ProofVerdict, StopSignal,
    certificate::{
        PatternProof,
        proof::{CompleteList, Statement, entries_of_line, entries_to_line, numbers_to_line, small_integers_of_line},
    },
    check_proof,
};

fn dataset(rows: &[Vec<f64>]) -> (Dataset, Arrangement) {
    let (features, d) = flat(rows);
    let data = Dataset::new(features, d, vec![0.0; rows.len()]).unwrap();
    let arrangement = Arrangement::new(data.features(), d).unwrap();
    (data, arrangement)
}

fn proven(rows: &[Vec<f64>]) -> (Dataset, ListProof) {
    let (data, arrangement) = dataset(rows);
    let proof = prove(&data, &arrangement, &Budget::unlimited(), &|_| ()).unwrap();
    (data, proof)
}

fn list(proof: &PatternProof) -> &CompleteList {
    match &proof.statement {
        Statement::Complete(list) => list,
        Statement::Missing(_) => panic!("no list"),
    }
}

fn judged(data: &Dataset, proof: &PatternProof) -> ProofVerdict {
    check_proof(data, proof, &CheckLimits::default())
}

/// n random rows of rank r, with a few repeated or dependent ones if that is less than n.
fn matrix(random: &mut Random, n: usize, r: usize) -> Rows {
    let basis: Rows = (0..r).map(|_| (0..r).map(|_| random.float()).collect()).collect();
    let mut rows = basis.clone();
    while rows.len() < n {
        let (a, b) = (random.index(r), random.index(r));
        let sign = [1.0, -1.0, 0.0][random.index(3)];
        rows.push(basis[a].iter().zip(&basis[b]).map(|(x, y)| x + sign * y).collect());
    }
    random.permutation(n).into_iter().map(|row| rows[row].clone()).collect()
}

/// Theorem 2.3: by rank, by satisfiability and by counting, on hundreds of random and degenerate matrices.
#[test]
fn both_roads_agree_with_the_number_of_patterns() {
    let mut random = Random::new(5);
    let mut instances: Vec<Rows> = cases(21, 12).into_iter().map(|case| case.rows).collect();
    for n in 1..=4 {
        instances.extend((0..12).map(|k| matrix(&mut random, n, (n - k % 2).max(1))));
    }
    let mut answers = [0, 0];
    for rows in instances {
        let (data, arrangement) = dataset(&rows);
        let patterns = brute::patterns(&rows);
        let clauses = question::formula(&arrangement, &Budget::unlimited()).unwrap();
        let by_sat = by_satisfiability(&data, &arrangement, &clauses, &Budget::unlimited()).unwrap();
        for answer in [by_rank(&data, &arrangement), by_sat] {
            match answer {
                Shattering::Shattered => {
                    assert_eq!(patterns.len(), 1 << rows.len(), "{rows:?}");
                    answers[0] += 1;
                }
                Shattering::Missing(missing) => {
                    assert!(!patterns.contains(&to_text(&missing.labelling)), "{rows:?}");
                    let established =
                        ProofVerdict::Verified(Established::Missing { labelling: missing.labelling.clone() });
                    assert_eq!(judged(&data, &missing.proof(&data)), established, "{rows:?}");
                    answers[1] += 1;
                }
            }
        }
    }
    assert!(answers.iter().all(|&count| count > 50), "{answers:?}");
}

/// Five to ten rows, where only the roads themselves are compared.
#[test]
fn both_roads_agree_up_to_ten_rows() {
    let mut random = Random::new(6);
    for k in 0..72 {
        let n = 5 + k % 6;
        let rows = matrix(&mut random, n, n - k / 6 % 2);
        let (data, arrangement) = dataset(&rows);
        let clauses = question::formula(&arrangement, &Budget::unlimited()).unwrap();
        let by_sat = by_satisfiability(&data, &arrangement, &clauses, &Budget::unlimited()).unwrap();
        let shattered = |answer: &Shattering| *answer == Shattering::Shattered;
        assert_eq!(shattered(&by_rank(&data, &arrangement)), shattered(&by_sat));
    }
}

/// A labelling is settled by weights or by a refutation, as the brute force says.
#[test]
fn single_labellings_are_settled() {
    for case in cases(22, 2).into_iter().filter(|case| case.rows.len() <= 6) {
        let (data, arrangement) = dataset(&case.rows);
        let patterns = brute::patterns(&case.rows);
        for code in 0..1u32 << case.rows.len() {
            let labelling = (0..case.rows.len()).map(|row| code >> row & 1 == 1).collect::<heaviside::Bits>();
            let expected = patterns.contains(&to_text(&labelling));
            match question::settle(&data, &arrangement, &labelling) {
                Ok(weights) => {
                    let weights: Vec<_> = weights.exact().iter().map(|weight| weight.clone().into()).collect();
                    assert_eq!(brute::pattern_of(&case.rows, &weights), to_text(&labelling), "{}", case.name);
                    assert!(expected);
                }
                Err(missing) => {
                    assert!(!expected, "{labelling} of {}", case.name);
                    assert!(matches!(judged(&data, &missing.proof(&data)), ProofVerdict::Verified(_)));
                }
            }
        }
    }
}

/// The judge accepts the proof of every list, and what it establishes is what the brute force says.
#[test]
fn proofs_are_accepted() {
    for case in cases(23, 5) {
        let (data, proof) = proven(&case.rows);
        let patterns = brute::patterns(&case.rows);
        let shattered = patterns.len() == 1 << case.rows.len();
        let text = serde_json::to_string(&proof.proof).unwrap();
        let ProofVerdict::Verified(Established::Complete { patterns: count, shattered: found, .. }) =
            judged(&data, &PatternProof::from_json(&text).unwrap())
        else {
            panic!("{}", case.name)
        };
        assert_eq!((count, found), (patterns.len(), shattered), "{}", case.name);
    }
}

/// Example with refutations and steps: seven points in the plane with a bias, two of them equal, three on a line.
fn example() -> (Dataset, PatternProof) {
    let points = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [0.0, 3.0], [5.0, 1.0], [0.0, 3.0], [1.0, 4.0]];
    let rows: Rows = points.iter().map(|point| vec![point[0], point[1], 1.0]).collect();
    let (data, proof) = proven(&rows);
    (data, proof.proof)
}

fn with(proof: &PatternProof, change: impl FnOnce(&mut CompleteList)) -> PatternProof {
    let mut changed = proof.clone();
    match &mut changed.statement {
        Statement::Complete(list) => change(list),
        Statement::Missing(_) => panic!("no list"),
    }
    assert_ne!(changed, *proof, "nothing was changed");
    changed
}

#[track_caller]
fn reason(data: &Dataset, proof: &PatternProof) -> ProofRejection {
    match judged(data, proof) {
        ProofVerdict::Rejected(reason) => reason,
        ProofVerdict::Verified(established) => panic!("accepted: {established:?}"),
    }
}

/// Multiplies one multiplier of a refutation.
fn multiply(line: &mut String, entry: usize, by: i32) {
    let mut entries = entries_of_line(line).unwrap();
    entries[entry].1 *= IBig::from(by);
    *line = entries_to_line(&entries);
}

/// A proof with any one step removed is refused: nothing in it is idle.
#[test]
fn no_step_can_be_spared() {
    let (data, proof) = example();
    let steps = list(&proof).steps.len();
    assert!(steps > 5);
    for step in 0..steps {
        reason(&data, &with(&proof, |list| drop(list.steps.remove(step))));
    }
}

/// With a pattern or a refutation dropped the clauses do not contradict each other: what is left must not pass.
#[test]
fn no_clause_can_be_spared() {
    let (data, proof) = example();
    for pattern in 0..list(&proof).patterns.len() {
        let changed = with(&proof, |list| {
            list.patterns.remove(pattern);
            list.witnesses.remove(pattern);
        });
        reason(&data, &changed);
    }
    assert!(list(&proof).refutations.len() > 5);
    for refutation in 0..list(&proof).refutations.len() {
        reason(&data, &with(&proof, |list| drop(list.refutations.remove(refutation))));
    }
    // Also if the numbers in the steps are those of the clauses that are left.
    let shifted = with(&proof, |list| {
        list.patterns.pop();
        list.witnesses.pop();
        let removed = list.patterns.len() as i64;
        for step in &mut list.steps {
            let mut numbers = small_integers_of_line(step).unwrap();
            let end = numbers.iter().position(|&number| number == 0).unwrap();
            numbers[end + 1..].iter_mut().filter(|hint| **hint > removed).for_each(|hint| *hint -= 1);
            *step = numbers_to_line(numbers);
        }
    });
    assert!(matches!(reason(&data, &shifted), ProofRejection::StepDoesNotFollow { .. }));
}

#[test]
fn each_change_is_refused_for_its_own_reason() {
    use ProofRejection as R;
    let (data, proof) = example();
    for refutation in 0..list(&proof).refutations.len() {
        for entry in 0..entries_of_line(&list(&proof).refutations[refutation]).unwrap().len() {
            let changed = |by| with(&proof, |list| multiply(&mut list.refutations[refutation], entry, by));
            assert_eq!(reason(&data, &changed(2)), R::NotADependency { refutation });
            assert!(matches!(reason(&data, &changed(-1)), R::NotADependency { .. } | R::NoStrictRow { .. }));
        }
    }
    macro_rules! refused {
        ($($list:ident => $change:expr => $reason:pat,)*) => {$(
            let found = reason(&data, &with(&proof, |$list| { $change; }));
            assert!(matches!(found, $reason), "{}: {found:?}", stringify!($change));
        )*};
    }
    refused! {
        list => list.groups += 1 => R::GroupsMismatch { .. },
        list => list.patterns[3].push('0') => R::WrongBits { .. },
        list => list.patterns[3] = "g0".into() => R::WrongBits { .. },
        list => list.patterns[3] = list.patterns[2].clone() => R::Repeated { pattern: 3 },
        list => list.patterns.swap(0, 1) => R::WitnessMismatch { pattern: 0 },
        list => drop(list.witnesses.pop()) => R::WrongCount { .. },
        list => list.witnesses[1].push_str(" 0") => R::NotAWitness { pattern: 1, expected: 3 },
        list => list.witnesses[1] = "1 +1 1".into() => R::NotAWitness { .. },
        list => list.witnesses[1] = list.witnesses[0].clone() => R::WitnessMismatch { pattern: 1 },
        list => list.refutations[0] = "0:1 0:-1".into() => R::NotARefutation { refutation: 0 },
        list => list.refutations[0] = "1:1 0:-1".into() => R::NotARefutation { refutation: 0 },
        list => list.refutations[0] = "0:0".into() => R::NotARefutation { refutation: 0 },
        list => list.refutations[0] = "9:1".into() => R::NotARefutation { refutation: 0 },
        list => list.refutations[0] = String::new() => R::NoStrictRow { refutation: 0 },
        // Rows 3 and 5 are equal, so this holds, but says nothing about groups.
        list => list.refutations[0] = "3:1 5:-1".into() => R::NotARepresentative { refutation: 0, row: 5 },
        list => list.steps[0] = "1 2".into() => R::NotAStep { step: 0 },
        list => list.steps[0] = "1 0 01".into() => R::NotAStep { step: 0 },
        list => list.steps[0] = "99 0 1".into() => R::StepDoesNotFollow { step: 0, .. },
        list => drop(list.steps.pop()) => R::NoContradiction,
        list => list.steps.clear() => R::NoContradiction,
    }
    let limits = CheckLimits::new(3);
    assert!(matches!(check_proof(&data, &proof, &limits), ProofVerdict::Rejected(R::StepDoesNotFollow { .. })));
    let other = Dataset::new(vec![1.0; 18], 3, vec![0.0; 6]).unwrap();
    assert!(matches!(reason(&other, &proof), R::Data(_)));
    assert!(matches!(reason(&data, &PatternProof { version: 2, ..proof.clone() }), R::UnknownFormat { .. }));
    let mut text = serde_json::to_value(&proof).unwrap();
    text["statement"]["comment"] = "unknown".into();
    let read = PatternProof::from_json(&text.to_string());
    assert!(matches!(read, Err(CertificateError::Field { .. } | CertificateError::NotCanonical)), "{read:?}");
}

/// A missing labelling must have the labels that are refuted.
#[test]
fn refuted_labels_are_compared() {
    let (data, arrangement) = dataset(&[vec![-1.0, 1.0], vec![0.0, 1.0], vec![1.0, 1.0]]);
    let Shattering::Missing(missing) = by_rank(&data, &arrangement) else { panic!("shattered") };
    let mut proof = missing.proof(&data);
    let Statement::Missing(statement) = &mut proof.statement else { panic!("a list") };
    statement.labelling = "7".into();
    assert!(matches!(reason(&data, &proof), ProofRejection::OtherLabel { .. }));
}

/// Reverse unit propagation as one would write it first: no hints, every clause looked at again and again.
fn follows(clauses: &[Vec<Literal>], clause: &[Literal]) -> bool {
    let mut known: HashSet<Literal> = clause.iter().map(|literal| -literal).collect();
    loop {
        let before = known.len();
        for clause in clauses {
            let mut open = clause.iter().filter(|literal| !known.contains(&-**literal));
            match (open.next().copied(), open.next()) {
                (None, _) => return true,
                (Some(literal), None) => drop(known.insert(literal)),
                _ => {}
            }
        }
        if known.len() == before {
            return false;
        }
    }
}

fn read_clauses(text: &str) -> Vec<Vec<Literal>> {
    let clause = |line: &str| -> Vec<Literal> {
        let numbers: Vec<Literal> = line.split(' ').map(|word| word.parse().unwrap()).collect();
        let (zero, literals) = numbers.split_last().unwrap();
        assert_eq!(*zero, 0);
        literals.to_vec()
    };
    text.lines().filter(|line| !line.starts_with(['c', 'p'])).map(clause).collect()
}

fn exported(data: &Dataset, proof: &PatternProof) -> (String, String) {
    let clauses: Clauses = formula(data, list(proof)).unwrap();
    let (mut cnf, mut drat) = (Vec::new(), Vec::new());
    dimacs::write_formula(&mut cnf, &["a comment".into()], list(proof).groups, &clauses).unwrap();
    dimacs::write_steps(&mut drat, list(proof)).unwrap();
    (String::from_utf8(cnf).unwrap(), String::from_utf8(drat).unwrap())
}

/// The exported files convince a checker that shares nothing with the judge.
#[test]
fn exports_convince_another_checker() {
    let mut random = Random::new(8);
    let shattered = matrix(&mut random, 6, 6);
    let (full, full_proof) = proven(&shattered);
    let (data, proof) = example();
    for (data, proof) in [(data, proof), (full, full_proof.proof)] {
        let (cnf, drat) = exported(&data, &proof);
        let mut clauses = read_clauses(&cnf);
        let header = format!("p cnf {} {}", list(&proof).groups, clauses.len());
        assert_eq!(cnf.lines().take(2).collect::<Vec<_>>(), ["c a comment", header.as_str()]);
        for step in read_clauses(&drat) {
            assert!(follows(&clauses, &step));
            clauses.push(step);
        }
        assert_eq!(clauses.last().map(Vec::len), Some(0));
    }
}

/// drat-trim accepts them as well, where it is installed.
#[test]
fn exports_convince_drat_trim() {
    let folder = tempfile::tempdir().unwrap();
    let (data, proof) = example();
    let (cnf, drat) = exported(&data, &proof);
    let (formula, steps) = (folder.path().join("formula.cnf"), folder.path().join("steps.drat"));
    std::fs::write(&formula, cnf).unwrap();
    std::fs::write(&steps, drat).unwrap();
    let Ok(output) = Command::new("drat-trim").arg(&formula).arg(&steps).output() else { return };
    assert!(String::from_utf8_lossy(&output.stdout).contains("s VERIFIED"), "{output:?}");
}

/// A limit ends the search with patterns that are patterns, and without a proof.
#[test]
fn limits_leave_a_partial_list() {
    let rows: Rows = (0..30).map(|k| vec![f64::from(k), f64::from(k * k), 1.0]).collect();
    let (data, arrangement) = dataset(&rows);
    let stop = StopSignal::default();
    let budget = Budget::new(None, None, stop.clone());
    let stopped = prove(&data, &arrangement, &budget, &|found| {
        if found == 20 {
            stop.raise()
        }
    });
    match stopped {
        Err(ProveError::Limit { limit: Limit::Interrupt, patterns }) => assert_eq!(patterns.len(), 20),
        other => panic!("{other:?}"),
    }
}
