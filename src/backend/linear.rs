//! Linear programmes, solved by HiGHS.
//!
//! Small dense programmes: maximise c.x subject to A x >= b and bounds on x. One model a call, one thread a model, so
//! that calls may run in parallel.

use highs::{Col, HighsModelStatus, RowProblem, Sense};

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
    fn an_infeasible_programme_proposes_nothing() {
        let programme =
            LinearProgram { costs: vec![0.0], bounds: vec![(0.0, 1.0)], rows: vec![vec![1.0]], lower: vec![2.0] };
        assert!(maximise(&programme).is_none());
    }
}
