//! Are these bytes what they are taken for?
//!
//! Nothing is read in another way because of what is found here: a file is refused, with what it seems to be and the
//! option or the step that makes it readable. Only its first bytes are looked at, so this costs nothing.

use super::error::{DataError, Place};
use super::{Delimiter, Format};

/// How many bytes are looked at.
pub(super) const HEAD: u64 = 4096;

/// How many lines are looked at.
const LINES: usize = 8;

/// The first bytes of kinds of files that are never read, what they are, and what to do.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "is compressed with gzip", "unpack it first (gunzip)"),
    (b"BZh", "is compressed with bzip2", "unpack it first (bunzip2)"),
    (b"\xfd7zXZ\0", "is compressed with xz", "unpack it first (unxz)"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd", "unpack it first (unzstd)"),
    (b"PAR1", "is a Parquet file", "save the table as CSV"),
    (b"\x89HDF", "is an HDF5 file", "save the table as CSV, or the array with numpy.save"),
    (b"MATLAB 5.0", "is a MATLAB file", "save the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook", "save its sheet as CSV"),
    (b"\x80\x04\x95", "is a Python pickle", "save the table as CSV, or the array with numpy.save"),
    (b"\xff\xfe", "is UTF-16 text", UTF8),
    (b"\xfe\xff", "is UTF-16 text", UTF8),
    (b"<!DOCTYPE", "is a web page", "download the table itself"),
    (b"<html", "is a web page", "download the table itself"),
    (b"@relation", "is an ARFF file", "save the table as CSV"),
];

const UTF8: &str = "convert it to UTF-8 (in Excel: save as \"CSV UTF-8\")";

/// The first lines of a text that are not blank.
pub(super) struct Lines(Vec<String>);

impl Lines {
    /// The lines of the first bytes of a text, the last one only if it is whole, or up to its last blank if it is alone.
    pub(super) fn of(head: &[u8], is_whole: bool) -> Self {
        let text = String::from_utf8_lossy(head);
        let mut lines: Vec<&str> = text.split(['\n', '\r']).collect();
        match lines.as_mut_slice() {
            [only] if !is_whole => *only = only.rsplit_once(' ').map_or(*only, |(whole, _)| whole),
            _ if !is_whole => _ = lines.pop(),
            _ => {}
        }
        let filled = lines.into_iter().filter(|line| !line.trim().is_empty());
        Lines(filled.take(LINES).map(str::to_owned).collect())
    }
}

/// The first bytes of a `.npy` file.
pub(super) const NPY: &[u8] = b"\x93NUMPY";

/// Refuses bytes of a kind of file that is not read in this format.
pub(super) fn refuse_foreign(head: &[u8], file: &str, format: Format) -> Result<(), DataError> {
    let refused = |what: &str, remedy: &str| {
        Err(DataError::OtherFormat { file: file.to_owned(), what: what.to_owned(), remedy: remedy.to_owned() })
    };
    if head.starts_with(b"PK\x03\x04") {
        let (what, remedy) = archive(head);
        return refused(what, remedy);
    }
    if head.starts_with(NPY) && format != Format::Npy {
        return refused("is a NumPy array", "read it with --format npy");
    }
    let starts = |start: &[u8]| head.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    match FOREIGN.iter().find(|(start, ..)| starts(start)) {
        Some((_, what, remedy)) => refused(what, remedy),
        None if is_json(head) => refused("is JSON", "save the table as CSV"),
        None => Ok(()),
    }
}

/// Whether bytes begin like an array or an object of JSON with something in it.
fn is_json(head: &[u8]) -> bool {
    let mut filled = head.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (filled.next(), filled.next()) {
        (Some(b'['), Some(second)) => b"{[\"".contains(second),
        (Some(b'{'), Some(second)) => *second == b'"',
        _ => false,
    }
}

/// What a zip archive is, by the name of its first member.
fn archive(head: &[u8]) -> (&'static str, &'static str) {
    let named = |text: &[u8]| head.windows(text.len()).any(|window| window == text);
    if named(b".npy") {
        return ("is a .npz archive of arrays", "save one of them by itself: numpy.save(\"x.npy\", archive[\"x\"])");
    }
    if named(b"[Content_Types].xml") || named(b"xl/") || named(b"mimetype") {
        return ("is a spreadsheet", "save its sheet as CSV");
    }
    ("is a zip archive", "unpack it first (unzip)")
}

/// Refuses text that seems to be in another format than the one that the file's name stands for.
pub(super) fn refuse_misnamed(lines: &Lines, file: &str, format: Format) -> Result<(), DataError> {
    let other = match format {
        Format::Csv | Format::Tsv if is_libsvm(lines) => ("seems to be LIBSVM text", "libsvm"),
        Format::Libsvm if is_csv(lines) => ("seems to be CSV", "csv"),
        _ => return Ok(()),
    };
    Err(DataError::OtherFormat {
        file: file.to_owned(),
        what: other.0.to_owned(),
        remedy: format!("read it with --format {}, or with --format {format} if that is what it is", other.1),
    })
}

/// Refuses text without a comma in its first line where the cells seem to be separated by something else.
pub(super) fn refuse_delimiter(lines: &Lines, file: &str) -> Result<(), DataError> {
    let Some(delimiter) = other_delimiter(lines) else { return Ok(()) };
    let (name, option) = match delimiter {
        Delimiter::Blanks => ("blanks", "space".to_owned()),
        Delimiter::Byte(b'\t') => ("tabs", "tab".to_owned()),
        Delimiter::Byte(b'|') => ("bars", "'|'".to_owned()),
        Delimiter::Byte(byte) => ("semicolons", format!("'{}'", char::from(byte))),
    };
    let problem = format!(
        "there is no comma in the first line, and its cells seem to be separated by {name}; read the file with \
         --delimiter {option}, or with --delimiter , if it has one column"
    );
    Err(DataError::malformed(Place::file(file), problem))
}

/// The delimiter that a line without commas is likely to have, for one that is a column by itself.
pub(super) fn likely_delimiter(text: &str) -> Option<char> {
    [';', '\t', '|'].into_iter().find(|&delimiter| text.contains(delimiter))
}

fn other_delimiter(Lines(lines): &Lines) -> Option<Delimiter> {
    let first = lines.first()?;
    if first.contains(',') || first.contains("sep=") {
        return None;
    }
    if let Some(delimiter) = likely_delimiter(first) {
        return u8::try_from(delimiter).ok().map(Delimiter::Byte);
    }
    let words = |line: &str| line.trim_start_matches('#').split_ascii_whitespace().count();
    let second = lines.get(1)?;
    (words(first) > 1 && words(second) >= words(first) && !first.contains('"') && !second.contains(','))
        .then_some(Delimiter::Blanks)
}

/// Whether every line is a label and pairs, and some line has a pair after its label (a column of times has none).
fn is_libsvm(Lines(lines): &Lines) -> bool {
    let code = || lines.iter().map(|line| line.split('#').next().unwrap_or(""));
    code().all(|line| line.split_ascii_whitespace().skip(1).all(|token| is_pair(token) || token.starts_with("qid:")))
        && code().any(|line| line.split_ascii_whitespace().skip(1).any(is_pair))
}

fn is_pair(token: &str) -> bool {
    let Some((index, value)) = token.split_once(':') else { return false };
    !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) && value.parse::<f64>().is_ok()
}

/// Whether the first line that is no comment has commas and no pair.
fn is_csv(Lines(lines): &Lines) -> bool {
    let first = lines.iter().find(|line| !line.starts_with('#'));
    first.is_some_and(|line| line.contains([',', ';']) && !line.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libsvm_text_is_told_from_tables() {
        for text in ["+1 1:0.5 2:1\n-1\n", "# by hand\n1 qid:1 3:1e-3 # x\n", "1 1:1\r-1 2:2\r", "a 1:1"] {
            assert!(is_libsvm(&Lines::of(text.as_bytes(), true)), "{text:?}");
        }
        for text in ["a,b\n1,2\n", "time\n12:30\n13:30\n", "1\n2\n", "a b\n1 2\n", "x,t\n1,2:3\n", ""] {
            assert!(!is_libsvm(&Lines::of(text.as_bytes(), true)), "{text:?}");
        }
    }

    /// Rows of thousands of features are longer than what is looked at.
    #[test]
    fn one_long_line_is_enough() {
        let line: String = (1..2000).map(|index| format!(" {index}:0.25")).collect();
        let head = &format!("1{line}").into_bytes()[..HEAD as usize];
        assert!(is_libsvm(&Lines::of(head, false)) && !is_csv(&Lines::of(head, false)));
    }

    #[test]
    fn delimiters_are_suspected_only_without_commas() {
        let found = |text: &str| other_delimiter(&Lines::of(text.as_bytes(), true));
        assert_eq!(found("a;b\n1,5;2\n"), Some(Delimiter::Byte(b';')));
        assert_eq!(found("a\tb\n"), Some(Delimiter::Byte(b'\t')));
        assert_eq!(found("a b\n1 2\n"), Some(Delimiter::Blanks));
        assert_eq!(found("# a b\n1 2\n"), Some(Delimiter::Blanks));
        assert_eq!(found("my feature\n1\n2\n"), None);
        assert_eq!(found("a,b;c\n"), None);
        assert_eq!(found("a\n"), None);
    }
}
