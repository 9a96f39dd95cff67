//! `train`: two layers, every loss, method and choice of weights.

use crate::support::{COMPLETE, Folder, LINE, TITANIC, number, predictions};

const TRAIN: &str = "train t.csv --classify --beta 1 --json --model m.json --certificate c.json";

#[test]
fn titanic_is_trained_to_optimality_and_verified() {
    let folder = Folder::with("t.csv", TITANIC);
    let result = folder.ends(0, TRAIN).json();
    assert_eq!((&result["status"], &result["method"]), (&"optimal".into(), &"exact".into()));
    assert_eq!((&result["patterns"], &result["patterns_complete"]), (&442.into(), &true.into()));
    assert_eq!((&result["n"], &result["d"], &result["rank"]), (&2201.into(), &4.into(), &4.into()));
    assert!(number(&result, "relative_gap") <= 1e-9, "{result}");
    let verdict = folder.verified("t.csv", "c.json");
    for name in ["objective", "lower_bound", "gap", "relative_gap"] {
        assert_eq!(result[name], verdict[name], "{name}");
    }
    assert_eq!(folder.names().len(), 3, "temporary files are left");
}

#[test]
fn predictions_have_the_accuracy_and_the_objective_that_were_stated() {
    let folder = Folder::with("t.csv", TITANIC);
    let result = folder.ends(0, TRAIN).json();
    let printed = folder.ends(0, "predict m.json t.csv");
    assert!(printed.stdout.starts_with("prediction,class\n") && printed.stderr.is_empty());
    folder.ends(0, "predict m.json t.csv --output p.csv");
    assert_eq!(folder.text("p.csv"), printed.stdout);

    let labels: Vec<&str> = TITANIC.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    let predicted = predictions(&printed.stdout);
    assert_eq!(predicted.len(), labels.len());
    let right = predicted.iter().zip(&labels).filter(|((_, class), label)| *class == Some(**label)).count();
    assert_eq!(right as f64 / labels.len() as f64, number(&result, "train_accuracy"));

    let model = folder.value("m.json");
    let neurons = model["neurons"].as_array().unwrap();
    assert_eq!(result["neurons"], neurons.len());
    let penalty: f64 = neurons.iter().map(|neuron| number(neuron, "output").abs()).sum();
    let square = |((output, _), label): (&(f64, _), &&str)| (output - label.parse::<f64>().unwrap()).powi(2);
    let loss: f64 = predicted.iter().zip(&labels).map(square).sum();
    let objective = number(&result, "objective");
    assert!((0.5 * loss + penalty - objective).abs() <= 1e-9 * objective);
}

#[test]
fn every_choice_of_weights_has_the_same_objective_and_verifies() {
    let folder = Folder::with("t.csv", TITANIC);
    let objectives = ["witness", "pinv", "svm", "svm --standardize", "pinv --standardize", "witness --standardize"]
        .map(|choice| {
            let result = folder.ends(0, &format!("{TRAIN} --weights {choice}")).json();
            assert_eq!(result["status"], "optimal", "{choice}");
            folder.verified("t.csv", "c.json");
            let predicted = folder.ends(0, "predict m.json t.csv").stdout;
            (number(&result, "objective"), predicted)
        });
    assert!(objectives.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn every_loss_is_trained_to_optimality_and_verified() {
    let folder = Folder::with("t.csv", TITANIC);
    for (arguments, delta) in [
        ("--loss squared", None),
        ("--loss absolute", None),
        ("--loss huber", Some(1.0)),
        ("--loss huber --huber-delta 0.5", Some(0.5)),
        ("--loss hinge", None),
        ("--loss squared-hinge", None),
        ("--loss logistic", None),
    ] {
        let result = folder.ends(0, &format!("{TRAIN} {arguments}")).json();
        assert_eq!(result["status"], "optimal", "{arguments}");
        let verdict = folder.verified("t.csv", "c.json");
        for name in ["objective", "lower_bound", "gap", "relative_gap", "loss", "beta"] {
            assert_eq!(result[name], verdict[name], "{name} with {arguments}");
        }
        assert_eq!(Some(result["loss"].as_str().unwrap()), arguments.split(' ').nth(1));
        for value in [&result, &verdict] {
            assert_eq!(value.get("huber_delta").map(|value| value.as_f64().unwrap()), delta);
        }
    }
}

#[test]
fn a_relative_beta_is_a_fraction_of_the_largest_correlation() {
    let folder = Folder::with("t.csv", TITANIC);
    folder.ends(0, "patterns t.csv --quiet --output p.txt");
    let signs: Vec<i64> = TITANIC.lines().skip(1).map(|line| if line.ends_with(",-1") { -1 } else { 1 }).collect();
    let correlation = |pattern: &str| -> i64 {
        pattern.bytes().zip(&signs).filter(|(bit, _)| *bit == b'1').map(|(_, sign)| sign).sum()
    };
    let largest = folder.text("p.txt").lines().map(|pattern| correlation(pattern).abs()).max().unwrap();
    let at =
        |fraction: &str| folder.ends(0, &format!("train t.csv --classify --beta-rel {fraction} --json --quiet")).json();
    let half = at("0.5");
    assert_eq!(number(&half, "beta"), 0.5 * largest as f64);
    assert!(half["neurons"].as_u64() > Some(0));
    for beyond in ["1", "2.5"] {
        let zero = at(beyond);
        assert_eq!((&zero["neurons"], &zero["status"]), (&0.into(), &"optimal".into()), "{beyond}");
    }
}

#[test]
fn sampling_gives_valid_bounds() {
    let folder = Folder::with("t.csv", TITANIC);
    let result = folder.ends(0, &format!("{TRAIN} --method sample --samples 50 --seed 7")).json();
    assert_eq!((&result["method"], &result["patterns_complete"]), (&"sample".into(), &false.into()));
    assert!(result["patterns"].as_u64() <= Some(50));
    let optimum = number(&folder.ends(0, "train t.csv --classify --beta 1 --json").json(), "objective");
    assert!(number(&result, "lower_bound") <= optimum && number(&result, "objective") >= optimum);
    folder.verified("t.csv", "c.json");
}

#[test]
fn the_method_complete_is_for_independent_rows() {
    let folder = Folder::with("line.csv", LINE);
    folder.write("complete.csv", COMPLETE);
    folder.write("zero.csv", "a,y\n0,1\n1,-1\n");
    let advice = ["4 distinct", "rank 2", "`exact`", "`auto`"];
    folder.refuses("train line.csv --beta 1 --method complete --quiet --model m.json", &advice);
    folder.refuses("patterns line.csv --method complete --output p.txt", &advice);
    folder.refuses("train zero.csv --beta 1 --method complete --no-bias --quiet", &["zero row"]);
    let mut objectives = Vec::new();
    for method in ["complete", "auto", "exact"] {
        let line = format!("train complete.csv --beta 0.3 --method {method} --json --certificate c.json");
        let result = folder.ends(0, &line).json();
        assert_eq!((&result["status"], &result["patterns_complete"]), (&"optimal".into(), &true.into()));
        objectives.push(number(&result, "objective"));
        folder.verified("complete.csv", "c.json");
    }
    assert!(objectives.iter().all(|value| (value - objectives[0]).abs() < 1e-9), "{objectives:?}");
    let all = folder.ends(0, "patterns complete.csv --method complete --json --output p.txt").json();
    assert_eq!(all["patterns"], 8);
    assert_eq!(folder.text("p.txt"), "000\n001\n010\n011\n100\n101\n110\n111\n");
}

#[test]
fn small_tables_of_every_shape_are_optimal() {
    for (name, table, arguments) in [
        ("one row", "a,y\n3,2\n", ""),
        ("one row without bias", "a,y\n3,2\n", "--no-bias"),
        ("constant feature", "a,b,y\n7,0,1\n7,1,-1\n7,2,1\n", "--standardize"),
        ("constant target", "a,y\n0,5\n1,5\n2,5\n", ""),
        ("zero features", "a,y\n0,1\n0,2\n", ""),
        ("zero features without bias", "a,y\n0,1\n0,2\n", "--no-bias"),
        ("opposite rows", "a,b,y\n1,2,1\n-1,-2,1\n2,1,-1\n-3,1,2\n", "--no-bias"),
        ("repeated rows", "a,y\n1,1\n1,2\n1,3\n2,0\n2,1\n0,0\n", ""),
        ("repeated columns", "a,b,c,y\n1,1,1,1\n2,2,2,-1\n3,3,3,1\n", "--weights pinv"),
        ("large features", "a,b,y\n1e300,2e300,1\n3e300,1e300,-1\n2e300,2e300,1\n4e300,1e299,0.5\n", ""),
        ("mixed targets", "a,y\n0,1e3\n1,-1e-3\n2,3\n3,-70\n", ""),
    ] {
        let folder = Folder::with("d.csv", table);
        for beta in ["1e-12", "0.1", "1e12"] {
            let line = format!("train d.csv --beta {beta} --json --model m.json --certificate c.json {arguments}");
            let result = folder.ends(0, line.trim_end()).json();
            assert_eq!(result["status"], "optimal", "{name}, beta {beta}: {result}");
            folder.verified("d.csv", "c.json");
            assert_eq!(predictions(&folder.ends(0, "predict m.json d.csv").stdout).len(), table.lines().count() - 1);
        }
    }
}

#[test]
fn results_do_not_depend_on_threads_or_repetition() {
    let folder = Folder::with("t.csv", TITANIC);
    for method in ["exact", "sample --samples 300"] {
        let mut files = Vec::new();
        for threads in [1, 2, 4, 4] {
            let line = format!("train t.csv --classify --beta 1 --method {method} --threads {threads} --quiet");
            folder.ends(0, &format!("{line} --model m.json --certificate c.json"));
            folder.ends(0, &format!("patterns t.csv --method {method} --threads {threads} --output p.txt --quiet"));
            files.push(["m.json", "c.json", "p.txt"].map(|name| folder.bytes(name)));
        }
        assert!(files.windows(2).all(|pair| pair[0] == pair[1]), "{method}");
    }
}
