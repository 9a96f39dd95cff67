//! Tables for people, JSON for machines, and numbers that stay valid bounds when they are rounded.

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write},
};

#[cfg(feature = "solve")]
use std::time::Instant;

use serde::{Serialize, Serializer};
use serde_json::Value;

#[cfg(feature = "solve")]
use crate::limits::Limit;
use crate::{
    check::Proven,
    data::Dataset,
    exact::{RBig, rational},
};

/// A result under construction: the same fields are printed as a table or as JSON.
#[derive(Debug, Default)]
pub struct Report {
    fields: Vec<(String, Value)>,
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|(name, value)| (name, value)))
    }
}

impl Report {
    /// Adds a field; numbers that JSON cannot hold become null.
    pub fn field(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The fields in order.
    #[cfg(feature = "solve")]
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of a field.
    #[cfg(feature = "solve")]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Adds the fields of another report.
    #[cfg(feature = "solve")]
    pub fn append(&mut self, other: &Report) -> &mut Self {
        self.fields.extend(other.fields.iter().cloned());
        self
    }

    /// Adds why the run ended, if a limit ended it, and how long it took.
    #[cfg(feature = "solve")]
    pub fn ended(&mut self, limit: Option<Limit>, start: Instant) -> &mut Self {
        self.field("limit", limit.map(|limit| limit.to_string())).field("seconds", start.elapsed().as_secs_f64())
    }

    /// Adds the proven bounds of an objective.
    #[cfg(feature = "solve")]
    pub fn bounds(&mut self, proven: &Proven) -> &mut Self {
        self.bounds_of("objective", proven)
    }

    /// Adds proven bounds, the upper one under this name: it and the gap rounded up, the lower bound rounded down.
    pub fn bounds_of(&mut self, name: &str, proven: &Proven) -> &mut Self {
        self.field(name, rational::round_up(&proven.objective))
            .field("lower_bound", rational::round_down(&proven.lower_bound))
            .field("gap", rational::round_up(&proven.gap()))
            .field("relative_gap", proven.relative_gap())
    }

    /// Adds the classes that are -1 and +1, if there are any.
    pub fn classes(&mut self, data: &Dataset) -> &mut Self {
        if let Some([negative, positive]) = data.classes() {
            self.field("negative_class", negative.as_str()).field("positive_class", positive.as_str());
        }
        self
    }

    /// Adds the loss function, with its parameter if it has one.
    #[cfg(feature = "solve")]
    pub fn loss(&mut self, loss: crate::loss::Loss) -> &mut Self {
        self.field("loss", loss.name());
        if let crate::loss::Loss::Huber { delta } = loss {
            self.field("huber_delta", delta);
        }
        self
    }

    /// Adds an exact rational as text.
    pub fn exact(&mut self, name: &str, value: &RBig) -> &mut Self {
        self.field(name, rational::to_text(value))
    }

    /// Prints the fields to standard output, as one JSON object or as aligned lines.
    pub fn print(&self, json: bool) -> io::Result<()> {
        if json {
            return print_json(self);
        }
        let width = self.fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        print(|out| {
            let mut lines = self.fields.iter();
            lines.try_for_each(|(name, value)| {
                writeln!(out, "{:<width$}  {}", name.replace('_', " "), plain(name, value))
            })
        })
    }
}

/// Writes to standard output; the command does it nowhere else.
///
/// A closed pipe is no error: its reader needs no more, and the exit code still tells the outcome.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Adds to an object what [`Report::classes`] adds to a report.
#[cfg(feature = "solve")]
pub fn name_classes(object: &mut Value, data: &Dataset) {
    for (name, value) in Report::default().classes(data).fields() {
        object[name] = value.clone();
    }
}

/// Prints a value as indented JSON.
pub fn print_json<T: Serialize>(value: &T) -> io::Result<()> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

/// The longest exact number that a table shows whole.
const LONGEST_NUMBER: usize = 60;

/// The longest other text, such as a reason, which may quote exact numbers.
const LONGEST_TEXT: usize = 400;

fn plain(name: &str, value: &Value) -> String {
    let longest = if name.ends_with("_exact") { LONGEST_NUMBER } else { LONGEST_TEXT };
    match value {
        Value::String(text) if text.len() > longest => {
            format!("{}... ({} characters)", &text.chars().take(longest).collect::<String>(), text.len())
        }
        Value::String(text) => text.clone(),
        Value::Null => "-".into(),
        other => other.to_string(),
    }
}

/// Prints an error with its causes as one line on standard error.
pub fn complain(error: &dyn Error) {
    note(&format_args!("error: {error}"));
}

/// Prints a line on standard error; a failure to do so is ignored, as it could be reported nowhere.
pub fn note(line: &dyn Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
