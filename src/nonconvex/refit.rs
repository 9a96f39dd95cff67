//! The convex problem that remains when the patterns are chosen: weights for given columns, any loss.
//!
//! ```text
//! minimise over a   sum_t c_t l(f_t; y_t) + beta ||a||_1,   f = D a
//! ```
//!
//! over the terms t (rows of one group with one target). With the residual split as f_t - y_t = s_t + p_t - q_t and
//! p, q >= 0 every loss but the logistic one is a quadratic programme with a diagonal Hessian:
//!
//! | loss | cost of s | cost of p | cost of q |
//! | --- | --- | --- | --- |
//! | squared | c s^2 / 2 | p = 0 | q = 0 |
//! | absolute | s = 0 | c p | c q |
//! | Huber | c s^2 / 2 | c delta p | c delta q |
//! | hinge, y = 1 (y = -1: p and q exchanged) | s = 0 | 0 | c q |
//! | squared hinge, y = 1 (as above) | s = 0 | 0 | c q^2 |
//!
//! The multiplier of the equation is the dual point V_t. The logistic loss is minimised by Newton's method: the loss is
//! replaced by its second-order model, a squared loss, and the step is halved until the objective falls.
//!
//! The solver proposes weights; outputs and objective are computed from them, so the objective is that of a network
//! whatever the solver did. Cost: one programme with O(P + T) variables, for the logistic loss some ten.

use super::instance::Instance;
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, QuadraticSolution, minimise},
    convex::group::{GroupLoss, Term},
    limits::Budget,
    loss::Loss,
    pattern::{Bits, weighted_sum},
};

/// A solver of quadratic programmes.
pub type QuadraticSolver = fn(QuadraticProgram, &Budget) -> Option<QuadraticSolution>;

/// Newton steps at most; some five are usual.
const NEWTON_STEPS: usize = 60;

/// Halvings of a step at most.
const HALVINGS: usize = 40;

/// The relative decrease at which Newton's method has converged.
const CONVERGED: f64 = 1e-14;

/// The least curvature of a row in a second-order model.
const LEAST_CURVATURE: f64 = 1e-9;

/// Optimal weights for given columns.
#[derive(Clone, Debug)]
pub struct Refit {
    /// The weights a, one a column.
    pub weights: Vec<f64>,
    /// f = D a on the groups.
    pub outputs: Vec<f64>,
    /// The objective at a.
    pub objective: f64,
    /// The dual point: for each group and each of its terms, a subgradient of the loss of one row.
    pub dual: Vec<Vec<f64>>,
}

/// Weights for the columns (of the instance); `None` if the solver finds none in time.
pub fn refit(instance: &Instance, columns: &[Bits], budget: &Budget) -> Option<Refit> {
    refit_by(minimise, instance, columns, budget)
}

/// The same with another solver.
pub fn refit_by(solver: QuadraticSolver, instance: &Instance, columns: &[Bits], budget: &Budget) -> Option<Refit> {
    let terms = terms_of(instance, instance.loss);
    if instance.loss == Loss::Logistic {
        return newton(solver, instance, columns, terms, budget);
    }
    let (weights, duals) = solve(solver, columns, &terms, instance.beta, budget)?;
    Some(finished(instance, columns, &terms, weights, &duals))
}

/// What a part of a residual costs: `linear x + diagonal x^2 / 2`; `None` if the part is 0.
type Cost = Option<(f64, f64)>;

/// One term of the loss as a quadratic programme sees it.
struct Piece {
    group: usize,
    target: f64,
    label: f64,
    count: f64,
    /// The costs of s, p and q.
    costs: [Cost; 3],
}

fn terms_of(instance: &Instance, loss: Loss) -> Vec<Piece> {
    let groups = instance.groups.iter().enumerate();
    let pieces = groups.flat_map(|(group, loss)| loss.terms().iter().map(move |term| (group, term)));
    pieces
        .map(|(group, term)| {
            let (target, count) = (term.target, term.count);
            Piece { group, target, label: target, count, costs: costs(loss, target, count) }
        })
        .collect()
}

fn costs(loss: Loss, target: f64, count: f64) -> [Cost; 3] {
    let free = Some((0.0, 0.0));
    let sided = |cost: Cost| if target > 0.0 { [None, free, cost] } else { [None, cost, free] };
    match loss {
        Loss::Squared => [Some((0.0, count)), None, None],
        Loss::Absolute => [None, Some((count, 0.0)), Some((count, 0.0))],
        Loss::Huber { delta } => [Some((0.0, count)), Some((count * delta, 0.0)), Some((count * delta, 0.0))],
        Loss::Hinge => sided(Some((count, 0.0))),
        Loss::SquaredHinge => sided(Some((0.0, 2.0 * count))),
        // The curvature is set in every step.
        Loss::Logistic => [Some((0.0, 0.25 * count)), None, None],
    }
}

/// Weights and the multipliers of the terms.
fn solve(
    solver: QuadraticSolver,
    columns: &[Bits],
    terms: &[Piece],
    beta: f64,
    budget: &Budget,
) -> Option<(Vec<f64>, Vec<f64>)> {
    if columns.is_empty() {
        return Some((Vec::new(), Vec::new()));
    }
    // Rows: one equation D a - s - p + q = y a term, then -x <= 0 for every variable but s.
    let mut programme = Programme::new(terms.len());
    for sign in [1.0, -1.0] {
        for column in columns {
            let entries = (0..terms.len()).filter(|&t| column[terms[t].group]).map(|t| (t, sign));
            programme.variable(entries.collect(), (beta, 0.0), true);
        }
    }
    for (t, term) in terms.iter().enumerate() {
        for (part, (cost, sign)) in term.costs.iter().zip([-1.0, -1.0, 1.0]).enumerate() {
            if let Some(cost) = *cost {
                programme.variable(vec![(t, sign)], cost, part > 0);
            }
        }
    }
    let solution = solver(programme.with_targets(terms), budget)?;
    let count = columns.len();
    let weights = (0..count).map(|p| solution.primal[p].max(0.0) - solution.primal[count + p].max(0.0)).collect();
    Some((weights, solution.multipliers[..terms.len()].to_vec()))
}

/// A quadratic programme, variable by variable.
struct Programme {
    constraints: Columns,
    diagonal: Vec<f64>,
    linear: Vec<f64>,
    equations: usize,
    signs: usize,
}

impl Programme {
    fn new(equations: usize) -> Self {
        Programme { constraints: Columns::new(), diagonal: Vec::new(), linear: Vec::new(), equations, signs: 0 }
    }

    fn variable(&mut self, mut entries: Vec<(usize, f64)>, (linear, diagonal): (f64, f64), nonnegative: bool) {
        if nonnegative {
            entries.push((self.equations + self.signs, -1.0));
            self.signs += 1;
        }
        self.constraints.push(entries);
        self.linear.push(linear);
        self.diagonal.push(diagonal);
    }

    fn with_targets(self, terms: &[Piece]) -> QuadraticProgram {
        let targets = terms.iter().map(|term| term.target);
        QuadraticProgram {
            diagonal: self.diagonal,
            linear: self.linear,
            constraints: self.constraints,
            bounds: targets.chain(std::iter::repeat_n(0.0, self.signs)).collect(),
            equations: self.equations,
        }
    }
}

/// Newton's method for the logistic loss, from zero weights.
fn newton(
    solver: QuadraticSolver,
    instance: &Instance,
    columns: &[Bits],
    mut terms: Vec<Piece>,
    budget: &Budget,
) -> Option<Refit> {
    let value = |weights: &[f64]| {
        let norm = weights.iter().map(|w| w.abs()).sum();
        instance.objective(&instance.outputs(columns, weights), norm)
    };
    let mut weights = vec![0.0; columns.len()];
    let mut objective = value(&weights);
    for _ in 0..NEWTON_STEPS {
        second_order(&mut terms, &instance.outputs(columns, &weights));
        let (goal, _) = solve(solver, columns, &terms, instance.beta, budget)?;
        let at = |step: f64| -> Vec<f64> { weights.iter().zip(&goal).map(|(w, g)| w + step * (g - w)).collect() };
        let steps = (0..HALVINGS).map(|halvings| at(0.5f64.powi(halvings as i32)));
        let lower = steps.map(|weights| (value(&weights), weights)).find(|(next, _)| *next < objective);
        let Some((next, better)) = lower else { break };
        let decrease = objective - next;
        (objective, weights) = (next, better);
        if decrease <= CONVERGED * objective.abs() {
            break;
        }
    }
    let outputs = instance.outputs(columns, &weights);
    let slope = |term: &Piece| term.count * instance.loss.slope(outputs[term.group], term.label);
    let duals: Vec<f64> = terms.iter().map(slope).collect();
    Some(finished(instance, columns, &terms, weights, &duals))
}

/// Replaces the logistic loss by its second-order model at the outputs: k/2 (f - z)^2 with f - z = slope / k.
fn second_order(terms: &mut [Piece], outputs: &[f64]) {
    for term in terms {
        let f = outputs[term.group];
        let slope = Loss::Logistic.slope(f, term.label);
        let curvature = (slope.abs() * (1.0 - slope.abs())).max(LEAST_CURVATURE);
        term.target = f - slope / curvature;
        term.costs[0] = Some((0.0, term.count * curvature));
    }
}

fn finished(instance: &Instance, columns: &[Bits], terms: &[Piece], weights: Vec<f64>, duals: &[f64]) -> Refit {
    let outputs = instance.outputs(columns, &weights);
    let objective = instance.objective(&outputs, weights.iter().map(|w| w.abs()).sum());
    let mut dual: Vec<Vec<f64>> = vec![Vec::new(); instance.groups()];
    for (index, term) in terms.iter().enumerate() {
        // Without columns there was no programme: the outputs are 0.
        let v = duals.get(index).map_or_else(|| instance.loss.slope(0.0, term.label), |v| v / term.count);
        // Rounding may leave the domain of the conjugate by a little.
        let (least, largest) = instance.loss.domain(term.label);
        dual[term.group].push(v.clamp(least, largest));
    }
    Refit { weights, outputs, objective, dual }
}

impl Refit {
    /// V_g, one number a group: the sum of the dual point over its rows.
    pub fn dual_sums(&self, instance: &Instance) -> Vec<f64> {
        let sum = |(dual, group): (&Vec<f64>, &GroupLoss)| {
            dual.iter().zip(group.terms()).map(|(v, term)| v * term.count).sum()
        };
        self.dual.iter().zip(&instance.groups).map(sum).collect()
    }

    /// A lower bound on the optimum over all weights on these columns, by weak duality: the dual point scaled so that
    /// |d^T V| <= beta for each of them.
    pub fn lower_bound(&self, instance: &Instance, columns: &[Bits]) -> f64 {
        let sums = self.dual_sums(instance);
        let price = columns.iter().map(|column| weighted_sum(column, &sums).abs()).fold(0.0, f64::max);
        let scale = if price > instance.beta { instance.beta / price } else { 1.0 };
        let conjugate = |v: f64, term: &Term| term.count * instance.loss.conjugate(scale * v, term.target);
        let group = |(dual, group): (&Vec<f64>, &GroupLoss)| -> f64 {
            dual.iter().zip(group.terms()).map(|(v, term)| -conjugate(*v, term)).sum()
        };
        self.dual.iter().zip(&instance.groups).map(group).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exact::Arrangement, pattern::from_text};

    /// Weak duality at the optimum, for every loss: the scaled dual value closes the gap.
    #[test]
    fn every_loss_is_solved_with_its_dual() {
        let features = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, 0.0, 1.0, 0.0];
        let arrangement = Arrangement::new(&features, 2).unwrap();
        let targets = [1.0, -1.0, 1.0, -1.0, -1.0];
        let columns: Vec<Bits> = ["1001", "0110", "1111"].map(|text| from_text(text).unwrap()).to_vec();
        let huber = Loss::Huber { delta: 0.7 };
        for loss in [Loss::Squared, Loss::Absolute, huber, Loss::Hinge, Loss::SquaredHinge, Loss::Logistic] {
            let instance = Instance::new(&arrangement, &targets, loss, 0.2).unwrap();
            let solved = refit(&instance, &columns, &Budget::unlimited()).unwrap();
            let gap = solved.objective - solved.lower_bound(&instance, &columns);
            assert!((-1e-12..1e-7).contains(&gap), "{loss:?}: gap {gap}");
            assert!(solved.objective < instance.zero_objective());
        }
    }
}
