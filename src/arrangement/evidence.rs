//! Exact evidence for or against a labelling, and the checks of it.
//!
//! A labelling b of the first k normals is realised by a *witness* w with step(u_i w) = b_i. It is refuted by Motzkin
//! multipliers lambda >= 0 with `sum_{b_i=1} lambda_i u_i - sum_{b_i=0} lambda_i u_i = 0` and
//! `sum_{b_i=0} lambda_i > 0`: multiplied with any w that realises b, the left side would be positive.

use dashu_int::IBig;

use crate::{
    exact::{Direction, Normal},
    pattern::{BitsRef, step},
};

/// The answer to "is this labelling a pattern?", with its evidence.
#[derive(Clone, Debug)]
pub enum Realization {
    /// It is: weights that produce it.
    Witness(Direction),
    /// It is not: multipliers that exclude it.
    Refutation(Refutation),
}

/// Motzkin multipliers: positive integers on some of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refutation {
    /// Pairs of a row and its multiplier.
    pub multipliers: Vec<(usize, IBig)>,
}

/// Whether w realises the labelling. Exact; O(k r).
pub fn is_witness(normals: &[Normal], labelling: &BitsRef, weight: &Direction) -> bool {
    labelling.iter().by_vals().zip(normals).all(|(bit, normal)| step(normal.sign_with(weight)) == bit)
}

/// Whether the multipliers refute the labelling. Exact; O(|support| r).
pub fn is_refutation(normals: &[Normal], labelling: &BitsRef, refutation: &Refutation) -> bool {
    let Some(dimension) = normals.first().map(|normal| normal.exact().len()) else { return false };
    let mut sum = vec![IBig::ZERO; dimension];
    let mut strict = false;
    for (row, multiplier) in &refutation.multipliers {
        let (Some(normal), Some(bit)) = (normals.get(*row), labelling.get(*row)) else { return false };
        if *multiplier <= IBig::ZERO {
            return false;
        }
        strict |= !*bit;
        for (total, entry) in sum.iter_mut().zip(normal.exact()) {
            let term = multiplier * entry;
            if *bit { *total += term } else { *total -= term }
        }
    }
    strict && sum.iter().all(IBig::is_zero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::from_text;

    fn normals(rows: &[[i64; 2]]) -> Vec<Normal> {
        rows.iter().map(|row| Direction::new(row.iter().map(|&entry| IBig::from(entry)).collect())).collect()
    }

    #[test]
    fn opposite_rows_are_not_both_inactive() {
        let normals = normals(&[[1, 2], [-1, -2]]);
        let refutation = |a: i64, b: i64| Refutation { multipliers: vec![(0, a.into()), (1, b.into())] };
        let neither = from_text("00").unwrap();
        assert!(is_refutation(&normals, &neither, &refutation(1, 1)));
        assert!(!is_refutation(&normals, &neither, &refutation(1, 2)));
        assert!(!is_refutation(&normals, &neither, &refutation(0, 0)));
        // Both active is a pattern (on the hyperplane): the same multipliers lack a strict row.
        assert!(!is_refutation(&normals, &from_text("11").unwrap(), &refutation(1, 1)));
        assert!(is_witness(&normals, &from_text("11").unwrap(), &Direction::new(vec![2.into(), (-1).into()])));
    }
}
