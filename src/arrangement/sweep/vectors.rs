//! The vectors of a sweep: normals of hyperplanes and generic functionals, in integers and rounded.

use dashu_int::{IBig, ops::BitTest};

use super::approx::Approx;
use crate::exact::{integer, kernel, sign};

/// Integers up to this many bits are kept as they are, so that sums of products of them are exact in f64.
const SMALL: usize = 20;

/// Vectors in R^r; those before `hyperplanes` are normals, the others functionals in general position to them.
pub(super) struct Vectors {
    pub(super) exact: Vec<Vec<IBig>>,
    pub(super) hyperplanes: usize,
    pub(super) dimension: usize,
    /// The vectors rounded, one after the other: vector i times 2^exponents[i].
    pub(super) rounded: Vec<f64>,
    /// A bound on the error of each rounded entry of a vector.
    pub(super) errors: Vec<f64>,
    exponents: Vec<i64>,
}

impl Vectors {
    pub(super) fn new(exact: Vec<Vec<IBig>>, hyperplanes: usize, dimension: usize) -> Self {
        let (mut rounded, mut errors, mut exponents) = (Vec::new(), Vec::new(), Vec::new());
        for vector in &exact {
            let bits = vector.iter().map(IBig::bit_len).max().unwrap_or(0);
            let exponent = if bits <= SMALL { 0 } else { -(bits as i64) };
            rounded.extend(vector.iter().map(|entry| scaled(entry, exponent)));
            errors.push(if bits <= SMALL { 0.0 } else { f64::EPSILON });
            exponents.push(exponent);
        }
        Vectors { exact, hyperplanes, dimension, rounded, errors, exponents }
    }

    /// One entry of a vector, rounded.
    pub(super) fn entry(&self, id: usize, column: usize) -> Approx {
        Approx::new(self.rounded[id * self.dimension + column], self.errors[id])
    }

    pub(super) fn len(&self) -> usize {
        self.exact.len()
    }

    /// Coordinates of a vector after elimination of others, rounded: minors of the matrix of them all.
    ///
    /// `fixed` are the eliminated vectors, `columns` their pivot columns and `remaining` the columns left.
    pub(super) fn minors(&self, fixed: &[usize], columns: &[usize], remaining: &[usize], id: usize) -> Minors {
        let mut rows: Vec<Vec<IBig>> = fixed.iter().chain([&id]).map(|&row| self.exact[row].clone()).collect();
        let mut previous = IBig::ONE;
        for (step, &column) in columns.iter().enumerate() {
            let pivot = rows[step].clone();
            for row in &mut rows[step + 1..] {
                let factor = row[column].clone();
                for (entry, value) in row.iter_mut().zip(&pivot) {
                    *entry = (&*entry * &pivot[column] - &factor * value) / &previous;
                }
            }
            previous = pivot[column].clone();
        }
        let last = &rows[fixed.len()];
        let exact: Vec<&IBig> = remaining.iter().map(|&column| &last[column]).collect();
        if exact.iter().all(|entry| entry.is_zero()) {
            return Minors::Zero;
        }
        let exponent = fixed.iter().chain([&id]).map(|&row| self.exponents[row]).sum();
        let rounded: Vec<f64> = exact.iter().map(|entry| scaled(entry, exponent)).collect();
        let largest = rounded.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
        // Outside the range of f64 nothing is known; the integers decide later.
        let usable = (1e-250..1e250).contains(&largest);
        let integers = exponent == 0 && exact.iter().all(|entry| entry.bit_len() <= 52);
        let error = if integers { 0.0 } else { f64::EPSILON * largest };
        Minors::Rounded(rounded, if usable { error } else { f64::INFINITY })
    }

    /// A vector on which r - 1 independent vectors vanish; `None` if they are dependent.
    pub(super) fn ray(&self, killers: &[usize]) -> Option<Vec<IBig>> {
        let rows: Vec<Vec<IBig>> = killers.iter().map(|&row| self.exact[row].clone()).collect();
        kernel::ray(&rows, self.dimension)
    }

    /// Whether a vector is positive on a ray; `None` if it vanishes there.
    pub(super) fn is_positive_on(&self, id: usize, ray: &[IBig]) -> Option<bool> {
        let order = sign::of(&integer::dot(&self.exact[id], ray));
        order.is_ne().then_some(order.is_gt())
    }
}

/// What elimination leaves of a vector.
pub(super) enum Minors {
    /// It depends on the eliminated ones.
    Zero,
    /// Coordinates and a bound on their errors.
    Rounded(Vec<f64>, f64),
}

/// An integer times a power of two, rounded.
fn scaled(value: &IBig, exponent: i64) -> f64 {
    let excess = value.bit_len().saturating_sub(64);
    let leading = (value >> excess).to_f64().value();
    let shift = (excess as i64 + exponent).clamp(-4000, 4000) as i32;
    // In two steps: a power of two alone may leave the range that the product stays in.
    leading * f64::from(shift / 2).exp2() * f64::from(shift - shift / 2).exp2()
}
