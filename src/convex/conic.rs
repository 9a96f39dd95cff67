//! The Lasso (6) as a quadratic programme for the conic solver, in two forms.
//!
//! Primal: variables w, t and the residuals r = D w - targets, minimise sum c r^2 / 2 + beta sum t with |w| <= t.
//!
//! Dual: variables V (one a group) and prices s = D^T V, minimise sum V^2 / (2 c) + targets . V with |s| <= beta; the
//! weights w are the multipliers of s = D^T V up to sign. It has N + P instead of N + 2 P variables and a tighter gap:
//! the faster of the two from some thousand patterns on (see the benchmark `lasso`).
//!
//! Both scale the targets to unit size first; the dual form also measures V in units of beta, so that the solver's
//! absolute tolerances mean the same for every beta.

use super::GroupedProblem;
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, minimise},
    limits::Budget,
    pattern::PatternMatrix,
};

/// A proposed solution of the Lasso on explicit columns.
#[derive(Clone, Debug)]
pub struct LassoSolution {
    /// The weights w, one a column.
    pub weights: Vec<f64>,
    /// The dual point V, one entry a group.
    pub dual: Vec<f64>,
}

/// Solves the dual form; `None` if the solver finds no usable point in time.
pub fn solve_dual(problem: &GroupedProblem, columns: &PatternMatrix, budget: &Budget) -> Option<LassoSolution> {
    let scale = Scale::of(problem);
    let (groups, patterns, beta) = (problem.groups(), columns.len(), problem.beta / scale.targets);
    // Rows: the P equations D^T V - s = 0, then s <= beta, then -s <= beta.
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups];
    for (p, column) in columns.iter().enumerate() {
        for group in column.iter_ones() {
            members[group].push(p);
        }
    }
    let mut constraints = Columns::new();
    for patterns in &members {
        constraints.push(patterns.iter().map(|&p| (p, 1.0)));
    }
    for p in 0..patterns {
        constraints.push([(p, -1.0), (patterns + p, 1.0), (2 * patterns + p, -1.0)]);
    }
    let zeros = vec![0.0; patterns];
    let programme = QuadraticProgram {
        diagonal: problem.counts.iter().map(|count| beta / count).chain(zeros.iter().copied()).collect(),
        linear: problem.means.iter().map(|mean| mean / scale.targets).chain(zeros.iter().copied()).collect(),
        constraints,
        bounds: [zeros, vec![1.0; 2 * patterns]].concat(),
        equations: patterns,
    };
    let solution = minimise(programme, budget)?;
    Some(LassoSolution {
        weights: solution.multipliers[..patterns].iter().map(|z| -z * scale.targets).collect(),
        dual: solution.primal[..groups].iter().map(|v| v * problem.beta).collect(),
    })
}

/// Solves the primal form; `None` if the solver finds no usable point in time.
pub fn solve_primal(problem: &GroupedProblem, columns: &PatternMatrix, budget: &Budget) -> Option<LassoSolution> {
    let scale = Scale::of(problem);
    let (groups, patterns) = (problem.groups(), columns.len());
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
        diagonal: [&zeros[..], &zeros, &problem.counts].concat(),
        linear: [zeros.clone(), vec![problem.beta / scale.targets; patterns], vec![0.0; groups]].concat(),
        constraints,
        bounds: problem.means.iter().map(|mean| mean / scale.targets).chain(vec![0.0; 2 * patterns]).collect(),
        equations: groups,
    };
    let solution = minimise(programme, budget)?;
    let residuals = &solution.primal[2 * patterns..];
    Some(LassoSolution {
        weights: solution.primal[..patterns].iter().map(|w| w * scale.targets).collect(),
        dual: residuals.iter().zip(&problem.counts).map(|(r, count)| r * count * scale.targets).collect(),
    })
}

/// Units in which the targets are of size 1.
struct Scale {
    targets: f64,
}

impl Scale {
    fn of(problem: &GroupedProblem) -> Self {
        let largest = problem.means.iter().fold(0.0f64, |largest, mean| largest.max(mean.abs()));
        Scale { targets: if largest > 0.0 { largest } else { 1.0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convex::Programme, pattern::from_text};

    #[test]
    fn both_forms_agree_with_the_closed_form() {
        let mut columns = PatternMatrix::new(3);
        columns.extend((0..8).map(|bits| from_text(&format!("{bits:03b}")).unwrap()));
        let problem =
            GroupedProblem { counts: vec![2.0, 1.0, 3.0], means: vec![200.0, -100.0, 50.0], spread: 7.0, beta: 30.0 };
        let complete = super::super::complete::solve(&problem);
        let optimum = problem.objective(&complete.outputs, complete.norm());
        let budget = Budget::unlimited();
        for solution in [solve_dual(&problem, &columns, &budget), solve_primal(&problem, &columns, &budget)] {
            let solution = solution.unwrap();
            let norm = solution.weights.iter().map(|w| w.abs()).sum();
            let objective = problem.objective(&problem.outputs(&columns, &solution.weights), norm);
            assert!((objective - optimum).abs() < 1e-6 * optimum, "{objective} instead of {optimum}");
            let price = columns.weighted_sums(&solution.dual).iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
            assert!((problem.dual_value(&solution.dual, price) - optimum).abs() < 1e-6 * optimum);
        }
    }
}
