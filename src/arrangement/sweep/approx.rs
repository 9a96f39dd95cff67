//! A real number known up to an error: the floating-point filter of the sweep.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Unit roundoff, doubled: covers a rounded operation with room.
const EPS: f64 = f64::EPSILON;

/// The true number lies within `error` of `value`. An overflow makes the error infinite or NaN, and then nothing is
/// certain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Approx {
    pub(super) value: f64,
    pub(super) error: f64,
}

impl Approx {
    pub(super) fn new(value: f64, error: f64) -> Self {
        Approx { value, error }
    }

    /// Whether the number is positive, if that is certain.
    pub(super) fn is_positive(self) -> Option<bool> {
        // A NaN fails the comparison.
        (self.value.abs() > self.error).then_some(self.value > 0.0)
    }
}

impl Neg for Approx {
    type Output = Approx;

    fn neg(self) -> Approx {
        Approx { value: -self.value, error: self.error }
    }
}

impl Add for Approx {
    type Output = Approx;

    fn add(self, other: Approx) -> Approx {
        let value = self.value + other.value;
        Approx { value, error: (self.error + other.error) * (1.0 + 4.0 * EPS) + EPS * value.abs() }
    }
}

impl Sub for Approx {
    type Output = Approx;

    fn sub(self, other: Approx) -> Approx {
        self + -other
    }
}

impl Mul for Approx {
    type Output = Approx;

    fn mul(self, other: Approx) -> Approx {
        let value = self.value * other.value;
        let error = self.value.abs() * other.error + other.value.abs() * self.error + self.error * other.error;
        Approx { value, error: error * (1.0 + 8.0 * EPS) + EPS * value.abs() + f64::MIN_POSITIVE }
    }
}

impl Div for Approx {
    type Output = Approx;

    /// |x / y - x' / y'| <= (|x - x'| + |x / y| |y - y'|) / (|y| - |y - y'|).
    fn div(self, other: Approx) -> Approx {
        let value = self.value / other.value;
        let room = other.value.abs() - other.error;
        // Divided first: a product of two small numbers may underflow before it is divided by a third.
        let size = value.abs() + f64::MIN_POSITIVE;
        let error = if room > 0.0 { self.error / room + size * (other.error / room) } else { f64::INFINITY };
        Approx { value, error: error * (1.0 + 8.0 * EPS) + EPS * value.abs() + f64::MIN_POSITIVE }
    }
}

#[cfg(test)]
mod tests {
    use dashu_ratio::RBig;
    use proptest::prelude::*;

    use super::*;

    fn rational(value: f64) -> RBig {
        RBig::try_from(value).unwrap()
    }

    fn covers(approx: Approx, truth: &RBig) -> bool {
        if !approx.value.is_finite() {
            return approx.is_positive().is_none();
        }
        let distance = rational(approx.value) - truth;
        let distance = if distance < RBig::ZERO { -distance } else { distance };
        !approx.error.is_finite() || distance <= rational(approx.error)
    }

    proptest! {
        /// Underflow is covered, too.
        #[test]
        fn errors_cover_the_truth_at_any_size(
            x in -1.0..1.0f64, dx in -1.0..1.0f64, y in 0.5..1.0f64, dy in -1.0..1.0f64,
            (k, l, m, n) in (-500..100i32, -600..100i32, -500..100i32, 2..600i32),
        ) {
            let size = |exponent: i32| f64::from(exponent).exp2();
            let (x, dx, y) = (x * size(k), dx * size(l), y * size(m));
            let dy = 0.5 * dy * size(m - n).max(f64::MIN_POSITIVE);
            let (a, b) = (Approx::new(x, dx.abs()), Approx::new(y, dy.abs()));
            let (p, q) = (rational(x) + rational(dx), rational(y) + rational(dy));
            prop_assert!(covers(a + b, &(p.clone() + &q)));
            prop_assert!(covers(a * b, &(p.clone() * &q)));
            prop_assert!(covers(a / b, &(p / q)));
        }

        #[test]
        fn errors_cover_the_truth(
            x in -1e3..1e3f64, dx in -1e-9..1e-9f64, y in prop::sample::select(vec![-3.7, -1e-3, 0.9, 1e5]), dy in -1e-9..1e-9f64,
        ) {
            let (a, b) = (Approx::new(x, dx.abs()), Approx::new(y, dy.abs()));
            let (p, q) = (rational(x) + rational(dx), rational(y) + rational(dy));
            prop_assert!(covers(a + b, &(p.clone() + &q)));
            prop_assert!(covers(a - b, &(p.clone() - &q)));
            prop_assert!(covers(a * b, &(p.clone() * &q)));
            prop_assert!(covers(a / b, &(p / q)));
        }
    }

    #[test]
    fn nothing_is_certain_after_an_overflow() {
        let huge = Approx::new(1e308, 1e290);
        assert_eq!((huge * huge).is_positive(), None);
        assert_eq!((Approx::new(1.0, 0.0) / Approx::new(1.0, 1.0)).is_positive(), None);
        assert_eq!(Approx::new(-2.0, 1.0).is_positive(), Some(false));
    }
}
