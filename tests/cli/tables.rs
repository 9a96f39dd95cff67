//! `--certificates`: a certificate for each row of a table.

use std::collections::BTreeSet;

use crate::support::{Folder, LINE};

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
