//! Which edge of a cone is split, and where.
//!
//! The edge whose ends have opposite signs for the rows of the largest total weight |v|; on it the weighted median of
//! the points where these rows vanish. Only rows whose values are far above their errors count. Where there is none, but
//! each of two vertices has a row of its own that may vanish there, the middle of the edge between them keeps these rows
//! apart: the rows that may vanish in the middle are those that may at both ends.
//!
//! Cost: O(r^2) for each undecided row, and a sort of those that change sign on the edge.

use super::cone::{Cone, Question, Vertex};

/// The edge, and the place of the row that vanishes at the new vertex.
pub(super) fn choose(cone: &Cone, question: Question<'_>) -> Option<([usize; 2], usize)> {
    let weight = |place: usize| question.values[cone.rows[place] as usize].unsigned_abs() + 1;
    let count = cone.vertices.len();
    let edges = (0..count).flat_map(|a| (a + 1..count).map(move |b| [a, b]));
    let total = |&[a, b]: &[usize; 2]| -> u64 { changing(&cone.vertices[a], &cone.vertices[b]).map(weight).sum() };
    let best = edges.map(|edge| (total(&edge), edge)).max_by_key(|&(total, edge)| (total, std::cmp::Reverse(edge)));
    let (total, [a, b]) = best.filter(|(total, _)| *total > 0)?;
    let (from, to) = (&cone.vertices[a], &cone.vertices[b]);
    let at = |place: usize| {
        let (p, q) = (from.values[place].abs(), to.values[place].abs());
        (p / (p + q), place)
    };
    let mut zeros: Vec<(f64, usize)> = changing(from, to).map(at).collect();
    zeros.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let mut passed = 0;
    let median = zeros.iter().find(|(_, place)| {
        passed += weight(*place);
        2 * passed >= total
    });
    median.map(|&(_, place)| ([a, b], place))
}

/// The places of the rows with clear and opposite signs at two vertices.
fn changing<'a>(a: &'a Vertex, b: &'a Vertex) -> impl Iterator<Item = usize> + 'a {
    let values = a.values.iter().zip(&b.values).enumerate();
    let opposite = values.filter(|(_, (p, q))| (**p > 0.0) != (**q > 0.0)).map(|(place, _)| place);
    opposite.filter(|&place| a.is_clear(place) && b.is_clear(place))
}

/// An edge whose middle keeps two sets of rows apart that may vanish at one end each.
pub(super) fn apart(cone: &Cone) -> Option<[usize; 2]> {
    let count = cone.vertices.len();
    let own = |a: usize, b: usize| {
        (0..cone.rows.len()).any(|place| !cone.vertices[a].is_clear(place) && cone.vertices[b].is_clear(place))
    };
    let mut edges = (0..count).flat_map(|a| (a + 1..count).map(move |b| [a, b]));
    edges.find(|&[a, b]| own(a, b) && own(b, a))
}
