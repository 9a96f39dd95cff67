//! Rows stored by columns, as line searches go along one column after the other.

/// The entries of some rows: `0[j][row]`.
#[derive(Clone, Debug)]
pub(in crate::oracle) struct Columns(pub(in crate::oracle) Vec<Vec<f64>>);

impl Columns {
    /// The number of rows.
    pub(in crate::oracle) fn rows(&self) -> usize {
        self.0.first().map_or(0, Vec::len)
    }

    /// d.
    pub(in crate::oracle) fn width(&self) -> usize {
        self.0.len()
    }

    /// The entries of a coordinate.
    pub(super) fn column(&self, j: usize) -> &[f64] {
        &self.0[j]
    }

    /// z = X w for all rows.
    pub(super) fn times(&self, weights: &[f64]) -> Vec<f64> {
        let mut z = vec![0.0; self.rows()];
        for (column, weight) in self.0.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
            z.iter_mut().zip(column).for_each(|(z, x)| *z += weight * x);
        }
        z
    }
}
