//! A data set with all of its patterns: what the exact comparisons start from.

use super::{
    bounds,
    outer::{Ending, Solution},
    refit::{QuadraticSolver, refit, refit_by},
    tuning::listed::FEWER,
};
use crate::{
    arrangement::enumerate,
    backend::quadratic,
    convex::{Problem, over_all_labellings, pricing::ListPricer, support, working_set},
    data::Dataset,
    error::TrainError,
    limits::{Budget, Limit},
    loss::Loss,
    model::{self, Neuron},
    oracle::{ListOracle, beta_max},
    pattern::{Bits, PatternMatrix},
    realize::{
        Reconstruction,
        reconstruct::{Reconstructor, Target},
    },
    settings::{Beta, TrainSettings, require_labels},
    subject::Subject,
};

/// The problem, its arrangement and all of H(X).
pub struct Listed<'a> {
    /// The data with their arrangement and groups.
    pub subject: Subject<'a>,
    /// All patterns on the groups of the arrangement, or some if there is a limit.
    pub patterns: PatternMatrix,
    /// The limit that was reached before all patterns were listed.
    pub limit: Option<Limit>,
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
        let subject = Subject::new(data, budget.clone(), &|_| ());
        let found = enumerate(&subject.arrangement, budget, &|_| ());
        let patterns = subject.groups.lift_all(&found.patterns);
        let known = || match found.limit {
            Some(_) => Err(TrainError::NoTimeForBetaMax),
            None => beta_max(data, &subject.groups, loss, &mut ListOracle::new(patterns.clone(), true), budget),
        };
        let (beta, _) = beta.resolve(known)?;
        let Ok(problem) = Problem::new(&subject.groups, data.targets(), loss, beta) else {
            unreachable!("targets, beta and delta were checked")
        };
        let columns: Vec<Bits> = patterns.iter().map(|pattern| pattern.to_bitvec()).collect();
        Ok(Listed { subject, patterns: found.patterns, limit: found.limit, columns, problem, loss })
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
        let outputs: Vec<f64> = self.subject.groups.of_row().iter().map(|&group| outputs[group]).collect();
        model::accuracy(&outputs, self.subject.data)
    }

    /// Hidden weights for columns, the output weights being 0; `None` for one that no f64 weights reproduce.
    pub fn neurons(&self, columns: &[Bits], reconstruction: Reconstruction, budget: &Budget) -> Vec<Option<Neuron>> {
        let Subject { data, arrangement, groups, .. } = &self.subject;
        let target = |column: &Bits| Target { pattern: groups.drop_zero(column), output: 0.0, known: None };
        let targets: Vec<Target> = columns.iter().map(target).collect();
        Reconstructor::new(data, arrangement, None, budget).neurons(&targets, reconstruction)
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

fn matrix(problem: &Problem, columns: &[Bits]) -> PatternMatrix {
    PatternMatrix::of(problem.groups(), columns)
}
