//! The trained model: a two-layer threshold network, its forward pass, its JSON, and where its hidden weights come from.

mod model;
#[cfg(feature = "solve")]
pub mod reconstruct;

pub use model::{Network, NetworkError, Neuron, ScaledNeuron, Standardization};
#[cfg(feature = "solve")]
pub use reconstruct::Reconstruction;
