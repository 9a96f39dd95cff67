//! A data set with all of its patterns: what the exact comparisons start from.

use super::{
    bounds::{self, slope_at},
    outer::{Ending, Solution},
    refit::{QuadraticSolver, refit, refit_by},
    tuning::listed::FEWER,
};
use crate::{
    arrangement::enumerate,
    backend::quadratic,
    class::require_labels,
    convex::{Problem, over_all_labellings, pricing::ListPricer, support, working_set},
    data::Dataset,
    exact::Arrangement,
    fit::{Beta, TrainError, TrainSettings},
    limits::{Budget, Limit},
    loss::Loss,
    model::{self, Network},
    pattern::{Bits, Groups, PatternMatrix, weighted_sum},
    realize::{
        Reconstruction,
        reconstruct::{Reconstructor, Target},
    },
};

/// The problem, its arrangement and all of H(X).
pub struct Listed<'a> {
    /// The data.
    pub data: &'a Dataset,
    /// The groups of rows.
    pub arrangement: Arrangement,
    /// All patterns on the groups of the arrangement, or some if there is a limit.
    pub patterns: PatternMatrix,
    /// The limit that was reached before all patterns were listed.
    pub limit: Option<Limit>,
    /// The groups of the problem: the zero rows last.
    pub groups: Groups,
    /// The same as columns of the problem.
    pub columns: Vec<Bits>,
    /// The problem.
    pub problem: Problem,
    /// The loss that was asked for. That of the problem may be a simpler one with the same optima.
    pub loss: Loss,
}

impl<'a> Listed<'a> {
    /// Lists the patterns, or those that are found within the budget. A relative beta is a fraction of max |d^T V| for the
    /// slopes V of the loss at f = 0, at and above which the zero network is optimal.
    ///
    /// # Errors
    ///
    /// [`TrainError`]: targets or parameters that make no problem, or a relative beta where beta_max is 0 or not known.
    pub fn new(data: &'a Dataset, loss: Loss, beta: Beta, budget: &Budget) -> Result<Self, TrainError> {
        TrainSettings { loss, ..TrainSettings::new(beta) }.validate()?;
        require_labels(data, loss)?;
        let arrangement = data.arrangement();
        let found = enumerate(&arrangement, budget, &|_| ());
        let absolute = match beta {
            Beta::Absolute(beta) => beta,
            Beta::Relative(_) => 1.0,
        };
        let groups = Groups::of(&arrangement);
        let Ok(mut problem) = Problem::new(&groups, data.targets(), loss, absolute) else {
            unreachable!("targets, beta and delta were checked")
        };
        let columns: Vec<Bits> = found.patterns.iter().map(|pattern| problem.column(pattern)).collect();
        if let Beta::Relative(fraction) = beta {
            if found.limit.is_some() {
                return Err(TrainError::NoTimeForBetaMax);
            }
            let beta_max = beta_max(&problem, &columns);
            if beta_max == 0.0 {
                return Err(TrainError::NoBetaMax);
            }
            problem = problem.with_beta(fraction * beta_max);
            if !(problem.beta() > 0.0 && problem.beta().is_finite()) {
                return Err(TrainError::BetaOutOfRange { fraction, beta_max });
            }
        }
        Ok(Listed { data, arrangement, patterns: found.patterns, limit: found.limit, groups, columns, problem, loss })
    }

    /// The columns as a matrix.
    pub fn matrix(&self) -> PatternMatrix {
        matrix(&self.problem, &self.columns)
    }

    /// The convex programme (6) over all patterns, by the working set: a network with few neurons, and a lower bound by
    /// weak duality.
    pub fn optimum(&self, budget: &Budget) -> Solution {
        let (problem, columns) = (&self.problem, self.matrix());
        let none = PatternMatrix::new(problem.groups());
        let mut pricer = ListPricer::new(&columns);
        let found = working_set::solve_in_units(problem, &none, &mut pricer, budget, &mut |_| ());
        let chosen: Vec<Bits> = found.columns.iter().map(|column| column.to_bitvec()).collect();
        let mut solution = Solution {
            objective: bounds::objective(problem, &chosen, &found.weights),
            lower_bound: problem.dual_value(&found.dual, problem.price(&columns, &found.dual)),
            columns: chosen,
            weights: found.weights,
            ending: Ending::Stalled,
            rounds: 0,
        };
        solution.lower_bound = solution.lower_bound.min(solution.objective);
        solution.ending = solution.by_gap(found.limit);
        solution
    }

    /// The same over all patterns at once, by an interior point; `None` if the solver finds no point in time.
    pub fn convex(&self, budget: &Budget) -> Option<Solution> {
        self.convex_by(quadratic::minimise, budget)
    }

    /// The same with another solver.
    pub fn convex_by(&self, solver: QuadraticSolver, budget: &Budget) -> Option<Solution> {
        let units = self.problem.units_of_targets();
        Some(convex(&self.problem.in_units(units), &self.columns, solver, budget)?.scaled(units))
    }

    /// A lower bound for every width, from all labellings of the groups (7). Numerical.
    pub fn relaxed_bound(&self) -> f64 {
        let (solution, _) = over_all_labellings(&self.problem);
        self.problem.objective(&solution.outputs, solution.norm())
    }

    /// The share of rows whose label has the sign of the output (f >= 0 counts as +1).
    pub fn accuracy(&self, solution: &Solution) -> f64 {
        let outputs = solution.outputs(&self.problem);
        let outputs: Vec<f64> = self.groups.of_row().iter().map(|&group| outputs[group]).collect();
        model::accuracy(&outputs, self.data)
    }

    /// The model of a solution: hidden weights for its patterns; `None` if no f64 weights reproduce one of them.
    pub fn network(&self, solution: &Solution, reconstruction: Reconstruction, budget: &Budget) -> Option<Network> {
        let target =
            |(column, &output): (&Bits, &f64)| Target { pattern: self.groups.drop_zero(column), output, known: None };
        let targets: Vec<Target> = solution.columns.iter().zip(&solution.weights).map(target).collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, None, budget);
        let neurons: Option<Vec<_>> = reconstructor.neurons(&targets, reconstruction).into_iter().collect();
        Network::new(self.data, None, neurons?).ok()
    }
}

/// The convex optimum over all columns, with few neurons.
fn convex(problem: &Problem, columns: &[Bits], solver: QuadraticSolver, budget: &Budget) -> Option<Solution> {
    let solved = refit_by(solver, problem, columns, budget)?;
    let reduced = support::reduce(&matrix(problem, columns), &solved.weights);
    let kept: Vec<Bits> = (0..reduced.len()).filter(|&p| reduced[p] != 0.0).map(|p| columns[p].clone()).collect();
    let mut solution = Solution::zero(problem);
    solution.lower_bound = solved.lower_bound(problem, columns).max(solution.lower_bound);
    solution.improve(problem, columns, &solved);
    // Fewer neurons, unless that costs more than rounding.
    if let Some(fewer) = refit(problem, &kept, budget) {
        let mut narrow = Solution { lower_bound: solution.lower_bound, ..Solution::zero(problem) };
        narrow.improve(problem, &kept, &fewer);
        if narrow.objective <= solution.objective * (1.0 + FEWER) {
            solution = narrow;
        }
    }
    // A bound above the objective is rounding.
    solution.lower_bound = solution.lower_bound.min(solution.objective);
    solution.ending = solution.by_gap(budget.exceeded());
    Some(solution)
}

/// max |d^T V| for the slopes V of the loss at f = 0.
fn beta_max(problem: &Problem, columns: &[Bits]) -> f64 {
    let slopes: Vec<f64> = (0..problem.groups()).map(|group| slope_at(problem, group, 0.0)).collect();
    columns.iter().map(|column| weighted_sum(column, &slopes).abs()).fold(0.0, f64::max)
}

fn matrix(problem: &Problem, columns: &[Bits]) -> PatternMatrix {
    let mut matrix = PatternMatrix::new(problem.groups());
    matrix.extend(columns.iter().cloned());
    matrix
}
