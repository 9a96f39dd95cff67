//! The convex programme for any loss as a conic programme, in dual form.
//!
//! A group has c_k rows with target t_k (for the squared loss all its rows are one term, with their mean as target); x_k
//! stands for c_k v_k, so that V_g is the sum of the x_k of group g. With prices s = D^T V,
//!
//! ```text
//! minimise  sum_k c_k l*(x_k / c_k; t_k)   subject to   s = D^T V,  |s| <= beta,  x_k / c_k in the domain of l*
//! ```
//!
//! The weights w are the multipliers of s = D^T V up to sign. By the [`Form`] of the conjugate:
//!
//! * linear: a linear programme, cost t_k x_k and an interval for x_k;
//! * quadratic: also q x_k^2 / (2 c_k) in the quadratic cost;
//! * entropy: with a = -t_k x_k / c_k the cost c_k (a log a + (1 - a) log(1 - a)), as -c_k (q + q') with (q, a, 1) and
//!   (q', 1 - a, 1) in the exponential cone: q <= -a log a.
//!
//! Targets are scaled to unit size and V is measured in units of beta, so that the solver's absolute tolerances mean the
//! same for every beta. N + P variables for one term a group: for the squared loss the faster of the two conic forms from
//! some thousand patterns on (see the benchmark `lasso`), with a tighter gap.

use super::{Master, Point, Terms, basic, for_one_solve, members};
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, minimise_over_cones},
    convex::{Problem, datafit::Term},
    limits::Budget,
    loss::{Form, Loss},
    pattern::PatternMatrix,
};

/// The conic solver on the dual form.
pub struct ConicDual;

impl ConicDual {
    /// The point of the solver as it is: many small weights, optimal to its tolerance.
    pub fn interior(&self, problem: &Problem, columns: &PatternMatrix, budget: &Budget) -> Option<Point> {
        let terms = Terms::of(problem)?;
        let form = DualForm { loss: problem.loss(), beta: problem.beta(), terms: &terms, patterns: columns.len() };
        let solution = minimise_over_cones(form.programme(columns), form.cones(), budget)?;
        Some(Point {
            weights: solution.multipliers[..columns.len()].iter().map(|z| -z * terms.unit).collect(),
            dual: terms.dual(problem, &solution.primal),
        })
    }
}

impl Master for ConicDual {
    fn applies(&self, problem: &Problem) -> bool {
        problem.width() == 1
    }

    fn solve(&self, problem: &Problem, columns: &PatternMatrix, _start: &[f64], budget: &Budget) -> Option<Point> {
        let point = self.interior(problem, columns, &for_one_solve(budget))?;
        Some(basic(problem, columns, point, budget))
    }
}

/// The programme's parts. Rows: the P equations, the prices' 2 P bounds, the bounds of the x, the cones.
struct DualForm<'a> {
    loss: Loss,
    beta: f64,
    terms: &'a Terms,
    patterns: usize,
}

impl DualForm<'_> {
    fn has_entropy(&self) -> bool {
        match self.loss.form() {
            Form::Entropy => true,
            Form::Linear | Form::Quadratic(_) => false,
        }
    }

    /// Two for each term where the conjugate is an entropy.
    fn cones(&self) -> usize {
        if self.has_entropy() { 2 * self.terms.list.len() } else { 0 }
    }

    /// The ends of x, in units of beta; infinite ends are none.
    fn ends(&self, term: &Term) -> [(f64, f64); 2] {
        let (low, high) = self.loss.domain(term.target);
        let scale = term.count / self.beta;
        [(1.0, scale * high), (-1.0, -scale * low)]
    }

    fn programme(&self, columns: &PatternMatrix) -> QuadraticProgram {
        let (terms, patterns) = (self.terms.list.len(), self.patterns);
        let members = members(columns);
        let mut bounds = [vec![0.0; patterns], vec![1.0; 2 * patterns]].concat();
        let mut limits: Vec<Vec<(usize, f64)>> = Vec::with_capacity(terms);
        for (_, term) in &self.terms.list {
            let finite = self.ends(term).into_iter().filter(|(_, end)| end.is_finite());
            let mut rows = Vec::new();
            for (sign, end) in finite {
                rows.push((bounds.len(), sign));
                bounds.push(end);
            }
            limits.push(rows);
        }
        let first_cone = bounds.len();
        let mut constraints = Columns::new();
        for (k, ((group, term), limits)) in self.terms.list.iter().zip(limits).enumerate() {
            // a = -t x / c is the second entry of the first cone, 1 - a that of the second.
            let share = term.target * self.beta / term.count;
            let cones = [(first_cone + 6 * k + 1, share), (first_cone + 6 * k + 4, -share)];
            let cones = cones.into_iter().filter(|_| self.has_entropy());
            constraints.push(members[*group].iter().map(|&p| (p, 1.0)).chain(limits).chain(cones));
        }
        for p in 0..patterns {
            constraints.push([(p, -1.0), (patterns + p, 1.0), (2 * patterns + p, -1.0)]);
        }
        for cone in 0..self.cones() {
            constraints.push([(first_cone + 3 * cone, -1.0)]);
            bounds.extend([0.0, (cone % 2) as f64, 1.0]);
        }
        let (diagonal, linear) = self.costs();
        QuadraticProgram { diagonal, linear, constraints, bounds, equations: patterns }
    }

    /// Quadratic and linear costs of x, s and q, in units of beta times the unit of the targets.
    fn costs(&self) -> (Vec<f64>, Vec<f64>) {
        let relative = self.beta / self.terms.unit;
        let curvature = |(_, term): &(usize, Term)| match self.loss.form() {
            Form::Quadratic(q) => q * relative / term.count,
            Form::Linear | Form::Entropy => 0.0,
        };
        let slope = |(_, term): &(usize, Term)| if self.has_entropy() { 0.0 } else { term.target / self.terms.unit };
        let entropy = |(_, term): &(usize, Term)| [-term.count / self.beta; 2];
        let zeros = vec![0.0; self.patterns];
        let entropies: Vec<f64> = self.terms.list[..self.cones() / 2].iter().flat_map(entropy).collect();
        let diagonal = self.terms.list.iter().map(curvature).chain(zeros.clone()).chain(entropies.iter().map(|_| 0.0));
        let linear = self.terms.list.iter().map(slope).chain(zeros).chain(entropies.iter().copied());
        (diagonal.collect(), linear.collect())
    }
}
