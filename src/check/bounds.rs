//! The two sides of the duality gap for the squared loss, as exact rationals.
//!
//! Upper: 1/2 sum_i (f_i - y_i)^2 + beta sum_j |a_j|. Lower: the dual function -sum_i (v_i^2 / 2 + v_i y_i) at a
//! multiple c v of the given point with |c| max |d^T v| <= beta. Everything is brought to one common denominator, so
//! that the sums over the rows run over integers. O(n m) additions and O(n) products of big integers.

use dashu_int::IBig;

use super::LARGEST_DENOMINATOR;
use crate::{
    certificate::Dual,
    exact::{
        RBig,
        rational::{self, CommonDenominator},
    },
    pattern::Bits,
};

/// 1/2 sum_i (f_i - y_i)^2 with f = sum_j outputs_j patterns_j; `None` if the common denominator is too large.
pub fn training_loss(targets: &[f64], patterns: &[Bits], outputs: &[RBig]) -> Option<RBig> {
    let numbers: Vec<RBig> = outputs.iter().cloned().chain(exact(targets)).collect();
    let CommonDenominator { numerators, denominator } = CommonDenominator::within(&numbers, LARGEST_DENOMINATOR)?;
    let (outputs, targets) = numerators.split_at(outputs.len());
    let squares: IBig = targets
        .iter()
        .enumerate()
        .map(|(row, target)| {
            let active = patterns.iter().zip(outputs).filter(|(pattern, _)| pattern[row]).map(|(_, output)| output);
            (active.sum::<IBig>() - target).pow(2)
        })
        .sum();
    Some(RBig::from_parts(squares, denominator.pow(2) << 1))
}

/// sum_j |a_j|.
pub fn sum_of_moduli(outputs: &[RBig]) -> RBig {
    outputs.iter().map(modulus).fold(RBig::ZERO, |sum, value| sum + value)
}

/// The best dual value on the segment { c v : |c| price <= beta }, a lower bound on the optimum if max |d^T v| <= price.
///
/// With a = sum v_i^2 and b = sum v_i y_i the value at c is -(a c^2 / 2 + b c), largest at c = -b/a.
pub fn dual_value(targets: &[f64], dual: &Dual, beta: &RBig) -> RBig {
    let targets = CommonDenominator::of(&exact(targets).collect::<Vec<_>>());
    let squares: IBig = dual.numerators.iter().map(|&v| IBig::from(v).pow(2)).sum();
    let products: IBig = dual.numerators.iter().zip(&targets.numerators).map(|(&v, y)| IBig::from(v) * y).sum();
    if squares.is_zero() {
        return RBig::ZERO;
    }
    let a = rational::scaled(squares, 2 * dual.exponent);
    let b = rational::scaled(products, dual.exponent) / RBig::from(targets.denominator);
    let best = -&b / &a;
    let scale = if dual.price == 0 {
        best
    } else {
        let largest = beta / rational::scaled(IBig::from(dual.price), dual.exponent);
        best.clamp(-&largest, largest)
    };
    -(&a * &scale / RBig::from(2) + b) * scale
}

fn exact(values: &[f64]) -> impl Iterator<Item = RBig> + '_ {
    // A dataset holds finite numbers only, so nothing is left out.
    values.iter().filter_map(|&value| rational::from_f64(value))
}

fn modulus(value: &RBig) -> RBig {
    if *value < RBig::ZERO { -value } else { value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::PriceEvidence;

    fn dual(exponent: i32, numerators: &[i64], price: i64) -> Dual {
        Dual { exponent, numerators: numerators.to_vec(), price, evidence: PriceEvidence::Walk }
    }

    #[test]
    fn loss_by_hand() {
        let patterns = [crate::pattern::from_text("110").unwrap(), crate::pattern::from_text("011").unwrap()];
        let outputs = [RBig::from_parts(1.into(), 2u8.into()), RBig::from(-1)];
        // f = (1/2, -1/2, -1), y = (1, 0, -1/4): squares 1/4, 1/4, 9/16.
        let loss = training_loss(&[1.0, 0.0, -0.25], &patterns, &outputs);
        assert_eq!(loss, Some(RBig::from_parts(17.into(), 32u8.into())));
        assert_eq!(sum_of_moduli(&outputs), RBig::from_parts(3.into(), 2u8.into()));
    }

    #[test]
    fn the_scaling_is_the_best_feasible_one() {
        let one = RBig::ONE;
        // v = -y is the unconstrained optimum: value |y|^2 / 2, allowed if the price is at most beta.
        assert_eq!(dual_value(&[1.0, 1.0], &dual(0, &[-1, -1], 1), &one), RBig::ONE);
        // Price 2, beta 1: c = 1/2, value -(2/8 - 1) = 3/4.
        assert_eq!(dual_value(&[1.0, 1.0], &dual(0, &[-1, -1], 2), &one), RBig::from_parts(3.into(), 4u8.into()));
        // A longer v is scaled down to the same optimum, a point of the wrong sign is turned.
        assert_eq!(dual_value(&[1.0, 1.0], &dual(3, &[-1, -1], 0), &one), RBig::ONE);
        assert_eq!(dual_value(&[1.0, 1.0], &dual(-1, &[1, 1], 1), &one), RBig::ONE);
        assert_eq!(dual_value(&[1.0], &dual(0, &[0], 0), &one), RBig::ZERO);
    }
}
