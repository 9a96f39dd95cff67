//! Sums of two f64, of about 106 bits: exact enough for cones that have become small.
//!
//! A number is high + low with |low| at most about half a unit of high. The sum of two f64 and its rounding error, and the
//! product and its rounding error by a fused multiplication and addition, are exact unless they over- or underflow. The
//! operations here are off by at most 2^-98 of the moduli of what they combine: proven bounds (Joldes, Muller, Popescu 2017)
//! are 3 * 2^-106 for a sum of numbers of one sign, 5 * 2^-106 for a product and 15 * 2^-106 for a quotient; for a sum
//! of opposite signs the error is 2^-103 of the moduli. Underflow is covered by whoever uses them.

/// The relative error of one operation.
pub(super) const UNIT: f64 = f64::EPSILON * f64::EPSILON * 64.0;

/// A number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Double {
    pub(super) high: f64,
    pub(super) low: f64,
}

/// a + b and its rounding error.
fn two_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let part = high - a;
    Double { high, low: (a - (high - part)) + (b - part) }
}

impl Double {
    /// high + low, for |low| below |high|, in normal form.
    pub(super) fn normal(high: f64, low: f64) -> Double {
        let sum = high + low;
        Double { high: sum, low: low - (sum - high) }
    }

    pub(super) fn plus(self, other: Double) -> Double {
        let (high, low) = (two_sum(self.high, other.high), two_sum(self.low, other.low));
        let first = Double::normal(high.high, high.low + low.high);
        Double::normal(first.high, first.low + low.low)
    }

    pub(super) fn negated(self) -> Double {
        Double { high: -self.high, low: -self.low }
    }

    pub(super) fn minus(self, other: Double) -> Double {
        self.plus(other.negated())
    }

    pub(super) fn times(self, other: Double) -> Double {
        let high = self.high * other.high;
        let rest = self.high.mul_add(other.high, -high);
        let low = self.high.mul_add(other.low, rest + self.low * other.high);
        Double::normal(high, low)
    }

    /// The quotient by a number other than 0: two steps of long division.
    pub(super) fn over(self, other: Double) -> Double {
        let first = self.high / other.high;
        let rest = self.minus(other.times(Double { high: first, low: 0.0 }));
        let second = rest.high / other.high;
        let rest = rest.minus(other.times(Double { high: second, low: 0.0 }));
        let third = rest.high / other.high;
        Double::normal(first, second).plus(Double { high: third, low: 0.0 })
    }

    pub(super) fn modulus(self) -> Double {
        if self.high < 0.0 { self.negated() } else { self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::{RBig, rational::from_f64};

    fn exact(x: Double) -> RBig {
        from_f64(x.high).unwrap() + from_f64(x.low).unwrap()
    }

    fn size(x: &RBig) -> RBig {
        if *x < RBig::ZERO { -x.clone() } else { x.clone() }
    }

    fn number() -> impl Strategy<Value = Double> {
        (-1.0..1.0f64, -1.0..1.0f64, -40i32..40).prop_map(|(high, low, exponent)| {
            let high = high * 2f64.powi(exponent);
            Double::normal(high, low * high * f64::EPSILON * 0.4)
        })
    }

    proptest! {
        #[test]
        fn operations_are_within_their_errors(a in number(), b in number(), near in any::<bool>(), ulps in -4i64..4) {
            prop_assume!(a.high != 0.0 && b.high != 0.0);
            // Opposite numbers that nearly cancel, too.
            let b = if near { Double::normal(-f64::from_bits(a.high.to_bits().wrapping_add_signed(ulps)), b.low.min(1e-20)) } else { b };
            let (x, y, unit) = (exact(a), exact(b), from_f64(UNIT).unwrap());
            let both = size(&x) + size(&y);
            prop_assert!(size(&(exact(a.plus(b)) - (&x + &y))) <= &unit * &both);
            prop_assert!(size(&(exact(a.minus(b)) - (&x - &y))) <= &unit * &both);
            prop_assert!(size(&(exact(a.times(b)) - &x * &y)) <= &unit * size(&(&x * &y)));
            let quotient = &x / &y;
            prop_assert!(size(&(exact(a.over(b)) - &quotient)) <= &unit * size(&quotient));
        }
    }
}
