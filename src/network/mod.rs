//! The trained model: a two-layer threshold network or parallel deep ones, forward pass, JSON, and where hidden weights
//! come from.

mod any;
#[cfg(feature = "solve")]
pub mod construct;
mod deep;
mod model;
#[cfg(feature = "solve")]
pub mod reconstruct;

pub use any::Model;
pub use deep::{DeepNetwork, Layer, Subnetwork, Unit};
pub use model::{Network, NetworkError, Neuron, ScaledNeuron, Standardization, accuracy};
#[cfg(feature = "solve")]
pub use reconstruct::Reconstruction;
