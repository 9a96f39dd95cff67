//! The judge of pattern proofs, without any solver: the example of `docs/proof-format.md`, by hand and changed.

use heaviside::internals::pattern::to_text;
use heaviside::{
    CheckLimits, DataOptions, Dataset, Established, Format, ProofRejection, ProofVerdict, certificate::PatternProof,
    check_proof,
};
use serde_json::{Value, json};

/// Points -1, 0, 1 with a bias: Example 3.1 of the paper.
fn data() -> Dataset {
    Dataset::parse(b"x,y\n-1,0\n0,0\n1,0\n", Format::Csv, &DataOptions::default()).unwrap()
}

fn about_the_data() -> Value {
    let options = json!({ "target": null, "features": null, "classify": false, "bias": true });
    json!({ "digest": data().digest(), "n": 3, "d": 2, "options": options })
}

/// 000, 001, 011, 100, 110, 111; neither 010 nor 101, because x_0 - 2 x_1 + x_2 = 0.
fn complete() -> Value {
    json!({
        "format": "heaviside-proof", "version": 1, "data": about_the_data(),
        "statement": {
            "kind": "complete",
            "groups": 3,
            "patterns": ["0", "4", "6", "1", "3", "7"],
            "witnesses": ["0 -1", "2 -1", "2 1", "-2 -1", "-2 1", "0 1"],
            "refutations": ["0:-1 1:2 2:-1", "0:1 1:-2 2:1"],
            "steps": ["1 2 0 0 1", "1 3 0 8 6", "1 0 8 9 2", "2 3 0 10 3", "2 0 10 11 7", "0 10 12 4 5"],
        },
    })
}

fn missing() -> Value {
    json!({
        "format": "heaviside-proof", "version": 1, "data": about_the_data(),
        "statement": { "kind": "missing", "labelling": "2", "refutation": "0:-1 1:2 2:-1" },
    })
}

/// `None` if it is no proof.
fn judged(proof: &Value) -> Option<ProofVerdict> {
    let proof = PatternProof::from_json(&proof.to_string()).ok()?;
    Some(check_proof(&data(), &proof, &CheckLimits::default()))
}

#[test]
fn a_list_written_by_hand_is_complete() {
    let expected = Established::Complete { patterns: 6, groups: 3, shattered: false };
    assert_eq!(judged(&complete()), Some(ProofVerdict::Verified(expected)));
}

#[test]
fn a_labelling_is_missing() {
    match judged(&missing()) {
        Some(ProofVerdict::Verified(Established::Missing { labelling })) => assert_eq!(to_text(&labelling), "010"),
        other => panic!("{other:?}"),
    }
}

/// Every text and number of both proofs is changed in several ways; what still passes proves the same.
#[test]
fn changed_proofs_prove_nothing_else() {
    for proof in [complete(), missing()] {
        let expected = judged(&proof);
        let mut paths = Vec::new();
        leaves(&proof, String::new(), &mut paths);
        let mut rejected = 0;
        for path in &paths {
            for change in [json!(null), json!(7), json!("0"), json!("1 0 0"), json!("0:1 1:1"), json!(["0"])] {
                let mut changed = proof.clone();
                *changed.pointer_mut(path).unwrap() = change;
                match judged(&changed) {
                    None | Some(ProofVerdict::Rejected(_)) => rejected += 1,
                    verdict => assert!(verdict == expected, "{path} {changed}"),
                }
            }
        }
        assert!(rejected > paths.len());
    }
}

fn leaves(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| leaves(field, format!("{path}/{name}"), paths)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| leaves(item, format!("{path}/{index}"), paths));
            paths.push(path);
        }
        _ => paths.push(path),
    }
}

#[test]
fn steps_must_end_in_a_contradiction() {
    let mut proof = complete();
    proof["statement"]["steps"].as_array_mut().unwrap().pop();
    assert_eq!(judged(&proof), Some(ProofVerdict::Rejected(ProofRejection::NoContradiction)));
}

/// Zero rows and rows in one direction: N = 1 group, patterns "0" and "1", no steps but one.
#[test]
fn rows_in_one_direction_are_one_variable() {
    let options = DataOptions::default().bias(false);
    let data = Dataset::parse(b"x,y\n1,0\n0,0\n2,0\n", Format::Csv, &options).unwrap();
    let options = json!({ "target": null, "features": null, "classify": false, "bias": false });
    let claim = json!({ "digest": data.digest(), "n": 3, "d": 1, "options": options });
    let proof = |statement: Value| {
        json!({ "format": "heaviside-proof", "version": 1, "data": claim, "statement": statement }).to_string()
    };
    let list = json!({
        "kind": "complete", "groups": 1, "patterns": ["0", "1"], "witnesses": ["-1", "1"], "refutations": [],
        "steps": ["0 0 1"],
    });
    let read = |text: &str| PatternProof::from_json(text).unwrap();
    let established = |text: &str| match check_proof(&data, &read(text), &CheckLimits::default()) {
        ProofVerdict::Verified(established) => established,
        ProofVerdict::Rejected(reason) => panic!("{reason}"),
    };
    assert_eq!(established(&proof(list)), Established::Complete { patterns: 2, groups: 1, shattered: false });
    for (labelling, refutation) in [("5", "1:-1"), ("1", "0:1 2:-1"), ("4", "0:-3 2:3")] {
        let missing = json!({ "kind": "missing", "labelling": labelling, "refutation": refutation });
        assert!(matches!(established(&proof(missing)), Established::Missing { .. }));
    }
}
