//! Linear programmes, solved by HiGHS.
//!
//! Small dense programmes: maximise c.x subject to A x >= b and bounds on x; and sparse ones with ranges. One model a
//! call, one thread a model, so that calls may run in parallel.

use std::time::Duration;

use highs::{Col, ColProblem, HighsModelStatus, Row, RowProblem, Sense};

use super::background;
use crate::limits::Budget;

/// Maximise `costs . x` subject to `rows[i] . x >= lower[i]` and `bounds[j].0 <= x_j <= bounds[j].1`.
#[derive(Clone, Debug, Default)]
pub struct LinearProgram {
    /// The objective, one entry a variable.
    pub costs: Vec<f64>,
    /// Lower and upper bounds of the variables.
    pub bounds: Vec<(f64, f64)>,
    /// Dense constraint rows.
    pub rows: Vec<Vec<f64>>,
    /// The right-hand sides.
    pub lower: Vec<f64>,
}

/// What the solver proposes.
#[derive(Clone, Debug)]
pub struct LinearSolution {
    /// The variables.
    pub primal: Vec<f64>,
    /// The moduli of the constraint multipliers.
    pub multipliers: Vec<f64>,
}

/// Solves the programme; `None` for any status but optimal.
pub fn maximise(programme: &LinearProgram) -> Option<LinearSolution> {
    let mut problem = RowProblem::default();
    let columns: Vec<Col> = programme
        .costs
        .iter()
        .zip(&programme.bounds)
        .map(|(&cost, &(low, high))| problem.add_column(cost, low..=high))
        .collect();
    for (row, &lower) in programme.rows.iter().zip(&programme.lower) {
        problem.add_row(lower.., columns.iter().copied().zip(row.iter().copied()));
    }
    let mut model = problem.try_optimise(Sense::Maximise).ok()?;
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("presolve", "off");
    let solved = model.try_solve().ok()?;
    if solved.status() != HighsModelStatus::Optimal {
        return None;
    }
    let solution = solved.get_solution();
    let multipliers = solution.dual_rows().iter().map(|value| value.abs()).collect();
    Some(LinearSolution { primal: solution.columns().to_vec(), multipliers })
}

/// Minimise `costs . x` subject to `bounds[j].0 <= x_j <= bounds[j].1` and `ranges[i].0 <= (A x)_i <= ranges[i].1`.
#[derive(Clone, Debug, Default)]
pub struct RangeProgram {
    /// The objective, one entry a variable.
    pub costs: Vec<f64>,
    /// Lower and upper bounds of the variables.
    pub bounds: Vec<(f64, f64)>,
    /// The columns of A: rows and values.
    pub columns: Vec<Vec<(usize, f64)>>,
    /// Lower and upper bounds of A x.
    pub ranges: Vec<(f64, f64)>,
}

/// What the solver proposes.
#[derive(Clone, Debug)]
pub struct RangeSolution {
    /// The variables.
    pub primal: Vec<f64>,
    /// By how much the optimum grows with each range, positive at a lower end.
    pub multipliers: Vec<f64>,
}

/// Solves the programme by the simplex method, to a basic solution; `None` for any status but optimal.
pub fn minimise_over_ranges(programme: RangeProgram, budget: &Budget) -> Option<RangeSolution> {
    background::run(budget, move |time| solve_over_ranges(&programme, time)).ok().flatten()
}

fn solve_over_ranges(programme: &RangeProgram, time_limit: Option<Duration>) -> Option<RangeSolution> {
    let mut problem = ColProblem::default();
    let rows: Vec<Row> = programme.ranges.iter().map(|&(low, high)| problem.add_row(low..=high)).collect();
    for ((&cost, &(low, high)), column) in programme.costs.iter().zip(&programme.bounds).zip(&programme.columns) {
        problem.add_column(cost, low..=high, column.iter().map(|&(row, value)| (rows[row], value)));
    }
    let mut model = problem.try_optimise(Sense::Minimise).ok()?;
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("solver", "simplex");
    model.set_option("primal_feasibility_tolerance", 1e-9);
    model.set_option("dual_feasibility_tolerance", 1e-9);
    if let Some(limit) = time_limit {
        model.set_option("time_limit", limit.as_secs_f64());
    }
    let solved = model.try_solve().ok()?;
    if solved.status() != HighsModelStatus::Optimal {
        return None;
    }
    let solution = solved.get_solution();
    Some(RangeSolution { primal: solution.columns().to_vec(), multipliers: solution.dual_rows().to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_and_its_multipliers() {
        // max x + 2 y, x + y <= 1 (as -x - y >= -1), 0 <= x, y <= 1: the corner (0, 1).
        let programme = LinearProgram {
            costs: vec![1.0, 2.0],
            bounds: vec![(0.0, 1.0); 2],
            rows: vec![vec![-1.0, -1.0]],
            lower: vec![-1.0],
        };
        let solution = maximise(&programme).unwrap();
        assert!((solution.primal[1] - 1.0).abs() < 1e-9 && solution.primal[0].abs() < 1e-9);
    }

    #[test]
    fn multipliers_of_ranges_have_the_sign_of_their_end() {
        // min x - 2 y, 1 <= x <= 5 as a row, y <= 3 as a row: (1, 3), multipliers 1 and -2.
        let programme = RangeProgram {
            costs: vec![1.0, -2.0],
            bounds: vec![(0.0, f64::INFINITY); 2],
            columns: vec![vec![(0, 1.0)], vec![(1, 1.0)]],
            ranges: vec![(1.0, 5.0), (f64::NEG_INFINITY, 3.0)],
        };
        let solution = minimise_over_ranges(programme, &Budget::unlimited()).unwrap();
        assert_eq!((solution.primal, solution.multipliers), (vec![1.0, 3.0], vec![1.0, -2.0]));
    }

    #[test]
    fn an_infeasible_programme_proposes_nothing() {
        let programme =
            LinearProgram { costs: vec![0.0], bounds: vec![(0.0, 1.0)], rows: vec![vec![1.0]], lower: vec![2.0] };
        assert!(maximise(&programme).is_none());
    }
}
