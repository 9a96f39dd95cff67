//! `cross-check`: the convex programme and the problem that it equals.

use serde_json::Value;

use crate::support::{Folder, LINE, number};

/// The convex programme equals the problem that it replaces, by four methods.
#[test]
fn cross_check_compares_four_roads() {
    let folder = Folder::with("line.csv", LINE);
    let result = folder.ends(0, "cross-check line.csv --beta-rel 0.5 --json").json();
    assert_eq!((&result["agree"], &result["evidence"]), (&Value::from(true), &Value::from("numerical")));
    let objectives: Vec<f64> =
        result["results"].as_array().unwrap().iter().map(|entry| entry["objective"].as_f64().unwrap()).collect();
    assert_eq!(objectives.len(), 4);
    assert!(objectives.iter().all(|objective| (objective - objectives[0]).abs() < 1e-6));
    let table = folder.ends(0, "cross-check line.csv --beta 0.8 --loss huber").stdout;
    assert_eq!(table.lines().count(), 5);
    folder.fails("cross-check line.csv --beta 0.3 --loss hinge", &["target 2", "hinge", "-1 and +1"]);
    folder.fails("cross-check line.csv --beta -1", &["beta"]);
    let early = folder.ends(3, "cross-check line.csv --beta 0.3 --memory-limit 1").stdout;
    assert!(early.contains("memory limit") && early.contains("patterns were listed"), "{early:?}");
    for command in ["train line.csv --beta 0.3 --width 2", "frontier line.csv --beta 0.3 --max-width 2"] {
        let early = folder.ends(3, &format!("{command} --memory-limit 1 --json")).json();
        let point = early["frontier"].get(2).unwrap_or(&early);
        let bound = point["lower_bound"].as_f64().or(point["bound"].as_f64()).unwrap();
        assert!(point["status"] == "limit" && bound > 0.0 && bound <= number(point, "objective"), "{early}");
    }
}
