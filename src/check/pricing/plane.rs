//! The lines of a plane in the order of their angles, exactly.
//!
//! Each row is a vector (A, B) of the plane, turned into the upper half-plane: B > 0, or B = 0 and A > 0. The angle in
//! [0, pi) grows with the key K = 1 - A / S, S = |A| + B, which lies in [0, 2).
//!
//! **The interval of a key.** The doubles a, b of a row lie within e of A and B; b is replaced by 0 if it is negative,
//! which brings it closer to B. With s = |a| + b,
//!
//! ```text
//! |a/s - A/S|  =  |a (S - s) + s (a - A)| / (s S)  <=  |S - s| / S + |a - A| / S  <=  3 e / S  <=  4 e / s
//! ```
//!
//! because s is above 2^20 e (see [`crate::exact::restriction`]) and S >= s - 2 e. Rounding s, the quotient and the
//! difference adds at most u + u + 2 u, where u = 2^-53, and the ends of the interval k -+ 8 (e / s + 2 u) are rounded
//! by less than 4 u. So the interval contains K.
//!
//! **The order.** Intervals are sorted by their lower ends. Where one lies above all before it, so do all that follow,
//! and their lines: the order is right across that place whatever it is before and after. Between two such places lines
//! are compared in integers: the sign of a cross product.

use std::cmp::Ordering;

use crate::exact::{IBig, restriction::Restricted};

/// A row on a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Its place in the plane.
    pub place: usize,
    /// Whether the row's own vector lies in the upper half-plane.
    pub upper: bool,
    low: f64,
    high: f64,
}

/// The lines of a plane, by angle.
pub(super) struct Lines<'a> {
    plane: &'a Restricted<'a>,
    sorted: Vec<Line>,
}

impl<'a> Lines<'a> {
    /// Sorts the vectors of a plane, which have two entries.
    pub fn new(plane: &'a Restricted<'a>) -> Self {
        let mut sorted: Vec<Line> = (0..plane.len()).zip(plane.doubles()).map(|row| line(plane, row)).collect();
        sorted.sort_unstable_by(|a, b| a.low.total_cmp(&b.low));
        let (mut start, mut reach) = (0, f64::NEG_INFINITY);
        for end in 0..sorted.len() {
            if sorted[end].low > reach {
                sort_exactly(plane, &mut sorted[start..end]);
                start = end;
            }
            reach = reach.max(sorted[end].high);
        }
        sort_exactly(plane, &mut sorted[start..]);
        Lines { plane, sorted }
    }

    /// All lines.
    pub fn all(&self) -> &[Line] {
        &self.sorted
    }

    /// The groups of equal lines, by angle.
    pub fn groups(&self) -> impl Iterator<Item = &[Line]> {
        self.sorted.chunk_by(|a, b| a.low <= b.high && b.low <= a.high && compare(self.plane, a, b).is_eq())
    }
}

fn line(plane: &Restricted<'_>, (place, vector): (usize, &[f64])) -> Line {
    let upper = plane.sign(place, 1).then_with(|| plane.sign(place, 0)).is_gt();
    let (a, b) = if upper { (vector[0], vector[1]) } else { (-vector[0], -vector[1]) };
    let size = a.abs() + b.max(0.0);
    let key = 1.0 - a / size;
    let error = 8.0 * (plane.error() / size + f64::EPSILON);
    Line { place, upper, low: key - error, high: key + error }
}

fn sort_exactly(plane: &Restricted<'_>, lines: &mut [Line]) {
    if lines.len() > 1 {
        lines.sort_unstable_by(|a, b| compare(plane, a, b));
    }
}

/// Compares the angles, in [0, pi), exactly: that of `a` is the smaller if the cross product of a and b is positive.
fn compare(plane: &Restricted<'_>, a: &Line, b: &Line) -> Ordering {
    let (left, right): (&[IBig], &[IBig]) = (plane.integers(a.place), plane.integers(b.place));
    let order = (&left[1] * &right[0]).cmp(&(&left[0] * &right[1]));
    if a.upper == b.upper { order } else { order.reverse() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::{integer::from_f64s, restriction::Restriction};

    /// The groups by angle, each ascending, found by filter and integers.
    fn groups(plane: &Restricted<'_>) -> Vec<Vec<usize>> {
        let ascending = |group: &[Line]| {
            let mut places: Vec<usize> = group.iter().map(|line| line.place).collect();
            places.sort_unstable();
            places
        };
        Lines::new(plane).groups().map(ascending).collect()
    }

    /// The same in integers alone: insertion into a sorted list of groups.
    fn oracle(plane: &Restricted<'_>) -> Vec<Vec<usize>> {
        let turned = |place: usize| {
            let vector = plane.integers(place);
            let upper = vector[1] > IBig::ZERO || vector[1].is_zero() && vector[0] > IBig::ZERO;
            if upper { vector.to_vec() } else { vector.iter().map(|entry| -entry).collect() }
        };
        let cross = |a: usize, b: usize| {
            let (a, b) = (turned(a), turned(b));
            (&a[0] * &b[1] - &a[1] * &b[0]).cmp(&IBig::ZERO)
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for place in 0..plane.len() {
            match groups.binary_search_by(|group| cross(place, group[0])) {
                Ok(same) => groups[same].push(place),
                Err(between) => groups.insert(between, vec![place]),
            }
        }
        groups
    }

    fn vectors(rows: &[Vec<f64>]) -> Vec<Vec<IBig>> {
        rows.iter().map(|row| from_f64s(row).unwrap()).collect()
    }

    fn plane(rows: &[[f64; 2]]) -> Restricted<'static> {
        Restricted::new(vectors(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>()), 2)
    }

    #[test]
    fn a_plane_by_hand() {
        // Angles 90, 0, 45, 0 (opposite), 135 degrees.
        let plane = plane(&[[0.0, 2.0], [3.0, 0.0], [1.0, 1.0], [-1.0, 0.0], [1.0, -1.0]]);
        assert_eq!(groups(&plane), [vec![1, 3], vec![2], vec![0], vec![4]]);
        let lines = Lines::new(&plane);
        let upper: Vec<usize> = lines.all().iter().filter(|line| line.upper).map(|line| line.place).collect();
        assert_eq!(upper.len(), 3);
        assert!(!upper.contains(&3) && !upper.contains(&4));
    }

    /// Slopes that differ by less than any f64 key can show, near 0 degrees, near 180 degrees, and in between.
    #[test]
    fn nearly_parallel_lines_are_told_apart() {
        let tiny = 2f64.powi(-80);
        let plane = plane(&[
            [1.0, 2.0 * tiny],
            [1.0, tiny],
            [1.0, 0.0],
            [1.0, -tiny],
            [-1.0, 2.0 * tiny],
            [1.0, 1.0],
            [1.0, 1f64.next_up()],
            [-1.0, -1f64.next_down()],
        ]);
        let sorted = groups(&plane);
        assert_eq!(sorted, [vec![2], vec![1], vec![0], vec![7], vec![5], vec![6], vec![4], vec![3]]);
        assert_eq!(sorted, oracle(&plane));
        let lines = Lines::new(&plane);
        assert!(
            lines.all().windows(2).filter(|pair| pair[1].low <= pair[0].high).count() >= 5,
            "the filter is in doubt"
        );
    }

    fn entry() -> impl Strategy<Value = f64> {
        let nearly = (-3i8..=3, -2i8..=2).prop_map(|(whole, ulps)| f64::from(whole) + f64::from(ulps) * f64::EPSILON);
        prop_oneof![(-2i8..=2).prop_map(f64::from), nearly, -1.0..1.0f64]
    }

    fn nonzero_rows(width: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
        let row = prop::collection::vec(entry(), width);
        prop::collection::vec(row.prop_filter("zero", |row| row.iter().any(|entry| *entry != 0.0)), 1..=12)
    }

    proptest! {
        #[test]
        fn the_filter_sorts_as_the_integers_do(rows in nonzero_rows(2)) {
            let plane = Restricted::new(vectors(&rows), 2);
            prop_assert_eq!(groups(&plane), oracle(&plane));
        }

        #[test]
        fn restricted_lines_are_sorted_as_the_integers_are(rows in nonzero_rows(4)) {
            let start = Restricted::new(vectors(&rows), 4);
            for first in 0..start.len() {
                let Some(Restriction { kept, .. }) = start.restrict(first) else { continue };
                for second in 0..kept.len() {
                    let Some(Restriction { kept: plane, .. }) = kept.restrict(second) else { continue };
                    prop_assert_eq!(groups(&plane), oracle(&plane));
                }
            }
        }
    }
}
