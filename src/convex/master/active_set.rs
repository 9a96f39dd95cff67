//! The Lasso on explicit columns by an active-set method: cheap when a good start is known.
//!
//! Active columns A with signs sigma are kept linearly independent, with a Cholesky factor of G = D_A^T C D_A. The
//! optimum for these signs solves G w = D_A^T C t - beta sigma. Walking towards it, the first weight to change sign
//! leaves A; when the point is reached, the column that violates |d^T V| <= beta most, V = C (D w - t), enters with the
//! sign that V asks for. A column that depends on A is exchanged instead: the weights move along the dependency, which
//! decreases ||w||_1 and keeps D w, until one of them is zero. Every move decreases the objective or shrinks A, so no
//! pair (A, sigma) returns. Where the objective no longer decreases from one stationary point to the next, columns come and go
//! by rounding and the point is as good as it gets; the number of moves is limited all the same.
//!
//! At the end the point is optimal to rounding, far beyond an interior-point tolerance, and its support is independent:
//! at most rank D <= N neurons. O(N |A| + |A|^2 + P N / 8) a move for P columns.

mod factor;

use factor::{Factor, dot};

use super::{Master, Point, Terms};
use crate::{
    convex::{
        Problem,
        datafit::{Datafit, Squared},
        tuning::active_set::{CHECK_EVERY, DEPENDENT, IDLE, NEGLIGIBLE, VIOLATED},
    },
    limits::Budget,
    pattern::PatternMatrix,
};

/// The active-set method.
pub struct ActiveSet;

impl Master for ActiveSet {
    fn applies(&self, problem: &Problem) -> bool {
        problem.width() == 1 && problem.loss().squared_up_to().is_some()
    }

    /// When the budget is exceeded the point reached so far is returned, which is feasible but not optimal. For a Huber
    /// loss it is the optimum for the squared loss, if all of its residuals are at most delta: then it is that for the
    /// Huber loss, too, as both have the same slopes there.
    fn solve(&self, problem: &Problem, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<Point> {
        let end = problem.loss().squared_up_to()?;
        if let Some(fit) = problem.datafit::<Squared>().filter(|fit| fit.width == 1) {
            return solve(fit, &vec![problem.beta(); columns.len()], columns, start, budget);
        }
        let terms = Terms::of(problem)?;
        let penalties = vec![problem.beta(); columns.len()];
        let point = solve(&Squared::of_terms(problem.fit()), &penalties, columns, start, budget)?;
        let outputs = problem.outputs(columns, &point.weights);
        let inside = terms.list.iter().all(|(group, term)| (outputs[*group] - term.target).abs() <= end);
        inside.then_some(point)
    }
}

/// Solves the Lasso on `columns`, each with a penalty of its own, from a start with independent support; `None` if rounding
/// prevents it.
pub(super) fn solve(
    fit: &Squared,
    penalties: &[f64],
    columns: &PatternMatrix,
    start: &[f64],
    budget: &Budget,
) -> Option<Point> {
    let mut state = State::new(fit, penalties, columns, start)?;
    let (mut least, mut idle) = (f64::INFINITY, 0);
    for step in 0..10 * (fit.groups() + columns.len()) + 100 {
        if step % CHECK_EVERY == 0 && budget.exceeded().is_some() {
            return Some(Point { weights: state.all_weights(), dual: state.dual() });
        }
        if state.step_to_stationary()? {
            continue;
        }
        let outputs = state.outputs();
        let objective = state.objective(&outputs);
        idle = if objective < least { 0 } else { idle + 1 };
        least = least.min(objective);
        let dual = fit.dual_point(&outputs);
        let prices = columns.weighted_sums(&dual);
        let violation = |p: usize| prices[p].abs() / penalties[p];
        let worst = (0..prices.len()).max_by(|&a, &b| violation(a).total_cmp(&violation(b)));
        let enters = |p: &usize| violation(*p) > 1.0 + VIOLATED && !state.active.contains(p);
        match worst.filter(|p| idle < IDLE && enters(p)) {
            Some(p) => state.enter(p, -prices[p].signum())?,
            None => return Some(Point { weights: state.all_weights(), dual: state.stationary_dual() }),
        }
    }
    None
}

struct State<'a> {
    fit: &'a Squared,
    /// One for each column: beta.
    penalties: &'a [f64],
    columns: &'a PatternMatrix,
    /// The count that all groups of a word share, if they do.
    shared: Vec<Option<f64>>,
    active: Vec<usize>,
    signs: Vec<f64>,
    weights: Vec<f64>,
    /// D_A^T C t, one entry an active column.
    targets: Vec<f64>,
    factor: Factor,
}

impl<'a> State<'a> {
    fn new(fit: &'a Squared, penalties: &'a [f64], columns: &'a PatternMatrix, start: &[f64]) -> Option<Self> {
        let shared = |counts: &[f64]| counts.iter().all(|count| *count == counts[0]).then_some(counts[0]);
        let mut state = State {
            fit,
            penalties,
            columns,
            shared: fit.counts.chunks(64).map(shared).collect(),
            signs: Vec::new(),
            weights: Vec::new(),
            targets: Vec::new(),
            active: Vec::new(),
            factor: Factor::default(),
        };
        for p in (0..start.len()).filter(|&p| start[p] != 0.0) {
            let (z, rest) = state.projection(p);
            (rest > 0.0).then_some(())?;
            state.insert(p, start[p].signum(), start[p], &z, rest);
        }
        Some(state)
    }

    /// beta sigma, one entry an active column.
    fn signed_penalties(&self) -> impl Iterator<Item = f64> {
        self.active.iter().zip(&self.signs).map(|(&p, sign)| self.penalties[p] * sign)
    }

    /// d_p^T C d_q.
    fn product(&self, p: usize, q: usize) -> f64 {
        let both = self.columns.words(p).iter().zip(self.columns.words(q)).map(|(a, b)| a & b);
        both.zip(&self.shared)
            .enumerate()
            .map(|(word, (bits, shared))| match shared {
                Some(count) => f64::from(bits.count_ones()) * count,
                None => ones(bits).map(|bit| self.fit.counts[64 * word + bit]).sum(),
            })
            .sum()
    }

    /// z with L z = D_A^T C d_p, and the square distance of d_p from the span of A.
    fn projection(&self, p: usize) -> (Vec<f64>, f64) {
        let mut z: Vec<f64> = self.active.iter().map(|&q| self.product(p, q)).collect();
        self.factor.solve_lower(&mut z);
        let rest = self.product(p, p) - dot(&z, &z);
        (z, rest)
    }

    /// One move towards the optimum for the current signs; whether a column left on the way.
    fn step_to_stationary(&mut self) -> Option<bool> {
        let signed = self.signed_penalties();
        let mut goal: Vec<f64> = self.targets.iter().zip(signed).map(|(target, pull)| target - pull).collect();
        self.factor.solve(&mut goal);
        if goal.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let direction: Vec<f64> = goal.iter().zip(&self.weights).map(|(goal, weight)| goal - weight).collect();
        let blocking = self.first_to_vanish(&direction).filter(|(_, time)| *time < 1.0);
        self.advance(&direction, blocking.map_or(1.0, |(_, time)| time));
        if let Some((index, _)) = blocking {
            self.leave(index);
        }
        Some(blocking.is_some())
    }

    /// The first active weight that changes sign along a direction, and when.
    fn first_to_vanish(&self, direction: &[f64]) -> Option<(usize, f64)> {
        let times = (0..direction.len())
            .filter(|&index| direction[index] * self.signs[index] < 0.0)
            .map(|index| (index, (-self.weights[index] / direction[index]).max(0.0)));
        times.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn advance(&mut self, direction: &[f64], time: f64) {
        for (weight, change) in self.weights.iter_mut().zip(direction) {
            *weight += time * change;
        }
    }

    fn leave(&mut self, index: usize) {
        self.active.remove(index);
        self.signs.remove(index);
        self.weights.remove(index);
        self.targets.remove(index);
        self.factor.remove(index);
    }

    /// Lets column p enter with a sign, in exchange for another if it depends on the active ones.
    fn enter(&mut self, p: usize, sign: f64) -> Option<()> {
        let norm = self.product(p, p);
        let (z, rest) = self.projection(p);
        if rest > DEPENDENT * norm {
            self.insert(p, sign, 0.0, &z, rest);
            return Some(());
        }
        // d_p = D_A u: raise w_p and lower the others along u until one of them is zero.
        // A column with u = 0 up to rounding cannot leave: the others would stay dependent.
        let mut combination = z;
        self.factor.solve_upper(&mut combination);
        let change = |u: &f64| if u.abs() > NEGLIGIBLE { -sign * u } else { 0.0 };
        let direction: Vec<f64> = combination.iter().map(change).collect();
        let (index, time) = self.first_to_vanish(&direction)?;
        self.advance(&direction, time);
        self.leave(index);
        let (z, rest) = self.projection(p);
        (rest > 0.0).then_some(())?;
        self.insert(p, sign, sign * time, &z, rest);
        Some(())
    }

    /// Adds column p with its projection on the active ones.
    fn insert(&mut self, p: usize, sign: f64, weight: f64, z: &[f64], rest: f64) {
        self.factor.append(z, rest);
        self.active.push(p);
        self.signs.push(sign);
        self.weights.push(weight);
        self.targets.push(weighted_target(self.fit, self.columns, p));
    }

    /// D w.
    fn outputs(&self) -> Vec<f64> {
        let mut outputs = vec![0.0; self.fit.groups()];
        for (&p, weight) in self.active.iter().zip(&self.weights) {
            for group in groups_of(self.columns, p) {
                outputs[group] += weight;
            }
        }
        outputs
    }

    /// V = C (D w - t).
    fn dual(&self) -> Vec<f64> {
        self.fit.dual_point(&self.outputs())
    }

    /// sum_g C_g (f_g - t_g)^2 / 2 + sum_p beta_p |w_p|, which each move to a stationary point decreases.
    fn objective(&self, outputs: &[f64]) -> f64 {
        let terms = outputs.iter().zip(&self.fit.means).zip(&self.fit.counts);
        let fit: f64 = terms.map(|((f, t), count)| 0.5 * count * (f - t) * (f - t)).sum();
        fit + self.active.iter().zip(&self.weights).map(|(&p, w)| self.penalties[p] * w.abs()).sum::<f64>()
    }

    /// V at a stationary point, where D_A^T V = -beta sigma. If beta is small, D w is close to t and their difference
    /// is mostly rounding; moving V in the span of C D_A so that the equations hold restores it.
    fn stationary_dual(&self) -> Vec<f64> {
        let mut dual = self.dual();
        let price = |&p: &usize| groups_of(self.columns, p).map(|group| dual[group]).sum::<f64>();
        let defects = self.active.iter().zip(self.signed_penalties()).map(|(p, pull)| -pull - price(p));
        let mut correction: Vec<f64> = defects.collect();
        self.factor.solve(&mut correction);
        for (&p, change) in self.active.iter().zip(&correction) {
            for group in groups_of(self.columns, p) {
                dual[group] += self.fit.counts[group] * change;
            }
        }
        dual
    }

    /// The weights of all columns.
    fn all_weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.columns.len()];
        for (&p, &weight) in self.active.iter().zip(&self.weights) {
            weights[p] = weight;
        }
        weights
    }
}

/// d_p^T C t.
fn weighted_target(fit: &Squared, columns: &PatternMatrix, p: usize) -> f64 {
    groups_of(columns, p).map(|group| fit.counts[group] * fit.means[group]).sum()
}

/// The groups where column p is 1.
fn groups_of(columns: &PatternMatrix, p: usize) -> impl Iterator<Item = usize> {
    let words = columns.words(p).iter().enumerate();
    words.flat_map(|(word, &bits)| ones(bits).map(move |bit| 64 * word + bit))
}

/// The positions of the ones of a word.
fn ones(bits: u64) -> impl Iterator<Item = usize> {
    let next = |bits: &u64| bits.checked_sub(1).map(|less| bits & less);
    std::iter::successors(Some(bits), next).take_while(|bits| *bits != 0).map(|bits| bits.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        convex::{master::ConicDual, penalty::L1},
        pattern::Bits,
    };

    proptest! {
        #[test]
        fn agrees_with_the_conic_solver(
            columns in prop::collection::vec(prop::collection::vec(any::<bool>(), 7), 1..30),
            means in prop::collection::vec(-3i8..=3, 7),
            counts in prop::collection::vec(1u8..4, 7),
            beta in 0.01..3.0f64,
        ) {
            let mut matrix = PatternMatrix::new(7);
            matrix.extend(columns.into_iter().map(|column| column.into_iter().collect::<Bits>()));
            let matrix = matrix.sorted();
            let numbers = |numbers: Vec<i8>| numbers.into_iter().map(f64::from).collect();
            let counts = counts.into_iter().map(f64::from).collect();
            let problem = Problem::of(Squared::around(counts, numbers(means)), &L1, beta);
            let objective = |weights: &[f64]| {
                problem.objective(&problem.outputs(&matrix, weights), problem.norm(weights))
            };
            let exact = ActiveSet.solve(&problem, &matrix, &vec![0.0; matrix.len()], &Budget::unlimited());
            let conic = ConicDual.interior(&problem, &matrix, &Budget::unlimited()).unwrap();
            let exact = exact.unwrap();
            prop_assert!((objective(&exact.weights) - objective(&conic.weights)).abs() <= 1e-6 * (1.0 + objective(&conic.weights)));
            let price = problem.price(&matrix, &exact.dual);
            let gap = objective(&exact.weights) - problem.dual_value(&exact.dual, price);
            prop_assert!(gap <= 1e-10 * (1.0 + objective(&exact.weights)));
        }
    }
}
