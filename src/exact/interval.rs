//! Enclosures of exp and log: intervals in fixed point, rounded outward.
//!
//! A number is known to lie between two multiples of 2^-b. Sums, products and quotients of integers are rounded down at
//! the lower end and up at the upper end, and what a series leaves out is bounded and added at the right end; nothing
//! here is floating point. All numbers are at least 0.
//!
//! * exp(-z), z >= 0: the alternating Taylor series at z / 2^k <= 2^-8, squared k times. Terms decrease, so what is left
//!   out is at most the last term. Where z >= b the value is below 2^-b.
//! * -log a, 0 < a <= 1: a = m 2^-e with 1/2 < m <= 1, so -log a = e log 2 + 2 atanh((1 - m) / (1 + m)), and
//!   log 2 = 2 atanh(1/3). With 0 <= s <= 1/3 the series 2 (s + s^3/3 + s^5/5 + ...) has positive terms, each at most a
//!   ninth of the one before: what is left out after the power s^j is below s^j / 8.
//! * log(1 + t), 0 <= t <= 1: 2 atanh(t / (2 + t)), which increases in t.
//!
//! Widths are some 2 b units for log(1 + t) and m, e + 1 times that for log a, and some 2^(k + 6) units for exp, with
//! 2^k <= 2^9 (z + 1). O(b) steps on numbers of b bits.

use dashu_int::{UBig, ops::BitTest};
use dashu_ratio::RBig;

/// A number between `low` and `high`, both in units of 2^-b.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// A lower bound.
    pub low: UBig,
    /// An upper bound.
    pub high: UBig,
}

impl Interval {
    /// The interval of 0.
    pub fn zero() -> Self {
        Interval::exactly(UBig::ZERO)
    }

    /// The interval of a number that is known exactly.
    fn exactly(value: UBig) -> Self {
        Interval { low: value.clone(), high: value }
    }

    /// The sum of `count` numbers of this interval.
    pub fn times(&self, count: usize) -> Interval {
        Interval { low: &self.low * UBig::from(count), high: &self.high * UBig::from(count) }
    }

    /// The interval of a sum.
    pub fn plus(&self, other: &Interval) -> Interval {
        Interval { low: &self.low + &other.low, high: &self.high + &other.high }
    }
}

/// Fixed-point arithmetic in units of 2^-b.
#[derive(Clone, Debug)]
pub struct FixedPoint {
    bits: usize,
    log_two: Interval,
}

impl FixedPoint {
    /// Units of 2^-`bits`; at least 16 bits are used.
    pub fn new(bits: usize) -> Self {
        let mut new = FixedPoint { bits: bits.max(16), log_two: Interval::zero() };
        new.log_two = new.twice_atanh(&new.quotient(&UBig::ONE, &UBig::from(3u8)));
        new
    }

    /// b.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// exp(-z) for z >= 0 (the sign is ignored).
    pub fn exp_minus(&self, z: &RBig) -> Interval {
        let (numerator, denominator) = magnitude(z);
        let whole = &numerator / &denominator;
        if whole >= UBig::from(self.bits) {
            return Interval { low: UBig::ZERO, high: UBig::ONE };
        }
        let halvings = whole.bit_len() + 8;
        let small = self.quotient(&numerator, &(denominator << halvings));
        (0..halvings).fold(self.exp_minus_small(&small), |value, _| self.product(&value, &value))
    }

    /// log(1 + exp(-z)) for z >= 0 (the sign is ignored).
    pub fn log_one_plus_exp_minus(&self, z: &RBig) -> Interval {
        let t = self.exp_minus(z);
        let two = UBig::ONE << (self.bits + 1);
        let low = self.quotient(&t.low, &(&two + &t.low)).low;
        let high = self.quotient(&t.high, &(&two + &t.high)).high;
        self.twice_atanh(&Interval { low, high })
    }

    /// -log a; `None` unless 0 < a <= 1.
    pub fn minus_log(&self, a: &RBig) -> Option<Interval> {
        if *a <= RBig::ZERO || *a > RBig::ONE {
            return None;
        }
        let (numerator, denominator) = magnitude(a);
        let mut exponent = denominator.bit_len() - numerator.bit_len();
        if &numerator << exponent > denominator {
            exponent -= 1;
        }
        let shifted = numerator << exponent;
        let s = self.quotient(&(&denominator - &shifted), &(&denominator + &shifted));
        Some(self.log_two.times(exponent).plus(&self.twice_atanh(&s)))
    }

    /// -a log a - (1 - a) log(1 - a), which is 0 at 0 and 1; `None` unless 0 <= a <= 1.
    pub fn entropy(&self, a: &RBig) -> Option<Interval> {
        let rest = RBig::ONE - a;
        if a.is_zero() || rest.is_zero() {
            return Some(Interval::zero());
        }
        let term = |a: &RBig| {
            let (numerator, denominator) = magnitude(a);
            Some(self.product(&self.quotient(&numerator, &denominator), &self.minus_log(a)?))
        };
        Some(term(a)?.plus(&term(&rest)?))
    }

    /// exp(-y) for 0 <= y <= 2^-8.
    fn exp_minus_small(&self, y: &Interval) -> Interval {
        let one = UBig::ONE << self.bits;
        let mut term = Interval::exactly(one.clone());
        // The sums of the even and of the odd terms.
        let (mut plus, mut minus) = (term.clone(), Interval::zero());
        for n in 1usize.. {
            term = self.product(&term, y);
            term = Interval { low: &term.low / n, high: divided_up(&term.high, &UBig::from(n)) };
            let side = if n % 2 == 0 { &mut plus } else { &mut minus };
            *side = side.plus(&term);
            if term.high <= UBig::ONE {
                break;
            }
        }
        // At least 1 - 2^-8 is left of the plus side, so neither difference is negative.
        let low = plus.low - minus.high - UBig::ONE;
        let high = plus.high - minus.low + UBig::ONE;
        Interval { low, high: high.min(one) }
    }

    /// 2 atanh(s) for 0 <= s <= 1/3.
    fn twice_atanh(&self, s: &Interval) -> Interval {
        let square = self.product(s, s);
        let (mut power, mut sum) = (s.clone(), Interval::zero());
        for odd in (1usize..).step_by(2) {
            sum.low += &power.low / odd;
            sum.high += divided_up(&power.high, &UBig::from(odd));
            // At most an eighth of the last power is left out, less than a unit.
            if power.high <= UBig::from(4u8) {
                break;
            }
            power = self.product(&power, &square);
        }
        sum.high += UBig::ONE;
        sum.times(2)
    }

    /// The interval of a rational p / q.
    fn quotient(&self, numerator: &UBig, denominator: &UBig) -> Interval {
        let shifted = numerator << self.bits;
        Interval { low: &shifted / denominator, high: divided_up(&shifted, denominator) }
    }

    fn product(&self, left: &Interval, right: &Interval) -> Interval {
        let unit = UBig::ONE << self.bits;
        Interval { low: (&left.low * &right.low) >> self.bits, high: divided_up(&(&left.high * &right.high), &unit) }
    }
}

/// The numerator's modulus and the denominator.
fn magnitude(value: &RBig) -> (UBig, UBig) {
    (value.numerator().clone().into_parts().1, value.denominator().clone())
}

/// The quotient rounded up.
fn divided_up(numerator: &UBig, denominator: &UBig) -> UBig {
    (numerator + denominator - UBig::ONE) / denominator
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BITS: usize = 256;

    fn rational(p: u64, q: u64) -> RBig {
        RBig::from_parts(p.into(), q.into())
    }

    /// Whether the interval holds a number given by its decimal digits behind "0.", which are rounded.
    #[track_caller]
    fn assert_holds(interval: &Interval, whole: u8, digits: &str, widest: usize) {
        let scale = UBig::from(10u8).pow(digits.len());
        let shown = UBig::from(whole) * &scale + digits.parse::<UBig>().unwrap();
        let (low, high) = (&shown - UBig::ONE, shown + UBig::ONE);
        assert!(&interval.low * &scale <= high << BITS, "too large");
        assert!(&interval.high * &scale >= low << BITS, "too small");
        assert!(&interval.high - &interval.low <= UBig::from(widest), "too wide");
        assert!(interval.low <= interval.high);
    }

    /// Decimals of constants that are in print.
    #[test]
    fn known_values() {
        let fixed = FixedPoint::new(BITS);
        let log_two = "693147180559945309417232121458176568075500134360255254120680";
        assert_holds(&fixed.log_two, 0, log_two, 1 << 10);
        assert_holds(&fixed.minus_log(&rational(1, 2)).unwrap(), 0, log_two, 1 << 10);
        assert_holds(&fixed.log_one_plus_exp_minus(&RBig::ZERO), 0, log_two, 1 << 16);
        assert_holds(&fixed.entropy(&rational(1, 2)).unwrap(), 0, log_two, 1 << 10);
        let log_ten = "302585092994045684017991454684364207601101488628772976033328";
        assert_holds(&fixed.minus_log(&rational(1, 10)).unwrap(), 2, log_ten, 1 << 12);
        let log_three = "098612288668109691395245236922525704647490557822749451734694";
        assert_holds(&fixed.minus_log(&rational(1, 3)).unwrap(), 1, log_three, 1 << 11);
        let inverse_e = "367879441171442321595523770161460867445811131031767834507837";
        assert_holds(&fixed.exp_minus(&RBig::ONE), 0, inverse_e, 1 << 16);
        assert_holds(&fixed.exp_minus(&RBig::ZERO), 1, "000000000000000000000000000000", 1 << 10);
    }

    #[test]
    fn ends_of_the_range() {
        let fixed = FixedPoint::new(BITS);
        let nothing = Interval::zero();
        assert_eq!((fixed.entropy(&RBig::ZERO), fixed.entropy(&RBig::ONE)), (Some(nothing.clone()), Some(nothing)));
        assert_eq!(fixed.entropy(&rational(3, 2)), None);
        assert_eq!((fixed.minus_log(&RBig::ZERO), fixed.minus_log(&rational(3, 2))), (None, None));
        let tiny = fixed.exp_minus(&RBig::from(UBig::ONE << 5000));
        assert_eq!((tiny.low, tiny.high), (UBig::ZERO, UBig::ONE));
        // -log a and a are of very different sizes.
        let deep = RBig::from_parts(1.into(), UBig::ONE << 5000);
        assert_eq!(
            fixed.minus_log(&deep).unwrap(),
            fixed
                .log_two
                .times(5000)
                .plus(&Interval { low: UBig::ZERO, high: fixed.minus_log(&RBig::ONE).unwrap().high })
        );
        assert!(fixed.entropy(&deep).unwrap().high < UBig::ONE << 16);
    }

    proptest! {
        /// Precisions agree: the interval at 160 bits holds the one at 400 bits, and is narrow.
        #[test]
        fn more_bits_give_a_part(p in 0u64..1 << 40, q in 1u64..1 << 36) {
            let (coarse, fine) = (FixedPoint::new(160), FixedPoint::new(400));
            let z = rational(p, q);
            let a = if p <= q { z.clone() } else { rational(q, p) };
            let check = |outer: Interval, inner: Interval, widest: usize| {
                let (low, high) = (outer.low << 240usize, outer.high << 240usize);
                prop_assert!(low <= inner.low && inner.low <= inner.high && inner.high <= high);
                prop_assert!(high - low <= UBig::from(widest) << 240usize);
                Ok(())
            };
            check(coarse.exp_minus(&z), fine.exp_minus(&z), 1 << 18)?;
            check(coarse.log_one_plus_exp_minus(&z), fine.log_one_plus_exp_minus(&z), 1 << 19)?;
            if !a.is_zero() {
                check(coarse.minus_log(&a).unwrap(), fine.minus_log(&a).unwrap(), 1 << 14)?;
            }
            check(coarse.entropy(&a).unwrap(), fine.entropy(&a).unwrap(), 1 << 14)?;
        }

        /// The functional equations exp(-x) exp(-y) = exp(-x-y) and log a + log b = log(a b), and libm nearby.
        #[test]
        fn functional_equations(p in 0u64..50_000, q in 1u64..50_000, r in 1u64..5_000) {
            let fixed = FixedPoint::new(BITS);
            let meet = |a: &Interval, b: &Interval| a.low <= b.high && b.low <= a.high;
            let (x, y) = (rational(p, r), rational(q, r));
            let product = fixed.product(&fixed.exp_minus(&x), &fixed.exp_minus(&y));
            prop_assert!(meet(&product, &fixed.exp_minus(&(&x + &y))));
            let (a, b) = (rational(q, q + r), rational(r, q + r));
            let sum = fixed.minus_log(&a).unwrap().plus(&fixed.minus_log(&b).unwrap());
            prop_assert!(meet(&sum, &fixed.minus_log(&(&a * &b)).unwrap()));
            let float = |interval: &Interval| RBig::from_parts(interval.low.clone().into(), UBig::ONE << BITS).to_f64().value();
            let z = x.to_f64().value();
            prop_assert!((float(&fixed.exp_minus(&x)) - (-z).exp()).abs() <= 1e-14);
            prop_assert!((float(&fixed.log_one_plus_exp_minus(&x)) - (-z).exp().ln_1p()).abs() <= 1e-14);
            prop_assert!((float(&fixed.minus_log(&a).unwrap()) + a.to_f64().value().ln()).abs() <= 1e-13);
        }

        /// Where one argument is below another, the intervals are in the right order.
        #[test]
        fn monotone(p in 0u64..100_000, step in 1u64..1000, q in 1u64..10_000) {
            let fixed = FixedPoint::new(BITS);
            let (small, large) = (rational(p, q), rational(p + step, q));
            prop_assert!(fixed.exp_minus(&large).low <= fixed.exp_minus(&small).high);
            prop_assert!(fixed.log_one_plus_exp_minus(&large).low <= fixed.log_one_plus_exp_minus(&small).high);
            if p > 0 && p + step <= q {
                prop_assert!(fixed.minus_log(&large).unwrap().low <= fixed.minus_log(&small).unwrap().high);
            }
        }
    }
}
