//! Which format is this file in?
//!
//! What is declared decides, and otherwise the extension; nothing is guessed from the contents, so
//! that the same name always means the same thing. Contents that contradict it are refused.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Chain, Cursor, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{DataError, Delimiter, Reading, sniff};

/// A file format that data can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values in UTF-8; the first line names the columns.
    Csv,
    /// The same with a tab between cells.
    Tsv,
    /// One NumPy array of shape n x k, as written by `numpy.save`.
    Npy,
    /// LIBSVM (also called SVMlight) text: `label index:value ...` on each line.
    Libsvm,
}

impl Format {
    /// The format of a file of this name: `.npy` is NumPy's; `.svm`, `.libsvm`, `.svmlight` and
    /// `.t` are LIBSVM text; `.tsv` and `.tab` are CSV with tabs; everything else is CSV. Case does
    /// not matter.
    pub fn of_path(path: &Path) -> Self {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        match extension.to_ascii_lowercase().as_str() {
            "npy" => Self::Npy,
            "tsv" | "tab" => Self::Tsv,
            "svm" | "libsvm" | "svmlight" | "t" => Self::Libsvm,
            _ => Self::Csv,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Npy => "npy",
            Self::Libsvm => "libsvm",
        })
    }
}

/// The bytes of a file in a known format, of which the first have been looked at.
pub(super) struct Source<R> {
    pub(super) input: Chain<Cursor<Vec<u8>>, R>,
    pub(super) file: String,
    pub(super) format: Format,
    pub(super) reading: Reading,
}

impl Source<BufReader<File>> {
    /// Opens a file, whose format is what is declared or else [`Format::of_path`].
    pub(super) fn open(path: &Path, reading: &Reading) -> Result<Self, DataError> {
        let format = reading.format.unwrap_or_else(|| Format::of_path(path));
        let opened = File::open(path).map_err(|cause| DataError::io(&name(path), cause))?;
        Self::new(BufReader::new(opened), name(path), format, reading, reading.format.is_some())
    }
}

impl<'a> Source<&'a [u8]> {
    /// Bytes that did not come from a file.
    pub(super) fn of_bytes(bytes: &'a [u8], format: Format, reading: &Reading) -> Result<Self, DataError> {
        Self::new(bytes, UNNAMED.to_owned(), format, reading, true)
    }
}

impl<R: BufRead> Source<R> {
    fn new(mut input: R, file: String, format: Format, reading: &Reading, declared: bool) -> Result<Self, DataError> {
        let mut head = Vec::new();
        let read = (&mut input).take(sniff::HEAD).read_to_end(&mut head);
        read.map_err(|cause| DataError::io(&file, cause))?;
        sniff::refuse_foreign(&head, &file, format)?;
        let is_whole = (head.len() as u64) < sniff::HEAD;
        if head.starts_with(BYTE_ORDER_MARK) && format != Format::Npy {
            head.drain(..BYTE_ORDER_MARK.len());
        }
        let text = sniff::Lines::of(&head, is_whole);
        if !declared {
            sniff::refuse_misnamed(&text, &file, format)?;
        }
        let reading = fitting(&file, format, reading)?;
        if format == Format::Csv && reading.delimiter.is_none() {
            sniff::refuse_delimiter(&text, &file)?;
        }
        Ok(Self { input: Cursor::new(head).chain(input), file, format, reading })
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What is declared, with the delimiter that the format brings along; refused if the format has none.
fn fitting(file: &str, format: Format, reading: &Reading) -> Result<Reading, DataError> {
    let refused = |what| Err(DataError::NotCsv { file: file.to_owned(), what });
    match format {
        Format::Csv => Ok(reading.clone()),
        Format::Tsv => {
            let delimiter = reading.delimiter.or(Some(Delimiter::Byte(b'\t')));
            Ok(Reading { delimiter, ..reading.clone() })
        }
        Format::Npy | Format::Libsvm if reading.delimiter.is_some() => refused("delimiter"),
        Format::Npy | Format::Libsvm if reading.header.is_some() => refused("header"),
        Format::Npy | Format::Libsvm => Ok(reading.clone()),
    }
}

/// The name by which error messages call bytes that did not come from a file.
pub(super) const UNNAMED: &str = "the input";

/// The name by which error messages call a file.
pub(super) fn name(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides() {
        let format = |name: &str| Format::of_path(Path::new(name));
        assert_eq!(format("a.npy"), Format::Npy);
        assert_eq!(format("a.NPY"), Format::Npy);
        for name in ["a.svm", "b/a.libsvm", "a.svmlight", "a9a.t"] {
            assert_eq!(format(name), Format::Libsvm);
        }
        assert_eq!((format("a.tsv"), format("a.TAB")), (Format::Tsv, Format::Tsv));
        for name in ["a.csv", "a.txt", "a", ".npy", "npy", ""] {
            assert_eq!(format(name), Format::Csv);
        }
    }
}
