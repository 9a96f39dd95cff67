#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! Heaviside.
pub mod exact;
