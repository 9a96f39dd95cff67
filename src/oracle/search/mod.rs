//! Local search for columns with large |d^T v|.

mod climb;
mod tuning;

pub(super) use climb::{Landscape, climb};
