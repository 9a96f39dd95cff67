//! Parallel deep threshold networks (Section 3): K subnetworks of depth L, summed.
//!
//! ```text
//! f(x) = sum_k a_k h_k(x),    h_k(x) = step(... step(step(x W_1) W_2) ... w_{L-1}) in {0, 1}
//! ```
//!
//! After the scaling of Lemma 3.1 only the last layer's weights a_k are penalised, by beta ||a||_1. The first layers may
//! be shared by all subnetworks (a representation). Hidden layers have no bias; a threshold other than 0 occurs only
//! where the caller asked for one. Sums run in index order.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{NetworkError, Neuron, accuracy};
use crate::{
    data::{Dataset, FeatureTable},
    files,
    pattern::{Bits, step::step_f64},
};

pub(super) const FORMAT: &str = "heaviside-deep-network";
const VERSION: u32 = 1;

/// A threshold unit: active where z . w >= theta.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// w: one weight for each input of the layer.
    pub hidden: Vec<f64>,
    /// theta.
    pub threshold: f64,
}

/// The units of one layer.
pub type Layer = Vec<Unit>;

/// One subnetwork: its hidden layers, the last of which has a single unit, and the weight of that unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subnetwork {
    /// The layers after the shared ones.
    pub layers: Vec<Layer>,
    /// a_k: the weight of its output.
    pub output: f64,
}

/// What the rows of a table mean to a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    /// The names of the input columns, the bias not among them.
    features: Vec<String>,
    /// The name of the target.
    target: String,
    /// Whether a bias entry 1 is appended to every input row.
    bias: bool,
    /// The two classes: the first is predicted where f < 0, the second where f >= 0.
    #[serde(with = "super::classes")]
    classes: Option<[String; 2]>,
}

/// A parallel deep threshold network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeepNetwork {
    format: String,
    version: u32,
    inputs: Inputs,
    /// The first layers, shared by all subnetworks.
    shared: Vec<Layer>,
    subnetworks: Vec<Subnetwork>,
}

impl DeepNetwork {
    /// A network on the columns of a data set.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Malformed`] if the widths of the layers do not fit together or a last layer has not one unit.
    pub fn new(data: &Dataset, shared: Vec<Layer>, subnetworks: Vec<Subnetwork>) -> Result<Self, NetworkError> {
        let inputs = Inputs {
            features: data.feature_names().to_vec(),
            target: data.target_name().into(),
            bias: data.bias(),
            classes: data.classes().cloned(),
        };
        DeepNetwork { format: FORMAT.into(), version: VERSION, inputs, shared, subnetworks }.validated()
    }

    /// The layers that all subnetworks share.
    pub fn shared(&self) -> &[Layer] {
        &self.shared
    }

    /// The subnetworks.
    pub fn subnetworks(&self) -> &[Subnetwork] {
        &self.subnetworks
    }

    /// The names of the input columns, without the bias.
    pub fn feature_names(&self) -> &[String] {
        &self.inputs.features
    }

    /// Whether a bias entry is appended to the input rows.
    pub fn bias(&self) -> bool {
        self.inputs.bias
    }

    /// The two classes, if the network was trained to classify.
    pub fn classes(&self) -> Option<&[String; 2]> {
        self.inputs.classes.as_ref()
    }

    /// The number of entries d of an input row, the bias entry included.
    pub fn width(&self) -> usize {
        self.inputs.features.len() + usize::from(self.inputs.bias)
    }

    /// h_k(x) for every subnetwork.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn activations(&self, row: &[f64]) -> Result<Vec<bool>, NetworkError> {
        if row.len() != self.width() {
            return Err(NetworkError::WrongWidth { expected: self.width(), found: row.len() });
        }
        let representation = forward(&self.shared, row.to_vec());
        Ok(self.subnetworks.iter().map(|subnetwork| subnetwork.is_active(&representation)).collect())
    }

    /// f(x) for one row of `width()` entries, the bias entry included.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn predict_row(&self, row: &[f64]) -> Result<f64, NetworkError> {
        let active = self.activations(row)?;
        let outputs = self.subnetworks.iter().zip(active).filter(|(_, active)| *active);
        Ok(outputs.fold(0.0, |sum, (subnetwork, _)| sum + subnetwork.output))
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

    /// The patterns of the subnetworks on the rows of a data set, by the floating-point forward pass.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn patterns(&self, data: &Dataset) -> Result<Vec<Bits>, NetworkError> {
        let mut patterns = vec![Bits::with_capacity(data.n()); self.subnetworks.len()];
        for row in 0..data.n() {
            for (pattern, active) in patterns.iter_mut().zip(self.activations(data.row(row))?) {
                pattern.push(active);
            }
        }
        Ok(patterns)
    }

    /// The fraction of rows whose sign step(f) is that of the target (targets -1 and +1).
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn accuracy(&self, data: &Dataset) -> Result<f64, NetworkError> {
        Ok(accuracy(&self.predict_dataset(data)?, data))
    }

    /// The class that an output stands for: the second where f >= 0.
    pub fn class_of(&self, output: f64) -> Option<&str> {
        self.classes().map(|classes| classes[usize::from(step_f64(output))].as_str())
    }

    /// Writes the model as JSON, atomically.
    ///
    /// # Errors
    ///
    /// [`NetworkError::File`].
    pub fn save(&self, path: &Path) -> Result<(), NetworkError> {
        Ok(files::write_json(path, self)?)
    }

    /// Reads a model from JSON text.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Malformed`] if fields are missing, unknown or inconsistent.
    pub fn from_json(text: &str) -> Result<Self, NetworkError> {
        let network: DeepNetwork =
            serde_json::from_str(text).map_err(|error| NetworkError::Malformed(error.to_string()))?;
        network.validated()
    }

    fn validated(self) -> Result<Self, NetworkError> {
        if self.format != FORMAT || self.version != VERSION {
            let (format, version) = (&self.format, self.version);
            let message = format!("format {format:?} version {version} is not {FORMAT:?} version {VERSION}");
            return Err(NetworkError::Malformed(message));
        }
        let representation = checked_width(&self.shared, self.width(), "the shared layers")?;
        for (index, subnetwork) in self.subnetworks.iter().enumerate() {
            let name = format!("subnetwork {index}");
            if checked_width(&subnetwork.layers, representation, &name)? != 1 || subnetwork.layers.is_empty() {
                return Err(NetworkError::Malformed(format!("the last layer of {name} must have one unit")));
            }
        }
        Ok(self)
    }
}

/// The outputs, 0 or 1, of the last of some layers.
fn forward(layers: &[Layer], input: Vec<f64>) -> Vec<f64> {
    layers
        .iter()
        .fold(input, |input, layer| layer.iter().map(|unit| if unit.is_active(&input) { 1.0 } else { 0.0 }).collect())
}

/// The number of outputs of some layers, each of which must take what the one before gives.
fn checked_width(layers: &[Layer], inputs: usize, name: &str) -> Result<usize, NetworkError> {
    layers.iter().enumerate().try_fold(inputs, |width, (index, layer)| {
        match layer.iter().find(|unit| unit.hidden.len() != width) {
            Some(unit) => {
                let found = unit.hidden.len();
                let message = format!("a unit of layer {index} of {name} has {found} weights instead of {width}");
                Err(NetworkError::Malformed(message))
            }
            None => Ok(layer.len()),
        }
    })
}

impl Subnetwork {
    /// h(x) for an input of its first layer.
    pub fn is_active(&self, input: &[f64]) -> bool {
        // The last layer has one unit.
        forward(&self.layers, input.to_vec()).first() == Some(&1.0)
    }
}

impl From<Neuron> for Unit {
    fn from(neuron: Neuron) -> Self {
        Unit { hidden: neuron.hidden, threshold: neuron.threshold }
    }
}

impl Unit {
    /// A unit with threshold 0.
    pub fn new(hidden: Vec<f64>) -> Self {
        Unit { hidden, threshold: 0.0 }
    }

    /// Whether the unit is active on an input.
    pub fn is_active(&self, input: &[f64]) -> bool {
        let preactivation: f64 = input.iter().zip(&self.hidden).map(|(z, w)| z * w).sum();
        step_f64(preactivation - self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::to_text;

    /// Example 3.1: the middle row alone is a pattern of the second layer, not of the first.
    fn network() -> (Dataset, DeepNetwork) {
        let data = Dataset::with_bias(vec![-1.0, 0.0, 1.0], 1, vec![0.0, 1.0, 0.0]).unwrap();
        // 110 and 011; both are active on the middle row only: step(h1 + h2 - (the constant unit) * 2).
        let first = vec![Unit::new(vec![-1.0, 0.5]), Unit::new(vec![1.0, 0.5]), Unit::new(vec![0.0, 0.0])];
        let subnetworks = [(vec![1.0, 1.0, -2.0], 3.0), (vec![-1.0, -1.0, 1.0], -0.5)];
        let subnetworks =
            subnetworks.map(|(hidden, output)| Subnetwork { layers: vec![vec![Unit::new(hidden)]], output });
        let network = DeepNetwork::new(&data, vec![first], subnetworks.to_vec()).unwrap();
        (data, network)
    }

    #[test]
    fn forward_pass_by_hand() {
        let (data, network) = network();
        let patterns: Vec<String> = network.patterns(&data).unwrap().iter().map(|pattern| to_text(pattern)).collect();
        assert_eq!(patterns, ["010", "101"]);
        assert_eq!(network.predict_dataset(&data).unwrap(), [-0.5, 3.0, -0.5]);
        assert!(network.predict_row(&[1.0]).is_err());
    }

    #[test]
    fn json_round_trip_is_exact_and_strict() {
        let (_, network) = network();
        let text = serde_json::to_string(&network).unwrap();
        assert_eq!(files::named_format(&text).as_deref(), Some(FORMAT));
        assert_eq!(DeepNetwork::from_json(&text).unwrap(), network);
        for (from, to) in
            [("\"version\":1", "\"version\":2"), ("[1.0,1.0,-2.0]", "[1.0,1.0]"), ("\"bias\"", "\"bass\"")]
        {
            let changed = text.replace(from, to);
            assert!(changed != text && DeepNetwork::from_json(&changed).is_err(), "{to} must be refused");
        }
    }

    #[test]
    fn a_last_layer_has_one_unit() {
        let (data, _) = network();
        let two = Subnetwork { layers: vec![vec![Unit::new(vec![1.0, 0.0]); 2]], output: 1.0 };
        let none = Subnetwork { layers: Vec::new(), output: 1.0 };
        for subnetwork in [two, none] {
            assert!(DeepNetwork::new(&data, Vec::new(), vec![subnetwork]).is_err());
        }
    }
}
