//! Weighted logistic fits: the starts that find good halfspaces in many dimensions.
//!
//! The rows have labels sign v and weights |v|. The logistic loss is a smooth stand-in for what is wanted, the largest sum
//! of v over the active rows. Newton's method with a small ridge; O(N d^2 + d^3) a step.

use nalgebra::{DMatrix, DVector};

use super::{
    columns::Columns,
    tuning::{NEWTON_STEPS, RIDGE},
};

/// Weights that separate the rows with v > 0 from those with v < 0, as far as some rows tell; `None` if rounding wins.
pub(super) fn fit(columns: &Columns, values: &[f64], rows: &[usize]) -> Option<Vec<f64>> {
    let d = columns.width();
    let total: f64 = rows.iter().map(|&g| values[g].abs()).sum();
    if total <= 0.0 {
        return None;
    }
    let mut weights = vec![0.0; d];
    for _ in 0..NEWTON_STEPS {
        let (mut hessian, mut gradient) = (DMatrix::<f64>::identity(d, d) * RIDGE, DVector::<f64>::zeros(d));
        weights.iter().enumerate().for_each(|(j, w)| gradient[j] = RIDGE * w);
        let mut x = vec![0.0; d];
        for &g in rows.iter().filter(|&&g| values[g] != 0.0) {
            (0..d).for_each(|j| x[j] = columns.column(j)[g]);
            let margin: f64 = x.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let (size, label) = (values[g].abs() / total, values[g].signum());
            let wrong = 1.0 / (1.0 + (label * margin).exp());
            let curvature = size * wrong * (1.0 - wrong);
            for j in 0..d {
                gradient[j] -= size * label * wrong * x[j];
                for k in 0..=j {
                    hessian[(j, k)] += curvature * x[j] * x[k];
                }
            }
        }
        let step = hessian.cholesky()?.solve(&gradient);
        weights.iter_mut().zip(step.iter()).for_each(|(w, s)| *w -= s);
        if step.norm() <= 1e-3 * (1.0 + weights.iter().map(|w| w * w).sum::<f64>().sqrt()) {
            break;
        }
    }
    weights.iter().all(|w| w.is_finite()).then_some(weights)
}
