//! The folder in which the command runs, what it did, and small tables.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use heaviside::RBig;
use heaviside::internals::exact::rational;
use serde_json::Value;
use tempfile::TempDir;

/// Passengers and crew: 2201 rows, 14 of them different.
pub const TITANIC: &str = include_str!("../data/titanic.csv");

/// Three rows whose directions are independent: every labelling is a pattern.
pub const COMPLETE: &str = "a,b,y\n0,0,1\n1,0,-2\n0,1,3\n";

/// Points on a line: 8 patterns of 4 rows.
pub const LINE: &str = "x,y\n0,1\n1,-1\n2,2\n3,-1\n";

/// A folder in which the command runs; files are named without it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, bytes);
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub fn value(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    /// The names of all files, hidden ones too.
    pub fn names(&self) -> BTreeSet<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        fs::read_dir(self.path()).unwrap().map(name).collect()
    }

    /// The command with arguments separated by single spaces.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heaviside"));
        command.args(line.split(' ')).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// Starts the command and does not look at what it prints.
    pub fn start(&self, line: &str) -> Child {
        self.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub fn run(&self, line: &str) -> Run {
        Run::of(line, self.command(line).output().unwrap())
    }

    /// Runs the command, which must end with this exit code.
    #[track_caller]
    pub fn ends(&self, code: i32, line: &str) -> Run {
        let run = self.run(line);
        assert_eq!(run.code, Some(code), "{run:?}");
        run
    }

    /// Runs a command that must fail with one message that names all of this, print nothing and write nothing.
    #[track_caller]
    pub fn fails(&self, line: &str, named: &[&str]) {
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
    pub fn refuses(&self, line: &str, named: &[&str]) {
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
    pub fn verified(&self, data: &str, certificate: &str) -> Value {
        let verdict = self.ends(0, &format!("verify {data} {certificate} --json")).json();
        assert_eq!(verdict["verdict"], "verified");
        assert_bounds_are_valid(&verdict);
        verdict
    }
}

/// What a command did.
#[derive(Debug)]
#[allow(dead_code, reason = "shown when an assertion fails")]
pub struct Run {
    pub line: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(line: &str, output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run { line: line.into(), code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Standard output, which must be one JSON object.
    #[track_caller]
    pub fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }
}

/// The kinds of values in a result.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
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
pub fn assert_fields(value: &Value, fields: &[(&str, Kind)]) {
    for (name, kind) in fields {
        let found = value.get(name).unwrap_or_else(|| panic!("{name} is missing in {value}"));
        assert!(kind.fits(found), "{name} = {found} is no {kind:?}");
    }
}

pub fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("{name} is no number in {value}"))
}

/// The numbers of an accepted verdict enclose its exact values.
#[track_caller]
pub fn assert_bounds_are_valid(verdict: &Value) {
    let exact = |name: &str| rational::from_text(verdict[name].as_str().unwrap()).unwrap();
    let rounded = |name: &str| rational::from_f64(number(verdict, name)).unwrap();
    let (objective, lower_bound) = (exact("objective_exact"), exact("lower_bound_exact"));
    let gap: RBig = &objective - &lower_bound;
    assert!(gap >= RBig::ZERO && rounded("objective") >= objective && rounded("lower_bound") <= lower_bound);
    assert!(rounded("gap") >= gap && rounded("relative_gap") * objective >= gap, "{verdict}");
}

/// A table of `n` points with `d` features and a target, the same on every machine.
pub fn points(n: usize, d: usize) -> String {
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
pub fn npy(rows: &[&[f64]]) -> Vec<u8> {
    let shape = format!("({}, {})", rows.len(), rows[0].len());
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
    let data: Vec<u8> = rows.iter().flat_map(|row| row.iter().flat_map(|x| x.to_le_bytes())).collect();
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

/// The predictions in the output of `predict`, and the classes if there are any.
pub fn predictions(csv: &str) -> Vec<(f64, Option<&str>)> {
    let row = |line| {
        let (output, class) = str::split_once(line, ',').map_or((line, None), |(output, class)| (output, Some(class)));
        (output.parse().unwrap(), class)
    };
    csv.lines().skip(1).map(row).collect()
}
