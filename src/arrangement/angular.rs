//! All of H(X) when rank X is 1 or 2: a rotational sweep.
//!
//! In the plane the normals are sorted by the angle of their lines, exactly. A ray rotates about the origin, and
//! the bits of one group of parallel normals change at a time: each ray of the arrangement is followed by one open cell.
//! Such a ray has a pattern of its own if its group holds opposite normals, which are both active only there. Together
//! with w = 0 that is all of H(X).
//!
//! O(N log N) exact comparisons, and O(N) bits for each of the at most 4 N + 1 patterns.

use std::cmp::Ordering;

use super::{enumeration::Enumeration, tuning::ANGULAR_CHECK_EVERY};
use crate::{
    exact::{Arrangement, Direction, sign},
    limits::Budget,
    pattern::{Bits, PatternMatrix, step},
};

/// All patterns of an arrangement of rank at most 2, or those found within the budget.
pub(super) fn enumerate(arrangement: &Arrangement, budget: &Budget) -> Enumeration {
    let mut patterns = PatternMatrix::new(arrangement.groups());
    patterns.push(&Bits::repeat(step(Ordering::Equal), arrangement.groups()));
    let lines = sorted_lines(arrangement);
    let mut bits = Bits::repeat(false, arrangement.groups());
    lines.iter().for_each(|line| bits.set(line.row, line.upper));
    let groups: Vec<&[UpperNormal]> = lines.chunk_by(|a, b| a.angle(b).is_eq()).collect();
    // Half of the circle flips every row, the second half returns to the start.
    for (index, group) in groups.iter().chain(&groups).enumerate() {
        if index % ANGULAR_CHECK_EVERY == 0
            && let Some(limit) = budget.exceeded()
        {
            return Enumeration { patterns: patterns.sorted(), limit: Some(limit) };
        }
        if group.iter().any(|line| line.upper != group[0].upper) {
            let mut face = bits.clone();
            group.iter().for_each(|line| face.set(line.row, true));
            patterns.push(&face);
        }
        for line in *group {
            let flipped = !bits[line.row];
            bits.set(line.row, flipped);
        }
        patterns.push(&bits);
    }
    Enumeration { patterns: patterns.sorted(), limit: None }
}

/// A hyperplane of the plane: its normal rotated into the upper half-plane.
struct UpperNormal {
    row: usize,
    normal: Direction,
    /// The normal rotated by a right angle.
    rotated: Direction,
    /// Whether the row's own normal lies in the upper half-plane.
    upper: bool,
}

impl UpperNormal {
    /// Compares the angles, in [0, pi).
    fn angle(&self, other: &UpperNormal) -> Ordering {
        other.rotated.sign_with(&self.normal)
    }
}

fn sorted_lines(arrangement: &Arrangement) -> Vec<UpperNormal> {
    let line = |(row, normal): (usize, &Direction)| {
        // In rank 1 the line is a plane with one coordinate that is always 0.
        let (a, b) = match normal.exact() {
            [a, b] => (a.clone(), b.clone()),
            [a] => (a.clone(), dashu_int::IBig::ZERO),
            _ => return None,
        };
        let upper = sign::of(&b).then(sign::of(&a)).is_gt();
        let (a, b) = if upper { (a, b) } else { (-a, -b) };
        Some(UpperNormal {
            row,
            rotated: Direction::new(vec![-&b, a.clone()]),
            normal: Direction::new(vec![a, b]),
            upper,
        })
    };
    let mut lines: Vec<UpperNormal> = arrangement.normals().iter().enumerate().filter_map(line).collect();
    lines.sort_by(UpperNormal::angle);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::to_text;

    fn texts(features: &[f64], d: usize) -> Vec<String> {
        let arrangement = Arrangement::new(features, d).unwrap();
        enumerate(&arrangement, &Budget::unlimited()).patterns.iter().map(to_text).collect()
    }

    #[test]
    fn one_coordinate() {
        assert_eq!(texts(&[1.0, -1.0], 1), ["01", "10", "11"]);
        assert_eq!(texts(&[2.0, 3.0], 1), ["0", "1"]);
    }

    #[test]
    fn example_3_1_and_opposite_rows() {
        assert_eq!(texts(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2).len(), 6);
        // Two opposite pairs: 4 cells, 4 rays and the origin.
        assert_eq!(texts(&[1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0], 2).len(), 9);
    }
}
