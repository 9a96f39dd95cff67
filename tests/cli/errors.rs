//! Bad input and wrong usage: exit code 2, one message that names the place, and no file is changed.

use std::fs;

use crate::support::{Folder, LINE, npy, points};

const FILES: &str = "--model m.json --certificate c.json";

/// The data, further arguments, and what the message must name.
const BAD_TABLES: &[(&str, &str, &[&str])] = &[
    ("", "", &["bad.csv", "empty"]),
    ("a,b,y\n", "", &["bad.csv", "no rows"]),
    ("1,2,3\n4,5,6\n", "", &["bad.csv", "header"]),
    ("a,b,y\n1,2,3\n1,2\n", "", &["bad.csv", "row 2", "2 cells", "3 columns"]),
    ("a,b,y\n1,2,3,4\n", "", &["bad.csv", "row 1", "4 cells"]),
    ("a,b,y\n1,2,3\n1,x,3\n", "", &["bad.csv", "row 2", "\"b\"", "\"x\""]),
    ("a,b,y\n1,,3\n", "", &["bad.csv", "row 1", "\"b\"", "empty"]),
    ("a,b,y\n1,2,3\n\n1,2,NaN\n", "", &["bad.csv", "row 2", "line 4", "\"y\"", "NaN"]),
    ("a,b,y\n1,2,3\n-inf,2,3\n", "", &["bad.csv", "row 2", "\"a\"", "-inf"]),
    ("a,b,y\n1,1e400,3\n", "", &["bad.csv", "row 1", "\"b\"", "1e400"]),
    ("a,b,y\n1,2,yes\n", "", &["bad.csv", "row 1", "\"y\"", "\"yes\"", "classification"]),
    ("y\n1\n", "", &["bad.csv", "no feature column"]),
    ("a,a,y\n1,2,3\n", "", &["bad.csv", "\"a\"", "more than one"]),
    ("a,b,y\n1,2,3\n", "--target z", &["bad.csv", "\"z\"", "\"a\", \"b\", \"y\""]),
    ("a,b,y\n1,2,3\n", "--features a,z", &["bad.csv", "\"z\""]),
    ("a,b,y\n1,2,3\n", "--features a,y", &["bad.csv", "\"y\"", "target"]),
    ("a,b,y\n1,2,3\n", "--features a,a", &["bad.csv", "\"a\"", "more than once"]),
    ("a,y\n1,0\n2,1\n3,2\n", "--classify", &["bad.csv", "row 3", "\"y\"", "\"2\"", "two classes"]),
    ("a,y\n1,yes\n2,yes\n", "--classify", &["bad.csv", "\"y\"", "\"yes\"", "two classes"]),
    ("a,y\n1,1\n2,yes\n", "--classify", &["bad.csv", "row 2", "\"y\"", "\"yes\""]),
];

#[test]
fn bad_tables_are_refused_with_the_place() {
    for (text, arguments, named) in BAD_TABLES {
        let folder = Folder::with("bad.csv", text);
        let line = format!("train bad.csv --beta 1 {FILES} --json {arguments}");
        folder.refuses(line.trim_end(), named);
        let line = format!("patterns bad.csv --output p.txt {arguments}");
        folder.refuses(line.trim_end(), named);
    }
}

#[test]
fn bad_files_are_refused_with_their_names() {
    let folder = Folder::with("bad.svm", "1 1:2 3:4\nfoo 2:1\n");
    folder.write("order.svm", "1 2:1 1:1\n");
    folder.write("bad.npy", b"\x93NUMPY");
    folder.write("nan.npy", npy(&[&[1.0, 2.0], &[f64::NAN, 1.0]]));
    folder.write("latin.csv", b"a,b,y\n1,\xe9,2\n");
    for (data, named) in [
        ("missing.csv", &["missing.csv", "No such file"][..]),
        (".", &["cannot read ."]),
        ("bad.svm", &["bad.svm", "row 2", "\"foo\""]),
        ("order.svm", &["order.svm", "row 1"]),
        ("bad.npy", &["bad.npy"]),
        ("nan.npy", &["nan.npy", "row 2", "\"x0\"", "NaN"]),
        ("latin.csv", &["latin.csv", "line 2", "UTF-8"]),
    ] {
        folder.refuses(&format!("train {data} --beta 1 {FILES}"), named);
        folder.refuses(&format!("patterns {data} --output p.npy"), named);
    }
}

#[test]
fn usage_errors_name_the_argument() {
    let folder = Folder::with("ok.csv", LINE);
    let long = "0".repeat(400);
    for (arguments, named) in [
        ("", "--beta"),
        ("--beta 1 --beta-rel 1", "--beta-rel"),
        ("--beta 0", "beta"),
        ("--beta -1", "beta = -1"),
        ("--beta nan", "beta = NaN"),
        ("--beta inf", "beta = inf"),
        (&format!("--beta 1{long}"), "beta = inf"),
        ("--beta abc", "--beta"),
        ("--beta-rel 0", "beta-rel = 0"),
        ("--beta-rel -0.5", "beta-rel = -0.5"),
        ("--beta 1 --method foo", "--method"),
        ("--beta 1 --weights foo", "--weights"),
        ("--beta 1 --loss foo", "--loss"),
        ("--beta 1 --loss huber --huber-delta 0", "huber-delta = 0"),
        ("--beta 1 --loss huber --huber-delta -1", "huber-delta = -1"),
        ("--beta 1 --loss huber --huber-delta nan", "huber-delta = NaN"),
        ("--beta 1 --huber-delta 1", "--loss huber"),
        ("--beta 1 --threads 0", "--threads"),
        ("--beta 1 --time-limit 0", "--time-limit"),
        ("--beta 1 --time-limit=-1", "--time-limit"),
        ("--beta 1 --time-limit -1", "-1"),
        ("--beta 1 --time-limit abc", "--time-limit"),
        ("--beta 1 --time-limit nan", "--time-limit"),
        ("--beta 1 --memory-limit 0", "--memory-limit"),
        ("--beta 1 --memory-limit 0.5", "--memory-limit"),
        ("--beta 1 --samples 0", "--samples"),
        ("--beta 1 --seed -1", "-1"),
        ("--beta 1 --unknown", "--unknown"),
    ] {
        folder.fails(format!("train ok.csv {FILES} {arguments}").trim_end(), &[named]);
    }
    for line in ["patterns ok.csv --samples 0", "patterns", "verify ok.csv", "predict ok.csv", "frobnicate"] {
        folder.fails(line, &[]);
    }
}

#[test]
fn losses_for_classes_name_the_row_and_the_remedy() {
    let folder = Folder::with("ok.csv", LINE);
    for loss in ["hinge", "squared-hinge", "logistic"] {
        let line = format!("train ok.csv --beta 1 --quiet {FILES} --loss {loss}");
        folder.refuses(&line, &[loss, "row 3", "target 2", "--classify"]);
    }
}

#[test]
fn outputs_that_cannot_be_written_are_refused_before_the_work() {
    let folder = Folder::with("ok.csv", points(150, 2));
    fs::create_dir(folder.path().join("sub")).unwrap();
    let train = "train ok.csv --beta 0.1 --method exact --json";
    for (line, named) in [
        (format!("{train} --model no/m.json"), "no/m.json"),
        (format!("{train} --model m.json --certificate no/c.json"), "no/c.json"),
        (format!("{train} --model ok.csv/m.json"), "ok.csv/m.json"),
        (format!("{train} --model m.json --certificate sub"), "sub"),
        (format!("{train} --model same --certificate same"), "the same file"),
        ("patterns ok.csv --output no/p.txt".into(), "no/p.txt"),
        ("patterns ok.csv --output sub".into(), "sub"),
    ] {
        let start = std::time::Instant::now();
        folder.refuses(&line, &[named]);
        assert!(start.elapsed().as_secs_f64() < 2.0, "{line} was refused too late");
    }
}

/// Each lost a certificate, a model or the data: the file that was written last replaced the other one.
#[cfg(unix)]
#[test]
fn no_output_replaces_another_file_of_the_run() {
    let folder = Folder::with("d.csv", LINE);
    folder.ends(0, "train d.csv --beta 0.5 --quiet --model m.json --certificate c.json");
    folder.ends(0, "patterns d.csv --quiet --prove p.json");
    folder.write("x.npy", npy(&[&[0.0], &[1.0]]));
    folder.write("y.npy", npy(&[&[1.0], &[2.0]]));
    fs::create_dir(folder.path().join("proofs")).unwrap();
    folder.write("proofs/5.json", LINE);
    std::os::unix::fs::symlink("d.csv", folder.path().join("link")).unwrap();
    for (line, named) in [
        ("path proofs/5.json --certificates proofs", ["the table", "--certificates proofs"]),
        ("train d.csv --beta 1 --model a --certificate ./a", ["--certificate", "--model a"]),
        ("train d.csv --beta 1 --width 2 --model a --certificate a", ["--certificate", "--model a"]),
        ("train d.csv --interpolate --model a --certificate proofs/../a", ["--certificate", "--model a"]),
        ("train d.csv --beta 1 --layers 3 --widths 2 --model d.csv", ["--model", "the table d.csv"]),
        ("train d.csv --beta 1 --model link", ["link: --model", "the table d.csv"]),
        ("train link --beta 1 --width 2 --certificate d.csv", ["--certificate", "the table link"]),
        ("train x.npy --target y.npy --beta 1 --model y.npy", ["--model", "the target y.npy"]),
        ("verify d.csv p.json --dimacs d.csv", ["--dimacs", "the table d.csv"]),
        ("verify d.csv p.json --drat p.json", ["--drat", "the certificate p.json"]),
        ("verify d.csv p.json --dimacs a --drat a", ["--drat", "--dimacs a"]),
        ("predict m.json d.csv --output d.csv", ["--output", "the table d.csv"]),
        ("predict m.json d.csv --output m.json", ["--output", "the model m.json"]),
        ("patterns d.csv --output d.csv", ["--output", "the table d.csv"]),
        ("patterns d.csv --prove a --output a", ["--output", "--prove a"]),
        ("patterns d.csv --prove a --drat a", ["--drat", "--prove a"]),
        ("shatter d.csv --proof a --dimacs a", ["--dimacs", "--proof a"]),
        ("shatter d.csv --proof d.csv", ["--proof", "the table d.csv"]),
        ("frontier d.csv --beta 1 --max-width 1 --output d.csv", ["--output", "the table d.csv"]),
        ("path d.csv --output d.csv", ["--output", "the table d.csv"]),
        ("path d.csv --output proofs/7.json --certificates proofs", ["--output", "--certificates proofs"]),
        ("path d.csv --output new --certificates new", ["--output", "--certificates new"]),
        ("frontier d.csv --beta 1 --max-width 1 --output new --certificates new/a", ["--output", "new/a"]),
    ] {
        folder.refuses(line, &named);
    }
    folder.ends(0, "train d.csv --beta 1 --quiet --model /dev/null --certificate /dev/null");
    folder.ends(0, "path d.csv --steps 2 --quiet --output proofs/path.json --certificates proofs");
    let printed = folder.ends(0, "path d.csv --steps 2 --quiet --output /dev/stdout --certificates proofs").stdout;
    assert!(printed.contains("beta,objective"), "{printed}");
}

#[test]
fn a_failed_run_leaves_existing_files() {
    let folder = Folder::with("ok.csv", LINE);
    folder.write("bad.csv", "x,y\n1,2\n2,z\n");
    for name in ["m.json", "c.json", "p.txt"] {
        folder.write(name, "old");
    }
    folder.refuses(&format!("train bad.csv --beta 1 {FILES}"), &["bad.csv"]);
    folder.refuses(&format!("train ok.csv --beta 1 --method complete --quiet {FILES}"), &["complete"]);
    folder.refuses("patterns bad.csv --output p.txt", &["bad.csv"]);
    folder.refuses("predict m.json ok.csv --output p.txt", &["m.json", "not a model"]);
    folder.ends(0, &format!("train ok.csv --beta 1 {FILES}"));
    assert!(folder.text("m.json").starts_with('{') && folder.text("m.json").ends_with("}\n"));
    folder.verified("ok.csv", "c.json");
}

#[test]
fn a_zero_target_has_no_relative_beta() {
    let folder = Folder::with("zero.csv", "x,y\n0,0\n1,0\n2,0\n");
    folder.fails("train zero.csv --beta-rel 0.5 --quiet", &["beta_max is 0"]);
    assert_eq!(folder.ends(0, "train zero.csv --beta 1 --json").json()["neurons"], 0);
}
