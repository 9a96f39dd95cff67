//! `patterns --unsorted` and `--checkpoint`: nothing is lost or repeated, and no other file is touched.

use std::{
    collections::BTreeSet,
    fs,
    process::{Child, Stdio},
};

use serde_json::Value;

use crate::support::{Folder, points};

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
    let child = folder.start(line);
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
    for options in ["--output link", "--unsorted --output link", "--checkpoint link", "--checkpoint c --output link"] {
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
