//! The arrangement that the rows form on a flat, and how patterns follow from the signs of its hyperplanes.

use std::{cmp::Ordering, collections::HashMap};

use crate::exact::{Arrangement, Direction, IBig, integer, kernel, sign};

/// How the bits of the groups follow from the signs of the hyperplanes.
#[derive(Clone)]
pub(super) struct Wiring {
    /// For each group its hyperplane and whether it points the other way; `None` if its bit is 1 always.
    pub(super) groups: Vec<Option<(usize, bool)>>,
    /// Every group is its own hyperplane: bits are signs.
    pub(super) direct: bool,
}

impl Wiring {
    pub(super) fn new(groups: Vec<Option<(usize, bool)>>) -> Self {
        let same = |(group, wire): (usize, &Option<(usize, bool)>)| *wire == Some((group, false));
        let direct = groups.iter().enumerate().all(same);
        Wiring { groups, direct }
    }
}

/// The arrangement on a flat: distinct hyperplanes, and how the bits of the groups follow from them.
#[derive(Clone)]
pub(super) struct Slice {
    pub(super) normals: Vec<Vec<IBig>>,
    pub(super) dimension: usize,
    pub(super) wiring: Wiring,
}

impl Slice {
    /// The whole space.
    pub(super) fn whole(arrangement: &Arrangement) -> Self {
        let rows = arrangement.normals().iter().map(|normal| normal.exact().to_vec()).collect();
        Slice::new(rows, arrangement.rank())
    }

    /// The flat on which independent hyperplanes of the whole space vanish.
    pub(super) fn on_flat(&self, arrangement: &Arrangement, basis: &[u32]) -> Self {
        let mut basis: Vec<Vec<IBig>> = basis.iter().map(|&row| self.normals[row as usize].clone()).collect();
        if basis.len() + 1 == self.dimension {
            return Slice::line(arrangement, Direction::new(kernel::ray(&basis, self.dimension).unwrap_or_default()));
        }
        let mut rows: Vec<Vec<IBig>> = arrangement.normals().iter().map(|normal| normal.exact().to_vec()).collect();
        let rank = basis.len();
        for step in 0..rank {
            let by = basis[step].clone();
            rows.iter_mut().chain(&mut basis[step + 1..]).for_each(|row| restrict(row, &by));
        }
        Slice::new(rows, self.dimension - rank)
    }

    /// The line of a vector: one hyperplane, its origin.
    fn line(arrangement: &Arrangement, ray: Direction) -> Self {
        let wire = |normal: &Direction| match normal.sign_with(&ray) {
            Ordering::Equal => None,
            order => Some((0, order.is_lt())),
        };
        let wiring = Wiring::new(arrangement.normals().iter().map(wire).collect());
        Slice { normals: vec![vec![IBig::ONE]], dimension: 1, wiring }
    }

    /// The arrangement of rows, which may be zero, equal or opposite.
    fn new(rows: Vec<Vec<IBig>>, dimension: usize) -> Self {
        let mut distinct: Vec<Vec<IBig>> = Vec::new();
        let mut index_of: HashMap<Vec<IBig>, usize> = HashMap::new();
        let mut wire = |row: Vec<IBig>| {
            if row.iter().all(IBig::is_zero) {
                return None;
            }
            let opposite: Vec<IBig> = row.iter().map(|entry| -entry).collect();
            if let Some(&index) = index_of.get(&opposite) {
                return Some((index, true));
            }
            let index = *index_of.entry(row).or_insert_with_key(|row| {
                distinct.push(row.clone());
                distinct.len() - 1
            });
            Some((index, false))
        };
        let wiring = Wiring::new(rows.into_iter().map(&mut wire).collect());
        Slice { normals: distinct, dimension, wiring }
    }
}

/// Eliminates one coordinate of a row, keeping the row's sign, and makes the row primitive.
fn restrict(row: &mut Vec<IBig>, by: &[IBig]) {
    // Members of a basis do not vanish on the flats of those before them.
    let pivot = by.iter().position(|entry| !entry.is_zero()).unwrap_or(0);
    let negative = sign::of(&by[pivot]).is_lt();
    let coefficient = |q: usize| {
        let value = &row[q] * &by[pivot] - &row[pivot] * &by[q];
        if negative { -value } else { value }
    };
    let mut restricted: Vec<IBig> = (0..row.len()).filter(|&q| q != pivot).map(coefficient).collect();
    integer::make_primitive(&mut restricted);
    *row = restricted;
}
