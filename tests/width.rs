#![cfg(feature = "solve")]
//! Networks with at most m neurons, proven by a search tree: against every subset of patterns, and changed trees.

mod common;

use common::{
    brute,
    certificate::{Parts, narrow, width_parts},
    families::cases,
    flat,
    narrow::{Problem, optima},
    random::Random,
};
use heaviside::{
    Beta, Budget, Certificate, CheckLimits, Dataset, Evidence, Listed, Loss, Reconstruction, Rejection, SearchDefect,
    Verdict, WidthProof as Proof, at_width,
    certificate::{FORMAT, SearchNode, Width},
    check,
};

/// The optimum for a width with its proof, from nothing.
fn proven(data: &Dataset, loss: Loss, beta: f64, width: usize) -> Option<Proof> {
    let budget = Budget::unlimited();
    let listed = Listed::new(data, loss, Beta::Absolute(beta), &budget).unwrap();
    at_width(&listed, width, None, None, Reconstruction::Witness, &budget).unwrap().proof
}

/// Problem (4) for narrow networks and each loss: what trying every subset of H(X) finds, proven by the judge.
#[test]
fn the_optimum_of_every_subset_is_proven() {
    let mut random = Random::new(4);
    let huber = Loss::Huber { delta: 0.8 };
    let losses = [Loss::Squared, Loss::Absolute, huber, Loss::Hinge, Loss::SquaredHinge, Loss::Logistic];
    let mut branched = 0;
    for (index, case) in cases(17, 6).into_iter().enumerate() {
        // Cells that f64 weights may miss have no certificate of this kind.
        if ["nearly", "extreme"].iter().any(|name| case.name.starts_with(name)) {
            continue;
        }
        let loss = losses[index % 6];
        let target = |random: &mut Random| match loss.needs_labels() {
            true => [-1.0, 1.0][random.index(2)],
            false => random.integer(-4, 4) as f64 / 2.0,
        };
        let targets: Vec<f64> = case.rows.iter().map(|_| target(&mut random)).collect();
        let beta = [0.1, 0.3, 1.0][random.index(3)];
        let patterns = brute::patterns(&case.rows);
        let widest = if patterns.len() <= 14 { 2 } else { 1 };
        let (features, d) = flat(&case.rows);
        let data = Dataset::new(features, d, targets.clone()).unwrap();
        let expected = optima(&patterns, &Problem { targets: &targets, loss, beta }, widest);
        for (width, expected) in expected.into_iter().enumerate() {
            let name = format!("{loss:?}, width {width}, {}", case.name);
            let Proof { proven, certificate, .. } = proven(&data, loss, beta, width).expect(&name);
            let objective = proven.objective.to_f64().value();
            assert!((objective - expected).abs() <= 1e-6 * expected.max(1.0), "{objective}, not {expected}: {name}");
            assert_eq!(proven.evidence, Evidence::SearchTree);
            assert!(proven.relative_gap() <= 1e-6, "{} {name}", proven.relative_gap());
            assert!(narrow(&certificate).network.neurons.len() <= width);
            branched += usize::from(narrow(&certificate).search.len() > 1);
            let text = serde_json::to_string(&certificate).unwrap();
            let read = Certificate::from_json(&text).unwrap();
            assert!(matches!(check(&data, &read, &CheckLimits::default()), Verdict::Verified(_)), "{name}");
        }
    }
    assert!(branched > 40, "{branched} trees have a branching");
}

fn example() -> (Dataset, Certificate) {
    let targets = vec![1.0, -1.0, 2.0, -1.0, 1.0, 0.0];
    let data = Dataset::with_bias(vec![-2.0, -1.0, 0.0, 1.0, 2.0, 3.0], 1, targets).unwrap();
    let proof = proven(&data, Loss::Squared, 0.2, 2).unwrap();
    (data, proof.certificate)
}

/// A tree that leaves something out, or takes something twice, proves nothing.
#[test]
fn changed_trees_are_refused() {
    let (data, certificate) = example();
    let judge = |certificate: &Certificate| check(&data, certificate, &CheckLimits::default());
    assert!(matches!(judge(&certificate), Verdict::Verified(_)));
    let rejected = |change: &dyn Fn(&mut Parts<'_, Width>)| {
        let mut changed = certificate.clone();
        change(&mut width_parts(&mut changed));
        match judge(&changed) {
            Verdict::Rejected(reason) => reason,
            other => panic!("{other:?}: {changed:?}"),
        }
    };
    let last = narrow(&certificate).search.len() - 1;
    assert!(last > 4, "the example has a tree");
    for index in 0..=last {
        rejected(&|c| drop(c.body.search.remove(index)));
    }
    assert_eq!(rejected(&|c| c.body.search.clear()), SearchDefect::Unfinished.into());
    let more = |c: &mut Parts<'_, Width>| c.body.search.push(c.body.search[last].clone());
    assert_eq!(rejected(&more), SearchDefect::Ended { node: last + 1 }.into());
    let repeated = |c: &mut Parts<'_, Width>| {
        let first = c.body.search[0].clone();
        c.body.search.insert(0, first);
    };
    assert_eq!(rejected(&repeated), SearchDefect::Decided { node: 1 }.into());
    let no_pattern = |c: &mut Parts<'_, Width>| {
        if let SearchNode::Branching(branching) = &mut c.body.search[0] {
            branching.pattern = "a5".into();
        }
    };
    assert_eq!(rejected(&no_pattern), SearchDefect::NotAPattern { node: 0 }.into());
    let weaker = |c: &mut Parts<'_, Width>| {
        for node in &mut c.body.search {
            if let SearchNode::Leaf(leaf) = node {
                leaf.numerators.fill(0);
            }
        }
    };
    assert!(matches!(rejected(&weaker), Rejection::LowerBoundMismatch { .. }));
    let short = |c: &mut Parts<'_, Width>| {
        if let SearchNode::Leaf(leaf) = &mut c.body.search[last] {
            leaf.numerators.pop();
        }
    };
    assert!(matches!(rejected(&short), Rejection::WrongLength { .. }));
    // The optimum for a smaller width is larger, so the same tree cannot prove it.
    assert!(matches!(rejected(&|c| c.body.width = 1), Rejection::TooWide { .. }));
    rejected(&|c| c.body.width = 3);
    let unknown = rejected(&|c| *c.version = 9);
    assert!(matches!(unknown, Rejection::UnknownFormat { .. }) && unknown.to_string().contains(FORMAT));
    assert!(matches!(rejected(&|c| c.body.claim.lower_bound = "100".into()), Rejection::LowerBoundMismatch { .. }));
    assert!(matches!(rejected(&|c| c.body.claim.objective = "0".into()), Rejection::ObjectiveMismatch { .. }));
    assert!(matches!(rejected(&|c| c.data.n = 7), Rejection::ShapeMismatch { .. }));
    let limits = CheckLimits::new(10);
    assert!(matches!(check(&data, &certificate, &limits), Verdict::Undecided(_)));
}

/// A leaf outside the domain of the loss's conjugate proves nothing, whatever its dual value would be.
#[test]
fn leaves_stay_in_the_domain() {
    let data = Dataset::with_bias(vec![-2.0, -1.0, 0.0, 1.0, 2.0], 1, vec![1.0, -1.0, 1.0, -1.0, 1.0]).unwrap();
    for loss in [Loss::Hinge, Loss::SquaredHinge, Loss::Logistic] {
        let certificate = proven(&data, loss, 0.1, 1).unwrap().certificate;
        let leaves =
            narrow(&certificate).search.iter().enumerate().filter(|(_, node)| matches!(node, SearchNode::Leaf(_)));
        for (index, _) in leaves {
            let mut changed = certificate.clone();
            if let SearchNode::Leaf(leaf) = &mut width_parts(&mut changed).body.search[index] {
                // Row 1 has the target -1.
                leaf.numerators[1] = -1;
            }
            let verdict = check(&data, &changed, &CheckLimits::default());
            assert_eq!(verdict, Verdict::Rejected(Rejection::DualOutsideDomain { row: 1 }), "{loss:?}, node {index}");
        }
    }
}

/// The tree is over patterns on the groups of rows; its texts are patterns on the rows.
#[test]
fn rows_that_are_multiples_and_zero_rows() {
    let features = vec![1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 1.0, 0.0, 3.0, 1.0, 1.0];
    let data = Dataset::new(features, 2, vec![1.0, -1.0, 0.5, 2.0, -2.0, 1.5, 1.0]).unwrap();
    let Proof { certificate, proven, .. } = proven(&data, Loss::Squared, 0.1, 1).unwrap();
    assert!(narrow(&certificate).search.len() > 1 && proven.relative_gap() <= 1e-6);
    // Rows 0 and 1 share a bit in every pattern, and the zero row 2 has bit 1.
    let branching = |node: &SearchNode| matches!(node, SearchNode::Branching(_));
    let first = narrow(&certificate).search.iter().position(branching).unwrap();
    for digit in ["1", "2", "8", "b"] {
        let mut changed = certificate.clone();
        if let SearchNode::Branching(branching) = &mut width_parts(&mut changed).body.search[first] {
            branching.pattern.replace_range(..1, digit);
        }
        let verdict = check(&data, &changed, &CheckLimits::default());
        let expected = SearchDefect::NotAPattern { node: first };
        assert_eq!(verdict, Verdict::Rejected(expected.into()), "{digit}");
    }
}
