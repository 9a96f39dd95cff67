//! Files as other programs write them: read as they are meant, or refused with a remedy that works.

use crate::support::{Folder, Run, npy, number};

const IRIS: &str = "5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n7.0,3.2,Iris-versicolor\n6.4,3.2,Iris-versicolor\n";
const HEART: &str = "+1 1:0.7 2:1\n-1 1:0.5 2:-1\n+1 1:0.1\n-1 2:0.25\n";

/// n and d of the data that `train` with these arguments reads, and its result.
#[track_caller]
fn reads(folder: &Folder, line: &str, shape: (u64, u64)) -> Run {
    let run = folder.ends(0, &format!("train {line} --beta 0.1 --json"));
    let value = run.json();
    assert_eq!((value["n"].as_u64(), value["d"].as_u64()), (Some(shape.0), Some(shape.1)), "{run:?}");
    run
}

/// Every command that reads a table refuses it in the same words.
#[track_caller]
fn refused(folder: &Folder, line: &str, named: &[&str]) {
    for command in
        ["train --beta 0.1", "patterns", "path", "shatter", "cross-check --beta 0.1", "frontier --beta 1 --max-width 1"]
    {
        folder.refuses(&format!("{command} {line}"), named);
    }
}

/// The first row was lost, and the features were called 5.1 and 3.5.
#[test]
fn a_missing_header_is_noticed_and_can_be_declared() {
    let folder = Folder::with("d.csv", IRIS);
    refused(&folder, "d.csv --classify", &["d.csv", "header", "(5.1,3.5,Iris-setosa)", "--no-header", "--header"]);
    let run = reads(&folder, "d.csv --classify --no-header --model m.json --certificate c.json", (4, 3));
    assert_eq!(run.json()["positive_class"], "Iris-versicolor");
    assert_eq!(folder.value("m.json")["features"], serde_json::json!(["x0", "x1"]));
    folder.verified("d.csv", "c.json");
    folder.refuses("predict m.json d.csv", &["d.csv", "--no-header"]);
    assert_eq!(folder.ends(0, "predict m.json d.csv --no-header").stdout.lines().count(), 5);
    // Its names are numbers, but they are names.
    reads(&folder, "d.csv --classify --header", (3, 3));
}

/// The remedy for a missing header made the names data.
#[test]
fn names_that_are_numbers_can_be_declared() {
    let folder = Folder::with("d.csv", "0,1,2\n0.5,1.5,1\n2.5,0.5,-1\n1.5,1.5,1\n");
    refused(&folder, "d.csv", &["d.csv", "header", "--header", "--no-header"]);
    reads(&folder, "d.csv --header --model m.json --certificate c.json", (3, 3));
    reads(&folder, "d.csv --no-header", (4, 3));
    folder.verified("d.csv", "c.json");
    folder.refuses("predict m.json d.csv", &["--header"]);
    assert_eq!(folder.ends(0, "predict m.json d.csv --header").stdout.lines().count(), 4);
    folder.refuses("train d.csv --beta 1 --header --features 3", &["\"3\"", "\"0\", \"1\", \"2\""]);
    let both = folder.ends(2, "train d.csv --beta 1 --header --no-header");
    assert!(both.stderr.contains("--no-header"), "{both:?}");
    // Selected by index, all features are called by numbers, though most names are words.
    folder.write("wide.csv", "3,red,small,round,yes\n4,blue,large,flat,no\n5,red,large,flat,yes\n");
    refused(&folder, "wide.csv --classify --features 0", &["wide.csv", "header", "--no-header"]);
    reads(&folder, "wide.csv --classify --features 0 --no-header", (3, 2));
}

/// The classes were called "no" and "yes" with quotes, and a comma within the quotes broke the row.
#[test]
fn blanks_before_quotes_do_not_count() {
    let folder = Folder::with("d.csv", "x, y\n1, \"yes\"\n2, \"no\"\n3, \"yes\"\n");
    let result = reads(&folder, "d.csv --classify", (3, 2)).json();
    assert_eq!((&result["negative_class"], &result["positive_class"]), (&"no".into(), &"yes".into()));
    folder.write("comma.csv", "x, y\n1, \"x, z\" \n2,\t\"no\"\n");
    assert_eq!(reads(&folder, "comma.csv --classify", (2, 2)).json()["positive_class"], "x, z");
}

/// It was refused as too large because of a feature that was not selected.
#[test]
fn limits_are_about_what_is_selected() {
    let folder = Folder::with("d.svm", "1 1:1 2000000:3\n-1 1:2\n");
    refused(&folder, "d.svm", &["d.svm", "2 x 2000000", "--features"]);
    reads(&folder, "d.svm --features 1 --model m.json --certificate c.json", (2, 2));
    folder.verified("d.svm", "c.json");
    folder.ends(0, "predict m.json d.svm");
    reads(&folder, "d.svm --features 2000000,f1", (2, 3));
    refused(&folder, "d.svm --features 2000001", &["\"2000001\"", "\"f2000000\""]);
}

/// Another row was blamed, for its length.
#[test]
fn an_open_quote_is_where_it_opens() {
    let folder = Folder::with("d.csv", "x,y\n1,2\n\"2,3\n4,5\n");
    refused(&folder, "d.csv", &["d.csv, row 2 (line 3)", "quote", "close it, or remove it"]);
    folder.write("d.csv", "x,y\n1,2\n2,3\n4,5\n");
    reads(&folder, "d.csv", (3, 2));
    folder.write("late.csv", "x,y\n1,2\n3,\"4\n5,6\n7,\"8\"\n");
    refused(&folder, "late.csv", &["late.csv, row 2 (line 3)", "quote"]);
}

/// The numbers of the rows became a feature, without a word.
#[test]
fn a_column_of_row_numbers_is_named() {
    let folder = Folder::with("d.csv", ",a,y\n0,1,3\n1,1,-3\n2,2,1\n3,0,2\n");
    let warning = |run: &Run| run.stderr.lines().find(|line| line.starts_with("warning: ")).map(str::to_owned);
    for line in ["d.csv", "d.csv --quiet"] {
        let warned = warning(&reads(&folder, line, (4, 3))).unwrap();
        assert!(warned.contains("d.csv: the column without a name seems to number the rows"), "{warned}");
        assert!(warned.ends_with("--exclude 0"), "{warned}");
    }
    let run = reads(&folder, "d.csv --exclude 0 --model m.json --certificate c.json", (4, 2));
    assert_eq!(warning(&run), None);
    assert_eq!(folder.value("m.json")["features"], serde_json::json!(["a"]));
    folder.verified("d.csv", "c.json");
    assert_eq!(warning(&reads(&folder, "d.csv --features 0,a", (4, 3))), None, "asked for by name");
    folder.write("again.csv", "Unnamed: 0,0,y\n5,1,3\n9,1,-3\n");
    let warned = warning(&reads(&folder, "again.csv", (2, 3))).unwrap();
    assert!(warned.ends_with("--exclude 'Unnamed: 0' --header"), "{warned}");
    let mut command = folder.command("train again.csv --beta 0.1 --json --header --exclude");
    let run = Run::of("--exclude", command.arg("Unnamed: 0").output().unwrap());
    assert_eq!(run.json()["d"], 2);
    // The kernel matrices of LIBSVM number their rows as feature 0.
    folder.write("kernel.svm", "1 0:1 1:4 2:2\n-1 0:2 1:2 2:5\n");
    let warned = warning(&reads(&folder, "kernel.svm", (2, 4))).unwrap();
    assert!(warned.ends_with("--exclude f0"), "{warned}");
    reads(&folder, "kernel.svm --exclude f0", (2, 3));
}

/// It said that the line should be sorted, which it was.
#[test]
fn a_repeated_index_is_named() {
    let folder = Folder::with("d.svm", "1 1:2 1:3\n-1 1:1\n");
    refused(&folder, "d.svm", &["d.svm, row 1 (line 1)", "index 1 stands twice", "keep one"]);
    folder.write("d.svm", "1 1:2\n-1 1:1\n");
    reads(&folder, "d.svm", (2, 2));
}

/// It "held no rows of data".
#[test]
fn carriage_returns_end_lines() {
    let folder = Folder::with("d.csv", "x,y\r1,2\r3,4\r5,1\r");
    reads(&folder, "d.csv", (3, 2));
    folder.write("d.svm", "1 1:2\r-1 1:1\r");
    reads(&folder, "d.svm", (2, 2));
}

/// It was taken for a label of another kind, or a third class.
#[test]
fn missing_labels_are_missing() {
    let folder = Folder::with("d.csv", "x,y\n1,-1\n2,NA\n3,1\n4,1\n");
    for line in ["d.csv --classify", "d.csv"] {
        refused(&folder, line, &["d.csv, row 2 (line 3), column \"y\"", "\"NA\"", "missing", "drop the row"]);
    }
    folder.write("text.csv", "x,y\n1,a\n2,b\n3,nan\n");
    refused(&folder, "text.csv --classify", &["row 3 (line 4)", "\"nan\"", "missing"]);
    folder.write("x.csv", "x,y\n1,a\n?,b\n");
    refused(&folder, "x.csv --classify", &["row 2 (line 3), column \"x\"", "\"?\"", "missing"]);
    folder.write("d.csv", "x,y\n1,-1\n3,1\n4,1\n");
    reads(&folder, "d.csv --classify", (3, 2));
    // In credit approval these are the classes.
    folder.write("credit.csv", "x,y\n1,-\n3,+\n");
    assert_eq!(reads(&folder, "credit.csv --classify", (2, 2)).json()["positive_class"], "-");
}

/// "Columns are separated by commas", it said.
#[test]
fn libsvm_text_of_any_name_is_recognised() {
    let folder = Folder::new();
    for name in ["heart", "heart.txt", "heart.csv", "heart.tr"] {
        folder.write(name, HEART);
        refused(&folder, &format!("{name} --classify"), &[name, "LIBSVM", "--format libsvm"]);
        let line = format!("{name} --classify --format libsvm --model m.json --certificate c.json");
        assert_eq!(reads(&folder, &line, (4, 3)).json()["positive_class"], "+1");
        folder.verified(name, "c.json");
        folder.refuses(&format!("predict m.json {name}"), &["--format libsvm"]);
        folder.ends(0, &format!("predict m.json {name} --format libsvm"));
    }
    folder.write("table.svm", "x,y\n1,2\n3,4\n");
    refused(&folder, "table.svm", &["table.svm", "CSV", "--format csv"]);
    reads(&folder, "table.svm --format csv", (2, 2));
}

/// What Excel writes where numbers have a decimal comma, and in other exports.
#[test]
fn other_delimiters_are_named_and_declared() {
    let folder = Folder::with("semicolon.csv", "\u{feff}a;b;y\r\n1.5;2;3\r\n4;5.5;6\r\n");
    folder.write("tab.txt", "a\tb\ty\n1.5\t2\t3\n4\t5.5\t6\n");
    folder.write("blank.txt", "a b y\n1.5 2  3\n 4 5.5 6\n");
    folder.write("pipe.csv", "a|b|y\n1.5|2|3\n4|5.5|6\n");
    for (name, option) in [("semicolon.csv", "';'"), ("tab.txt", "tab"), ("blank.txt", "space"), ("pipe.csv", "'|'")] {
        refused(&folder, name, &[name, &format!("--delimiter {option}")]);
        let option = option.trim_matches('\'');
        let line = format!("{name} --delimiter {option} --model m.json --certificate c.json");
        reads(&folder, &line, (2, 3));
        assert_eq!(folder.value("m.json")["features"], serde_json::json!(["a", "b"]));
        folder.verified(name, "c.json");
        folder.ends(0, &format!("predict m.json {name} --delimiter {option}"));
    }
    folder.write("named.csv", "sep=;\r\na;y\r\n1.5;2\r\n4;5.5\r\n");
    reads(&folder, "named.csv", (2, 2));
    refused(&folder, "named.csv --delimiter ,", &["named.csv, line 1", "separated by ;", "leave it out"]);
    folder.write("d.tsv", "a\ty\n1\t2\n3\t4\n");
    reads(&folder, "d.tsv", (2, 2));
    folder.write("comma.csv", "a;y\n1,5;2\n4;5,5\n");
    refused(&folder, "comma.csv --delimiter ;", &["row 1 (line 2), column \"a\"", "\"1,5\"", "decimal point"]);
    let wrong = folder.ends(2, "train d.tsv --beta 1 --delimiter ab");
    assert!(wrong.stderr.contains("--delimiter") && wrong.stderr.contains("one character"), "{wrong:?}");
    folder.write("d.svm", HEART);
    refused(&folder, "d.svm --delimiter ;", &["d.svm", "delimiter", "leave that option out"]);
    refused(&folder, "d.svm --no-header", &["d.svm", "header", "leave that option out"]);
}

/// A decimal comma in a file without a header hides both the delimiter and the missing header.
#[test]
fn every_remedy_leads_on() {
    let folder = Folder::with("d.csv", "5,1;3,5;a\n4,9;3,0;a\n7,0;3,2;b\n");
    refused(&folder, "d.csv --classify", &["--delimiter ';'"]);
    refused(&folder, "d.csv --classify --delimiter ;", &["\"4,9\"", "decimal point"]);
    folder.write("d.csv", "5.1;3.5;a\n4.9;3.0;a\n7.0;3.2;b\n");
    refused(&folder, "d.csv --classify --delimiter ;", &["--no-header"]);
    reads(&folder, "d.csv --classify --delimiter ; --no-header", (3, 3));
    folder.write("d.txt", "1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n");
    refused(&folder, "d.txt", &["--delimiter space"]);
    refused(&folder, "d.txt --delimiter space", &["--no-header"]);
    reads(&folder, "d.txt --delimiter space --no-header", (2, 2));
}

#[test]
fn other_files_are_named_for_what_they_are() {
    let folder = Folder::new();
    let array = npy(&[&[1.0, 2.0], &[3.0, 4.0]]);
    for (name, bytes, named) in [
        ("d.csv.gz", &b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], ["gzip", "unpack"]),
        ("d.npz", b"PK\x03\x04\x14\0\0\0\0\0x.npy", [".npz", "numpy.save"]),
        ("d.npy", b"PK\x03\x04\x14\0\0\0\0\0x.npy", [".npz", "numpy.save"]),
        ("d.xlsx", b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", ["spreadsheet", "save its sheet as CSV"]),
        ("d.parquet", b"PAR1\x15\x04", ["Parquet", "CSV"]),
        ("d.arff", b"@Relation iris\n", ["ARFF", "CSV"]),
        ("d.json", b"[\n  {\"x\": 1, \"y\": 2}\n]\n", ["JSON", "CSV"]),
        ("page.csv", b"<!doctype html>\n<html>\n", ["web page", "the table itself"]),
        ("d.csv", b"\xff\xfea\0,\0y\0\n\0", ["UTF-16", "UTF-8"]),
        ("array", &array, ["NumPy", "--format npy"]),
    ] {
        folder.write(name, bytes);
        refused(&folder, name, &[name, named[0], named[1]]);
    }
    reads(&folder, "array --format npy", (2, 2));
}

/// NumPy under Python 2.
#[test]
fn shapes_of_long_integers_are_read() {
    let text = String::from_utf8_lossy(&npy(&[&[0.0]])).len();
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 2L), }\n";
    assert!(text > header.len());
    let data = [1.0f64, 2.0, 3.0, 4.0, 5.0, 1.0].map(f64::to_le_bytes).concat();
    let start = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..]].concat();
    let folder = Folder::with("d.npy", [&start[..], header.as_bytes(), &data].concat());
    reads(&folder, "d.npy", (3, 2));
}

/// scikit-learn's `dump_svmlight_file` counts from 0 by default, and writes comments before the data.
#[test]
fn files_of_scikit_learn_are_read() {
    let dump = "# Generated by dump_svmlight_file from scikit-learn 1.4.0\n# Column indices are zero-based\n#\n1 0:0.5 1:2\n-1 1:1\n";
    let folder = Folder::with("zero.svm", dump);
    reads(&folder, "zero.svm --model m.json", (2, 3));
    assert_eq!(folder.value("m.json")["features"], serde_json::json!(["f0", "f1"]));
    folder.write("new.svm", "0 1:3\n");
    assert_eq!(folder.ends(0, "predict m.json new.svm").stdout.lines().count(), 2);
    folder.write("query.svm", "1 qid:1 1:2\n-1 qid:1 1:3\n");
    refused(&folder, "query.svm", &["query.svm, row 1 (line 1)", "\"qid:1\"", "remove them"]);
    folder.write("multi.svm", "0,2 1:2\n1 1:3\n");
    refused(&folder, "multi.svm", &["multi.svm, row 1 (line 1)", "\"0,2\"", "more than one label"]);
}

/// `write.table` of R names no column of row names.
#[test]
fn row_names_of_r_are_explained() {
    let folder = Folder::with("d.csv", "\"a\",\"y\"\n\"1\",0.5,2\n\"2\",1.5,3\n");
    refused(&folder, "d.csv", &["row 1 (line 2)", "3 cells", "2 columns", "row.names = FALSE"]);
    folder.write("end.csv", "a,y\n0.5,2,\n1.5,3,\n");
    refused(&folder, "end.csv", &["row 1 (line 2)", "3 cells", "2 columns", "ends with a delimiter"]);
    folder.write("index.csv", ",a,y\n2020-01-01,0.5,2\n2020-01-02,1.5,3\n");
    refused(&folder, "index.csv", &["row 1 (line 2)", "index 0", "\"2020-01-01\"", "--exclude"]);
    reads(&folder, "index.csv --exclude 0", (2, 2));
}

/// `savetxt` of NumPy writes "# " before a header and blanks between cells, unless it is told otherwise.
#[test]
fn comment_signs_of_numpy_are_explained() {
    let folder = Folder::with("comma.csv", "# a,y\n1.0e+00,2.0e+00\n3.0e+00,1.0e+00\n");
    let run = reads(&folder, "comma.csv", (2, 2));
    assert!(run.stderr.contains("warning: comma.csv: the first column is called \"# a\""), "{run:?}");
    folder.write("blank.txt", "# a b y\n1.0e+00 2.0e+00 5\n3.0e+00 1.0e+00 6\n");
    refused(&folder, "blank.txt", &["--delimiter space"]);
    refused(&folder, "blank.txt --delimiter space", &["begins with #", "remove it or its #"]);
    folder.write("blank.txt", "a b y\n1.0e+00 2.0e+00 5\n3.0e+00 1.0e+00 6\n");
    reads(&folder, "blank.txt --delimiter space", (2, 3));
    folder.write("made.csv", "# made by hand\na,y\n1,2\n3,4\n");
    refused(&folder, "made.csv", &["made.csv, line 1", "comment", "remove it"]);
}

/// The path of the targets stands in the certificate, and nothing could be said when it had changed.
#[test]
fn targets_that_moved_are_given_anew() {
    let folder = Folder::with("x.npy", npy(&[&[0.0], &[1.0], &[2.0]]));
    folder.write("y.npy", npy(&[&[1.0], &[-1.0], &[2.0]]));
    folder.ends(0, "train x.npy --target y.npy --beta 0.1 --certificate c.json");
    folder.ends(0, "patterns x.npy --target y.npy --prove p.json");
    std::fs::create_dir(folder.path().join("new")).unwrap();
    std::fs::rename(folder.path().join("y.npy"), folder.path().join("new/t.npy")).unwrap();
    for certificate in ["c.json", "p.json"] {
        folder.refuses(&format!("verify x.npy {certificate}"), &["y.npy", "--target"]);
        let verdict = folder.ends(0, &format!("verify x.npy {certificate} --target new/t.npy --json")).json();
        assert_eq!(verdict["verdict"], "verified");
    }
    // Another target is another problem.
    folder.write("other.npy", npy(&[&[1.0], &[-1.0], &[3.0]]));
    folder.ends(1, "verify x.npy c.json --target other.npy");
    // Nor has a table to keep its name.
    folder.write("d.svm", HEART);
    folder.ends(0, "train d.svm --beta 0.1 --certificate s.json");
    std::fs::rename(folder.path().join("d.svm"), folder.path().join("d")).unwrap();
    folder.refuses("verify d s.json", &["--format libsvm"]);
    folder.ends(0, "verify d s.json --format libsvm");
}

#[test]
fn swapped_arguments_are_wrong_usage() {
    let folder = Folder::with("d.csv", "x,y\n0,1\n1,-1\n2,2\n");
    folder.ends(0, "train d.csv --beta 0.1 --certificate c.json --model m.json");
    folder.ends(0, "patterns d.csv --prove p.json");
    folder.write("x.npy", npy(&[&[0.0, 1.0]]));
    for certificate in ["c.json", "p.json"] {
        for data in ["d.csv", "x.npy"] {
            let remedy = format!("heaviside verify {data} {certificate}");
            folder.refuses(&format!("verify {certificate} {data}"), &["swapped", &remedy]);
        }
        folder.ends(0, &format!("verify d.csv {certificate}"));
    }
    folder.refuses("predict d.csv m.json", &["swapped", "heaviside predict m.json d.csv"]);
}

#[test]
fn data_in_another_order_are_recognised() {
    let folder = Folder::with("d.csv", "a,b,y\n0,5,1\n1,3,-1\n2,4,2\n");
    folder.ends(0, "train d.csv --beta 0.1 --certificate c.json");
    folder.ends(0, "patterns d.csv --prove p.json");
    for (text, said) in [
        ("a,b,y\n1,3,-1\n0,5,1\n2,4,2\n", Some("the rows are the same in another order")),
        ("b,a,y\n5,0,1\n3,1,-1\n4,2,2\n", Some("the columns are the same in another order")),
        ("a,b,y\n1,3,-1\n0,5,1\n2,4,3\n", None),
        ("a,b,y\n0,5,1\n1,3,2\n2,4,-1\n", None),
    ] {
        folder.write("new.csv", text);
        for certificate in ["c.json", "p.json"] {
            let verdict = folder.ends(1, &format!("verify new.csv {certificate} --json")).json();
            let reason = verdict["reason"].as_str().unwrap();
            assert!(reason.contains("digest"), "{reason}");
            assert_eq!(reason.contains("in another order"), said.is_some(), "{reason}");
            assert!(said.is_none_or(|said| reason.contains(said)), "{reason}");
        }
    }
}

/// Which class is +1 was to be guessed.
#[test]
fn the_positive_class_is_named() {
    let folder = Folder::with("d.csv", "x,y\n0,yes\n1,no\n2,yes\n");
    for line in [
        "train d.csv --beta 0.1 --model m.json --certificate c.json",
        "train d.csv --beta 0.1 --layers 3 --representation 3 --model deep.json",
        "train d.csv --beta 0.1 --width 1",
        "train d.csv --interpolate",
        "path d.csv --steps 3",
        "frontier d.csv --beta 0.1 --max-width 1",
        "cross-check d.csv --beta 0.1",
    ] {
        let result = folder.ends(0, &format!("{line} --classify --json")).json();
        assert_eq!((&result["negative_class"], &result["positive_class"]), (&"no".into(), &"yes".into()), "{line}");
        let log = folder.ends(0, &format!("{line} --classify")).stderr;
        assert!(log.contains("the class \"yes\" is +1, the class \"no\" is -1"), "{line}: {log}");
    }
    let [two_layers, deep] = ["m.json", "deep.json"].map(|model| folder.value(model));
    for (model, classes) in [("m.json", &two_layers["classes"]), ("deep.json", &deep["inputs"]["classes"])] {
        assert_eq!(*classes, serde_json::json!({ "negative": "no", "positive": "yes" }));
        folder.ends(0, &format!("predict {model} d.csv"));
    }
    assert_eq!(folder.verified("d.csv", "c.json")["positive_class"], "yes");
    let older = folder.text("m.json").replace("\"negative\": ", "").replace("\"positive\": ", "");
    let (start, rest) = older.split_once("\"classes\": {").unwrap();
    folder.write("older.json", format!("{start}\"classes\": [{}", rest.replacen('}', "]", 1)));
    assert_eq!(folder.ends(0, "predict older.json d.csv").stdout, folder.ends(0, "predict m.json d.csv").stdout);
    let result = folder.ends(0, "train d.csv --beta 0.1 --classify --json").json();
    assert!(number(&result, "train_accuracy") > 0.0);
}
