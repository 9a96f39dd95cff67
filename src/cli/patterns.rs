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
    args::{LimitArguments, PatternsArguments},
    deep,
    output::{Report, note},
    progress::{Progress, stop_on_interrupt},
    prove,
    stream::{self, Target},
};
use crate::{
    arrangement::{self, sample::Sampler},
    data::Dataset,
    exact::Arrangement,
    files,
    limits::{Budget, Limit, StopSignal},
    pattern::{self, Bits, PatternMatrix},
    train::{Event, Method},
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
    for path in
        arguments.output.iter().chain(&arguments.prove).chain(&arguments.export.dimacs).chain(&arguments.export.drat)
    {
        files::can_be_written(path)?;
    }
    if arguments.prove.is_none() && (arguments.export.dimacs.is_some() || arguments.export.drat.is_some()) {
        return Err(CliError::Usage("--dimacs and --drat need --prove FILE".into()));
    }
    deep::check(&arguments.depth)?;
    let data = Dataset::read(&arguments.data.data, &arguments.data.options())?;
    let Some(arrangement) = Arrangement::new(data.features(), data.d()) else { unreachable!("a dataset is finite") };
    let threads = arguments.limits.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|_| CliError::Usage(format!("cannot start {threads} threads")))?;
    if arguments.depth.layers > 2 {
        return pool.install(|| deep::patterns(arguments, &data, &arrangement, start));
    }
    if let Some(path) = &arguments.prove {
        return pool.install(|| prove::run(arguments, path, &data, &arrangement, start));
    }
    if arguments.count_only {
        return pool.install(|| count(arguments, &arrangement, start));
    }
    if arguments.unsorted || arguments.checkpoint.is_some() {
        return pool.install(|| stream(arguments, &data, &arrangement, start));
    }
    let found = pool.install(|| find(arguments, &data, &arrangement))?;
    if let Some(path) = &arguments.output {
        write(path, data.n(), found.patterns.iter().map(|pattern| pattern::expand(&arrangement, pattern)))?;
    }
    report(&arrangement, found.patterns.len() as u64, found.complete, start).print(arguments.json)?;
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
    let target = Target::new(&arguments.data.data, arguments.output.as_deref(), arguments.checkpoint.as_deref())?;
    let progress = Progress::new(arguments.quiet);
    let streamed = stream::run(data, arrangement, &target, &budget(&arguments.limits), &progress)?;
    report(arrangement, streamed.patterns, streamed.limit.is_none(), start).print(arguments.json)?;
    Ok(outcome(arguments, streamed.limit))
}

/// `--count-only`: the number of open cells, and what it says about H(X).
fn count(arguments: &PatternsArguments, arrangement: &Arrangement, start: Instant) -> Result<Outcome, CliError> {
    let cells = arrangement::count_cells(arrangement, &budget(&arguments.limits));
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
            note(&format_args!("stopped by the {limit}: the number is not known"));
            Ok(Outcome::Limit)
        }
    }
}

/// The limits of the command, with Ctrl-C as one of them.
pub(super) fn budget(arguments: &LimitArguments) -> Budget {
    let stop = StopSignal::default();
    stop_on_interrupt(&stop);
    Budget::new(arguments.time_limit, arguments.memory_bytes(), stop)
}

fn find(arguments: &PatternsArguments, data: &Dataset, arrangement: &Arrangement) -> Result<Found, CliError> {
    find_within(arguments, data, arrangement, &budget(&arguments.limits))
}

/// The patterns that the method finds.
pub(super) fn find_within(
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
        Method::Complete => crate::train::require_complete(arrangement)?,
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
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npy"))
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
