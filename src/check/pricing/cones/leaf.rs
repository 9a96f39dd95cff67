//! Leaves: cones that are not split any further, or need not be.
//!
//! *All signs are known, and no row has both.* Then a face of the cone, spanned by some of its vertices, has one pattern
//! in its relative interior: the bit of a row is 1 if it is below 0 at none of them, because then it is >= 0 on the face;
//! otherwise it is < 0 in the relative interior, where all vertices have positive coefficients. The cone without the
//! origin is the union of the relative interiors of its faces, so the largest of these values is attained.
//!
//! *Otherwise* a pattern on the cone has the bits that are decided there, and on the undecided rows some pattern of the
//! arrangement that they form by themselves. So base + the maximum over that arrangement, by the walk, is a bound. If
//! these rows, and no others, vanish at one vertex g it is the value of a pattern, near g: for any w' the point g + t w'
//! with a small t > 0 has the pattern of w' on these rows and that of g on all others. Where many rows meet in one point,
//! and doubles cannot tell that they do, this is how cones around it are closed.
//!
//! The same holds with some of the decided rows besides, of which only the patterns that have their bits count: the more
//! of them, the better the bound, and the longer the walk. Those that are nearest to vanishing at a vertex matter most.
//!
//! The maximum depends on rows and bits alone. It is computed once for each of them, as far as is known where it is asked
//! for (see [`super::search`]).

use std::collections::HashMap;

use super::{
    cone::{Cone, Question, Vertex, Vertices},
    tuning::{LARGEST_LEAF, LEAF_WORK},
};
use crate::{check::pricing::walk::Walk, exact::Normal};

/// Rows in the order of their numbers, each with its bit, or without one if it is free.
pub(super) type Rows = Vec<(u32, Option<bool>)>;

/// The maximum over the free rows of the patterns of sets of rows that have the given bits; `None` if it was too much
/// work.
pub(super) type Known = HashMap<Rows, Option<i64>>;

/// The largest value on a cone on which all signs are known and no row has both, and the work; `None` on other cones,
/// and if there are too many faces. If the question is open only the interior counts, where no row is undecided.
pub(super) fn on_faces(cone: &Cone, question: Question<'_>) -> Option<(i64, u64)> {
    let all = cone.all();
    let faces = if question.open { all..=all } else { 1..=all };
    let work = u64::from(all - faces.start() + 1) * (1 + cone.rows.len() as u64);
    if work > LEAF_WORK {
        return None;
    }
    if cone.signs.iter().any(|signs| signs.unknown(all) != 0 || (signs.above != 0 && signs.below != 0)) {
        return None;
    }
    let active = |face: Vertices| {
        let rows = cone.rows.iter().zip(&cone.signs).filter(move |(_, signs)| signs.below & face == 0);
        rows.map(|(&row, _)| question.values[row as usize]).sum::<i64>()
    };
    faces.map(active).max().map(|largest| (cone.base + largest, work))
}

/// Whether all undecided rows vanish at one vertex, as far as is known, so that the arrangement that they form by
/// themselves is worth a walk.
pub(super) fn is_star(cone: &Cone) -> bool {
    let near = |vertex: usize| (0..cone.rows.len()).all(|place| !cone.vertices[vertex].is_clear(place));
    cone.rows.len() <= LARGEST_LEAF && (0..cone.vertices.len()).any(near)
}

/// The undecided rows of a cone, and so many decided ones that come nearest to vanishing at a vertex of it.
///
/// `first` are the vertices of the first cones, with the values of all rows. The choice is a guess.
pub(super) fn neighbourhood(cone: &Cone, first: &[Vertex], decided: usize) -> Rows {
    let mut rows: Rows = cone.rows.iter().map(|&row| (row, None)).collect();
    if decided > 0 {
        let value = |row: usize, vertex: &Vertex| -> f64 {
            vertex.point.iter().zip(first).map(|(factor, first)| factor * first.values[row]).sum()
        };
        let least =
            |row: usize| cone.vertices.iter().map(|vertex| value(row, vertex).abs()).fold(f64::INFINITY, f64::min);
        let others = (0..first[0].values.len() as u32).filter(|row| cone.rows.binary_search(row).is_err());
        let mut others: Vec<(f64, u32)> = others.map(|row| (least(row as usize), row)).collect();
        others.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        rows.extend(others.iter().take(decided).map(|&(_, row)| (row, Some(cone.bit(row)))));
        rows.sort_unstable();
    }
    rows
}

/// The largest sum over the free rows of a pattern of these rows that has the given bits, and the work; `None` if no
/// pattern has them, or it is too much work.
///
/// A row that is not free counts more than all free ones together.
pub(super) fn maximum(rows: &Rows, values: &[i64], normals: &[Normal], limit: u64) -> (Option<i64>, u64) {
    let free = |&(row, bit): &(u32, Option<bool>)| if bit.is_none() { values[row as usize] } else { 0 };
    let heavy = 1 + rows.iter().map(|row| free(row).abs()).sum::<i64>();
    let mut weighted = values.to_vec();
    for &(row, bit) in rows {
        if let Some(bit) = bit {
            weighted[row as usize] = if bit { heavy } else { -heavy };
        }
    }
    let ones = rows.iter().filter(|(_, bit)| *bit == Some(true)).count() as i64;
    let places: Vec<usize> = rows.iter().map(|&(row, _)| row as usize).collect();
    let walk = Walk::new(normals, &weighted, limit.min(LEAF_WORK));
    let maximum = walk.over_rows(&places).ok().map(|extremes| extremes.max - ones * heavy);
    (maximum, walk.spent())
}
