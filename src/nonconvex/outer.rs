//! Outer approximation (Duran and Grossmann 1986): bounds from mixed-integer programmes, networks from refitting.
//!
//! Each round solves the mixed-integer programme: its bound is a lower bound on (4). The patterns of its point are
//! refitted by the convex problem: an upper bound. Then tangents are added at the refitted outputs and at the outputs of
//! the point. If the patterns are the same again, the bound is their refitted objective: at the optimum of the
//! refitting, the linearised problem has the same subgradients, so the same optimum. There are finitely many choices of
//! patterns, so the loop ends. Early rounds are solved to a fiftieth of the gap that is left.
//!
//! The solver's bounds hold up to its tolerances. What those may be worth is taken off in the end (`Frame::slack`).

use super::{
    bounds::{self, loss_floor, zero_objective},
    frame::Frame,
    refit::{Refit, refit},
    tuning::outer::{NEGLIGIBLE, ROUND_GAP, ROUNDS, SOLVED_GAP},
};
use crate::{
    backend::mixed_integer::Ending as Stopped,
    convex::{Problem, Units},
    limits::{Budget, Limit},
    pattern::Bits,
};

/// How well, how long.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The largest number of neurons m.
    pub width: usize,
    /// The relative gap at which a problem is called solved.
    pub tolerance: f64,
    /// Limits.
    pub budget: Budget,
}

impl Settings {
    /// At most `width` neurons, to a relative gap of 1e-7.
    pub fn new(width: usize, budget: Budget) -> Self {
        Settings { width, tolerance: 1e-7, budget }
    }
}

/// Why the search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The gap is within the tolerance.
    Optimal,
    /// A limit; the bounds are valid.
    Limit(Limit),
    /// The solver's numbers went no further; the bounds are valid as far as its tolerances are.
    Stalled,
}

impl Ending {
    /// The name in tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Optimal => "solved",
            Ending::Limit(_) => "limit",
            Ending::Stalled => "stalled",
        }
    }
}

/// A network given by its patterns, and a numerical bound.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Distinct patterns on the groups of the problem, at most m.
    pub columns: Vec<Bits>,
    /// Their output weights, none of them 0.
    pub weights: Vec<f64>,
    /// The objective (4) of this network.
    pub objective: f64,
    /// What the mixed-integer solver claims that no network of this width is below. Numerical, not certified.
    pub lower_bound: f64,
    /// Why the search ended.
    pub ending: Ending,
    /// Mixed-integer programmes that were solved.
    pub rounds: usize,
}

impl Solution {
    /// The network without neurons.
    pub fn zero(problem: &Problem) -> Self {
        Solution {
            columns: Vec::new(),
            weights: Vec::new(),
            objective: zero_objective(problem),
            lower_bound: loss_floor(problem),
            ending: Ending::Stalled,
            rounds: 0,
        }
    }

    /// A known network to start from, if it is narrow enough, without what was known of the optimum; else no neurons.
    pub(super) fn known(problem: &Problem, known: Option<&Solution>, width: usize) -> Self {
        let zero = Self::zero(problem);
        match known.filter(|known| known.columns.len() <= width && known.objective <= zero.objective) {
            Some(known) => Solution { rounds: 0, lower_bound: zero.lower_bound, ..known.clone() },
            None => zero,
        }
    }

    /// How a search ended, by its gap.
    pub(super) fn by_gap(&self, limit: Option<Limit>) -> Ending {
        match limit {
            _ if self.objective - self.lower_bound <= SOLVED_GAP * self.objective => Ending::Optimal,
            Some(limit) => Ending::Limit(limit),
            None => Ending::Stalled,
        }
    }

    /// The network with its numbers times these units: from them to the problem's own, or back with their inverse.
    pub(super) fn scaled(mut self, units: Units) -> Self {
        self.weights.iter_mut().for_each(|weight| *weight *= units.outputs);
        self.objective *= units.objectives();
        self.lower_bound *= units.objectives();
        self
    }

    /// The outputs of the network on the groups.
    pub fn outputs(&self, problem: &Problem) -> Vec<f64> {
        bounds::outputs(problem, &self.columns, &self.weights)
    }

    /// Takes over a refitted network if it is better.
    pub(super) fn improve(&mut self, problem: &Problem, columns: &[Bits], refitted: &Refit) {
        let largest = refitted.weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
        let kept = || (0..columns.len()).filter(|&p| refitted.weights[p].abs() > NEGLIGIBLE * largest);
        let weights: Vec<f64> = kept().map(|p| refitted.weights[p]).collect();
        let columns: Vec<Bits> = kept().map(|p| columns[p].clone()).collect();
        let objective = bounds::objective(problem, &columns, &weights);
        if objective < self.objective {
            (self.columns, self.weights, self.objective) = (columns, weights, objective);
        }
    }
}

/// A mixed-integer formulation of (4).
pub(super) trait Formulation<'a> {
    /// Outputs, losses and the programme.
    fn frame(&mut self) -> &mut Frame<'a>;

    /// A point of the programme for this network, if there is one.
    fn point(&self, network: &Solution) -> Option<Vec<f64>>;

    /// The distinct patterns that a point chooses, on the groups of the problem; `None` if it chooses a labelling that
    /// is none, which has been cut off.
    fn columns(&mut self, point: &[f64]) -> Option<Vec<Bits>>;
}

/// Solves the formulation, starting from a network.
pub(super) fn solve<'a>(formulation: &mut impl Formulation<'a>, start: Solution, settings: &Settings) -> Solution {
    let problem = formulation.frame().problem;
    let mut best = start;
    let outputs = best.outputs(problem);
    formulation.frame().tangents(&outputs);
    best.ending = Ending::Stalled;
    while best.rounds < ROUNDS {
        if best.objective - best.lower_bound <= settings.tolerance * best.objective {
            best.ending = Ending::Optimal;
            break;
        }
        if let Some(limit) = settings.budget.exceeded() {
            best.ending = Ending::Limit(limit);
            break;
        }
        match round(formulation, &mut best, settings) {
            Progress::Continues => {}
            Progress::Limit(limit) => {
                best.ending = Ending::Limit(limit);
                break;
            }
            Progress::Stalls => break,
        }
    }
    let honest = best.lower_bound - formulation.frame().slack();
    best.lower_bound = honest.max(loss_floor(problem)).min(best.objective);
    if best.ending == Ending::Optimal {
        best.ending = best.by_gap(None);
    }
    best
}

enum Progress {
    Continues,
    Stalls,
    Limit(Limit),
}

fn round<'a>(formulation: &mut impl Formulation<'a>, best: &mut Solution, settings: &Settings) -> Progress {
    let problem = formulation.frame().problem;
    let finest = 0.25 * settings.tolerance * best.objective;
    let gap = finest.max(ROUND_GAP * (best.objective - best.lower_bound));
    let start = formulation.point(best);
    let outcome = formulation.frame().model.solve(gap, &settings.budget, start);
    best.rounds += 1;
    let before = (best.objective, best.lower_bound);
    best.lower_bound = best.lower_bound.max(outcome.bound);
    let Some(point) = outcome.point else { return ended(outcome.ending) };
    let mut news = 0;
    match formulation.columns(&point) {
        None => news += 1,
        Some(columns) => {
            if let Some(refitted) = refit(problem, &columns, &settings.budget) {
                best.improve(problem, &columns, &refitted);
                news += formulation.frame().tangents(&refitted.outputs);
            }
            let outputs = formulation.frame().outputs_of(&point);
            news += formulation.frame().tangents(&outputs);
        }
    }
    match ended(outcome.ending) {
        Progress::Stalls if news > 0 || gap > finest || (best.objective, best.lower_bound) != before => {
            Progress::Continues
        }
        progress => progress,
    }
}

fn ended(ending: Stopped) -> Progress {
    match ending {
        Stopped::Limit(limit) => Progress::Limit(limit),
        // "Infeasible" and "unbounded" cannot be: the network without neurons is a point, and losses are at least 0.
        Stopped::Optimal | Stopped::Infeasible | Stopped::Unbounded | Stopped::Trouble => Progress::Stalls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exact::Arrangement, loss::Loss, pattern::Groups};

    /// Powers of two change no digit, there and back.
    #[test]
    fn networks_are_measured_exactly() {
        let groups = Groups::of(&Arrangement::new(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2).unwrap());
        let columns = ["101", "011"].map(|text| crate::pattern::from_text(text).unwrap()).to_vec();
        for loss in [Loss::Squared, Loss::Absolute, Loss::Huber { delta: 0.003 }] {
            let problem = Problem::new(&groups, &[0.01, -0.02, 0.0375], loss, 0.25).unwrap();
            let units = problem.units_of_targets();
            let measured = problem.in_units(units);
            let (columns, weights) = (columns.clone(), vec![0.5, -0.75]);
            let objective = bounds::objective(&measured, &columns, &weights);
            let network = Solution { columns, weights, objective, ..Solution::zero(&measured) };
            let back = network.clone().scaled(units);
            assert_eq!(back.objective, bounds::objective(&problem, &back.columns, &back.weights));
            let again = back.scaled(units.inverse());
            assert_eq!((again.weights, again.objective), (network.weights, network.objective));
            assert_eq!(again.lower_bound, network.lower_bound);
        }
    }
}
