//! Does the command keep its promises? Exit codes, messages, files, and numbers that agree with each other.
//!
//! Every test runs the real command in a folder of its own.

#![cfg(all(feature = "cli", feature = "solve"))]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use heaviside::exact::{RBig, rational};
use serde_json::Value;
use tempfile::TempDir;

const TITANIC: &str = include_str!("data/titanic.csv");

/// Three rows whose directions are independent: every labelling is a pattern.
const COMPLETE: &str = "a,b,y\n0,0,1\n1,0,-2\n0,1,3\n";

/// Points on a line: 8 patterns of 4 rows.
const LINE: &str = "x,y\n0,1\n1,-1\n2,2\n3,-1\n";

/// A folder in which the command runs; files are named without it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, bytes);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    fn value(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    /// The names of all files, hidden ones too.
    fn names(&self) -> BTreeSet<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        fs::read_dir(self.path()).unwrap().map(name).collect()
    }

    /// The command with arguments separated by single spaces.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heaviside"));
        command.args(line.split(' ')).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Run {
        Run::of(line, self.command(line).output().unwrap())
    }

    /// Runs the command, which must end with this exit code.
    #[track_caller]
    fn ends(&self, code: i32, line: &str) -> Run {
        let run = self.run(line);
        assert_eq!(run.code, Some(code), "{run:?}");
        run
    }

    /// Runs a command that must fail with one message that names all of this, print nothing and write nothing.
    #[track_caller]
    fn fails(&self, line: &str, named: &[&str]) {
        let before: Vec<_> = self.contents();
        let run = self.ends(2, line);
        assert_eq!(run.stdout, "", "{run:?}");
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{run:?}");
        assert!(run.stderr.starts_with("error: "), "{run:?}");
        for name in named {
            assert!(run.stderr.contains(name), "{name:?} is not named: {run:?}");
        }
        assert_eq!(self.contents(), before, "{line}");
    }

    /// Like [`Folder::fails`], with a message of one line.
    #[track_caller]
    fn refuses(&self, line: &str, named: &[&str]) {
        self.fails(line, named);
        let run = self.run(line);
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }

    fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let content = |name: String| {
            let bytes = fs::read(self.path().join(&name)).unwrap_or_default();
            (name, bytes)
        };
        self.names().into_iter().map(content).collect()
    }

    /// Verifies a certificate, which must be accepted, and returns the verdict.
    #[track_caller]
    fn verified(&self, data: &str, certificate: &str) -> Value {
        let verdict = self.ends(0, &format!("verify {data} {certificate} --json")).json();
        assert_eq!(verdict["verdict"], "verified");
        assert_bounds_are_valid(&verdict);
        verdict
    }
}

/// What a command did.
#[derive(Debug)]
#[allow(dead_code, reason = "shown when an assertion fails")]
struct Run {
    line: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(line: &str, output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run { line: line.into(), code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Standard output, which must be one JSON object.
    #[track_caller]
    fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }
}

/// The kinds of values in a result.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Count,
    Number,
    Flag,
    Null,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Kind::Text => value.is_string(),
            Kind::Count => value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Flag => value.is_boolean(),
            Kind::Null => value.is_null(),
        }
    }
}

#[track_caller]
fn assert_fields(value: &Value, fields: &[(&str, Kind)]) {
    for (name, kind) in fields {
        let found = value.get(name).unwrap_or_else(|| panic!("{name} is missing in {value}"));
        assert!(kind.fits(found), "{name} = {found} is no {kind:?}");
    }
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("{name} is no number in {value}"))
}

/// The numbers of an accepted verdict enclose its exact values.
#[track_caller]
fn assert_bounds_are_valid(verdict: &Value) {
    let exact = |name: &str| rational::from_text(verdict[name].as_str().unwrap()).unwrap();
    let rounded = |name: &str| rational::from_f64(number(verdict, name)).unwrap();
    let (objective, lower_bound) = (exact("objective_exact"), exact("lower_bound_exact"));
    let gap: RBig = &objective - &lower_bound;
    assert!(gap >= RBig::ZERO && rounded("objective") >= objective && rounded("lower_bound") <= lower_bound);
    assert!(rounded("gap") >= gap && rounded("relative_gap") * objective >= gap, "{verdict}");
}

/// A table of `n` points with `d` features and a target, the same on every machine.
fn points(n: usize, d: usize) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    let names: Vec<String> = (0..d).map(|j| format!("x{j},")).collect();
    let mut text = names.concat() + "y\n";
    for _ in 0..n {
        let cells: Vec<String> = (0..=d).map(|_| next().to_string()).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// The bytes of a `.npy` file of doubles, n x k.
fn npy(rows: &[&[f64]]) -> Vec<u8> {
    let shape = format!("({}, {})", rows.len(), rows[0].len());
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
    let data: Vec<u8> = rows.iter().flat_map(|row| row.iter().flat_map(|x| x.to_le_bytes())).collect();
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

/// The predictions in the output of `predict`, and the classes if there are any.
fn predictions(csv: &str) -> Vec<(f64, Option<&str>)> {
    let row = |line| {
        let (output, class) = str::split_once(line, ',').map_or((line, None), |(output, class)| (output, Some(class)));
        (output.parse().unwrap(), class)
    };
    csv.lines().skip(1).map(row).collect()
}

mod tour {
    use super::*;

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

    /// A run that is killed again and again ends with the file of a run that was not.
    #[test]
    fn a_killed_enumeration_goes_on_from_its_checkpoint() {
        let folder = Folder::with("p.csv", points(130, 3));
        folder.ends(0, "patterns p.csv --quiet --unsorted --output whole.txt --threads 1");
        let stream = "patterns p.csv --quiet --json --output p.txt --checkpoint c.json";
        let mut kills = 0;
        loop {
            let mut child = folder.command(stream).stdout(Stdio::null()).spawn().unwrap();
            let before = fs::read(folder.path().join("c.json")).ok();
            // Killed as soon as there is a new checkpoint, so that every run gets further.
            let ended = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
                if kills < 4 && fs::read(folder.path().join("c.json")).ok() != before {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    break None;
                }
                std::thread::sleep(std::time::Duration::from_millis(5));
            };
            match ended {
                Some(status) => {
                    assert!(status.success());
                    break;
                }
                None => kills += 1,
            }
        }
        assert!(kills > 0, "the enumeration was too short to be killed");
        assert!(folder.bytes("p.txt") == folder.bytes("whole.txt"), "patterns were lost or repeated");
        let lines: BTreeSet<String> = folder.text("p.txt").lines().map(String::from).collect();
        assert_eq!(lines.len(), 2 * (1 + 129 + 8256 + 349_504));
        assert_eq!(folder.names(), BTreeSet::from(["p.csv", "p.txt", "whole.txt"].map(String::from)));
    }

    /// Starts a run and waits for a checkpoint after its first patterns.
    fn begun(folder: &Folder, line: &str) -> Child {
        let child = folder.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let has_begun = || {
            let text = fs::read_to_string(folder.path().join("c.json")).unwrap_or_default();
            serde_json::from_str::<Value>(&text).is_ok_and(|value| value["checkpoint"]["patterns"] != 0)
        };
        while !has_begun() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child
    }

    /// The second run cut the file of the first one, whose next lines left a hole of zero bytes: exit code 0 for both.
    #[test]
    fn two_runs_on_one_checkpoint_are_refused() {
        let folder = Folder::with("p.csv", points(130, 3));
        folder.ends(0, "patterns p.csv --quiet --unsorted --output whole.txt");
        for files in ["--checkpoint c.json --output p.txt", "--checkpoint c.json"] {
            let stream = format!("patterns p.csv --quiet {files}");
            let mut child = begun(&folder, &stream);
            assert!(folder.ends(2, &stream).stderr.contains("another run is using the checkpoint"));
            let other = "patterns p.csv --quiet --checkpoint d.json --output p.txt";
            if files.contains("output") {
                assert!(folder.ends(2, other).stderr.contains("p.txt.partial"));
            }
            assert!(child.wait().unwrap().success());
        }
        assert!(folder.bytes("p.txt") == folder.bytes("whole.txt"), "a run was disturbed");
        assert_eq!(folder.names(), BTreeSet::from(["p.csv", "p.txt", "whole.txt"].map(String::from)));
    }

    /// The lock ends with the process, and a byte that was changed meanwhile is noticed.
    #[test]
    fn a_changed_partial_file_is_refused() {
        let folder = Folder::with("p.csv", points(130, 3));
        let stream = "patterns p.csv --quiet --output p.txt --checkpoint c.json";
        let mut child = begun(&folder, stream);
        child.kill().unwrap();
        child.wait().unwrap();
        let partial = folder.bytes("p.txt.partial");
        let mut changed = partial.clone();
        changed[0] ^= 1;
        for content in [&changed[..], &partial[..50]] {
            folder.write("p.txt.partial", content);
            let run = folder.ends(2, stream);
            assert!(run.stderr.contains("p.txt.partial does not hold what the checkpoint says"), "{run:?}");
        }
        folder.write("p.txt.partial", partial);
        folder.ends(0, stream);
        assert_eq!(folder.text("p.txt").lines().count(), 2 * (1 + 129 + 8256 + 349_504));
    }

    /// The old output stayed, and the report said 0 patterns.
    #[test]
    fn a_stream_that_is_stopped_at_once_says_what_it_wrote() {
        let folder = Folder::with("p.csv", points(30, 3));
        folder.write("p.txt", "old");
        let run = folder.ends(3, "patterns p.csv --no-bias --unsorted --output p.txt --json --time-limit 1e-9");
        assert_eq!(run.json()["patterns"], folder.text("p.txt").lines().count());
    }

    /// Everybody could read what replaced a file of mode 600.
    #[cfg(unix)]
    #[test]
    fn a_stream_keeps_the_mode_of_its_output() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::with("p.csv", points(9, 2));
        for options in ["--unsorted", "--checkpoint c"] {
            folder.write("p.txt", "old");
            fs::set_permissions(folder.path().join("p.txt"), PermissionsExt::from_mode(0o600)).unwrap();
            folder.ends(0, &format!("patterns p.csv --quiet --output p.txt {options}"));
            let mode = fs::metadata(folder.path().join("p.txt")).unwrap().permissions().mode();
            assert_eq!((mode & 0o777, folder.text("p.txt").lines().count()), (0o600, 2 * (1 + 8 + 28)));
        }
    }

    /// A link to nowhere was replaced by a file, or written through.
    #[cfg(unix)]
    #[test]
    fn links_to_nowhere_are_refused() {
        let folder = Folder::with("p.csv", points(9, 2));
        std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
        for options in
            ["--output link", "--unsorted --output link", "--checkpoint link", "--checkpoint c --output link"]
        {
            folder.refuses(&format!("patterns p.csv --quiet {options}"), &["link", "does not exist"]);
        }
        std::os::unix::fs::symlink("nowhere", folder.path().join("p.txt.partial")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("c.lock")).unwrap();
        folder.refuses("patterns p.csv --quiet --checkpoint d --output p.txt", &["p.txt.partial is a link"]);
        folder.refuses("patterns p.csv --quiet --checkpoint c", &["c.lock is a link"]);
        assert!(!folder.names().contains("nowhere"));
    }

    /// Renaming the finished file once replaced /dev/null.
    #[cfg(unix)]
    #[test]
    fn a_stream_replaces_no_device() {
        let folder = Folder::with("p.csv", points(9, 2));
        fs::create_dir(folder.path().join("folder")).unwrap();
        for line in ["--checkpoint folder", "--checkpoint c --output /dev/null"] {
            assert!(folder.ends(2, &format!("patterns p.csv {line}")).stderr.contains("regular file"));
        }
    }

    /// Each would have lost a file of the user's, or have read patterns as a checkpoint.
    #[cfg(unix)]
    #[test]
    fn a_stream_needs_files_of_its_own() {
        let folder = Folder::with("p.csv", points(9, 2));
        fs::create_dir(folder.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("p.csv", folder.path().join("link")).unwrap();
        for files in [
            "--checkpoint c --output c",
            "--checkpoint folder/../c --output ./c",
            "--checkpoint p.txt.partial --output p.txt",
            "--unsorted --output p.csv",
            "--checkpoint link --output p.txt",
            "--unsorted --output link",
        ] {
            let refused = folder.ends(2, &format!("patterns p.csv {files}")).stderr;
            assert!(refused.contains("is the same file as"), "{files}: {refused}");
        }
        folder.write("p.txt.partial", "mine");
        assert!(folder.ends(2, "patterns p.csv --checkpoint c --output p.txt").stderr.contains("p.txt.partial"));
        folder.ends(0, "patterns p.csv --unsorted --output p.txt --quiet");
        assert_eq!(folder.text("p.txt.partial"), "mine");
        assert_eq!(folder.text("p.csv"), points(9, 2));
    }

    #[cfg(unix)]
    #[test]
    fn a_stream_follows_links() {
        let folder = Folder::with("p.csv", points(9, 2));
        fs::create_dir(folder.path().join("folder")).unwrap();
        folder.write("folder/p.txt", "old");
        std::os::unix::fs::symlink("folder/p.txt", folder.path().join("link")).unwrap();
        for options in ["--unsorted", "--checkpoint c"] {
            folder.ends(0, &format!("patterns p.csv --quiet --output link {options}"));
            assert!(folder.path().join("link").is_symlink());
            assert_eq!(folder.text("folder/p.txt").lines().count(), 2 * (1 + 8 + 28));
            assert_eq!(fs::read_dir(folder.path().join("folder")).unwrap().count(), 1);
        }
    }

    /// A position that was edited once gave too few patterns, called all of H(X).
    #[test]
    fn an_edited_checkpoint_is_refused() {
        let folder = Folder::with("p.csv", points(9, 2));
        let stream = "patterns p.csv --output p.txt --checkpoint c.json";
        folder.ends(3, &format!("{stream} --time-limit 1e-9"));
        let whole = folder.value("c.json");
        for pointer in ["position/seed", "position/slice", "position/share", "patterns", "bytes"] {
            let mut edited = whole.clone();
            *edited.pointer_mut(&format!("/checkpoint/{pointer}")).unwrap() = 1.into();
            folder.write("c.json", edited.to_string());
            assert!(folder.ends(2, stream).stderr.contains("was changed"), "{pointer}");
        }
        folder.write("c.json", whole.to_string());
        folder.write("p.txt.partial", "longer than the checkpoint says");
        assert_eq!(folder.ends(0, &format!("{stream} --json")).json()["patterns"], 2 * (1 + 8 + 28));
        assert!(folder.text("p.txt").lines().all(|line| line.len() == 9));
    }

    #[test]
    fn a_stream_needs_a_small_rank() {
        let folder = Folder::with("p.csv", points(15, 13));
        assert!(folder.ends(2, "patterns p.csv --output p.txt --unsorted").stderr.contains("rank 14"));
    }

    #[test]
    fn a_checkpoint_belongs_to_its_data_and_its_output() {
        let folder = Folder::with("p.csv", points(9, 2));
        let other = "patterns q.csv --output p.txt --checkpoint c.json";
        folder.write("q.csv", points(8, 2));
        folder.ends(3, "patterns p.csv --output p.txt --checkpoint c.json --time-limit 1e-9");
        assert!(folder.names().contains("c.json"));
        assert!(folder.ends(2, other).stderr.contains("belongs to other data"));
        assert!(folder.ends(2, &other.replace("q.csv", "p.csv").replace("p.txt", "r.txt")).stderr.contains("output"));
        assert!(folder.ends(2, &other.replace("q.csv", "p.csv --no-bias")).stderr.contains("other data"));
        let found = folder.ends(0, &other.replace("q.csv", "p.csv --json")).json();
        assert_eq!(found["patterns"], 2 * (1 + 8 + 28));
        for broken in ["", "{", "{\"format\": 1}"] {
            folder.write("c.json", broken);
            assert!(folder.ends(2, &other.replace("q.csv", "p.csv")).stderr.contains("c.json cannot be read"));
        }
    }

    #[test]
    fn pattern_files_are_sorted_distinct_and_the_same_in_both_formats() {
        let folder = Folder::with("t.csv", TITANIC);
        let result = folder.ends(0, "patterns t.csv --json --quiet --output p.txt").json();
        folder.ends(0, "patterns t.csv --quiet --output p.npy --threads 2");
        assert_eq!((&result["patterns"], &result["distinct_rows"]), (&442.into(), &14.into()));
        let text = folder.text("p.txt");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 442);
        assert!(lines.iter().all(|line| line.len() == 2201 && line.bytes().all(|bit| bit == b'0' || bit == b'1')));
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "not sorted or not distinct");

        let bytes = folder.bytes("p.npy");
        let array = npyz::NpyFile::new(&bytes[..]).unwrap();
        assert_eq!(array.shape(), [442, 2201]);
        let bits: Vec<u8> = array.into_vec().unwrap();
        assert!(bits.iter().map(|bit| bit + b'0').eq(lines.concat().bytes()));
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
        let at = |fraction: &str| {
            folder.ends(0, &format!("train t.csv --classify --beta-rel {fraction} --json --quiet")).json()
        };
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
}

mod errors {
    use super::*;

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
}

mod verdicts {
    use super::*;

    /// A folder with data and a certificate for them.
    fn certified() -> Folder {
        let folder = Folder::with("d.csv", LINE);
        folder.ends(0, "train d.csv --beta 0.5 --certificate c.json --quiet");
        folder
    }

    #[track_caller]
    fn assert_rejected(folder: &Folder, data: &str, certificate: &str, reason: &str) {
        let line = format!("verify {data} {certificate} --json");
        let verdict = folder.ends(1, &line).json();
        assert_eq!(verdict["verdict"], "rejected");
        assert!(verdict["reason"].as_str().unwrap().contains(reason), "{verdict}");
        for name in ["objective", "lower_bound", "gap", "objective_exact", "lower_bound_exact"] {
            assert!(verdict[name].is_null(), "{name} of a rejected certificate");
        }
        let table = folder.ends(1, line.trim_end_matches(" --json"));
        assert!(table.stdout.contains("rejected") && table.stdout.contains(reason), "{table:?}");
    }

    #[test]
    fn every_changed_field_is_rejected() {
        let folder = certified();
        let certificate = folder.value("c.json");
        let dual = &certificate["body"]["two-layers"]["dual"];
        let (price, numerator) = (dual["price"].as_i64().unwrap(), dual["numerators"][0].as_i64().unwrap());
        let changes: [(&str, Value, &str); 17] = [
            ("/format", "other".into(), "format"),
            ("/version", 4.into(), "version 4"),
            ("/data/n", 5.into(), "5 rows"),
            ("/data/d", 3.into(), "3 columns"),
            ("/data/digest", "00".into(), "digest"),
            ("/data/options/bias", false.into(), "columns"),
            ("/body/two-layers/problem/loss", "absolute".into(), "loss"),
            ("/body/two-layers/problem/loss", "logistic".into(), "targets -1 and +1"),
            ("/body/two-layers/problem/loss", "huber".into(), "delta"),
            ("/body/two-layers/problem/beta", "1".into(), "objective"),
            ("/body/two-layers/problem/beta", "-1/2".into(), "not positive"),
            ("/body/two-layers/problem/beta", "0.5".into(), "lowest terms"),
            ("/body/two-layers/network/neurons/0/output", "17".into(), "loss"),
            ("/body/two-layers/network/neurons/0/pattern", "0".into(), "pattern"),
            ("/body/two-layers/dual/price", (price - 1).into(), "max |d^T v|"),
            ("/body/two-layers/dual/numerators/0", (numerator + (1 << 20)).into(), ""),
            ("/body/two-layers/claim/lower_bound", "1000".into(), "lower bound"),
        ];
        for (pointer, value, reason) in changes {
            let mut changed = certificate.clone();
            *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is missing")) = value;
            folder.write("changed.json", changed.to_string());
            assert_rejected(&folder, "d.csv", "changed.json", reason);
        }
    }

    #[test]
    fn malformed_certificates_are_rejected() {
        let folder = certified();
        let text = folder.text("c.json");
        let cut = &text[..text.len() / 2];
        for text in ["", "{", "null", "[]", "{}", "text", cut, &"[".repeat(100_000)] {
            folder.write("malformed.json", text);
            assert_rejected(&folder, "d.csv", "malformed.json", "malformed certificate");
        }
    }

    #[test]
    fn other_data_are_rejected() {
        let folder = certified();
        folder.write("changed.csv", LINE.replace("3,-1", "3,-1.0000000000000002"));
        folder.write("longer.csv", format!("{LINE}4,1\n"));
        folder.write("wider.csv", COMPLETE);
        assert_rejected(&folder, "changed.csv", "c.json", "digest");
        assert_rejected(&folder, "longer.csv", "c.json", "5 and 2");
        assert_rejected(&folder, "wider.csv", "c.json", "3 and 3");
        folder.write("renamed.csv", LINE.replace("x,y", "age,height"));
        folder.verified("renamed.csv", "c.json");
    }

    #[test]
    fn files_that_cannot_be_read_are_errors() {
        let folder = certified();
        folder.refuses("verify missing.csv c.json", &["missing.csv"]);
        folder.refuses("verify d.csv missing.json --json", &["missing.json"]);
        folder.refuses("verify d.csv .", &["."]);
    }

    #[cfg(unix)]
    #[test]
    fn the_exit_code_does_not_depend_on_the_reader() {
        let folder = certified();
        folder.ends(0, "train d.csv --beta 0.5 --model m.json --quiet");
        folder.write("bad.json", "{}");
        folder.write("all.csv", COMPLETE);
        for (line, code) in [
            ("verify d.csv c.json", 0),
            ("verify d.csv bad.json", 1),
            ("predict m.json d.csv", 0),
            ("shatter d.csv", 10),
            ("shatter all.csv", 20),
            ("cross-check d.csv --beta 0.5", 0),
            ("cross-check d.csv --beta 0.5 --memory-limit 1", 3),
            ("frontier d.csv --beta 0.5 --max-width 1 --memory-limit 1", 3),
            ("path d.csv --steps 3 --memory-limit 1", 3),
        ] {
            for json in ["", " --json"] {
                if line.starts_with("predict") && !json.is_empty() {
                    continue;
                }
                let mut command = folder.command(&format!("{line}{json}"));
                let (reader, writer) = std::io::pipe().unwrap();
                drop(reader);
                let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
                assert_eq!(output.status.code(), Some(code), "{line}{json}");
                assert!(!String::from_utf8(output.stderr).unwrap().contains("error"), "{line}{json}");
            }
        }
    }
}

mod limits {
    use super::*;

    const FILES: &str = "--json --model m.json --certificate c.json";

    /// A run that ended at a limit: what it wrote is whole, valid, and says what ended it.
    #[track_caller]
    fn assert_stopped(folder: &Folder, result: &Value, limit: &str) {
        assert_eq!(result["limit"], limit, "{result}");
        assert_eq!(result["patterns_complete"], false);
        assert!(number(result, "lower_bound") <= number(result, "objective"));
        let verdict = folder.verified("d.csv", "c.json");
        assert_eq!(verdict["objective"], result["objective"]);
        assert_eq!(folder.ends(0, "predict m.json d.csv").stdout.lines().count(), 151);
    }

    #[test]
    fn a_time_limit_leaves_a_network_with_a_valid_bound() {
        let folder = Folder::with("d.csv", points(150, 4));
        let run = folder.ends(3, &format!("train d.csv --beta 0.1 --method exact --time-limit 1 {FILES}"));
        assert!(run.stderr.contains("time limit"), "{run:?}");
        assert_stopped(&folder, &run.json(), "time limit");
        let some = folder.ends(3, "patterns d.csv --time-limit 0.5 --json --output p.txt").json();
        assert_eq!(some["patterns_complete"], false);
        assert_eq!(folder.text("p.txt").lines().count() as u64, some["patterns"].as_u64().unwrap());
    }

    /// Pricing looked at the clock once for each first row, which takes long in higher rank.
    #[test]
    fn a_time_limit_ends_pricing() {
        let folder = Folder::with("d.csv", points(150, 5));
        let line = format!("train d.csv --beta 0.1 --method column-generation --time-limit 0.5 {FILES}");
        assert_stopped(&folder, &folder.ends(3, &line).json(), "time limit");
    }

    #[test]
    fn a_memory_limit_leaves_a_network_with_a_valid_bound() {
        let folder = Folder::with("d.csv", points(150, 2));
        let run = folder.ends(3, &format!("train d.csv --beta 0.1 --method exact --memory-limit 1 {FILES}"));
        assert_stopped(&folder, &run.json(), "memory limit");
        folder.ends(3, "patterns d.csv --memory-limit 1 --output p.txt --quiet");
        assert!(folder.text("p.txt").lines().all(|line| line.len() == 150));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_interrupt_leaves_a_network_with_a_valid_bound() {
        let folder = Folder::with("d.csv", points(150, 2));
        let line = format!("train d.csv --beta 0.1 --method exact --quiet {FILES}");
        let child = folder.command(&line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until_interrupts_are_handled(&child);
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let run = Run::of(&line, child.wait_with_output().unwrap());
        assert_eq!((run.code, run.stderr.as_str()), (Some(3), ""), "{run:?}");
        assert_stopped(&folder, &run.json(), "interrupt");
    }

    /// Waits until the process has a handler for signal 2, which is bit 1 of its mask.
    #[cfg(target_os = "linux")]
    fn wait_until_interrupts_are_handled(child: &Child) {
        let handled = || {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
            u64::from_str_radix(mask, 16).unwrap() & 2 != 0
        };
        while !handled() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

mod methods {
    use super::*;

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
                assert_eq!(
                    predictions(&folder.ends(0, "predict m.json d.csv").stdout).len(),
                    table.lines().count() - 1
                );
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
}

mod output {
    use super::*;

    #[test]
    fn every_result_has_its_fields() {
        use Kind::{Count, Flag, Null, Number, Text};
        let folder = Folder::with("d.csv", LINE);
        folder.write("two.csv", "x,y\n0,1\n1,-1\n2,1\n");
        let train = folder.ends(0, "train two.csv --beta 0.5 --classify --method exact --json").json();
        let bounds = [("objective", Number), ("lower_bound", Number), ("gap", Number), ("relative_gap", Number)];
        assert_fields(&train, &bounds);
        assert_fields(
            &train,
            &[
                ("status", Text),
                ("method", Text),
                ("loss", Text),
                ("beta", Number),
                ("n", Count),
                ("d", Count),
                ("rank", Count),
                ("patterns", Count),
                ("patterns_complete", Flag),
                ("neurons", Count),
                ("train_accuracy", Number),
                ("limit", Null),
                ("seconds", Number),
            ],
        );
        let regression = folder.ends(0, "train d.csv --beta 0.5 --json --certificate c.json").json();
        assert!(regression.get("train_accuracy").is_none());
        let verdict = folder.verified("d.csv", "c.json");
        assert_fields(&verdict, &bounds);
        assert_fields(
            &verdict,
            &[("verdict", Text), ("reason", Text), ("objective_exact", Text), ("lower_bound_exact", Text)],
        );
        let patterns = folder.ends(0, "patterns d.csv --json").json();
        assert_fields(
            &patterns,
            &[
                ("patterns", Count),
                ("patterns_complete", Flag),
                ("rank", Count),
                ("distinct_rows", Count),
                ("bound", Count),
                ("seconds", Number),
            ],
        );
    }

    #[test]
    fn quiet_runs_say_nothing_and_others_log_to_standard_error() {
        let folder = Folder::with("d.csv", LINE);
        for line in [
            "train d.csv --beta 0.5",
            "patterns d.csv",
            "patterns d.csv --method sample",
            "frontier d.csv --beta 0.5 --max-width 2",
            "path d.csv --steps 3",
        ] {
            let quiet = folder.ends(0, &format!("{line} --quiet"));
            assert!(quiet.stderr.is_empty() && !quiet.stdout.is_empty(), "{quiet:?}");
        }
        let logged = folder.ends(0, "train d.csv --beta 0.5 --json");
        assert!(logged.stderr.contains("judging"), "{logged:?}");
        logged.json();
        assert!(folder.ends(0, "frontier d.csv --beta 0.5 --max-width 2").stderr.contains("width 2"));
        folder.write("large.csv", points(60, 4));
        let stopped = folder.ends(3, "patterns large.csv --count-only --quiet --memory-limit 1");
        assert!(stopped.stderr.is_empty(), "{stopped:?}");
    }

    /// Commands that have no use for an option used to take it and do nothing.
    #[test]
    fn only_train_standardizes() {
        let folder = Folder::with("d.csv", LINE);
        for line in [
            "path d.csv",
            "patterns d.csv",
            "shatter d.csv",
            "cross-check d.csv --beta 1",
            "frontier d.csv --beta 1 --max-width 1",
        ] {
            folder.fails(&format!("{line} --standardize"), &["--standardize"]);
        }
        folder.ends(0, "train d.csv --beta 1 --standardize --quiet");
    }

    /// The largest number of threads that were seen while a run lasted.
    #[cfg(target_os = "linux")]
    fn most_threads(folder: &Folder, line: &str) -> usize {
        let mut child = folder.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let tasks = format!("/proc/{}/task", child.id());
        let mut most = 0;
        while child.try_wait().unwrap().is_none() {
            most = most.max(fs::read_dir(&tasks).map_or(0, Iterator::count));
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        most
    }

    /// `--threads` was read and forgotten: the pool of the whole process was used, one thread a core.
    #[cfg(target_os = "linux")]
    #[test]
    fn every_command_obeys_the_number_of_threads() {
        let folder = Folder::with("d.csv", points(9, 2));
        for line in [
            "train d.csv --beta 0.01 --width 2 --quiet",
            "cross-check d.csv --beta 0.01 --time-limit 1",
            "frontier d.csv --beta 0.01 --max-width 2 --time-limit 1",
            "patterns d.csv --quiet --prove p.json",
        ] {
            // A short run may be over before it is looked at.
            let mut counts = (0..20).map(|_| most_threads(&folder, &format!("{line} --threads 37")));
            assert!(counts.any(|threads| threads >= 37), "{line}");
        }
    }

    /// Each command tells its exit codes.
    #[test]
    fn exit_codes_are_in_the_help_of_each_command() {
        let folder = Folder::new();
        for (command, codes) in [
            ("train", &["0", "2", "3", "130"][..]),
            ("verify", &["0", "1", "2"]),
            ("predict", &["0", "2"]),
            ("patterns", &["0", "2", "3", "130"]),
            ("cross-check", &["0", "1", "2", "3", "130"]),
            ("frontier", &["0", "2", "3", "130"]),
            ("shatter", &["2", "3", "10", "20", "130"]),
            ("path", &["0", "2", "3", "130"]),
        ] {
            let help = folder.ends(0, &format!("{command} --help")).stdout;
            let listed = help.split("Exit codes:\n").nth(1).unwrap_or_else(|| panic!("{help}"));
            let found: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
            let found: Vec<&str> = found.into_iter().filter(|word| word.parse::<u8>().is_ok()).collect();
            assert_eq!(found, codes, "{help}");
        }
        assert!(folder.ends(0, "--help").stdout.contains("130"));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_stay_what_they_are() {
        let folder = Folder::with("d.csv", LINE);
        folder.write("target.json", "old");
        std::os::unix::fs::symlink("target.json", folder.path().join("link.json")).unwrap();
        folder.ends(0, "train d.csv --beta 0.5 --quiet --model link.json");
        assert!(fs::symlink_metadata(folder.path().join("link.json")).unwrap().is_symlink());
        assert!(folder.text("target.json").starts_with('{'));

        assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
        let reader = Command::new("cat").arg(folder.path().join("pipe")).stdout(Stdio::piped()).spawn().unwrap();
        folder.ends(0, "train d.csv --beta 0.5 --quiet --model pipe");
        assert_eq!(reader.wait_with_output().unwrap().stdout, folder.bytes("target.json"));
    }

    #[test]
    fn commands_do_not_disturb_each_other() {
        let folder = Folder::with("d.csv", LINE);
        let start = |_| -> Child {
            let mut command = folder.command("train d.csv --beta 0.5 --quiet --model m.json --certificate c.json");
            command.stdout(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<Child> = (0..6).map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        folder.verified("d.csv", "c.json");
        assert_eq!(folder.names().len(), 3);
    }
}

mod prediction {
    use super::*;

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
                model["neurons"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|neuron| neuron["hidden"].as_array().unwrap().len() == 2)
            );
        }
    }
}

/// The convex programme equals the problem that it replaces, by four roads.
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

/// What the tables of `frontier` and `path` call proven, `verify` confirms, row by row.
#[test]
fn each_row_of_a_table_has_a_certificate() {
    let folder = Folder::with("line.csv", LINE);
    for (command, rows) in
        [("frontier line.csv --beta 0.1 --max-width 3", "frontier"), ("path line.csv --steps 4 --quiet", "path")]
    {
        let result = folder.ends(0, &format!("{command} --certificates proofs/{rows} --json")).json();
        assert_eq!(result[rows].as_array().map(Vec::len), Some(4));
        for (k, row) in result[rows].as_array().unwrap().iter().enumerate() {
            let verdict = folder.verified("line.csv", &format!("proofs/{rows}/{k}.json"));
            assert_eq!(verdict["objective"], row["objective"], "{command}: row {k}");
        }
        folder.refuses(&format!("{command} --certificates line.csv"), &["line.csv"]);
    }
    let mine = ["2024.json", "007.json", "notes.txt"];
    mine.iter().for_each(|name| folder.write(&format!("proofs/frontier/{name}"), "{\"format\": \"mine\"}"));
    folder.ends(0, "frontier line.csv --beta 0.2 --max-width 1 --certificates proofs/frontier");
    let left = std::fs::read_dir(folder.path().join("proofs/frontier")).unwrap();
    let left: BTreeSet<String> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let expected = ["0.json", "1.json"].into_iter().chain(mine).map(String::from).collect();
    assert_eq!(left, expected, "certificates of a longer table before are gone, other files are not");
    let limited = "frontier line.csv --beta 0.1 --max-width 1 --memory-limit 1 --certificates none";
    folder.ends(3, limited);
    assert!(!folder.path().join("none/0.json").exists(), "no certificate without a proof");
}

/// A narrow network is a model like any other, and its search tree convinces the judge.
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

mod shattering {
    use super::*;

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
            folder.ends(20, &format!("shatter line.csv --layers 3 --labelling {labelling} --json")).json()["width"]
                .clone()
        };
        assert_eq!(["1111", "0111", "0100", "1011"].map(width), [1, 1, 2, 2]);
        folder.ends(10, "shatter line.csv --layers 3 --widths 1 --labelling 0100");
    }

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

    #[test]
    fn lists_are_proven_complete() {
        let folder = Folder::with("d.csv", points(9, 2));
        let proven =
            folder.ends(0, "patterns d.csv --prove p.json --dimacs p.cnf --drat p.drat --json --output a.txt").json();
        assert_eq!((&proven["patterns"], &proven["proof"]), (&74.into(), &"verified".into()));
        folder.ends(0, "patterns d.csv --output b.txt --quiet");
        assert_eq!(folder.text("a.txt"), folder.text("b.txt"));
        let verdict = folder.ends(0, "verify d.csv p.json --dimacs q.cnf --drat q.drat --json").json();
        assert_eq!((&verdict["patterns"], &verdict["patterns_complete"]), (&74.into(), &true.into()));
        assert_eq!((folder.text("p.cnf"), folder.text("p.drat")), (folder.text("q.cnf"), folder.text("q.drat")));
        folder.write("other.csv", points(9, 1));
        folder.ends(1, "verify other.csv p.json");
        let mut proof = folder.value("p.json");
        proof["statement"]["steps"].as_array_mut().unwrap().pop();
        folder.write("p.json", proof.to_string());
        let verdict = folder.ends(1, "verify d.csv p.json --json").json();
        assert!(verdict["reason"].as_str().unwrap().contains("contradiction"), "{verdict}");
        folder.refuses("patterns d.csv --dimacs p.cnf", &["--prove"]);
        folder.refuses("patterns d.csv --prove p.json --method sample", &["--method exact"]);
    }

    #[test]
    fn a_limit_leaves_some_patterns_and_no_proof() {
        let folder = Folder::with("d.csv", points(60, 3));
        let line = "patterns d.csv --prove p.json --time-limit 0.2 --json --quiet --output a.txt";
        let stopped = folder.ends(3, line).json();
        assert_eq!((&stopped["patterns_complete"], &stopped["proof"]), (&false.into(), &Value::Null));
        assert_eq!(stopped["patterns"], folder.text("a.txt").lines().count());
        assert!(!folder.names().contains("p.json"));
        let deep = folder.ends(3, "patterns d.csv --layers 3 --widths 3 --time-limit 0.2 --json --quiet").json();
        assert_eq!(deep["patterns_complete"], false);
        folder.ends(3, "shatter d.csv --road sat --time-limit 0.000001");
    }
}

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
    assert_eq!((verdict.get("norm"), verdict.get("objective")), (Some(&Value::Null), None));

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
