//! What does a CSV file say?
//!
//! The first line that is not blank is the header, and every later one that is not blank is a
//! row with as many cells as the header. Cells may be quoted with `"`, and space around them
//! does not count. Lines end in LF or CRLF, and a byte order mark at the start is skipped.

use std::io::{self, Read};
use std::mem;

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord, Terminator};

use super::error::{DataError, Place, shorten};
use super::table::{Cell, Table};

/// Bytes that always end in a newline, so that every record does too.
type Terminated<R> = io::Chain<R, &'static [u8]>;

/// A CSV file, read row by row.
pub(super) struct CsvTable<R> {
    file: String,
    reader: Reader<Terminated<R>>,
    columns: Vec<String>,
    record: StringRecord,
    /// How many rows have been read, including the current one.
    row: usize,
}

impl<R: Read> CsvTable<R> {
    /// Reads the header.
    pub(super) fn open(input: R, file: &str) -> Result<Self, DataError> {
        let newline: &[u8] = b"\n";
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(input.chain(newline));
        let mut table =
            Self { file: file.to_owned(), reader, columns: Vec::new(), record: StringRecord::new(), row: 0 };
        table.read_header()?;
        Ok(table)
    }

    fn read_header(&mut self) -> Result<(), DataError> {
        if !self.next_record()? {
            let problem = "the file is empty; it needs a header and at least one row";
            return Err(DataError::malformed(Place::file(&self.file), problem));
        }
        self.columns = cells(&self.record).map(str::to_owned).collect();
        if cells(&self.record).all(is_number) {
            return Err(self.no_header());
        }
        Ok(())
    }

    /// Moves to the next record that is not blank; false at the end of the file.
    fn next_record(&mut self) -> Result<bool, DataError> {
        loop {
            if !self.next_raw_record()? {
                return Ok(false);
            }
            let mut cells = cells(&self.record);
            let blank = cells.next().is_none_or(str::is_empty) && cells.next().is_none();
            if !blank {
                return Ok(true);
            }
        }
    }

    fn next_raw_record(&mut self) -> Result<bool, DataError> {
        let mut record = mem::take(&mut self.record).into_byte_record();
        let more = self.reader.read_byte_record(&mut record);
        let more = more.map_err(|error| self.unreadable(error))?;
        let line = self.line(&record);
        self.record = StringRecord::from_byte_record(record).map_err(|_| not_utf8(&self.file, line))?;
        Ok(more)
    }

    /// The line on which the record that was just read starts.
    ///
    /// The position that the CSV reader gives a record does not allow for blank lines before
    /// it, so the line is counted back from where the reader stands: past the newline that ends
    /// the record, and past the newlines in its quoted cells.
    fn line(&self, record: &ByteRecord) -> u64 {
        let inner = record.as_slice().iter().filter(|&&b| b == b'\n').count() as u64;
        let next = self.reader.position().line();
        next.saturating_sub(inner + 1).max(1)
    }

    fn here(&self) -> Place {
        let line = self.line(self.record.as_byte_record());
        Place::row(&self.file, self.row).line(line)
    }

    fn unreadable(&self, error: csv::Error) -> DataError {
        let message = error.to_string();
        match error.into_kind() {
            csv::ErrorKind::Io(cause) => DataError::io(&self.file, cause),
            _ => DataError::malformed(Place::file(&self.file), message),
        }
    }

    fn no_header(&self) -> DataError {
        let line = self.columns.join(",");
        let names = (0..self.columns.len().saturating_sub(1)).map(|i| format!("x{i},"));
        let example: String = names.take(20).chain(["y".to_owned()]).collect();
        DataError::NoHeader { file: self.file.clone(), line: shorten(&line), example: shorten(&example) }
    }
}

impl<R: Read> Table for CsvTable<R> {
    fn file(&self) -> &str {
        &self.file
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        if !self.next_record()? {
            return Ok(false);
        }
        self.row += 1;
        let (found, expected) = (self.record.len(), self.columns.len());
        if found == expected {
            return Ok(true);
        }
        let place = self.here();
        Err(DataError::RaggedRow { place, found, expected })
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        Cell::Text(self.record.get(column).unwrap_or("").trim())
    }

    fn place(&self, _column: usize) -> Place {
        self.here()
    }
}

fn cells(record: &StringRecord) -> impl Iterator<Item = &str> {
    record.iter().map(str::trim)
}

fn is_number(text: &str) -> bool {
    text.parse().is_ok_and(f64::is_finite)
}

fn not_utf8(file: &str, line: u64) -> DataError {
    let problem = "the text is not UTF-8; convert the file to UTF-8";
    DataError::malformed(Place::file(file).line(line), problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, DataError> {
        let mut table = CsvTable::open(text, "t.csv")?;
        let mut rows = vec![(1, table.columns().to_vec())];
        while table.advance()? {
            let line = table.place(0).line.unwrap();
            rows.push((line, cells(&table.record).map(str::to_owned).collect()));
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
    fn line_ends_and_byte_order_marks_do_not_matter() {
        let rows: &[(u64, &[&str])] = &[(1, &["a", "b"]), (2, &["1", "x"]), (3, &["2", ""])];
        reads("a,b\n1,x\n2,\n", rows);
        reads("a,b\n1,x\n2,", rows);
        reads("a,b\r\n1,x\r\n2,\r\n", rows);
        reads("a,b\r\n1,\"x\"\r\n2,\"\"\r\n", rows);
        reads("\u{feff}a,b\n1,x\n2,", rows);
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
            "t.csv seems to lack a header: its first line (1,2.5) consists of numbers; \
             add a first line that names the columns, such as \"x0,y\"",
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
        fails(b"\xff\xfea\0,\0b\0", "t.csv, line 1: the text is not UTF-8");
    }
}
