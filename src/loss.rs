//! The loss functions l(f; y), in floating point: value, slope and conjugate.
//!
//! All are convex in f, at least 0, and summed over the rows, not averaged. The judge has its own exact versions
//! (see [`mod@crate::check`]); these propose.
//!
//! | loss | l(f; y) | conjugate l*(v; y) | domain of the conjugate |
//! | --- | --- | --- | --- |
//! | squared | (f - y)^2 / 2 | v^2 / 2 + v y | all v |
//! | absolute | abs(f - y) | v y | abs(v) <= 1 |
//! | Huber | r^2 / 2 if abs(r) <= delta, else delta (abs(r) - delta / 2), with r = f - y | v^2 / 2 + v y | abs(v) <= delta |
//! | hinge | max(0, 1 - y f) | u = v y | -1 <= u <= 0 |
//! | squared hinge | max(0, 1 - y f)^2 | u + u^2 / 4 | u <= 0 |
//! | logistic | log(1 + exp(-y f)) | a log a + (1 - a) log(1 - a), a = -u | -1 <= u <= 0 |
//!
//! The last three are for targets -1 and +1.

/// A convex loss function (16).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Loss {
    /// (f - y)^2 / 2.
    #[default]
    Squared,
    /// |f - y|.
    Absolute,
    /// The squared loss up to residuals of modulus `delta`, continued by its tangents.
    Huber {
        /// Positive and finite.
        delta: f64,
    },
    /// max(0, 1 - y f).
    Hinge,
    /// max(0, 1 - y f)^2.
    SquaredHinge,
    /// log(1 + exp(-y f)).
    Logistic,
}

impl Loss {
    /// The name on the command line, in JSON and in certificates.
    pub fn name(self) -> &'static str {
        match self {
            Loss::Squared => "squared",
            Loss::Absolute => "absolute",
            Loss::Huber { .. } => "huber",
            Loss::Hinge => "hinge",
            Loss::SquaredHinge => "squared-hinge",
            Loss::Logistic => "logistic",
        }
    }

    /// Whether targets have to be -1 and +1.
    pub fn needs_labels(self) -> bool {
        matches!(self, Loss::Hinge | Loss::SquaredHinge | Loss::Logistic)
    }

    /// A loss with the same optima on these targets that is simpler for solvers: the squared one in place of a Huber loss
    /// whose kinks are out of reach.
    ///
    /// With delta >= ||y|| the network without neurons has the objective ||y||^2 / 2 <= delta^2 / 2, and one residual beyond
    /// delta costs more than that. Four times ||y|| keeps the dual points of points on the way in the domain as well.
    pub fn within_reach(self, targets: impl Iterator<Item = f64>) -> Loss {
        let Loss::Huber { delta } = self else { return self };
        let (count, largest) = targets.fold((0.0f64, 0.0f64), |(n, largest), y| (n + 1.0, largest.max(y.abs())));
        if delta >= 4.0 * count.sqrt() * largest { Loss::Squared } else { self }
    }

    /// l(f; y).
    pub fn value(self, f: f64, y: f64) -> f64 {
        let (residual, margin) = (f - y, y * f);
        match self {
            Loss::Squared => 0.5 * residual * residual,
            Loss::Absolute => residual.abs(),
            Loss::Huber { delta } if residual.abs() <= delta => 0.5 * residual * residual,
            Loss::Huber { delta } => delta * (residual.abs() - 0.5 * delta),
            Loss::Hinge => (1.0 - margin).max(0.0),
            Loss::SquaredHinge => (1.0 - margin).max(0.0).powi(2),
            // log(1 + e^-z) = max(-z, 0) + log(1 + e^-|z|), which does not overflow.
            Loss::Logistic => (-margin).max(0.0) + (-margin.abs()).exp().ln_1p(),
        }
    }

    /// A subgradient of l(.; y) at f.
    pub fn slope(self, f: f64, y: f64) -> f64 {
        let (residual, margin) = (f - y, y * f);
        match self {
            Loss::Squared => residual,
            Loss::Absolute if residual == 0.0 => 0.0,
            Loss::Absolute => residual.signum(),
            Loss::Huber { delta } => residual.clamp(-delta, delta),
            Loss::Hinge if margin < 1.0 => -y,
            Loss::Hinge => 0.0,
            Loss::SquaredHinge => -2.0 * y * (1.0 - margin).max(0.0),
            Loss::Logistic => -y * logistic(-margin),
        }
    }

    /// The subdifferential of l(.; y) at f: the smallest and the largest subgradient, equal but at a kink.
    pub fn slopes(self, f: f64, y: f64) -> (f64, f64) {
        match self {
            Loss::Absolute if f == y => (-1.0, 1.0),
            Loss::Hinge if y * f == 1.0 => ((-y).min(0.0), (-y).max(0.0)),
            _ => {
                let slope = self.slope(f, y);
                (slope, slope)
            }
        }
    }

    /// The slopes far to the left and far to the right: the ends of the domain of the conjugate.
    pub fn domain(self, y: f64) -> (f64, f64) {
        let limit = match self {
            Loss::Squared => return (f64::NEG_INFINITY, f64::INFINITY),
            Loss::Absolute => return (-1.0, 1.0),
            Loss::Huber { delta } => return (-delta, delta),
            Loss::Hinge | Loss::Logistic => 1.0,
            Loss::SquaredHinge => f64::INFINITY,
        };
        if y > 0.0 { (-limit, 0.0) } else { (0.0, limit) }
    }

    /// l*(v; y) = max over f of v f - l(f; y); infinite outside its domain.
    pub fn conjugate(self, v: f64, y: f64) -> f64 {
        let u = v * y;
        match self {
            Loss::Squared => 0.5 * v * v + u,
            Loss::Absolute if v.abs() <= 1.0 => u,
            Loss::Huber { delta } if v.abs() <= delta => 0.5 * v * v + u,
            Loss::Hinge if (-1.0..=0.0).contains(&u) => u,
            Loss::SquaredHinge if u <= 0.0 => u + 0.25 * u * u,
            Loss::Logistic if (-1.0..=0.0).contains(&u) => entropy(-u) + entropy(1.0 + u),
            _ => f64::INFINITY,
        }
    }
}

/// 1 / (1 + e^-z).
fn logistic(z: f64) -> f64 {
    if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) }
}

/// a log a, continued to 0 at 0.
fn entropy(a: f64) -> f64 {
    if a > 0.0 { a * a.ln() } else { 0.0 }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every loss, Huber's with any delta.
    pub fn losses() -> impl Strategy<Value = Loss> {
        let delta = (0.1..3.0f64).prop_map(|delta| Loss::Huber { delta });
        let others = [Loss::Squared, Loss::Absolute, Loss::Hinge, Loss::SquaredHinge, Loss::Logistic];
        prop_oneof![delta, prop::sample::select(others.to_vec())]
    }

    proptest! {
        /// The slope is a subgradient, and Fenchel's inequality holds, with equality at the slope.
        #[test]
        fn slope_and_conjugate_belong_to_the_value(
            loss in losses(), f in -5.0..5.0f64, g in -5.0..5.0f64, positive: bool, other in -3.0..3.0f64,
        ) {
            let label = if positive { 1.0 } else { -1.0 };
            let y = if loss.needs_labels() { label } else { other };
            let slope = loss.slope(f, y);
            prop_assert!(loss.value(g, y) >= loss.value(f, y) + slope * (g - f) - 1e-12);
            prop_assert!((loss.value(f, y) + loss.conjugate(slope, y) - slope * f).abs() < 1e-10);
            prop_assert!(loss.value(f, y) + loss.conjugate(loss.slope(g, y), y) >= loss.slope(g, y) * f - 1e-10);
            // The ends of the subdifferential are subgradients, too, in the domain of the conjugate.
            let kink = if loss.needs_labels() { label } else { y };
            let ((low, high), (least, most)) = (loss.slopes(kink, y), loss.domain(y));
            prop_assert!(least <= low && low <= loss.slope(kink, y) && loss.slope(kink, y) <= high && high <= most);
            for end in [low, high] {
                prop_assert!(loss.value(g, y) >= loss.value(kink, y) + end * (g - kink) - 1e-12);
                prop_assert!(loss.conjugate(end, y).is_finite());
            }
        }
    }

    #[test]
    fn large_margins_do_not_overflow() {
        assert_eq!(Loss::Logistic.value(-1e6, 1.0), 1e6);
        assert_eq!(Loss::Logistic.value(1e6, 1.0), 0.0);
        assert_eq!(Loss::Logistic.slope(-1e6, 1.0), -1.0);
    }
}
