//! What does a LIBSVM file say?
//!
//! Each line is a row: a label, then `index:value` pairs whose indices increase. Features that are
//! not listed are zero; `#` starts a comment. As a table, the label comes first and then the
//! features; that of index k is called `fk`, whether the file counts from 0 or from 1. If nothing
//! else is asked for they go up to the largest index in the file, from `f0` if that is listed and
//! else from `f1`.
//!
//! The rows are kept as sparse as they are written, because how many columns there are is known
//! only at the end, and columns exist only as far as they are asked for.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::ops::{Range, RangeInclusive};

use super::DataOptions;
use super::error::{CellProblem, DataError, Place, shorten};
use super::table::{Cell, Table, number_after};

/// The largest number of features if none are selected.
const MAX_COLUMNS: u64 = 1 << 20;

/// The largest number of entries that sparse rows may become when made dense.
const MAX_ENTRIES: u64 = 1 << 26;

/// The name of the column of labels.
const LABEL: &str = "label";

/// A LIBSVM file, read as a whole.
pub(super) struct SparseTable {
    file: String,
    /// The names of the columns, the label first.
    columns: Vec<String>,
    /// The index of the feature in each column but the first.
    indices: Vec<u64>,
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
    /// Reads all rows, but makes no columns of them yet.
    pub(super) fn read(input: impl BufRead, file: &str) -> Result<Self, DataError> {
        let (columns, indices, rows, entries) = (vec![LABEL.to_owned()], Vec::new(), Vec::new(), Vec::new());
        let mut table = Self { file: file.to_owned(), columns, indices, rows, entries, row: 0 };
        table.read_lines(input)?;
        Ok(table)
    }

    /// Makes columns of the features that the options ask for, or of all, and gives the options by
    /// which they are found: an index k asks for the feature `fk`.
    pub(super) fn select(self, options: &DataOptions) -> Result<(Self, DataOptions), DataError> {
        self.refuse_several_labels()?;
        let named =
            |wanted: &Vec<String>| wanted.iter().map(|wanted| self.named(wanted)).collect::<Result<Vec<_>, _>>();
        let features = options.features.as_ref().map(named).transpose()?;
        let options = DataOptions { exclude: named(&options.exclude)?, features, ..options.clone() };
        let table = match &options.features {
            Some(names) => {
                let distinct: BTreeSet<u64> = names.iter().filter_map(|name| index_of(name)).collect();
                self.with_columns(distinct)
            }
            None => self.with_all()?,
        };
        Ok((table, options))
    }

    /// A label such as `1,2` says that a row is in several classes.
    fn refuse_several_labels(&self) -> Result<(), DataError> {
        let Some(first) = self.rows.iter().position(|row| row.label.contains(',')) else { return Ok(()) };
        let place = Place::row(&self.file, first + 1).line(self.rows[first].line);
        let problem =
            format!("{:?} is more than one label; keep one in front of each line", shorten(&self.rows[first].label));
        Err(DataError::malformed(place, problem))
    }

    /// Makes columns of the features with these names, listed or not.
    pub(super) fn with_features(self, names: &[String]) -> Result<Self, DataError> {
        let index = |name: &String| {
            let refused = || DataError::NamedColumns { file: self.file.clone(), column: shorten(name) };
            index_of(name).ok_or_else(refused)
        };
        let indices = names.iter().map(index).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(self.with_columns(indices))
    }

    /// Makes columns of all features, of which there must not be absurdly many.
    fn with_all(self) -> Result<Self, DataError> {
        let range = self.range();
        match range.end().saturating_sub(*range.start()) {
            columns if columns < MAX_COLUMNS => Ok(self.with_columns(range)),
            columns => Err(self.too_large(columns.saturating_add(1), MAX_COLUMNS)),
        }
    }

    fn with_columns(mut self, indices: impl IntoIterator<Item = u64>) -> Self {
        self.indices = indices.into_iter().collect();
        self.columns.extend(self.indices.iter().map(|index| format!("f{index}")));
        self
    }

    /// The indices from the first, which is 1 unless 0 is listed, to the largest; empty if none is listed.
    fn range(&self) -> RangeInclusive<u64> {
        let indices = || self.entries.iter().map(|&(index, _)| index);
        indices().min().unwrap_or(1).min(1)..=indices().max().unwrap_or(0)
    }

    /// The name of the column that is asked for.
    fn named(&self, wanted: &str) -> Result<String, DataError> {
        let wanted = wanted.trim();
        let index = index_of(wanted).or_else(|| wanted.parse().ok());
        match index.filter(|index| self.range().contains(index)) {
            Some(index) => Ok(format!("f{index}")),
            None if wanted == LABEL => Ok(LABEL.to_owned()),
            None => Err(self.unknown(wanted)),
        }
    }

    fn unknown(&self, wanted: &str) -> DataError {
        let range = self.range();
        let available = match range.is_empty() {
            true => format!("{LABEL:?}"),
            false => format!("{LABEL:?} and \"f{}\" to \"f{}\"", range.start(), range.end()),
        };
        DataError::UnknownColumn { file: self.file.clone(), wanted: shorten(wanted), available }
    }

    /// Lines end in LF, CRLF or CR.
    fn read_lines(&mut self, mut input: impl BufRead) -> Result<(), DataError> {
        let (mut bytes, mut line) = (Vec::new(), 0);
        loop {
            bytes.clear();
            let read = input.read_until(b'\n', &mut bytes);
            if read.map_err(|cause| DataError::io(&self.file, cause))? == 0 {
                return Ok(());
            }
            let whole = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
            let whole = whole.strip_suffix(b"\r").unwrap_or(whole);
            for bytes in whole.split(|&byte| byte == b'\r') {
                line += 1;
                let place = Place::row(&self.file, self.rows.len() + 1).line(line);
                self.read_line(line, bytes, &place)?;
            }
        }
    }

    fn read_line(&mut self, line: u64, bytes: &[u8], place: &Place) -> Result<(), DataError> {
        let text = content(bytes).map_err(|problem| DataError::malformed(place.clone(), problem))?;
        let mut tokens = text.split_ascii_whitespace().peekable();
        if tokens.peek().is_none() {
            return Ok(());
        }
        let label = tokens.next_if(|token| !token.contains(':')).unwrap_or("");
        let start = self.entries.len();
        let mut previous = None;
        for token in tokens {
            let (index, value) = entry(token, previous, place)?;
            self.entries.push((index, value));
            previous = Some(index);
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

    fn admit(&self, features: &[usize]) -> Result<(), DataError> {
        let columns = features.len() as u64;
        match columns.checked_mul(self.rows.len() as u64) {
            Some(entries) if entries <= MAX_ENTRIES => Ok(()),
            _ => Err(self.too_large(columns, MAX_ENTRIES)),
        }
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        self.row = self.rows.len().min(self.row) + 1;
        Ok(self.row <= self.rows.len())
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        match column.checked_sub(1).and_then(|feature| self.indices.get(feature)) {
            None => Cell::Text(self.current().map_or("", |row| &row.label)),
            Some(&index) => Cell::Real(self.value(index)),
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

/// The index of the feature of this name.
fn index_of(name: &str) -> Option<u64> {
    number_after('f', name).map(|index| index as u64)
}

/// The text of a line without its comment.
fn content(bytes: &[u8]) -> Result<&str, String> {
    let code = bytes.split(|&b| b == b'#').next().unwrap_or(bytes);
    str::from_utf8(code).map_err(|_| "the text is not UTF-8; convert the file to UTF-8".to_owned())
}

/// Reads `index:value`, where the index must exceed the previous one.
fn entry(token: &str, previous: Option<u64>, place: &Place) -> Result<(u64, f64), DataError> {
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
    let Ok(index) = index.parse() else {
        let problem = format!("the index in {shown:?} is not a whole number from 0; correct it");
        return Err(malformed(problem));
    };
    match previous {
        Some(previous) if index == previous => {
            Err(malformed(format!("index {index} stands twice, the second time in {shown:?}; keep one of them")))
        }
        Some(previous) if index < previous => {
            Err(malformed(format!("{shown:?} comes after index {previous}; sort each line by index")))
        }
        _ => Ok((index, number(value, index, place)?)),
    }
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
        SparseTable::read(text.as_bytes(), "t.svm")?.with_all()
    }

    #[track_caller]
    fn fails(text: &str, message: &str) {
        let error = read(text).err().unwrap().to_string();
        assert!(error.starts_with(message), "{error}");
    }

    #[test]
    fn features_not_listed_are_zero() {
        let mut table = read("+1 1:5 3:-2 # one\r\n\n# none\n-1\n").unwrap();
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
        fails("1 2:1 2:3", "t.svm, row 1 (line 1): index 2 stands twice, the second time in \"2:3\"");
        fails("1 1:1\r\r1 0:1 0:1", "t.svm, row 2 (line 3): index 0 stands twice");
        fails("1 2:1 1:1", "t.svm, row 1 (line 1): \"1:1\" comes after index 2");
        fails("1 -1:1", "t.svm, row 1 (line 1): the index in \"-1:1\" is not");
        fails("1 3:x", "t.svm, row 1 (line 1), column \"f3\": \"x\" is not a number");
        fails("1 3:", "t.svm, row 1 (line 1), column \"f3\": the cell is empty");
    }

    #[test]
    fn absurd_sizes_are_refused() {
        fails("1 1048577:1", "t.svm would become a dense matrix of 1 x 1048577 entries");
        fails("1 18446744073709551615:1 ", "t.svm would become a dense matrix of 1 x 18446744073709551615 entries");
        let text = format!("1 {MAX_COLUMNS}:1\n{}", "0\n".repeat(64));
        let columns: Vec<usize> = (1..=1 << 20).collect();
        let error = read(&text).unwrap().admit(&columns).unwrap_err();
        assert!(matches!(error, DataError::TooLarge { rows: 65, .. }));
        assert!(read(&text).unwrap().admit(&columns[..5]).is_ok());
    }

    /// One selected feature was refused because of another one's index.
    #[test]
    fn only_selected_features_are_columns() {
        let text = "1 1:1 2000000:3 18446744073709551615:2\n-1 1:2\n";
        let select = |features: &[&str]| {
            let features = Some(features.iter().map(|&name| name.to_owned()).collect());
            SparseTable::read(text.as_bytes(), "t.svm")
                .unwrap()
                .select(&DataOptions { features, ..DataOptions::default() })
        };
        let (mut table, options) = select(&["f2000000", "1"]).unwrap();
        assert_eq!(table.columns(), ["label", "f1", "f2000000"]);
        assert_eq!(options.features.unwrap(), ["f2000000", "f1"]);
        assert!(table.advance().unwrap());
        assert_eq!((table.cell(1), table.cell(2)), (Cell::Real(1.0), Cell::Real(3.0)));
        let error = select(&["0"]).err().unwrap().to_string();
        assert!(error.contains("no column \"0\"; its columns are \"label\" and \"f1\" to \"f1844"), "{error}");
    }

    /// scikit-learn counts from 0 by default.
    #[test]
    fn indices_may_start_at_zero() {
        let mut table = read("1 0:5 2:6\n-1 1:7\n").unwrap();
        assert_eq!(table.columns(), ["label", "f0", "f1", "f2"]);
        assert!(table.advance().unwrap());
        let row: Vec<_> = (1..4).map(|column| table.cell(column)).collect();
        assert_eq!(row, [Cell::Real(5.0), Cell::Real(0.0), Cell::Real(6.0)]);
    }
}
