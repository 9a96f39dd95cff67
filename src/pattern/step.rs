//! The threshold activation: step(z) = 1 if z >= 0, else 0. **step(0) = 1.**
//!
//! This is the only place that decides what happens at 0.

use std::cmp::Ordering;

/// step(z) of an exact preactivation, given its sign.
pub fn step(sign: Ordering) -> bool {
    sign != Ordering::Less
}

/// step(z) of a floating-point preactivation; NaN, which no finite network produces, counts as negative.
pub fn step_f64(preactivation: f64) -> bool {
    preactivation.partial_cmp(&0.0).is_some_and(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_active() {
        assert!(step(Ordering::Equal) && step(Ordering::Greater) && !step(Ordering::Less));
        assert!(step_f64(0.0) && step_f64(-0.0) && step_f64(1e-300) && !step_f64(-1e-300) && !step_f64(f64::NAN));
    }
}
