//! Limits on time and memory, and signals: what was written is whole and valid.

use std::{
    fs,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::support::{Folder, Run, number, points};

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
