//! The Cholesky factor L of a matrix that gains and loses one row and column at a time.
//!
//! L is kept by columns, each from its diagonal entry down, so that all inner loops run over contiguous memory. O(k^2)
//! an operation for k columns.

/// Entries that a dot product adds up side by side.
const LANES: usize = 8;

/// The lower triangular L of a symmetric positive definite matrix L L^T.
#[derive(Clone, Debug, Default)]
pub struct Factor {
    /// `columns[c][i]` is L at row c + i and column c.
    columns: Vec<Vec<f64>>,
}

impl Factor {
    /// Solves L z = `vector` in place.
    pub fn solve_lower(&self, vector: &mut [f64]) {
        for (c, column) in self.columns.iter().enumerate() {
            let value = vector[c] / column[0];
            vector[c] = value;
            for (entry, l) in vector[c + 1..].iter_mut().zip(&column[1..]) {
                *entry -= value * l;
            }
        }
    }

    /// Solves L^T x = `vector` in place.
    pub fn solve_upper(&self, vector: &mut [f64]) {
        for (c, column) in self.columns.iter().enumerate().rev() {
            vector[c] = (vector[c] - dot(&column[1..], &vector[c + 1..])) / column[0];
        }
    }

    /// Solves L L^T x = `vector` in place.
    pub fn solve(&self, vector: &mut [f64]) {
        self.solve_lower(vector);
        self.solve_upper(vector);
    }

    /// Appends a row and column b with diagonal entry |z|^2 + `rest`, where L z = b; `rest` must be positive.
    pub fn append(&mut self, z: &[f64], rest: f64) {
        for (column, &entry) in self.columns.iter_mut().zip(z) {
            column.push(entry);
        }
        self.columns.push(vec![rest.sqrt()]);
    }

    /// Removes a row and its column: what the column explained is a rank one update of the columns behind it.
    pub fn remove(&mut self, index: usize) {
        for (c, column) in self.columns[..index].iter_mut().enumerate() {
            column.remove(index - c);
        }
        let removed = self.columns.remove(index);
        let mut spike = &mut removed.into_boxed_slice()[1..];
        for column in &mut self.columns[index..] {
            let Some((head, tail)) = spike.split_first_mut() else { return };
            let length = column[0].hypot(*head);
            let (cosine, sine) = (column[0] / length, *head / length);
            column[0] = length;
            for (l, x) in column[1..].iter_mut().zip(&mut *tail) {
                (*l, *x) = (cosine * *l + sine * *x, cosine * *x - sine * *l);
            }
            spike = tail;
        }
    }
}

/// The dot product of two vectors of equal length.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    let mut lanes = [0.0; LANES];
    for (a, b) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::*;

    #[test]
    fn rows_come_and_go() {
        let size = 20;
        let entry = |a: usize, b: usize| ((7 * a + 3 * b * b) % 11) as f64 - 5.0;
        let half = DMatrix::from_fn(size, size, entry);
        let matrix = &half * half.transpose() + DMatrix::identity(size, size);
        let (mut factor, mut rows) = (Factor::default(), Vec::new());
        for step in 0..size {
            let mut z: Vec<f64> = rows.iter().map(|&row| matrix[(step, row)]).collect();
            factor.solve_lower(&mut z);
            factor.append(&z, matrix[(step, step)] - dot(&z, &z));
            rows.push(step);
            if step % 3 == 2 {
                let index = 5 * step % rows.len();
                factor.remove(index);
                rows.remove(index);
            }
            let part = DMatrix::from_fn(rows.len(), rows.len(), |a, b| matrix[(rows[a], rows[b])]);
            let mut right: Vec<f64> = rows.iter().map(|&row| row as f64 - 4.0).collect();
            let expected = part.cholesky().unwrap().solve(&DVector::from_column_slice(&right));
            factor.solve(&mut right);
            assert!(expected.iter().zip(&right).all(|(a, b)| (a - b).abs() < 1e-9));
        }
    }
}
