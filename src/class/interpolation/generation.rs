//! Column generation for problem (9): solve over few columns, price over all of H(X), add the columns that violate the
//! dual point, repeat.
//!
//! The first columns span all vectors, so every restricted programme has a solution; they are never dropped. The dual
//! point V of the restricted optimum is the optimum of all if max |d^T V| <= 1 over H(X); otherwise V divided by that
//! price is feasible and gives a lower bound. V alone oscillates, so a point between it and the best feasible one is
//! priced first, as in [`crate::convex::working_set`].

use std::{collections::HashSet, time::Duration};

use super::restricted::{self, Restricted, Solver};
use crate::{
    convex::{Round, pricing::Pricer},
    limits::{Budget, Limit},
    pattern::{Bits, PatternMatrix, weighted_sum},
};

/// How far from the best feasible dual point towards the restricted optimum the priced point lies.
const STEP: f64 = 0.7;

/// A column is violated beyond this: the tolerance of the linear programmes.
const VIOLATED: f64 = 1.0 + 1e-9;

/// The loop ends after this many rounds with the bounds that it has.
const MOST_ROUNDS: usize = 1000;

/// Columns beyond so many for each row are dropped unless they are nearly tight.
const MOST_COLUMNS: usize = 6;

/// What dropping keeps: columns whose price is at least this.
const ACTIVE: f64 = 0.8;

/// The least time for a linear programme, so that there is a network to return.
const GRACE: Duration = Duration::from_secs(2);

/// A proposal for problem (9).
#[derive(Clone, Debug)]
pub struct Generated {
    /// The columns of the last programme; they span all vectors.
    pub columns: PatternMatrix,
    /// Their weights, zero for columns that came later.
    pub weights: Vec<f64>,
    /// The last programme's dual point.
    pub dual: Vec<f64>,
    /// The dual point with the best lower bound so far, feasible up to rounding.
    pub centre: Vec<f64>,
    /// Columns that were taken into a programme.
    pub generated: usize,
    /// The limit that ended the loop early.
    pub limit: Option<Limit>,
}

/// Problem (9) with targets of moderate size, and how it is solved.
#[derive(Clone, Copy, Debug)]
pub struct Programme<'a> {
    /// The targets of the groups.
    pub targets: &'a [f64],
    /// What solves the linear programmes.
    pub solver: Solver,
    /// The relative gap at which the loop ends.
    pub tolerance: f64,
    /// What may be used.
    pub budget: &'a Budget,
}

/// Solves problem (9) over all columns that the pricer knows, from columns that span all vectors.
pub fn solve(
    programme: &Programme<'_>,
    start: Vec<Bits>,
    pricer: &mut dyn Pricer,
    report: &mut dyn FnMut(Round),
) -> Generated {
    let mut state = State::new(programme, start);
    for _ in 0..MOST_ROUNDS {
        let finished = state.improve(pricer);
        report(state.round());
        state.found.limit = programme.budget.exceeded();
        if finished || state.found.limit.is_some() {
            break;
        }
    }
    state.found
}

impl Generated {
    /// The optimum over these columns only, even after a limit; `None` if there is none, because they do not span the
    /// targets, or it is not found.
    pub fn over(columns: PatternMatrix, targets: &[f64], solver: Solver, budget: &Budget) -> Option<Generated> {
        let Restricted { weights, dual } = restricted::solve(&columns, targets, solver, &budget.at_least(GRACE))?;
        let generated = columns.len();
        Some(Generated { columns, weights, centre: dual.clone(), dual, generated, limit: None })
    }
}

struct State<'a> {
    programme: &'a Programme<'a>,
    found: Generated,
    known: HashSet<Bits>,
    /// How many of the columns are never dropped.
    kept: usize,
    upper: f64,
    lower: f64,
}

impl<'a> State<'a> {
    fn new(programme: &'a Programme<'a>, start: Vec<Bits>) -> Self {
        let groups = programme.targets.len();
        let zero = vec![0.0; groups];
        let found = Generated {
            columns: PatternMatrix::new(groups),
            weights: Vec::new(),
            dual: zero.clone(),
            centre: zero,
            generated: 0,
            limit: None,
        };
        let mut state = State { programme, found, known: HashSet::new(), kept: 0, upper: f64::INFINITY, lower: 0.0 };
        state.add(start);
        state.kept = state.found.columns.len();
        state
    }

    /// One round; whether there is nothing left to do.
    fn improve(&mut self, pricer: &mut dyn Pricer) -> bool {
        let Programme { targets, solver, budget, .. } = *self.programme;
        let solved = restricted::solve(&self.found.columns, targets, solver, &budget.at_least(GRACE));
        let Some(Restricted { weights, dual }) = solved else { return true };
        self.upper = self.upper.min(weights.iter().map(|w| w.abs()).sum());
        self.found.weights = weights;
        self.found.dual.clone_from(&dual);
        let between = self.found.centre.iter().zip(&dual);
        let between = between.map(|(centre, optimum)| (1.0 - STEP) * centre + STEP * optimum).collect();
        let added = self.separate(pricer, between) > 0 || self.separate(pricer, dual) > 0;
        self.drop_inactive();
        !added || self.upper - self.lower <= self.programme.tolerance * self.upper
    }

    /// Prices a dual point, keeps its bound and adds the columns that it violates; how many were new.
    fn separate(&mut self, pricer: &mut dyn Pricer, dual: Vec<f64>) -> usize {
        let Some(priced) = pricer.price(&dual, self.programme.targets.len().max(64)) else { return 0 };
        let violated = |column: &Bits| weighted_sum(column, &dual).abs() > VIOLATED;
        let added = self.add(priced.columns.into_iter().filter(violated).collect());
        let scale = priced.price.max(1.0).recip();
        let bound: f64 = scale * dual.iter().zip(self.programme.targets).map(|(v, y)| v * y).sum::<f64>();
        if bound > self.lower {
            self.lower = bound;
            self.found.centre = dual.iter().map(|v| scale * v).collect();
        }
        added
    }

    /// Adds columns that are new; how many those were.
    fn add(&mut self, columns: Vec<Bits>) -> usize {
        let before = self.found.columns.len();
        for column in columns {
            if self.known.insert(column.clone()) {
                self.found.columns.push(&column);
                self.found.weights.push(0.0);
            }
        }
        self.found.generated += self.found.columns.len() - before;
        self.found.columns.len() - before
    }

    /// Forgets columns that are far from violation at the last optimum, if there are many.
    fn drop_inactive(&mut self) {
        if self.found.columns.len() < self.kept + MOST_COLUMNS * self.programme.targets.len() {
            return;
        }
        let prices = self.found.columns.weighted_sums(&self.found.dual);
        let stays = |p: &usize| *p < self.kept || self.found.weights[*p] != 0.0 || prices[*p].abs() > ACTIVE;
        let stay: Vec<usize> = (0..prices.len()).filter(stays).collect();
        self.found.columns = self.found.columns.select(&stay);
        self.found.weights = stay.iter().map(|&p| self.found.weights[p]).collect();
        self.known = self.found.columns.iter().map(|column| column.to_bitvec()).collect();
    }

    fn round(&self) -> Round {
        let columns = self.found.columns.len();
        Round { elapsed: self.programme.budget.elapsed(), columns, primal: self.upper, dual: self.lower }
    }
}
