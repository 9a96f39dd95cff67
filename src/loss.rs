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
//!
//! Whatever differs between losses is asked here, in matches that name every loss: what a new one has to answer, the
//! compiler lists. The other modules know the answers only ([`Form`], [`Scaling`], [`Cost`] and numbers).

/// A convex loss function (16).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
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

/// What the conjugate is on its domain, and with it the slope, its inverse, between the knots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// v y: a linear programme. The loss is piecewise linear, and the dual optimum need not be unique.
    Linear,
    /// q v^2 / 2 + v y: a quadratic programme. The slope is piecewise linear.
    Quadratic(f64),
    /// a log a + (1 - a) log(1 - a) for a = -v y: exponential cones. The slope is a sigmoid of f.
    Entropy,
}

/// What a change of units u of outputs and targets does to the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Labels have no unit.
    None,
    /// The loss is u times its own, slopes stay: the unit of beta is 1.
    Linear,
    /// The loss is u^2 times its own; slopes, beta and delta have the unit of the targets.
    Quadratic,
}

/// A cost l x + q x^2 / 2 of a part of the residual, as (l, q); `None` if that part is 0.
pub type Cost = Option<(f64, f64)>;

/// Beyond this, in units of the targets, delta does not matter.
const LARGEST_DELTA: f64 = 1e100;

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
        match self {
            Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => true,
            Loss::Squared | Loss::Absolute | Loss::Huber { .. } => false,
        }
    }

    /// The parameters beside beta with their names; all must be positive and finite.
    pub fn parameter(self) -> Option<(&'static str, f64)> {
        match self {
            Loss::Huber { delta } => Some(("delta", delta)),
            Loss::Squared | Loss::Absolute | Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => None,
        }
    }

    /// The residual up to which the loss is the squared one, if there is one.
    pub fn squared_up_to(self) -> Option<f64> {
        match self {
            Loss::Squared => Some(f64::INFINITY),
            Loss::Huber { delta } => Some(delta),
            Loss::Absolute | Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => None,
        }
    }

    /// A loss with the same optima on these targets that is simpler for solvers: the squared one in place of a Huber loss
    /// whose kinks are out of reach.
    ///
    /// With delta >= ||y|| the network without neurons has the objective ||y||^2 / 2 <= delta^2 / 2, and one residual beyond
    /// delta costs more than that. Four times ||y|| keeps the dual points of points on the way in the domain as well.
    pub fn within_reach(self, targets: impl Iterator<Item = f64>) -> Loss {
        let Some(end) = self.squared_up_to() else { return self };
        let (count, largest) = targets.fold((0.0f64, 0.0f64), |(n, largest), y| (n + 1.0, largest.max(y.abs())));
        if end >= 4.0 * count.sqrt() * largest { Loss::Squared } else { self }
    }

    /// What a change of units does.
    pub fn scaling(self) -> Scaling {
        match self {
            Loss::Squared | Loss::Huber { .. } => Scaling::Quadratic,
            Loss::Absolute => Scaling::Linear,
            Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => Scaling::None,
        }
    }

    /// The loss where slopes are measured in another unit.
    pub fn in_units(self, slopes: f64) -> Loss {
        match self {
            Loss::Huber { delta } => Loss::Huber { delta: (delta / slopes).min(LARGEST_DELTA) },
            Loss::Squared | Loss::Absolute | Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => self,
        }
    }

    /// The form of the conjugate.
    pub fn form(self) -> Form {
        match self {
            Loss::Squared | Loss::Huber { .. } => Form::Quadratic(1.0),
            Loss::SquaredHinge => Form::Quadratic(0.5),
            Loss::Absolute | Loss::Hinge => Form::Linear,
            Loss::Logistic => Form::Entropy,
        }
    }

    /// Whether the loss is piecewise linear: its programmes are linear ones.
    pub fn is_piecewise_linear(self) -> bool {
        match self.form() {
            Form::Linear => true,
            Form::Quadratic(_) | Form::Entropy => false,
        }
    }

    /// Whether the dual optimum is unique: the conjugate is strictly convex.
    pub fn has_unique_dual(self) -> bool {
        !self.is_piecewise_linear()
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

    /// Whether l has two derivatives everywhere and is curved everywhere, but is not the squared loss.
    pub fn is_smooth(self) -> bool {
        match self {
            Loss::Logistic => true,
            Loss::Squared | Loss::Absolute | Loss::Huber { .. } | Loss::Hinge | Loss::SquaredHinge => false,
        }
    }

    /// The subdifferential of l(.; y) at f: the smallest and the largest subgradient, equal but at a kink.
    pub fn slopes(self, f: f64, y: f64) -> (f64, f64) {
        let slope = self.slope(f, y);
        match self {
            Loss::Absolute if f == y => (-1.0, 1.0),
            Loss::Hinge if y * f == 1.0 => ((-y).min(0.0), (-y).max(0.0)),
            Loss::Squared | Loss::Absolute | Loss::Huber { .. } | Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => {
                (slope, slope)
            }
        }
    }

    /// Where the slope bends or jumps, ascending: on both sides of y, or at y, which is 1 / y for labels.
    pub fn knots(self, y: f64) -> Vec<f64> {
        match self {
            Loss::Squared | Loss::Absolute | Loss::Hinge | Loss::SquaredHinge => vec![y],
            Loss::Huber { delta } => vec![y - delta, y + delta],
            Loss::Logistic => Vec::new(),
        }
    }

    /// l'' far to the left and far to the right.
    pub fn curvatures(self, y: f64) -> (f64, f64) {
        match self {
            Loss::Squared => (1.0, 1.0),
            Loss::SquaredHinge if y > 0.0 => (2.0, 0.0),
            Loss::SquaredHinge => (0.0, 2.0),
            Loss::Absolute | Loss::Huber { .. } | Loss::Hinge | Loss::Logistic => (0.0, 0.0),
        }
    }

    /// The slopes far to the left and far to the right: the ends of the domain of the conjugate.
    pub fn domain(self, y: f64) -> (f64, f64) {
        let one_sided = |limit: f64| if y > 0.0 { (-limit, 0.0) } else { (0.0, limit) };
        match self {
            Loss::Squared => (f64::NEG_INFINITY, f64::INFINITY),
            Loss::Absolute => (-1.0, 1.0),
            Loss::Huber { delta } => (-delta, delta),
            Loss::Hinge | Loss::Logistic => one_sided(1.0),
            Loss::SquaredHinge => one_sided(f64::INFINITY),
        }
    }

    /// l*(v; y) = max over f of v f - l(f; y); infinite outside its domain.
    pub fn conjugate(self, v: f64, y: f64) -> f64 {
        let (low, high) = self.domain(y);
        if !(low..=high).contains(&v) {
            return f64::INFINITY;
        }
        let u = v * y;
        match self.form() {
            Form::Linear => u,
            Form::Quadratic(q) => 0.5 * q * v * v + u,
            Form::Entropy => entropy(-u) + entropy(1.0 + u),
        }
    }

    /// The loss as a quadratic programme: the costs of s, p and q where f - y = s + p - q with p, q >= 0; `None` if it is
    /// none, and Newton's method takes [`Self::curvature`].
    ///
    /// | loss | s | p | q |
    /// | --- | --- | --- | --- |
    /// | squared | s^2 / 2 | p = 0 | q = 0 |
    /// | absolute | s = 0 | p | q |
    /// | Huber | s^2 / 2 | delta p | delta q |
    /// | hinge, y = 1 (y = -1: p and q exchanged) | s = 0 | 0 | q |
    /// | squared hinge, y = 1 (as above) | s = 0 | 0 | q^2 |
    pub fn costs(self, y: f64) -> Option<[Cost; 3]> {
        let one_sided = |cost| if y > 0.0 { [None, Some((0.0, 0.0)), cost] } else { [None, cost, Some((0.0, 0.0))] };
        match self {
            Loss::Squared => Some([Some((0.0, 1.0)), None, None]),
            Loss::Absolute => Some([None, Some((1.0, 0.0)), Some((1.0, 0.0))]),
            Loss::Huber { delta } => Some([Some((0.0, 1.0)), Some((delta, 0.0)), Some((delta, 0.0))]),
            Loss::Hinge => Some(one_sided(Some((1.0, 0.0)))),
            Loss::SquaredHinge => Some(one_sided(Some((0.0, 2.0)))),
            Loss::Logistic => None,
        }
    }

    /// l'' at f, where it exists.
    pub fn curvature(self, f: f64, y: f64) -> f64 {
        let inside = |inside: bool| f64::from(u8::from(inside));
        match self {
            Loss::Squared => 1.0,
            Loss::Absolute | Loss::Hinge => 0.0,
            Loss::Huber { delta } => inside((f - y).abs() <= delta),
            Loss::SquaredHinge => 2.0 * inside(y * f < 1.0),
            Loss::Logistic => logistic(f) * logistic(-f),
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

        /// The facts for the solvers: costs of the parts of a residual, knots, curvature and far curvatures.
        #[test]
        fn facts_belong_to_the_value(loss in losses(), f in -5.0..5.0f64, positive: bool, other in -3.0..3.0f64) {
            let label = if positive { 1.0 } else { -1.0 };
            let y = if loss.needs_labels() { label } else { other };
            if let Some(costs) = loss.costs(y) {
                let value = |cost: Cost, x: f64| cost.map_or(if x == 0.0 { 0.0 } else { f64::INFINITY }, |(l, q)| l * x + 0.5 * q * x * x);
                // The best split of the residual leaves what exceeds the first kink to p or q.
                let residual = f - y;
                let splits = [residual, residual.clamp(-loss.squared_up_to().unwrap_or(0.0), loss.squared_up_to().unwrap_or(0.0)), 0.0];
                let split = |s: f64| {
                    let rest = residual - s;
                    value(costs[0], s) + value(costs[1], rest.max(0.0)) + value(costs[2], (-rest).max(0.0))
                };
                let least = splits.into_iter().map(split).fold(f64::INFINITY, f64::min);
                prop_assert!((least - loss.value(f, y)).abs() < 1e-10, "{least}");
            }
            let knots = loss.knots(y);
            let step = 1e-6;
            if knots.iter().all(|knot| (f - knot).abs() > 2.0 * step) {
                let difference = (loss.slope(f + step, y) - loss.slope(f - step, y)) / (2.0 * step);
                prop_assert!((difference - loss.curvature(f, y)).abs() < 1e-6);
            }
            let (left, right) = loss.curvatures(y);
            prop_assert!((loss.curvature(-1e3, y), loss.curvature(1e3, y)) == (left, right));
        }
    }

    #[test]
    fn large_margins_do_not_overflow() {
        assert_eq!(Loss::Logistic.value(-1e6, 1.0), 1e6);
        assert_eq!(Loss::Logistic.value(1e6, 1.0), 0.0);
        assert_eq!(Loss::Logistic.slope(-1e6, 1.0), -1.0);
    }
}
