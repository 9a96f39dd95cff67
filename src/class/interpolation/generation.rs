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

/// Solves problem (9) for targets of moderate size over all columns that the pricer knows, from columns that span all
/// vectors.
pub fn solve(
    targets: &[f64],
    start: Vec<Bits>,
    pricer: &mut dyn Pricer,
    solver: Solver,
    budget: &Budget,
    report: &mut dyn FnMut(Round),
) -> Generated {
    let mut state = State::new(targets, start, solver);
    for _ in 0..MOST_ROUNDS {
        let finished = state.improve(pricer, &budget.at_least(GRACE));
        report(state.round(budget));
        state.found.limit = budget.exceeded();
        if finished || state.found.limit.is_some() {
            break;
        }
    }
    state.found
}

struct State<'a> {
    targets: &'a [f64],
    solver: Solver,
    found: Generated,
    known: HashSet<Bits>,
    /// How many of the columns are never dropped.
    kept: usize,
    upper: f64,
    lower: f64,
}

impl<'a> State<'a> {
    fn new(targets: &'a [f64], start: Vec<Bits>, solver: Solver) -> Self {
        let zero = vec![0.0; targets.len()];
        let found = Generated {
            columns: PatternMatrix::new(targets.len()),
            weights: Vec::new(),
            dual: zero.clone(),
            centre: zero,
            generated: 0,
            limit: None,
        };
        let mut state =
            State { targets, solver, found, known: HashSet::new(), kept: 0, upper: f64::INFINITY, lower: 0.0 };
        state.add(start);
        state.kept = state.found.columns.len();
        state
    }

    /// One round; whether there is nothing left to do.
    fn improve(&mut self, pricer: &mut dyn Pricer, budget: &Budget) -> bool {
        let solved = restricted::solve(&self.found.columns, self.targets, self.solver, budget);
        let Some(Restricted { weights, dual }) = solved else { return true };
        self.upper = self.upper.min(weights.iter().map(|w| w.abs()).sum());
        self.found.weights = weights;
        self.found.dual.clone_from(&dual);
        let between = self.found.centre.iter().zip(&dual);
        let between = between.map(|(centre, optimum)| (1.0 - STEP) * centre + STEP * optimum).collect();
        let added = self.separate(pricer, between) > 0 || self.separate(pricer, dual) > 0;
        self.drop_inactive();
        !added
    }

    /// Prices a dual point, keeps its bound and adds the columns that it violates; how many were new.
    fn separate(&mut self, pricer: &mut dyn Pricer, dual: Vec<f64>) -> usize {
        let Some(priced) = pricer.price(&dual, self.targets.len().max(64)) else { return 0 };
        let violated = |column: &Bits| weighted_sum(column, &dual).abs() > VIOLATED;
        let added = self.add(priced.columns.into_iter().filter(violated).collect());
        let scale = priced.price.max(1.0).recip();
        let bound: f64 = scale * dual.iter().zip(self.targets).map(|(v, y)| v * y).sum::<f64>();
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
        if self.found.columns.len() < self.kept + MOST_COLUMNS * self.targets.len() {
            return;
        }
        let prices = self.found.columns.weighted_sums(&self.found.dual);
        let stays = |p: &usize| *p < self.kept || self.found.weights[*p] != 0.0 || prices[*p].abs() > ACTIVE;
        let stay: Vec<usize> = (0..prices.len()).filter(stays).collect();
        self.found.columns = self.found.columns.select(&stay);
        self.found.weights = stay.iter().map(|&p| self.found.weights[p]).collect();
        self.known = self.found.columns.iter().map(|column| column.to_bitvec()).collect();
    }

    fn round(&self, budget: &Budget) -> Round {
        let columns = self.found.columns.len();
        Round { elapsed: budget.elapsed(), columns, primal: self.upper, dual: self.lower }
    }
}
