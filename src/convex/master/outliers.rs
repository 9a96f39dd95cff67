//! The Huber loss by the active-set method: a column for each row that may be an outlier.
//!
//! The Huber loss is an infimal convolution, min over s of (f + s - t)^2 / 2 + delta |s|: s is what a row is further away than
//! delta. So the Lasso with the Huber loss is a Lasso with the squared loss on the rows, with the columns of the identity
//! added, whose penalty is c_k delta in place of beta. V is the same. The active-set method solves it from the last optimum,
//! to rounding, whatever the targets; an interior-point method loses ones beside 10^9.
//!
//! With T rows and P columns, O((P + T) T / 8) a move, and as many moves more as rows become outliers or cease to be.

use super::{Master, Point, active_set};
use crate::{
    convex::{
        Problem,
        datafit::{Squared, Term},
        tuning::outliers::MOST_ROWS,
    },
    limits::Budget,
    loss::Loss,
    pattern::{Bits, PatternMatrix},
};

/// The active-set method with a column for each possible outlier.
pub struct Outliers;

impl Master for Outliers {
    fn applies(&self, problem: &Problem) -> bool {
        let few = || (0..problem.groups()).map(|group| problem.fit().terms(group).len()).sum::<usize>() <= MOST_ROWS;
        problem.width() == 1 && matches!(problem.loss(), Loss::Huber { .. }) && few()
    }

    fn solve(&self, problem: &Problem, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<Point> {
        let delta = problem.loss().squared_up_to()?;
        let rows = Rows::of(problem, columns);
        let patterns = columns.len();
        let penalties: Vec<f64> = vec![problem.beta(); patterns].into_iter().chain(rows.penalties(delta)).collect();
        let outputs = problem.outputs(columns, start);
        let solve = |excess: Vec<f64>| {
            let start = [start, &excess].concat();
            active_set::solve(&rows.fit(), &penalties, &rows.columns, &start, budget)
        };
        // Outliers of the last optimum may depend on its columns; then none is one at the start.
        let point = solve(rows.excess(&outputs, delta)).or_else(|| solve(vec![0.0; rows.terms.len()]))?;
        let mut dual = vec![0.0; problem.groups()];
        for ((group, _), v) in rows.terms.iter().zip(&point.dual) {
            dual[*group] += v;
        }
        Some(Point { weights: point.weights[..patterns].to_vec(), dual })
    }
}

/// The terms of a datafit as rows of their own.
struct Rows {
    terms: Vec<(usize, Term)>,
    /// The patterns on the rows, then the identity.
    columns: PatternMatrix,
}

impl Rows {
    fn of(problem: &Problem, patterns: &PatternMatrix) -> Self {
        let of_group = |group| problem.fit().terms(group).into_iter().map(move |term| (group, term));
        let terms: Vec<(usize, Term)> = (0..problem.groups()).flat_map(of_group).collect();
        let mut columns = PatternMatrix::new(terms.len());
        for pattern in patterns.iter() {
            columns.push(&terms.iter().map(|(group, _)| pattern[*group]).collect::<Bits>());
        }
        for row in 0..terms.len() {
            let mut unit = Bits::repeat(false, terms.len());
            unit.set(row, true);
            columns.push(&unit);
        }
        Rows { terms, columns }
    }

    fn fit(&self) -> Squared {
        let of = |f: fn(&Term) -> f64| self.terms.iter().map(|(_, term)| f(term)).collect();
        Squared::around(of(|term| term.count), of(|term| term.target))
    }

    /// What outliers cost.
    fn penalties(&self, delta: f64) -> impl Iterator<Item = f64> {
        self.terms.iter().map(move |(_, term)| term.count * delta)
    }

    /// s for these outputs.
    fn excess(&self, outputs: &[f64], delta: f64) -> Vec<f64> {
        let residual = |(group, term): &(usize, Term)| term.target - outputs[*group];
        self.terms.iter().map(residual).map(|residual| residual - residual.clamp(-delta, delta)).collect()
    }
}
