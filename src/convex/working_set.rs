//! The Lasso (6) by a working set: solve on few columns, price all, add the best, repeat.
//!
//! The working set's optimum gives an upper bound and a dual point V. V is priced over all of D: with
//! price = max |d^T V| the scaled point is feasible for the full dual, so every round also gives a valid lower bound.
//! Columns with |d^T V| > beta are violated constraints; the pricer's best columns are added. V alone oscillates, so a
//! point between it and the best feasible one is priced first. The loop ends when the gap is closed or pricing V itself
//! brings nothing new: a cutting plane method on finitely many cuts.
//!
//! **Stages.** For small beta the dual is nearly linear and its optimum over few columns is far away, where cuts tell
//! little. So the loop starts with a beta near beta_max, where few columns matter, and divides it by ten whenever the gap
//! for that beta is roughly closed; what is priced is the stage's V, what is kept and reported are the bounds that its
//! weights and its V give for the beta that was asked for.
//!
//! **Stalls.** Where targets differ by many orders, a master may lose the small ones and rounds repeat. Many rounds without
//! progress end its use, and after the last master the stage.
//!
//! The restricted problems are solved by the [`master`]s that apply, from the optimum before. Masters and pricers are for
//! one output (q = 1).
//!
//! Cost: some ten to twenty rounds, each a few hundred moves of the active-set method and one or two pricing passes.

use std::{collections::HashSet, time::Duration};

use super::{
    Problem, Units, master,
    master::Point,
    pricing::{Priced, Pricer},
    tuning::{
        master::GRACE,
        working_set::{
            ACTIVE, LOOSE_GAP, MOST_COLUMNS, MOST_ENTRIES, MOST_ROUNDS, PROGRESS, PROGRESS_AT_LEAST, STAGE, STALLED,
            STEP, TOLERANCE,
        },
    },
};
use crate::{
    limits::{Budget, Limit, StopSignal},
    pattern::{Bits, PatternMatrix},
};

/// When the loop ends. A `&Budget` is one, with the default tolerance.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a> {
    /// Limits of time and memory, and the signal to stop.
    pub budget: &'a Budget,
    /// The relative gap at which the loop ends, 1e-9 by default: below it, floating point cannot tell the bounds apart
    /// reliably.
    pub tolerance: f64,
}

impl<'a> From<&'a Budget> for Stop<'a> {
    fn from(budget: &'a Budget) -> Self {
        Stop { budget, tolerance: TOLERANCE }
    }
}

/// What one round achieved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Time since the start of the computation.
    pub elapsed: Duration,
    /// Columns in the working set.
    pub columns: usize,
    /// The smallest objective so far.
    pub primal: f64,
    /// The largest lower bound so far.
    pub dual: f64,
}

impl Round {
    /// The round with its bounds in other units.
    pub fn in_units(self, units: Units) -> Round {
        let unit = |value: f64| value * units.objectives();
        Round { primal: unit(self.primal), dual: unit(self.dual), ..self }
    }

    /// The gap between the bounds.
    pub fn gap(&self) -> f64 {
        self.primal - self.dual
    }
}

/// The best point found.
#[derive(Clone, Debug)]
pub struct WorkingSetSolution {
    /// The columns with a non-zero weight, linearly independent.
    pub columns: PatternMatrix,
    /// Their weights.
    pub weights: Vec<f64>,
    /// A dual point V, one entry a group, feasible up to rounding: |d^T V| <= beta for all columns d.
    pub dual: Vec<f64>,
    /// max |d^T V| over all columns, before V was scaled.
    price: f64,
    /// Columns that were taken into the working set, some of them perhaps more than once.
    pub generated: usize,
    /// The last working set: where to start for another beta nearby.
    pub working: PatternMatrix,
    /// The limit that ended the loop early.
    pub limit: Option<Limit>,
}

/// Like [`solve_from`], in units in which neither small nor large targets leave the range of f64.
pub fn solve_in_units<'a>(
    problem: &Problem,
    start: &PatternMatrix,
    pricer: &mut dyn Pricer,
    stop: impl Into<Stop<'a>>,
    report: &mut dyn FnMut(Round),
) -> WorkingSetSolution {
    let units = problem.units();
    let mut report = |round: Round| report(round.in_units(units));
    let mut solution = solve_from(&problem.in_units(units), start, pricer, stop, &mut report);
    solution.weights.iter_mut().for_each(|weight| *weight *= units.outputs);
    solution.dual.iter_mut().for_each(|v| *v *= units.slopes);
    solution
}

/// Solves the Lasso over all columns that the pricer knows; `report` sees every round.
pub fn solve<'a>(
    problem: &Problem,
    pricer: &mut dyn Pricer,
    stop: impl Into<Stop<'a>>,
    report: &mut dyn FnMut(Round),
) -> WorkingSetSolution {
    solve_from(problem, &PatternMatrix::new(problem.groups()), pricer, stop, report)
}

/// The same with some columns in the working set from the start; they must be columns that the pricer knows.
///
/// Columns of an optimum for a beta nearby tell where the optimum is, so there are no stages then.
pub fn solve_from<'a>(
    problem: &Problem,
    start: &PatternMatrix,
    pricer: &mut dyn Pricer,
    stop: impl Into<Stop<'a>>,
    report: &mut dyn FnMut(Round),
) -> WorkingSetSolution {
    let stop = stop.into();
    let batch = problem.groups().clamp(64, (MOST_ENTRIES / problem.groups().max(1)).max(64));
    let mut state = State::new(problem, stop);
    state.add(start.iter().map(|column| column.to_bitvec()).collect());
    if let Some(first) = pricer.price(&state.best.dual, batch) {
        if start.is_empty() {
            state.stage = problem.with_beta(problem.beta().max(STAGE * first.price));
        }
        state.offer_dual(state.best.dual.clone(), &first);
        state.add(first.columns);
    }
    if state.best.price > problem.beta() {
        for _ in 0..MOST_ROUNDS {
            let finished = state.improve(pricer, batch);
            report(state.round(pricer));
            state.best.limit = stop.budget.exceeded();
            if finished || state.best.limit.is_some() {
                break;
            }
        }
        state.finish(pricer);
    }
    state.best.dual = problem.scaled_dual(&state.best.dual, state.best.price);
    state.best.working = state.working;
    state.best
}

/// Rounds without progress.
#[derive(Clone, Copy, Debug)]
struct Stall {
    /// The gap when it was last seen to become smaller.
    gap: f64,
    rounds: usize,
}

impl Default for Stall {
    fn default() -> Self {
        Stall { gap: f64::INFINITY, rounds: 0 }
    }
}

impl Stall {
    /// Counts a round that ended with this gap; whether there were too many.
    fn is_over(&mut self, gap: f64) -> bool {
        *self = if gap < PROGRESS_AT_LEAST * self.gap {
            Stall { gap, rounds: 0 }
        } else {
            Stall { rounds: self.rounds + 1, ..*self }
        };
        self.rounds >= STALLED
    }
}

struct State<'a> {
    problem: &'a Problem,
    stop: Stop<'a>,
    /// The problem with the beta of the present stage.
    stage: Problem,
    /// The dual point with the best bound for the stage.
    centre: Vec<f64>,
    /// max |d^T V| at the centre.
    centre_price: f64,
    /// The stage's gap when the working set was last pruned.
    pruned_gap: f64,
    stall: Stall,
    /// Masters that stalled, in the order of preference.
    given_up: usize,
    working: PatternMatrix,
    /// The last optimum over the working set; zero for new columns.
    weights: Vec<f64>,
    known: HashSet<Bits>,
    best: WorkingSetSolution,
    primal: f64,
    lower: f64,
}

impl<'a> State<'a> {
    /// Starts from the zero network and its dual point, V = -c t for the squared loss.
    fn new(problem: &'a Problem, stop: Stop<'a>) -> Self {
        let zero = vec![0.0; problem.groups() * problem.width()];
        let best = WorkingSetSolution {
            columns: PatternMatrix::new(problem.groups()),
            weights: Vec::new(),
            dual: problem.dual_point(&zero),
            price: f64::INFINITY,
            generated: 0,
            working: PatternMatrix::new(problem.groups()),
            limit: None,
        };
        State {
            problem,
            stop,
            stage: problem.clone(),
            centre: best.dual.clone(),
            centre_price: f64::INFINITY,
            pruned_gap: f64::INFINITY,
            stall: Stall::default(),
            given_up: 0,
            working: PatternMatrix::new(problem.groups()),
            weights: Vec::new(),
            known: HashSet::new(),
            best,
            primal: problem.objective(&zero, 0.0),
            lower: f64::NEG_INFINITY,
        }
    }

    /// One round: solve on the working set, price, add; whether there is nothing left to do.
    fn improve(&mut self, pricer: &mut dyn Pricer, batch: usize) -> bool {
        let Some(solution) = self.restricted_optimum(self.stop.budget) else { return true };
        let primal = self.stage_objective(&solution.weights);
        self.offer_weights(&solution.weights);
        self.weights = solution.weights;
        let mut added = self.separate(pricer, self.between(&solution.dual), batch);
        if added == 0 && !self.is_settled(primal) {
            added = self.separate(pricer, solution.dual.clone(), batch);
        }
        self.drop_inactive(&solution.dual, primal);
        let settled = self.is_settled(primal) || added == 0 || self.has_failed(primal);
        let finished = self.is_closed() || (settled && self.is_last_stage());
        if settled && !finished {
            self.stage = self.problem.with_beta(self.problem.beta().max(STAGE * self.stage.beta()));
            (self.pruned_gap, self.stall) = (f64::INFINITY, Stall::default());
        }
        finished
    }

    /// Whether rounds repeat without progress, where `primal` is the stage's objective, and no master is left to try.
    fn has_failed(&mut self, primal: f64) -> bool {
        let gap = self.stage_gap(primal);
        if !self.stall.is_over(gap) {
            return false;
        }
        self.stall = Stall::default();
        self.given_up += 1;
        let failed = self.given_up >= master::masters(self.problem).count();
        self.given_up %= master::masters(self.problem).count().max(1);
        failed
    }

    fn is_last_stage(&self) -> bool {
        self.stage.beta() <= self.problem.beta()
    }

    /// Whether the stage has done its work, where `primal` is its objective at the working set's optimum.
    fn is_settled(&self, primal: f64) -> bool {
        self.is_closed() || (!self.is_last_stage() && self.stage_gap(primal) <= LOOSE_GAP * primal)
    }

    /// The stage's gap, where `primal` is its objective at the working set's optimum.
    fn stage_gap(&self, primal: f64) -> f64 {
        primal - self.stage.dual_value(&self.centre, self.centre_price)
    }

    /// The stage's objective at weights of the working set.
    fn stage_objective(&self, weights: &[f64]) -> f64 {
        self.stage.objective(&self.stage.outputs(&self.working, weights), self.stage.norm(weights))
    }

    /// The stage's optimum over the working set, from the last one.
    fn restricted_optimum(&self, budget: &Budget) -> Option<Point> {
        master::solve(&self.stage, &self.working, &self.weights, self.given_up, budget)
    }

    /// Prices a dual point, keeps its bounds and adds the columns that violate it; how many were new.
    fn separate(&mut self, pricer: &mut dyn Pricer, dual: Vec<f64>, batch: usize) -> usize {
        let Some(priced) = pricer.price(&dual, batch) else { return 0 };
        self.offer_dual(dual, &priced);
        if master::wants_columns(&self.stage, priced.price) { self.add(priced.columns) } else { 0 }
    }

    /// The point that is priced: between the best feasible one and the working set's optimum, which alone oscillates.
    fn between(&self, optimum: &[f64]) -> Vec<f64> {
        let centre = self.stage.scaled_dual(&self.centre, self.centre_price);
        centre.iter().zip(optimum).map(|(centre, optimum)| (1.0 - STEP) * centre + STEP * optimum).collect()
    }

    fn is_closed(&self) -> bool {
        self.primal - self.lower <= self.stop.tolerance * self.primal
    }

    /// Forgets columns that are far from violation at the working set's optimum.
    fn drop_inactive(&mut self, optimum: &[f64], primal: f64) {
        let gap = self.stage_gap(primal);
        let waits = !self.problem.loss().has_unique_dual() && gap > PROGRESS * self.pruned_gap;
        if self.working.len() < MOST_COLUMNS * self.problem.groups() || waits {
            return;
        }
        self.pruned_gap = gap;
        let prices = self.working.weighted_sums(optimum);
        let kept: Vec<usize> = (0..prices.len())
            .filter(|&p| self.weights[p] != 0.0 || prices[p].abs() > ACTIVE * self.stage.beta())
            .collect();
        self.working = self.working.select(&kept);
        self.weights = kept.iter().map(|&p| self.weights[p]).collect();
        self.known = self.working.iter().map(|column| column.to_bitvec()).collect();
    }

    /// Adds columns that are not in the working set; how many those were.
    fn add(&mut self, columns: Vec<Bits>) -> usize {
        let before = self.working.len();
        for column in columns {
            if self.known.insert(column.clone()) {
                self.working.push(&column);
                self.weights.push(0.0);
            }
        }
        self.best.generated += self.working.len() - before;
        self.working.len() - before
    }

    /// Keeps the weights if they improve the objective.
    fn offer_weights(&mut self, weights: &[f64]) {
        let support: Vec<usize> = (0..weights.len()).filter(|&p| weights[p] != 0.0).collect();
        let columns = self.working.select(&support);
        let weights: Vec<f64> = support.iter().map(|&p| weights[p]).collect();
        let norm = self.problem.norm(&weights);
        let objective = self.problem.objective(&self.problem.outputs(&columns, &weights), norm);
        if objective < self.primal {
            self.primal = objective;
            self.best.columns = columns;
            self.best.weights = weights;
        }
    }

    /// Keeps the dual point if it improves the stage's lower bound or that of the problem.
    fn offer_dual(&mut self, dual: Vec<f64>, priced: &Priced) {
        let price = priced.price;
        if self.stage.dual_value(&dual, price) > self.stage.dual_value(&self.centre, self.centre_price) {
            self.centre.clone_from(&dual);
            self.centre_price = price;
        }
        let lower = priced.value.unwrap_or_else(|| self.problem.dual_value(&dual, price));
        if lower > self.lower {
            self.lower = lower;
            self.best.dual = dual;
            self.best.price = price;
        }
    }

    fn round(&self, pricer: &dyn Pricer) -> Round {
        Round {
            elapsed: self.stop.budget.elapsed(),
            columns: self.working.len(),
            primal: self.primal,
            dual: pricer.proven().unwrap_or(self.lower),
        }
    }

    /// After an end before the last stage, the weights become those of the working set for the problem's own beta. The
    /// residual of the final weights is often a better dual point than the solver's.
    fn finish(&mut self, pricer: &mut dyn Pricer) {
        if self.best.limit.is_some() && (!self.is_last_stage() || self.best.columns.is_empty()) {
            self.stage = self.problem.clone();
            let grace = Budget::new(Some(GRACE), None, StopSignal::default());
            if let Some(solution) = self.restricted_optimum(&grace) {
                self.offer_weights(&solution.weights);
            }
        }
        if self.is_closed() {
            return;
        }
        let dual = self.problem.dual_point(&self.problem.outputs(&self.best.columns, &self.best.weights));
        if let Some(priced) = pricer.price(&dual, 0) {
            self.offer_dual(dual, &priced);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convex::{Squared, complete, penalty::L1, pricing::ListPricer},
        pattern::from_text,
    };

    fn all_labellings(groups: usize) -> PatternMatrix {
        let mut columns = PatternMatrix::new(groups);
        columns.extend((0..1 << groups).map(|bits| from_text(&format!("{bits:0groups$b}")).unwrap()));
        columns
    }

    /// A looser tolerance ends earlier, with bounds that are within it and contain the optimum.
    #[test]
    fn a_looser_tolerance_ends_earlier_with_a_valid_gap() {
        let columns = all_labellings(10);
        let means = (0..10).map(|k| f64::from(k * 7 % 11) - 5.0).collect();
        let problem = Problem::of(Squared::around(vec![1.0; 10], means), &L1, 0.05);
        let (complete, _) = complete::over_all_labellings(&problem);
        let optimum = problem.objective(&complete.outputs, complete.norm());
        let budget = Budget::unlimited();
        let rounds = [1e-9, 0.2].map(|tolerance| {
            let mut rounds = Vec::new();
            let stop = Stop { budget: &budget, tolerance };
            let solution = solve(&problem, &mut ListPricer::new(&columns), stop, &mut |round| rounds.push(round));
            let outputs = problem.outputs(&solution.columns, &solution.weights);
            let objective = problem.objective(&outputs, problem.norm(&solution.weights));
            let bound = problem.dual_value(&solution.dual, problem.price(&columns, &solution.dual));
            let rounding = 1e-12 * optimum;
            assert!(bound <= optimum + rounding && optimum <= objective + rounding, "{tolerance}");
            assert!(objective - bound <= tolerance * objective, "{tolerance}: {bound} and {objective}");
            let last = rounds[rounds.len() - 1];
            assert!(last.gap() <= tolerance * last.primal && solution.limit.is_none());
            rounds.len()
        });
        assert!(rounds[1] < rounds[0], "{rounds:?}");
    }

    #[test]
    fn all_labellings_give_the_closed_form() {
        let columns = all_labellings(6);
        for beta in [0.01, 0.3, 1.0, 2.5, 100.0] {
            let fit = Squared::around(vec![1.0, 2.0, 1.0, 3.0, 1.0, 1.0], vec![1.0, -1.0, 0.5, 2.0, -0.25, 0.0]);
            let problem = Problem::of(fit, &L1, beta);
            let (complete, _) = complete::over_all_labellings(&problem);
            let optimum = problem.objective(&complete.outputs, complete.norm());
            let solution = solve(&problem, &mut ListPricer::new(&columns), &Budget::unlimited(), &mut |_| ());
            let norm = problem.norm(&solution.weights);
            let objective = problem.objective(&problem.outputs(&solution.columns, &solution.weights), norm);
            assert!(objective - optimum <= 1e-8 * optimum && objective >= optimum * (1.0 - 1e-12));
            assert!(optimum - problem.dual_value(&solution.dual, beta) <= 1e-8 * optimum);
            assert!(solution.columns.len() <= 6);
        }
    }
}
