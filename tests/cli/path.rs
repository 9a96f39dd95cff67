//! `path`: from beta_max downwards.

use crate::support::{Folder, LINE, number};

/// A table from beta_max down, in every format; each point is what training alone finds.
#[test]
fn the_path_starts_at_zero_neurons() {
    let folder = Folder::with("line.csv", LINE);
    let run = folder.ends(0, "path line.csv --steps 5 --ratio 0.01 --output path.csv --json --quiet");
    let result = run.json();
    let points = result["path"].as_array().unwrap();
    assert_eq!((points.len(), &points[0]["neurons"], run.stderr.as_str()), (5, &0.into(), ""));
    for point in points {
        let alone = format!("train line.csv --beta {} --json --quiet", point["beta"]);
        let alone = folder.ends(0, &alone).json();
        assert!((number(&alone, "objective") - number(point, "objective")).abs() < 1e-9);
        assert_eq!(point["status"], "optimal");
    }
    assert_eq!(number(&points[4], "beta"), 0.01 * number(&points[0], "beta"));
    let csv = folder.text("path.csv");
    assert!(csv.starts_with("beta,objective,lower_bound,relative_gap,neurons,status\n") && csv.lines().count() == 6);
    folder.write("two.csv", "x,y\n0,1\n1,-1\n2,1\n");
    let table = folder.ends(0, "path two.csv --classify --loss logistic --steps 3 --output path.svg").stdout;
    assert!(table.lines().count() == 4 && table.contains("train accuracy"), "{table}");
    assert!(folder.text("path.svg").starts_with("<svg"));
    folder.ends(0, "path two.csv --steps 2 --output path.json --quiet");
    assert_eq!(folder.value("path.json")["path"].as_array().map(Vec::len), Some(2));
    for (arguments, named) in [("--steps 1", "--steps"), ("--ratio 1", "--ratio"), ("--ratio nan", "--ratio")] {
        folder.fails(&format!("path line.csv {arguments}"), &[named]);
    }
    folder.refuses("path line.csv --output none/path.csv", &["none/path.csv"]);
    let stopped = folder.ends(3, "path line.csv --memory-limit 1 --json").json();
    assert!(stopped["path"].as_array().unwrap().len() <= 1);
}
