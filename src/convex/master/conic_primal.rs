//! The Lasso (6), squared loss, as a quadratic programme in primal form for the conic solver.
//!
//! Variables w, t and the residuals r = D w - targets, minimise sum c r^2 / 2 + beta sum t with |w| <= t. N + 2 P
//! variables; [`super::conic_dual`] has fewer. It stands behind the dual form, and beside it in the comparisons.
//!
//! The targets are scaled to unit size first.

use super::{Master, Point, basic, for_one_solve, unit_of};
use crate::{
    backend::quadratic::{Columns, QuadraticProgram, minimise},
    convex::{
        Problem,
        datafit::{Datafit, Squared},
    },
    limits::Budget,
    pattern::PatternMatrix,
};

/// The conic solver on the primal form.
pub struct ConicPrimal;

impl ConicPrimal {
    /// The point of the solver as it is: many small weights, optimal to its tolerance.
    pub fn interior(&self, problem: &Problem, columns: &PatternMatrix, budget: &Budget) -> Option<Point> {
        let fit = problem.datafit::<Squared>().filter(|fit| fit.width == 1)?;
        let (groups, patterns, unit) = (fit.groups(), columns.len(), unit_of(fit.largest_target()));
        // Rows: the N equations D w - r = targets, then w - t <= 0, then -w - t <= 0.
        let mut constraints = Columns::new();
        for (p, column) in columns.iter().enumerate() {
            let bounds = [(groups + p, 1.0), (groups + patterns + p, -1.0)];
            constraints.push(column.iter_ones().map(|group| (group, 1.0)).chain(bounds));
        }
        for p in 0..patterns {
            constraints.push([(groups + p, -1.0), (groups + patterns + p, -1.0)]);
        }
        for group in 0..groups {
            constraints.push([(group, -1.0)]);
        }
        let zeros = vec![0.0; patterns];
        let programme = QuadraticProgram {
            diagonal: [&zeros[..], &zeros, &fit.counts].concat(),
            linear: [zeros.clone(), vec![problem.beta() / unit; patterns], vec![0.0; groups]].concat(),
            constraints,
            bounds: fit.means.iter().map(|mean| mean / unit).chain(vec![0.0; 2 * patterns]).collect(),
            equations: groups,
        };
        let solution = minimise(programme, budget)?;
        let residuals = &solution.primal[2 * patterns..];
        Some(Point {
            weights: solution.primal[..patterns].iter().map(|w| w * unit).collect(),
            dual: residuals.iter().zip(&fit.counts).map(|(r, count)| r * count * unit).collect(),
        })
    }
}

impl Master for ConicPrimal {
    fn applies(&self, problem: &Problem) -> bool {
        problem.datafit::<Squared>().is_some_and(|fit| fit.width == 1)
    }

    fn solve(&self, problem: &Problem, columns: &PatternMatrix, _start: &[f64], budget: &Budget) -> Option<Point> {
        let point = self.interior(problem, columns, &for_one_solve(budget))?;
        Some(basic(problem, columns, point, budget))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convex::{complete, master::ConicDual, penalty::L1},
        pattern::from_text,
    };

    #[test]
    fn both_forms_agree_with_the_closed_form() {
        let mut columns = PatternMatrix::new(3);
        columns.extend((0..8).map(|bits| from_text(&format!("{bits:03b}")).unwrap()));
        let mut fit = Squared::around(vec![2.0, 1.0, 3.0], vec![200.0, -100.0, 50.0]);
        fit.spreads = vec![4.0, 0.0, 3.0];
        let problem = Problem::of(fit, &L1, 30.0);
        let (complete, _) = complete::over_all_labellings(&problem);
        let optimum = problem.objective(&complete.outputs, complete.norm());
        let budget = Budget::unlimited();
        let dual = ConicDual.interior(&problem, &columns, &budget);
        for point in [dual, ConicPrimal.interior(&problem, &columns, &budget)] {
            let point = point.unwrap();
            let objective = problem.objective(&problem.outputs(&columns, &point.weights), problem.norm(&point.weights));
            assert!((objective - optimum).abs() < 1e-6 * optimum, "{objective} instead of {optimum}");
            let price = problem.price(&columns, &point.dual);
            assert!((problem.dual_value(&point.dual, price) - optimum).abs() < 1e-6 * optimum);
        }
    }
}
