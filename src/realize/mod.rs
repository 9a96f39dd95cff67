//! Weights for patterns: a hidden neuron for a pattern of H(X), a hidden layer for any labelling.

pub mod construct;
pub mod reconstruct;

pub use reconstruct::Reconstruction;
