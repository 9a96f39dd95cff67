//! `shatter`: all labellings, and single ones.

use crate::support::{COMPLETE, Folder};

/// Example 3.1 of the paper: -1, 0, 1 with a bias.
const EXAMPLE: &str = "x,y\n-1,0\n0,0\n1,0\n";

#[test]
fn answers_are_printed_in_the_manner_of_the_sat_competitions() {
    let folder = Folder::with("line.csv", EXAMPLE);
    folder.write("complete.csv", COMPLETE);
    for road in ["", " --road rank", " --road sat", " --road sat --dimacs f.cnf --proof p.json"] {
        let missing = folder.ends(10, &format!("shatter line.csv{road}"));
        let answer: Vec<&str> = missing.stdout.lines().filter(|line| !line.starts_with("c ")).collect();
        assert_eq!(answer, ["s NOT SHATTERED", "v -1 2 -3 0"], "{missing:?}");
        assert!(missing.stdout.contains("c refutation 0:-1 1:2 2:-1\n"));
        let all = folder.ends(20, &format!("shatter complete.csv{road}"));
        assert_eq!(all.stdout.lines().last(), Some("s SHATTERED"), "{all:?}");
    }
    // The formula of the complete table, and the proof of its answer.
    assert!(folder.text("f.cnf").contains("p cnf 3 8\n"));
    let verdict = folder.ends(0, "verify complete.csv p.json --json").json();
    assert_eq!((&verdict["verdict"], &verdict["shattered"]), (&"verified".into(), &true.into()));
    folder.ends(10, "shatter line.csv --proof p.json");
    let verdict = folder.ends(0, "verify line.csv p.json --json").json();
    assert_eq!((&verdict["missing"], &verdict["shattered"]), (&"010".into(), &false.into()));
    folder.ends(1, "verify complete.csv p.json");
    let json = folder.ends(10, "shatter line.csv --json").json();
    assert_eq!((&json["status"], &json["labelling"]), (&"not-shattered".into(), &"010".into()));
}

#[test]
fn single_labellings_are_decided() {
    let folder = Folder::with("line.csv", "x,y\n-1,0\n0,0\n1,0\n1,0\n");
    assert!(folder.ends(20, "shatter line.csv --labelling 0111").stdout.contains("s ATTAINABLE"));
    let refused = folder.ends(10, "shatter line.csv --labelling 0100 --proof p.json").stdout;
    assert!(refused.ends_with("s NOT ATTAINABLE\nv -1 2 -3 -4 0\n"), "{refused}");
    assert_eq!(folder.ends(0, "verify line.csv p.json --json").json()["missing"], "0100");
    // Equal rows with different labels.
    folder.ends(10, "shatter line.csv --labelling 0001");
    folder.ends(10, "shatter line.csv --layers 3 --labelling 0001");
    let width = |labelling: &str| {
        folder.ends(20, &format!("shatter line.csv --layers 3 --labelling {labelling} --json")).json()["width"].clone()
    };
    assert_eq!(["1111", "0111", "0100", "1011"].map(width), [1, 1, 2, 2]);
    folder.ends(10, "shatter line.csv --layers 3 --widths 1 --labelling 0100");
}
