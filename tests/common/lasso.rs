//! The optimum of (6) over a list of patterns, by a method that the library does not use.
//!
//! Cyclic coordinate descent on min 1/2 ||D w - y||^2 + beta ||w||_1, until the duality gap of the scaled residual is
//! closed. Slow, but it proves its own answer.

/// The optimum to a relative 1e-10.
///
/// # Panics
///
/// If coordinate descent does not close the gap.
pub fn optimum(patterns: &[String], targets: &[f64], beta: f64) -> f64 {
    let columns: Vec<Vec<usize>> = patterns
        .iter()
        .map(|pattern| super::bits(pattern).enumerate().filter(|(_, bit)| *bit).map(|(row, _)| row).collect())
        .collect();
    let mut weights = vec![0.0; columns.len()];
    // y - D w.
    let mut residual = targets.to_vec();
    for sweep in 0..2_000_000 {
        for (column, weight) in columns.iter().zip(&mut weights).filter(|(column, _)| !column.is_empty()) {
            let size = column.len() as f64;
            let correlation = sum(column, &residual) + size * *weight;
            let next = soft_threshold(correlation, beta) / size;
            for &row in column {
                residual[row] -= next - *weight;
            }
            *weight = next;
        }
        if sweep % 64 == 0 {
            let norm: f64 = weights.iter().map(|w| w.abs()).sum();
            let primal = 0.5 * residual.iter().map(|r| r * r).sum::<f64>() + beta * norm;
            let price = columns.iter().map(|column| sum(column, &residual).abs()).fold(0.0, f64::max);
            let scale = if price > beta { beta / price } else { 1.0 };
            let dual: f64 = residual.iter().zip(targets).map(|(r, y)| scale * r * (y - 0.5 * scale * r)).sum();
            if primal - dual <= 1e-10 * primal.max(1.0) {
                return primal;
            }
        }
    }
    panic!("coordinate descent did not converge")
}

fn sum(rows: &[usize], values: &[f64]) -> f64 {
    rows.iter().map(|&row| values[row]).sum()
}

fn soft_threshold(value: f64, by: f64) -> f64 {
    value.signum() * (value.abs() - by).max(0.0)
}
