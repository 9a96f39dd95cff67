//! `heaviside shatter`: can all labellings of the rows be produced, or this one?
//!
//! The answer is printed in the manner of the SAT competitions: `c` comments, one `s` line, and a `v` line with a
//! labelling that cannot be produced, as literals of the rows counted from 1. Exit code 20 if everything asked for can
//! be produced (a formula for a missing labelling has no model), 10 if not.

mod depth;

use std::{io, time::Instant};

use serde_json::Value;

use super::{
    CliError, Outcome,
    args::{Road, ShatterArguments},
    deep,
    output::{Report, print},
    progress::Progress,
};
use crate::{
    certificate::proof::{entries_to_line, numbers_to_line},
    check::{CheckLimits, ProofVerdict, check_proof, dimacs},
    data::Dataset,
    exact::Arrangement,
    files,
    fit::Event,
    limits::{Budget, Limit},
    pattern::{Bits, from_text, to_text},
    shatter::{Missing, ProveError, Shattering, by_rank, by_satisfiability, prove, question},
};

/// More independent rows than this have too many labellings for a list.
const MOST_LISTED: usize = 24;

/// The answer, and what is said about it.
struct Answer {
    status: Status,
    /// A labelling that cannot be produced.
    labelling: Option<Bits>,
    /// More fields, in JSON and as comments.
    details: Report,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
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

    fn outcome(self) -> Outcome {
        match self {
            Status::Shattered | Status::Attainable => Outcome::Attainable,
            Status::NotShattered | Status::NotAttainable => Outcome::Missing,
            Status::Unknown => Outcome::Limit,
        }
    }
}

/// Decides, writes what is asked for, prints the answer.
pub fn run(arguments: &ShatterArguments) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let outputs = [("--proof", arguments.proof.as_deref()), ("--dimacs", arguments.dimacs.as_deref())];
    files::outputs(&arguments.data.inputs(), &outputs)?;
    let smallest = arguments.labelling.is_some() && arguments.depth.layers == 3 && arguments.depth.widths.is_empty();
    if !smallest {
        deep::check(&arguments.depth)?;
    }
    let is_deep = arguments.depth.layers > 2;
    if is_deep && (arguments.proof.is_some() || arguments.dimacs.is_some() || arguments.road == Road::Sat) {
        return Err(CliError::Usage("--proof, --dimacs and --road are for two layers".into()));
    }
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    let labelling = arguments.labelling.as_deref().map(|text| read_labelling(text, data.n())).transpose()?;
    let arrangement = data.arrangement();
    let (budget, progress) = (arguments.limits.budget(), Progress::new(arguments.quiet));
    let question = Question { arguments, data: &data, arrangement: &arrangement, budget, progress, start };
    let answer = arguments.limits.install(|| match labelling {
        None if is_deep => question.deep(),
        None => question.two_layers(),
        Some(labelling) if is_deep => question.deep_labelling(&labelling, smallest),
        Some(labelling) => question.labelling(&labelling),
    })?;
    question.progress.finish();
    question.print(&answer)?;
    Ok(answer.status.outcome())
}

fn read_labelling(text: &str, n: usize) -> Result<Bits, CliError> {
    from_text(text).filter(|bits| bits.len() == n).ok_or_else(|| {
        CliError::Usage(format!("--labelling must be a text of {n} characters 0 and 1, one for each row of the table"))
    })
}

struct Question<'a> {
    arguments: &'a ShatterArguments,
    data: &'a Dataset,
    arrangement: &'a Arrangement,
    budget: Budget,
    progress: Progress,
    start: Instant,
}

impl Question<'_> {
    /// Is every labelling of the rows in H(X)?
    fn two_layers(&self) -> Result<Answer, CliError> {
        let by_rank = by_rank(self.data, self.arrangement);
        let listed = self.arguments.road == Road::Sat || self.arguments.dimacs.is_some();
        let proven_by_list = self.arguments.proof.is_some() && by_rank == Shattering::Shattered;
        if (listed || proven_by_list) && self.arrangement.rank() > MOST_LISTED {
            return Err(CliError::Usage(format!(
                "--road sat, --dimacs and a proof of shattering list the patterns, and rank {} has too many; --road \
                 rank decides without a list",
                self.arrangement.rank()
            )));
        }
        let mut details = Report::default();
        let formula = match listed.then(|| question::formula(self.arrangement, &self.budget)).transpose() {
            Ok(formula) => formula,
            Err(limit) => return Ok(self.unknown(limit)),
        };
        if let (Some(path), Some(clauses)) = (&self.arguments.dimacs, &formula) {
            let comments = [format!("a labelling of the {} rows that is no pattern", self.data.n())];
            files::write_with(path, |writer| dimacs::write_formula(writer, &comments, self.data.n(), clauses))?;
        }
        let decided = match (self.arguments.road, &formula) {
            (Road::Sat, Some(clauses)) => {
                details.field("patterns", clauses.len());
                match by_satisfiability(self.data, self.arrangement, clauses, &self.budget) {
                    Ok(decided) => decided,
                    Err(limit) => return Ok(self.unknown(limit)),
                }
            }
            _ => by_rank,
        };
        match decided {
            Shattering::Shattered => {
                if let Some(limit) = self.prove_shattered(&mut details)? {
                    return Ok(self.unknown(limit));
                }
                Ok(Answer { status: Status::Shattered, labelling: None, details })
            }
            Shattering::Missing(missing) => self.missing(missing, Status::NotShattered, details),
        }
    }

    /// Writes the proof that all labellings are patterns, if asked for; the limit that prevented it.
    fn prove_shattered(&self, details: &mut Report) -> Result<Option<Limit>, CliError> {
        let Some(path) = &self.arguments.proof else { return Ok(None) };
        match prove(self.data, self.arrangement, &self.budget, &|patterns| self.observe(patterns)) {
            Ok(proven) => {
                files::write_json(path, &proven.proof)?;
                details.field("proof", "verified").field("steps", proven.list().map(|list| list.steps.len()));
                Ok(None)
            }
            Err(ProveError::Limit { limit, .. }) => Ok(Some(limit)),
            Err(error) => Err(CliError::Usage(error.to_string())),
        }
    }

    /// A labelling that is no pattern, which the judge has confirmed.
    fn missing(&self, missing: Missing, status: Status, mut details: Report) -> Result<Answer, CliError> {
        let proof = missing.proof(self.data);
        if let ProofVerdict::Rejected(reason) = check_proof(self.data, &proof, &CheckLimits::default()) {
            return Err(CliError::Usage(format!("internal contradiction: the judge refuses the refutation: {reason}")));
        }
        if let Some(path) = &self.arguments.proof {
            files::write_json(path, &proof)?;
        }
        details.field("proof", "verified").field("refutation", entries_to_line(&missing.refutation.entries));
        Ok(Answer { status, labelling: Some(missing.labelling), details })
    }

    /// Is this labelling in H(X)?
    fn labelling(&self, labelling: &Bits) -> Result<Answer, CliError> {
        let mut details = Report::default();
        match question::settle(self.data, self.arrangement, labelling) {
            Ok(weights) => {
                if self.arguments.proof.is_some() {
                    return Err(CliError::Usage("the labelling is a pattern: there is nothing to refute".into()));
                }
                details.field("weights", numbers_to_line(weights.exact()));
                Ok(Answer { status: Status::Attainable, labelling: None, details })
            }
            Err(missing) => self.missing(missing, Status::NotAttainable, details),
        }
    }

    /// Shows how many patterns have been found.
    fn observe(&self, patterns: usize) {
        self.progress.observe(Event::Searching { patterns, bound: None });
    }

    fn unknown(&self, limit: Limit) -> Answer {
        let mut details = Report::default();
        details.field("limit", limit.to_string());
        Answer { status: Status::Unknown, labelling: None, details }
    }

    fn print(&self, answer: &Answer) -> io::Result<()> {
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
