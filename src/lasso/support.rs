//! Few neurons: from the weights of an interior-point solution to a basic one.
//!
//! *Caratheodory.* If the columns with non-zero weights are dependent, D z = 0, then moving w along z changes neither
//! D w nor, at an optimum, ||w||_1 (off an optimum the direction that does not increase it is taken), until a weight
//! becomes 0. Repeated, at most rank D <= N columns remain. The columns are kept in reduced echelon form, so each step is
//! one pivot: O(N s) for s columns, O(N s^2) in all.
//!
//! *Polish.* On independent columns with known signs the optimum solves the linear system
//! D^T C D w = D^T C t - beta sign(w). If the signs hold, that is the optimum of the restricted problem to rounding;
//! columns whose sign flips are dropped and the system is solved again.

use nalgebra::{DMatrix, DVector};

use super::GroupedProblem;
use crate::pattern::PatternMatrix;

/// Weights below this fraction of the largest are what an interior-point method leaves of a zero.
const NEGLIGIBLE: f64 = 1e-7;

/// Weights below this fraction of the largest are rounding errors of a zero after polishing.
const ROUNDING: f64 = 1e-12;

/// Pivots below this are zero: entries of an echelon form of a 0/1 matrix are ratios of moderate integers.
const PIVOT: f64 = 1e-9;

/// Independent columns and their weights, with an objective that is not larger up to what was negligible.
pub fn reduce(problem: &GroupedProblem, columns: &PatternMatrix, weights: &[f64]) -> (PatternMatrix, Vec<f64>) {
    let largest = weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
    let kept: Vec<usize> = (0..weights.len()).filter(|&p| weights[p].abs() > NEGLIGIBLE * largest).collect();
    let columns = columns.select(&kept);
    let mut weights: Vec<f64> = kept.iter().map(|&p| weights[p]).collect();
    make_independent(&columns, &mut weights);
    let (columns, weights) = without_zeros(columns, weights);
    match polish(problem, &columns, &weights) {
        Some(polished) if objective(problem, &columns, &polished) <= objective(problem, &columns, &weights) => {
            without_zeros(columns, polished)
        }
        _ => (columns, weights),
    }
}

fn objective(problem: &GroupedProblem, columns: &PatternMatrix, weights: &[f64]) -> f64 {
    problem.objective(&problem.outputs(columns, weights), weights.iter().map(|w| w.abs()).sum())
}

/// Drops columns whose weight is zero up to rounding.
fn without_zeros(columns: PatternMatrix, weights: Vec<f64>) -> (PatternMatrix, Vec<f64>) {
    let largest = weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
    let kept: Vec<usize> = (0..weights.len()).filter(|&p| weights[p].abs() > ROUNDING * largest).collect();
    (columns.select(&kept), kept.into_iter().map(|p| weights[p]).collect())
}

/// Sets weights to zero, keeping D w and not increasing ||w||_1, until the other columns are independent.
fn make_independent(columns: &PatternMatrix, weights: &mut [f64]) {
    let mut form = EchelonForm::new(columns);
    while let Some(free) = form.free.pop() {
        let direction = form.null_vector(free);
        let growth: f64 =
            direction.iter().filter(|&&(p, _)| weights[p] != 0.0).map(|&(p, z)| weights[p].signum() * z).sum();
        let sign = if growth > 0.0 { -1.0 } else { 1.0 };
        // The first weight that becomes zero along sign * z. Some entry shrinks, because the l1 norm does not grow.
        let shrinking = direction.iter().filter(|&&(p, z)| weights[p] * sign * z < 0.0);
        let leaving = shrinking.map(|&(p, z)| (p, -weights[p] / (sign * z))).min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((leaving, step)) = leaving else { continue };
        for &(p, z) in &direction {
            weights[p] += step * sign * z;
        }
        weights[leaving] = 0.0;
        if leaving != free {
            form.exchange(leaving, free);
        }
    }
}

/// The reduced row echelon form of D, kept while columns leave the basis.
struct EchelonForm {
    entries: DMatrix<f64>,
    /// The column of each pivot row.
    basis: Vec<usize>,
    /// Columns without a pivot that still have to be removed.
    free: Vec<usize>,
}

impl EchelonForm {
    fn new(columns: &PatternMatrix) -> Self {
        let entry = |row: usize, p: usize| f64::from(u8::from(columns.column(p)[row]));
        let entries = DMatrix::from_fn(columns.rows(), columns.len(), entry);
        let mut form = EchelonForm { entries, basis: Vec::new(), free: Vec::new() };
        for p in 0..columns.len() {
            let row = form.basis.len();
            let candidates = row..form.entries.nrows();
            let best = candidates.max_by(|&a, &b| form.entries[(a, p)].abs().total_cmp(&form.entries[(b, p)].abs()));
            match best.filter(|&best| form.entries[(best, p)].abs() > PIVOT) {
                Some(best) => {
                    form.entries.swap_rows(row, best);
                    form.basis.push(p);
                    form.eliminate(row, p);
                }
                None => form.free.push(p),
            }
        }
        form
    }

    /// Makes column p the unit vector of `row`.
    fn eliminate(&mut self, row: usize, p: usize) {
        let mut factors = self.entries.column(p).into_owned();
        let pivot = std::mem::take(&mut factors[row]);
        for q in 0..self.entries.ncols() {
            let value = self.entries[(row, q)] / pivot;
            if value != 0.0 {
                self.entries.column_mut(q).axpy(-value, &factors, 1.0);
                self.entries[(row, q)] = value;
            }
        }
    }

    /// z with D z = 0, z = 1 at the free column and otherwise supported on the basis.
    fn null_vector(&self, free: usize) -> Vec<(usize, f64)> {
        let basic = self.basis.iter().enumerate().map(|(row, &p)| (p, -self.entries[(row, free)]));
        basic.filter(|(_, z)| z.abs() > PIVOT).chain([(free, 1.0)]).collect()
    }

    /// The free column takes the place of a basic one.
    fn exchange(&mut self, leaving: usize, entering: usize) {
        if let Some(row) = self.basis.iter().position(|&p| p == leaving) {
            self.basis[row] = entering;
            self.eliminate(row, entering);
        }
    }
}

/// The optimum on the given columns with the signs of the given weights; zero weights for columns that are dropped.
fn polish(problem: &GroupedProblem, columns: &PatternMatrix, weights: &[f64]) -> Option<Vec<f64>> {
    let mut active: Vec<usize> = (0..weights.len()).collect();
    while !active.is_empty() {
        let solved = stationary(
            problem,
            &columns.select(&active),
            &active.iter().map(|&p| weights[p].signum()).collect::<Vec<_>>(),
        )?;
        let holds = |index: usize| solved[index] * weights[active[index]] > 0.0;
        if (0..active.len()).all(holds) {
            let mut polished = vec![0.0; weights.len()];
            for (&p, &value) in active.iter().zip(&solved) {
                polished[p] = value;
            }
            return Some(polished);
        }
        active = (0..active.len()).filter(|&index| holds(index)).map(|index| active[index]).collect();
    }
    Some(vec![0.0; weights.len()])
}

/// Solves D^T C D w = D^T C t - beta sigma.
fn stationary(problem: &GroupedProblem, columns: &PatternMatrix, signs: &[f64]) -> Option<Vec<f64>> {
    let counts = DVector::from_column_slice(&problem.counts);
    let entry = |row: usize, p: usize| f64::from(u8::from(columns.column(p)[row]));
    let matrix = DMatrix::from_fn(problem.groups(), columns.len(), entry);
    let weighted = DMatrix::from_fn(problem.groups(), columns.len(), |row, p| matrix[(row, p)] * counts[row]);
    let right =
        weighted.tr_mul(&DVector::from_column_slice(&problem.means)) - DVector::from_column_slice(signs) * problem.beta;
    let solved = weighted.tr_mul(&matrix).cholesky()?.solve(&right);
    solved.iter().all(|value| value.is_finite()).then(|| solved.as_slice().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::from_text;

    #[test]
    fn dependent_columns_are_removed_without_changing_the_outputs() {
        let mut columns = PatternMatrix::new(3);
        columns.extend(["110", "001", "111", "100", "010"].map(|text| from_text(text).unwrap()));
        let problem = GroupedProblem { counts: vec![1.0; 3], means: vec![0.0; 3], spread: 0.0, beta: 1.0 };
        let mut weights = vec![1.0, 2.0, 1.0, 0.5, 0.5];
        let before = problem.outputs(&columns, &weights);
        let norm: f64 = weights.iter().map(|w: &f64| w.abs()).sum();
        make_independent(&columns, &mut weights);
        let after = problem.outputs(&columns, &weights);
        assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-12));
        assert!(weights.iter().filter(|w| **w != 0.0).count() <= 3);
        assert!(weights.iter().map(|w| w.abs()).sum::<f64>() <= norm + 1e-12);
    }

    #[test]
    fn polishing_is_exact_on_the_right_signs() {
        let mut columns = PatternMatrix::new(2);
        columns.extend(["10", "01"].map(|text| from_text(text).unwrap()));
        let problem = GroupedProblem { counts: vec![1.0, 2.0], means: vec![3.0, -2.0], spread: 0.0, beta: 1.0 };
        let (_, weights) = reduce(&problem, &columns, &[1.9, -1.4]);
        assert!((weights[0] - 2.0).abs() < 1e-12 && (weights[1] + 1.5).abs() < 1e-12);
    }
}
