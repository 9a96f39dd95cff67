//! `verify`: what was changed is rejected.

use std::process::Stdio;

use serde_json::Value;

use crate::support::{COMPLETE, Folder, LINE};

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
        ("/version", 5.into(), "version 5"),
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
