//! Tables with several rows: aligned text, CSV, JSON, and a plot of two columns as SVG.

use std::{
    io::{self, Write},
    path::Path,
};

use serde_json::{Map, Value};

use super::{
    CliError, output,
    plot::{self, Series},
};
use crate::files;

/// Named columns and rows of values.
#[derive(Debug)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: &[&'static str]) -> Self {
        Table { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Appends a row, one value a column; numbers that JSON cannot hold become null.
    pub fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    /// The rows as JSON objects.
    pub fn to_json(&self) -> Value {
        let object = |row: &Vec<Value>| -> Value {
            let fields = self.columns.iter().map(|name| name.to_string()).zip(row.iter().cloned());
            Value::Object(fields.collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }

    /// Prints the rows to standard output, in aligned columns.
    pub fn print(&self) -> io::Result<()> {
        let header = self.columns.iter().map(|name| name.replace('_', " ")).collect();
        let lines: Vec<Vec<String>> =
            [header].into_iter().chain(self.rows.iter().map(|row| row.iter().map(shown).collect())).collect();
        let width = |column: usize| lines.iter().map(|line: &Vec<String>| line[column].len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let aligned = |line: &Vec<String>| -> Vec<String> {
            line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect()
        };
        output::print(|out| lines.iter().try_for_each(|line| writeln!(out, "{}", aligned(line).join("  ").trim_end())))
    }

    /// Writes the summary if the file is named `.json`, a plot of objectives if it is named `.svg`, otherwise the rows
    /// as CSV.
    pub fn write(&self, path: &Path, summary: &Value, horizontal: &str, lines: &[Series]) -> Result<(), CliError> {
        let ends_in = |ending: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
        if ends_in("json") {
            return Ok(files::write_json(path, summary)?);
        }
        if ends_in("svg") {
            return plot::write(path, horizontal, "objective", lines);
        }
        self.write_csv(path)
    }

    /// The rows as CSV with a header; null is empty.
    fn write_csv(&self, path: &Path) -> Result<(), CliError> {
        let cell = |value: &Value| if value.is_null() { String::new() } else { shown(value) };
        let write = |out: &mut dyn Write| -> io::Result<()> {
            let mut out = csv::Writer::from_writer(out);
            out.write_record(&self.columns)?;
            self.rows.iter().try_for_each(|row| out.write_record(row.iter().map(cell)))?;
            out.flush()
        };
        Ok(files::write_with(path, write)?)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".into(),
        other => other.to_string(),
    }
}
