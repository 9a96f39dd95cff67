//! What does every reader offer, and when is a cell a number?
//!
//! A reader presents its file as a [`Table`]: columns with names, and rows that come one at a
//! time and of which only the cells asked for are interpreted. All that follows (choosing
//! columns, mapping classes, validating) is written against this trait alone.

use super::error::{CellProblem, DataError, Place, shorten};
use super::select::Header;

/// Rows of named columns, read one at a time.
pub(super) trait Table {
    /// The name by which messages call the source.
    fn file(&self) -> &str;

    /// The names of all columns.
    fn columns(&self) -> &[String];

    /// The target, if the source itself determines it.
    fn fixed_target(&self) -> Option<usize> {
        None
    }

    /// Refuses these features, if every row of them would take far more memory than the source itself, or if their names
    /// are no names.
    fn admit(&self, _features: &[usize]) -> Result<(), DataError> {
        Ok(())
    }

    /// Where to find the feature that a trained model calls by this name.
    fn locate(&self, header: &Header<'_>, feature: &str) -> Result<usize, DataError> {
        header.by_name(feature)
    }

    /// Moves to the next row; false if there is none.
    fn advance(&mut self) -> Result<bool, DataError>;

    /// A cell of the current row. The column is one of [`Self::columns`] or from
    /// [`Self::locate`].
    fn cell(&self, column: usize) -> Cell<'_>;

    /// Where the cell of the current row in this column is.
    fn place(&self, column: usize) -> Place;
}

/// One entry of a table, not yet validated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// Text without surrounding space.
    Text(&'a str),
    /// A floating-point number, perhaps not finite.
    Real(f64),
    /// An integer, perhaps without an exact floating-point value.
    Integer(i128),
}

impl Cell<'_> {
    /// The cell as a finite number, with -0.0 turned into 0.0.
    pub(super) fn number(self) -> Result<f64, CellProblem> {
        match self {
            Cell::Text("") => Err(CellProblem::Empty),
            Cell::Text(text) => match text.parse() {
                Ok(value) => finite(value, || shorten(text)),
                Err(_) => Err(CellProblem::of_text(text)),
            },
            Cell::Real(value) => finite(value, || value.to_string()),
            Cell::Integer(value) => exact(value),
        }
    }
}

/// The value itself if it is finite, with -0.0 turned into 0.0.
pub(super) fn finite(value: f64, text: impl Fn() -> String) -> Result<f64, CellProblem> {
    if value.is_finite() {
        Ok(value + 0.0) // -0.0 + 0.0 is 0.0; every other value stays
    } else {
        Err(CellProblem::NotFinite(text()))
    }
}

/// The integer as a float, if it is one.
fn exact(value: i128) -> Result<f64, CellProblem> {
    let float = value as f64;
    if float as i128 == value { Ok(float) } else { Err(CellProblem::Inexact(value.to_string())) }
}

/// The k of a name that consists of `prefix` and the decimal number k.
pub(super) fn number_after(prefix: char, name: &str) -> Option<usize> {
    let digits = name.strip_prefix(prefix)?;
    let decimal = digits.bytes().all(|b| b.is_ascii_digit());
    decimal.then(|| digits.parse().ok()).flatten()
}

/// A cell of the current row together with what messages about it must say.
pub(super) struct Spot<'a, T> {
    pub(super) table: &'a T,
    pub(super) column: usize,
    /// The name of the column.
    pub(super) name: &'a str,
}

impl<'a, T: Table> Spot<'a, T> {
    pub(super) fn cell(&self) -> Cell<'a> {
        self.table.cell(self.column)
    }

    pub(super) fn place(&self) -> Place {
        self.table.place(self.column)
    }

    /// The name of the column for messages, or which column it is if it has none.
    pub(super) fn title(&self) -> String {
        if self.name.is_empty() { format!("(no name, index {})", self.column) } else { shorten(self.name) }
    }

    /// The error for a problem with this cell.
    pub(super) fn error(&self, problem: CellProblem) -> DataError {
        DataError::BadCell { place: self.place(), column: self.title(), problem }
    }
}

/// Appends the cells at `columns` of the current row to `rows`, and a one if `bias` is set.
/// `names` are the names of these columns.
pub(super) fn push_row(
    table: &impl Table,
    columns: &[usize],
    names: &[String],
    bias: bool,
    rows: &mut Vec<f64>,
) -> Result<(), DataError> {
    for (&column, name) in columns.iter().zip(names) {
        let number = table.cell(column).number();
        let spot = || Spot { table, column, name };
        rows.push(number.map_err(|problem| spot().error(problem))?);
    }
    if bias {
        rows.push(1.0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_the_nearest_float() {
        assert_eq!(Cell::Text("0.1").number(), Ok(0.1));
        assert_eq!(Cell::Text("-1e3").number(), Ok(-1000.0));
        assert_eq!(Cell::Text("-0").number().unwrap().to_bits(), 0);
        assert_eq!(Cell::Text("").number(), Err(CellProblem::Empty));
        let problem = CellProblem::NotANumber("0x1".into());
        assert_eq!(Cell::Text("0x1").number(), Err(problem));
        for text in ["1e999", "NaN", "-inf"] {
            let problem = CellProblem::NotFinite(text.into());
            assert_eq!(Cell::Text(text).number(), Err(problem));
        }
    }

    #[test]
    fn numbered_names_are_recognised() {
        assert_eq!(number_after('x', "x12"), Some(12));
        for other in ["x", "x+1", "x-1", "y1", "x1.0", "age", "", "x99999999999999999999999"] {
            assert_eq!(number_after('x', other), None);
        }
    }

    #[test]
    fn integers_must_be_exact() {
        assert_eq!(Cell::Integer(1 << 53).number(), Ok(9007199254740992.0));
        assert_eq!(Cell::Integer(-(1 << 63)).number(), Ok(-(2f64.powi(63))));
        for inexact in [(1 << 53) + 1, u64::MAX.into(), i64::MAX.into()] {
            let problem = CellProblem::Inexact(inexact.to_string());
            assert_eq!(Cell::Integer(inexact).number(), Err(problem));
        }
    }
}
