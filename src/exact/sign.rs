//! The sign of x.w, decided exactly: a floating-point filter first, integers when the filter cannot tell.
//!
//! The filter evaluates the sum in f64 and compares it with a bound on its error. With unit roundoff u = 2^-53, inputs
//! that carry a relative error of at most u each, r products and r - 1 additions, the computed sum S differs from the
//! true one by at most about (r + 2) u A, where A is the sum of the moduli of the products. The bound used, (r + 8) 2u
//! A, is more than twice that and so also covers the rounding of A and of the bound. Gradual underflow adds at most
//! r 2^-1074, which is far below the absolute floor 1e-290.

use std::cmp::Ordering;

use dashu_int::{IBig, Sign};

use super::integer::{self, dot};

/// Sums that are smaller than this in modulus are never decided by the filter (underflow).
const FLOOR: f64 = 1e-290;

/// The sign of the integer.
pub fn of(value: &IBig) -> Ordering {
    match value.sign() {
        _ if value.is_zero() => Ordering::Equal,
        Sign::Positive => Ordering::Greater,
        Sign::Negative => Ordering::Less,
    }
}

/// The sign of x.w from approximations with a relative error of at most 2^-53 an entry, or `None` if too close to 0.
pub fn filtered(x: &[f64], w: &[f64]) -> Option<Ordering> {
    debug_assert_eq!(x.len(), w.len());
    let (mut sum, mut modulus) = (0.0, 0.0);
    for (a, b) in x.iter().zip(w) {
        let product = a * b;
        sum += product;
        modulus += product.abs();
    }
    let bound = (x.len() as f64 + 8.0) * f64::EPSILON * modulus + FLOOR;
    // An overflow makes the bound infinite or NaN: both comparisons fail.
    if sum > bound {
        Some(Ordering::Greater)
    } else if sum < -bound {
        Some(Ordering::Less)
    } else {
        None
    }
}

/// The exact sign of x.w for integer vectors.
pub fn exact(x: &[IBig], w: &[IBig]) -> Ordering {
    of(&dot(x, w))
}

/// A vector that matters up to a positive factor: integers, and f64 approximations of them for the filter.
///
/// Normals of hyperplanes and hidden weights are directions.
#[derive(Clone, Debug)]
pub struct Direction {
    exact: Vec<IBig>,
    /// The nearest f64 of each entry; empty if one overflows (then the filter is not used).
    approximate: Vec<f64>,
}

impl Direction {
    /// The direction of an integer vector.
    pub fn new(exact: Vec<IBig>) -> Self {
        let mut approximate: Vec<f64> = exact.iter().map(|entry| entry.to_f64().value()).collect();
        if approximate.iter().any(|value| !value.is_finite()) {
            approximate.clear();
        }
        Direction { exact, approximate }
    }

    /// The direction of a vector of f64 numbers; `None` if an entry is not finite.
    pub fn from_f64s(vector: &[f64]) -> Option<Self> {
        integer::from_f64s(vector).map(Self::new)
    }

    /// The integer vector.
    pub fn exact(&self) -> &[IBig] {
        &self.exact
    }

    /// Approximations of the integers, each within 2^-53 relative; `None` if one is beyond the range of f64.
    pub fn approximate(&self) -> Option<&[f64]> {
        (self.approximate.len() == self.exact.len()).then_some(&self.approximate)
    }

    /// The exact sign of the inner product with another direction of the same dimension.
    pub fn sign_with(&self, other: &Direction) -> Ordering {
        match (self.approximate(), other.approximate()) {
            (Some(x), Some(w)) => filtered(x, w).unwrap_or_else(|| exact(&self.exact, &other.exact)),
            _ => exact(&self.exact, &other.exact),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sign(x: &[f64], w: &[f64]) -> Ordering {
        Direction::from_f64s(x).unwrap().sign_with(&Direction::from_f64s(w).unwrap())
    }

    #[test]
    fn ties_and_near_ties_are_told_apart() {
        assert_eq!(sign(&[0.1, 0.2, 0.3], &[1.0, 1.0, -1.0]), sign(&[0.1 + 0.2 - 0.3], &[1.0]));
        assert_eq!(sign(&[1.0, 1e-300], &[1e-300, -1.0]), Ordering::Equal);
        assert_eq!(sign(&[1.0, -1.0], &[1.0, 1.0 + f64::EPSILON]), Ordering::Less);
        assert_eq!(sign(&[f64::MAX, -f64::MAX], &[f64::MAX, f64::MAX.next_down()]), Ordering::Greater);
        assert_eq!(sign(&[f64::from_bits(1)], &[f64::from_bits(1)]), Ordering::Greater);
        assert_eq!(sign(&[], &[]), Ordering::Equal);
    }

    /// Numbers of all sizes, with small integers so that exact ties occur.
    fn entry() -> impl Strategy<Value = f64> {
        prop_oneof![
            (-4i8..=4).prop_map(f64::from),
            any::<f64>().prop_filter("finite", |value| value.is_finite()),
            (-1.0..1.0f64),
        ]
    }

    proptest! {
        #[test]
        fn the_filter_never_contradicts_the_integers(pairs in prop::collection::vec((entry(), entry()), 0..8)) {
            let (x, w): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            if let Some(decided) = filtered(&x, &w) {
                let truth = exact(&integer::from_f64s(&x).unwrap(), &integer::from_f64s(&w).unwrap());
                prop_assert_eq!(decided, truth);
            }
        }

        #[test]
        fn nearly_orthogonal_vectors_have_exact_signs(x in prop::collection::vec(-1.0..1.0f64, 3)) {
            // w is orthogonal to x up to rounding: the hardest input for a filter.
            let w = [x[1], -x[0], 0.0];
            prop_assert_eq!(sign(&x, &w), Ordering::Equal);
            let tilted = [x[1], -x[0], f64::from_bits(1)];
            prop_assert_eq!(sign(&x, &tilted), sign(&[x[2]], &[1.0]));
        }
    }
}
