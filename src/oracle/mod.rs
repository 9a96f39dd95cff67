//! Which columns violate a dual point, and how large the largest |d^T v| is.

pub mod walk;
