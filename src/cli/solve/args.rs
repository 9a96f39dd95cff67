//! The arguments of the commands with a solver, each defined once.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};

use super::{CliError, progress::stop_on_interrupt};
use crate::{
    certificate::LossName,
    class::interpolation::Solver,
    cli::{
        args::{ExportArguments, ReadingArguments, inputs},
        numeric::*,
        output::note,
    },
    data::{DataOptions, Dataset},
    files::Named,
    fit::pool,
    limits::{Budget, StopSignal},
    loss::Loss,
    realize::Reconstruction,
    settings::{Beta, Method},
};

/// The exit codes of a command as the end of its help; the last one is common to all.
macro_rules! exit_codes {
    ($($line:literal),*) => {
        concat!("Exit codes:\n", $("  ", $line, "\n",)* "  130  ended by a second Ctrl-C")
    };
}

/// The commands with a solver.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a two-layer threshold network and prove how close to optimal it is.
    #[command(after_help = exit_codes!(
        "0    success, also a proof that no network interpolates",
        "2    wrong usage, bad input, or a failure; also if --width finds no --certificate to write",
        "3    stopped at a limit; the best result so far was printed and written"
    ))]
    Train(TrainArguments),
    /// List or sample the activation patterns of a table.
    #[command(after_help = exit_codes!(
        "0    success",
        "2    wrong usage, bad input, or a failure",
        "3    stopped at a limit; the patterns found so far were counted and written"
    ))]
    Patterns(PatternsArguments),
    /// Solve the convex programme and the original non-convex problem by several methods and compare (small data).
    #[command(after_help = exit_codes!(
        "0    all methods that found an objective agree",
        "1    two methods disagree",
        "2    wrong usage, bad input, or a failure; also if fewer than two methods found an objective",
        "3    stopped at a limit; the results so far agree"
    ))]
    CrossCheck(CrossCheckArguments),
    /// The best objective for each number of hidden neurons (small data).
    #[command(after_help = exit_codes!(
        "0    success",
        "2    wrong usage, bad input, or a failure",
        "3    stopped at a limit; the bounds of all rows are valid"
    ))]
    Frontier(FrontierArguments),
    /// Decide whether all labellings of the rows, or one of them, can be produced.
    #[command(after_help = exit_codes!(
        "2    wrong usage, bad input, or a failure",
        "3    unknown: stopped at a limit, or the question is too large",
        "10   some labelling asked for cannot be produced",
        "20   all labellings asked for can be produced"
    ))]
    Shatter(ShatterArguments),
    /// Train along the regularisation path, from beta_max downwards, and prove every point.
    #[command(after_help = exit_codes!(
        "0    success",
        "2    wrong usage, bad input, or a failure",
        "3    stopped at a limit; the bounds of all rows are valid"
    ))]
    Path(PathArguments),
}

/// How a table is read.
#[derive(Debug, Args)]
pub struct DataArguments {
    /// The table: CSV, .npy, or LIBSVM text (.svm, .libsvm); see --format.
    pub data: PathBuf,
    /// How its bytes are to be understood.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// The target: a column name or index; for .npy also a .npy file [default: the last column].
    #[arg(long, value_name = "NAME|INDEX")]
    pub target: Option<String>,
    /// The feature columns, comma separated [default: all but the target].
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub features: Option<Vec<String>>,
    /// Columns that are no features, such as row numbers, comma separated.
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "features")]
    pub exclude: Vec<String>,
    /// The target has two classes; the smaller label becomes -1, the other +1.
    #[arg(long)]
    pub classify: bool,
    /// Do not append a bias column of ones.
    #[arg(long)]
    pub no_bias: bool,
}

impl DataArguments {
    /// The files that are read.
    pub fn inputs(&self) -> [Named<'_>; 2] {
        inputs(&self.data, self.target.as_deref(), &self.reading.reading())
    }

    /// The library's form of these arguments.
    pub fn options(&self) -> DataOptions {
        DataOptions {
            target: self.target.clone(),
            features: self.features.clone(),
            classify: self.classify,
            bias: !self.no_bias,
            exclude: self.exclude.clone(),
            reading: self.reading.reading(),
        }
    }

    /// Reads the table, and says on standard error what in it is probably not meant.
    pub fn read(&self) -> Result<Dataset, CliError> {
        let data = Dataset::read(&self.data, &self.options())?;
        data.notes().iter().for_each(|line| note(&format_args!("warning: {line}")));
        Ok(data)
    }

    /// [`Self::read`] for a network, with which class is +1 in the log.
    pub fn read_logging(&self, quiet: bool) -> Result<Dataset, CliError> {
        let data = self.read()?;
        if let Some([negative, positive]) = data.classes().filter(|_| !quiet) {
            note(&format_args!("the class {positive:?} is +1, the class {negative:?} is -1"));
        }
        Ok(data)
    }
}

/// The loss, which is minimised together with the penalty.
#[derive(Debug, Args)]
pub struct LossArguments {
    /// The loss, summed over the rows; hinge, squared-hinge and logistic need targets -1 and +1 (see --classify).
    #[arg(long, value_enum, default_value_t)]
    pub loss: LossName,
    /// With `--loss huber`: residuals up to this count squared, larger ones linearly [default: 1].
    #[arg(long = HUBER_DELTA.name, value_name = "D", allow_negative_numbers = true)]
    pub huber_delta: Option<f64>,
}

impl LossArguments {
    /// The library's form of these arguments.
    ///
    /// # Errors
    ///
    /// If delta is given for another loss.
    pub fn loss(&self) -> Result<Loss, CliError> {
        if self.huber_delta.is_some() && self.loss != LossName::Huber {
            return Err(CliError::Usage("--huber-delta is for --loss huber only".into()));
        }
        Ok(match self.loss {
            LossName::Squared => Loss::Squared,
            LossName::Absolute => Loss::Absolute,
            LossName::Huber => Loss::Huber { delta: self.huber_delta.unwrap_or(HUBER_DELTA.default) },
            LossName::Hinge => Loss::Hinge,
            LossName::SquaredHinge => Loss::SquaredHinge,
            LossName::Logistic => Loss::Logistic,
        })
    }
}

/// How deep the network is.
#[derive(Debug, Args)]
pub struct DepthArguments {
    /// Layers of the network, the output layer included.
    #[arg(long = LAYERS.name, value_name = "L", default_value_t = LAYERS.default, value_parser = LAYERS.parser())]
    pub layers: u8,
    /// m_1, ..., m_{L-2}, comma separated: a unit of hidden layer l + 1 reads m_l units of layer l.
    #[arg(long = WIDTHS.name, value_name = "LIST", value_delimiter = ',')]
    pub widths: Vec<usize>,
}

/// How activation patterns are found.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Where the activation patterns come from.
    #[arg(long, value_enum, default_value_t)]
    pub method: Method,
    /// Random draws of the method `sample`.
    #[arg(long = SAMPLES.name, value_name = "P", default_value_t = SAMPLES.default, value_parser = SAMPLES.parser())]
    pub samples: u64,
    /// The seed of the random draws.
    #[arg(long = SEED.name, default_value_t = SEED.default, value_parser = SEED.parser())]
    pub seed: u64,
}

/// What a computation may use.
#[derive(Debug, Args)]
pub struct LimitArguments {
    /// Stop after this many seconds with the best result so far.
    #[arg(long = TIME_LIMIT.name, value_name = "SEC", value_parser = seconds)]
    pub time_limit: Option<Duration>,
    /// Stop when the process uses this many MiB, with the best result so far.
    #[arg(long = MEMORY_LIMIT.name, value_name = "MIB", value_parser = MEMORY_LIMIT.parser())]
    pub memory_limit: Option<u64>,
    /// Threads [default: one for each core].
    #[arg(long = THREADS.name, value_name = "N", value_parser = THREADS.parser())]
    pub threads: Option<u16>,
}

impl LimitArguments {
    /// The memory limit in bytes.
    pub fn memory_bytes(&self) -> Option<u64> {
        self.memory_limit.map(|mebibytes| mebibytes << 20)
    }

    /// The limits of a computation that begins now, with Ctrl-C as one of them.
    pub fn budget(&self) -> Budget {
        let stop = StopSignal::default();
        stop_on_interrupt(&stop);
        Budget::new(self.time_limit, self.memory_bytes(), stop)
    }

    /// Runs on as many threads as are asked for.
    pub fn install<T: Send>(&self, run: impl FnOnce() -> Result<T, CliError> + Send) -> Result<T, CliError> {
        pool(self.threads.map(usize::from))?.install(run)
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match Duration::try_from_secs_f64(TIME_LIMIT.parse(text)?) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        // Below a nanosecond, or more seconds than a duration can hold.
        _ => Err(format!("it must be {}, and no less than 1e-9", TIME_LIMIT.range)),
    }
}

/// The training problem: loss plus penalty on the rows of a table.
#[derive(Debug, Args)]
pub struct ProblemArguments {
    /// The table.
    #[command(flatten)]
    pub data: DataArguments,
    /// The loss.
    #[command(flatten)]
    pub loss: LossArguments,
    /// The regularisation parameter.
    #[command(flatten)]
    pub beta: BetaArguments,
}

/// Arguments of `train`.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// What is minimised.
    #[command(flatten)]
    pub problem: ProblemArguments,
    /// The patterns.
    #[command(flatten)]
    pub search: SearchArguments,
    /// A deeper network.
    #[command(flatten)]
    pub depth: DepthArguments,
    /// Units in each of the first layers, which are random threshold units drawn from --seed and stay fixed (more units if
    /// so many are not enough); only the last hidden layer is trained. Needs --layers 3 or more, and no --widths.
    #[arg(long = REPRESENTATION.name, value_name = "M", conflicts_with = "widths")]
    pub representation: Option<usize>,
    /// How hidden weights are chosen for a pattern.
    #[arg(long, value_enum, default_value_t)]
    pub weights: Reconstruction,
    /// Choose hidden weights on standardised features; the patterns and the objective are not affected.
    #[arg(long)]
    pub standardize: bool,
    /// Limits.
    #[command(flatten)]
    pub limits: LimitArguments,
    /// Interpolate: fit every target exactly with the least ||a||_1, which is the limit of training as beta goes to 0, or
    /// prove that no network does.
    #[arg(long, group = "BetaArguments", conflicts_with_all = [
        "loss", "huber_delta", "width", "layers", "widths", "representation", "method", "samples", "seed", "standardize"
    ])]
    pub interpolate: bool,
    /// What solves the linear programmes of `--interpolate`; the result is certified with either.
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["beta", "beta_rel"])]
    pub solver: Solver,
    /// At most this many hidden neurons, by branch and bound over all patterns; certified by a search tree where that
    /// is small enough, otherwise numerical evidence.
    #[arg(long = WIDTH.name, value_name = "M", value_parser = WIDTH.parser(),
          conflicts_with_all = ["method", "samples", "seed", "standardize", "layers", "widths", "representation"])]
    pub width: Option<usize>,
    /// Write the model here (JSON).
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Write the certificate here (JSON).
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// Print the result as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// No log and no progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// beta, in one of two ways.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct BetaArguments {
    /// The regularisation parameter beta of loss + beta ||a||_1.
    #[arg(long = BETA.name, value_name = "B", allow_negative_numbers = true)]
    beta: Option<f64>,
    /// beta as a fraction of beta_max, at and above which the zero network is optimal.
    #[arg(long = BETA_REL.name, value_name = "F", allow_negative_numbers = true)]
    beta_rel: Option<f64>,
}

impl BetaArguments {
    /// The library's form; the parser makes sure that exactly one is given.
    pub fn beta(&self) -> Beta {
        match (self.beta, self.beta_rel) {
            (None, Some(fraction)) => Beta::Relative(fraction),
            (beta, _) => Beta::Absolute(beta.unwrap_or(f64::NAN)),
        }
    }
}

/// Arguments of `cross-check`.
#[derive(Debug, Args)]
pub struct CrossCheckArguments {
    /// What is minimised.
    #[command(flatten)]
    pub problem: ProblemArguments,
    /// Limits.
    #[command(flatten)]
    pub limits: LimitArguments,
    /// Print the table as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Where a table of points goes.
#[derive(Debug, Args)]
pub struct TableArguments {
    /// Write the table here: .json, a plot if the name ends in .svg, otherwise CSV.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write the certificate of each row that has one into this directory: 0.json, 1.json, ... from the first row on;
    /// certificates of an earlier run are replaced or removed.
    #[arg(long, value_name = "DIR")]
    pub certificates: Option<PathBuf>,
    /// Print the table as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `frontier`.
#[derive(Debug, Args)]
pub struct FrontierArguments {
    /// What is minimised.
    #[command(flatten)]
    pub problem: ProblemArguments,
    /// The largest number of hidden neurons.
    #[arg(long = MAX_WIDTH.name, value_name = "M", value_parser = MAX_WIDTH.parser())]
    pub max_width: u32,
    /// Limits.
    #[command(flatten)]
    pub limits: LimitArguments,
    /// Where the table goes.
    #[command(flatten)]
    pub table: TableArguments,
    /// No log.
    #[arg(long)]
    pub quiet: bool,
}

/// Arguments of `path`.
#[derive(Debug, Args)]
pub struct PathArguments {
    /// The table.
    #[command(flatten)]
    pub data: DataArguments,
    /// The loss.
    #[command(flatten)]
    pub loss: LossArguments,
    /// The number of values of beta, in geometric progression from beta_max.
    #[arg(long = STEPS.name, value_name = "K", default_value_t = STEPS.default, value_parser = STEPS.parser())]
    pub steps: u32,
    /// The last beta as a fraction of beta_max.
    #[arg(long = RATIO.name, value_name = "R", default_value_t = RATIO.default, value_parser = RATIO.parser())]
    pub ratio: f64,
    /// The patterns.
    #[command(flatten)]
    pub search: SearchArguments,
    /// Limits, for the whole path.
    #[command(flatten)]
    pub limits: LimitArguments,
    /// Where the table goes.
    #[command(flatten)]
    pub table: TableArguments,
    /// No log and no progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// Arguments of `patterns`.
#[derive(Debug, Args)]
pub struct PatternsArguments {
    /// The table.
    #[command(flatten)]
    pub data: DataArguments,
    /// The patterns.
    #[command(flatten)]
    pub search: SearchArguments,
    /// Limits.
    #[command(flatten)]
    pub limits: LimitArguments,
    /// A deeper network: the patterns of its last hidden layer, for all or for sampled units.
    #[command(flatten)]
    pub depth: DepthArguments,
    /// Prove that the list is all of H(X), with a satisfiability solver, and write the proof here (JSON).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["count_only", "unsorted", "checkpoint", "samples", "seed"])]
    pub prove: Option<PathBuf>,
    /// Files for other checkers; only with --prove.
    #[command(flatten)]
    pub export: ExportArguments,
    /// Count the open cells of the arrangement exactly instead of listing patterns.
    #[arg(long, conflicts_with_all = ["method", "samples", "seed", "output", "unsorted", "checkpoint"])]
    pub count_only: bool,
    /// Write the patterns here: .npy (uint8, P x n), otherwise one line of 0 and 1 a pattern.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write patterns as they are found instead of sorted, without holding them in memory (text only). The order is the
    /// same for any number of threads.
    #[arg(long, requires = "output")]
    pub unsorted: bool,
    /// Save here, several times a second, how far the search is; a later run with the same arguments continues from
    /// there. Implies --unsorted.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Print the counts as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// Arguments of `shatter`.
#[derive(Debug, Args)]
pub struct ShatterArguments {
    /// The table.
    #[command(flatten)]
    pub data: DataArguments,
    /// A deeper network.
    #[command(flatten)]
    pub depth: DepthArguments,
    /// How two layers are decided.
    #[arg(long, visible_alias = "road", value_enum, default_value_t)]
    pub method: ShatterMethod,
    /// Ask for this labelling of the rows only, a text of 0 and 1. With --layers 3 and no widths: the smallest width
    /// with which it can be produced.
    #[arg(long, value_name = "BITS")]
    pub labelling: Option<String>,
    /// Write the proof of the answer here (JSON); two layers only.
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// Write the formula "a labelling that is no pattern" here (DIMACS); two layers only.
    #[arg(long, value_name = "FILE", conflicts_with = "labelling")]
    pub dimacs: Option<PathBuf>,
    /// Limits.
    #[command(flatten)]
    pub limits: LimitArguments,
    /// Print the answer as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// How shattering by two layers is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ShatterMethod {
    /// By the rank of X.
    #[default]
    Rank,
    /// By satisfiability of the clauses that exclude the patterns.
    Sat,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Command, ShatterMethod};

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        command: Command,
    }

    #[test]
    fn the_method_of_shatter_keeps_its_old_name() {
        for option in ["--method", "--road"] {
            let line = Line::parse_from(["heaviside", "shatter", "d.csv", option, "sat"]);
            let Command::Shatter(arguments) = line.command else { panic!("another command") };
            assert_eq!(arguments.method, ShatterMethod::Sat);
        }
    }
}
