//! Convex quadratic programmes, solved by HiGHS: an active-set method beside the interior point of [`super::quadratic`].
//!
//! The same programmes by other means, for cross-checks. It is the slower of the two.

use std::time::Duration;

use highs::{ColProblem, HessianFormat, HighsModelStatus, Sense};

use super::{
    background,
    quadratic::{QuadraticProgram, QuadraticSolution},
};
use crate::limits::Budget;

/// Solves the programme; `None` for any status but optimal.
pub fn minimise(programme: QuadraticProgram, budget: &Budget) -> Option<QuadraticSolution> {
    background::run(budget, move |time| solve(&programme, time)).ok().flatten()
}

fn solve(programme: &QuadraticProgram, time_limit: Option<Duration>) -> Option<QuadraticSolution> {
    let mut problem = ColProblem::default();
    let (equations, inequalities) = programme.bounds.split_at(programme.equations);
    let mut rows: Vec<_> = equations.iter().map(|&bound| problem.add_row(bound..=bound)).collect();
    rows.extend(inequalities.iter().map(|&bound| problem.add_row(..=bound)));
    let columns = &programme.constraints;
    for (range, &cost) in columns.starts.windows(2).zip(&programme.linear) {
        let entries = (range[0]..range[1]).map(|entry| (rows[columns.rows[entry]], columns.values[entry]));
        problem.add_column(cost, f64::NEG_INFINITY.., entries);
    }
    let mut model = problem.try_optimise(Sense::Minimise).ok()?;
    model.try_set_option("threads", 1).ok()?;
    if let Some(time) = time_limit {
        model.try_set_option("time_limit", time.as_secs_f64()).ok()?;
    }
    let entry = |(index, &value): (usize, &f64)| (value != 0.0).then_some((index, value));
    let hessian: Vec<Option<(usize, f64)>> = programme.diagonal.iter().enumerate().map(entry).collect();
    model.try_pass_hessian(HessianFormat::Triangular, hessian).ok()?;
    let solved = model.try_solve().ok()?;
    if solved.status() != HighsModelStatus::Optimal {
        return None;
    }
    let solution = solved.get_solution();
    let multipliers: Vec<f64> = solution.dual_rows().iter().map(|value| -value).collect();
    let finite = solution.columns().iter().chain(&multipliers).all(|value| value.is_finite());
    finite.then(|| QuadraticSolution { primal: solution.columns().to_vec(), multipliers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::quadratic::tests::projection;

    #[test]
    fn both_solvers_find_one_projection() {
        let solution = minimise(projection(), &Budget::unlimited()).unwrap();
        assert!(solution.primal.iter().chain(&solution.multipliers).all(|value| (value - 1.0).abs() < 1e-6));
    }
}
