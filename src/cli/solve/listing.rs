//! What the commands that list patterns share: find them, write them, count them.

use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

use dashu_int::UBig;
use npyz::WriterBuilder;

use super::{
    CliError, Outcome,
    args::PatternsArguments,
    output::{Report, note},
    progress::Progress,
};
use crate::{
    arrangement::{self, sample::Sampler},
    data::{Dataset, Format},
    event::Event,
    exact::Arrangement,
    files,
    limits::{Budget, Limit},
    pattern::{self, Bits, PatternMatrix},
    settings::Method,
    subject::require_complete,
};

/// What was found.
pub struct Found {
    pub patterns: PatternMatrix,
    pub complete: bool,
    pub limit: Option<Limit>,
}

/// A request for the patterns of a table.
#[derive(Clone, Copy)]
pub struct Listing<'a> {
    pub arguments: &'a PatternsArguments,
    pub data: &'a Dataset,
    pub arrangement: &'a Arrangement,
    pub start: Instant,
}

impl Listing<'_> {
    /// The patterns that the method finds.
    pub fn find(&self, budget: &Budget) -> Result<Found, CliError> {
        let Listing { arguments, data, arrangement, .. } = *self;
        if arguments.search.method == Method::Sample {
            let sampler = Sampler::new(data, arguments.search.seed);
            let sample = arrangement::sample(data, arrangement, &sampler, arguments.search.samples, budget);
            return Ok(Found { patterns: sample.patterns.sorted(), complete: false, limit: sample.limit });
        }
        match arguments.search.method {
            Method::Complete => require_complete(arrangement)?,
            Method::ColumnGeneration | Method::Search => {
                let name = arguments.search.method.name();
                return Err(CliError::Usage(format!("the method `{name}` lists no patterns; use `exact` or `sample`")));
            }
            Method::Auto | Method::Exact | Method::Sample => {}
        }
        let progress = Progress::new(arguments.quiet);
        let bound = u64::try_from(arrangement::cover_bound(arrangement)).ok();
        let observe = |patterns: usize| progress.observe(Event::Searching { patterns, bound });
        let found = arrangement::enumerate(arrangement, budget, &observe);
        progress.finish();
        Ok(Found { complete: found.is_complete(), limit: found.limit, patterns: found.patterns })
    }

    /// Writes patterns of the groups of the arrangement, if they are to be written.
    pub fn write(&self, patterns: &PatternMatrix) -> Result<(), CliError> {
        match &self.arguments.output {
            Some(path) => {
                let expanded = patterns.iter().map(|pattern| pattern::expand(self.arrangement, pattern));
                write(path, self.data.n(), expanded)
            }
            None => Ok(()),
        }
    }

    /// The counts, as they are printed.
    pub fn report(&self, patterns: u64, complete: bool) -> Report {
        let mut report = Report::default();
        report.field("patterns", patterns).field("patterns_complete", complete);
        self.describe(&mut report);
        report
    }

    /// Adds what is reported of every arrangement.
    pub fn describe(&self, report: &mut Report) {
        let arrangement = self.arrangement;
        report
            .field("rank", arrangement.rank())
            .field("distinct_rows", arrangement.groups() + usize::from(arrangement.has_zero_row()))
            .field("bound", exact_or_rounded_up(&arrangement::cover_bound(arrangement)))
            .field("seconds", self.start.elapsed().as_secs_f64());
    }

    /// The exit code after this limit, if any; unless quiet, a line on standard error says that patterns may be missing.
    pub fn outcome(&self, limit: Option<Limit>) -> Outcome {
        let Some(limit) = limit else { return Outcome::Success };
        if !self.arguments.quiet {
            note(&format_args!("stopped by the {limit}: these are some of the patterns"));
        }
        Outcome::Limit
    }
}

/// A count as a JSON number: exact as an integer if it fits, otherwise rounded up; null beyond the range of f64.
pub fn exact_or_rounded_up(count: &UBig) -> serde_json::Value {
    match u64::try_from(count) {
        Ok(exact) => exact.into(),
        Err(_) => crate::exact::rational::round_up(&count.clone().into()).into(),
    }
}

/// Writes patterns on the n rows: an array if the file is named `.npy`, and lines of text otherwise.
pub fn write(path: &Path, n: usize, patterns: impl ExactSizeIterator<Item = Bits>) -> Result<(), CliError> {
    Ok(files::write_with(path, |writer| {
        if is_npy(path) { write_npy(writer, n, patterns) } else { write_text(writer, patterns) }
    })?)
}

pub fn is_npy(path: &Path) -> bool {
    Format::of_path(path) == Format::Npy
}

fn write_text(writer: &mut dyn Write, mut patterns: impl Iterator<Item = Bits>) -> io::Result<()> {
    patterns.try_for_each(|pattern| writeln!(writer, "{}", pattern::to_text(&pattern)))
}

fn write_npy(writer: &mut dyn Write, n: usize, patterns: impl ExactSizeIterator<Item = Bits>) -> io::Result<()> {
    let shape = [patterns.len() as u64, n as u64];
    let mut file = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(writer).begin_nd()?;
    for pattern in patterns {
        file.extend(pattern.iter().by_vals().map(u8::from))?;
    }
    file.finish()
}
