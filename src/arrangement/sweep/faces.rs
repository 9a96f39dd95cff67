//! The totally cyclic flats, and the arrangements that the other rows form on them.
//!
//! There can be as many totally cyclic flats as vertices, so only a basis of each is kept, some bytes; the arrangement on
//! a flat is built when it is swept.

use std::{cmp::Ordering, collections::HashMap};

use super::{
    Unlucky,
    emitter::Wiring,
    vectors::{Vectors, balanced},
    walk::Path,
};
use crate::{
    arrangement::{evidence::Realization, realize},
    exact::{Arrangement, Direction, IBig, integer, kernel, rank, sign},
    pattern::Bits,
};

/// Flats that are looked at between two checks of the limits.
const CHECK_EVERY: u32 = 64;

/// The arrangement on a flat: distinct hyperplanes, and how the bits of the groups follow from them.
#[derive(Clone)]
pub(super) struct Slice {
    pub(super) normals: Vec<Vec<IBig>>,
    pub(super) dimension: usize,
    pub(super) wiring: Wiring,
}

/// Independent hyperplanes for each of some flats.
#[derive(Default)]
pub(super) struct Bases {
    rows: Vec<u32>,
    ends: Vec<usize>,
    /// How many there are of each rank.
    of_rank: Vec<u64>,
}

impl Bases {
    fn push(&mut self, basis: &[usize]) {
        // Hyperplanes are numbered by u32 in the walk of pricing, too.
        self.rows.extend(basis.iter().map(|&row| row as u32));
        self.ends.push(self.rows.len());
        self.of_rank.resize(self.of_rank.len().max(basis.len() + 1), 0);
        self.of_rank[basis.len()] += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Each rank with the number of its flats.
    pub(super) fn of_rank(&self) -> impl Iterator<Item = (usize, u64)> {
        self.of_rank.iter().copied().enumerate()
    }

    pub(super) fn get(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.rows[start..self.ends[index]]
    }
}

/// The totally cyclic flats but for the whole space; what it returns after `limited` said yes is of no use.
pub(super) fn totally_cyclic(
    arrangement: &Arrangement,
    whole: &Slice,
    limited: &(dyn Fn() -> bool + Sync),
) -> Result<Bases, Unlucky> {
    let normals = balanced(whole.normals.clone(), whole.dimension);
    let vectors = Vectors::new(normals, whole.normals.len(), whole.dimension);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); whole.normals.len()];
    for (group, wire) in whole.wiring.groups.iter().enumerate() {
        if let Some((row, _)) = wire {
            members[*row].push(group);
        }
    }
    let (mut bases, mut visited) = (Bases::default(), 0u32);
    Path::new(&vectors).visit(0, vectors.dimension - 1, &mut |path| {
        if visited.is_multiple_of(CHECK_EVERY) && limited() {
            return Err(Unlucky);
        }
        visited = visited.wrapping_add(1);
        let groups: Vec<usize> = path.flat.iter().flat_map(|&row| &members[row]).copied().collect();
        if groups.len() > path.depth && is_totally_cyclic(arrangement, &groups) {
            bases.push(&path.level().fixed);
        }
        Ok(())
    })?;
    let everything: Vec<usize> = (0..arrangement.groups()).collect();
    if is_totally_cyclic(arrangement, &everything) {
        bases.push(&rank::basis(&whole.normals, whole.dimension).rows);
    }
    Ok(bases)
}

/// Whether some combination of all these rows with positive coefficients is 0: no w has all products >= 0 and one > 0.
fn is_totally_cyclic(arrangement: &Arrangement, groups: &[usize]) -> bool {
    let normals: Vec<&Direction> = groups.iter().map(|&group| &arrangement.normals()[group]).collect();
    let column = |q: usize| -> IBig { normals.iter().map(|normal| &normal.exact()[q]).sum() };
    let minus_sum: Vec<IBig> = (0..arrangement.rank()).map(|q| -column(q)).collect();
    if minus_sum.iter().all(IBig::is_zero) {
        return true;
    }
    let mut labelling = Bits::repeat(true, normals.len());
    labelling.push(false);
    let rows: Vec<Direction> = normals.into_iter().cloned().chain([Direction::new(minus_sum)]).collect();
    matches!(realize(&rows, &labelling), Realization::Refutation(_))
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
