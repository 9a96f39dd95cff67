//! The classes of networks that can be trained.

pub mod deep;
pub mod interpolation;
pub mod narrow;
mod two_layers;

pub use two_layers::require_complete;
pub(crate) use two_layers::{Trainer, can_walk, lists_quickly, require_labels};
