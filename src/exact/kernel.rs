//! The line on which independent vectors vanish.

use dashu_int::IBig;

use super::{elimination, rank};

/// A point of the line on which k - 1 independent vectors in R^k vanish, up to its sign; `None` if they are dependent or
/// their number is another. One exact solve of order k - 1.
pub fn ray(vectors: &[Vec<IBig>], dimension: usize) -> Option<Vec<IBig>> {
    let pivots = rank::basis(vectors, dimension).columns;
    if pivots.len() + 1 != dimension || vectors.len() != pivots.len() {
        return None;
    }
    let free = (0..dimension).find(|column| !pivots.contains(column))?;
    let order = || pivots.iter().chain([&free]);
    let system = vectors.iter().map(|row| order().map(|&column| row[column].clone()).collect()).collect();
    let solved = elimination::solve(system)?;
    let mut ray = vec![IBig::ZERO; dimension];
    ray[free] = if vectors.is_empty() { IBig::ONE } else { -solved.denominator };
    for (&column, value) in pivots.iter().zip(solved.solutions.into_iter().flatten()) {
        ray[column] = value;
    }
    Some(ray)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::integer::dot;

    fn vectors(rows: &[&[i64]]) -> Vec<Vec<IBig>> {
        rows.iter().map(|row| row.iter().map(|&entry| IBig::from(entry)).collect()).collect()
    }

    #[test]
    fn the_cross_product() {
        let rows = vectors(&[&[1, 2, 3], &[4, 5, 6]]);
        let ray = ray(&rows, 3).unwrap();
        assert!(rows.iter().all(|row| dot(row, &ray).is_zero()));
        assert!(!ray.iter().all(IBig::is_zero));
    }

    #[test]
    fn dependent_vectors_have_no_line() {
        assert_eq!(ray(&vectors(&[&[1, 2, 3], &[2, 4, 6]]), 3), None);
        assert_eq!(ray(&vectors(&[&[1, 2, 3]]), 3), None);
        assert_eq!(ray(&[], 1), Some(vec![IBig::ONE]));
        assert_eq!(ray(&[], 0), None);
    }
}
