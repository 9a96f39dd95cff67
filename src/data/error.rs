//! What went wrong, where, and what can be done about it?
//!
//! A data file is usually wrong in one cell out of millions, so every message names the file,
//! the row and the column as precisely as they are known, and ends with a remedy. Text taken
//! from the file is quoted, escaped and shortened before it enters a message.

use std::fmt;
use std::io;

use thiserror::Error;

use super::sniff::likely_delimiter;

/// A reason why data could not be read or accepted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The operating system refused to open or read a file.
    #[error("cannot read {file}: {cause}")]
    Io {
        /// The file.
        file: String,
        /// What the operating system said.
        cause: io::Error,
    },

    /// The file breaks the rules of its format.
    #[error("{place}: {problem}")]
    Malformed {
        /// Where the rules are broken.
        place: Place,
        /// Which rule is broken, and a remedy.
        problem: String,
    },

    /// There is not even one row of data.
    #[error("{file} holds no rows of data; at least one is needed")]
    NoRows {
        /// The file.
        file: String,
    },

    /// The first line of a CSV file looks like data.
    #[error(
        "{file} seems to lack a header: its first line ({line}) holds numbers where names are expected; \
         if it is data, read the file with --no-header; if it names the columns, with --header"
    )]
    NoHeader {
        /// The file.
        file: String,
        /// The first line, shortened.
        line: String,
    },

    /// The bytes are those of another kind of file.
    #[error("{file} {what}; {remedy}")]
    OtherFormat {
        /// The file.
        file: String,
        /// What it is or seems to be, after the name of the file.
        what: String,
        /// What to do.
        remedy: String,
    },

    /// Something was declared that only CSV files have.
    #[error("{file} is not read as CSV, so it has no {what}; leave that option out, or read it with --format csv")]
    NotCsv {
        /// The file.
        file: String,
        /// What was declared.
        what: &'static str,
    },

    /// A row is longer or shorter than the header.
    #[error(
        "{place}: the row has {found} cells but the {} {expected} columns{}; \
         complete the row, or quote cells that contain the delimiter",
        if *.named { "header names" } else { "first row has" },
        .hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default()
    )]
    RaggedRow {
        /// The row.
        place: Place,
        /// How many cells the row has.
        found: usize,
        /// How many cells the first line has.
        expected: usize,
        /// Whether the first line is a header.
        named: bool,
        /// What may explain it.
        hint: Option<String>,
    },

    /// A cell in a selected column is not a finite number.
    #[error("{place}, column {column:?}: {problem}")]
    BadCell {
        /// The row.
        place: Place,
        /// The name of the column.
        column: String,
        /// What is wrong with the cell.
        problem: CellProblem,
    },

    /// No column has the name or index asked for.
    #[error("{file} has no column {wanted:?}; its columns are {available}")]
    UnknownColumn {
        /// The file.
        file: String,
        /// The column asked for.
        wanted: String,
        /// The columns there are, shortened.
        available: String,
    },

    /// Two columns share the name of a selected column.
    #[error(
        "{file} has more than one column {column:?}, so the name does not say which is meant; \
         rename them in the header, or select other columns"
    )]
    AmbiguousColumn {
        /// The file.
        file: String,
        /// The name they share.
        column: String,
    },

    /// The same column was selected twice as a feature.
    #[error("column {column:?} of {file} is listed more than once among the features; list it once")]
    RepeatedFeature {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },

    /// The target was also selected as a feature.
    #[error(
        "column {column:?} of {file} is both the target and a feature; \
         take it off the list of features, or choose another target"
    )]
    TargetAmongFeatures {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },

    /// No column is left to be a feature.
    #[error(
        "{file} has no feature column besides the target; at least one is needed \
         (in a CSV file columns are separated by commas, see --delimiter)"
    )]
    NoFeatures {
        /// The file.
        file: String,
    },

    /// A target column was chosen where the format leaves no choice.
    #[error(
        "{file} is a LIBSVM file, whose target is the label in front of each line; \
         leave out the target {target:?}"
    )]
    TargetIsFixed {
        /// The file.
        file: String,
        /// The target asked for.
        target: String,
    },

    /// Some labels are numbers and some are not.
    #[error(
        "{place}, column {column:?}: the label {label:?} is {}, unlike the labels before it; \
         write all labels as numbers, or none",
        if *.numeric { "a number" } else { "not a number" }
    )]
    MixedLabels {
        /// The row of the first label that differs in kind.
        place: Place,
        /// The target column.
        column: String,
        /// The label, shortened.
        label: String,
        /// Whether this label is a number (and those before it are not).
        numeric: bool,
    },

    /// There are more than two classes.
    #[error(
        "{place}, column {column:?}: a third class {:?} appears after {:?} and {:?}; \
         a classifier needs exactly two classes, so drop or merge some, \
         or read the targets as numbers",
        .classes[2], .classes[0], .classes[1]
    )]
    TooManyClasses {
        /// The row where the third class first appears.
        place: Place,
        /// The target column.
        column: String,
        /// The first three classes in order of appearance, shortened.
        classes: Box<[String; 3]>,
    },

    /// There is only one class.
    #[error(
        "{file}, column {column:?}: every label is {class:?}; \
         a classifier needs exactly two classes, so check that this column is the target"
    )]
    OneClass {
        /// The file.
        file: String,
        /// The target column.
        column: String,
        /// The only class, shortened.
        class: String,
    },

    /// The lengths given to a constructor, or read from two files, do not fit together.
    #[error("{0}")]
    Shape(String),

    /// The dense matrix would be far larger than the file it comes from.
    #[error(
        "{file} would become a dense matrix of {rows} x {columns} entries, more than the limit \
         of {limit}; select fewer with --features, or check the largest index"
    )]
    TooLarge {
        /// The file.
        file: String,
        /// The number of rows.
        rows: usize,
        /// The number of columns.
        columns: u64,
        /// The largest number of entries allowed.
        limit: u64,
    },

    /// A model trained on named columns was given a file whose columns have no names.
    #[error(
        "the model was trained on named columns (such as {column:?}), which {file} cannot \
         provide because its columns are only numbered; use a CSV file with these columns"
    )]
    NamedColumns {
        /// The file.
        file: String,
        /// The first column whose name is not a number in this format.
        column: String,
    },
}

impl DataError {
    pub(super) fn io(file: &str, cause: io::Error) -> Self {
        let file = file.to_owned();
        Self::Io { file, cause }
    }

    pub(super) fn malformed(place: Place, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self::Malformed { place, problem }
    }
}

/// Where in the data a problem was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, or what stands for it.
    pub file: String,
    /// The row of data, counted from 1 and not counting the header or blank lines.
    pub row: Option<usize>,
    /// The line of the file on which the row starts, counted from 1.
    pub line: Option<u64>,
}

impl Place {
    pub(super) fn file(file: &str) -> Self {
        Self { file: file.to_owned(), row: None, line: None }
    }

    pub(super) fn row(file: &str, row: usize) -> Self {
        Self { row: Some(row), ..Self::file(file) }
    }

    pub(super) fn line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (self.row, self.line) {
            (Some(row), Some(line)) => write!(f, ", row {row} (line {line})"),
            (Some(row), None) => write!(f, ", row {row}"),
            (None, Some(line)) => write!(f, ", line {line}"),
            (None, None) => Ok(()),
        }
    }
}

/// What is wrong with one cell. Text from the cell is shortened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CellProblem {
    /// Nothing is in the cell.
    #[error("the cell is empty; fill it in, drop the row, or leave the column out (--exclude)")]
    Empty,
    /// A mark for a missing value.
    #[error("{0:?} stands for a missing value; fill it in, drop the row, or leave the column out (--exclude)")]
    Missing(String),
    /// The same for the target.
    #[error("{0:?} stands for a missing value; fill in the target, or drop the row (a class needs another name)")]
    MissingTarget(String),
    /// A number with a comma.
    #[error("{0:?} is not a number: write a decimal point instead of a comma, and nothing between thousands")]
    Comma(String),
    /// Text with a character that separates cells in many files.
    #[error(
        "{text:?} is not a number; if {character:?} separates cells, read the file with --delimiter {}",
        if *.character == '\t' { "tab".to_owned() } else { format!("'{character}'") }
    )]
    Delimited {
        /// The text.
        text: String,
        /// The character.
        character: char,
    },
    /// A feature is text.
    #[error("{0:?} is not a number; encode it as a number, or leave the column out (--exclude)")]
    NotANumber(String),
    /// A target is text, and classes were not asked for.
    #[error(
        "the target {0:?} is not a number; choose another target column, \
         or ask for classification if the target has two classes"
    )]
    NotANumericTarget(String),
    /// The number is infinite or not a number, or overflows.
    #[error("{0} is not finite as a 64-bit float; replace the value, or drop the row")]
    NotFinite(String),
    /// The integer falls between two floating-point numbers.
    #[error("the integer {0} has no exact 64-bit float; rescale the column, or save it as floats")]
    Inexact(String),
}

impl CellProblem {
    /// Whether a text is what common programs write where a value is missing.
    pub(super) fn is_missing(text: &str) -> bool {
        MISSING.contains(&text)
    }

    /// Why a text is not a number.
    pub(super) fn of_text(text: &str) -> Self {
        match likely_delimiter(text) {
            _ if Self::is_missing(text) => Self::Missing(shorten(text)),
            Some(character) => Self::Delimited { text: shorten(text), character },
            None if has_digits_and_comma(text) => Self::Comma(shorten(text)),
            None => Self::NotANumber(shorten(text)),
        }
    }
}

/// What pandas, R, Excel and the UCI repository write for a missing value. Names that are classes elsewhere, such as
/// "none" and "-", are none of them.
const MISSING: &[&str] = &[
    "NA", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "<NA>", "NaN", "nan", "NAN", "-NaN", "-nan", "NaT", "NULL", "null",
    "None", "?", "1.#IND", "-1.#IND", "1.#QNAN", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
    "-1.#QNAN",
];

fn has_digits_and_comma(text: &str) -> bool {
    text.contains(',') && text.bytes().all(|b| b.is_ascii_digit() || b"+-.,eE ".contains(&b))
}

/// A text from the data cut to a length fit for a message.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A list of names, quoted, of which only the first few are shown.
pub(super) fn list(names: &[String]) -> String {
    const SHOWN: usize = 10;
    if names.is_empty() {
        return "none".to_owned();
    }
    let quoted = names.iter().take(SHOWN).map(|n| format!("{:?}", shorten(n)));
    let mut text = quoted.collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shorten("short"), "short");
        assert_eq!(shorten(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..12).map(|i| format!("c{i}")).collect();
        assert!(list(&names).ends_with("\"c9\" and 2 more"));
        assert_eq!(list(&names[..2]), "\"c0\", \"c1\"");
        assert_eq!(list(&[]), "none");
    }

    #[test]
    fn places_name_what_is_known() {
        let place = Place::row("a.csv", 3);
        assert_eq!(place.to_string(), "a.csv, row 3");
        assert_eq!(place.line(5).to_string(), "a.csv, row 3 (line 5)");
        assert_eq!(Place::file("a").line(2).to_string(), "a, line 2");
    }
}
