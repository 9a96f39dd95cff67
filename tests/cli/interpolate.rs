//! `train --interpolate`: every target is fitted, or none can be.

use crate::support::{Folder, number, predictions};

/// The least norm of a network that fits every target, its model and its certificate; or two rows that none fits.
#[test]
fn interpolation_is_proven_either_way() {
    let folder = Folder::with("line.csv", "x,y\n-1,0\n0,2\n1,0\n");
    let files = "--model model.json --certificate proof.json";
    let result = folder.ends(0, &format!("train line.csv --interpolate {files} --json")).json();
    assert_eq!((&result["status"], number(&result, "norm"), number(&result, "gap")), (&"optimal".into(), 4.0, 0.0));
    assert_eq!((&result["neurons"], number(&result, "lower_bound")), (&2.into(), 4.0));
    let other = folder.ends(0, "train line.csv --interpolate --solver clarabel --json --quiet").json();
    assert_eq!((&other["status"], number(&other, "norm"), number(&other, "gap")), (&"optimal".into(), 4.0, 0.0));
    folder.fails("train line.csv --beta 1 --solver clarabel", &["--solver"]);
    let csv = folder.ends(0, "predict model.json line.csv").stdout;
    assert_eq!(predictions(&csv).iter().map(|(output, _)| *output).collect::<Vec<_>>(), [0.0, 2.0, 0.0]);
    let verdict = folder.ends(0, "verify line.csv proof.json --json").json();
    assert_eq!((&verdict["verdict"], &verdict["norm_exact"]), (&"verified".into(), &"4".into()));
    assert_eq!(verdict["lower_bound_exact"], "4");
    folder.write("other.csv", "x,y\n-1,0\n0,2\n1,1\n");
    let verdict = folder.ends(1, "verify other.csv proof.json --json").json();
    assert!(verdict["verdict"] == "rejected" && verdict["norm"].is_null(), "{verdict}");
    folder.write("broken.json", folder.text("proof.json").replace("\"norm\"", "\"nom\""));
    assert!(folder.ends(1, "verify line.csv broken.json").stdout.contains("malformed"));
    let verdict = folder.ends(1, "verify line.csv broken.json --json").json();
    assert_eq!((verdict.get("norm"), verdict.get("objective")), (Some(&serde_json::Value::Null), None));

    folder.write("twice.csv", "x,y\n-1,0\n0,2\n1,0\n0,1\n");
    let run = folder.ends(0, "train twice.csv --interpolate --certificate conflict.json --model none.json --json");
    let result = run.json();
    assert_eq!((&result["status"], &result["conflicting_rows"]), (&"infeasible".into(), &serde_json::json!([2, 4])));
    assert!(run.stderr.contains("rows 2 and 4 are equal") && run.stderr.contains("targets are 2 and 1"), "{run:?}");
    assert!(!folder.names().contains("none.json"));
    let verdict = folder.ends(0, "verify twice.csv conflict.json --json").json();
    assert_eq!((&verdict["verdict"], &verdict["conflicting_rows"]), (&"verified".into(), &serde_json::json!([2, 4])));

    for other in ["--beta 1", "--beta-rel 0.5", "--width 2", "--loss absolute", "--huber-delta 2", "--method exact"] {
        folder.fails(
            &format!("train line.csv --interpolate {other}"),
            &["--interpolate", &other[..other.find(' ').unwrap()]],
        );
    }
    let stopped = folder.ends(3, "train line.csv --interpolate --memory-limit 1 --json").json();
    assert_eq!(stopped["limit"], "memory limit");
    assert!(number(&stopped, "norm") >= 4.0 && number(&stopped, "lower_bound") <= 4.0);
}
