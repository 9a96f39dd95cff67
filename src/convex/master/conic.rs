//! The Lasso (6) as a quadratic programme for the conic solver, in two forms.
//!
//! Primal: variables w, t and the residuals r = D w - targets, minimise sum c r^2 / 2 + beta sum t with |w| <= t.
//!
//! Dual: variables V (one a group) and prices s = D^T V, minimise sum V^2 / (2 c) + targets . V with |s| <= beta; the
//! weights w are the multipliers of s = D^T V up to sign. It has N + P instead of N + 2 P variables and a tighter gap:
//! the faster of the two from some thousand patterns on (see the benchmark `lasso`).
//!
//! For the squared loss; see [`super::cones`] for the others.
//!
//! Both scale the targets to unit size first; the dual form also measures V in units of beta, so that the solver's
//! absolute tolerances mean the same for every beta.

use super::{ActiveSet, Master, Point, for_one_solve, members, unit_of};
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, minimise},
    convex::{
        Problem,
        datafit::{Datafit, Squared},
        support,
    },
    limits::Budget,
    pattern::PatternMatrix,
};

/// The conic solver for the squared loss.
#[derive(Clone, Copy, Debug)]
pub enum Conic {
    /// On the dual form.
    Dual,
    /// On the primal form.
    Primal,
}

impl Conic {
    /// The point of the solver as it is: many small weights, optimal to its tolerance.
    pub fn interior(self, problem: &Problem, columns: &PatternMatrix, budget: &Budget) -> Option<Point> {
        let fit = problem.datafit::<Squared>().filter(|fit| fit.width == 1)?;
        match self {
            Conic::Dual => solve_dual(fit, problem.beta(), columns, budget),
            Conic::Primal => solve_primal(fit, problem.beta(), columns, budget),
        }
    }
}

impl Master for Conic {
    fn applies(&self, problem: &Problem) -> bool {
        problem.datafit::<Squared>().is_some_and(|fit| fit.width == 1)
    }

    /// The solver's point, reduced to independent columns and, where rounding permits it, polished by the active set.
    fn solve(&self, problem: &Problem, columns: &PatternMatrix, _start: &[f64], budget: &Budget) -> Option<Point> {
        let point = self.interior(problem, columns, &for_one_solve(budget))?;
        let weights = support::reduce(columns, &point.weights);
        let polished = ActiveSet.solve(problem, columns, &weights, budget);
        Some(polished.unwrap_or(Point { weights, ..point }))
    }
}

/// Solves the dual form; `None` if the solver finds no usable point in time.
fn solve_dual(fit: &Squared, beta: f64, columns: &PatternMatrix, budget: &Budget) -> Option<Point> {
    let unit = unit_of(fit.largest_target());
    let (groups, patterns, relative) = (fit.groups(), columns.len(), beta / unit);
    // Rows: the P equations D^T V - s = 0, then s <= beta, then -s <= beta.
    let mut constraints = Columns::new();
    for patterns in members(columns) {
        constraints.push(patterns.into_iter().map(|p| (p, 1.0)));
    }
    for p in 0..patterns {
        constraints.push([(p, -1.0), (patterns + p, 1.0), (2 * patterns + p, -1.0)]);
    }
    let zeros = vec![0.0; patterns];
    let programme = QuadraticProgram {
        diagonal: fit.counts.iter().map(|count| relative / count).chain(zeros.iter().copied()).collect(),
        linear: fit.means.iter().map(|mean| mean / unit).chain(zeros.iter().copied()).collect(),
        constraints,
        bounds: [zeros, vec![1.0; 2 * patterns]].concat(),
        equations: patterns,
    };
    let solution = minimise(programme, budget)?;
    Some(Point {
        weights: solution.multipliers[..patterns].iter().map(|z| -z * unit).collect(),
        dual: solution.primal[..groups].iter().map(|v| v * beta).collect(),
    })
}

/// Solves the primal form; `None` if the solver finds no usable point in time.
fn solve_primal(fit: &Squared, beta: f64, columns: &PatternMatrix, budget: &Budget) -> Option<Point> {
    let unit = unit_of(fit.largest_target());
    let (groups, patterns) = (fit.groups(), columns.len());
    // Rows: the N equations D w - r = targets, then w - t <= 0, then -w - t <= 0.
    let mut constraints = Columns::new();
    for (p, column) in columns.iter().enumerate() {
        let bounds = [(groups + p, 1.0), (groups + patterns + p, -1.0)];
        constraints.push(column.iter_ones().map(|group| (group, 1.0)).chain(bounds));
    }
    for p in 0..patterns {
        constraints.push([(groups + p, -1.0), (groups + patterns + p, -1.0)]);
    }
    for group in 0..groups {
        constraints.push([(group, -1.0)]);
    }
    let zeros = vec![0.0; patterns];
    let programme = QuadraticProgram {
        diagonal: [&zeros[..], &zeros, &fit.counts].concat(),
        linear: [zeros.clone(), vec![beta / unit; patterns], vec![0.0; groups]].concat(),
        constraints,
        bounds: fit.means.iter().map(|mean| mean / unit).chain(vec![0.0; 2 * patterns]).collect(),
        equations: groups,
    };
    let solution = minimise(programme, budget)?;
    let residuals = &solution.primal[2 * patterns..];
    Some(Point {
        weights: solution.primal[..patterns].iter().map(|w| w * unit).collect(),
        dual: residuals.iter().zip(&fit.counts).map(|(r, count)| r * count * unit).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convex::{complete, penalty::L1},
        pattern::from_text,
    };

    #[test]
    fn both_forms_agree_with_the_closed_form() {
        let mut columns = PatternMatrix::new(3);
        columns.extend((0..8).map(|bits| from_text(&format!("{bits:03b}")).unwrap()));
        let mut fit = Squared::around(vec![2.0, 1.0, 3.0], vec![200.0, -100.0, 50.0]);
        fit.spreads = vec![4.0, 0.0, 3.0];
        let problem = Problem::of(fit, &L1, 30.0);
        let (complete, _) = complete::over_all_labellings(&problem);
        let optimum = problem.objective(&complete.outputs, complete.norm());
        for form in [Conic::Dual, Conic::Primal] {
            let point = form.interior(&problem, &columns, &Budget::unlimited()).unwrap();
            let objective = problem.objective(&problem.outputs(&columns, &point.weights), problem.norm(&point.weights));
            assert!((objective - optimum).abs() < 1e-6 * optimum, "{objective} instead of {optimum}");
            let price = problem.price(&columns, &point.dual);
            assert!((problem.dual_value(&point.dual, price) - optimum).abs() < 1e-6 * optimum);
        }
    }
}
