//! The totally cyclic flats, and the arrangements that the other rows form on them.

use std::collections::HashMap;

use super::{Stopped, emitter::Wiring, vectors::Vectors, walk::Path};
use crate::{
    arrangement::{evidence::Realization, realize, tree::has_positive_direction},
    exact::{Arrangement, Direction, IBig, integer, rank, sign},
    limits::Budget,
    pattern::Bits,
};

/// The arrangement on a totally cyclic flat: distinct hyperplanes, and how the bits of the groups follow from them.
pub struct Slice {
    pub(super) normals: Vec<Vec<IBig>>,
    pub(super) dimension: usize,
    pub(super) wiring: Wiring,
}

/// The whole space, and the other totally cyclic flats if there is no direction that is positive on all rows.
pub(super) fn slices(arrangement: &Arrangement, budget: &Budget) -> Result<Vec<Slice>, Stopped> {
    let normals: Vec<Vec<IBig>> = arrangement.normals().iter().map(|normal| normal.exact().to_vec()).collect();
    let whole = slice(&normals, arrangement.rank(), &[]);
    if normals.is_empty() || has_positive_direction(arrangement) {
        return Ok(vec![whole]);
    }
    let vectors = Vectors::new(whole.normals.clone(), whole.normals.len(), whole.dimension);
    let members = |hyperplanes: &[usize]| -> Vec<usize> {
        let wires = whole.wiring.groups.iter().enumerate();
        wires.filter(|(_, wire)| wire.is_some_and(|(row, _)| hyperplanes.contains(&row))).map(|(g, _)| g).collect()
    };
    let mut bases = Vec::new();
    let mut limit = None;
    let walked = Path::new(&vectors).visit(0, vectors.dimension - 1, &mut |path| {
        limit = budget.exceeded();
        if limit.is_some() {
            return Err(super::Unlucky);
        }
        let groups = members(&path.flat);
        if groups.len() > path.depth && is_totally_cyclic(arrangement, &groups) {
            bases.push(path.level().fixed.clone());
        }
        Ok(())
    });
    if let Some(limit) = limit {
        return Err(Stopped::Limit(limit));
    }
    walked.map_err(|_| Stopped::Unlucky)?;
    let everything: Vec<usize> = (0..arrangement.groups()).collect();
    if is_totally_cyclic(arrangement, &everything) {
        bases.push(rank::basis(&whole.normals, whole.dimension).rows);
    }
    let on_flat = |basis: &Vec<usize>| {
        let basis: Vec<Vec<IBig>> = basis.iter().map(|&row| whole.normals[row].clone()).collect();
        slice(&normals, arrangement.rank(), &basis)
    };
    let mut slices: Vec<Slice> = bases.iter().map(on_flat).collect();
    slices.insert(0, whole);
    Ok(slices)
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

/// The rows restricted to the intersection of independent hyperplanes.
fn slice(normals: &[Vec<IBig>], dimension: usize, basis: &[Vec<IBig>]) -> Slice {
    let (mut rows, mut basis) = (normals.to_vec(), basis.to_vec());
    let rank = basis.len();
    for step in 0..rank {
        let by = basis[step].clone();
        rows.iter_mut().chain(&mut basis[step + 1..]).for_each(|row| restrict(row, &by));
    }
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
    let wires = rows.into_iter().map(&mut wire).collect();
    Slice { normals: distinct, dimension: dimension - rank, wiring: Wiring::new(wires) }
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
