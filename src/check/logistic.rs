//! The two sides of the gap for the logistic loss: transcendental numbers, correctly rounded.
//!
//! The loss sum_i log(1 + exp(-z_i)) is rounded up and the dual value sum_i h(c |v_i|), h(a) = -a log a - (1 - a)
//! log(1 - a), is rounded down, each to a multiple of 2^-128. So there is one right value of each, and every judge finds
//! the same. With rational z_i and a_i the sums are rational only if they have no terms but h(0) = h(1) = 0: a product
//! of numbers 1 + exp(-z_i) is no exp of a rational (Lindemann and Weierstrass), and a product of rational powers of
//! rationals is none but exp(0) (Hermite and Lindemann). A sum of other terms is strictly inside its enclosure (see
//! [`crate::exact::interval`]), never on a multiple of 2^-128, and is decided when that encloses no such multiple: with
//! enclosures of 192 bits, and of more bits as long as it is not.
//!
//! Equal terms are evaluated once. O(n log n) comparisons and, for each distinct term, some 100 operations on integers of
//! 192 bits.

use std::collections::BTreeMap;

use dashu_int::{IBig, UBig};

use super::Rejection;
use crate::exact::{
    RBig,
    interval::{FixedPoint, Interval},
};

/// Claims about the logistic loss are multiples of 2^-128.
pub const FRACTION_BITS: usize = 128;

/// The precisions of the enclosures, in bits.
const PRECISIONS: [usize; 4] = [192, 384, 768, 1536];

/// sum log(1 + exp(-z)), rounded up, for margins z in units of 1 / `denominator`.
///
/// # Errors
///
/// [`Rejection::Undecided`].
pub fn loss_rounded_up(margins: impl Iterator<Item = IBig>, denominator: &UBig) -> Result<RBig, Rejection> {
    let mut counts: BTreeMap<IBig, usize> = BTreeMap::new();
    // log(1 + exp(-z)) = max(-z, 0) + log(1 + exp(-|z|)).
    let mut linear = IBig::ZERO;
    for margin in margins {
        let (sign, modulus) = margin.into_parts();
        let modulus = IBig::from(modulus);
        if sign == dashu_int::Sign::Negative {
            linear += &modulus;
        }
        *counts.entry(modulus).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(RBig::ZERO);
    }
    let linear = linear.into_parts().1;
    let terms: Vec<(RBig, usize)> =
        counts.into_iter().map(|(z, count)| (RBig::from_parts(z, denominator.clone()), count)).collect();
    multiple_above(|fixed| {
        let shifted = &linear << fixed.bits();
        let rational =
            Interval { low: &shifted / denominator, high: (shifted + denominator - UBig::ONE) / denominator };
        let term = |(z, count): &(RBig, usize)| fixed.log_one_plus_exp_minus(z).times(*count);
        terms.iter().map(term).fold(rational, |sum, term| sum.plus(&term))
    })
    .map(in_multiples)
}

/// sum h(|v_i| unit), rounded down; no product exceeds 1.
///
/// # Errors
///
/// [`Rejection::Undecided`].
pub fn entropy_rounded_down(numerators: &[i64], unit: &RBig) -> Result<RBig, Rejection> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for v in numerators {
        *counts.entry(v.unsigned_abs()).or_default() += 1;
    }
    let terms: Vec<(RBig, usize)> =
        counts.into_iter().map(|(v, count)| (RBig::from(v) * unit, count)).filter(|(a, _)| is_inside(a)).collect();
    if terms.is_empty() {
        return Ok(RBig::ZERO);
    }
    multiple_above(|fixed| {
        let term = |(a, count): &(RBig, usize)| fixed.entropy(a).map(|term| term.times(*count));
        terms.iter().filter_map(term).fold(Interval::zero(), |sum, term| sum.plus(&term))
    })
    .map(|next| in_multiples(next - UBig::ONE))
}

/// Whether h(a) is not 0.
fn is_inside(a: &RBig) -> bool {
    *a > RBig::ZERO && *a < RBig::ONE
}

/// The next multiple of 2^-128 above a number that is strictly inside its enclosures.
fn multiple_above(enclosure: impl Fn(&FixedPoint) -> Interval) -> Result<UBig, Rejection> {
    for fixed in PRECISIONS.map(FixedPoint::new) {
        let Interval { low, high } = enclosure(&fixed);
        let extra = fixed.bits() - FRACTION_BITS;
        let next = (low >> extra) + UBig::ONE;
        if high <= &next << extra {
            return Ok(next);
        }
    }
    Err(Rejection::Undecided)
}

fn in_multiples(numerator: UBig) -> RBig {
    RBig::from_parts(numerator.into(), UBig::ONE << FRACTION_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(bits: usize) -> RBig {
        RBig::from_parts(1.into(), UBig::ONE << bits)
    }

    #[test]
    fn sums_are_rounded_to_the_next_multiple() {
        // log 2 to 60 decimals.
        let log_two: RBig = "693147180559945309417232121458176568075500134360255254120680".parse::<RBig>().unwrap()
            / RBig::from(IBig::from(10).pow(60));
        let up = loss_rounded_up([IBig::ZERO; 3].into_iter(), &UBig::ONE).unwrap();
        let down = entropy_rounded_down(&[1, -1, 0, 1, 2], &RBig::from_parts(1.into(), 2u8.into())).unwrap();
        let sum = log_two * RBig::from(3);
        assert!(down < sum && sum < up);
        assert_eq!(&up - &down, power(FRACTION_BITS));
        assert!((up / power(FRACTION_BITS)).denominator().is_one());
        assert_eq!(entropy_rounded_down(&[0, 1], &RBig::ONE), Ok(RBig::ZERO));
    }

    /// The value is an integer and next to nothing: the enclosure touches a multiple, the value does not.
    #[test]
    fn large_margins_are_decided() {
        let next = |value: i32| RBig::from(value) + power(FRACTION_BITS);
        for margin in [1000, 1_000_000] {
            let loss = |margin: i32| loss_rounded_up([IBig::from(margin)].into_iter(), &UBig::ONE);
            assert_eq!(loss(-margin), Ok(next(margin)));
            assert_eq!(loss(margin), Ok(next(0)));
        }
        assert_eq!(entropy_rounded_down(&[1], &power(100_000)), Ok(RBig::ZERO));
    }

    /// Between the values at f and at 2^-128 more there is one multiple at most.
    #[test]
    fn values_increase_with_the_loss() {
        let denominator = UBig::ONE << 130;
        let loss = |numerator: IBig| loss_rounded_up([numerator].into_iter(), &denominator).unwrap();
        let margin = IBig::from(12345u64) << 120usize;
        for step in 0..64i32 {
            let (less, more) = (loss(&margin - step), loss(&margin - step - 1));
            assert!(less <= more && &more - &less <= power(FRACTION_BITS));
        }
    }
}
