//! The convex problem that remains when the patterns are chosen: weights for given columns, any loss.
//!
//! ```text
//! minimise over a   sum_t c_t l(f_t; y_t) + beta ||a||_1,   f = D a
//! ```
//!
//! over the terms t (rows of one group with one target). With the residual split as f_t - y_t = s_t + p_t - q_t and
//! p, q >= 0 every loss but the logistic one is a quadratic programme with a diagonal Hessian, see [`Loss::costs`].
//!
//! The multiplier of the equation is the dual point V_t. The logistic loss is minimised by Newton's method: the loss is
//! replaced by its second-order model, a squared loss, and the step is halved until the objective falls.
//!
//! The solver proposes weights; outputs and objective are computed from them, so the objective is that of a network
//! whatever the solver did. Cost: one programme with O(P + T) variables, for the logistic loss some ten.

use super::{
    bounds,
    tuning::refit::{CONVERGED, HALVINGS, LEAST_CURVATURE, NEWTON_STEPS},
};
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, QuadraticSolution, minimise},
    convex::{Problem, datafit::Term},
    limits::Budget,
    loss::{Cost, Loss},
    pattern::{Bits, weighted_sum},
};

/// A solver of quadratic programmes.
pub type QuadraticSolver = fn(QuadraticProgram, &Budget) -> Option<QuadraticSolution>;

/// Optimal weights for given columns.
#[derive(Clone, Debug)]
pub struct Refit {
    /// The weights a, one a column.
    pub weights: Vec<f64>,
    /// f = D a on the groups.
    pub outputs: Vec<f64>,
    /// The objective at a.
    pub objective: f64,
    /// The dual point V, one entry a group: the sum of subgradients of the losses of its rows.
    pub dual: Vec<f64>,
}

/// Weights for the columns (of the problem); `None` if the solver finds none in time.
pub fn refit(problem: &Problem, columns: &[Bits], budget: &Budget) -> Option<Refit> {
    refit_by(minimise, problem, columns, budget)
}

/// The same with another solver.
pub fn refit_by(solver: QuadraticSolver, problem: &Problem, columns: &[Bits], budget: &Budget) -> Option<Refit> {
    let groups =
        (0..problem.groups()).flat_map(|group| problem.fit().terms(group).into_iter().map(move |t| (group, t)));
    let terms: Vec<Piece> = groups.map(|(group, term)| Piece::new(problem.loss(), group, term)).collect();
    if terms.iter().any(|term| term.costs.is_none()) {
        return newton(solver, problem, columns, terms, budget);
    }
    let (weights, duals) = solve(solver, columns, &terms, problem.beta(), budget)?;
    Some(finished(problem, columns, &terms, weights, &duals))
}

/// One term of the loss as a quadratic programme sees it.
struct Piece {
    group: usize,
    target: f64,
    label: f64,
    count: f64,
    /// The costs of s, p and q for one row; `None` where every Newton step has its own.
    costs: Option<[Cost; 3]>,
}

impl Piece {
    fn new(loss: Loss, group: usize, Term { target, count }: Term) -> Self {
        Piece { group, target, label: target, count, costs: loss.costs(target) }
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
        for (part, (cost, sign)) in term.costs.iter().flatten().zip([-1.0, -1.0, 1.0]).enumerate() {
            if let Some((linear, diagonal)) = *cost {
                let cost = (term.count * linear, term.count * diagonal);
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

/// Newton's method, from zero weights.
fn newton(
    solver: QuadraticSolver,
    problem: &Problem,
    columns: &[Bits],
    mut terms: Vec<Piece>,
    budget: &Budget,
) -> Option<Refit> {
    let value = |weights: &[f64]| bounds::objective(problem, columns, weights);
    let mut weights = vec![0.0; columns.len()];
    let mut objective = value(&weights);
    for _ in 0..NEWTON_STEPS {
        second_order(problem.loss(), &mut terms, &bounds::outputs(problem, columns, &weights));
        let (goal, _) = solve(solver, columns, &terms, problem.beta(), budget)?;
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
    let outputs = bounds::outputs(problem, columns, &weights);
    let slope = |term: &Piece| term.count * problem.loss().slope(outputs[term.group], term.label);
    let duals: Vec<f64> = terms.iter().map(slope).collect();
    Some(finished(problem, columns, &terms, weights, &duals))
}

/// Replaces the loss by its second-order model at the outputs: k/2 (f - z)^2 with f - z = slope / k.
fn second_order(loss: Loss, terms: &mut [Piece], outputs: &[f64]) {
    for term in terms {
        let f = outputs[term.group];
        let curvature = loss.curvature(f, term.label).max(LEAST_CURVATURE);
        term.target = f - loss.slope(f, term.label) / curvature;
        term.costs = Some([Some((0.0, curvature)), None, None]);
    }
}

fn finished(problem: &Problem, columns: &[Bits], terms: &[Piece], weights: Vec<f64>, duals: &[f64]) -> Refit {
    let outputs = bounds::outputs(problem, columns, &weights);
    let mut dual = vec![0.0; problem.groups()];
    for (index, term) in terms.iter().enumerate() {
        // Without columns there was no programme: the outputs are 0.
        let v = duals.get(index).map_or_else(|| problem.loss().slope(0.0, term.label), |v| v / term.count);
        // Rounding may leave the domain of the conjugate by a little.
        let (least, largest) = problem.loss().domain(term.label);
        dual[term.group] += term.count * v.clamp(least, largest);
    }
    Refit { objective: bounds::objective(problem, columns, &weights), weights, outputs, dual }
}

impl Refit {
    /// A lower bound on the optimum over all weights on these columns, by weak duality: the dual point scaled so that
    /// |d^T V| <= beta for each of them.
    pub fn lower_bound(&self, problem: &Problem, columns: &[Bits]) -> f64 {
        let price = columns.iter().map(|column| weighted_sum(column, &self.dual).abs()).fold(0.0, f64::max);
        problem.dual_value(&self.dual, price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        exact::Arrangement,
        pattern::{Groups, from_text},
    };

    /// Weak duality at the optimum, for every loss: the scaled dual value closes the gap.
    #[test]
    fn every_loss_is_solved_with_its_dual() {
        let features = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, 0.0, 1.0, 0.0];
        let arrangement = Arrangement::new(&features, 2).unwrap();
        let targets = [1.0, -1.0, 1.0, -1.0, -1.0];
        let columns: Vec<Bits> = ["1001", "0110", "1111"].map(|text| from_text(text).unwrap()).to_vec();
        let huber = Loss::Huber { delta: 0.7 };
        for loss in [Loss::Squared, Loss::Absolute, huber, Loss::Hinge, Loss::SquaredHinge, Loss::Logistic] {
            let problem = Problem::new(&Groups::of(&arrangement), &targets, loss, 0.2).unwrap();
            let solved = refit(&problem, &columns, &Budget::unlimited()).unwrap();
            let gap = solved.objective - solved.lower_bound(&problem, &columns);
            assert!((-1e-12..1e-7).contains(&gap), "{loss:?}: gap {gap}");
            assert!(solved.objective < bounds::zero_objective(&problem));
        }
    }
}
