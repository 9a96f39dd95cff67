//! Problem (7): the closed form for complete arrangements (Theorem 2.3).
//!
//! ```text
//! minimise over delta  sum_g c_g/2 (delta_g - t_g)^2 + beta (||delta_+||_inf + ||(-delta)_+||_inf)
//! ```
//!
//! It separates into the positive and the negative part. On the positive part delta_g = min(t_g, l) where the level
//! l >= 0 solves sum over t_g > l of c_g (t_g - l) = beta, and l = 0 if that sum at 0 is at most beta: sort the
//! targets and walk down from the largest. Ties stay exact ties because delta_g is a target or the level itself.
//!
//! The network has one neuron for each distinct level 0 < l_1 < ... < l_q of delta: the nested patterns
//! step(delta >= l_k) with weights l_k - l_{k-1}; the sum of the weights is l_q, the penalty. Likewise below 0.
//!
//! When only some labellings are patterns, the minimum is a lower bound on (4), because H(X) is a subset of all
//! labellings. O(N log N) for N groups.

use super::{
    Problem,
    datafit::{Datafit, Losses, Squared},
    levels,
};
use crate::pattern::Bits;

/// An optimal point of (7), with the network's nested levels.
#[derive(Clone, Debug, PartialEq)]
pub struct CompleteSolution {
    /// delta, one entry a group: the outputs of the network.
    pub outputs: Vec<f64>,
    /// The neurons, at most one for each group.
    pub levels: Vec<Level>,
}

/// One neuron of the nested network: active where delta is at or beyond a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The output weight, positive on the positive side and negative on the other.
    pub weight: f64,
    /// Active on the groups with delta >= threshold > 0, or delta <= threshold < 0.
    pub threshold: f64,
}

impl CompleteSolution {
    /// The nested levels of outputs that are optimal for (7). O(N log N).
    pub(super) fn with_outputs(outputs: Vec<f64>) -> Self {
        let mut sorted = outputs.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut levels = nested_levels(sorted.iter().copied(), 1.0);
        levels.extend(nested_levels(sorted.iter().rev().copied(), -1.0));
        CompleteSolution { outputs, levels }
    }

    /// The activation pattern of a level on the groups. O(N).
    pub fn pattern(&self, level: &Level) -> Bits {
        let beyond = |output: &f64| {
            if level.threshold > 0.0 { *output >= level.threshold } else { *output <= level.threshold }
        };
        self.outputs.iter().map(beyond).collect()
    }

    /// The sum of the moduli of the weights: ||delta_+||_inf + ||(-delta)_+||_inf.
    pub fn norm(&self) -> f64 {
        self.levels.iter().map(|level| level.weight.abs()).sum()
    }
}

/// Problem (7), whose optimum is that of (6) over all labellings, with its dual point V. O(N log N).
///
/// For a datafit without a closed form it is the network without neurons and V = 0: a valid bound, no optimum.
pub fn over_all_labellings(problem: &Problem) -> (CompleteSolution, Vec<f64>) {
    if let Some(fit) = problem.datafit::<Squared>().filter(|fit| fit.width == 1) {
        let solution = solve(fit, problem.beta());
        let dual = fit.dual_point(&solution.outputs);
        (solution, dual)
    } else if let Some(losses) = problem.datafit::<Losses>() {
        levels::solve(losses, problem.beta())
    } else {
        let zero = vec![0.0; problem.groups() * problem.width()];
        (CompleteSolution { outputs: zero.clone(), levels: Vec::new() }, zero)
    }
}

/// Solves (7) for the squared loss. O(N log N).
pub fn solve(fit: &Squared, beta: f64) -> CompleteSolution {
    let mut order: Vec<usize> = (0..fit.groups()).collect();
    order.sort_unstable_by(|&a, &b| fit.means[b].total_cmp(&fit.means[a]));
    let positive = level(fit, beta, order.iter().copied(), 1.0);
    let negative = level(fit, beta, order.iter().rev().copied(), -1.0);
    let outputs: Vec<f64> = fit.means.iter().map(|target| target.clamp(-negative, positive)).collect();
    let mut levels = nested_levels(order.iter().rev().map(|&g| outputs[g]), 1.0);
    levels.extend(nested_levels(order.iter().map(|&g| outputs[g]), -1.0));
    CompleteSolution { outputs, levels }
}

/// The level l >= 0 of one side; `groups` come with the largest `sign * target` first.
fn level(fit: &Squared, beta: f64, groups: impl Iterator<Item = usize>, sign: f64) -> f64 {
    let (mut weight, mut weighted) = (0.0, 0.0);
    let mut level = 0.0;
    for group in groups {
        let target = sign * fit.means[group];
        // The excess over this target is c (t - target) summed over the larger ones: once it reaches beta, l >= target.
        if target <= 0.0 || weighted - weight * target >= beta {
            break;
        }
        weight += fit.counts[group];
        weighted += fit.counts[group] * target;
        level = ((weighted - beta) / weight).min(target);
    }
    level.max(0.0)
}

/// The nested levels of one side; `outputs` come with `sign * output` ascending.
fn nested_levels(outputs: impl Iterator<Item = f64>, sign: f64) -> Vec<Level> {
    let (mut levels, mut below) = (Vec::new(), 0.0);
    for threshold in outputs.filter(|output| sign * output > 0.0) {
        if threshold != below {
            levels.push(Level { weight: threshold - below, threshold });
            below = threshold;
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::convex::penalty::L1;

    fn problem(means: &[f64], beta: f64) -> Problem {
        Problem::of(Squared::around(vec![1.0; means.len()], means.to_vec()), &L1, beta)
    }

    fn solve(problem: &Problem) -> CompleteSolution {
        over_all_labellings(problem).0
    }

    fn value(problem: &Problem) -> f64 {
        let solution = solve(problem);
        problem.objective(&solution.outputs, solution.norm())
    }

    #[test]
    fn labels_of_two_signs_have_the_stated_optimum() {
        // Theory: beta <= min(n_+, n_-): 2 beta - beta^2/2 (1/n_+ + 1/n_-), with two neurons.
        for (positive, negative, beta) in [(3, 2, 1.0), (5, 5, 4.5), (1, 7, 1.0), (4, 9, 0.25)] {
            let means = [vec![1.0; positive], vec![-1.0; negative]].concat();
            let problem = problem(&means, beta);
            let expected = 2.0 * beta - beta * beta / 2.0 * (1.0 / positive as f64 + 1.0 / negative as f64);
            assert!((value(&problem) - expected).abs() < 1e-12);
            assert_eq!(solve(&problem).levels.len(), if beta == positive.min(negative) as f64 { 1 } else { 2 });
        }
    }

    #[test]
    fn zero_labels_one_sign_and_large_beta() {
        assert!(solve(&problem(&[0.0; 4], 1.0)).levels.is_empty());
        let positive = solve(&problem(&[3.0, 1.0, 1.0], 1.0));
        assert_eq!((positive.outputs.clone(), positive.levels.len()), (vec![2.0, 1.0, 1.0], 2));
        assert!(solve(&problem(&[3.0, 1.0, -1.0], 4.0)).levels.is_empty());
    }

    #[test]
    fn nested_patterns_add_up_to_the_outputs() {
        let problem = problem(&[5.0, 2.0, -3.0, 2.0, 0.0, -1.0], 0.5);
        let solution = solve(&problem);
        let mut sums = vec![0.0; 6];
        for level in &solution.levels {
            for group in solution.pattern(level).iter_ones() {
                sums[group] += level.weight;
            }
        }
        assert_eq!(sums, solution.outputs);
        assert_eq!(solution.norm(), 4.5 + 2.5);
    }

    proptest! {
        /// Optimality by duality: V = c (delta - t) has price exactly at most beta and closes the gap.
        #[test]
        fn the_dual_point_closes_the_gap(
            rows in prop::collection::vec((-5i8..=5, 1u8..4), 1..12),
            beta in 0.01..20.0f64,
        ) {
            let (means, counts) = rows.iter().map(|row| (f64::from(row.0), f64::from(row.1))).unzip();
            let problem = Problem::of(Squared::around(counts, means), &L1, beta);
            let (solution, dual) = over_all_labellings(&problem);
            prop_assert_eq!(&dual, &problem.dual_point(&solution.outputs));
            let side = |sign: f64| -> f64 { dual.iter().map(|v| (sign * v).max(0.0)).sum() };
            let price = side(1.0).max(side(-1.0));
            let objective = problem.objective(&solution.outputs, solution.norm());
            prop_assert!(objective - problem.dual_value(&dual, price) <= 1e-9 * objective.max(1.0));
        }
    }

    /// Without a closed form the bound is valid all the same.
    #[test]
    fn other_datafits_have_the_bound_of_the_zero_dual_point() {
        let fit = Squared { width: 2, ..Squared::around(vec![1.0], vec![3.0, -4.0]) };
        let problem = Problem::of(fit, &L1, 1.0);
        let (solution, dual) = over_all_labellings(&problem);
        assert_eq!((solution.norm(), problem.dual_value(&dual, 0.0)), (0.0, 0.0));
        assert_eq!(problem.objective(&solution.outputs, 0.0), 12.5);
    }
}
