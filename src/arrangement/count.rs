//! The exact number of open cells of an arrangement, by deletion and restriction.
//!
//! Adding a hyperplane H to an arrangement A cuts as many cells in two as the restriction of A to H has cells:
//!
//! ```text
//! r(A + H) = r(A) + r(A restricted to H),      r(empty) = 1,      k lines through a point: 2 k.
//! ```
//!
//! Unrolled over the rows, r(A) = 1 + sum_i r(rows before i, restricted to row i). A restricted arrangement is brought to
//! a canonical form (coordinates off the pivots of its flat, primitive normals up to sign, sorted), under whose digest
//! its count is remembered: on degenerate data the same one is met again and again. No list, no search, no floating
//! point; nothing is shared with the enumerators. A list of distinct patterns, each with an exact witness in an open
//! cell, whose length is this number, is complete.
//!
//! With a bias the number is |H(X)|; without one H(X) can have further patterns that live on faces.
//!
//! Cost: in general position C(N, r-2) restrictions of N rows; memory one entry for each different restriction.

use std::collections::{BTreeSet, HashMap};

use dashu_int::{IBig, UBig};
use sha2::{Digest, Sha256};

use super::tuning::{COUNT_CHECK_EVERY, COUNT_REMEMBERED};
use crate::{
    exact::{Arrangement, integer, sign},
    limits::{Budget, Limit},
};

/// The number of open cells of the arrangement.
///
/// # Errors
///
/// The limit that was reached before the number was known.
pub fn count_cells(arrangement: &Arrangement, budget: &Budget) -> Result<UBig, Limit> {
    let mut counter = Counter { known: HashMap::new(), budget, steps: 0 };
    let mut seen = BTreeSet::new();
    let normals = arrangement.normals().iter().map(|normal| unsigned(normal.exact().to_vec()));
    let hyperplanes: Vec<Vec<IBig>> = normals.filter(|normal| seen.insert(normal.clone())).collect();
    counter.cells(&hyperplanes)
}

struct Counter<'a> {
    /// The counts of restrictions by the digest of their canonical form.
    known: HashMap<[u8; 32], UBig>,
    budget: &'a Budget,
    steps: u64,
}

impl Counter<'_> {
    /// The number of cells of distinct hyperplanes, given by their normals.
    fn cells(&mut self, normals: &[Vec<IBig>]) -> Result<UBig, Limit> {
        let dimension = normals.first().map_or(0, Vec::len);
        if dimension <= 2 {
            return Ok(if normals.is_empty() { UBig::ONE } else { UBig::from(2 * normals.len()) });
        }
        let mut sum = UBig::ONE;
        for (index, hyperplane) in normals.iter().enumerate() {
            sum += self.restricted_cells(&normals[..index], hyperplane)?;
        }
        Ok(sum)
    }

    /// The number of cells of the restriction of an arrangement to a hyperplane.
    fn restricted_cells(&mut self, normals: &[Vec<IBig>], hyperplane: &[IBig]) -> Result<UBig, Limit> {
        self.steps += 1;
        if self.steps.is_multiple_of(COUNT_CHECK_EVERY) {
            self.budget.exceeded().map_or(Ok(()), Err)?;
        }
        let restricted: BTreeSet<Vec<IBig>> = normals.iter().map(|normal| restrict(normal, hyperplane)).collect();
        let restricted: Vec<Vec<IBig>> = restricted.into_iter().collect();
        if restricted.first().map_or(0, Vec::len) <= 2 {
            return self.cells(&restricted);
        }
        let key = digest(&restricted);
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let cells = self.cells(&restricted)?;
        if self.known.len() < COUNT_REMEMBERED {
            self.known.insert(key, cells.clone());
        }
        Ok(cells)
    }
}

/// The normal of a hyperplane on another one: its first non-zero coordinate is eliminated. Never zero, since the two
/// are distinct.
fn restrict(normal: &[IBig], hyperplane: &[IBig]) -> Vec<IBig> {
    let pivot = hyperplane.iter().position(|entry| !entry.is_zero()).unwrap_or(0);
    let coefficient = |q: usize| &normal[q] * &hyperplane[pivot] - &normal[pivot] * &hyperplane[q];
    let mut restricted: Vec<IBig> = (0..normal.len()).filter(|&q| q != pivot).map(coefficient).collect();
    integer::make_primitive(&mut restricted);
    unsigned(restricted)
}

/// The primitive normal up to sign: its first non-zero entry is positive.
fn unsigned(normal: Vec<IBig>) -> Vec<IBig> {
    let negative = normal.iter().find(|entry| !entry.is_zero()).is_some_and(|entry| sign::of(entry).is_lt());
    if negative { normal.into_iter().map(|entry| -entry).collect() } else { normal }
}

fn digest(normals: &[Vec<IBig>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for normal in normals {
        for entry in normal {
            let bytes = entry.to_le_bytes();
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(&bytes);
        }
        hash.update(u64::MAX.to_le_bytes());
    }
    hash.finalize().into()
}
