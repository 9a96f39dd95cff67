//! What the output weights cost: a norm of the block of each column, added up.
//!
//! A column has a block of q weights, one an output. The penalty is beta times the sum of the blocks' norms, and a dual
//! point V is feasible if the dual norm of d^T V is at most beta for every column d. With q = 1 both norms are the
//! modulus. O(q) a block.

use std::fmt::Debug;

/// A norm of a block of weights.
pub trait Penalty: Debug + Send + Sync {
    /// The norm of a block.
    fn norm(&self, block: &[f64]) -> f64;

    /// The dual norm of a block: max of block . w over the w of norm 1.
    fn dual_norm(&self, block: &[f64]) -> f64;
}

/// The sum of the moduli: each output of a neuron for itself.
#[derive(Clone, Copy, Debug)]
pub struct L1;

/// The Euclidean norm: a neuron is there for all outputs, or for none.
#[derive(Clone, Copy, Debug)]
pub struct GroupL2;

impl Penalty for L1 {
    fn norm(&self, block: &[f64]) -> f64 {
        block.iter().map(|w| w.abs()).sum()
    }

    fn dual_norm(&self, block: &[f64]) -> f64 {
        block.iter().fold(0.0, |largest, v| largest.max(v.abs()))
    }
}

impl Penalty for GroupL2 {
    fn norm(&self, block: &[f64]) -> f64 {
        // hypot does not overflow, and is the modulus for one number.
        block.iter().fold(0.0, |norm, w| w.hypot(norm))
    }

    fn dual_norm(&self, block: &[f64]) -> f64 {
        self.norm(block)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Hoelder's inequality, with equality for some block: the two norms are dual.
        #[test]
        fn the_norms_are_dual(
            v in prop::collection::vec(-3.0..3.0f64, 1..5), seed in prop::collection::vec(-3.0..3.0f64, 5),
        ) {
            let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
            let w = &seed[..v.len()];
            let largest = (0..v.len()).max_by(|&a, &b| v[a].abs().total_cmp(&v[b].abs())).unwrap();
            let tip: Vec<f64> = (0..v.len()).map(|k| if k == largest { v[k].signum() } else { 0.0 }).collect();
            for (penalty, attained) in [(&L1 as &dyn Penalty, tip), (&GroupL2, v.clone())] {
                prop_assert!(dot(&v, w) <= penalty.dual_norm(&v) * penalty.norm(w) + 1e-12);
                let equal = penalty.dual_norm(&v) * penalty.norm(&attained);
                prop_assert!((dot(&v, &attained) - equal).abs() <= 1e-12 * (1.0 + equal));
            }
        }
    }

    #[test]
    fn for_one_number_both_are_the_modulus() {
        for x in [0.0, -2.5, 1e300, 7e-310] {
            for penalty in [&L1 as &dyn Penalty, &GroupL2] {
                assert_eq!((penalty.norm(&[x]), penalty.dual_norm(&[x])), (x.abs(), x.abs()));
            }
        }
        assert_eq!((L1.norm(&[3.0, -4.0]), L1.dual_norm(&[3.0, -4.0])), (7.0, 4.0));
        assert_eq!((GroupL2.norm(&[3.0, -4.0]), GroupL2.dual_norm(&[3.0, -4.0])), (5.0, 5.0));
    }
}
