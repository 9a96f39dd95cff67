//! The rows as the search sees them: standardised columns, so that line searches along coordinates make sense.
//!
//! Every invertible map of the weights is allowed, since what counts is the pattern of the weights on the raw rows, which is
//! decided exactly in the end.

use super::columns::Columns;
use crate::{
    data::Dataset,
    exact::Direction,
    pattern::{Bits, Groups, step},
};

/// One row for each group that is not zero, by columns.
pub(super) struct Frame {
    pub columns: Columns,
    mean: Vec<f64>,
    scale: Vec<f64>,
    bias: bool,
    /// The raw rows, exactly.
    rows: Vec<Direction>,
}

impl Frame {
    /// The groups that are not zero, standardised: O(N d).
    pub fn new(data: &Dataset, groups: &Groups) -> Self {
        let free = groups.len() - usize::from(groups.has_zero_group());
        let chosen: Vec<&[f64]> = groups.first_rows()[..free].iter().map(|&row| data.row(row)).collect();
        let d = data.d();
        let (mut mean, mut scale) = (vec![0.0; d], vec![1.0; d]);
        let features = if data.bias() { d - 1 } else { d };
        for j in 0..features {
            let n = free.max(1) as f64;
            if data.bias() {
                mean[j] = chosen.iter().map(|row| row[j] / n).sum();
            }
            let spread = chosen.iter().map(|row| ((row[j] - mean[j]) / n.sqrt()).powi(2)).sum::<f64>().sqrt();
            if spread.is_normal() {
                scale[j] = spread;
            }
        }
        let column = |j: usize| chosen.iter().map(|row| (row[j] - mean[j]) / scale[j]).collect();
        let columns = Columns((0..d).map(column).collect());
        // Rows of a data set are finite.
        let rows = chosen.iter().filter_map(|row| Direction::from_f64s(row)).collect();
        Frame { columns, mean, scale, bias: data.bias(), rows }
    }

    /// N, without the zero rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// d.
    pub fn width(&self) -> usize {
        self.columns.width()
    }

    /// The weights on raw rows.
    pub fn raw(&self, weights: &[f64]) -> Vec<f64> {
        let mut raw: Vec<f64> = weights.iter().zip(&self.scale).map(|(w, scale)| w / scale).collect();
        if self.bias {
            let shift: f64 = raw.iter().zip(&self.mean).map(|(w, mean)| w * mean).sum();
            if let Some(last) = raw.last_mut() {
                *last -= shift;
            }
        }
        raw
    }

    /// The pattern of raw weights by exact signs; `None` if they are not finite.
    pub fn pattern(&self, raw: &[f64]) -> Option<Bits> {
        let weight = Direction::from_f64s(raw)?;
        Some(self.rows.iter().map(|row| step(row.sign_with(&weight))).collect())
    }
}
