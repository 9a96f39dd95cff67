//! Where do the cells of delimited text begin and end?
//!
//! A record is a line; LF, CRLF and CR alone end one. Blanks around a cell do not count, and a cell whose first other
//! character is a quote goes on to the closing quote, over delimiters and line ends, with `""` for a quote. What opens
//! without closing, or goes on after it has closed, is a flaw at the line on which it opened: a lenient reader would
//! have to guess which cells it swallows. Time and memory are linear in the bytes; one record is held at a time.

use std::io::{self, BufRead};

use super::Delimiter;

/// Delimited text, read record by record.
pub(super) struct Records<R> {
    input: R,
    delimiter: Delimiter,
    /// The line of the next byte, from 1.
    line: u64,
}

/// The cells of one record.
#[derive(Default)]
pub(super) struct Record {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// The lines on which the record starts and ends.
    pub(super) first_line: u64,
    pub(super) last_line: u64,
}

/// Why text is not made of records.
pub(super) enum Flaw {
    Io(io::Error),
    /// A quote opens on this line and never closes.
    OpenQuote(u64),
    /// The cell whose quote opens on this line goes on with this byte after the closing quote.
    AfterQuote(u64, u8),
    /// The record on this line is not UTF-8.
    NotUtf8(u64),
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        Flaw::Io(error)
    }
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell without the blanks around it.
    pub(super) fn cell(&self, index: usize) -> Option<&str> {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let end = *self.ends.get(index)?;
        self.text.get(start..end).map(str::trim)
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.cell(index))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.len() == 1 && self.cell(0) == Some("")
    }
}

impl<R: BufRead> Records<R> {
    /// Records of text whose first line is `line` of its file.
    pub(super) fn new(input: R, delimiter: Delimiter, line: u64) -> Self {
        Self { input, delimiter, line }
    }

    /// Reads the next record; false if there is none.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, Flaw> {
        record.first_line = self.line;
        record.ends.clear();
        let mut text = std::mem::take(&mut record.text).into_bytes();
        text.clear();
        if self.peek()?.is_none() {
            return Ok(false);
        }
        loop {
            self.cell(&mut text)?;
            record.ends.push(text.len());
            record.last_line = self.line;
            if !self.delimited()? {
                break;
            }
        }
        record.text = String::from_utf8(text).map_err(|_| Flaw::NotUtf8(record.first_line))?;
        Ok(true)
    }

    /// Reads one cell, up to what ends it.
    fn cell(&mut self, text: &mut Vec<u8>) -> Result<(), Flaw> {
        self.skip_blanks()?;
        if self.peek()? == Some(b'"') {
            return self.quoted(text);
        }
        while let Some(byte) = self.peek()?.filter(|&byte| !self.ends_cell(byte)) {
            text.push(byte);
            self.input.consume(1);
        }
        Ok(())
    }

    fn quoted(&mut self, text: &mut Vec<u8>) -> Result<(), Flaw> {
        let opened = self.line;
        self.input.consume(1);
        loop {
            let byte = self.peek()?.ok_or(Flaw::OpenQuote(opened))?;
            self.input.consume(1);
            let next = self.peek()?;
            match (byte, next) {
                (b'"', Some(b'"')) => self.input.consume(1),
                (b'"', _) => break,
                (b'\n', _) => self.line += 1,
                (b'\r', next) if next != Some(b'\n') => self.line += 1,
                _ => {}
            }
            text.push(byte);
        }
        self.skip_blanks()?;
        match self.peek()? {
            Some(byte) if !self.ends_cell(byte) && self.delimiter != Delimiter::Blanks => {
                Err(Flaw::AfterQuote(opened, byte))
            }
            _ => Ok(()),
        }
    }

    /// Passes what ends a cell; true if another cell of the record follows.
    fn delimited(&mut self) -> Result<bool, Flaw> {
        if self.delimiter == Delimiter::Blanks {
            self.skip_blanks()?;
        }
        match self.peek()? {
            None => return Ok(false),
            Some(b'\n') => self.input.consume(1),
            Some(b'\r') => {
                self.input.consume(1);
                if self.peek()? == Some(b'\n') {
                    self.input.consume(1);
                }
            }
            Some(byte) => {
                if self.delimiter == Delimiter::Byte(byte) {
                    self.input.consume(1);
                }
                return Ok(true);
            }
        }
        self.line += 1;
        Ok(false)
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == b'\n' || byte == b'\r' || self.delimiter.is(byte)
    }

    fn skip_blanks(&mut self) -> io::Result<()> {
        let blank = |byte: u8| byte == b' ' || byte == b'\t';
        let delimiter = self.delimiter;
        while self.peek()?.is_some_and(|byte| blank(byte) && delimiter != Delimiter::Byte(byte)) {
            self.input.consume(1);
        }
        Ok(())
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result.map(|bytes| bytes.first().copied()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, delimiter: Delimiter) -> Result<Vec<(u64, Vec<String>)>, Flaw> {
        let (mut records, mut record) = (Records::new(text.as_bytes(), delimiter, 1), Record::default());
        let mut rows = Vec::new();
        while records.read(&mut record)? {
            rows.push((record.first_line, record.cells().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    #[track_caller]
    fn reads(text: &str, delimiter: Delimiter, rows: &[(u64, &[&str])]) {
        let Ok(found) = read(text, delimiter) else { panic!("{text:?} is not read") };
        let found: Vec<(u64, Vec<&str>)> =
            found.iter().map(|(line, row)| (*line, row.iter().map(String::as_str).collect())).collect();
        let rows: Vec<_> = rows.iter().map(|&(line, row)| (line, row.to_vec())).collect();
        assert_eq!(found, rows, "{text:?}");
    }

    const COMMA: Delimiter = Delimiter::Byte(b',');

    #[test]
    fn every_line_end_ends_a_record() {
        let rows: &[(u64, &[&str])] = &[(1, &["a", "b"]), (2, &["1", "2"]), (3, &["3", ""])];
        for end in ["\n", "\r\n", "\r"] {
            reads(&["a,b", "1,2", "3,"].join(end), COMMA, rows);
            reads(&["a,b", "1,2", "3,", ""].join(end), COMMA, rows);
            reads(&["\"a\",b", " 1 , \"2\" ", "3,\"\""].join(end), COMMA, rows);
        }
    }

    #[test]
    fn quotes_may_follow_and_precede_blanks() {
        reads("a, \"x, \"\"z\"\"\"  ,b\n", COMMA, &[(1, &["a", "x, \"z\"", "b"])]);
        reads("5\" disk,2\n", COMMA, &[(1, &["5\" disk", "2"])]);
        reads("\"1\r\n2\r3\",4\n5\n", COMMA, &[(1, &["1\r\n2\r3", "4"]), (4, &["5"])]);
    }

    #[test]
    fn other_delimiters_leave_commas_alone() {
        reads("a;b\n1,5;2\n", Delimiter::Byte(b';'), &[(1, &["a", "b"]), (2, &["1,5", "2"])]);
        reads("a\t\t b\n", Delimiter::Byte(b'\t'), &[(1, &["a", "", "b"])]);
        reads("  a  b\t\"c d\" \n1\n", Delimiter::Blanks, &[(1, &["a", "b", "c d"]), (2, &["1"])]);
    }

    #[test]
    fn flaws_are_where_the_quote_opens() {
        assert!(matches!(read("a,b\n1,2\n\"3,4\n5,6\n", COMMA), Err(Flaw::OpenQuote(3))));
        assert!(matches!(read("a\n\"1\n2\"x\n", COMMA), Err(Flaw::AfterQuote(2, b'x'))));
    }
}
