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
//! The maximum depends on the rows alone. It is computed once for each set of rows, as far as is known where it is asked
//! for (see [`super::search`]).

use std::collections::HashMap;

use super::{
    cone::{Cone, Question, Vertices},
    tuning::{LARGEST_LEAF, LEAF_WORK},
};
use crate::{check::pricing::walk::Walk, exact::Normal};

/// The maximum over the patterns of sets of rows; `None` if it needs more than [`LEAF_WORK`].
pub(super) type Known = HashMap<Vec<u32>, Option<i64>>;

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

/// The bound on the cone by the arrangement of its undecided rows, if that is known or can be found out.
pub(super) fn by_undecided_rows(
    cone: &Cone,
    question: Question<'_>,
    normals: &[Normal],
    known: [&Known; 2],
    allowance: u64,
) -> Found {
    if let Some(maximum) = known.iter().find_map(|known| known.get(&cone.rows)) {
        return Found { maximum: *maximum, work: None };
    }
    let rows: Vec<usize> = cone.rows.iter().map(|&row| row as usize).collect();
    let walk = Walk::new(normals, question.values, allowance.min(LEAF_WORK));
    let maximum = walk.over_rows(&rows).ok().map(|extremes| extremes.max);
    Found { maximum, work: Some(walk.spent()) }
}

/// The maximum over the patterns of the undecided rows, and the work if it was not known before.
pub(super) struct Found {
    pub maximum: Option<i64>,
    pub work: Option<u64>,
}
