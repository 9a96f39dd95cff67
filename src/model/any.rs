//! A model file of either kind.

use std::path::Path;

use super::{DeepNetwork, Network, NetworkError, deep};
use crate::{data::FeatureTable, files};

/// A trained model: two layers, or parallel deep networks.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// A two-layer network.
    TwoLayer(Network),
    /// A parallel deep network.
    Deep(DeepNetwork),
}

impl Model {
    /// Reads a model file of either kind.
    ///
    /// # Errors
    ///
    /// [`NetworkError::File`] or [`NetworkError::Malformed`].
    pub fn load(path: &Path) -> Result<Self, NetworkError> {
        let text = files::read_text(path)?;
        let model = match files::named_format(&text).as_deref() {
            Some(deep::FORMAT) => DeepNetwork::from_json(&text).map(Model::Deep),
            _ => Network::from_json(&text).map(Model::TwoLayer),
        };
        model.map_err(|error| error.in_file(path))
    }

    /// The names of the input columns, without the bias.
    pub fn feature_names(&self) -> &[String] {
        match self {
            Model::TwoLayer(network) => network.feature_names(),
            Model::Deep(network) => network.feature_names(),
        }
    }

    /// Whether a bias entry is appended to the input rows.
    pub fn bias(&self) -> bool {
        match self {
            Model::TwoLayer(network) => network.bias(),
            Model::Deep(network) => network.bias(),
        }
    }

    /// The two classes, if the model was trained to classify.
    pub fn classes(&self) -> Option<&[String; 2]> {
        match self {
            Model::TwoLayer(network) => network.classes(),
            Model::Deep(network) => network.classes(),
        }
    }

    /// The class that an output stands for: the second where f >= 0.
    pub fn class_of(&self, output: f64) -> Option<&str> {
        match self {
            Model::TwoLayer(network) => network.class_of(output),
            Model::Deep(network) => network.class_of(output),
        }
    }

    /// f(X) for all rows of a table.
    ///
    /// # Errors
    ///
    /// [`NetworkError::WrongWidth`].
    pub fn predict(&self, table: &FeatureTable) -> Result<Vec<f64>, NetworkError> {
        match self {
            Model::TwoLayer(network) => network.predict(table),
            Model::Deep(network) => network.predict(table),
        }
    }
}
