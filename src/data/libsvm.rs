//! What does a LIBSVM file say?
//!
//! Each line is a row: a label, then `index:value` pairs whose indices start at 1 and increase.
//! Features that are not listed are zero; `#` starts a comment. As a table, the label is column
//! 0 and the feature of index k is column k, called `fk`, up to the largest index in the file.
//!
//! The rows are kept as sparse as they are written, because how many columns there are is known
//! only at the end.

use std::io::BufRead;
use std::ops::Range;

use super::error::{CellProblem, DataError, Place, shorten};
use super::select::Header;
use super::table::{Cell, Table, number_after};

/// The largest feature index a dataset may have.
const MAX_INDEX: u64 = 1 << 20;

/// The largest number of entries that sparse rows may become when made dense.
const MAX_ENTRIES: u64 = 1 << 26;

/// The name of the column of labels.
const LABEL: &str = "label";

/// A LIBSVM file, read as a whole.
pub(super) struct SparseTable {
    file: String,
    columns: Vec<String>,
    rows: Vec<SparseRow>,
    /// The listed features of all rows: index and value.
    entries: Vec<(u64, f64)>,
    /// How many rows [`Table::advance`] has passed, including the current one.
    row: usize,
}

/// One row: its label and where its features are among all entries.
struct SparseRow {
    line: u64,
    label: Box<str>,
    entries: Range<usize>,
}

impl SparseTable {
    /// Reads all rows, but does not name the columns yet.
    pub(super) fn read(input: impl BufRead, file: &str) -> Result<Self, DataError> {
        let mut table =
            Self { file: file.to_owned(), columns: Vec::new(), rows: Vec::new(), entries: Vec::new(), row: 0 };
        table.read_lines(input)?;
        Ok(table)
    }

    /// Names the columns, of which there must not be absurdly many.
    pub(super) fn name_columns(mut self) -> Result<Self, DataError> {
        let largest = self.entries.iter().map(|&(index, _)| index).max().unwrap_or(0);
        if largest > MAX_INDEX {
            return Err(self.too_large(largest, MAX_INDEX));
        }
        let features = (1..=largest).map(|index| format!("f{index}"));
        self.columns = [LABEL.to_owned()].into_iter().chain(features).collect();
        Ok(self)
    }

    fn read_lines(&mut self, mut input: impl BufRead) -> Result<(), DataError> {
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            let read = input.read_until(b'\n', &mut bytes);
            if read.map_err(|cause| DataError::io(&self.file, cause))? == 0 {
                break;
            }
            let place = Place::row(&self.file, self.rows.len() + 1).line(line);
            self.read_line(line, &bytes, &place)?;
        }
        Ok(())
    }

    fn read_line(&mut self, line: u64, bytes: &[u8], place: &Place) -> Result<(), DataError> {
        let text = content(line, bytes).map_err(|problem| DataError::malformed(place.clone(), problem))?;
        let mut tokens = text.split_ascii_whitespace().peekable();
        if tokens.peek().is_none() {
            return Ok(());
        }
        let label = tokens.next_if(|token| !token.contains(':')).unwrap_or("");
        let start = self.entries.len();
        let mut previous = 0;
        for token in tokens {
            let (index, value) = entry(token, previous, place)?;
            self.entries.push((index, value));
            previous = index;
        }
        self.rows.push(SparseRow { line, label: label.into(), entries: start..self.entries.len() });
        Ok(())
    }

    fn current(&self) -> Option<&SparseRow> {
        self.rows.get(self.row.checked_sub(1)?)
    }

    fn value(&self, index: u64) -> f64 {
        let listed = self.current().and_then(|row| self.entries.get(row.entries.clone()));
        let listed = listed.unwrap_or(&[]);
        match listed.binary_search_by_key(&index, |&(index, _)| index) {
            Ok(position) => listed[position].1,
            Err(_) => 0.0,
        }
    }

    fn too_large(&self, columns: u64, limit: u64) -> DataError {
        DataError::TooLarge { file: self.file.clone(), rows: self.rows.len(), columns, limit }
    }
}

impl Table for SparseTable {
    fn file(&self) -> &str {
        &self.file
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn fixed_target(&self) -> Option<usize> {
        Some(0)
    }

    fn allow(&self, columns: usize) -> Result<(), DataError> {
        let columns = columns as u64;
        match columns.checked_mul(self.rows.len() as u64) {
            Some(entries) if entries <= MAX_ENTRIES => Ok(()),
            _ => Err(self.too_large(columns, MAX_ENTRIES)),
        }
    }

    /// Indices beyond the largest in the file are features that are zero in every row.
    fn locate(&self, _header: &Header<'_>, feature: &str) -> Result<usize, DataError> {
        let index = number_after('f', feature).filter(|&index| index > 0);
        index.ok_or_else(|| DataError::NamedColumns { file: self.file.clone(), column: shorten(feature) })
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        self.row = self.rows.len().min(self.row) + 1;
        Ok(self.row <= self.rows.len())
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        match column {
            0 => Cell::Text(self.current().map_or("", |row| &row.label)),
            index => Cell::Real(self.value(index as u64)),
        }
    }

    fn place(&self, _column: usize) -> Place {
        let place = Place::row(&self.file, self.row);
        match self.current() {
            Some(row) => place.line(row.line),
            None => place,
        }
    }
}

/// The text of a line without its comment and, on the first line, without a byte order mark.
fn content(line: u64, bytes: &[u8]) -> Result<&str, String> {
    let code = bytes.split(|&b| b == b'#').next().unwrap_or(bytes);
    let code = match code.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) if line == 1 => rest,
        _ => code,
    };
    str::from_utf8(code).map_err(|_| "the text is not UTF-8; convert the file to UTF-8".to_owned())
}

/// Reads `index:value`, where the index must exceed the previous one.
fn entry(token: &str, previous: u64, place: &Place) -> Result<(u64, f64), DataError> {
    let malformed = |problem| DataError::malformed(place.clone(), problem);
    let shown = shorten(token);
    let Some((index, value)) = token.split_once(':') else {
        let problem = format!("{shown:?} is not of the form index:value; separate pairs by spaces");
        return Err(malformed(problem));
    };
    if index == "qid" {
        let problem = format!("query ids such as {shown:?} are for ranking; remove them");
        return Err(malformed(problem));
    }
    let index = match index.parse() {
        Ok(index) if index > previous => index,
        Ok(0) => {
            return Err(malformed(format!("index 0 in {shown:?}; indices start at 1")));
        }
        Ok(_) => {
            let problem = format!("{shown:?} comes after index {previous}; sort each line by index");
            return Err(malformed(problem));
        }
        Err(_) => {
            let problem = format!("the index in {shown:?} is not a positive whole number; correct it");
            return Err(malformed(problem));
        }
    };
    Ok((index, number(value, index, place)?))
}

/// Reads a value; whether it is finite matters only if the feature is used.
fn number(value: &str, index: u64, place: &Place) -> Result<f64, DataError> {
    value.parse().map_err(|_| DataError::BadCell {
        place: place.clone(),
        column: format!("f{index}"),
        problem: match value {
            "" => CellProblem::Empty,
            _ => CellProblem::NotANumber(shorten(value)),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SparseTable, DataError> {
        SparseTable::read(text.as_bytes(), "t.svm")?.name_columns()
    }

    #[track_caller]
    fn fails(text: &str, message: &str) {
        let error = read(text).err().unwrap().to_string();
        assert!(error.starts_with(message), "{error}");
    }

    #[test]
    fn features_not_listed_are_zero() {
        let mut table = read("\u{feff}+1 1:5 3:-2 # one\r\n\n# none\n-1\n").unwrap();
        assert_eq!(table.columns(), ["label", "f1", "f2", "f3"]);
        let mut rows = Vec::new();
        while table.advance().unwrap() {
            let cells = (0..4).map(|column| table.cell(column).number().unwrap());
            rows.push((table.place(0).line, cells.collect::<Vec<_>>()));
        }
        assert_eq!(rows[0], (Some(1), vec![1.0, 5.0, 0.0, -2.0]));
        assert_eq!(rows[1], (Some(4), vec![-1.0, 0.0, 0.0, 0.0]));
        assert_eq!(rows.len(), 2);
        assert!(!table.advance().unwrap());
    }

    #[test]
    fn a_label_may_be_missing_until_it_is_used() {
        let mut table = read("2:1\n").unwrap();
        assert!(table.advance().unwrap());
        assert_eq!(table.cell(0).number(), Err(CellProblem::Empty));
        assert_eq!(table.cell(2).number(), Ok(1.0));
    }

    #[test]
    fn broken_lines_are_refused() {
        fails("1 1:1\n\n1 2", "t.svm, row 2 (line 3): \"2\" is not of the form index:value");
        fails("1 qid:3 1:1", "t.svm, row 1 (line 1): query ids such as \"qid:3\"");
        fails("1 0:3", "t.svm, row 1 (line 1): index 0 in \"0:3\"; indices start at 1");
        fails("1 2:1 2:1", "t.svm, row 1 (line 1): \"2:1\" comes after index 2");
        fails("1 2:1 1:1", "t.svm, row 1 (line 1): \"1:1\" comes after index 2");
        fails("1 -1:1", "t.svm, row 1 (line 1): the index in \"-1:1\" is not");
        fails("1 3:x", "t.svm, row 1 (line 1), column \"f3\": \"x\" is not a number");
        fails("1 3:", "t.svm, row 1 (line 1), column \"f3\": the cell is empty");
    }

    #[test]
    fn absurd_sizes_are_refused() {
        fails("1 1048577:1", "t.svm would become a dense matrix of 1 x 1048577 entries");
        let text = format!("1 {MAX_INDEX}:1\n{}", "0\n".repeat(64));
        let error = read(&text).unwrap().allow(1 << 20).unwrap_err();
        assert!(matches!(error, DataError::TooLarge { rows: 65, .. }));
        assert!(read(&text).unwrap().allow(5).is_ok());
    }
}
