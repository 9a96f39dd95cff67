//! The numeric options: name, default and range of each, in one place. The parser, the help and the messages take them
//! from here.

use std::{
    fmt::{self, Display},
    str::FromStr,
};

use clap::Command;

/// A numeric option.
#[derive(Clone, Copy, Debug)]
pub struct Numeric<T, D = T> {
    /// Its name, without the dashes.
    pub name: &'static str,
    /// Its default; `()` if it has none, or one that depends on the machine or the library.
    #[cfg_attr(
        not(feature = "solve"),
        allow(dead_code, reason = "the options with a default are those of the solvers")
    )]
    pub default: D,
    /// The numbers that it accepts.
    pub range: Range<T>,
}

/// The numbers that an option accepts.
#[derive(Clone, Copy, Debug)]
pub enum Range<T> {
    /// This number and all above.
    AtLeast(T),
    /// All numbers between these two, and both of them.
    FromTo(T, T),
    /// All numbers between these two, but neither of them.
    Between(T, T),
}

impl<T: PartialOrd> Range<T> {
    fn contains(&self, value: &T) -> bool {
        match self {
            Range::AtLeast(least) => least <= value,
            Range::FromTo(least, most) => least <= value && value <= most,
            Range::Between(low, high) => low < value && value < high,
        }
    }
}

impl<T: Display> Display for Range<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Range::AtLeast(least) => write!(formatter, "at least {least}"),
            Range::FromTo(least, most) => write!(formatter, "from {least} to {most}"),
            Range::Between(low, high) if (low.to_string(), high.to_string()) == ("0".into(), "inf".into()) => {
                write!(formatter, "a positive finite number")
            }
            Range::Between(low, high) => write!(formatter, "above {low} and below {high}"),
        }
    }
}

impl<T, D> Numeric<T, D>
where
    T: PartialOrd + Display + FromStr<Err: Display> + Copy + Send + Sync + 'static,
    D: Copy + Send + Sync + 'static,
{
    /// Reads a number in the range. The message says what is wrong and what is accepted; the parser puts the name of the
    /// option and the text before it.
    pub fn parse(&self, text: &str) -> Result<T, String> {
        match text.parse() {
            Ok(value) if self.range.contains(&value) => Ok(value),
            Ok(_) => Err(format!("it must be {}", self.range)),
            Err(error) => Err(format!("{error}; it must be {}", self.range)),
        }
    }

    /// [`Self::parse`] in the form that the parser of the command line wants.
    pub fn parser(self) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
        move |text| self.parse(text)
    }

    fn described(&self) -> (&'static str, String) {
        (self.name, self.range.to_string())
    }
}

/// What the checker may spend; the default is the library's.
pub const WORK: Numeric<u64, ()> = Numeric { name: "work", default: (), range: Range::AtLeast(0) };

const POSITIVE: Range<f64> = Range::Between(0.0, f64::INFINITY);

// Checked when the command line is parsed.
pub const LAYERS: Numeric<u8> = Numeric { name: "layers", default: 2, range: Range::FromTo(2, 32) };
pub const SAMPLES: Numeric<u64> = Numeric { name: "samples", default: 1000, range: Range::AtLeast(1) };
pub const SEED: Numeric<u64> = Numeric { name: "seed", default: 0, range: Range::AtLeast(0) };
pub const STEPS: Numeric<u32> = Numeric { name: "steps", default: 20, range: Range::FromTo(2, 100_000) };
pub const RATIO: Numeric<f64> = Numeric { name: "ratio", default: 1e-3, range: Range::Between(0.0, 1.0) };
pub const WIDTH: Numeric<usize, ()> = Numeric { name: "width", default: (), range: Range::AtLeast(0) };
pub const MAX_WIDTH: Numeric<u32, ()> = Numeric { name: "max-width", default: (), range: Range::FromTo(0, 100_000) };
pub const TIME_LIMIT: Numeric<f64, ()> = Numeric { name: "time-limit", default: (), range: POSITIVE };
pub const MEMORY_LIMIT: Numeric<u64, ()> =
    Numeric { name: "memory-limit", default: (), range: Range::FromTo(1, 1 << 30) };
pub const THREADS: Numeric<u16, ()> = Numeric { name: "threads", default: (), range: Range::FromTo(1, 512) };

// Checked by the library, for every caller; its messages name the setting, the value and the range, too.
pub const BETA: Numeric<f64, ()> = Numeric { name: "beta", default: (), range: POSITIVE };
pub const BETA_REL: Numeric<f64, ()> = Numeric { name: "beta-rel", default: (), range: POSITIVE };
pub const HUBER_DELTA: Numeric<f64> = Numeric { name: "huber-delta", default: 1.0, range: POSITIVE };
pub const WIDTHS: Numeric<usize, ()> = Numeric { name: "widths", default: (), range: Range::AtLeast(1) };
pub const REPRESENTATION: Numeric<usize, ()> =
    Numeric { name: "representation", default: (), range: Range::FromTo(1, 100_000) };

/// The name and the range of every numeric option.
fn all() -> Vec<(&'static str, String)> {
    vec![
        WORK.described(),
        LAYERS.described(),
        SAMPLES.described(),
        SEED.described(),
        STEPS.described(),
        RATIO.described(),
        WIDTH.described(),
        MAX_WIDTH.described(),
        TIME_LIMIT.described(),
        MEMORY_LIMIT.described(),
        THREADS.described(),
        BETA.described(),
        BETA_REL.described(),
        HUBER_DELTA.described(),
        WIDTHS.described(),
        REPRESENTATION.described(),
    ]
}

/// The command with the range of each numeric option in its help.
pub fn with_ranges(command: Command) -> Command {
    let ranges = all();
    let command = command.mut_args(|option| {
        let range = ranges.iter().find(|(name, _)| option.get_long() == Some(name));
        match (range, option.get_help()) {
            (Some((_, range)), Some(help)) => {
                let help = format!("{help} [range: {range}]");
                option.help(help)
            }
            _ => option,
        }
    });
    command.mut_subcommands(with_ranges)
}

#[cfg(all(test, feature = "solve"))]
mod tests {
    use std::{any::TypeId, time::Duration};

    use clap::CommandFactory;

    use super::*;
    use crate::{Beta, Loss, TrainSettings, class::deep::Architecture, cli::command::Arguments, fit::train_deep};

    fn message(line: &str) -> String {
        with_ranges(Arguments::command()).try_get_matches_from(line.split(' ')).unwrap_err().to_string()
    }

    #[test]
    fn messages_name_the_option_the_value_and_the_range() {
        for (line, value, range) in [
            ("train d.csv --beta 1 --layers", "33", "from 2 to 32"),
            ("train d.csv --beta 1 --samples", "0", "at least 1"),
            ("train d.csv --beta 1 --seed", "1.5", "at least 0"),
            ("train d.csv --beta 1 --width", "x", "at least 0"),
            ("train d.csv --beta 1 --threads", "513", "from 1 to 512"),
            ("train d.csv --beta 1 --time-limit", "0", "a positive finite number"),
            ("train d.csv --beta 1 --time-limit", "1e-30", "a positive finite number"),
            ("train d.csv --beta 1 --time-limit", "1e300", "a positive finite number"),
            ("train d.csv --beta 1 --memory-limit", "0.5", "from 1 to 1073741824"),
            ("path d.csv --steps", "1", "from 2 to 100000"),
            ("path d.csv --ratio", "1", "above 0 and below 1"),
            ("path d.csv --ratio", "NaN", "above 0 and below 1"),
            ("frontier d.csv --beta 1 --max-width", "100001", "from 0 to 100000"),
            ("verify d.csv c.json --work", "many", "at least 0"),
        ] {
            let (option, message) = (line.rsplit(' ').next().unwrap(), message(&format!("heaviside {line} {value}")));
            for named in [option, &format!("'{value}'"), range] {
                assert!(message.contains(named), "{named} is not in {message}");
            }
        }
    }

    /// Every option that takes a number is in the table, and every entry of the table is an option: its help says the
    /// range.
    #[test]
    fn the_help_says_the_range_of_every_number() {
        let mut named = std::collections::BTreeSet::new();
        let types = [
            TypeId::of::<u8>(),
            TypeId::of::<u16>(),
            TypeId::of::<u32>(),
            TypeId::of::<u64>(),
            TypeId::of::<usize>(),
            TypeId::of::<f64>(),
            TypeId::of::<Duration>(),
        ];
        for command in with_ranges(Arguments::command()).get_subcommands() {
            for option in command.get_opts() {
                let (name, help) = (option.get_long().unwrap(), option.get_help().unwrap().to_string());
                let numeric = types.iter().any(|id| option.get_value_parser().type_id() == *id);
                assert!(!numeric || help.contains("[range: "), "--{name}: {help}");
                if let Some((name, range)) = all().into_iter().find(|(known, _)| *known == name) {
                    assert!(help.ends_with(&format!("[range: {range}]")), "--{name}: {help}");
                    named.insert(name);
                }
            }
        }
        assert_eq!(named.len(), all().len(), "an option of the table does not exist");
    }

    /// The ranges that the library checks are those of the table.
    #[test]
    fn the_library_has_the_same_ranges() {
        for value in [f64::MIN_POSITIVE, 1.0, f64::MAX, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            let accepted = |settings: TrainSettings| settings.validate().is_ok();
            assert_eq!(accepted(TrainSettings::new(Beta::Absolute(value))), BETA.range.contains(&value));
            assert_eq!(accepted(TrainSettings::new(Beta::Relative(value))), BETA_REL.range.contains(&value));
            let loss = Loss::Huber { delta: value };
            let settings = TrainSettings { loss, ..TrainSettings::new(Beta::Absolute(1.0)) };
            assert_eq!(accepted(settings), HUBER_DELTA.range.contains(&value));
        }
        let refused = TrainSettings::new(Beta::Absolute(0.0)).validate().unwrap_err().to_string();
        assert!(refused.ends_with(&format!("it must be {}", BETA.range)), "{refused}");
        let data = crate::Dataset::with_bias(vec![0.0, 1.0], 1, vec![1.0, -1.0]).unwrap();
        let settings = TrainSettings::new(Beta::Absolute(1.0));
        for value in [0, 1] {
            let widths = vec![value];
            let trained = train_deep(&data, &settings, &Architecture::Parallel { widths });
            assert_eq!(trained.is_ok(), WIDTHS.range.contains(&value));
        }
        for units in [0, 1, 100_001] {
            let trained = train_deep(&data, &settings, &Architecture::Representation { layers: 3, units });
            assert_eq!(trained.is_ok(), REPRESENTATION.range.contains(&units));
        }
        let defaults = TrainSettings::new(Beta::Absolute(1.0));
        assert_eq!((SAMPLES.default, SEED.default), (defaults.samples, defaults.seed));
    }
}
