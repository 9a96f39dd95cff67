//! The rank of an integer matrix, with the rows and columns of a non-singular minor of that order.
//!
//! Elimination modulo a prime is fast and errs on one side only: a minor that is non-zero modulo p is non-zero. It
//! gives k rows and k columns of a non-singular minor, so rank >= k. If k is the number of rows or columns we are done.
//! Otherwise rank <= k is proven: every other column must be the combination of the k columns that the k rows
//! dictate (one exact k x k solve), which is compared on all rows. A row on which it fails means that the prime divides
//! a minor of order k + 1; the next prime is tried. Only finitely many primes divide the non-zero minors, so this ends.
//!
//! Cost for an N x d matrix of rank k: O(N d k) modular steps, and if k < min(N, d) also O(k^2 (k + d)) operations and
//! (d - k) N k products on integers of the size of a k x k minor.

use dashu_int::IBig;

use super::{elimination, integer::dot};

/// Rows and columns of a non-singular square submatrix whose order is the rank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Indices of independent rows that span all rows, ascending.
    pub rows: Vec<usize>,
    /// Indices of independent columns that span all columns, ascending.
    pub columns: Vec<usize>,
}

impl Basis {
    /// The rank.
    pub fn rank(&self) -> usize {
        self.rows.len()
    }
}

/// A basis of the rows and columns of `matrix` (`matrix[i]` is row i; all rows have `columns` entries).
pub fn basis(matrix: &[Vec<IBig>], columns: usize) -> Basis {
    let mut modulus = (1u64 << 61) - 1;
    loop {
        let candidate = modular_basis(matrix, columns, modulus);
        if candidate.rank() == matrix.len().min(columns) || spans_all_columns(matrix, columns, &candidate) {
            return candidate;
        }
        modulus = previous_prime(modulus);
    }
}

/// A proven lower bound on the rank, nearly always the rank itself: a basis modulo one prime. O(N d k) modular steps.
#[cfg(feature = "solve")]
pub fn at_least(matrix: &[Vec<IBig>], columns: usize) -> usize {
    modular_basis(matrix, columns, (1u64 << 61) - 1).rank()
}

/// Gaussian elimination modulo a prime, row by row, stopping as soon as the rank cannot grow.
fn modular_basis(matrix: &[Vec<IBig>], columns: usize, modulus: u64) -> Basis {
    let mut basis = Basis::default();
    let mut reduced: Vec<(usize, Vec<u64>)> = Vec::new();
    for (index, row) in matrix.iter().enumerate() {
        if reduced.len() == columns {
            break;
        }
        let mut residues: Vec<u64> = row.iter().map(|entry| residue(entry, modulus)).collect();
        for (pivot, eliminated) in &reduced {
            subtract_multiple(&mut residues, eliminated, *pivot, modulus);
        }
        let Some(pivot) = residues.iter().position(|&entry| entry != 0) else { continue };
        let inverse = power(residues[pivot], modulus - 2, modulus);
        for entry in &mut residues {
            *entry = product(*entry, inverse, modulus);
        }
        basis.rows.push(index);
        basis.columns.push(pivot);
        reduced.push((pivot, residues));
    }
    basis.columns.sort_unstable();
    basis
}

/// Whether the basis columns span every column, decided exactly.
fn spans_all_columns(matrix: &[Vec<IBig>], columns: usize, basis: &Basis) -> bool {
    let others: Vec<usize> = (0..columns).filter(|column| basis.columns.binary_search(column).is_err()).collect();
    let order: Vec<usize> = basis.columns.iter().chain(&others).copied().collect();
    let system =
        basis.rows.iter().map(|&row| order.iter().map(|&column| matrix[row][column].clone()).collect()).collect();
    let Some(solved) = elimination::solve(system) else { return false };
    matrix.iter().all(|row| {
        let known: Vec<IBig> = basis.columns.iter().map(|&column| row[column].clone()).collect();
        others
            .iter()
            .zip(&solved.solutions)
            .all(|(&column, solution)| dot(&known, solution) == &row[column] * &solved.denominator)
    })
}

fn subtract_multiple(target: &mut [u64], row: &[u64], pivot: usize, modulus: u64) {
    let factor = target[pivot];
    if factor == 0 {
        return;
    }
    for (entry, &value) in target.iter_mut().zip(row) {
        let subtrahend = product(factor, value, modulus);
        *entry = if *entry >= subtrahend { *entry - subtrahend } else { *entry + modulus - subtrahend };
    }
}

fn residue(value: &IBig, modulus: u64) -> u64 {
    let (sign, magnitude) = value.clone().into_parts();
    let remainder = magnitude % modulus;
    if sign == dashu_int::Sign::Negative && remainder != 0 { modulus - remainder } else { remainder }
}

fn product(left: u64, right: u64, modulus: u64) -> u64 {
    (u128::from(left) * u128::from(right) % u128::from(modulus)) as u64
}

fn power(base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let (mut result, mut square) = (1, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = product(result, square, modulus);
        }
        square = product(square, square, modulus);
        exponent >>= 1;
    }
    result
}

/// The largest prime below `start`, by the Miller-Rabin test with bases that decide every 64-bit number.
fn previous_prime(start: u64) -> u64 {
    (2..start).rev().find(|&candidate| is_prime(candidate)).unwrap_or(2)
}

fn is_prime(candidate: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if BASES.contains(&candidate) {
        return true;
    }
    if candidate < 2 || BASES.iter().any(|base| candidate.is_multiple_of(*base)) {
        return false;
    }
    let twos = (candidate - 1).trailing_zeros();
    let odd = (candidate - 1) >> twos;
    BASES.iter().all(|&base| {
        let mut value = power(base, odd, candidate);
        if value == 1 || value == candidate - 1 {
            return true;
        }
        (1..twos).any(|_| {
            value = product(value, value, candidate);
            value == candidate - 1
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[i64]]) -> Vec<Vec<IBig>> {
        rows.iter().map(|row| row.iter().map(|&entry| IBig::from(entry)).collect()).collect()
    }

    #[test]
    fn small_ranks_by_hand() {
        assert_eq!(basis(&[], 3).rank(), 0);
        assert_eq!(basis(&matrix(&[&[0, 0]]), 2).rank(), 0);
        let proportional = basis(&matrix(&[&[1, 2, 3], &[2, 4, 6], &[0, 0, 5]]), 3);
        assert_eq!((proportional.rows, proportional.columns), (vec![0, 2], vec![0, 2]));
        assert_eq!(basis(&matrix(&[&[1, 2, 3], &[4, 5, 6], &[7, 8, 9]]), 3).rank(), 2);
        assert_eq!(basis(&matrix(&[&[0, 0, 1], &[0, 2, 0]]), 3).columns, vec![1, 2]);
    }

    #[test]
    fn a_prime_that_divides_a_minor_is_noticed() {
        // The determinant is the first prime used, so the matrix is singular modulo it and regular over Q.
        let prime = (1i64 << 61) - 1;
        let regular = matrix(&[&[prime, 0], &[0, 1]]);
        assert_eq!(basis(&regular, 2).rank(), 2);
        let tilted = matrix(&[&[1, 1, 0], &[1, 1 + prime, 0], &[2, 2 + prime, 0]]);
        assert_eq!(basis(&tilted, 3).rank(), 2);
    }

    #[test]
    fn primes_are_found() {
        assert!(is_prime((1 << 61) - 1) && !is_prime(1) && !is_prime(3_215_031_751));
        assert_eq!((previous_prime(100), previous_prime(3)), (97, 2));
    }
}
