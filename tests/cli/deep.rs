//! `--layers`: networks of more than two layers.

use serde_json::Value;

use crate::support::{Folder, LINE, number, predictions};

/// Three layers: a certificate, a model of another kind, and what does not fit together.
#[test]
fn deep_networks_are_trained_and_verified() {
    let folder = Folder::with("line.csv", LINE);
    let two = folder.ends(0, "train line.csv --beta 0.1 --json --quiet").json();
    for architecture in ["--widths 2", "--widths 9", "--representation 30 --weights pinv"] {
        let line =
            format!("train line.csv --beta 0.1 --layers 3 {architecture} --model m.json --certificate c.json --json");
        let result = folder.ends(0, &line).json();
        assert_eq!((&result["status"], &result["layers"]), (&Value::from("optimal"), &Value::from(3)), "{result}");
        assert!(number(&result, "objective") <= number(&two, "objective") + 1e-9, "a layer more is no loss");
        let verdict = folder.verified("line.csv", "c.json");
        assert_eq!(verdict["objective"], result["objective"]);
        let predicted = folder.ends(0, "predict m.json line.csv").stdout;
        assert_eq!(predictions(&predicted).len(), LINE.lines().count() - 1);
    }
    let mut changed = folder.value("c.json");
    changed["body"]["deep"]["dual"]["price"] = 0.into();
    folder.write("c.json", changed.to_string());
    folder.ends(1, "verify line.csv c.json");
    folder.refuses("train line.csv --beta 1 --layers 3", &["--layers 3", "--widths"]);
    folder.refuses("train line.csv --beta 1 --widths 3", &["--widths"]);
    folder.refuses("train line.csv --beta 1 --representation 3", &["--representation", "--layers"]);
    folder.refuses("train line.csv --beta 1 --layers 3 --widths 0", &["width"]);
    folder.refuses("train line.csv --beta 1 --layers 3 --widths 2 --standardize", &["--standardize"]);
}

/// Example 3.1 of the paper: -1, 0, 1 with a bias.
const EXAMPLE: &str = "x,y\n-1,0\n0,0\n1,0\n";

#[test]
fn deep_networks() {
    let folder = Folder::with("line.csv", EXAMPLE);
    let deep = folder.ends(0, "patterns line.csv --layers 3 --widths 2 --json --output p.txt").json();
    assert_eq!((&deep["patterns"], &deep["patterns_by_layer"]), (&8.into(), &serde_json::json!([6, 8])));
    assert_eq!((&deep["patterns_complete"], &deep["lemma_3_5"]), (&true.into(), &81.into()));
    assert_eq!(folder.text("p.txt"), "000\n001\n010\n011\n100\n101\n110\n111\n");
    folder.ends(20, "shatter line.csv --layers 3 --widths 2");
    let missing = folder.ends(10, "shatter line.csv --layers 3 --widths 1").stdout;
    assert!(missing.ends_with("s NOT SHATTERED\nv -1 2 -3 0\n"), "{missing}");
    let sampled = "patterns line.csv --layers 4 --widths 2,2 --method sample --samples 5 --json";
    assert_eq!(folder.ends(0, sampled).json()["patterns_complete"], false);
    folder.refuses("patterns line.csv --layers 3", &["--layers 3", "--widths"]);
    folder.refuses("patterns line.csv --widths 2", &["--widths"]);
    folder.refuses("patterns line.csv --layers 3 --widths 0", &["layer 1", "width 0"]);
    folder.refuses("patterns line.csv --layers 3 --widths 6", &["width 6"]);
    folder.refuses("shatter line.csv --layers 3 --widths 2 --proof p.json", &["--proof"]);
    folder.refuses("shatter line.csv --labelling 01", &["--labelling", "3 characters"]);
}
