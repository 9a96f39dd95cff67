//! A data set with all of its patterns: what the exact comparisons start from.

use super::{
    instance::Instance,
    outer::{Ending, Solution},
    refit::{QuadraticSolver, refit, refit_by},
    units::Units,
};
use crate::{
    arrangement::enumerate,
    backend::quadratic,
    class::require_labels,
    convex::{AnyProblem, Programme, pricing::ListPricer, support, working_set},
    data::Dataset,
    exact::Arrangement,
    fit::{Beta, TrainError, TrainSettings},
    limits::{Budget, Limit},
    loss::Loss,
    model::{self, Network},
    pattern::{Bits, PatternMatrix, weighted_sum},
    realize::{
        Reconstruction,
        reconstruct::{Reconstructor, Target},
    },
};

/// The instance, its arrangement and all of H(X).
pub struct Listed<'a> {
    /// The data.
    pub data: &'a Dataset,
    /// The groups of rows.
    pub arrangement: Arrangement,
    /// All patterns on the groups of the arrangement, or some if there is a limit.
    pub patterns: PatternMatrix,
    /// The limit that was reached before all patterns were listed.
    pub limit: Option<Limit>,
    /// The same as columns of the instance.
    pub columns: Vec<Bits>,
    /// The problem.
    pub instance: Instance,
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
        let Ok(mut instance) = Instance::new(&arrangement, data.targets(), loss, absolute) else {
            unreachable!("targets, beta and delta were checked")
        };
        let columns: Vec<Bits> = found.patterns.iter().map(|pattern| instance.column(pattern)).collect();
        if let Beta::Relative(fraction) = beta {
            if found.limit.is_some() {
                return Err(TrainError::NoTimeForBetaMax);
            }
            let beta_max = beta_max(&instance, &columns);
            if beta_max == 0.0 {
                return Err(TrainError::NoBetaMax);
            }
            instance.beta = fraction * beta_max;
            if !(instance.beta > 0.0 && instance.beta.is_finite()) {
                return Err(TrainError::BetaOutOfRange { fraction, beta_max });
            }
        }
        Ok(Listed { data, arrangement, patterns: found.patterns, limit: found.limit, columns, instance })
    }

    /// The convex problem on the groups, for the solvers of [`crate::convex`].
    pub fn problem(&self) -> AnyProblem {
        let Instance { loss, beta, .. } = self.instance;
        AnyProblem::new(&self.arrangement, self.data.targets(), loss, beta)
    }

    /// The columns as a matrix.
    pub fn matrix(&self) -> PatternMatrix {
        matrix(&self.instance, &self.columns)
    }

    /// The convex programme (6) over all patterns, by the working set: a network with few neurons, and a lower bound by
    /// weak duality.
    pub fn optimum(&self, budget: &Budget) -> Solution {
        let (problem, columns) = (self.problem(), self.matrix());
        let none = PatternMatrix::new(problem.groups());
        let mut pricer = ListPricer::new(&columns);
        let found = working_set::solve_in_units(&problem, &none, &mut pricer, budget, &mut |_| ());
        let price = columns.weighted_sums(&found.dual).iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
        let chosen: Vec<Bits> = found.columns.iter().map(|column| column.to_bitvec()).collect();
        let norm = found.weights.iter().map(|weight| weight.abs()).sum();
        let mut solution = Solution {
            objective: self.instance.objective(&self.instance.outputs(&chosen, &found.weights), norm),
            lower_bound: problem.dual_value(&found.dual, price),
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
        let units = Units::of(&self.instance);
        Some(units.result(convex(&units.measured(&self.instance), &self.columns, solver, budget)?))
    }

    /// A lower bound for every width, from all labellings of the groups (7). Numerical.
    pub fn relaxed_bound(&self) -> f64 {
        let problem = self.problem();
        let (solution, _) = problem.over_all_labellings();
        problem.objective(&solution.outputs, solution.norm())
    }

    /// The share of rows whose label has the sign of the output (f >= 0 counts as +1).
    pub fn accuracy(&self, solution: &Solution) -> f64 {
        let outputs = solution.outputs(&self.instance);
        let zero_group = self.arrangement.groups();
        let groups = self.arrangement.group_of_row().iter();
        let outputs: Vec<f64> = groups.map(|group| outputs[group.unwrap_or(zero_group)]).collect();
        model::accuracy(&outputs, self.data)
    }

    /// The model of a solution: hidden weights for its patterns; `None` if no f64 weights reproduce one of them.
    pub fn network(&self, solution: &Solution, reconstruction: Reconstruction, budget: &Budget) -> Option<Network> {
        let groups = self.arrangement.groups();
        let target =
            |(column, &output): (&Bits, &f64)| Target { pattern: column[..groups].to_bitvec(), output, known: None };
        let targets: Vec<Target> = solution.columns.iter().zip(&solution.weights).map(target).collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, None, budget);
        let neurons: Option<Vec<_>> = reconstructor.neurons(&targets, reconstruction).into_iter().collect();
        Network::new(self.data, None, neurons?).ok()
    }
}

/// The convex optimum over all columns, with few neurons.
fn convex(instance: &Instance, columns: &[Bits], solver: QuadraticSolver, budget: &Budget) -> Option<Solution> {
    let solved = refit_by(solver, instance, columns, budget)?;
    let reduced = support::reduce(&matrix(instance, columns), &solved.weights);
    let kept: Vec<Bits> = (0..reduced.len()).filter(|&p| reduced[p] != 0.0).map(|p| columns[p].clone()).collect();
    let mut solution = Solution::zero(instance);
    solution.lower_bound = solved.lower_bound(instance, columns).max(solution.lower_bound);
    solution.improve(instance, columns, &solved);
    // Fewer neurons, unless that costs more than rounding.
    if let Some(fewer) = refit(instance, &kept, budget) {
        let mut narrow = Solution { lower_bound: solution.lower_bound, ..Solution::zero(instance) };
        narrow.improve(instance, &kept, &fewer);
        if narrow.objective <= solution.objective * (1.0 + 1e-8) {
            solution = narrow;
        }
    }
    // A bound above the objective is rounding.
    solution.lower_bound = solution.lower_bound.min(solution.objective);
    solution.ending = solution.by_gap(budget.exceeded());
    Some(solution)
}

/// max |d^T V| for the slopes V of the loss at f = 0.
fn beta_max(instance: &Instance, columns: &[Bits]) -> f64 {
    let slopes: Vec<f64> = (0..instance.groups()).map(|group| instance.slope_at(group, 0.0)).collect();
    columns.iter().map(|column| weighted_sum(column, &slopes).abs()).fold(0.0, f64::max)
}

fn matrix(instance: &Instance, columns: &[Bits]) -> PatternMatrix {
    let mut matrix = PatternMatrix::new(instance.groups());
    matrix.extend(columns.iter().cloned());
    matrix
}
