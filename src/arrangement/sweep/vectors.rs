//! The vectors of a sweep: normals of hyperplanes and generic functionals, in integers and rounded.

use dashu_int::{IBig, ops::BitTest};

use super::approx::Approx;
use crate::{
    arrangement::tuning::SWEEP_BALANCE_ROUNDS,
    exact::{integer, kernel, sign},
};

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
    pub(super) fn ray(&self, vanishing: &[usize]) -> Option<Vec<IBig>> {
        let rows: Vec<Vec<IBig>> = vanishing.iter().map(|&row| self.exact[row].clone()).collect();
        kernel::ray(&rows, self.dimension)
    }

    /// Whether a vector is positive on a ray; `None` if it vanishes there.
    pub(super) fn is_positive_on(&self, id: usize, ray: &[IBig]) -> Option<bool> {
        let order = sign::of(&integer::dot(&self.exact[id], ray));
        order.is_ne().then_some(order.is_gt())
    }
}

/// Normals in coordinates of about equal size: columns multiplied by powers of two, rows made primitive.
///
/// Features in very different units would leave the small ones below the error bounds, which are one for each vector. In
/// other coordinates w the signs are the same. Columns whose sizes differ by less than a factor of 2^[`SMALL`] stay.
pub(super) fn balanced(mut normals: Vec<Vec<IBig>>, dimension: usize) -> Vec<Vec<IBig>> {
    let shifts = shifts(&normals, dimension);
    if shifts.iter().all(|&shift| shift <= SMALL) {
        return normals;
    }
    for normal in &mut normals {
        for (entry, &shift) in normal.iter_mut().zip(&shifts) {
            *entry <<= shift;
        }
        integer::make_primitive(normal);
    }
    normals
}

/// Exponents of two by which columns grow, the smallest being 0, so that in each the entries are on average (of their
/// logarithms) equally far below the largest of their rows.
fn shifts(normals: &[Vec<IBig>], dimension: usize) -> Vec<usize> {
    let bits: Vec<Vec<i64>> =
        normals.iter().map(|normal| normal.iter().map(|entry| entry.bit_len() as i64).collect()).collect();
    let mut shifts = vec![0i64; dimension];
    for _ in 0..SWEEP_BALANCE_ROUNDS {
        let (mut sums, mut counts) = (vec![0i64; dimension], vec![0i64; dimension]);
        for row in &bits {
            let entries = || (0..dimension).filter(|&q| row[q] > 0).map(|q| (q, row[q] + shifts[q]));
            let largest = entries().map(|(_, size)| size).max().unwrap_or(0);
            for (q, size) in entries() {
                sums[q] += largest - size;
                counts[q] += 1;
            }
        }
        for q in 0..dimension {
            shifts[q] += sums[q] / counts[q].max(1);
        }
    }
    let least = shifts.iter().copied().min().unwrap_or(0);
    shifts.into_iter().map(|shift| (shift - least) as usize).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_different_units_get_the_same_size() {
        let row = |entries: [i64; 3]| -> Vec<IBig> { entries.into_iter().map(IBig::from).collect() };
        let (near, far) = (row([3, 5, -7]), row([3 << 40, -5, 7 << 20]));
        assert_eq!(balanced(vec![near.clone(), row([1, 0, 0])], 3), [near.clone(), row([1, 0, 0])]);
        let near = balanced(vec![far, row([1 << 40, 0, -(1 << 20)]), row([0, 1, 0])], 3);
        assert!(near.iter().flatten().all(|entry| entry.bit_len() < 10), "{near:?}");
        assert!(balanced(Vec::new(), 3).is_empty());
    }
}
