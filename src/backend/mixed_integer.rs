//! Mixed-integer linear programmes, modelled with good_lp and solved by HiGHS.
//!
//! A [`Model`] is built once and solved again after constraints were added: the outer approximations and the cuts of
//! [`crate::nonconvex`] grow that way. What comes back is an [`Outcome`] whatever HiGHS says: its dual bound, which is
//! valid for every status (minus infinity if it has none), and its best point, if it has one. The status only tells why
//! it stopped. good_lp's own solving merges statuses and hides the bound, so the model that it builds is handed to HiGHS
//! directly.
//!
//! Everything is computed in floating point, with the tolerances [`FEASIBILITY`] and [`INTEGRALITY`]: a bound from here
//! is numerical evidence, not a proof.

use std::time::Duration;

use good_lp::{Constraint, ProblemVariables, SolverModel, constraint, solvers::highs::highs, variable};
use highs::{HighsModelStatus, HighsSolutionStatus, SolvedModel};

pub use good_lp::{Expression, Variable};

use super::background::{self, Silence};
use crate::limits::{Budget, Limit};

/// By how much a constraint may be violated.
pub const FEASIBILITY: f64 = 1e-9;

/// How far an integer variable may be from an integer.
pub const INTEGRALITY: f64 = 1e-9;

/// Minimise a linear objective over linear constraints, bounds, and binary variables.
#[derive(Clone, Default)]
pub struct Model {
    variables: ProblemVariables,
    constraints: Vec<Constraint>,
    objective: Expression,
    integers: usize,
}

/// Why the solver stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It believes its best point to be optimal within the gap.
    Optimal,
    /// It believes that there is no point.
    Infeasible,
    /// It believes that the objective has no lower bound.
    Unbounded,
    /// A limit. Those that nobody set (iterations, solutions, nodes) count as time.
    Limit(Limit),
    /// Any error: model, presolve, numbers.
    Trouble,
}

/// What the solver proposes.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Why it stopped.
    pub ending: Ending,
    /// A lower bound on the optimum, minus infinity if there is none. Numerical.
    pub bound: f64,
    /// The best point, one entry a variable in the order of their creation.
    pub point: Option<Vec<f64>>,
}

impl Outcome {
    fn nothing(ending: Ending) -> Self {
        Outcome { ending, bound: f64::NEG_INFINITY, point: None }
    }

    fn of(solved: &SolvedModel, integers: usize) -> Self {
        let ending = ending(solved.status());
        let bound = match integers {
            // The dual simplex method has no bound to show before it ends.
            0 if ending == Ending::Optimal => Some(solved.objective_value()),
            0 => None,
            _ => solved.double_info_value(c"mip_dual_bound").ok(),
        };
        let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
        let point = feasible.then(|| solved.get_solution().columns().to_vec());
        Outcome {
            ending,
            bound: bound.filter(|bound| bound.is_finite()).unwrap_or(f64::NEG_INFINITY),
            point: point.filter(|point| point.iter().all(|value| value.is_finite())),
        }
    }
}

impl Model {
    /// A variable between two bounds.
    pub fn continuous(&mut self, low: f64, high: f64) -> Variable {
        self.variables.add(variable().min(low).max(high))
    }

    /// A variable that is 0 or 1.
    pub fn binary(&mut self) -> Variable {
        self.integers += 1;
        self.variables.add(variable().binary())
    }

    /// The number of variables: the index that the next one gets in [`Outcome::point`].
    pub fn variables(&self) -> usize {
        self.variables.len()
    }

    /// Adds `cost * variable` to the objective.
    pub fn cost(&mut self, cost: f64, variable: Variable) {
        self.objective.add_mul(cost, variable);
    }

    /// Demands `sum <= bound`.
    pub fn at_most(&mut self, sum: Expression, bound: f64) {
        self.constraints.push(constraint::leq(sum, bound));
    }

    /// Demands `sum >= bound`.
    pub fn at_least(&mut self, sum: Expression, bound: f64) {
        self.constraints.push(constraint::geq(sum, bound));
    }

    /// Demands `sum = value`.
    pub fn equal(&mut self, sum: Expression, value: f64) {
        self.constraints.push(constraint::eq(sum, value));
    }

    /// Solves the programme until the best point is at most `gap` above the bound, from a point that it may start from
    /// (one entry a variable). One thread. What the solver had found when memory ran out or the signal came is lost.
    pub fn solve(&self, gap: f64, budget: &Budget, start: Option<Vec<f64>>) -> Outcome {
        let model = self.clone();
        match background::run(budget, move |time| model.attempt(gap, time, start.as_deref())) {
            Ok(outcome) => outcome.unwrap_or(Outcome::nothing(Ending::Trouble)),
            Err(Silence::Limit(limit)) => Outcome::nothing(Ending::Limit(limit)),
            Err(Silence::Failure) => Outcome::nothing(Ending::Trouble),
        }
    }

    fn attempt(self, gap: f64, time: Option<Duration>, start: Option<&[f64]>) -> Option<Outcome> {
        let integers = self.integers;
        let mut problem = self.variables.minimise(self.objective).using(highs);
        for constraint in self.constraints {
            problem.add_constraint(constraint);
        }
        let mut model = problem.try_into_inner().ok()?;
        model.try_set_option("threads", 1).ok()?;
        model.try_set_option("mip_feasibility_tolerance", INTEGRALITY).ok()?;
        model.try_set_option("primal_feasibility_tolerance", FEASIBILITY).ok()?;
        model.try_set_option("dual_feasibility_tolerance", FEASIBILITY).ok()?;
        model.try_set_option("mip_rel_gap", 0.0).ok()?;
        model.try_set_option("mip_abs_gap", gap).ok()?;
        // Good points come from the caller: restarts and heuristics cost up to nine tenths of the time.
        model.try_set_option("mip_allow_restart", false).ok()?;
        model.try_set_option("mip_heuristic_effort", 0.0).ok()?;
        if let Some(time) = time {
            model.try_set_option("time_limit", time.as_secs_f64()).ok()?;
        }
        if let Some(start) = start {
            // A start that the solver refuses costs time only.
            let _ = model.try_set_solution(Some(start), None, None, None);
        }
        let solved = model.try_solve().ok()?;
        Some(Outcome::of(&solved, integers))
    }
}

fn ending(status: HighsModelStatus) -> Ending {
    match status {
        HighsModelStatus::Optimal | HighsModelStatus::ObjectiveBound | HighsModelStatus::ObjectiveTarget => {
            Ending::Optimal
        }
        HighsModelStatus::Infeasible => Ending::Infeasible,
        HighsModelStatus::Unbounded | HighsModelStatus::UnboundedOrInfeasible => Ending::Unbounded,
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit => Ending::Limit(Limit::Time),
        HighsModelStatus::ReachedInterrupt => Ending::Limit(Limit::Interrupt),
        HighsModelStatus::ReachedMemoryLimit => Ending::Limit(Limit::Memory),
        _ => Ending::Trouble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::StopSignal;

    fn solve(model: &Model, start: Option<Vec<f64>>) -> Outcome {
        model.solve(0.0, &Budget::unlimited(), start)
    }

    /// Knapsack: values 10, 6, 6, weights 3, 2, 2, at most 4: the two small ones.
    fn knapsack() -> Model {
        let mut model = Model::default();
        let items: Vec<Variable> = (0..3).map(|_| model.binary()).collect();
        let mut weight = Expression::default();
        for (item, (value, size)) in items.iter().zip([(10.0, 3.0), (6.0, 2.0), (6.0, 2.0)]) {
            model.cost(-value, *item);
            weight.add_mul(size, *item);
        }
        model.at_most(weight, 4.0);
        model
    }

    #[test]
    fn a_knapsack_with_its_bound() {
        let outcome = solve(&knapsack(), None);
        assert_eq!(outcome.ending, Ending::Optimal);
        assert!((outcome.bound + 12.0).abs() < 1e-6, "{outcome:?}");
        assert_eq!(outcome.point.map(|point| point.iter().map(|x| x.round()).collect()), Some(vec![0.0, 1.0, 1.0]));
        let started = solve(&knapsack(), Some(vec![1.0, 0.0, 0.0]));
        assert!((started.bound + 12.0).abs() < 1e-6);
    }

    /// Every way to fail is an outcome, and none has a bound that is not one.
    #[test]
    fn failures_are_outcomes() {
        let mut infeasible = knapsack();
        let more = infeasible.continuous(0.0, 1.0);
        infeasible.at_least(Expression::from(more), 2.0);
        let outcome = solve(&infeasible, None);
        assert_eq!((outcome.ending, outcome.point), (Ending::Infeasible, None));
        let mut unbounded = knapsack();
        let free = unbounded.continuous(0.0, f64::INFINITY);
        unbounded.cost(-1.0, free);
        let outcome = solve(&unbounded, None);
        assert_eq!((outcome.ending, outcome.bound), (Ending::Unbounded, f64::NEG_INFINITY));
        let outcome = knapsack().solve(0.0, &Budget::new(Some(Duration::ZERO), None, StopSignal::default()), None);
        assert!(outcome.bound <= -12.0 + 1e-6, "{outcome:?}");
        let mut wrong = knapsack();
        let nan = wrong.continuous(0.0, 1.0);
        wrong.cost(f64::NAN, nan);
        assert!(solve(&wrong, None).bound <= -12.0 + 1e-6);
        assert!(solve(&wrong, Some(vec![0.0; 2])).bound <= -12.0 + 1e-6);
    }

    /// Only what the solver calls optimal is; every other status says why it stopped.
    #[test]
    fn every_status_has_a_meaning() {
        use HighsModelStatus as Status;
        let optimal = [Status::Optimal, Status::ObjectiveBound, Status::ObjectiveTarget];
        assert!(optimal.iter().all(|&status| ending(status) == Ending::Optimal));
        assert_eq!(ending(Status::Infeasible), Ending::Infeasible);
        for status in [Status::Unbounded, Status::UnboundedOrInfeasible] {
            assert_eq!(ending(status), Ending::Unbounded);
        }
        for status in [Status::ReachedTimeLimit, Status::ReachedIterationLimit, Status::ReachedSolutionLimit] {
            assert_eq!(ending(status), Ending::Limit(Limit::Time));
        }
        assert_eq!(ending(Status::ReachedInterrupt), Ending::Limit(Limit::Interrupt));
        assert_eq!(ending(Status::ReachedMemoryLimit), Ending::Limit(Limit::Memory));
        for status in [Status::NotSet, Status::LoadError, Status::ModelError, Status::SolveError, Status::Unknown] {
            assert_eq!(ending(status), Ending::Trouble);
        }
    }

    #[test]
    fn a_linear_programme_has_the_bound_of_its_optimum() {
        let mut model = Model::default();
        let x = model.continuous(0.0, 2.0);
        model.cost(-1.0, x);
        model.at_most(Expression::from(x), 1.5);
        assert!((solve(&model, None).bound + 1.5).abs() < 1e-9);
    }
}
