//! What does a CSV file say?
//!
//! The first line that is not blank is the header, unless it is said that there is none, and every later one that is not
//! blank is a row with as many cells as the first. Cells may be quoted with `"`, and space around them does not count.
//! Lines end in LF, CRLF or CR; a byte order mark at the start is skipped, and so is a first line `sep=;`, with which
//! Excel names the delimiter.

use std::io::BufRead;

use super::error::{CellProblem, DataError, Place, shorten};
use super::records::{Flaw, Record, Records};
use super::sniff::likely_delimiter;
use super::table::{Cell, Table};
use super::{Delimiter, Reading};

/// A CSV file, read row by row.
pub(super) struct CsvTable<R> {
    file: String,
    records: Records<R>,
    columns: Vec<String>,
    record: Record,
    /// Whether the first line names the columns; `None` if that is not declared, and then it must.
    header: Option<bool>,
    /// Whether the record at hand is a row that has not been given yet.
    waiting: bool,
    /// How many rows have been read, including the current one.
    row: usize,
}

impl<R: BufRead> CsvTable<R> {
    /// Reads the header. The delimiter is a comma unless something else is declared, here or in the file.
    pub(super) fn open(mut input: R, file: &str, reading: &Reading) -> Result<Self, DataError> {
        let named = named_delimiter(&mut input).map_err(|cause| DataError::io(file, cause))?;
        let delimiter = match (reading.delimiter, named) {
            (Some(declared), Some(named)) if declared != named => return Err(contradiction(file, declared, named)),
            (declared, named) => declared.or(named).unwrap_or(Delimiter::Byte(b',')),
        };
        let records = Records::new(input, delimiter, 1 + u64::from(named.is_some()));
        let (file, header) = (file.to_owned(), reading.header);
        let (columns, record) = (Vec::new(), Record::default());
        let mut table = Self { file, records, columns, record, header, waiting: false, row: 0 };
        table.name_columns()?;
        Ok(table)
    }

    fn name_columns(&mut self) -> Result<(), DataError> {
        if !self.next_record()? {
            let problem = "the file is empty; it needs a header and at least one row";
            return Err(DataError::malformed(Place::file(&self.file), problem));
        }
        if self.header == Some(false) {
            self.waiting = true;
            self.columns = (0..self.record.len()).map(|index| format!("x{index}")).collect();
            return Ok(());
        }
        self.columns = self.record.cells().map(str::to_owned).collect();
        match self.columns.as_slice() {
            _ if self.header.is_some() => Ok(()),
            [only] if only.starts_with('#') => {
                let problem = "the first line is a comment; remove it, and its # if it names the columns";
                Err(DataError::malformed(Place::file(&self.file).line(self.record.first_line), problem))
            }
            names if looks_like_data(names) => Err(self.no_header()),
            _ => Ok(()),
        }
    }

    /// Moves to the next record that is not blank; false at the end of the file.
    fn next_record(&mut self) -> Result<bool, DataError> {
        loop {
            let more = self.records.read(&mut self.record).map_err(|flaw| self.flawed(flaw))?;
            if !more || !self.record.is_blank() {
                return Ok(more);
            }
        }
    }

    fn here(&self) -> Place {
        Place::row(&self.file, self.row).line(self.record.first_line)
    }

    fn flawed(&self, flaw: Flaw) -> DataError {
        let at = |line| match self.columns.is_empty() {
            true => Place::file(&self.file).line(line),
            false => Place::row(&self.file, self.row + 1).line(line),
        };
        match flaw {
            Flaw::Io(cause) => DataError::io(&self.file, cause),
            Flaw::NotUtf8(line) => {
                let problem = "the text is not UTF-8; convert the file to UTF-8";
                DataError::malformed(Place::file(&self.file).line(line), problem)
            }
            Flaw::OpenQuote(line) => {
                let problem = "a quote opens a cell here and is never closed; close it, or remove it";
                DataError::malformed(at(line), problem)
            }
            Flaw::AfterQuote(line, byte) => DataError::malformed(at(line), after_quote(byte)),
        }
    }

    fn no_header(&self) -> DataError {
        DataError::NoHeader { file: self.file.clone(), line: shorten(&self.columns.join(",")) }
    }

    /// What may explain a row of another length.
    fn ragged_because(&self) -> Option<String> {
        let (found, expected) = (self.record.len(), self.columns.len());
        if self.record.last_line > self.record.first_line {
            let last = self.record.last_line;
            return Some(format!("a quoted cell makes it end in line {last}, a quote may be missing"));
        }
        if self.columns.first().is_some_and(|name| name.starts_with('#')) {
            return Some("the first line begins with #: if it is a comment, remove it or its #".to_owned());
        }
        let surplus = self.row == 1 && found == expected + 1 && self.header != Some(false);
        match self.record.cell(expected) {
            Some("") => Some("it ends with a delimiter".to_owned()),
            Some(_) if surplus => Some("R writes row names without a name; write with row.names = FALSE".to_owned()),
            _ => None,
        }
    }
}

impl<R: BufRead> Table for CsvTable<R> {
    fn file(&self) -> &str {
        &self.file
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Refuses features that are all called by numbers: that is a row of data.
    fn admit(&self, features: &[usize]) -> Result<(), DataError> {
        let numbers = features.iter().all(|&column| self.columns.get(column).is_some_and(|name| is_number(name)));
        if self.header.is_none() && numbers { Err(self.no_header()) } else { Ok(()) }
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        if !std::mem::take(&mut self.waiting) && !self.next_record()? {
            return Ok(false);
        }
        self.row += 1;
        let (found, expected) = (self.record.len(), self.columns.len());
        if found == expected {
            return Ok(true);
        }
        let (place, hint) = (self.here(), self.ragged_because());
        Err(DataError::RaggedRow { place, found, expected, named: self.header != Some(false), hint })
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        Cell::Text(self.record.cell(column).unwrap_or(""))
    }

    fn place(&self, _column: usize) -> Place {
        self.here()
    }
}

/// The delimiter that a first line `sep=;` names, with or without quotes; the line is then passed.
fn named_delimiter(input: &mut impl BufRead) -> std::io::Result<Option<Delimiter>> {
    let bytes = input.fill_buf()?;
    let (rest, quote): (_, &[u8]) = match bytes.strip_prefix(b"\"") {
        Some(rest) => (rest, b"\""),
        None => (bytes, b""),
    };
    let Some((&byte, rest)) = rest.strip_prefix(b"sep=").and_then(<[u8]>::split_first) else { return Ok(None) };
    let Some(rest) = rest.strip_prefix(quote) else { return Ok(None) };
    let Ok(delimiter) = char::from(byte).to_string().parse() else { return Ok(None) };
    let ends: [&[u8]; 3] = [b"\r\n", b"\n", b"\r"];
    let Some(rest) = ends.iter().find_map(|end| rest.strip_prefix(*end)) else { return Ok(None) };
    let passed = bytes.len() - rest.len();
    input.consume(passed);
    Ok(Some(delimiter))
}

fn contradiction(file: &str, declared: Delimiter, named: Delimiter) -> DataError {
    let problem =
        format!("the first line says that cells are separated by {named}, --delimiter says {declared}; leave it out");
    DataError::malformed(Place::file(file).line(1), problem)
}

fn after_quote(byte: u8) -> String {
    let text = char::from(byte).to_string();
    match likely_delimiter(&text) {
        Some('\t') => "a tab follows the closing quote; read the file with --delimiter tab".to_owned(),
        Some(other) => format!("{other:?} follows the closing quote; read the file with --delimiter '{other}'"),
        None => "a quoted cell goes on after its closing quote; quote the whole cell, and write a quote within as two"
            .to_owned(),
    }
}

/// Whether a line is data rather than names: at least half of what is filled in is a number or a mark for a missing one,
/// or some number is none that counts or labels columns.
fn looks_like_data(names: &[String]) -> bool {
    let filled = names.iter().filter(|name| !name.is_empty()).count();
    let numbers = names.iter().filter(|name| is_number(name)).count();
    let missing = names.iter().filter(|name| !name.is_empty() && CellProblem::is_missing(name)).count();
    let measured = |name: &String| is_number(name) && !name.bytes().all(|b| b.is_ascii_digit());
    numbers > 0 && (2 * (numbers + missing) >= filled || names.iter().any(measured))
}

fn is_number(text: &str) -> bool {
    text.parse().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, DataError> {
        let mut table = CsvTable::open(text, "t.csv", &Reading::default())?;
        let mut rows = vec![(1, table.columns().to_vec())];
        while table.advance()? {
            let line = table.place(0).line.unwrap();
            rows.push((line, table.record.cells().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    #[track_caller]
    fn reads(text: &str, rows: &[(u64, &[&str])]) {
        let plain = read(text.as_bytes()).unwrap();
        let borrowed = plain.iter().map(|(l, r)| (*l, r.iter().map(String::as_str).collect()));
        let rows = rows.iter().map(|&(line, row)| (line, row.to_vec()));
        assert!(borrowed.eq(rows), "{text:?} reads {plain:?}");
    }

    #[track_caller]
    fn fails(text: &[u8], message: &str) {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }

    #[test]
    fn line_ends_do_not_matter() {
        let rows: &[(u64, &[&str])] = &[(1, &["a", "b"]), (2, &["1", "x"]), (3, &["2", ""])];
        reads("a,b\n1,x\n2,\n", rows);
        reads("a,b\n1,x\n2,", rows);
        reads("a,b\r\n1,x\r\n2,\r\n", rows);
        reads("a,b\r\n1,\"x\"\r\n2,\"\"\r\n", rows);
        reads("a,b\r1,x\r2,\r", rows);
    }

    #[test]
    fn blank_lines_are_skipped_but_counted() {
        reads("a,b\n\n1,2\n  \n\r\n\n3,4", &[(1, &["a", "b"]), (3, &["1", "2"]), (7, &["3", "4"])]);
    }

    #[test]
    fn quoted_cells_may_span_lines() {
        let text = "\"a,\nb\",c\n\"1\n2\n\",3\n4,5\n";
        reads(text, &[(1, &["a,\nb", "c"]), (3, &["1\n2", "3"]), (6, &["4", "5"])]);
    }

    #[test]
    fn the_file_needs_a_header() {
        fails(b"", "t.csv: the file is empty");
        fails(b"\n \n", "t.csv: the file is empty");
        fails(
            b"1,2.5\n3,4\n",
            "t.csv seems to lack a header: its first line (1,2.5) holds numbers where names are expected; \
             if it is data, read the file with --no-header",
        );
    }

    #[test]
    fn rows_are_as_long_as_the_header() {
        let message = "t.csv, row 2 (line 4): the row has 3 cells but the header names 2 columns";
        fails(b"a,b\n1,2\n\n1,2,3\n", message);
        fails(b"a,b\n1\n", "t.csv, row 1 (line 2): the row has 1 cells");
    }

    #[test]
    fn other_encodings_are_refused() {
        fails(b"a,b\n1,\xe9\n", "t.csv, line 2: the text is not UTF-8");
    }

    /// A row was lost, and the features were called by its numbers.
    #[test]
    fn a_first_line_of_numbers_is_no_header() {
        let header = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        for line in ["5.1,3.5,setosa", "1,2,3", ",0,1,2,y", "NA,3,yes", "male,-1,yes,no,b", "a,b,c,d,1e3", "1,yes"] {
            assert!(looks_like_data(&header(line)), "{line}");
        }
        for line in ["a,b,y", "id,2019,2020,x,y", ",a,y", "NA,b,y", "x0,x1,3d,4th", "inf,nan,y"] {
            assert!(!looks_like_data(&header(line)), "{line}");
        }
    }

    #[test]
    fn the_header_can_be_declared() {
        let open = |header| {
            let reading = Reading { header: Some(header), ..Reading::default() };
            CsvTable::open(&b"0,1\n5,6\n"[..], "t.csv", &reading).unwrap()
        };
        let (mut named, mut unnamed) = (open(true), open(false));
        assert_eq!(
            (named.columns(), unnamed.columns()),
            (&["0", "1"].map(String::from)[..], &["x0", "x1"].map(String::from)[..])
        );
        assert!(named.advance().unwrap() && unnamed.advance().unwrap());
        assert_eq!((named.cell(0), unnamed.cell(0)), (Cell::Text("5"), Cell::Text("0")));
        assert_eq!((named.place(0).line, unnamed.place(0).line), (Some(2), Some(1)));
        assert!(unnamed.advance().unwrap() && !unnamed.advance().unwrap());
    }

    #[test]
    fn the_file_may_name_its_delimiter() {
        for first in ["sep=;\n", "sep=;\r\n", "\"sep=;\"\r"] {
            reads(&format!("{first}a;b\n1,5;2\n"), &[(1, &["a", "b"]), (3, &["1,5", "2"])]);
        }
        reads("sep=;x\n1\n", &[(1, &["sep=;x"]), (2, &["1"])]);
        let reading = Reading { delimiter: Some(Delimiter::Byte(b',')), ..Reading::default() };
        assert!(CsvTable::open(&b"sep=;\na;b\n"[..], "t.csv", &reading).is_err());
    }

    #[test]
    fn quotes_are_closed() {
        fails(b"x,y\n1,2\n\"2,3\n4,5\n", "t.csv, row 2 (line 3): a quote opens a cell here and is never closed");
        fails(b"\"x,y\n1,2\n", "t.csv, line 1: a quote opens");
        fails(b"x,y\n\"1\"2,3\n", "t.csv, row 1 (line 2): a quoted cell goes on");
        fails(
            b"x,y\n\"1\";3\n",
            "t.csv, row 1 (line 2): ';' follows the closing quote; read the file with --delimiter ';'",
        );
        fails(
            b"x,y\n1,\"2\n3,4\n5,\",6\n",
            "t.csv, row 1 (line 2): the row has 3 cells but the header names 2 columns",
        );
    }
}
