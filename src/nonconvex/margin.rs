//! How far from 0 the preactivations of inactive rows can be kept: the strictness of the direct formulation.
//!
//! Normals u_g are scaled to a largest modulus between 1/2 and 1. The margin of a pattern d is the largest t for which
//! some w in [-1, 1]^r has u_g w >= 0 where d_g = 1 and u_g w <= -t where d_g = 0. A formulation that demands u_g w <=
//! -epsilon of inactive rows has all of H(X) if epsilon is at most the smallest margin. Two lower bounds on that:
//!
//! * *Determinants*, from the data alone. With the integer normals x_g = s_g u_g, the polyhedron x_g w >= 0 (d_g = 1),
//!   x_g w <= -1 (d_g = 0) of a pattern is not empty and has a vertex, since the normals have rank r: B w = c for r
//!   independent rows and entries c of 0 or -1. By Cramer's rule |w_k| = |det B_k| / |det B| <= |det B_k|, as B is an
//!   integer matrix, and det B_k, in which a column is replaced by c, is at most the product of the Euclidean norms of
//!   its rows, at most h_g = sqrt(|x_g|^2 + 1) each (Hadamard). So w / H is in the box, where H is the product of the r
//!   largest h_g, and the margin is at least 1 / (H max s_g).
//! * *Patterns*, from a complete list of H(X): every pattern gets an exact witness, and the smallest margin of the
//!   witnesses is one of the list.
//!
//! **When is epsilon safe?** The solver keeps rows within [`FEASIBILITY`] and integers within [`INTEGRALITY`], so a
//! preactivation may be off by delta = FEASIBILITY + (r + 1) INTEGRALITY, as big-M is at most r + epsilon. The instance
//! is refused if epsilon < `SAFETY` delta: then an inactive row could pass for an active one. If it is not refused:
//!
//! 1. No pattern is lost, since epsilon is at most half the margin: the bound of the programme is one on (4).
//! 2. A labelling that the point rounds to has u_g w >= -delta where it is 1 and u_g w <= -epsilon + delta where it is
//!    0. If it is no pattern, Motzkin's multipliers, scaled to sum_{d_g=0} lambda_g = 1, give
//!    -delta sum_{d_g=1} lambda_g <= sum_{d_g=1} lambda_g u_g w = sum_{d_g=0} lambda_g u_g w <= -epsilon + delta,
//!    so sum_{d_g=1} lambda_g >= epsilon / delta - 1. Labellings whose multipliers are all smaller than that cannot
//!    appear. Others are refused by the exact decision of [`crate::arrangement::realize()`] and cut off by their
//!    multipliers; so what is returned has true patterns always.

use dashu_int::IBig;

use super::tuning::margin::{PART, ROUNDING, SAFETY};
use crate::{
    arrangement::{Realization, realize},
    backend::mixed_integer::{FEASIBILITY, INTEGRALITY},
    exact::{Arrangement, Direction, integer},
    limits::Budget,
    pattern::{BitsRef, PatternMatrix},
};

/// No strictness fits into floating point.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "the direct formulation needs a margin of at least {needed:.1e} between active and inactive rows, but only {margin:.1e} \
     is proven: use the pattern formulation, or features with fewer digits"
)]
pub struct MarginError {
    /// The margin that is proven.
    pub margin: f64,
    /// The margin that the solver's tolerances need.
    pub needed: f64,
}

/// The strictness epsilon, from the better of the two bounds; `patterns` is all of H(X), if it is known.
///
/// One exact decision a pattern.
///
/// # Errors
///
/// If the margin that is proven is too small for the solver's tolerances.
pub fn strictness(
    arrangement: &Arrangement,
    patterns: Option<&PatternMatrix>,
    budget: &Budget,
) -> Result<f64, MarginError> {
    let needed = SAFETY * (FEASIBILITY + (arrangement.rank() as f64 + 1.0) * INTEGRALITY) / PART;
    let mut margin = by_determinants(arrangement);
    if margin < needed
        && let Some(listed) = patterns.and_then(|patterns| by_patterns(arrangement, patterns, budget))
    {
        margin = margin.max(listed);
    }
    if margin >= needed { Ok(PART * margin) } else { Err(MarginError { margin, needed }) }
}

/// The lower bound 1 / (H max s_g), 0 below the range of f64.
fn by_determinants(arrangement: &Arrangement) -> f64 {
    let square = |row: &[IBig]| -> IBig { row.iter().map(|entry| entry * entry).sum::<IBig>() + IBig::ONE };
    let mut norms: Vec<f64> =
        arrangement.normals().iter().map(|normal| square(normal.exact()).to_f64().value().sqrt()).collect();
    norms.sort_unstable_by(|a, b| b.total_cmp(a));
    // s_g, a power of two, is less than twice the largest modulus of the row.
    let scale = 2.0 * norms.first().copied().unwrap_or(1.0);
    let product: f64 = norms.iter().take(arrangement.rank()).product();
    (1.0 - ROUNDING) / (scale * product)
}

/// The smallest margin of exact witnesses for all patterns; `None` if a limit was reached.
fn by_patterns(arrangement: &Arrangement, patterns: &PatternMatrix, budget: &Budget) -> Option<f64> {
    let units: Vec<Vec<f64>> =
        arrangement.normals().iter().map(|normal| integer::to_unit_size(normal.exact())).collect();
    let mut smallest = 1.0f64;
    for pattern in patterns.iter() {
        if budget.exceeded().is_some() {
            return None;
        }
        if let Realization::Witness(witness) = realize(arrangement.normals(), pattern) {
            smallest = smallest.min(margin(&units, pattern, &witness));
        }
    }
    Some((smallest - ROUNDING).max(0.0))
}

/// The least -u_g w over inactive rows for w scaled into the box.
fn margin(units: &[Vec<f64>], pattern: &BitsRef, witness: &Direction) -> f64 {
    let weight = in_box(witness);
    pattern.iter_zeros().map(|group| -dot(&units[group], &weight)).fold(1.0, f64::min)
}

/// The direction as a vector in [-1, 1]^r with a largest modulus of at least 1/2.
pub(super) fn in_box(direction: &Direction) -> Vec<f64> {
    integer::to_unit_size(direction.exact())
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrangement::enumerate;

    /// The bound from determinants is below the margins of the patterns, and both are above 0 for small integers.
    #[test]
    fn both_bounds_are_margins() {
        let budget = Budget::unlimited();
        for features in [vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, -1.0], vec![3.0, 1.0, -2.0, 1.0, 1.0, 1.0, 0.0, 1.0]]
        {
            let arrangement = Arrangement::new(&features, 2).unwrap();
            let patterns = enumerate(&arrangement, &budget, &|_| ()).patterns;
            let (determinants, listed) =
                (by_determinants(&arrangement), by_patterns(&arrangement, &patterns, &budget).unwrap());
            assert!(0.0 < determinants && determinants <= listed && listed <= 1.0, "{determinants} {listed}");
        }
    }

    #[test]
    fn a_margin_beyond_the_tolerances_is_refused() {
        let nearly_parallel = [1.0, 1.0, 1.0, 1.0 + f64::EPSILON, 1.0, 1.0 - f64::EPSILON];
        let arrangement = Arrangement::new(&nearly_parallel, 2).unwrap();
        let patterns = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        assert!(strictness(&arrangement, None, &Budget::unlimited()).is_err());
        assert!(strictness(&arrangement, Some(&patterns), &Budget::unlimited()).is_err());
    }
}
