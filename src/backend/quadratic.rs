//! Convex quadratic programmes, solved by Clarabel.
//!
//! minimise 1/2 x' diag(p) x + q.x subject to A x = b on the first rows, A x <= b on more of them, and on the rest, in
//! threes, b - A x in the exponential cone { (x, y, z) : y exp(x / y) <= z, y > 0 } and its closure.

use clarabel::{
    algebra::CscMatrix,
    solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT},
};

use crate::limits::Budget;

/// A sparse matrix under construction, column by column.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    pub(super) starts: Vec<usize>,
    pub(super) rows: Vec<usize>,
    pub(super) values: Vec<f64>,
}

impl Columns {
    /// A matrix without columns.
    pub fn new() -> Self {
        Columns { starts: vec![0], ..Columns::default() }
    }

    /// Appends a column with entries in ascending row order.
    pub fn push(&mut self, entries: impl IntoIterator<Item = (usize, f64)>) {
        for (row, value) in entries {
            self.rows.push(row);
            self.values.push(value);
        }
        self.starts.push(self.rows.len());
    }

    fn into_matrix(self, rows: usize) -> CscMatrix<f64> {
        CscMatrix::new(rows, self.starts.len() - 1, self.starts, self.rows, self.values)
    }
}

/// A convex quadratic programme with a diagonal Hessian.
#[derive(Clone, Debug)]
pub struct QuadraticProgram {
    /// The diagonal of the Hessian, one entry a variable.
    pub diagonal: Vec<f64>,
    /// The linear cost, one entry a variable.
    pub linear: Vec<f64>,
    /// The constraint matrix, one column a variable.
    pub constraints: Columns,
    /// The right-hand sides.
    pub bounds: Vec<f64>,
    /// How many of the constraints, the first ones, are equations; inequalities follow.
    pub equations: usize,
}

/// What the solver proposes.
#[derive(Clone, Debug)]
pub struct QuadraticSolution {
    /// The variables.
    pub primal: Vec<f64>,
    /// The multipliers of the constraints (non-negative on inequalities, in the dual cone on cones).
    pub multipliers: Vec<f64>,
}

/// Solves the programme to a gap of about 1e-10; `None` if no usable point was found within the budget.
pub fn minimise(programme: QuadraticProgram, budget: &Budget) -> Option<QuadraticSolution> {
    minimise_over_cones(programme, 0, budget)
}

/// The same where the last 3 k constraints are k exponential cones.
pub fn minimise_over_cones(
    programme: QuadraticProgram,
    exponential_cones: usize,
    budget: &Budget,
) -> Option<QuadraticSolution> {
    let rows = programme.bounds.len();
    let mut hessian = Columns::new();
    for (index, &value) in programme.diagonal.iter().enumerate() {
        hessian.push((value != 0.0).then_some((index, value)));
    }
    let inequalities = rows.checked_sub(programme.equations + 3 * exponential_cones)?;
    let linear = [SupportedConeT::ZeroConeT(programme.equations), SupportedConeT::NonnegativeConeT(inequalities)];
    let exponential = std::iter::repeat_n(SupportedConeT::ExponentialConeT(), exponential_cones);
    let cones: Vec<SupportedConeT<f64>> = linear.into_iter().chain(exponential).collect();
    let mut solver = DefaultSolver::new(
        &hessian.into_matrix(programme.diagonal.len()),
        &programme.linear,
        &programme.constraints.into_matrix(rows),
        &programme.bounds,
        &cones,
        settings(),
    )
    .ok()?;
    let budget = budget.clone();
    solver.set_termination_callback(move |_| budget.exceeded().is_some());
    solver.solve();
    let solution = solver.solution;
    let usable = matches!(
        solution.status,
        SolverStatus::Solved
            | SolverStatus::AlmostSolved
            | SolverStatus::MaxIterations
            | SolverStatus::CallbackTerminated
            | SolverStatus::InsufficientProgress
            | SolverStatus::NumericalError
    );
    let finite = solution.x.iter().chain(&solution.z).all(|value| value.is_finite());
    (usable && finite).then_some(QuadraticSolution { primal: solution.x, multipliers: solution.z })
}

fn settings() -> DefaultSettings<f64> {
    DefaultSettings {
        verbose: false,
        max_threads: 1,
        tol_gap_abs: 1e-10,
        tol_gap_rel: 1e-10,
        tol_feas: 1e-10,
        ..DefaultSettings::default()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// min 1/2 (x^2 + y^2) - 2 x - 2 y subject to x + y <= 2: (1, 1) with multiplier 1.
    pub fn projection() -> QuadraticProgram {
        let mut constraints = Columns::new();
        constraints.push([(0, 1.0)]);
        constraints.push([(0, 1.0)]);
        QuadraticProgram { diagonal: vec![1.0; 2], linear: vec![-2.0; 2], constraints, bounds: vec![2.0], equations: 0 }
    }

    #[test]
    fn a_projection_onto_a_half_plane() {
        let solution = minimise(projection(), &Budget::unlimited()).unwrap();
        assert!(solution.primal.iter().chain(&solution.multipliers).all(|value| (value - 1.0).abs() < 1e-7));
    }
}
