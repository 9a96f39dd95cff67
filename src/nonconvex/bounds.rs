//! What is known of the optimum of (4) beforehand.
//!
//! Rows with the same bit in every pattern have the same output, so the loss is a sum over groups g of convex functions
//! of one number, F_g(f_g): the datafit of a [`Problem`].
//!
//! An objective U that some network has (the zero network at first) bounds every better one. With floor_g = min F_g:
//!
//! * beta ||a||_1 <= U - sum_g floor_g;
//! * F_g(f_g) <= floor_g + U - sum floor: f_g is in an interval;
//! * some optimum has linearly independent patterns (Caratheodory), so a = B^-1 f_R for k <= m rows R and a regular 0/1
//!   matrix B. An entry of B^-1 is a minor of order k - 1 over a determinant of modulus at least 1, and minors of 0/1
//!   matrices are bounded by Hadamard's maximal determinants: |a_j| <= k maxdet(k - 1) max |f_g|.
//!
//! O(K) for K distinct targets within groups, and some 120 values of each F_g for its interval.

use super::tuning::bounds::{HALVINGS, SLACK};
use crate::{convex::Problem, pattern::Bits};

/// The largest determinants of 0/1 matrices of order 0, 1, ... (Hadamard's problem).
const LARGEST_DETERMINANTS: [f64; 11] = [1.0, 1.0, 1.0, 2.0, 3.0, 5.0, 9.0, 32.0, 56.0, 144.0, 320.0];

/// What an objective that some network has says about better ones.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// An upper bound on ||a||_1.
    pub norm: f64,
    /// An upper bound on |a_j| of some optimum.
    pub weight: f64,
    /// An interval for each output f_g.
    pub outputs: Vec<(f64, f64)>,
}

impl Bounds {
    /// What an objective `upper` of some network implies for better networks with at most `width` neurons.
    pub fn new(problem: &Problem, upper: f64, width: usize) -> Self {
        let slack = (upper - loss_floor(problem)).max(0.0) * (1.0 + SLACK) + SLACK * upper.abs();
        let norm = slack / problem.beta();
        let interval = |group| level_set(problem, group, floor(problem, group) + slack, norm);
        let outputs: Vec<(f64, f64)> = (0..problem.groups()).map(interval).collect();
        let largest = outputs.iter().fold(0.0f64, |largest, (low, high)| largest.max(-low).max(*high));
        let order = width.min(problem.groups());
        let determinant = order.checked_sub(1).and_then(|order| LARGEST_DETERMINANTS.get(order));
        let weight = determinant.map_or(norm, |determinant| norm.min(order as f64 * determinant * largest));
        Bounds { norm, weight, outputs }
    }
}

/// F_g(f).
pub fn loss_at(problem: &Problem, group: usize, f: f64) -> f64 {
    problem.fit().value(group, &[f])
}

/// A subgradient of F_g at f.
pub fn slope_at(problem: &Problem, group: usize, f: f64) -> f64 {
    let terms = problem.fit().terms(group);
    terms.iter().map(|term| term.count * problem.loss().slope(f, term.target)).sum()
}

/// The minimum of F_g, up to rounding.
pub fn floor(problem: &Problem, group: usize) -> f64 {
    (-problem.fit().conjugate(group, &[0.0])).max(0.0)
}

/// The sum of the floors: a lower bound on the loss.
pub fn loss_floor(problem: &Problem) -> f64 {
    (0..problem.groups()).map(|group| floor(problem, group)).sum()
}

/// The objective of the network without neurons.
pub fn zero_objective(problem: &Problem) -> f64 {
    problem.objective(&vec![0.0; problem.groups()], 0.0)
}

/// f = sum_j a_j d_j on the groups.
pub fn outputs(problem: &Problem, columns: &[Bits], weights: &[f64]) -> Vec<f64> {
    let mut outputs = vec![0.0; problem.groups()];
    for (column, weight) in columns.iter().zip(weights) {
        column.iter_ones().for_each(|group| outputs[group] += weight);
    }
    outputs
}

/// The objective of a network.
pub fn objective(problem: &Problem, columns: &[Bits], weights: &[f64]) -> f64 {
    problem.objective(&outputs(problem, columns, weights), problem.norm(weights))
}

/// { f : F_g(f) <= level, |f| <= reach }, a little enlarged.
fn level_set(problem: &Problem, group: usize, level: f64, reach: f64) -> (f64, f64) {
    // The minimiser is infinite for a label that is alone, as the logistic loss falls for ever.
    let centre = problem.fit().minimiser(group)[0].clamp(-reach, reach);
    let end = |far: f64| {
        let (mut inside, mut outside) = (centre, far);
        if loss_at(problem, group, far) <= level {
            return far;
        }
        for _ in 0..HALVINGS {
            let middle = inside.midpoint(outside);
            if loss_at(problem, group, middle) <= level { inside = middle } else { outside = middle }
        }
        outside
    };
    (end(-reach), end(reach))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exact::Arrangement, loss::Loss, pattern::Groups};

    fn problem(loss: Loss, targets: &[f64]) -> Problem {
        // All rows are one group.
        let arrangement = Arrangement::new(&vec![1.0; targets.len()], 1).unwrap();
        Problem::new(&Groups::of(&arrangement), targets, loss, 0.5).unwrap()
    }

    #[test]
    fn floors_by_hand() {
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value}, not {expected}");
        near(floor(&problem(Loss::Squared, &[3.0, 1.0, 1.0, -1.0]), 0), 4.0);
        near(floor(&problem(Loss::Absolute, &[3.0, 1.0, -1.0]), 0), 4.0);
        near(floor(&problem(Loss::Huber { delta: 1.0 }, &[0.0, 1.0]), 0), 0.25);
        near(floor(&problem(Loss::Hinge, &[1.0, 1.0, -1.0]), 0), 2.0);
        near(floor(&problem(Loss::SquaredHinge, &[1.0, -1.0]), 0), 2.0);
        near(floor(&problem(Loss::Logistic, &[1.0, -1.0]), 0), 2.0 * 2f64.ln());
        near(floor(&problem(Loss::Logistic, &[1.0, 1.0]), 0), 0.0);
    }

    #[test]
    fn bounds_by_hand() {
        // y = 2, U = L(0) = 2: (f - 2)^2 / 2 <= 2, so 0 <= f <= 4; ||a||_1 <= 2 / 0.5.
        let problem = problem(Loss::Squared, &[2.0]);
        let bounds = Bounds::new(&problem, zero_objective(&problem), 3);
        assert!((bounds.norm - 4.0).abs() < 1e-5 && (bounds.weight - 4.0).abs() < 1e-5);
        assert!(bounds.outputs[0].0.abs() < 1e-5 && (bounds.outputs[0].1 - 4.0).abs() < 1e-5);
    }
}
