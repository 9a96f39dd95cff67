//! Which rows are combinations of others: exact, and mostly modulo a prime.
//!
//! Rows that are independent modulo p = 2^61 - 1 are independent. k of them with k columns of a regular minor dictate the
//! entries of every combination in the other columns; one exact solve of order k gives these, and each row is compared in
//! integers. So what is claimed either way is proven; a rank that p divides away only means that less is claimed.
//!
//! Cost: residues of all rows once; O(r k) modular steps a row, O(k^2 r) operations on integers for a solve and O(k r)
//! products a row that is compared.

use crate::exact::{IBig, Normal, elimination, integer::dot};

/// The prime.
const PRIME: u64 = (1 << 61) - 1;

/// The rows modulo the prime.
#[derive(Debug)]
pub(super) struct Spans {
    residues: Vec<Vec<u64>>,
}

/// Independent rows, with the columns of a minor that is regular.
pub(super) struct Independent {
    pub(super) rows: Vec<u32>,
    columns: Vec<usize>,
    /// The rows, each reduced by the ones before it, with 1 at its column.
    reduced: Vec<Vec<u64>>,
}

/// The combinations of independent rows.
pub(super) struct Span<'a> {
    normals: &'a [Normal],
    columns: Vec<usize>,
    others: Vec<usize>,
    solved: elimination::Solved,
}

impl Spans {
    pub(super) fn new(normals: &[Normal]) -> Self {
        let residues = |normal: &Normal| normal.exact().iter().map(residue).collect();
        Spans { residues: normals.iter().map(residues).collect() }
    }

    /// The first rows that are independent of those before them, at most so many.
    pub(super) fn independent(&self, rows: impl IntoIterator<Item = u32>, most: usize) -> Independent {
        let mut found = Independent { rows: Vec::new(), columns: Vec::new(), reduced: Vec::new() };
        for row in rows {
            if found.rows.len() >= most {
                break;
            }
            found.add(row, &self.residues[row as usize]);
        }
        found
    }
}

impl Independent {
    /// Takes the row if it is independent of the others.
    fn add(&mut self, row: u32, residues: &[u64]) {
        let mut rest = residues.to_vec();
        for (column, reduced) in self.columns.iter().zip(&self.reduced) {
            let factor = PRIME - rest[*column];
            if factor != PRIME {
                rest.iter_mut().zip(reduced).for_each(|(entry, value)| *entry = sum(*entry, product(factor, *value)));
            }
        }
        let Some(column) = rest.iter().position(|&entry| entry != 0) else { return };
        let inverse = power(rest[column], PRIME - 2);
        rest.iter_mut().for_each(|entry| *entry = product(*entry, inverse));
        self.rows.push(row);
        self.columns.push(column);
        self.reduced.push(rest);
    }

    /// All combinations.
    pub(super) fn span<'a>(&self, normals: &'a [Normal]) -> Option<Span<'a>> {
        let width = self.reduced.first().map_or(0, Vec::len);
        let others: Vec<usize> = (0..width).filter(|column| !self.columns.contains(column)).collect();
        let order = || self.columns.iter().chain(&others);
        let equation = |&row: &u32| order().map(|&column| normals[row as usize].exact()[column].clone()).collect();
        let solved = elimination::solve(self.rows.iter().map(equation).collect())?;
        Some(Span { normals, columns: self.columns.clone(), others, solved })
    }
}

impl Span<'_> {
    /// Whether a row is one of the combinations.
    pub(super) fn contains(&self, row: u32) -> bool {
        let row = self.normals[row as usize].exact();
        let known: Vec<IBig> = self.columns.iter().map(|&column| row[column].clone()).collect();
        let fits = |(&column, solution): (&usize, &Vec<IBig>)| {
            dot(&known, solution) == &row[column] * &self.solved.denominator
        };
        self.others.iter().zip(&self.solved.solutions).all(fits)
    }
}

fn residue(value: &IBig) -> u64 {
    let (sign, magnitude) = value.clone().into_parts();
    let rest = magnitude % PRIME;
    if sign == dashu_int::Sign::Negative && rest != 0 { PRIME - rest } else { rest }
}

fn sum(left: u64, right: u64) -> u64 {
    let sum = left + right;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn product(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    // 2^61 is 1 modulo the prime.
    sum((product as u64) & PRIME, (product >> 61) as u64)
}

fn power(base: u64, mut exponent: u64) -> u64 {
    let (mut result, mut square) = (1, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = product(result, square);
        }
        square = product(square, square);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::Arrangement;

    #[test]
    fn products_modulo_the_prime() {
        for (a, b) in [(0, 5), (PRIME - 1, PRIME - 1), (1 << 60, 3), (123_456_789_012_345, 987_654_321_098_765)] {
            let expected = u128::from(a) * u128::from(b) % u128::from(PRIME);
            assert_eq!(u128::from(product(a, b)), expected);
        }
        assert_eq!(product(power(12_345, PRIME - 2), 12_345), 1);
    }

    #[test]
    fn spans_are_exact() {
        // The last row is in the plane of the first two but for one unit in 2^50.
        let tiny = 2f64.powi(-50);
        let features = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 7.0, 8.0, 9.0 + 8.0 * tiny, 1.0, 1.0, 0.5];
        let arrangement = Arrangement::new(&features, 3).unwrap();
        let spans = Spans::new(arrangement.normals());
        let independent = spans.independent([0, 1, 2], 3);
        assert_eq!(independent.rows, [0, 1]);
        let span = independent.span(arrangement.normals()).unwrap();
        assert_eq!((0..5).map(|row| span.contains(row)).collect::<Vec<_>>(), [true, true, true, false, false]);
        assert_eq!(spans.independent(0..5, 9).rows, [0, 1, 3]);
        assert_eq!(spans.independent(0..5, 1).rows, [0]);
    }
}
