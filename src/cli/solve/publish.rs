//! A table of points, each with its certificate: to files and to standard output.

use serde::Serialize;
use serde_json::Value;

use super::{CliError, args::TableArguments, certificates, output::print_json, plot::Series, table::Table};
use crate::files::{FileError, Named};

impl TableArguments {
    /// Checks the files before long work begins.
    pub fn check_files(&self, inputs: &[Named]) -> Result<(), FileError> {
        certificates::prepare(inputs, self.output.as_deref(), self.certificates.as_deref())
    }

    /// Writes the certificates (one a row, if there is one), then the table or its plot, and prints it.
    pub fn publish<'a, C: Serialize + 'a>(
        &self,
        table: &Table,
        summary: &Value,
        (axis, series): (&str, &[Series]),
        certificates: impl Iterator<Item = Option<&'a C>>,
    ) -> Result<(), CliError> {
        certificates::write(self.certificates.as_deref(), certificates)?;
        if let Some(path) = &self.output {
            table.write(path, summary, axis, series)?;
        }
        Ok(if self.json { print_json(summary) } else { table.print() }?)
    }
}
