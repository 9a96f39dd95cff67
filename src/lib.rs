#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! Heaviside.
#[cfg(feature = "solve")]
pub mod arrangement;
#[cfg(feature = "solve")]
pub mod backend;
pub mod certificate;
#[cfg(feature = "solve")]
pub mod certify;
pub mod check;
pub mod data;
pub mod exact;
pub mod files;
#[cfg(feature = "solve")]
pub mod lasso;
pub mod limits;
pub mod network;
pub mod pattern;
#[cfg(feature = "solve")]
pub mod train;
pub use certificate::Certificate;
pub use check::{CheckLimits, Proven, Rejection, Verdict, check, check_json};
pub use data::{DataOptions, Dataset};
pub use network::Network;
#[cfg(feature = "solve")]
pub use train::{Beta, Method, Status, TrainSettings, Training, train, train_with};
