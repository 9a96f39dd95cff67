//! What is printed: fields, logs, help; files, links and pipes; threads.

use std::{
    fs,
    process::{Child, Command, Stdio},
};

use crate::support::{Folder, Kind, LINE, assert_fields, points};

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
    let mut child = folder.start(line);
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
        ("verify", &["0", "1", "2", "3"]),
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
