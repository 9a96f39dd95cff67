//! `predict`: columns, formats and classes.

use crate::support::{Folder, npy, predictions};

/// Trains and returns the predictions on the training data.
#[track_caller]
fn trained(folder: &Folder, data: &str, arguments: &str) -> String {
    let line = format!("train {data} --beta 0.1 --quiet --model m.json --certificate c.json {arguments}");
    folder.ends(0, line.trim_end());
    folder.verified(data, "c.json");
    folder.ends(0, &format!("predict m.json {data}")).stdout
}

#[test]
fn columns_are_found_by_name() {
    let folder = Folder::with("d.csv", "a,b,y\n0,1,1\n2,1,-1\n1,3,2\n");
    let expected = trained(&folder, "d.csv", "");
    folder.write("other.csv", "note,b,z,a\nfirst,1,,0\nsecond,1,,2\nthird,3,,1\n");
    assert_eq!(folder.ends(0, "predict m.json other.csv").stdout, expected);
    folder.write("one.csv", "a,b\n0,1\n");
    assert_eq!(folder.ends(0, "predict m.json one.csv").stdout.lines().last(), expected.lines().nth(1));
    folder.write("less.csv", "a,y\n0,1\n");
    folder.write("text.csv", "a,b\n0,1\n1,x\n");
    folder.write("none.csv", "a,b\n");
    folder.write("numbered.npy", npy(&[&[0.0, 1.0, 2.0]]));
    for (data, named) in [
        ("less.csv", &["less.csv", "\"b\""][..]),
        ("text.csv", &["text.csv", "row 2", "\"b\"", "\"x\""]),
        ("none.csv", &["none.csv", "no rows"]),
        ("numbered.npy", &["numbered.npy", "\"a\""]),
        ("missing.csv", &["missing.csv"]),
    ] {
        folder.refuses(&format!("predict m.json {data} --output p.csv"), named);
    }
    folder.refuses("predict missing.json d.csv", &["missing.json"]);
    folder.refuses("predict d.csv d.csv", &["d.csv", "not a model"]);
    folder.refuses("predict m.json d.csv --output no/p.csv", &["no/p.csv"]);
}

#[test]
fn every_format_is_trained_on_and_predicted() {
    let folder = Folder::with("d.npy", npy(&[&[0.0, 1.0, 1.0], &[2.0, 1.0, -1.0], &[1.0, 3.0, 2.0]]));
    folder.write("x.npy", npy(&[&[0.0, 1.0], &[2.0, 1.0], &[1.0, 3.0]]));
    folder.write("y.npy", npy(&[&[1.0], &[-1.0], &[2.0]]));
    folder.write("d.svm", "1 2:1\n-1 1:2 2:1\n2 1:1 2:3\n");
    folder.write("d.csv", "a,b,y\n0,1,1\n2,1,-1\n1,3,2\n");
    let expected = trained(&folder, "d.csv", "");
    for (data, arguments) in [("d.npy", ""), ("x.npy", "--target y.npy"), ("d.svm", ""), ("d.csv", "--target 2")] {
        assert_eq!(trained(&folder, data, arguments), expected, "{data} {arguments}");
    }
    trained(&folder, "d.svm", "--no-bias --features f2");
    folder.write("unlabelled.svm", "2:1\n1:2 2:1\n");
    assert_eq!(folder.ends(0, "predict m.json unlabelled.svm").stdout.lines().count(), 3);
}

#[test]
fn classes_keep_their_names() {
    let folder = Folder::with("words.csv", "a,y\n1,yes\n2,no\n3,yes\n");
    let words = trained(&folder, "words.csv", "--classify");
    assert!(words.starts_with("prediction,class\n"));
    assert_eq!(predictions(&words).iter().map(|row| row.1.unwrap()).collect::<Vec<_>>(), ["yes", "no", "yes"]);
    folder.write("odd.csv", "\"a,b\",\"y \"\"q\"\"\"\n1,\"x,\"\"1\"\"\"\n2,\"z,2\"\n3,\"z,2\"\n");
    let odd = trained(&folder, "odd.csv", "--classify --features 0");
    assert_eq!(
        predictions(&odd).iter().map(|row| row.1.unwrap()).collect::<Vec<_>>(),
        ["\"x,\"\"1\"\"\"", "\"z,2\"", "\"z,2\""]
    );
}

#[test]
fn the_bias_may_be_left_out() {
    let folder = Folder::with("d.csv", "a,b,y\n0,1,1\n2,1,-1\n1,3,2\n-1,-1,1\n");
    for arguments in ["--no-bias", "--no-bias --standardize", "--no-bias --weights pinv"] {
        trained(&folder, "d.csv", arguments);
        let model = folder.value("m.json");
        assert_eq!(model["bias"], false);
        assert!(
            model["neurons"].as_array().unwrap().iter().all(|neuron| neuron["hidden"].as_array().unwrap().len() == 2)
        );
    }
}
