//! The trained model: a two-layer threshold network or parallel deep ones, forward pass and JSON.

mod any;
mod classes;
mod deep;
mod network;

pub use any::Model;
pub use deep::{DeepNetwork, Layer, Subnetwork, Unit};
pub use network::{Network, NetworkError, Neuron, Part, ScaledNeuron, Standardization, accuracy};
