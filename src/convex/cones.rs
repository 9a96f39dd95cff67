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

use super::{LossProblem, Programme, conic::LassoSolution, group::Term};
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, minimise_over_cones},
    limits::Budget,
    loss::Loss,
    pattern::PatternMatrix,
};

/// Solves the dual form; `None` if the solver finds no usable point in time.
pub fn solve(problem: &LossProblem, columns: &PatternMatrix, budget: &Budget) -> Option<LassoSolution> {
    let form = DualForm::new(problem, columns);
    let cones = form.cones();
    let unit = form.unit;
    let solution = minimise_over_cones(form.programme(columns), cones, budget)?;
    let dual = problem.sums_over_groups(solution.primal.iter().map(|x| x * problem.beta));
    let weights = solution.multipliers[..columns.len()].iter().map(|z| -z * unit).collect();
    Some(LassoSolution { weights, dual })
}

/// The programme's parts. Rows: the P equations, the prices' 2 P bounds, the bounds of the x, the cones.
struct DualForm<'a> {
    problem: &'a LossProblem,
    terms: Vec<(usize, Term)>,
    patterns: usize,
    /// The unit of the targets.
    unit: f64,
}

impl<'a> DualForm<'a> {
    fn new(problem: &'a LossProblem, columns: &PatternMatrix) -> Self {
        DualForm { problem, terms: problem.terms().collect(), patterns: columns.len(), unit: problem.largest_target() }
    }

    fn is_logistic(&self) -> bool {
        self.problem.loss == Loss::Logistic
    }

    /// Two for each term of the logistic loss.
    fn cones(&self) -> usize {
        if self.is_logistic() { 2 * self.terms.len() } else { 0 }
    }

    /// The ends of x, in units of beta; infinite ends are none.
    fn ends(&self, term: &Term) -> [(f64, f64); 2] {
        let (low, high) = self.problem.loss.domain(term.target);
        let scale = term.count / self.problem.beta;
        [(1.0, scale * high), (-1.0, -scale * low)]
    }

    fn programme(&self, columns: &PatternMatrix) -> QuadraticProgram {
        let (terms, patterns) = (self.terms.len(), self.patterns);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.problem.groups()];
        for (p, column) in columns.iter().enumerate() {
            for group in column.iter_ones() {
                members[group].push(p);
            }
        }
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
            let share = term.target * self.problem.beta / term.count;
            let cones = [(first_cone + 6 * k + 1, share), (first_cone + 6 * k + 4, -share)];
            let cones = cones.into_iter().filter(|_| self.is_logistic());
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
        let relative = self.problem.beta / self.unit;
        let curvature = |(_, term): &(usize, Term)| match self.problem.loss {
            Loss::Squared | Loss::Huber { .. } => relative / term.count,
            Loss::SquaredHinge => 0.5 * relative / term.count,
            Loss::Absolute | Loss::Hinge | Loss::Logistic => 0.0,
        };
        let slope = |(_, term): &(usize, Term)| if self.is_logistic() { 0.0 } else { term.target / self.unit };
        let entropy = |(_, term): &(usize, Term)| [-term.count / self.problem.beta; 2];
        let zeros = vec![0.0; self.patterns];
        let entropies: Vec<f64> = self.terms[..self.cones() / 2].iter().flat_map(entropy).collect();
        let diagonal = self.terms.iter().map(curvature).chain(zeros.clone()).chain(entropies.iter().map(|_| 0.0));
        let linear = self.terms.iter().map(slope).chain(zeros).chain(entropies.iter().copied());
        (diagonal.collect(), linear.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convex::{group::GroupLoss, levels, simplex},
        pattern::from_text,
    };

    const LOSSES: [Loss; 7] = [
        Loss::Squared,
        Loss::Absolute,
        Loss::Huber { delta: 0.3 },
        Loss::Huber { delta: 200.0 },
        Loss::Hinge,
        Loss::SquaredHinge,
        Loss::Logistic,
    ];

    /// (7) over all labellings of three groups, some with several targets. The simplex method knows two of the losses.
    #[test]
    fn agrees_with_the_closed_form_and_the_simplex_method() {
        let mut columns = PatternMatrix::new(3);
        columns.extend((0..8).map(|bits| from_text(&format!("{bits:03b}")).unwrap()));
        for loss in LOSSES {
            for beta in [0.001, 0.3, 1.0, 2.0] {
                let rows = [vec![1.0, 1.0, -1.0], vec![-1.0], vec![1.0, 1.0, 1.0, -1.0, -1.0]];
                let groups = rows.iter().map(|row| GroupLoss::new(loss, row.clone())).collect();
                let problem = LossProblem { loss, groups, beta };
                let (complete, _) = levels::solve(&problem);
                let optimum = problem.objective(&complete.outputs, complete.norm());
                let linear = simplex::solve(&problem, &columns, &Budget::unlimited());
                assert_eq!(linear.is_some(), matches!(loss, Loss::Absolute | Loss::Hinge));
                for solution in [solve(&problem, &columns, &Budget::unlimited()), linear].into_iter().flatten() {
                    let norm = solution.weights.iter().map(|w| w.abs()).sum();
                    let objective = problem.objective(&problem.outputs(&columns, &solution.weights), norm);
                    assert!((objective - optimum).abs() < 1e-7 * optimum, "{loss:?} {beta}: {objective} not {optimum}");
                    let prices = columns.weighted_sums(&solution.dual);
                    let price = prices.iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
                    let bound = problem.dual_value(&solution.dual, price);
                    assert!((bound - optimum).abs() < 1e-7 * optimum, "{loss:?} {beta}: {bound} not {optimum}");
                }
            }
        }
    }
}
