//! Integer vectors that point in the direction of given vectors.
//!
//! A hyperplane x.w = 0 and the side on which w lies do not change when x or w is multiplied by a positive number. So
//! a row of f64 numbers, each an integer times a power of two, becomes a vector of integers; divided by the greatest
//! common divisor it is *primitive*: two vectors are positive multiples of each other iff their primitive vectors are
//! equal.

use dashu_int::{
    IBig, UBig,
    ops::{BitTest, Gcd},
};
use dashu_ratio::RBig;

use super::rational::decompose;

/// Integers of so many bits can be rounded first and scaled by a power of two then.
const SCALED_EXACTLY: usize = 1000;

/// An integer vector, a positive multiple of `vector`; `None` if an entry is not finite.
pub fn from_f64s(vector: &[f64]) -> Option<Vec<IBig>> {
    let parts = vector.iter().map(|&value| decompose(value)).collect::<Option<Vec<_>>>()?;
    let lowest = parts.iter().filter(|(mantissa, _)| *mantissa != 0).map(|&(_, exponent)| exponent).min().unwrap_or(0);
    let shift = |(mantissa, exponent): (i64, i32)| match mantissa {
        0 => IBig::ZERO,
        _ => IBig::from(mantissa) << exponent.abs_diff(lowest) as usize,
    };
    Some(parts.into_iter().map(shift).collect())
}

/// An integer vector, a positive multiple of `vector`.
#[cfg(feature = "solve")]
pub fn from_rationals(vector: &[RBig]) -> Vec<IBig> {
    super::rational::CommonDenominator::of(vector).numerators
}

/// The vector scaled to a largest modulus between 1/2 and 1, rounded: integers of any size, also beyond the range of f64.
pub fn to_unit_size(vector: &[IBig]) -> Vec<f64> {
    let bits = vector.iter().map(IBig::bit_len).max().unwrap_or(0);
    if bits <= SCALED_EXACTLY {
        // Neither the integers nor the quotients leave the range of normal numbers.
        let scale = 2f64.powi(-(bits as i32));
        return vector.iter().map(|entry| entry.to_f64().value() * scale).collect();
    }
    let one = UBig::ONE << bits;
    vector.iter().map(|entry| RBig::from_parts(entry.clone(), one.clone()).to_f64().value()).collect()
}

/// Divides a vector by the greatest common divisor of its entries; the zero vector stays.
pub fn make_primitive(vector: &mut [IBig]) {
    let Some(divisor) = content(vector) else { return };
    if divisor.is_one() {
        return;
    }
    for entry in vector.iter_mut() {
        *entry = std::mem::take(entry) / &divisor;
    }
}

/// The greatest common divisor of the entries, `None` for the zero vector.
fn content(vector: &[IBig]) -> Option<UBig> {
    let mut divisor: Option<UBig> = None;
    for entry in vector.iter().filter(|entry| !entry.is_zero()) {
        let next = match &divisor {
            None => entry.clone().into_parts().1,
            Some(current) => current.gcd(entry),
        };
        if next.is_one() {
            return Some(next);
        }
        divisor = Some(next);
    }
    divisor
}

/// The exact inner product of two integer vectors of equal length.
pub fn dot(left: &[IBig], right: &[IBig]) -> IBig {
    debug_assert_eq!(left.len(), right.len());
    left.iter().zip(right).filter(|(a, b)| !a.is_zero() && !b.is_zero()).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn primitive(vector: &[f64]) -> Vec<IBig> {
        let mut integers = from_f64s(vector).unwrap();
        make_primitive(&mut integers);
        integers
    }

    fn integers(values: &[i64]) -> Vec<IBig> {
        values.iter().map(|&value| IBig::from(value)).collect()
    }

    #[test]
    fn positive_multiples_have_one_primitive_vector() {
        assert_eq!(primitive(&[0.5, -1.5, 0.0]), integers(&[1, -3, 0]));
        assert_eq!(primitive(&[3.0, -9.0, 0.0]), integers(&[1, -3, 0]));
        assert_eq!(primitive(&[-1.0, 3.0, 0.0]), integers(&[-1, 3, 0]));
        assert_eq!(primitive(&[0.0, 0.0]), integers(&[0, 0]));
    }

    #[test]
    fn decimal_multiples_are_told_apart() {
        // 0.1 * 3 and 0.3 differ as f64 numbers, so these rows are not proportional.
        assert_ne!(primitive(&[0.1, 1.0]), primitive(&[0.3, 3.0]));
        assert_eq!(primitive(&[0.1, 1.0]), primitive(&[0.2, 2.0]));
    }

    #[test]
    fn the_whole_range_of_f64_is_covered() {
        let extreme = from_f64s(&[f64::MAX, f64::from_bits(1), -1.0]).unwrap();
        assert!(extreme[1].is_one() && extreme[2] == -(IBig::ONE << 1074));
        assert!(from_f64s(&[f64::NAN]).is_none());
    }
}
