//! The bound (8) on the number of open cells: 2 sum_{k<r} C(n'-1, k) (Cover 1965).

use std::collections::HashSet;

use dashu_int::{IBig, UBig};

use crate::exact::Arrangement;

/// The bound (8), with n' the number of distinct hyperplanes and r = rank X.
///
/// With a bias it bounds |H(X)|; without one |H(X)| itself can exceed it by the patterns that live on faces. An
/// arrangement without hyperplanes has the bound 1. O(n' r) to find the hyperplanes, O(r) big-integer steps.
pub fn cover_bound(arrangement: &Arrangement) -> UBig {
    let hyperplanes: HashSet<Vec<IBig>> = arrangement.normals().iter().map(|normal| unsigned(normal.exact())).collect();
    let (count, rank) = (hyperplanes.len(), arrangement.rank());
    if rank == 0 {
        return UBig::ONE;
    }
    let (mut sum, mut binomial) = (UBig::ZERO, UBig::ONE);
    for k in 0..rank {
        sum += &binomial;
        binomial = binomial * UBig::from((count - 1).saturating_sub(k)) / UBig::from(k + 1);
    }
    sum << 1
}

/// The normal up to sign: its first non-zero entry positive.
fn unsigned(normal: &[IBig]) -> Vec<IBig> {
    let negative = normal.iter().find(|entry| !entry.is_zero()).is_some_and(|entry| *entry < IBig::ZERO);
    if negative { normal.iter().map(|entry| -entry).collect() } else { normal.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(features: &[f64], d: usize) -> u64 {
        u64::try_from(cover_bound(&Arrangement::new(features, d).unwrap())).unwrap()
    }

    #[test]
    fn small_bounds_by_hand() {
        assert_eq!(bound(&[1.0, -1.0], 1), 2);
        assert_eq!(bound(&[0.0], 1), 1);
        // Example 3.1: three points on a line with a bias, 2 (1 + 2) = 6.
        assert_eq!(bound(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2), 6);
        // Independent rows are shattered: 2 (1 + 2 + 1) = 8.
        assert_eq!(bound(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], 3), 8);
    }
}
