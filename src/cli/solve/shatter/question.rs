//! What is asked, and how the answer to it is printed.

use std::{io, time::Instant};

use serde_json::Value;

use crate::{
    certificate::proof::numbers_to_line,
    cli::{
        Outcome,
        output::{Report, print},
        solve::{args::ShatterArguments, progress::Progress},
    },
    data::Dataset,
    exact::Arrangement,
    limits::{Budget, Limit},
    pattern::{Bits, to_text},
};

/// The answer, and what is said about it.
pub struct Answer {
    pub status: Status,
    /// A labelling that cannot be produced.
    pub labelling: Option<Bits>,
    /// More fields, in JSON and as comments.
    pub details: Report,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Shattered,
    NotShattered,
    Attainable,
    NotAttainable,
    Unknown,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Shattered => "SHATTERED",
            Status::NotShattered => "NOT SHATTERED",
            Status::Attainable => "ATTAINABLE",
            Status::NotAttainable => "NOT ATTAINABLE",
            Status::Unknown => "UNKNOWN",
        }
    }

    pub fn outcome(self) -> Outcome {
        match self {
            Status::Shattered | Status::Attainable => Outcome::Attainable,
            Status::NotShattered | Status::NotAttainable => Outcome::Missing,
            Status::Unknown => Outcome::Limit,
        }
    }
}

impl Answer {
    /// A limit was reached before the answer was known.
    pub fn unknown(limit: Limit) -> Self {
        let mut details = Report::default();
        details.field("limit", limit.to_string());
        Answer { status: Status::Unknown, labelling: None, details }
    }
}

/// A question about the labellings of a table, and what may be used to answer it.
pub struct Question<'a> {
    pub arguments: &'a ShatterArguments,
    pub data: &'a Dataset,
    pub arrangement: &'a Arrangement,
    pub budget: Budget,
    pub progress: Progress,
    pub start: Instant,
}

impl Question<'_> {
    /// Shows how many patterns have been found.
    pub fn observe(&self, patterns: usize) {
        self.progress.found(patterns);
    }

    /// Prints the answer.
    pub fn print(&self, answer: &Answer) -> io::Result<()> {
        let mut report = Report::default();
        report
            .field("status", answer.status.name().to_lowercase().replace(' ', "-"))
            .field("labelling", answer.labelling.as_ref().map(|bits| to_text(bits)))
            .field("n", self.data.n())
            .field("d", self.data.d());
        if answer.details.get("rank").is_none() {
            report.field("rank", self.arrangement.rank());
        }
        report.append(&answer.details);
        if self.arguments.json {
            return report.print(true);
        }
        print(|out| {
            for (name, value) in report.fields().filter(|(name, _)| *name != "status") {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Null => continue,
                    other => other.to_string(),
                };
                writeln!(out, "c {} {text}", name.replace('_', " "))?;
            }
            writeln!(out, "s {}", answer.status.name())?;
            let Some(labelling) = &answer.labelling else { return Ok(()) };
            let literal = |(bit, row): (bool, i64)| if bit { row } else { -row };
            writeln!(out, "v {}", numbers_to_line(labelling.iter().by_vals().zip(1..).map(literal).chain([0])))
        })
    }
}
