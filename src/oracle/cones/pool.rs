//! Distinct columns met during a search, the largest modulus first.
//!
//! A weight vector in f64 *is* a witness: its pattern is that of exact signs, whatever led to it. So every column here is
//! a pattern of H(X), and its value is an exact integer. O(N r) filtered signs a weight vector, O(log K) comparisons.

use std::{cmp::Reverse, collections::BTreeSet};

use crate::{
    exact::{Arrangement, Direction},
    pattern::{Bits, pattern_of},
};

/// A point on the groups of an arrangement: values of the normals, and the sum over the rows that are zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights<'a> {
    pub(super) values: &'a [i64],
    /// The value of the zero rows, whose bit is always 1.
    pub(super) always: i64,
}

impl<'a> Weights<'a> {
    /// The sums of a point over the groups of a data set.
    pub(super) fn of(arrangement: &Arrangement, groups: &'a [i64]) -> Self {
        let (values, zero) = groups.split_at(arrangement.groups());
        Weights { values, always: zero.iter().sum() }
    }

    /// |d^T v| of a pattern of the normals.
    pub(super) fn modulus(&self, pattern: &Bits) -> i64 {
        (pattern.iter_ones().map(|row| self.values[row]).sum::<i64>() + self.always).abs()
    }

    /// The pattern of a weight vector in the r coordinates of the arrangement with its modulus; `None` if not finite.
    pub(super) fn column(&self, arrangement: &Arrangement, weight: &[f64]) -> Option<Column> {
        let pattern = pattern_of(arrangement, &Direction::from_f64s(weight)?);
        Some(Column { modulus: self.modulus(&pattern), pattern })
    }
}

/// A pattern of the normals with |d^T v|.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) modulus: i64,
    pub(super) pattern: Bits,
}

/// The best distinct columns offered so far, at most `count`, and how many were above a threshold.
#[derive(Debug)]
pub(super) struct Pool {
    count: usize,
    columns: BTreeSet<(Reverse<i64>, Bits)>,
    best: i64,
}

impl Pool {
    pub(super) fn new(count: usize) -> Self {
        Pool { count, columns: BTreeSet::new(), best: 0 }
    }

    /// The largest modulus offered.
    pub(super) fn best(&self) -> i64 {
        self.best
    }

    pub(super) fn offer(&mut self, column: Column) {
        self.best = self.best.max(column.modulus);
        self.columns.insert((Reverse(column.modulus), column.pattern));
        if self.columns.len() > self.count {
            self.columns.pop_last();
        }
    }

    /// The number of columns that are kept and larger than this.
    pub(super) fn above(&self, threshold: i64) -> usize {
        self.columns.iter().take_while(|(Reverse(modulus), _)| *modulus > threshold).count()
    }

    /// The columns, best first.
    pub(super) fn into_patterns(self) -> impl Iterator<Item = Bits> {
        self.columns.into_iter().map(|(_, pattern)| pattern)
    }
}
