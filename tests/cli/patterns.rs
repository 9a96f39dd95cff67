//! `patterns`: lists of patterns, sorted and proven complete.

use serde_json::Value;

use crate::support::{Folder, TITANIC, points};

#[test]
fn pattern_files_are_sorted_distinct_and_the_same_in_both_formats() {
    let folder = Folder::with("t.csv", TITANIC);
    let result = folder.ends(0, "patterns t.csv --json --quiet --output p.txt").json();
    folder.ends(0, "patterns t.csv --quiet --output p.npy --threads 2");
    assert_eq!((&result["patterns"], &result["distinct_rows"]), (&442.into(), &14.into()));
    let text = folder.text("p.txt");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 442);
    assert!(lines.iter().all(|line| line.len() == 2201 && line.bytes().all(|bit| bit == b'0' || bit == b'1')));
    assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "not sorted or not distinct");

    let bytes = folder.bytes("p.npy");
    let array = npyz::NpyFile::new(&bytes[..]).unwrap();
    assert_eq!(array.shape(), [442, 2201]);
    let bits: Vec<u8> = array.into_vec().unwrap();
    assert!(bits.iter().map(|bit| bit + b'0').eq(lines.concat().bytes()));
}

#[test]
fn lists_are_proven_complete() {
    let folder = Folder::with("d.csv", points(9, 2));
    let proven =
        folder.ends(0, "patterns d.csv --prove p.json --dimacs p.cnf --drat p.drat --json --output a.txt").json();
    assert_eq!((&proven["patterns"], &proven["proof"]), (&74.into(), &"verified".into()));
    folder.ends(0, "patterns d.csv --output b.txt --quiet");
    assert_eq!(folder.text("a.txt"), folder.text("b.txt"));
    let verdict = folder.ends(0, "verify d.csv p.json --dimacs q.cnf --drat q.drat --json").json();
    assert_eq!((&verdict["patterns"], &verdict["patterns_complete"]), (&74.into(), &true.into()));
    assert_eq!((folder.text("p.cnf"), folder.text("p.drat")), (folder.text("q.cnf"), folder.text("q.drat")));
    folder.write("other.csv", points(9, 1));
    folder.ends(1, "verify other.csv p.json");
    let mut proof = folder.value("p.json");
    proof["statement"]["steps"].as_array_mut().unwrap().pop();
    folder.write("p.json", proof.to_string());
    let verdict = folder.ends(1, "verify d.csv p.json --json").json();
    assert!(verdict["reason"].as_str().unwrap().contains("contradiction"), "{verdict}");
    folder.refuses("patterns d.csv --dimacs p.cnf", &["--prove"]);
    folder.refuses("patterns d.csv --prove p.json --method sample", &["--method exact"]);
}

#[test]
fn a_limit_leaves_some_patterns_and_no_proof() {
    let folder = Folder::with("d.csv", points(60, 3));
    let line = "patterns d.csv --prove p.json --time-limit 0.2 --json --quiet --output a.txt";
    let stopped = folder.ends(3, line).json();
    assert_eq!((&stopped["patterns_complete"], &stopped["proof"]), (&false.into(), &Value::Null));
    assert_eq!(stopped["patterns"], folder.text("a.txt").lines().count());
    assert!(!folder.names().contains("p.json"));
    let deep = folder.ends(3, "patterns d.csv --layers 3 --widths 3 --time-limit 0.2 --json --quiet").json();
    assert_eq!(deep["patterns_complete"], false);
    folder.ends(3, "shatter d.csv --road sat --time-limit 0.000001");
}
