//! Some of the rows as an arrangement of their own, and the rays at which patterns are met.
//!
//! A ray is given by the rows that vanish on it. Their rank is one less than that of the part; restricted to the pivot
//! columns of the elimination that led to the ray they keep that rank, so setting the one remaining coordinate to 1 and
//! solving for the others gives the ray. O(r^3) for the ray and O(N r) filtered signs for the pattern on it.

use crate::{
    exact::{Direction, IBig, Normal, elimination, integer, rank},
    pattern::{Bits, step},
};

/// Some of the rows as an arrangement of its own.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Row numbers, ascending.
    pub(super) rows: Vec<usize>,
    /// Columns of these rows that keep their rank; their number is the rank.
    pub(super) columns: Vec<usize>,
}

impl Part {
    /// All rows.
    pub(super) fn all(normals: &[Normal]) -> Self {
        Part::new(normals, (0..normals.len()).collect())
    }

    /// The given rows (ascending) with the first columns that keep their rank.
    fn new(normals: &[Normal], rows: Vec<usize>) -> Self {
        let vectors: Vec<Vec<IBig>> = rows.iter().map(|&row| normals[row].exact().to_vec()).collect();
        Part { columns: rank::basis(&vectors, width(normals)).columns, rows }
    }

    pub(super) fn rank(&self) -> usize {
        self.columns.len()
    }

    /// Whether every labelling is a pattern.
    pub(super) fn independent(&self) -> bool {
        self.rank() == self.rows.len()
    }

    /// The number of chunks into which a walk is divided: the first rows of its planes.
    pub(super) fn chunks(&self) -> usize {
        if self.rank() <= 2 { 1 } else { self.rows.len() }
    }

    /// Whether a plane with this first basis (some rows and a last one) is kept, see the head of [`super::planes`].
    pub(super) fn keeps(&self, basis: &[usize], last: usize) -> bool {
        match (self.rank(), basis) {
            (3, []) => Some(&last) != self.rows.last(),
            (4, [first]) => first % 2 == last % 2,
            _ => true,
        }
    }

    /// Whether a ray counts on the first of its planes only.
    pub(super) fn first_only(&self) -> bool {
        self.rank() != 4
    }
}

/// Where patterns were met: a ray and its opposite.
#[derive(Clone, Debug)]
pub(super) struct RayLocation {
    /// Rows that vanish on the ray, ascending.
    pub(super) vanishing: Vec<usize>,
    /// Columns of these rows that keep their rank.
    pub(super) columns: Vec<usize>,
    /// A basis of these rows.
    pub(super) basis: Vec<usize>,
}

impl RayLocation {
    /// The rows that vanish, in columns that do not depend on the planes on which the ray was met.
    pub(super) fn inner(&self, normals: &[Normal]) -> Part {
        Part::new(normals, self.vanishing.clone())
    }

    /// A primitive vector (in all columns) on which the rows vanish and no other row of the part does; its first entry
    /// that is not 0 is positive. It depends on the part and on the rows that vanish only.
    pub(super) fn ray(&self, normals: &[Normal], part: &Part) -> Vec<IBig> {
        let mut vector = vec![IBig::ZERO; width(normals)];
        // One column of the part is no pivot.
        let Some(&free) = part.columns.iter().find(|column| !self.columns.contains(column)) else { return vector };
        let entries = |row: &usize| {
            let entry = |&column: &usize| normals[*row].exact()[column].clone();
            self.columns.iter().chain([&free]).map(entry).collect()
        };
        // Pivot columns of a basis: the system is regular.
        if let Some(solved) = elimination::solve(self.basis.iter().map(entries).collect()) {
            vector[free] = -solved.denominator;
            for (&column, value) in self.columns.iter().zip(solved.solutions.into_iter().flatten()) {
                vector[column] = value;
            }
        }
        integer::make_primitive(&mut vector);
        if vector.iter().find(|entry| !entry.is_zero()).is_some_and(|entry| *entry < IBig::ZERO) {
            return vector.into_iter().map(|entry| -entry).collect();
        }
        vector
    }

    /// The pattern of the part on its ray or the opposite one, with a pattern of the rows that vanish put in.
    pub(super) fn pattern(&self, part: &Part, outside: &Bits, local: &Bits) -> Bits {
        let mut pattern = outside.clone();
        for (row, bit) in self.vanishing.iter().zip(local) {
            // A row that vanishes is one of the part.
            if let Ok(index) = part.rows.binary_search(row) {
                pattern.set(index, *bit);
            }
        }
        pattern
    }

    /// The patterns of the part on a ray and on the opposite one, 0 where rows vanish.
    pub(super) fn outside(&self, normals: &[Normal], part: &Part, ray: Vec<IBig>) -> [Bits; 2] {
        let ray = Direction::new(ray);
        let vanishes = |row: &usize| self.vanishing.binary_search(row).is_ok();
        let active = |row: &usize| !vanishes(row) && step(normals[*row].sign_with(&ray));
        let here: Bits = part.rows.iter().map(active).collect();
        let inactive = |(row, active): (&usize, bool)| !active && !vanishes(row);
        let opposite = part.rows.iter().zip(here.iter().by_vals()).map(inactive).collect();
        [here, opposite]
    }
}

/// The number of entries of each normal.
pub(super) fn width(normals: &[Normal]) -> usize {
    normals.first().map_or(0, |normal| normal.exact().len())
}
