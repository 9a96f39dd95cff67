//! `f(x) = sum_j a_j step(z . w_j - theta_j)`: the network (2) with its amplitudes multiplied into the output weights.
//!
//! z is the input row with its bias entry, standardised first if the model says so. The thresholds theta are 0 except
//! where hidden weights were reconstructed without a bias so that only a threshold reproduces the pattern in floating
//! point. Sums run in index order, so a forward pass gives the same bits on every machine with IEEE arithmetic.

use std::{borrow::Cow, fmt, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    data::{Dataset, FeatureTable},
    files,
    loss::Loss,
    pattern::{Bits, step::step_f64},
};

const FORMAT: &str = "heaviside-network";
const VERSION: u32 = 1;

/// Why a model could not be built, read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] files::FileError),
    /// The text is not a model.
    #[error("not a model: {0}")]
    Malformed(String),
    /// An input row has the wrong number of entries.
    #[error("the model takes rows of {expected} entries (bias included), this one has {found}")]
    WrongWidth {
        /// Entries that the model takes.
        expected: usize,
        /// Entries that the row has.
        found: usize,
    },
    /// A part of a model has not one entry for each column of the data.
    #[error("{part} has {found} entries instead of {expected}")]
    WrongLength {
        /// Which part.
        part: Part,
        /// The columns of the data, the bias included.
        expected: usize,
        /// The entries that there are.
        found: usize,
    },
    /// A scale of a standardisation is not positive.
    #[error("the scale of column {column} (counted from 0) is not positive")]
    ScaleNotPositive {
        /// The column, from 0.
        column: usize,
    },
}

/// What has an entry for each column of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The hidden weights of the neuron with this index, from 0.
    Neuron(usize),
    /// The means of the standardisation.
    Means,
    /// The scales of the standardisation.
    Scales,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Neuron(index) => write!(f, "neuron {index}"),
            Part::Means => f.write_str("the mean of the standardization"),
            Part::Scales => f.write_str("the scale of the standardization"),
        }
    }
}

impl NetworkError {
    /// Names the file of a text that is not a model.
    pub(super) fn in_file(self, path: &Path) -> Self {
        match self {
            NetworkError::Malformed(what) => NetworkError::Malformed(format!("{}: {what}", path.display())),
            other => other,
        }
    }
}

/// One hidden neuron with its output weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neuron {
    /// w: d entries, for the standardised input if the model standardises.
    pub hidden: Vec<f64>,
    /// theta: active where z . w >= theta.
    pub threshold: f64,
    /// a: the output weight.
    pub output: f64,
}

/// A neuron in the scaled form (3): weights, amplitude and output weight.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaledNeuron {
    /// w, scaled by a power of two to negligible norm; the activation pattern does not change.
    pub hidden: Vec<f64>,
    /// s = sqrt |a|.
    pub amplitude: f64,
    /// sign(a) sqrt |a|, so that amplitude times output is a and both are equally penalised.
    pub output: f64,
}

/// z_j = (x_j - mean_j) / scale_j; the bias entry has mean 0 and scale 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standardization {
    /// One mean for each column of X.
    pub mean: Vec<f64>,
    /// One positive scale for each column of X.
    pub scale: Vec<f64>,
}

impl Standardization {
    /// The standardised row.
    pub fn apply(&self, row: &[f64]) -> Vec<f64> {
        row.iter().zip(&self.mean).zip(&self.scale).map(|((x, mean), scale)| (x - mean) / scale).collect()
    }
}

/// A two-layer threshold network with single-output neurons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    format: String,
    version: u32,
    /// The names of the input columns, the bias not among them.
    features: Vec<String>,
    /// The name of the target.
    target: String,
    /// Whether a bias entry 1 is appended to every input row.
    bias: bool,
    /// The two classes: the first is predicted where f < 0, the second where f >= 0.
    #[serde(with = "super::classes")]
    classes: Option<[String; 2]>,
    standardization: Option<Standardization>,
    neurons: Vec<Neuron>,
}

impl Network {
    /// A network on the columns of a data set.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongLength`] if a neuron or the standardisation has not one entry for each column,
    /// [`NetworkError::ScaleNotPositive`].
    pub fn new(
        data: &Dataset,
        standardization: Option<Standardization>,
        neurons: Vec<Neuron>,
    ) -> Result<Self, NetworkError> {
        let network = Network {
            format: FORMAT.into(),
            version: VERSION,
            features: data.feature_names().to_vec(),
            target: data.target_name().into(),
            bias: data.bias(),
            classes: data.classes().cloned(),
            standardization,
            neurons,
        };
        network.fits_together()?;
        Ok(network)
    }

    /// The hidden neurons.
    pub fn neurons(&self) -> &[Neuron] {
        &self.neurons
    }

    /// The names of the input columns, without the bias.
    pub fn feature_names(&self) -> &[String] {
        &self.features
    }

    /// Whether a bias entry is appended to the input rows.
    pub fn bias(&self) -> bool {
        self.bias
    }

    /// The two classes, if the network was trained to classify.
    pub fn classes(&self) -> Option<&[String; 2]> {
        self.classes.as_ref()
    }

    /// The transform that is applied to input rows.
    pub fn standardization(&self) -> Option<&Standardization> {
        self.standardization.as_ref()
    }

    /// The number of entries d of an input row, the bias entry included.
    pub fn width(&self) -> usize {
        self.features.len() + usize::from(self.bias)
    }

    /// f(x) for one row of `width()` entries, the bias entry included.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn predict_row(&self, row: &[f64]) -> Result<f64, NetworkError> {
        if row.len() != self.width() {
            return Err(NetworkError::WrongWidth { expected: self.width(), found: row.len() });
        }
        let input = self.input(row);
        // Starts from +0: an empty sum of floats is -0.
        let active = self.neurons.iter().filter(|neuron| neuron.is_active(&input));
        Ok(active.fold(0.0, |sum, neuron| sum + neuron.output))
    }

    /// f(X) for all rows of a table.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn predict(&self, table: &FeatureTable) -> Result<Vec<f64>, NetworkError> {
        (0..table.n()).map(|row| self.predict_row(table.row(row))).collect()
    }

    /// f(X) for the rows of a data set.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn predict_dataset(&self, data: &Dataset) -> Result<Vec<f64>, NetworkError> {
        (0..data.n()).map(|row| self.predict_row(data.row(row))).collect()
    }

    /// The class that an output stands for: the second where f >= 0.
    pub fn class_of(&self, output: f64) -> Option<&str> {
        self.classes.as_ref().map(|classes| classes[usize::from(step_f64(output))].as_str())
    }

    /// The patterns of the neurons on the rows of a data set, by the floating-point forward pass.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn patterns(&self, data: &Dataset) -> Result<Vec<Bits>, NetworkError> {
        if data.d() != self.width() {
            return Err(NetworkError::WrongWidth { expected: self.width(), found: data.d() });
        }
        let mut patterns = vec![Bits::with_capacity(data.n()); self.neurons.len()];
        for row in data.rows() {
            let input = self.input(row);
            patterns.iter_mut().zip(&self.neurons).for_each(|(pattern, neuron)| pattern.push(neuron.is_active(&input)));
        }
        Ok(patterns)
    }

    /// The objective (4), sum_i l(f(x_i); y_i) + beta ||a||_1, in floating point.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn objective(&self, data: &Dataset, loss: Loss, beta: f64) -> Result<f64, NetworkError> {
        let outputs = self.predict_dataset(data)?;
        let loss: f64 = outputs.iter().zip(data.targets()).map(|(&f, &y)| loss.value(f, y)).sum();
        Ok(loss + beta * self.neurons.iter().map(|neuron| neuron.output.abs()).sum::<f64>())
    }

    /// The fraction of rows whose sign step(f) is that of the target (targets -1 and +1).
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn accuracy(&self, data: &Dataset) -> Result<f64, NetworkError> {
        Ok(accuracy(&self.predict_dataset(data)?, data))
    }

    /// Weights in the form (3), s_j step(X w_j) a_j with penalty beta/2 sum (||w||^2 + s^2 + a^2).
    ///
    /// The infimum of (3) equals (4) and is approached as ||w|| -> 0 (Lemma 2.1): every w is scaled by a power of two,
    /// which keeps all signs, so that its squared norm is below 2^-100 of the output weights' modulus.
    pub fn scaled_form(&self) -> Vec<ScaledNeuron> {
        let scale = |neuron: &Neuron| {
            let root = neuron.output.abs().sqrt();
            let largest = neuron.hidden.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
            let exponent =
                if largest > 0.0 { (root.max(f64::MIN_POSITIVE) / largest).log2().floor() - 60.0 } else { 0.0 };
            let factor = exponent.clamp(-500.0, 500.0).exp2();
            let hidden = neuron.hidden.iter().map(|w| w * factor).collect();
            ScaledNeuron { hidden, amplitude: root, output: root.copysign(neuron.output) }
        };
        self.neurons.iter().map(scale).collect()
    }

    /// Writes the model as JSON, atomically.
    ///
    /// # Errors
    ///
    /// [`NetworkError::File`].
    pub fn save(&self, path: &Path) -> Result<(), NetworkError> {
        Ok(files::write_json(path, self)?)
    }

    /// Reads a model.
    ///
    /// # Errors
    ///
    /// [`NetworkError::File`] or [`NetworkError::Malformed`].
    pub fn load(path: &Path) -> Result<Self, NetworkError> {
        Self::from_json(&files::read_text(path)?).map_err(|error| error.in_file(path))
    }

    /// Reads a model from JSON text.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Malformed`] if fields are missing, unknown or inconsistent.
    pub fn from_json(text: &str) -> Result<Self, NetworkError> {
        let network: Network =
            serde_json::from_str(text).map_err(|error| NetworkError::Malformed(error.to_string()))?;
        if network.format != FORMAT || network.version != VERSION {
            return Err(NetworkError::Malformed(format!(
                "format {:?} version {} is not {FORMAT:?} version {VERSION}",
                network.format, network.version
            )));
        }
        network.fits_together().map_err(|error| NetworkError::Malformed(error.to_string()))?;
        Ok(network)
    }

    /// Whether every part has an entry for each column, and scales are positive.
    fn fits_together(&self) -> Result<(), NetworkError> {
        let expected = self.width();
        let neurons = self.neurons.iter().enumerate();
        let neurons = neurons.map(|(index, neuron)| (Part::Neuron(index), neuron.hidden.len()));
        let transform = self.standardization.iter();
        let transform = transform.flat_map(|t| [(Part::Means, t.mean.len()), (Part::Scales, t.scale.len())]);
        if let Some((part, found)) = neurons.chain(transform).find(|&(_, found)| found != expected) {
            return Err(NetworkError::WrongLength { part, expected, found });
        }
        let scales = self.standardization.as_ref().map_or(&[][..], |transform| &transform.scale);
        match scales.iter().position(|scale| scale.is_nan() || *scale <= 0.0) {
            Some(column) => Err(NetworkError::ScaleNotPositive { column }),
            None => Ok(()),
        }
    }

    /// z: the input row as the hidden weights take it.
    fn input<'a>(&self, row: &'a [f64]) -> Cow<'a, [f64]> {
        self.standardization.as_ref().map_or(Cow::Borrowed(row), |transform| transform.apply(row).into())
    }
}

/// The fraction of rows whose output f has the sign step(f) of the target; `outputs` has n entries.
pub fn accuracy(outputs: &[f64], data: &Dataset) -> f64 {
    let right = outputs.iter().zip(data.targets()).filter(|(f, y)| step_f64(**f) == step_f64(**y)).count();
    right as f64 / data.n() as f64
}

impl Neuron {
    /// Whether the neuron is active on an input (standardised if the model standardises).
    pub fn is_active(&self, input: &[f64]) -> bool {
        step_f64(self.preactivation(input) - self.threshold)
    }

    /// z . w, summed in index order.
    pub fn preactivation(&self, input: &[f64]) -> f64 {
        input.iter().zip(&self.hidden).map(|(z, w)| z * w).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> (Dataset, Network) {
        let data = Dataset::with_bias(vec![-1.0, 0.0, 2.0], 1, vec![-1.0, 1.0, 1.0]).unwrap();
        let neurons = vec![
            Neuron { hidden: vec![1.0, 0.0], threshold: 0.0, output: 2.5 },
            Neuron { hidden: vec![-1.0, 1.0], threshold: 0.5, output: -0.25 },
        ];
        let network = Network::new(&data, None, neurons).unwrap();
        (data, network)
    }

    /// A forward pass took the shorter of two vectors without a word.
    #[test]
    fn parts_of_other_lengths_are_refused() {
        let (data, network) = network();
        let built = |mean: usize, scale: usize, hidden: usize| {
            let transform = Standardization { mean: vec![0.0; mean], scale: vec![1.0; scale] };
            let neuron = Neuron { hidden: vec![1.0; hidden], threshold: 0.0, output: 1.0 };
            Network::new(&data, Some(transform), vec![network.neurons()[0].clone(), neuron])
        };
        assert!(built(2, 2, 2).is_ok());
        for (mean, scale, hidden, wrong, entries) in [
            (2, 2, 1, Part::Neuron(1), 1),
            (2, 2, 3, Part::Neuron(1), 3),
            (0, 2, 2, Part::Means, 0),
            (2, 3, 2, Part::Scales, 3),
        ] {
            match built(mean, scale, hidden) {
                Err(NetworkError::WrongLength { part, expected: 2, found }) => {
                    assert_eq!((part, found), (wrong, entries))
                }
                other => panic!("{other:?}"),
            }
        }
        for scale in [0.0, -1.0, f64::NAN] {
            let transform = Standardization { mean: vec![0.0; 2], scale: vec![1.0, scale] };
            let refused = Network::new(&data, Some(transform), Vec::new());
            assert!(matches!(refused, Err(NetworkError::ScaleNotPositive { column: 1 })), "{scale}");
        }
    }

    #[test]
    fn forward_pass_objective_and_accuracy_by_hand() {
        let (data, network) = network();
        assert_eq!(network.predict_dataset(&data).unwrap(), [-0.25, 2.25, 2.5]);
        // 1/2 (0.75^2 + 1.25^2 + 1.5^2) + 2 (2.75)
        assert_eq!(network.objective(&data, Loss::Squared, 2.0).unwrap(), 0.5 * (0.5625 + 1.5625 + 2.25) + 5.5);
        assert_eq!(network.accuracy(&data).unwrap(), 1.0);
        assert!(network.predict_row(&[1.0]).is_err());
    }

    #[test]
    fn json_round_trip_is_exact_and_strict() {
        let (_, network) = network();
        let text = serde_json::to_string(&network).unwrap();
        assert_eq!(Network::from_json(&text).unwrap(), network);
        for (from, to) in [("\"version\":1", "\"version\":2"), ("[1.0,0.0]", "[1.0]"), ("\"bias\"", "\"bass\"")] {
            let changed = text.replace(from, to);
            assert!(changed != text && Network::from_json(&changed).is_err(), "{to} must be refused");
        }
    }

    #[test]
    fn scaled_form_has_the_same_value() {
        // Lemma 2.1: beta/2 sum (|w|^2 + s^2 + a^2) = beta sum |a| up to the negligible |w|^2.
        let (_, network) = network();
        for (scaled, neuron) in network.scaled_form().iter().zip(network.neurons()) {
            assert!((scaled.amplitude * scaled.output - neuron.output).abs() <= f64::EPSILON * neuron.output.abs());
            let norm: f64 = scaled.hidden.iter().map(|w| w * w).sum();
            let penalty = 0.5 * (norm + scaled.amplitude.powi(2) + scaled.output.powi(2));
            assert!((penalty - neuron.output.abs()).abs() <= 4.0 * f64::EPSILON * neuron.output.abs());
        }
    }
}
