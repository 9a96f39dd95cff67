//! Rationals: exact values of f64 numbers, outward rounding back to f64, and a canonical text form.
//!
//! Text form: `p` or `p/q` in decimal, lowest terms, q > 1, no sign on q, no leading zeros, no blanks. One number has
//! one text, so that equality of texts is equality of numbers.

use std::cmp::Ordering;

use dashu_int::{
    IBig, UBig,
    ops::{BitTest, Gcd},
};
use dashu_ratio::RBig;

/// The longest text of a rational that is read: longer input is refused before any arithmetic.
pub const LONGEST_TEXT: usize = 1 << 16;

/// The mantissa and the exponent of a finite f64: `value = mantissa * 2^exponent`, exactly.
///
/// Zero gives `(0, 0)`. The mantissa is odd otherwise. `None` for NaN and the infinities.
pub fn decompose(value: f64) -> Option<(i64, i32)> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let biased = ((bits >> 52) & 0x7ff) as i32;
    let (magnitude, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased - 1075) };
    if magnitude == 0 {
        return Some((0, 0));
    }
    let shift = magnitude.trailing_zeros();
    let mantissa = magnitude >> shift;
    Some((if value < 0.0 { -mantissa } else { mantissa }, exponent + shift as i32))
}

/// The exact value of a finite f64, `None` for NaN and the infinities.
pub fn from_f64(value: f64) -> Option<RBig> {
    let (mantissa, exponent) = decompose(value)?;
    Some(scaled(IBig::from(mantissa), exponent))
}

/// `integer * 2^exponent` as a rational.
pub fn scaled(integer: IBig, exponent: i32) -> RBig {
    let shift = exponent.unsigned_abs() as usize;
    if exponent >= 0 { RBig::from(integer << shift) } else { RBig::from_parts(integer, UBig::ONE << shift) }
}

/// The largest f64 that is not above `value` (minus infinity below the range of f64).
pub fn round_down(value: &RBig) -> f64 {
    let nearest = value.to_f64().value();
    match compare(nearest, value) {
        Ordering::Greater => nearest.next_down(),
        _ => nearest,
    }
}

/// The smallest f64 that is not below `value` (infinity above the range of f64).
pub fn round_up(value: &RBig) -> f64 {
    let nearest = value.to_f64().value();
    match compare(nearest, value) {
        Ordering::Less => nearest.next_up(),
        _ => nearest,
    }
}

fn compare(approximate: f64, exact: &RBig) -> Ordering {
    match from_f64(approximate) {
        Some(value) => value.cmp(exact),
        None if approximate > 0.0 => Ordering::Greater,
        None => Ordering::Less,
    }
}

/// Rationals over one denominator: value i is `numerators[i] / denominator`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonDenominator {
    /// One numerator for each number.
    pub numerators: Vec<IBig>,
    /// The least common multiple of the denominators.
    pub denominator: UBig,
}

impl CommonDenominator {
    /// Brings numbers to their least common denominator.
    pub fn of(values: &[RBig]) -> Self {
        Self::over(values, values.iter().fold(UBig::ONE, least_common_multiple))
    }

    /// The same if the denominator has at most `bits` bits, which bounds the cost for numbers from outside.
    pub fn within(values: &[RBig], bits: usize) -> Option<Self> {
        let multiple = |common, value| Some(least_common_multiple(common, value)).filter(|next| next.bit_len() <= bits);
        values.iter().try_fold(UBig::ONE, multiple).map(|denominator| Self::over(values, denominator))
    }

    fn over(values: &[RBig], denominator: UBig) -> Self {
        let numerators = values.iter().map(|value| value.numerator() * (&denominator / value.denominator())).collect();
        CommonDenominator { numerators, denominator }
    }
}

fn least_common_multiple(common: UBig, value: &RBig) -> UBig {
    let shared = (&common).gcd(value.denominator());
    common * (value.denominator() / shared)
}

/// The canonical text of a rational.
pub fn to_text(value: &RBig) -> String {
    value.to_string()
}

/// Reads the canonical text of a rational; anything else, also an equal number written otherwise, is `None`.
pub fn from_text(text: &str) -> Option<RBig> {
    if text.len() > LONGEST_TEXT || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'/') {
        return None;
    }
    let (numerator, denominator) = match text.split_once('/') {
        Some((p, q)) => (p.parse::<IBig>().ok()?, q.parse::<UBig>().ok()?),
        None => (text.parse::<IBig>().ok()?, UBig::ONE),
    };
    if denominator.is_zero() {
        return None;
    }
    let value = RBig::from_parts(numerator, denominator);
    (to_text(&value) == text).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(value: f64) -> RBig {
        from_f64(value).unwrap()
    }

    #[test]
    fn f64_values_are_exact() {
        assert_eq!(exact(0.0), RBig::ZERO);
        assert_eq!(exact(-0.75), RBig::from_parts((-3).into(), 4u8.into()));
        assert_eq!(exact(6.0), RBig::from(6));
        assert_eq!(exact(f64::MIN_POSITIVE / 4.0), scaled(IBig::ONE, -1024));
        assert_eq!(exact(f64::MAX), scaled(IBig::from((1u64 << 53) - 1), 971));
        assert!(from_f64(f64::NAN).is_none() && from_f64(f64::INFINITY).is_none());
    }

    #[test]
    fn rounding_is_outward() {
        let third = RBig::from_parts(1.into(), 3u8.into());
        assert!(exact(round_down(&third)) < third && third < exact(round_up(&third)));
        assert_eq!(round_down(&third).next_up(), round_up(&third));
        assert_eq!((round_down(&exact(0.1)), round_up(&exact(0.1))), (0.1, 0.1));
        let huge = exact(f64::MAX) * RBig::from(2);
        assert_eq!((round_down(&huge), round_up(&huge)), (f64::MAX, f64::INFINITY));
        let tiny = exact(f64::from_bits(1)) / RBig::from(2);
        assert_eq!((round_down(&tiny), round_up(&tiny)), (0.0, f64::from_bits(1)));
        assert_eq!(round_up(&-tiny), 0.0);
    }

    #[test]
    fn one_denominator_for_all() {
        let values = [RBig::from_parts(1.into(), 6u8.into()), RBig::from_parts((-3).into(), 4u8.into()), RBig::ZERO];
        let common = CommonDenominator::of(&values);
        assert_eq!(common.numerators, [IBig::from(2), IBig::from(-9), IBig::ZERO]);
        assert_eq!(common.denominator, UBig::from(12u8));
        assert_eq!(CommonDenominator::within(&values, 4), Some(common));
        assert_eq!(CommonDenominator::within(&values, 3), None);
    }

    #[test]
    fn text_is_canonical() {
        for text in ["0", "-7", "1/3", "-22/7"] {
            assert_eq!(to_text(&from_text(text).unwrap()), text);
        }
        for text in
            ["", "-", "/", "1/0", "2/4", "3/1", "+1", "01", "-0", "1/-3", " 1", "1e3", "0x1", "1_0", "1/2/3", "1/"]
        {
            assert!(from_text(text).is_none(), "{text:?} must be refused");
        }
    }
}
