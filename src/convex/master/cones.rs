//! The convex programme (16) for any loss as a conic programme, in dual form.
//!
//! A group has c_k rows with target t_k; x_k stands for c_k v_k, so that V_g is the sum of the x_k of group g. With prices
//! s = D^T V,
//!
//! ```text
//! minimise  sum_k c_k l*(x_k / c_k; t_k)   subject to   s = D^T V,  |s| <= beta,  x_k / c_k in the domain of l*
//! ```
//!
//! The weights w are the multipliers of s = D^T V up to sign. By loss:
//!
//! * absolute, hinge: a linear programme, cost t_k x_k and an interval for x_k;
//! * Huber, squared hinge: also x_k^2 / (2 c_k), or half of that, in the quadratic cost;
//! * logistic: with a = -t_k x_k / c_k the cost c_k (a log a + (1 - a) log(1 - a)), as -c_k (q + q') with (q, a, 1) and
//!   (q', 1 - a, 1) in the exponential cone: q <= -a log a.
//!
//! Targets are scaled to unit size and V is measured in units of beta, as in [`super::conic`].

use super::{Master, Point, for_one_solve, members, unit_of};
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, minimise_over_cones},
    convex::{
        Problem,
        datafit::{Datafit, Losses, Term},
        support,
    },
    limits::Budget,
    loss::Form,
    pattern::PatternMatrix,
};

/// The conic solver for any loss.
pub struct Cones;

impl Master for Cones {
    fn applies(&self, problem: &Problem) -> bool {
        problem.datafit::<Losses>().is_some()
    }

    /// The solver's point, reduced to independent columns.
    fn solve(&self, problem: &Problem, columns: &PatternMatrix, _start: &[f64], budget: &Budget) -> Option<Point> {
        let form = DualForm::new(problem.datafit()?, problem.beta(), columns);
        let (cones, unit) = (form.cones(), form.unit);
        let solution = minimise_over_cones(form.programme(columns), cones, &for_one_solve(budget))?;
        let dual = form.losses.sums_over_groups(solution.primal.iter().map(|x| x * problem.beta()));
        let weights: Vec<f64> = solution.multipliers[..columns.len()].iter().map(|z| -z * unit).collect();
        Some(Point { weights: support::reduce(columns, &weights), dual })
    }
}

/// The programme's parts. Rows: the P equations, the prices' 2 P bounds, the bounds of the x, the cones.
struct DualForm<'a> {
    losses: &'a Losses,
    beta: f64,
    terms: Vec<(usize, Term)>,
    patterns: usize,
    /// The unit of the targets.
    unit: f64,
}

impl<'a> DualForm<'a> {
    fn new(losses: &'a Losses, beta: f64, columns: &PatternMatrix) -> Self {
        let (terms, unit) = (losses.all_terms().collect(), unit_of(losses.largest_target()));
        DualForm { losses, beta, terms, patterns: columns.len(), unit }
    }

    fn has_entropy(&self) -> bool {
        match self.losses.loss.form() {
            Form::Entropy => true,
            Form::Linear | Form::Quadratic(_) => false,
        }
    }

    /// Two for each term of the logistic loss.
    fn cones(&self) -> usize {
        if self.has_entropy() { 2 * self.terms.len() } else { 0 }
    }

    /// The ends of x, in units of beta; infinite ends are none.
    fn ends(&self, term: &Term) -> [(f64, f64); 2] {
        let (low, high) = self.losses.loss.domain(term.target);
        let scale = term.count / self.beta;
        [(1.0, scale * high), (-1.0, -scale * low)]
    }

    fn programme(&self, columns: &PatternMatrix) -> QuadraticProgram {
        let (terms, patterns) = (self.terms.len(), self.patterns);
        let members = members(columns);
        let mut bounds = [vec![0.0; patterns], vec![1.0; 2 * patterns]].concat();
        let mut limits: Vec<Vec<(usize, f64)>> = Vec::with_capacity(terms);
        for (_, term) in &self.terms {
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
        for (k, ((group, term), limits)) in self.terms.iter().zip(limits).enumerate() {
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
        let relative = self.beta / self.unit;
        let curvature = |(_, term): &(usize, Term)| match self.losses.loss.form() {
            Form::Quadratic(q) => q * relative / term.count,
            Form::Linear | Form::Entropy => 0.0,
        };
        let slope = |(_, term): &(usize, Term)| if self.has_entropy() { 0.0 } else { term.target / self.unit };
        let entropy = |(_, term): &(usize, Term)| [-term.count / self.beta; 2];
        let zeros = vec![0.0; self.patterns];
        let entropies: Vec<f64> = self.terms[..self.cones() / 2].iter().flat_map(entropy).collect();
        let diagonal = self.terms.iter().map(curvature).chain(zeros.clone()).chain(entropies.iter().map(|_| 0.0));
        let linear = self.terms.iter().map(slope).chain(zeros).chain(entropies.iter().copied());
        (diagonal.collect(), linear.collect())
    }
}
