//! `frontier` and `train --width`: few neurons.

use serde_json::Value;

use crate::support::{Folder, LINE, number};

/// A narrow network is a model like any other, and the checker accepts its search tree.
#[test]
fn a_narrow_network_is_certified() {
    let folder = Folder::with("line.csv", LINE);
    let train = "train line.csv --beta 0.1 --width 1 --model model.json --certificate proof.json --json";
    let result = folder.ends(0, train).json();
    assert_eq!((&result["status"], &result["evidence"]), (&Value::from("optimal"), &Value::from("certified")));
    assert_eq!((&result["neurons"], &result["loss"]), (&Value::from(1), &Value::from("squared")));
    let huber = "train line.csv --beta 0.1 --width 1 --loss huber --huber-delta 0.5 --json";
    let huber = folder.ends(0, huber).json();
    assert_eq!((&huber["loss"], &huber["huber_delta"]), (&Value::from("huber"), &Value::from(0.5)));
    assert!(number(&huber, "objective") < number(&result, "objective"));
    folder.ends(0, "predict model.json line.csv --output predictions.csv");
    let verdict = folder.verified("line.csv", "proof.json");
    assert_eq!((&verdict["objective"], &verdict["width"]), (&result["objective"], &Value::from(1)));
    let mut changed = folder.value("proof.json");
    changed["body"]["width"]["width"] = 2.into();
    folder.write("proof.json", changed.to_string());
    folder.ends(1, "verify line.csv proof.json");
    folder.fails("train line.csv --beta 0.1 --width 1 --method sample", &["--width", "--method"]);
}

/// Width after width, down to what `train` proves to be the optimum.
#[test]
fn the_frontier_ends_at_the_optimum() {
    let folder = Folder::with("line.csv", LINE);
    let optimum = folder.ends(0, "train line.csv --beta 0.1 --json --quiet").json()["objective"].as_f64().unwrap();
    let result = folder.ends(0, "frontier line.csv --beta 0.1 --max-width 4 --output frontier.csv --json").json();
    let points = result["frontier"].as_array().unwrap();
    let objective = |point: &Value| point["objective"].as_f64().unwrap();
    assert_eq!(points.len(), 5);
    assert!(points.windows(2).all(|pair| objective(&pair[1]) <= objective(&pair[0]) + 1e-9));
    assert!((objective(&points[4]) - optimum).abs() < 1e-6);
    assert_eq!(folder.text("frontier.csv").lines().count(), 6);
    assert!(points.iter().all(|point| point["status"] == "optimal" && point["evidence"] == "certified"));
    folder.ends(0, "frontier line.csv --beta 0.1 --max-width 2 --output frontier.svg");
    assert!(folder.text("frontier.svg").starts_with("<svg"));
    folder.refuses("frontier line.csv --beta 0.1 --max-width 2 --output none/frontier.svg", &["none/frontier.svg"]);
    // Once an overflow, and before that a list of 2^64 points.
    for width in ["18446744073709551615", "4294967295", "-1"] {
        folder.fails(&format!("frontier line.csv --beta 0.1 --max-width={width}"), &["--max-width"]);
    }
}
