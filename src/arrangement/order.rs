//! The order of the groups on a line, when rank X = 2 and one w_0 is on the positive side of all of them.
//!
//! One feature with a bias is the case that matters: the normals are positive multiples of (x, 1), w_0 is the bias
//! axis, and the order is that of x. In general the normals lie in an open half-plane, where angles have a first and a
//! last. A closed half-plane { u : u.w >= 0 } cuts an arc out of it that begins at one of the two ends (or is empty, or
//! all of it), and every such arc is cut out by some w. Hence
//!
//! ```text
//! H(X) = the prefixes and the suffixes of the order, the empty and the full set among them: 2 N patterns.
//! ```
//!
//! So max |d^T v| is a matter of running sums, and (6) is solved in closed form, see [`crate::convex::ordered`].
//!
//! The half-plane is found by keeping the cone that the normals span; then the groups are sorted by a floating-point key
//! that grows with the angle. Keys closer than their rounding error are compared in integers, so the order is exact.
//!
//! O(N log N) once; O(N) for every query after that.

use std::cmp::Ordering;

use crate::{
    exact::{
        Arrangement, Direction,
        integer::to_unit_size,
        sign::{self, filtered},
    },
    pattern::Bits,
};

/// Keys whose difference is larger than this are in the right order: each has an error of at most 20 units in 2^-53.
const CERTAIN: f64 = 32.0 * f64::EPSILON;

/// A quarter turn in the units of [`pseudo_angle`].
const QUARTER: f64 = 1.0;

/// The groups of an arrangement in the order of their angles, all of them in one open half-plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    groups: Vec<usize>,
}

/// A pattern other than the empty one: a beginning or an end of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arc {
    /// The first groups, so many of them.
    First(usize),
    /// The last groups, so many of them.
    Last(usize),
}

impl Order {
    /// Sorts the groups; `None` unless rank X = 2, no row is zero and the normals lie in an open half-plane.
    ///
    /// O(N log N).
    pub fn new(arrangement: &Arrangement) -> Option<Self> {
        if arrangement.rank() != 2 || arrangement.has_zero_row() {
            return None;
        }
        let normals = arrangement.normals();
        let first = first_normal(normals)?;
        let start = pseudo_angle(&normals[first]);
        // The cone is less than half a turn (two quarters) wide: no key is close to where the circle is cut.
        let key = |normal| (pseudo_angle(normal) - start + QUARTER).rem_euclid(4.0 * QUARTER);
        let mut keyed: Vec<(f64, u32)> = Vec::with_capacity(normals.len());
        for (group, normal) in normals.iter().enumerate() {
            keyed.push((key(normal), u32::try_from(group).ok()?));
        }
        keyed.sort_unstable_by(|&(a, g), &(b, h)| {
            if (a - b).abs() > CERTAIN { a.total_cmp(&b) } else { cross(&normals[h as usize], &normals[g as usize]) }
        });
        Some(Order { groups: keyed.into_iter().map(|(_, group)| group as usize).collect() })
    }

    /// The groups in order.
    pub fn groups(&self) -> &[usize] {
        &self.groups
    }

    /// The largest and the smallest d^T v over H(X); `values[g]` belongs to group g. O(N).
    pub fn extremes(&self, values: &[i64]) -> (i64, i64) {
        let (mut sum, mut high, mut low) = (0, 0, 0);
        for &group in &self.groups {
            sum += values[group];
            high = high.max(sum);
            low = low.min(sum);
        }
        (high.max(sum - low), low.min(sum - high))
    }

    /// At most `count` distinct good patterns with their values, largest modulus first. O(N).
    ///
    /// The order is cut into pieces of equal length, and the prefixes and suffixes that end at the largest and at the
    /// smallest running sum of each are considered: the best pattern is among them.
    pub fn leaders(&self, values: &[i64], count: usize) -> Vec<(i64, Arc)> {
        let total: i64 = self.groups.iter().map(|&group| values[group]).sum();
        let length = self.groups.len().div_ceil(count.max(1)).max(1);
        let (mut leaders, mut sum, mut taken) = (Vec::new(), 0, 0);
        for piece in self.groups.chunks(length) {
            let (mut high, mut low) = ((i64::MIN, 0), (i64::MAX, 0));
            for &group in piece {
                sum += values[group];
                taken += 1;
                high = high.max((sum, taken));
                low = low.min((sum, taken));
            }
            for (sum, taken) in [high, low] {
                leaders.push((sum, Arc::First(taken)));
                if taken < self.groups.len() {
                    leaders.push((total - sum, Arc::Last(self.groups.len() - taken)));
                }
            }
        }
        leaders.sort_unstable_by(|a, b| b.0.abs().cmp(&a.0.abs()).then(a.1.cmp(&b.1)));
        leaders.dedup();
        leaders.truncate(count);
        leaders
    }

    /// The pattern of an arc on the groups. O(N).
    pub fn pattern(&self, arc: Arc) -> Bits {
        let members = match arc {
            Arc::First(length) => &self.groups[..length],
            Arc::Last(length) => &self.groups[self.groups.len() - length..],
        };
        let mut pattern = Bits::repeat(false, self.groups.len());
        members.iter().for_each(|&group| pattern.set(group, true));
        pattern
    }
}

/// The sign of the sine of the angle from a to b, exactly.
fn cross(a: &Direction, b: &Direction) -> Ordering {
    let rough = match (a.approximate(), b.approximate()) {
        (Some([p, q]), Some([s, t])) => filtered(&[*p, -*q], &[*t, *s]),
        _ => None,
    };
    rough.unwrap_or_else(|| match (a.exact(), b.exact()) {
        ([p, q], [s, t]) => sign::of(&(p * t - q * s)),
        _ => Ordering::Equal,
    })
}

/// The normal from which all others are reached by turning left, if they lie in an open half-plane.
///
/// Keeps the narrowest cone around the normals so far. A normal outside both sides of it lies opposite the cone; one
/// that makes the cone half a turn wide is opposite to one of its sides. Distinct normals point in distinct directions.
fn first_normal(normals: &[Direction]) -> Option<usize> {
    let (mut right, mut left) = (0, 0);
    for (index, normal) in normals.iter().enumerate().skip(1) {
        let (from_right, from_left) = (cross(&normals[right], normal), cross(&normals[left], normal));
        match (from_right, from_left) {
            (Ordering::Less, Ordering::Less) => right = index,
            (Ordering::Greater, Ordering::Greater) => left = index,
            (Ordering::Greater, Ordering::Less) => {}
            _ => return None,
        }
    }
    Some(right)
}

/// A number in [0, 4) that grows with the angle of a vector, a quarter turn for each unit.
///
/// The quotient has an error of at most 4 units in 2^-53; the sum, a number below 4, one of another 4.
fn pseudo_angle(vector: &Direction) -> f64 {
    let scaled;
    let (a, b) = match vector.approximate() {
        Some([a, b]) if (a.abs() + b.abs()).is_finite() => (*a, *b),
        _ => {
            scaled = to_unit_size(vector.exact());
            (scaled[0], scaled[1])
        }
    };
    let fraction = b / (a.abs() + b.abs());
    match (a >= 0.0, b >= 0.0) {
        (true, true) => fraction,
        (false, _) => 2.0 * QUARTER - fraction,
        (true, false) => 4.0 * QUARTER + fraction,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{arrangement::enumerate, check::pricing, limits::Budget, pattern::PatternMatrix};

    fn arcs(groups: usize) -> impl Iterator<Item = Arc> {
        (1..=groups).map(Arc::First).chain((1..groups).map(Arc::Last))
    }

    fn with_bias(x: &[f64]) -> Vec<f64> {
        x.iter().flat_map(|&x| [x, 1.0]).collect()
    }

    #[test]
    fn neighbouring_and_extreme_numbers_are_sorted_exactly() {
        let tiny = f64::from_bits(1);
        let x = [1.0f64.next_up(), -tiny, 1.0, f64::MAX, 1.0f64.next_down(), 0.0, tiny, -f64::MAX, 1e300, 1e-300, 1e20];
        let arrangement = Arrangement::new(&with_bias(&x), 2).unwrap();
        let order = Order::new(&arrangement).unwrap();
        // Turning left from (1, 0) the feature shrinks.
        let sorted: Vec<f64> = order.groups().iter().map(|&group| x[group]).collect();
        assert!(sorted.is_sorted_by(|a, b| a > b), "{sorted:?}");
    }

    #[test]
    fn normals_that_leave_the_half_plane_have_no_order() {
        let order = |features: &[f64]| Order::new(&Arrangement::new(features, 2).unwrap());
        assert!(order(&[1.0, 0.0, 0.0, 1.0]).is_some());
        assert!(order(&[1.0, 0.0, 0.0, 1.0, -1.0, 0.0]).is_none());
        assert!(order(&[1.0, 0.0, -1.0, 2.0, -1.0, -2.0]).is_none());
        assert!(order(&[1.0, 0.0, 0.0, 1.0, -1.0, -1.0]).is_none());
        assert!(order(&[-1.0, 0.0, 0.0, -1.0, -1.0, 1.0]).is_some());
        assert!(order(&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]).is_none());
        assert!(order(&[1.0, 1.0]).is_none());
    }

    proptest! {
        #[test]
        fn the_arcs_are_the_patterns_and_their_extremes_those_of_the_check(
            rows in prop::collection::vec((-4i8..=4, -4i8..=4), 2..9),
            seed in prop::collection::vec(-9i64..=9, 9),
        ) {
            let features: Vec<f64> = rows.iter().flat_map(|&(a, b)| [f64::from(a), f64::from(b)]).collect();
            let arrangement = Arrangement::new(&features, 2).unwrap();
            let listed = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
            let Some(order) = Order::new(&arrangement) else {
                let open = crate::arrangement::has_positive_direction(&arrangement);
                prop_assert!(!open || arrangement.has_zero_row() || arrangement.rank() < 2);
                return Ok(());
            };
            let groups = arrangement.groups();
            let mut patterns = PatternMatrix::new(groups);
            patterns.push(&Bits::repeat(false, groups));
            patterns.extend(arcs(groups).map(|arc| order.pattern(arc)));
            prop_assert_eq!(patterns.sorted(), listed);
            let values = &seed[..groups];
            let judged = pricing::over_patterns(&arrangement, values, u64::MAX).unwrap();
            prop_assert_eq!(order.extremes(values), (judged.max, judged.min));
            for count in [1, 2, 5, 100] {
                let leaders = order.leaders(values, count);
                prop_assert!(leaders.len() <= count);
                prop_assert_eq!(leaders[0].0.abs(), judged.largest_modulus());
                for (value, arc) in leaders {
                    let sum: i64 = order.pattern(arc).iter_ones().map(|group| values[group]).sum();
                    prop_assert_eq!(sum, value);
                }
            }
        }
    }
}
