//! Problem (7) for any convex loss: complete arrangements (Theorem 2.3, Corollary 4.1).
//!
//! ```text
//! minimise over delta  sum_g L_g(delta_g) + beta (||delta_+||_inf + ||(-delta)_+||_inf)
//! ```
//!
//! It separates by sign. A group whose loss falls to the right of 0 is on the positive side, and with the level t >= 0 as
//! the bound on that side it takes delta_g = min(m_g, t), where m_g is the minimiser of L_g nearest to 0. What is left
//! is convex in t: a unit of t gains the *pull* sum_g max(0, -L_g'(t)), which falls to 0 as t grows, and costs beta. So
//! t = 0 if the pull there is at most beta, and otherwise it is where the pull passes beta. The pull jumps and bends at
//! the knots of the L_g and at the m_g only: a binary search over these finds the level itself, or two neighbours with
//! the level between them, where a safeguarded secant method finds it: exact at once where the pull is linear, and for
//! the logistic loss some ten steps. The negative side is the mirror image.
//!
//! In the dual, V_g is minus the pull of group g, at the level: where the pull jumps there, all groups take the same share
//! of their jumps, such that they add up to beta. It is feasible over all labellings, and closes the gap.
//!
//! O(K log K) for K distinct targets within groups.

use super::{
    CompleteSolution,
    datafit::{GroupLoss, Losses},
    tuning::levels::{EQUAL, MOST_STEPS},
};

/// Solves (7): the optimum and its dual point V.
pub fn solve(losses: &Losses, beta: f64) -> (CompleteSolution, Vec<f64>) {
    let groups = &losses.groups;
    let minimisers: Vec<f64> = groups.iter().map(|group| group.output(0.0)).collect();
    let (mut outputs, mut dual) = (vec![0.0; groups.len()], vec![0.0; groups.len()]);
    for sign in [1.0, -1.0] {
        let side = Side { groups, sign };
        let level = side.level(&minimisers, beta);
        let (below, above) = side.total(level);
        let share = if level > 0.0 && below > above { ((beta - above) / (below - above)).clamp(0.0, 1.0) } else { 0.0 };
        for (g, group) in groups.iter().enumerate().filter(|(_, group)| side.pull(group, 0.0).1 > 0.0) {
            let (below, above) = side.pull(group, level);
            outputs[g] = sign * level.min(sign * minimisers[g]).max(0.0);
            dual[g] = -sign * (above + share * (below - above));
        }
    }
    (CompleteSolution::with_outputs(outputs), dual)
}

/// The groups as seen from one side of 0.
struct Side<'a> {
    groups: &'a [GroupLoss],
    sign: f64,
}

impl Side<'_> {
    /// How fast the loss falls at distance t on this side: the limits from below and from above.
    fn pull(&self, group: &GroupLoss, t: f64) -> (f64, f64) {
        let (low, high) = group.slopes(self.sign * t);
        let (below, above) = if self.sign > 0.0 { (-low, -high) } else { (high, low) };
        (below.max(0.0), above.max(0.0))
    }

    fn total(&self, t: f64) -> (f64, f64) {
        let pulls = self.groups.iter().map(|group| self.pull(group, t));
        pulls.fold((0.0, 0.0), |sum, pull| (sum.0 + pull.0, sum.1 + pull.1))
    }

    /// The level t >= 0 at which the pull passes beta.
    fn level(&self, minimisers: &[f64], beta: f64) -> f64 {
        if self.total(0.0).1 <= beta {
            return 0.0;
        }
        let knots = self.groups.iter().flat_map(GroupLoss::knots).chain(minimisers);
        let mut knots: Vec<f64> = knots.map(|knot| self.sign * knot).filter(|t| *t > 0.0 && t.is_finite()).collect();
        knots.sort_unstable_by(f64::total_cmp);
        let next = knots.partition_point(|&t| self.total(t).1 > beta);
        let left = next.checked_sub(1).map_or(0.0, |before| knots[before]);
        match knots.get(next) {
            Some(&knot) if self.total(knot).0 >= beta => knot,
            Some(&knot) => self.crossing(left, knot, beta),
            None => {
                // Only the logistic loss pulls beyond all knots.
                let far = (1..1024).map(|power| left + f64::from(power).exp2());
                let right = far.into_iter().find(|&t| self.total(t).1 <= beta);
                right.map_or(left, |right| self.crossing(left, right, beta))
            }
        }
    }

    /// Where the pull, continuous and decreasing between two levels, is beta.
    fn crossing(&self, mut left: f64, mut right: f64, beta: f64) -> f64 {
        let (mut above, mut below) = (self.total(left).1 - beta, self.total(right).0 - beta);
        for step in 0..MOST_STEPS {
            let secant = left + (right - left) * (above / (above - below));
            // Every third step halves the interval.
            let next = if step % 3 == 2 { 0.5 * (left + right) } else { secant };
            if !(left < next && next < right) {
                break;
            }
            let excess = self.total(next).1 - beta;
            if excess.abs() <= EQUAL * beta {
                return next;
            }
            if excess > 0.0 {
                (left, above) = (next, excess);
            } else {
                (right, below) = (next, excess);
            }
        }
        if above <= -below { left } else { right }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        convex::{Problem, complete, datafit::Squared, penalty::L1},
        loss::{Loss, tests::losses},
    };

    fn grouped(loss: Loss, targets: &[Vec<f64>]) -> Losses {
        let label = |target: f64| if target > 0.0 { 1.0 } else { -1.0 };
        let permitted = |target: &f64| if loss.needs_labels() { label(*target) } else { *target };
        Losses::of(loss, targets.iter().map(|targets| targets.iter().map(permitted).collect()).collect())
    }

    proptest! {
        /// Optimality by duality: V is feasible over all labellings and closes the gap.
        #[test]
        fn the_dual_point_closes_the_gap(
            loss in losses(),
            targets in prop::collection::vec(prop::collection::vec(-3i8..=3, 1..4), 1..8),
            beta in prop_oneof![0.01..8.0f64, (1i8..6).prop_map(f64::from)],
        ) {
            let targets: Vec<Vec<f64>> = targets.iter().map(|row| row.iter().map(|&y| f64::from(y)).collect()).collect();
            let problem = Problem::of(grouped(loss, &targets), &L1, beta);
            let (solution, dual) = complete::over_all_labellings(&problem);
            let side = |sign: f64| -> f64 { dual.iter().map(|v| (sign * v).max(0.0)).sum() };
            prop_assert!(side(1.0).max(side(-1.0)) <= beta * (1.0 + 1e-12));
            let objective = problem.objective(&solution.outputs, solution.norm());
            let bound = problem.dual_value(&dual, side(1.0).max(side(-1.0)));
            prop_assert!(bound <= objective + 1e-12 && objective - bound <= 1e-9 * objective.max(1.0), "{objective} {bound}");
        }

        /// The two roads for the squared loss.
        #[test]
        fn the_squared_loss_agrees_with_its_closed_form(
            targets in prop::collection::vec((-50i8..=50, 1usize..4), 1..12), beta in 0.01..20.0f64,
        ) {
            let rows: Vec<Vec<f64>> = targets.iter().map(|&(y, count)| vec![f64::from(y) / 8.0; count]).collect();
            let (solution, _) = solve(&grouped(Loss::Squared, &rows), beta);
            let (counts, means) = rows.iter().map(|row| (row.len() as f64, row[0])).unzip();
            let expected = complete::solve(&Squared::around(counts, means), beta);
            let equal = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + a.abs());
            prop_assert!(solution.outputs.iter().zip(&expected.outputs).all(|(&a, &b)| equal(a, b)));
            prop_assert!(equal(solution.norm(), expected.norm()));
        }
    }

    /// Three rows +1 and two rows -1: the level is where the pull of the larger side passes beta.
    #[test]
    fn levels_by_hand() {
        let rows = vec![vec![1.0], vec![1.0], vec![1.0], vec![-1.0], vec![-1.0]];
        let outputs = |loss: Loss, beta: f64| solve(&grouped(loss, &rows), beta).0.outputs;
        assert_eq!(outputs(Loss::Hinge, 2.5), [1.0, 1.0, 1.0, 0.0, 0.0]);
        assert_eq!(outputs(Loss::Absolute, 1.5), [1.0, 1.0, 1.0, -1.0, -1.0]);
        // 2 (1 - t) n = beta.
        assert_eq!(outputs(Loss::SquaredHinge, 3.0), [0.5, 0.5, 0.5, -0.25, -0.25]);
        assert_eq!(outputs(Loss::Huber { delta: 0.5 }, 0.75), [0.75, 0.75, 0.75, -0.625, -0.625]);
        // n / (1 + e^t) = beta.
        let logistic = outputs(Loss::Logistic, 0.5);
        assert!((logistic[0] - 5f64.ln()).abs() < 1e-12 && (logistic[4] + 3f64.ln()).abs() < 1e-12);
    }
}
