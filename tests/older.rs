//! Files of older formats are read as strictly as ever, become certificates of today's version, and are judged. Passes
//! without any solver.
//!
//! The files in `tests/data/older` were written by the program when their formats were the current ones; the one of
//! version 1 for two layers is `tests/data/titanic-certificate.json`, see `tests/reject.rs`.

mod common;

use std::path::Path;

use common::certificate::assert_malformed;
use heaviside::{
    Certificate, CertificateError, CheckLimits, Conclusion, Dataset, Evidence, Verdict,
    certificate::{self, Body, Document, FORMAT, PatternProof, VERSION},
    check,
};
use serde_json::{Value, json};

/// Points on a line with a bias; a fourth one is the second again, with another target.
fn points(n: usize) -> Dataset {
    let (features, targets) = ([-1.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 1.0]);
    Dataset::with_bias(features[..n].to_vec(), 1, targets[..n].to_vec()).unwrap()
}

struct Old {
    name: &'static str,
    rows: usize,
    /// The bounds and what proves them; `None` where two rows exclude a network.
    proven: Option<(&'static str, &'static str, Evidence)>,
}

/// The values are what the judge of the time printed.
const FILES: [Old; 5] = [
    Old {
        name: "two-layers-2.json",
        rows: 3,
        proven: Some(("25353012004564588029934064107521/20282409603651670423947251286016", "5/4", Evidence::Patterns)),
    },
    Old {
        name: "deep-1.json",
        rows: 3,
        proven: Some((
            "25353012004564588029934064107521/20282409603651670423947251286016",
            "5/4",
            Evidence::DeepPatterns,
        )),
    },
    Old {
        name: "width-1.json",
        rows: 3,
        proven: Some((
            "25036099354507530679561700936801/20282409603651670423947251286016",
            "79/64",
            Evidence::SearchTree,
        )),
    },
    Old { name: "interpolation-1.json", rows: 3, proven: Some(("4", "4", Evidence::Patterns)) },
    Old { name: "conflict-1.json", rows: 4, proven: None },
];

impl Old {
    fn text(&self) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/older");
        std::fs::read_to_string(folder.join(self.name)).unwrap()
    }

    fn value(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    fn judged(&self, certificate: &Certificate) -> Verdict {
        check(&points(self.rows), certificate, &CheckLimits::default())
    }
}

#[test]
fn every_kind_is_read_and_judged() {
    for old in FILES {
        let certificate = Certificate::from_json(&old.text()).unwrap();
        assert_eq!((certificate.format.as_str(), certificate.version), (FORMAT, VERSION));
        let kind = match certificate.body {
            Body::TwoLayers(_) => "two-layers",
            Body::Deep(_) => "deep",
            Body::Width(_) => "width",
            Body::Interpolation(_) => {
                if old.proven.is_some() {
                    "interpolation"
                } else {
                    "conflict"
                }
            }
            _ => panic!("{certificate:?}"),
        };
        assert!(old.name.starts_with(kind), "{} is read as {kind}", old.name);
        match (old.judged(&certificate), old.proven) {
            (Verdict::Verified(Conclusion::Bounds(found)), Some((objective, lower_bound, evidence))) => {
                let texts = (found.objective.to_string(), found.lower_bound.to_string());
                assert_eq!((texts, found.evidence), ((objective.into(), lower_bound.into()), evidence), "{}", old.name);
            }
            (Verdict::Verified(Conclusion::Infeasible { rows }), None) => assert_eq!(rows, [1, 3]),
            (verdict, _) => panic!("{}: {verdict:?}", old.name),
        }
        // Written anew it has the new form, and proves the same.
        let text = serde_json::to_string(&certificate).unwrap();
        assert_eq!(Certificate::from_json(&text).as_ref(), Ok(&certificate));
        assert_eq!(certificate::read(&text), Ok(Document::Certificate(certificate)));
    }
}

/// The first numbers and texts that are claimed, changed: the judge refuses them in old files as in new ones.
#[test]
fn changed_files_are_rejected() {
    for (index, pointer, value) in [
        (0, "/claim/lower_bound", json!("3/2")),
        (0, "/dual/price", json!(1)),
        (1, "/depth/layers", json!(4)),
        (1, "/claim/objective", json!("5/4")),
        (2, "/width", json!(0)),
        (2, "/claim/lower_bound", json!("5/4")),
        (3, "/answer/interpolant/claim/norm", json!("3")),
        (4, "/answer/conflict/rows/0", json!(0)),
        (4, "/data/n", json!(3)),
    ] {
        let old = &FILES[index];
        let mut changed = old.value();
        *changed.pointer_mut(pointer).unwrap() = value;
        let verdict = old.judged(&Certificate::from_json(&changed.to_string()).unwrap());
        assert!(matches!(verdict, Verdict::Rejected(_)), "{} {pointer}: {verdict:?}", old.name);
    }
}

/// A field more or less, one of the new form, one twice, or one of another kind.
#[test]
fn other_fields_are_refused() {
    for old in FILES {
        let original = old.value();
        for name in original.as_object().unwrap().keys() {
            let mut fewer = original.clone();
            fewer.as_object_mut().unwrap().remove(name);
            assert_malformed(&fewer.to_string());
        }
        for name in ["more", "body", "depth", "search", "answer"] {
            let mut more = original.clone();
            if more.get(name).is_none() {
                more[name] = json!(null);
                assert_malformed(&more.to_string());
            }
        }
        let text = original.to_string();
        assert_malformed(&text.replacen("\"data\":", "\"data\":null,\"data\":", 1));
        assert_malformed(&text.replacen("\"version\":", "\"version\":1,\"version\":", 1));
    }
}

/// The older formats end where they ended: there is no new version under an old name.
#[test]
fn other_versions_and_names_are_refused() {
    for old in FILES {
        let original = old.value();
        let name = original["format"].as_str().unwrap();
        let read = |format: &str, version: u32| {
            let mut changed = original.clone();
            changed["format"] = json!(format);
            changed["version"] = json!(version);
            Certificate::from_json(&changed.to_string())
        };
        for version in [0, 2, 3, 4, 5, u32::MAX] {
            let known = if name == FORMAT { (2..=VERSION).contains(&version) } else { false };
            let format = name.to_string();
            if !known {
                assert_eq!(read(name, version), Err(CertificateError::UnknownVersion { format, version }));
            }
        }
        assert!(matches!(read(FORMAT, VERSION), Err(CertificateError::Field { .. })), "old fields, new name");
        for format in ["", "heaviside", "heaviside-network", "heaviside-proof"].map(String::from) {
            assert_eq!(read(&format, 1), Err(CertificateError::UnknownFormat { format }));
        }
    }
}

/// One entry tells proofs from certificates; neither is read as the other.
#[test]
fn proofs_are_told_from_certificates() {
    let data = serde_json::to_value(certificate::DataClaim::of(&points(3))).unwrap();
    let statement = json!({ "kind": "missing", "labelling": "2", "refutation": "0:-1 1:2 2:-1" });
    let proof = json!({ "format": "heaviside-proof", "version": 1, "data": data, "statement": statement });
    let text = proof.to_string();
    let read = PatternProof::from_json(&text).unwrap();
    assert_eq!(certificate::read(&text), Ok(Document::Proof(read)));
    let unknown = |format: &str| CertificateError::UnknownFormat { format: format.into() };
    assert_eq!(Certificate::from_json(&text), Err(unknown("heaviside-proof")));
    for old in FILES {
        let name = old.value()["format"].as_str().unwrap().to_string();
        assert_eq!(PatternProof::from_json(&old.text()), Err(unknown(&name)));
    }
    let mut newer = proof;
    newer["version"] = json!(2);
    let format = String::from("heaviside-proof");
    assert_eq!(certificate::read(&newer.to_string()), Err(CertificateError::UnknownVersion { format, version: 2 }));
}
