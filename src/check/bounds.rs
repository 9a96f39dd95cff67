//! The two sides of the duality gap for each loss, as exact rationals.
//!
//! Upper: sum_i l(f_i; y_i) + beta sum_j |a_j|. Lower: the dual function -sum_i l*(c v_i; y_i) at a multiple c v of the
//! given point that is in the domain of the conjugate and has |c| max |d^T v| <= beta. For all losses but the logistic
//! one, whose values are rounded in [`super::logistic`], the dual function on that segment is
//!
//! ```text
//! -(A c^2 / 2 + B c),     -C <= c <= C,     C = min(beta / p, M / max |v_i|)
//! ```
//!
//! | loss | A | B | M |
//! | --- | --- | --- | --- |
//! | squared | sum v_i^2 | sum v_i y_i | no limit |
//! | absolute | 0 | sum v_i y_i | 1 |
//! | Huber | sum v_i^2 | sum v_i y_i | delta |
//! | hinge | 0 | sum v_i y_i | 1 |
//! | squared hinge | sum v_i^2 / 2 | sum v_i y_i | no limit |
//!
//! and its largest value is taken. The domains of the last two and of the logistic loss have v_i y_i <= 0 besides; then
//! B <= 0, and the best c is not negative. Everything is brought to one common denominator, so that the sums over the
//! rows run over integers. O(n m) additions and O(n) products of big integers.

use dashu_int::{IBig, UBig};

use super::{LARGEST_DENOMINATOR, Rejection, logistic, rational_field};
use crate::{
    certificate::{Dual, LossName, Problem},
    exact::{
        RBig,
        rational::{self, CommonDenominator},
    },
    pattern::Bits,
};

/// A loss function with an exact parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ExactLoss {
    /// (f - y)^2 / 2.
    Squared,
    /// |f - y|.
    Absolute,
    /// The squared loss up to residuals of this modulus, continued by its tangents.
    Huber(RBig),
    /// max(0, 1 - y f).
    Hinge,
    /// max(0, 1 - y f)^2.
    SquaredHinge,
    /// log(1 + exp(-y f)).
    Logistic,
}

impl ExactLoss {
    /// The loss that a certificate names.
    pub fn of(problem: &Problem) -> Result<Self, Rejection> {
        let delta = problem.delta.as_ref().map(|text| rational_field(text, || "problem.delta".into())).transpose()?;
        match (problem.loss, delta) {
            (LossName::Huber, Some(delta)) if delta > RBig::ZERO => Ok(ExactLoss::Huber(delta)),
            (LossName::Huber, Some(_)) => Err(Rejection::Delta("is not positive")),
            (LossName::Huber, None) => Err(Rejection::Delta("is missing, and the loss is `huber`")),
            (_, Some(_)) => Err(Rejection::Delta("is there, but the loss is not `huber`")),
            (LossName::Squared, None) => Ok(ExactLoss::Squared),
            (LossName::Absolute, None) => Ok(ExactLoss::Absolute),
            (LossName::Hinge, None) => Ok(ExactLoss::Hinge),
            (LossName::SquaredHinge, None) => Ok(ExactLoss::SquaredHinge),
            (LossName::Logistic, None) => Ok(ExactLoss::Logistic),
        }
    }

    /// Whether targets must be -1 and +1, and dual points must not have the sign of the target.
    fn needs_labels(&self) -> bool {
        match self {
            ExactLoss::Hinge | ExactLoss::SquaredHinge | ExactLoss::Logistic => true,
            ExactLoss::Squared | ExactLoss::Absolute | ExactLoss::Huber(_) => false,
        }
    }

    /// The first row whose target the loss does not permit.
    pub fn first_wrong_target(&self, targets: &[f64]) -> Option<usize> {
        targets.iter().position(|target| self.needs_labels() && target.abs() != 1.0)
    }

    /// The first row at which no multiple c v with c > 0 is in the domain of the conjugate.
    pub fn first_outside_domain(&self, targets: &[f64], numerators: &[i64]) -> Option<usize> {
        let outside = |(target, v): (&f64, &i64)| *v != 0 && (*v > 0) == (*target > 0.0);
        targets.iter().zip(numerators).position(|pair| self.needs_labels() && outside(pair))
    }

    /// M: the largest modulus of the entries of a dual point.
    fn largest_entry(&self) -> Option<RBig> {
        match self {
            ExactLoss::Squared | ExactLoss::SquaredHinge => None,
            ExactLoss::Absolute | ExactLoss::Hinge | ExactLoss::Logistic => Some(RBig::ONE),
            ExactLoss::Huber(delta) => Some(delta.clone()),
        }
    }
}

/// sum_i l(f_i; y_i) with f = sum_j outputs_j patterns_j, for the logistic loss rounded up; targets must be permitted.
///
/// # Errors
///
/// [`Rejection::DenominatorTooLarge`], and [`Rejection::Undecided`] if the rounding cannot be decided.
pub fn training_loss(
    loss: &ExactLoss,
    targets: &[f64],
    patterns: &[Bits],
    outputs: &[RBig],
) -> Result<RBig, Rejection> {
    let parameter = if let ExactLoss::Huber(delta) = loss { delta.clone() } else { RBig::ONE };
    let numbers: Vec<RBig> = outputs.iter().cloned().chain(exact(targets)).chain([parameter]).collect();
    let common = CommonDenominator::within(&numbers, LARGEST_DENOMINATOR);
    let CommonDenominator { mut numerators, denominator } =
        common.ok_or_else(|| Rejection::DenominatorTooLarge { field: "the output weights".into() })?;
    // In units of 1 / denominator, `unit` is delta or 1.
    let unit = numerators.pop().unwrap_or(IBig::ONE);
    let (outputs, targets) = numerators.split_at(outputs.len());
    let output = |row: usize| -> IBig {
        patterns.iter().zip(outputs).filter(|(pattern, _)| pattern[row]).map(|(_, output)| output).sum()
    };
    let residuals = || targets.iter().enumerate().map(|(row, target)| output(row) - target);
    // y f for targets -1 and +1.
    let margin = |(row, target): (usize, &IBig)| if *target > IBig::ZERO { output(row) } else { -output(row) };
    let margins = || targets.iter().enumerate().map(margin);
    let hinges = || margins().map(|margin| &unit - margin).filter(|hinge| *hinge > IBig::ZERO);
    let sum = |sum: IBig| RBig::from_parts(sum, denominator.clone());
    let sum_of_squares = |sum: IBig, twofold: usize| RBig::from_parts(sum, denominator.pow(2) << twofold);
    Ok(match loss {
        ExactLoss::Squared => sum_of_squares(residuals().map(|residual| residual.pow(2)).sum(), 1),
        ExactLoss::Absolute => sum(residuals().map(modulus).sum()),
        ExactLoss::Huber(_) => sum_of_squares(residuals().map(|residual| huber(modulus(residual), &unit)).sum(), 1),
        ExactLoss::Hinge => sum(hinges().sum()),
        ExactLoss::SquaredHinge => sum_of_squares(hinges().map(|hinge| hinge.pow(2)).sum(), 0),
        ExactLoss::Logistic => logistic::loss_rounded_up(margins(), &denominator)?,
    })
}

/// Twice the Huber loss of a residual r >= 0.
fn huber(residual: IBig, delta: &IBig) -> IBig {
    if residual <= *delta { residual.pow(2) } else { delta * (IBig::from(2) * residual - delta) }
}

/// sum_j |a_j|.
pub fn sum_of_moduli(outputs: &[RBig]) -> RBig {
    outputs
        .iter()
        .map(|output| if *output < RBig::ZERO { -output } else { output.clone() })
        .fold(RBig::ZERO, |a, b| a + b)
}

/// The dual value on the segment of the module's text, a lower bound on the optimum if max |d^T v| <= price.
///
/// The point must be one for which [`ExactLoss::first_outside_domain`] is `None`.
///
/// # Errors
///
/// [`Rejection::Undecided`] if the rounding of a logistic bound cannot be decided.
pub fn dual_value(loss: &ExactLoss, targets: &[f64], dual: &Dual, beta: &RBig) -> Result<RBig, Rejection> {
    let largest = dual.numerators.iter().map(|v| v.unsigned_abs()).max().unwrap_or(0);
    if largest == 0 {
        return Ok(RBig::ZERO);
    }
    let in_units = |numerator: IBig| rational::scaled(numerator, dual.exponent);
    let by_price = (dual.price > 0).then(|| beta / in_units(IBig::from(dual.price)));
    let by_domain = loss.largest_entry().map(|entry| entry / in_units(IBig::from(largest)));
    let limit = by_price.into_iter().chain(by_domain).min();
    if *loss == ExactLoss::Logistic {
        let scale = limit.map_or(RBig::ONE, |limit| limit.min(RBig::ONE));
        let unit = scale * in_units(IBig::ONE);
        return logistic::entropy_rounded_down(&dual.numerators, &unit);
    }
    let squares: IBig = dual.numerators.iter().map(|&v| IBig::from(v).pow(2)).sum();
    let curvature = match loss {
        ExactLoss::Squared | ExactLoss::Huber(_) => rational::scaled(squares, 2 * dual.exponent),
        ExactLoss::SquaredHinge => rational::scaled(squares, 2 * dual.exponent - 1),
        ExactLoss::Absolute | ExactLoss::Hinge | ExactLoss::Logistic => RBig::ZERO,
    };
    let targets = CommonDenominator::of(&exact(targets).collect::<Vec<_>>());
    let products: IBig = dual.numerators.iter().zip(&targets.numerators).map(|(&v, y)| IBig::from(v) * y).sum();
    let slope = in_units(products) / RBig::from(targets.denominator);
    let scale = best_scale(&curvature, &slope, limit);
    Ok(-(&curvature * &scale / RBig::from(2) + slope) * scale)
}

/// The c of largest -(A c^2 / 2 + B c) with |c| <= limit. There is a limit or A > 0.
fn best_scale(curvature: &RBig, slope: &RBig, limit: Option<RBig>) -> RBig {
    let best = (!curvature.is_zero()).then(|| -slope / curvature);
    match (best, limit) {
        (Some(best), Some(limit)) => best.clamp(-&limit, limit),
        (Some(best), None) => best,
        (None, Some(limit)) if *slope > RBig::ZERO => -limit,
        (None, Some(limit)) => limit,
        (None, None) => RBig::ZERO,
    }
}

fn exact(values: &[f64]) -> impl Iterator<Item = RBig> + '_ {
    // A dataset holds finite numbers only, so nothing is left out.
    values.iter().filter_map(|&value| rational::from_f64(value))
}

fn modulus(value: IBig) -> IBig {
    let (_, modulus): (_, UBig) = value.into_parts();
    modulus.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::PriceEvidence;

    fn dual(exponent: i32, numerators: &[i64], price: i64) -> Dual {
        Dual { exponent, numerators: numerators.to_vec(), price, evidence: PriceEvidence::Walk }
    }

    fn ratio(p: i64, q: u64) -> RBig {
        RBig::from_parts(p.into(), q.into())
    }

    #[test]
    fn loss_by_hand() {
        let patterns = [crate::pattern::from_text("110").unwrap(), crate::pattern::from_text("011").unwrap()];
        let outputs = [ratio(1, 2), RBig::from(-1)];
        // f = (1/2, -1/2, -1), y = (1, 0, -1/4): residuals -1/2, -1/2, -3/4.
        let loss = |loss: ExactLoss| training_loss(&loss, &[1.0, 0.0, -0.25], &patterns, &outputs).unwrap();
        assert_eq!(loss(ExactLoss::Squared), ratio(17, 32));
        assert_eq!(loss(ExactLoss::Absolute), ratio(7, 4));
        // 1/8 + 1/8 + 1/2 (3/4 - 1/4), and 1/3 (1/2 - 1/6) twice + 1/3 (3/4 - 1/6).
        assert_eq!(loss(ExactLoss::Huber(ratio(1, 2))), ratio(1, 2));
        assert_eq!(loss(ExactLoss::Huber(ratio(1, 3))), ratio(15, 36));
        // Margins with labels (1, -1, 1): 1/2, 1/2, -1.
        let loss = |loss: ExactLoss| training_loss(&loss, &[1.0, -1.0, 1.0], &patterns, &outputs).unwrap();
        assert_eq!(loss(ExactLoss::Hinge), RBig::from(3));
        assert_eq!(loss(ExactLoss::SquaredHinge), ratio(9, 2));
        let float = loss(ExactLoss::Logistic).to_f64().value();
        assert!((float - (2.0 * (-0.5f64).exp().ln_1p() + 1f64.exp().ln_1p())).abs() < 1e-14);
        assert_eq!(sum_of_moduli(&outputs), ratio(3, 2));
    }

    #[test]
    fn the_scaling_is_the_best_feasible_one() {
        let value = |targets: &[f64], dual: Dual| dual_value(&ExactLoss::Squared, targets, &dual, &RBig::ONE).unwrap();
        // v = -y is the unconstrained optimum: value |y|^2 / 2, allowed if the price is at most beta.
        assert_eq!(value(&[1.0, 1.0], dual(0, &[-1, -1], 1)), RBig::ONE);
        // Price 2, beta 1: c = 1/2, value -(2/8 - 1) = 3/4.
        assert_eq!(value(&[1.0, 1.0], dual(0, &[-1, -1], 2)), ratio(3, 4));
        // A longer v is scaled down to the same optimum, a point of the wrong sign is turned.
        assert_eq!(value(&[1.0, 1.0], dual(3, &[-1, -1], 0)), RBig::ONE);
        assert_eq!(value(&[1.0, 1.0], dual(-1, &[1, 1], 1)), RBig::ONE);
        assert_eq!(value(&[1.0], dual(0, &[0], 0)), RBig::ZERO);
    }

    #[test]
    fn domains_limit_the_scaling() {
        let value = |loss: ExactLoss, targets: &[f64], dual: Dual| {
            assert_eq!(loss.first_outside_domain(targets, &dual.numerators), None);
            dual_value(&loss, targets, &dual, &RBig::ONE).unwrap()
        };
        // |c v| <= 1 limits 4 v to 1/4 of it; the value is c (3 + 1) = 1.
        assert_eq!(value(ExactLoss::Absolute, &[3.0, -1.0], dual(2, &[-1, 1], 0)), RBig::from(4));
        assert_eq!(value(ExactLoss::Absolute, &[3.0, -1.0], dual(2, &[1, -1], 0)), RBig::from(4));
        // beta / price = 1/8.
        assert_eq!(value(ExactLoss::Absolute, &[3.0, -1.0], dual(2, &[-1, 1], 2)), RBig::from(2));
        // |c v| <= 1/2 in 1/2 (3 - 1/4) + ..., without the limit c v = (-3, 1) would be best.
        assert_eq!(value(ExactLoss::Huber(ratio(1, 2)), &[3.0, -1.0], dual(0, &[-1, 1], 0)), ratio(7, 4));
        assert_eq!(value(ExactLoss::Hinge, &[1.0, -1.0], dual(0, &[-2, 1], 1)), ratio(3, 2));
        // u = (-1, -1): -(c^2 / 2 - 2 c) is largest at c = 2.
        assert_eq!(value(ExactLoss::SquaredHinge, &[1.0, -1.0], dual(0, &[-1, 1], 0)), RBig::from(2));
        // Entropies of (1, 1/2) and, at half of it, of (1/2, 1/4).
        let entropy = |a: f64| -a * a.ln() - (1.0 - a) * (1.0 - a).ln();
        let float = |dual: Dual| value(ExactLoss::Logistic, &[1.0, -1.0], dual).to_f64().value();
        assert!((float(dual(-1, &[-2, 1], 0)) - entropy(0.5)).abs() < 1e-14);
        assert!((float(dual(-1, &[-2, 1], 4)) - entropy(0.5) - entropy(0.25)).abs() < 1e-14);
    }

    #[test]
    fn labels_and_signs_are_required() {
        for loss in [ExactLoss::Hinge, ExactLoss::SquaredHinge, ExactLoss::Logistic] {
            assert_eq!(loss.first_wrong_target(&[1.0, -1.0, 0.5]), Some(2));
            assert_eq!(loss.first_outside_domain(&[1.0, -1.0, 1.0], &[-5, 0, 1]), Some(2));
        }
        assert_eq!(ExactLoss::Absolute.first_wrong_target(&[0.5]), None);
        assert_eq!(ExactLoss::Absolute.first_outside_domain(&[0.5], &[1]), None);
    }
}
