//! The central hyperplane arrangement of a data matrix: what H(X) depends on, and nothing else.
//!
//! Rows that are positive multiples of each other share their bit in every activation pattern, and a zero row has bit
//! step(0) = 1 always. So the data rows are grouped by direction; the patterns on the groups determine the patterns on
//! the rows. H(X) depends only on the column space of X: r = rank X independent columns of X itself are kept, which
//! changes no sign and involves no rounding. Opposite directions stay two groups (they share a hyperplane, not a bit).
//!
//! Cost: O(n d) to read the rows, a hash lookup a row, and the rank (see [`super::rank`]).

use std::collections::HashMap;

use dashu_int::IBig;

use super::{
    integer::{from_f64s, make_primitive},
    rank,
    sign::Direction,
};

/// The normal of one hyperplane in R^r: the primitive integer direction of a group of data rows.
pub type Normal = Direction;

/// The distinct non-zero row directions of a data matrix in r = rank X coordinates.
#[derive(Clone, Debug)]
pub struct Arrangement {
    normals: Vec<Normal>,
    group_of_row: Vec<Option<usize>>,
    representatives: Vec<usize>,
    columns: Vec<usize>,
    dimension: usize,
}

impl Arrangement {
    /// The arrangement of the rows of X (`features`: n x d, row-major, all finite; `d >= 1`).
    ///
    /// `None` if an entry is not finite or the length is not a multiple of d.
    pub fn new(features: &[f64], d: usize) -> Option<Self> {
        if d == 0 || !features.len().is_multiple_of(d) {
            return None;
        }
        let mut directions: Vec<Vec<IBig>> = Vec::new();
        let mut index_of: HashMap<Vec<IBig>, usize> = HashMap::new();
        let (mut group_of_row, mut representatives) = (Vec::with_capacity(features.len() / d), Vec::new());
        for (row, values) in features.chunks_exact(d).enumerate() {
            let mut direction = from_f64s(values)?;
            make_primitive(&mut direction);
            if direction.iter().all(IBig::is_zero) {
                group_of_row.push(None);
                continue;
            }
            let group = *index_of.entry(direction).or_insert_with_key(|direction| {
                directions.push(direction.clone());
                representatives.push(row);
                directions.len() - 1
            });
            group_of_row.push(Some(group));
        }
        let columns = rank::basis(&directions, d).columns;
        let normals = directions.iter().map(|direction| reduced(direction, &columns)).collect();
        Some(Arrangement { normals, group_of_row, representatives, columns, dimension: d })
    }

    /// The normals, one for each group, in the order in which the groups first occur in the data; each has r entries.
    pub fn normals(&self) -> &[Normal] {
        &self.normals
    }

    /// The number of groups: distinct non-zero row directions.
    pub fn groups(&self) -> usize {
        self.normals.len()
    }

    /// The number of data rows n.
    pub fn rows(&self) -> usize {
        self.group_of_row.len()
    }

    /// The group of each data row, `None` for a zero row.
    pub fn group_of_row(&self) -> &[Option<usize>] {
        &self.group_of_row
    }

    /// The first data row of each group.
    pub fn representatives(&self) -> &[usize] {
        &self.representatives
    }

    /// The directions of the groups in all d coordinates, in their order; `features` are those of the arrangement.
    pub fn directions(&self, features: &[f64]) -> Vec<Direction> {
        let row = |&row: &usize| &features[row * self.dimension..(row + 1) * self.dimension];
        // They were read once, so they are finite and nothing is left out.
        self.representatives.iter().filter_map(|index| Direction::from_f64s(row(index))).collect()
    }

    /// r = rank X.
    pub fn rank(&self) -> usize {
        self.columns.len()
    }

    /// The r independent columns of X in which the normals are written, ascending.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The number of columns d of X.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Whether some data row is zero (its bit is 1 in every pattern).
    pub fn has_zero_row(&self) -> bool {
        self.group_of_row.iter().any(Option::is_none)
    }

    /// Whether every labelling of the groups is a pattern: their directions are linearly independent.
    pub fn shatters_groups(&self) -> bool {
        self.rank() == self.groups()
    }

    /// Sums of a quantity over the rows of each group, and over the zero rows: `(sums, sum over zero rows)`.
    pub fn group_sums<T: Clone + Default + for<'a> std::ops::AddAssign<&'a T>>(&self, rows: &[T]) -> (Vec<T>, T) {
        let mut sums = vec![T::default(); self.groups()];
        let mut zero = T::default();
        for (value, group) in rows.iter().zip(&self.group_of_row) {
            match group {
                Some(group) => sums[*group] += value,
                None => zero += value,
            }
        }
        (sums, zero)
    }

    /// A vector in the r kept coordinates as a vector in all d coordinates (zeros elsewhere); same pattern.
    pub fn embed<T: Clone + Default>(&self, reduced: &[T]) -> Vec<T> {
        let mut full = vec![T::default(); self.dimension];
        for (value, &column) in reduced.iter().zip(&self.columns) {
            full[column] = value.clone();
        }
        full
    }
}

fn reduced(direction: &[IBig], columns: &[usize]) -> Normal {
    let mut kept: Vec<IBig> = columns.iter().map(|&column| direction[column].clone()).collect();
    make_primitive(&mut kept);
    Direction::new(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_grouped_by_direction() {
        let features = [1.0, 2.0, 0.5, 1.0, -1.0, -2.0, 0.0, 0.0, 1.0, 2.0, 3.0, 1.0];
        let arrangement = Arrangement::new(&features, 2).unwrap();
        assert_eq!(arrangement.group_of_row(), [Some(0), Some(0), Some(1), None, Some(0), Some(2)]);
        assert_eq!(arrangement.representatives(), [0, 2, 5]);
        assert_eq!((arrangement.rank(), arrangement.has_zero_row()), (2, true));
        assert_eq!(arrangement.group_sums(&[1i64, 2, 4, 8, 16, 32]), (vec![19, 4, 32], 8));
    }

    #[test]
    fn dependent_columns_are_dropped() {
        let features = [1.0, 2.0, 1.0, 2.0, 4.0, 1.0, 3.0, 6.0, 1.0];
        let arrangement = Arrangement::new(&features, 3).unwrap();
        assert_eq!((arrangement.rank(), arrangement.columns()), (2, &[0, 2][..]));
        assert_eq!(arrangement.embed(&[5.0, 7.0]), [5.0, 0.0, 7.0]);
        assert!(!arrangement.shatters_groups());
    }

    #[test]
    fn a_matrix_of_zeros_has_no_hyperplane() {
        let arrangement = Arrangement::new(&[0.0, 0.0], 1).unwrap();
        assert_eq!((arrangement.rank(), arrangement.groups(), arrangement.rows()), (0, 0, 2));
        assert!(Arrangement::new(&[f64::NAN], 1).is_none() && Arrangement::new(&[1.0], 2).is_none());
    }
}
