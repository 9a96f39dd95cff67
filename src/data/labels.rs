//! What is the target of each row?
//!
//! Either a number as it stands, or one of two classes, which become -1 and +1. Classes are told
//! apart as numbers if all labels are numbers and as text if none is; which of the two it is,
//! the first label decides, and a later label of the other kind is an error.

use super::error::{CellProblem, DataError, shorten};
use super::table::{Cell, Spot, Table};

/// The targets of the rows seen so far.
pub(super) enum Labels {
    /// The numbers themselves.
    Numbers(Vec<f64>),
    /// The index of each row's class among the classes seen, in order of appearance.
    Classes(Vec<f64>, Vec<Class>),
}

/// A class, known by the label that was seen first.
pub(super) struct Class {
    name: String,
    number: Option<f64>,
}

/// The targets of all rows, and the names of the classes that became -1 and +1.
pub(super) type Targets = (Vec<f64>, Option<[String; 2]>);

impl Labels {
    pub(super) fn new(classify: bool) -> Self {
        if classify { Self::Classes(Vec::new(), Vec::new()) } else { Self::Numbers(Vec::new()) }
    }

    /// Adds the target of a row.
    pub(super) fn push(&mut self, spot: &Spot<'_, impl Table>) -> Result<(), DataError> {
        match self {
            Self::Numbers(values) => {
                let number = spot.cell().number().map_err(as_target);
                values.push(number.map_err(|problem| spot.error(problem))?);
            }
            Self::Classes(indices, classes) => {
                let label = Label::of(spot.cell()).map_err(|problem| spot.error(problem))?;
                indices.push(class_index(classes, label, spot)? as f64);
            }
        }
        Ok(())
    }

    /// The targets, once all rows are in.
    pub(super) fn finish(self, file: &str, column: &str) -> Result<Targets, DataError> {
        match self {
            Self::Numbers(values) => Ok((values, None)),
            Self::Classes(mut indices, classes) => {
                let [first, second] = two(classes, file, column)?;
                let swap = second.before(&first);
                for index in &mut indices {
                    *index = if (*index == 0.0) == swap { 1.0 } else { -1.0 };
                }
                let names = if swap { [second, first] } else { [first, second] };
                Ok((indices, Some(names.map(|class| class.name))))
            }
        }
    }
}

impl Class {
    fn before(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(a), Some(b)) => a < b,
            _ => self.name < other.name,
        }
    }
}

/// A label as it is written and as the number it stands for, if it does.
#[derive(Clone, Copy)]
struct Label<'a> {
    cell: Cell<'a>,
    number: Option<f64>,
}

impl<'a> Label<'a> {
    fn of(cell: Cell<'a>) -> Result<Self, CellProblem> {
        let number = match (cell, cell.number()) {
            (_, Ok(number)) => Some(number),
            (_, Err(CellProblem::Empty)) => return Err(CellProblem::Empty),
            (Cell::Text(text), Err(_)) if CellProblem::is_missing(text) => {
                return Err(CellProblem::MissingTarget(shorten(text)));
            }
            (Cell::Text(_), Err(_)) => None,
            (_, Err(problem)) => return Err(problem),
        };
        Ok(Self { cell, number })
    }

    fn is(&self, class: &Class) -> bool {
        match (self.number, class.number, self.cell) {
            (Some(a), Some(b), _) => a == b,
            (None, None, Cell::Text(text)) => text == class.name,
            _ => false,
        }
    }

    fn name(&self) -> String {
        match self.cell {
            Cell::Text(text) => text.to_owned(),
            Cell::Real(value) => (value + 0.0).to_string(),
            Cell::Integer(value) => value.to_string(),
        }
    }
}

/// The index of the label's class, which is added to the classes if it is new.
fn class_index(classes: &mut Vec<Class>, label: Label<'_>, spot: &Spot<'_, impl Table>) -> Result<usize, DataError> {
    if let Some(known) = classes.iter().position(|class| label.is(class)) {
        return Ok(known);
    }
    refuse_unfit(classes, label, spot)?;
    classes.push(Class { name: label.name(), number: label.number });
    Ok(classes.len() - 1)
}

/// Refuses a new label of the wrong kind, or one that would make a third class.
fn refuse_unfit(classes: &[Class], label: Label<'_>, spot: &Spot<'_, impl Table>) -> Result<(), DataError> {
    let numeric = label.number.is_some();
    match classes {
        [first, ..] if first.number.is_some() != numeric => Err(DataError::MixedLabels {
            place: spot.place(),
            column: spot.title(),
            label: shorten(&label.name()),
            numeric,
        }),
        [first, second, ..] => Err(DataError::TooManyClasses {
            place: spot.place(),
            column: spot.title(),
            classes: Box::new([&first.name, &second.name, &label.name()].map(|n| shorten(n))),
        }),
        _ => Ok(()),
    }
}

fn two(classes: Vec<Class>, file: &str, column: &str) -> Result<[Class; 2], DataError> {
    <[Class; 2]>::try_from(classes).map_err(|classes| match classes.first() {
        Some(only) => {
            DataError::OneClass { file: file.to_owned(), column: shorten(column), class: shorten(&only.name) }
        }
        None => DataError::NoRows { file: file.to_owned() },
    })
}

/// The same problem, in words that fit a target.
fn as_target(problem: CellProblem) -> CellProblem {
    match problem {
        CellProblem::NotANumber(text) => CellProblem::NotANumericTarget(text),
        CellProblem::Missing(text) => CellProblem::MissingTarget(text),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Reading, csv::CsvTable};

    fn classes(labels: &[&str]) -> Result<Targets, DataError> {
        let rows: String = labels.iter().map(|label| format!("0,{label}\n")).collect();
        let csv = format!("x,y\n{rows}");
        let mut table = CsvTable::open(csv.as_bytes(), "t.csv", &Reading::default())?;
        let mut targets = Labels::new(true);
        while table.advance()? {
            targets.push(&Spot { table: &table, column: 1, name: "y" })?;
        }
        targets.finish("t.csv", "y")
    }

    #[track_caller]
    fn maps(labels: &[&str], targets: &[f64], names: [&str; 2]) {
        let names = names.map(str::to_owned);
        assert_eq!(classes(labels).unwrap(), (targets.to_vec(), Some(names)));
    }

    #[track_caller]
    fn fails(labels: &[&str], message: &str) {
        let error = classes(labels).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }

    #[test]
    fn text_is_ordered_as_text() {
        maps(&["yes", "no", "yes"], &[1.0, -1.0, 1.0], ["no", "yes"]);
        maps(&["a", "b"], &[-1.0, 1.0], ["a", "b"]);
        maps(&["infinite", "inf"], &[1.0, -1.0], ["inf", "infinite"]);
    }

    #[test]
    fn numbers_are_ordered_as_numbers_and_named_as_first_written() {
        maps(&["10", "9.0", "9"], &[1.0, -1.0, -1.0], ["9.0", "10"]);
        maps(&["-0", "1e0", "0", "1"], &[-1.0, 1.0, -1.0, 1.0], ["-0", "1e0"]);
    }

    #[test]
    fn there_must_be_two_classes_of_one_kind() {
        fails(&["a", "a"], "t.csv, column \"y\": every label is \"a\"");
        fails(
            &["b", "a", "b", "c"],
            "t.csv, row 4 (line 5), column \"y\": a third class \"c\" appears after \"b\" and \"a\"",
        );
        fails(
            &["1", "2", "x"],
            "t.csv, row 3 (line 4), column \"y\": the label \"x\" is not a number, \
             unlike the labels before it",
        );
        fails(&["x", "1"], "t.csv, row 2 (line 3), column \"y\": the label \"1\" is a number");
        fails(&["a", ""], "t.csv, row 2 (line 3), column \"y\": the cell is empty");
        fails(&[], "t.csv holds no rows of data");
    }

    /// It was taken for a class of its own, or for text among numbers.
    #[test]
    fn a_missing_label_is_no_class() {
        for mark in ["NA", "nan", "None", "?", "#N/A"] {
            let message = format!("t.csv, row 2 (line 3), column \"y\": {mark:?} stands for a missing value");
            fails(&["1", mark, "-1"], &message);
            fails(&["a", mark, "b"], &message);
            fails(&["a", mark, "a"], &message);
        }
    }
}
