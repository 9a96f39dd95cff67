//! What was read as it stands, but is probably not meant?
//!
//! A table saved with its row numbers has a column that counts them. It is a feature like any other to a reader, and a
//! network can learn from it by heart. Such a column is kept, because nothing says that it is not meant, and named, with
//! the option that leaves it out. So is a name that begins like a comment. Only columns that were not asked for by name are looked at.

use super::error::shorten;
use super::select::Header;
use super::table::Table;

/// Names under which programs write the numbers of rows, besides none at all.
const COUNTERS: &[&str] = &["index", "id", "row", "rowid", "row_id", "level_0", "f0"];

/// The feature columns that seem to be row numbers: `columns` of the table are the features, in order, and `entries`
/// their values, row by row, `d` to a row.
pub(super) fn row_numbers(table: &impl Table, columns: &[usize], entries: &[f64], d: usize) -> Vec<String> {
    let suspected = columns.iter().enumerate().filter(|&(position, &column)| {
        let name = table.columns()[column].as_str();
        let values = || entries.iter().skip(position).step_by(d).copied();
        match Kind::of(name) {
            Some(Kind::Unnamed) => distinct_counts(values()),
            Some(Kind::Counter) => counts(values(), 0.0) || counts(values(), 1.0),
            None => false,
        }
    });
    suspected.map(|(_, &column)| note(table, columns, column)).collect()
}

/// A first name with the comment sign that NumPy writes before it.
pub(super) fn comment_sign(table: &impl Table) -> Option<String> {
    let name = table.columns().first().filter(|name| name.starts_with("# "))?;
    let (file, name) = (table.file(), shorten(name));
    Some(format!(
        "{file}: the first column is called {name:?}; save with comments=\"\" of numpy.savetxt, or remove the #"
    ))
}

/// How a name that row numbers have makes them likely.
enum Kind {
    /// None, or one that pandas gives to a column without a name.
    Unnamed,
    /// One that is also given to other columns.
    Counter,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        if name.is_empty() || name.starts_with("Unnamed: ") {
            return Some(Kind::Unnamed);
        }
        COUNTERS.iter().any(|counter| counter.eq_ignore_ascii_case(name)).then_some(Kind::Counter)
    }
}

/// Whether values are first, first + 1, and so on.
fn counts(values: impl Iterator<Item = f64>, first: f64) -> bool {
    values.enumerate().all(|(row, value)| value == first + row as f64)
}

/// Whether values are different whole numbers from 0, as the numbers of rows that were drawn from a table are.
fn distinct_counts(values: impl Iterator<Item = f64>) -> bool {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.iter().all(|value| *value >= 0.0 && value.fract() == 0.0) && values.windows(2).all(|pair| pair[0] < pair[1])
}

fn note(table: &impl Table, columns: &[usize], column: usize) -> String {
    let name = &table.columns()[column];
    let title = if name.is_empty() { "without a name".to_owned() } else { format!("{:?}", shorten(name)) };
    let file = table.file();
    let option = exclusion(table, columns, column);
    format!("{file}: the column {title} seems to number the rows, and is read as a feature; leave it out with {option}")
}

/// The option that leaves a column out: by its name if that is a plain word, else by its index if that is not a name. If
/// only names remain that are numbers, they must be declared to be names.
fn exclusion(table: &impl Table, columns: &[usize], column: usize) -> String {
    let name = &table.columns()[column];
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let index = column.to_string();
    let value = match Header::of(table).by_name(&index) {
        _ if is_plain(name) => name.clone(),
        Err(_) => index,
        Ok(_) => format!("'{name}'"),
    };
    let rest: Vec<usize> = columns.iter().copied().filter(|&other| other != column).collect();
    let header = if rest.is_empty() || table.admit(&rest).is_ok() { "" } else { " --header" };
    format!("--exclude {value}{header}")
}

#[cfg(test)]
mod tests {
    use crate::data::{DataOptions, Dataset, Format, Reading};

    fn notes(text: &str) -> Vec<String> {
        let reading = Reading { header: Some(true), ..Reading::default() };
        let options = DataOptions { reading, ..DataOptions::default() };
        Dataset::parse(text.as_bytes(), Format::Csv, &options).unwrap().notes().to_vec()
    }

    #[test]
    fn row_numbers_are_found_and_the_option_names_them() {
        for (text, option) in [
            (",a,y\n0,1,2\n1,1,3\n", "--exclude 0"),
            ("\"\",a,y\n1,1,2\n2,1,3\n", "--exclude 0"),
            (",a,y\n17,1,2\n4,1,3\n", "--exclude 0"),
            (",0,y\n0,1,2\n1,1,3\n", "--exclude ''"),
            ("a,Unnamed: 0,y\n5,0,2\n6,1,3\n", "--exclude 1"),
            ("Id,a,y\n1,1,2\n2,1,3\n", "--exclude Id"),
        ] {
            let found = notes(text);
            assert!(found.len() == 1 && found[0].ends_with(option), "{text:?}: {found:?}");
        }
        let commented = notes("# a,y\n5,1\n1,2\n");
        assert!(commented.len() == 1 && commented[0].contains("called \"# a\""), "{commented:?}");
        for text in [
            "#,y\n5,1\n7,2\n",
            "a,y\n0,1\n1,2\n",
            ",y\n0.5,1\n1,2\n",
            ",y\n1,1\n1,2\n",
            "id,y\n7,1\n9,2\n",
            "a,id\n5,0\n5,1\n",
        ] {
            assert_eq!(notes(text), [""; 0], "{text:?}");
        }
    }
}
