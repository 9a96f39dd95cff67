//! Shared by the integration tests: a brute force, degenerate data, reproducible random numbers.
//!
//! Nothing here calls the library's algorithms; of the library only the types of big numbers and certificates are used.

// Every test crate uses a part of this.
#![allow(dead_code)]

pub mod brute;
pub mod certificate;
pub mod families;
pub mod lasso;
pub mod narrow;
pub mod random;
pub mod simplex;

/// A matrix as a list of rows.
pub type Rows = Vec<Vec<f64>>;

/// The entries row by row, and the number of columns.
pub fn flat(rows: &[Vec<f64>]) -> (Vec<f64>, usize) {
    (rows.concat(), rows[0].len())
}

/// The rows with a one appended to each: the bias column.
pub fn with_ones(rows: &[Vec<f64>]) -> Rows {
    rows.iter().map(|row| [row.as_slice(), &[1.0]].concat()).collect()
}

/// The bits of a pattern in text form.
pub fn bits(pattern: &str) -> impl Iterator<Item = bool> + '_ {
    pattern.bytes().map(|bit| bit == b'1')
}
