//! Few neurons: from the weights of an interior-point solution to a basic one (Caratheodory).
//!
//! If the columns with non-zero weights are dependent, D z = 0, then moving w along z changes neither D w nor, at an
//! optimum, ||w||_1 (off an optimum the direction that does not increase it is taken), until a weight becomes 0.
//! Repeated, at most rank D <= N columns remain. The columns are kept in reduced echelon form, so each step is one
//! pivot: O(N s) for s columns, O(N s^2) in all.

use nalgebra::DMatrix;

use super::tuning::support::{NEGLIGIBLE, PIVOT};
use crate::pattern::PatternMatrix;

/// Weights with independent support and, up to what was negligible, the same D w and no larger ||w||_1.
pub fn reduce(columns: &PatternMatrix, weights: &[f64]) -> Vec<f64> {
    let largest = weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
    let kept: Vec<usize> = (0..weights.len()).filter(|&p| weights[p].abs() > NEGLIGIBLE * largest).collect();
    let mut support: Vec<f64> = kept.iter().map(|&p| weights[p]).collect();
    make_independent(&columns.select(&kept), &mut support);
    let mut reduced = vec![0.0; weights.len()];
    for (&p, &weight) in kept.iter().zip(&support) {
        reduced[p] = weight;
    }
    reduced
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convex::{Problem, datafit::Squared, penalty::L1},
        pattern::from_text,
    };

    #[test]
    fn dependent_columns_are_removed_without_changing_the_outputs() {
        let mut columns = PatternMatrix::new(3);
        columns.extend(["110", "001", "111", "100", "010"].map(|text| from_text(text).unwrap()));
        let problem = Problem::of(Squared::around(vec![1.0; 3], vec![0.0; 3]), &L1, 1.0);
        let mut weights = vec![1.0, 2.0, 1.0, 0.5, 0.5];
        let before = problem.outputs(&columns, &weights);
        let norm: f64 = weights.iter().map(|w: &f64| w.abs()).sum();
        make_independent(&columns, &mut weights);
        let after = problem.outputs(&columns, &weights);
        assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-12));
        assert!(weights.iter().filter(|w| **w != 0.0).count() <= 3);
        assert!(weights.iter().map(|w| w.abs()).sum::<f64>() <= norm + 1e-12);
    }
}
