//! The loss of one group of rows, L(f) = sum_k c_k l(f; t_k): value, subdifferential, and the inverse of the latter.
//!
//! All rows of a group have the same output f, but may have different targets t_k, with c_k rows each. The slope of L is
//! increasing in f, and for all losses but the logistic one piecewise linear: it bends or jumps at knots, which are the
//! t_k (absolute), t_k - delta and t_k + delta (Huber), or -1 and 1 (both hinges). So V is found among the slopes by a
//! binary search over the knots and one linear interpolation; for the logistic loss, with n_+ and n_- rows of the two
//! labels, V = -n_+ (1 - s) + n_- s for s = 1 / (1 + exp(-f)).
//!
//! The conjugate L*(V) is the sum of c_k l*(v_k; t_k) over subgradients v_k at one f that add up to V.

use crate::loss::{Form, Loss};

/// The loss of a group of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupLoss {
    loss: Loss,
    terms: Vec<Term>,
    /// Ascending.
    knots: Vec<f64>,
}

/// c rows with target t.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// t, a number that the loss permits.
    pub target: f64,
    /// c, at least 1.
    pub count: f64,
}

impl GroupLoss {
    /// The loss of rows with the given targets. O(k log k).
    pub fn new(loss: Loss, mut targets: Vec<f64>) -> Self {
        targets.sort_unstable_by(f64::total_cmp);
        let chunks = targets.chunk_by(|a, b| a == b);
        let terms = chunks.map(|equal| Term { target: equal[0], count: equal.len() as f64 }).collect();
        Self::of_terms(loss, terms)
    }

    fn of_terms(loss: Loss, terms: Vec<Term>) -> Self {
        let mut knots: Vec<f64> = terms.iter().flat_map(|term| loss.knots(term.target)).collect();
        knots.sort_unstable_by(f64::total_cmp);
        knots.dedup();
        GroupLoss { loss, terms, knots }
    }

    /// The group with other units of outputs and slopes; `loss` is the loss in these units.
    pub fn in_units(&self, loss: Loss, unit: f64) -> Self {
        let scaled = |term: &Term| Term { target: term.target / unit, ..*term };
        Self::of_terms(loss, self.terms.iter().map(scaled).collect())
    }

    /// The distinct targets, ascending, and their numbers of rows.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Where the slope bends or jumps, ascending.
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }

    /// L(f).
    pub fn value(&self, f: f64) -> f64 {
        self.terms.iter().map(|term| term.count * self.loss.value(f, term.target)).sum()
    }

    /// The ends of the subdifferential of L at f.
    pub fn slopes(&self, f: f64) -> (f64, f64) {
        self.sum_of_ends(|term| self.loss.slopes(f, term.target))
    }

    /// The ends of the domain of L*.
    pub fn domain(&self) -> (f64, f64) {
        self.sum_of_ends(|term| self.loss.domain(term.target))
    }

    fn sum_of_ends(&self, ends: impl Fn(&Term) -> (f64, f64)) -> (f64, f64) {
        self.terms.iter().fold((0.0, 0.0), |(low, high), term| {
            let ends = ends(term);
            (low + term.count * ends.0, high + term.count * ends.1)
        })
    }

    /// L*(V), for V moved into the domain.
    pub fn conjugate(&self, dual: f64) -> f64 {
        let conjugate = |(term, v): (&Term, f64)| term.count * self.loss.conjugate(v, term.target);
        self.terms.iter().zip(self.split(dual)).map(conjugate).sum()
    }

    /// The v_k, one a term, for rows that share V (moved into the domain) at one output.
    pub fn split(&self, dual: f64) -> Vec<f64> {
        let (low, high) = self.domain();
        let dual = dual.clamp(low, high);
        if self.has_sigmoid_slope() {
            // high - low is the number of rows.
            let s = ((dual - low) / (high - low)).clamp(0.0, 1.0);
            return self.terms.iter().map(|term| if term.target > 0.0 { s - 1.0 } else { s }).collect();
        }
        let f = self.output(dual);
        let (low, high) = self.slopes(f);
        let share = if high > low { ((dual - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
        let between = |(low, high): (f64, f64)| if high > low { low + share * (high - low) } else { low };
        self.terms.iter().map(|term| between(self.loss.slopes(f, term.target))).collect()
    }

    /// The f nearest to 0 with V in the subdifferential of L at f; infinite if there is none but in the limit.
    pub fn output(&self, dual: f64) -> f64 {
        let (low, high) = self.domain();
        let dual = dual.clamp(low, high);
        if self.has_sigmoid_slope() {
            return ((dual - low) / (high - dual)).ln();
        }
        let (first, last) = (self.first_output(dual), self.last_output(dual));
        0f64.clamp(first.min(last), last.max(first))
    }

    /// The smallest f with V in the subdifferential.
    fn first_output(&self, dual: f64) -> f64 {
        let next = self.knots.partition_point(|&knot| self.slopes(knot).1 < dual);
        let Some(&knot) = self.knots.get(next) else { return finite_or(self.after_last(dual), self.knots.last()) };
        let low = self.slopes(knot).0;
        match next.checked_sub(1) {
            None if dual <= low => self.before_first(dual),
            Some(before) if dual < low => self.between(self.knots[before], knot, dual),
            None | Some(_) => knot,
        }
    }

    /// The largest f with V in the subdifferential.
    fn last_output(&self, dual: f64) -> f64 {
        let next = self.knots.partition_point(|&knot| self.slopes(knot).0 <= dual);
        let Some(before) = next.checked_sub(1) else {
            return finite_or(self.before_first(dual), self.knots.first());
        };
        let (knot, high) = (self.knots[before], self.slopes(self.knots[before]).1);
        match self.knots.get(next) {
            None if dual >= high => self.after_last(dual),
            Some(&after) if dual > high => self.between(knot, after, dual),
            None | Some(_) => knot,
        }
    }

    /// Where the slope is V between two knots on which it is smaller and larger.
    fn between(&self, left: f64, right: f64, dual: f64) -> f64 {
        let (low, high) = (self.slopes(left).1, self.slopes(right).0);
        (left + (dual - low) / (high - low) * (right - left)).clamp(left, right)
    }

    /// Where the slope is V, at most that before the first knot.
    fn before_first(&self, dual: f64) -> f64 {
        let curvature: f64 = self.terms.iter().map(|term| term.count * self.loss.curvatures(term.target).0).sum();
        let Some(&first) = self.knots.first() else { return 0.0 };
        if curvature > 0.0 { first + (dual - self.slopes(first).0) / curvature } else { f64::NEG_INFINITY }
    }

    /// Where the slope is V, at least that after the last knot.
    fn after_last(&self, dual: f64) -> f64 {
        let curvature: f64 = self.terms.iter().map(|term| term.count * self.loss.curvatures(term.target).1).sum();
        let Some(&last) = self.knots.last() else { return 0.0 };
        if curvature > 0.0 { last + (dual - self.slopes(last).1) / curvature } else { f64::INFINITY }
    }

    /// Whether V is found by the closed form for labels instead of knots.
    fn has_sigmoid_slope(&self) -> bool {
        match self.loss.form() {
            Form::Entropy => true,
            Form::Linear | Form::Quadratic(_) => false,
        }
    }
}

/// A slope at the end of the domain, which rounding has put beyond it, belongs to the outermost knot.
fn finite_or(f: f64, knot: Option<&f64>) -> f64 {
    if f.is_finite() { f } else { knot.copied().unwrap_or(f) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn groups() -> impl Strategy<Value = GroupLoss> {
        let delta = (0.1..3.0f64).prop_map(|delta| Loss::Huber { delta });
        let others = [Loss::Squared, Loss::Absolute, Loss::Hinge, Loss::SquaredHinge, Loss::Logistic];
        let loss = prop_oneof![delta, prop::sample::select(others.to_vec())];
        let target = prop_oneof![(-3i8..=3).prop_map(f64::from), -3.0..3.0f64];
        (loss, prop::collection::vec(target, 1..6)).prop_map(|(loss, targets)| {
            let label = |target: &f64| if *target > 0.0 { 1.0 } else { -1.0 };
            GroupLoss::new(loss, if loss.needs_labels() { targets.iter().map(label).collect() } else { targets })
        })
    }

    proptest! {
        /// V is a subgradient at `output(V)`, and the v_k add up to V and belong to the conjugate (Fenchel equality).
        #[test]
        fn outputs_invert_slopes(group in groups(), f in -4.0..4.0f64, share in 0.0..1.0f64, snap: bool) {
            let f = if snap { f.round() } else { f };
            let (low, high) = group.slopes(f);
            let dual = low + share * (high - low);
            let output = group.output(dual);
            // Where the Huber loss is flat, its rounded knots hide that.
            let nearest = matches!(group.loss, Loss::Huber { .. }) || output.abs() <= f.abs() + 1e-9;
            prop_assert!(output.is_finite() && nearest, "{output}");
            let (below, above) = group.slopes(output);
            prop_assert!(below - 1e-9 <= dual && dual <= above + 1e-9);
            let split = group.split(dual);
            let sum: f64 = split.iter().zip(group.terms()).map(|(v, term)| term.count * v).sum();
            prop_assert!((sum - dual).abs() <= 1e-9);
            prop_assert!((group.value(f) + group.conjugate(dual) - dual * f).abs() <= 1e-8);
        }

        /// The ends of the domain, and beyond them.
        #[test]
        fn the_conjugate_is_finite_on_its_closed_domain(group in groups(), beyond in 0.0..2.0f64) {
            let (low, high) = group.domain();
            for dual in [low - beyond, high + beyond].into_iter().filter(|dual| dual.is_finite()) {
                let end = dual.clamp(low, high);
                let conjugate = group.conjugate(dual);
                prop_assert!(conjugate.is_finite());
                for f in -8..=8 {
                    prop_assert!(group.value(f64::from(f)) + conjugate >= end * f64::from(f) - 1e-9);
                }
            }
        }
    }

    #[test]
    fn several_targets_in_one_group() {
        let group = GroupLoss::new(Loss::Absolute, vec![4.0, 1.0, 4.0, -2.0]);
        assert_eq!((group.value(1.0), group.slopes(1.0), group.domain()), (9.0, (-2.0, 0.0), (-4.0, 4.0)));
        assert_eq!((group.output(0.0), group.output(1.0), group.output(-3.0)), (1.0, 4.0, -2.0));
        // Rows at -2 and 4 have slopes of modulus 1, the row at 1 has what is missing.
        assert_eq!(group.split(-1.5), [1.0, -0.5, -1.0]);
        let hinge = GroupLoss::new(Loss::Hinge, vec![1.0, 1.0, -1.0]);
        assert_eq!((hinge.output(0.0), hinge.output(-1.0), hinge.split(-0.5)), (1.0, 0.0, vec![1.0, -0.75]));
    }
}
