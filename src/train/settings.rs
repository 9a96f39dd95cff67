//! What to train, how, and what may be used.

use std::time::Duration;

use super::TrainError;
use crate::{data::DataOptions, limits::StopSignal, network::Reconstruction};

/// The regularisation parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beta {
    /// beta itself.
    Absolute(f64),
    /// A fraction of beta_max = max |d^T y|, at and above which the zero network is optimal.
    Relative(f64),
}

/// Where the activation patterns come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Method {
    /// The first that applies: `Complete`, `Exact` if the patterns are few, `Sample`.
    #[default]
    Auto,
    /// All of H(X), enumerated.
    Exact,
    /// The closed form (7); needs linearly independent distinct rows.
    Complete,
    /// Random patterns: an upper bound, with a lower bound from the dual.
    Sample,
}

impl Method {
    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Method::Auto => "auto",
            Method::Exact => "exact",
            Method::Complete => "complete",
            Method::Sample => "sample",
        }
    }
}

/// What to train and what may be used.
#[derive(Clone, Debug)]
pub struct TrainSettings {
    /// The regularisation parameter.
    pub beta: Beta,
    /// Where the patterns come from.
    pub method: Method,
    /// Random draws of `Method::Sample`; default 1000.
    pub samples: u64,
    /// The seed of the random draws; default 0.
    pub seed: u64,
    /// How hidden weights are chosen.
    pub reconstruction: Reconstruction,
    /// Whether hidden weights are chosen on standardised features; the patterns and the objective are not affected.
    pub standardize: bool,
    /// The relative gap up to which a result is called optimal; default 1e-6.
    pub tolerance: f64,
    /// Stop after this time with the best result so far.
    pub time_limit: Option<Duration>,
    /// Stop when the process uses this many bytes.
    pub memory_limit: Option<u64>,
    /// Threads; `None` for one a core.
    pub threads: Option<usize>,
    /// Stop when raised, as at a time limit.
    pub stop: StopSignal,
    /// How the table was read; goes into the certificate so that it can be read again.
    pub data_options: DataOptions,
}

impl TrainSettings {
    /// The default settings with the given regularisation parameter.
    pub fn new(beta: Beta) -> Self {
        TrainSettings {
            beta,
            method: Method::default(),
            samples: 1000,
            seed: 0,
            reconstruction: Reconstruction::default(),
            standardize: false,
            tolerance: 1e-6,
            time_limit: None,
            memory_limit: None,
            threads: None,
            stop: StopSignal::default(),
            data_options: DataOptions::default(),
        }
    }

    /// Checks every numeric range.
    ///
    /// # Errors
    ///
    /// [`TrainError::Setting`] names the setting, its value and its range.
    pub fn validate(&self) -> Result<(), TrainError> {
        let positive = |name, value: f64| match value.is_finite() && value > 0.0 {
            true => Ok(()),
            false => Err(TrainError::Setting { name, value: value.to_string(), range: "a positive finite number" }),
        };
        match self.beta {
            Beta::Absolute(beta) => positive("beta", beta)?,
            Beta::Relative(fraction) => positive("beta-rel", fraction)?,
        }
        positive("tolerance", self.tolerance)?;
        if self.samples == 0 {
            return Err(TrainError::Setting { name: "samples", value: "0".into(), range: "at least 1" });
        }
        if self.threads == Some(0) {
            return Err(TrainError::Setting { name: "threads", value: "0".into(), range: "at least 1" });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_checked() {
        assert!(TrainSettings::new(Beta::Relative(0.5)).validate().is_ok());
        for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = TrainSettings::new(Beta::Absolute(beta)).validate().unwrap_err();
            assert!(error.to_string().starts_with("beta = "), "{error}");
        }
        let settings = TrainSettings { samples: 0, ..TrainSettings::new(Beta::Absolute(1.0)) };
        assert!(settings.validate().unwrap_err().to_string().contains("samples"));
        let settings = TrainSettings { threads: Some(0), ..TrainSettings::new(Beta::Absolute(1.0)) };
        assert!(settings.validate().unwrap_err().to_string().contains("threads"));
    }
}
