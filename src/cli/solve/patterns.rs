//! `heaviside patterns`: the activation patterns of a table.

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
    deep,
    output::{Report, note},
    progress::Progress,
    prove,
    stream::{self, Target},
};
use crate::{
    arrangement::{self, sample::Sampler},
    data::{Dataset, Format},
    exact::Arrangement,
    files,
    fit::{Event, Method},
    limits::{Budget, Limit},
    pattern::{self, Bits, PatternMatrix},
};

/// What was found.
pub(super) struct Found {
    pub patterns: PatternMatrix,
    pub complete: bool,
    pub limit: Option<Limit>,
}

/// Enumerates or samples, writes the patterns, prints the counts.
pub fn run(arguments: &PatternsArguments) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let [dimacs, drat] = arguments.export.outputs();
    let (proof, output) = (("--prove", arguments.prove.as_deref()), ("--output", arguments.output.as_deref()));
    files::outputs(&arguments.data.inputs(), &[proof, dimacs, drat, output])?;
    if arguments.prove.is_none() && (arguments.export.dimacs.is_some() || arguments.export.drat.is_some()) {
        return Err(CliError::Usage("--dimacs and --drat need --prove FILE".into()));
    }
    deep::check(&arguments.depth)?;
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    let arrangement = data.arrangement();
    arguments.limits.install(|| answer(arguments, &data, &arrangement, start))
}

fn answer(
    arguments: &PatternsArguments,
    data: &Dataset,
    arrangement: &Arrangement,
    start: Instant,
) -> Result<Outcome, CliError> {
    if arguments.depth.layers > 2 {
        return deep::patterns(arguments, data, arrangement, start);
    }
    if let Some(path) = &arguments.prove {
        return prove::run(arguments, path, data, arrangement, start);
    }
    if arguments.count_only {
        return count(arguments, arrangement, start);
    }
    if arguments.unsorted || arguments.checkpoint.is_some() {
        return stream(arguments, data, arrangement, start);
    }
    let found = find(arguments, data, arrangement, &arguments.limits.budget())?;
    if let Some(path) = &arguments.output {
        write(path, data.n(), found.patterns.iter().map(|pattern| pattern::expand(arrangement, pattern)))?;
    }
    report(arrangement, found.patterns.len() as u64, found.complete, start).print(arguments.json)?;
    Ok(outcome(arguments, found.limit))
}

/// What a limit means for the exit code, and a word about it.
pub(super) fn outcome(arguments: &PatternsArguments, limit: Option<Limit>) -> Outcome {
    let Some(limit) = limit else { return Outcome::Success };
    if !arguments.quiet {
        note(&format_args!("stopped by the {limit}: these are some of the patterns"));
    }
    Outcome::Limit
}

/// `--unsorted` and `--checkpoint`: patterns are written as they are found.
fn stream(
    arguments: &PatternsArguments,
    data: &Dataset,
    arrangement: &Arrangement,
    start: Instant,
) -> Result<Outcome, CliError> {
    if !matches!(arguments.search.method, Method::Auto | Method::Exact) {
        return Err(CliError::Usage("only all patterns are streamed: --method exact".into()));
    }
    if arguments.output.as_deref().is_some_and(is_npy) {
        return Err(CliError::Usage("the length of an .npy file is written first: stream to a text file".into()));
    }
    let files = (arguments.output.as_deref(), arguments.checkpoint.as_deref());
    let target = Target::new(&arguments.data.inputs(), files.0, files.1)?;
    let progress = Progress::new(arguments.quiet);
    let streamed = stream::run(data, arrangement, &target, &arguments.limits.budget(), &progress)?;
    report(arrangement, streamed.patterns, streamed.limit.is_none(), start).print(arguments.json)?;
    Ok(outcome(arguments, streamed.limit))
}

/// `--count-only`: the number of open cells, and what it says about H(X).
fn count(arguments: &PatternsArguments, arrangement: &Arrangement, start: Instant) -> Result<Outcome, CliError> {
    let cells = arrangement::count_cells(arrangement, &arguments.limits.budget());
    let known = cells.as_ref().ok();
    let mut report = Report::default();
    report
        .field("cells", known.map(exact_or_rounded_up))
        .field("cells_exact", known.map(ToString::to_string))
        .field("cells_are_patterns", arrangement::has_positive_direction(arrangement));
    shape(&mut report, arrangement, start);
    report.print(arguments.json)?;
    match cells {
        Ok(_) => Ok(Outcome::Success),
        Err(limit) => {
            if !arguments.quiet {
                note(&format_args!("stopped by the {limit}: the number is not known"));
            }
            Ok(Outcome::Limit)
        }
    }
}

/// The patterns that the method finds.
pub(super) fn find(
    arguments: &PatternsArguments,
    data: &Dataset,
    arrangement: &Arrangement,
    budget: &Budget,
) -> Result<Found, CliError> {
    if arguments.search.method == Method::Sample {
        let sampler = Sampler::new(data, arguments.search.seed);
        let sample = arrangement::sample(data, arrangement, &sampler, arguments.search.samples, budget);
        return Ok(Found { patterns: sample.patterns.sorted(), complete: false, limit: sample.limit });
    }
    match arguments.search.method {
        Method::Complete => crate::class::require_complete(arrangement)?,
        Method::ColumnGeneration => {
            return Err(CliError::Usage("column generation lists no patterns; use `exact` or `sample`".into()));
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

/// The counts.
pub(super) fn report(arrangement: &Arrangement, patterns: u64, complete: bool, start: Instant) -> Report {
    let mut report = Report::default();
    report.field("patterns", patterns).field("patterns_complete", complete);
    shape(&mut report, arrangement, start);
    report
}

/// What is reported of every arrangement.
fn shape(report: &mut Report, arrangement: &Arrangement, start: Instant) {
    report
        .field("rank", arrangement.rank())
        .field("distinct_rows", arrangement.groups() + usize::from(arrangement.has_zero_row()))
        .field("bound", exact_or_rounded_up(&arrangement::cover_bound(arrangement)))
        .field("seconds", start.elapsed().as_secs_f64());
}

/// A count as a JSON number: exact as an integer if it fits, otherwise rounded up; null beyond the range of f64.
pub(super) fn exact_or_rounded_up(count: &UBig) -> serde_json::Value {
    match u64::try_from(count) {
        Ok(exact) => exact.into(),
        Err(_) => crate::exact::rational::round_up(&count.clone().into()).into(),
    }
}

/// Writes patterns on the n rows: an array if the file is named `.npy`, and lines of text otherwise.
pub(super) fn write(path: &Path, n: usize, patterns: impl ExactSizeIterator<Item = Bits>) -> Result<(), CliError> {
    Ok(files::write_with(path, |writer| {
        if is_npy(path) { write_npy(writer, n, patterns) } else { write_text(writer, patterns) }
    })?)
}

fn is_npy(path: &Path) -> bool {
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
