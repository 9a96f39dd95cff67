//! The pricing problem on the arrangement itself: the extreme d^T v over H(X) without listing H(X).
//!
//! * [`price`]: max and min of d^T v, with good columns from all over the arrangement, for column generation.
//! * [`best`]: the K best columns in a fixed order, each with an exact witness.
//!
//! Both visit the rays of the arrangement (`planes`) and put patterns together there (`ray_location`). [`price`] keeps the
//! best and the worst ray of each first row and works out a pattern for these only; where dependent rows vanish on a ray,
//! the extreme pattern of those rows comes from the lists of [`best`] with K = 1.
//!
//! Cost: that of the walk, at most C(N, r-2) planes with O(N log N) operations each, and O(N) signs for each leader.

mod best;
mod labellings;
mod planes;
mod ray_location;
mod restriction;
mod stop_check;
mod swept_line;
mod tuning;

pub use best::best;
use best::{Lister, rankings};
use planes::{Meeting, Visitor, Walk};
use ray_location::{Part, RayLocation};
use rayon::prelude::*;
use restriction::Restriction;
use stop_check::StopCheck;
use tuning::PLANE_SEGMENTS;

use crate::{check::pricing::flats_up_to, exact::Arrangement, pattern::Bits};

/// A pattern on the groups with its value d^T v.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// d^T v.
    pub value: i64,
    /// d.
    pub pattern: Bits,
}

/// The answer to a pricing problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkExtremes {
    /// The largest d^T v.
    pub max: i64,
    /// The smallest d^T v.
    pub min: i64,
    /// Good columns, distinct, largest modulus first: the best and the worst met from each first row, and the extremes.
    pub leaders: Vec<Column>,
}

impl WalkExtremes {
    /// max |d^T v|.
    pub fn largest_modulus(&self) -> i64 {
        self.max.max(-self.min)
    }
}

/// WalkExtremes v over H(X); `values[g]` belongs to group g, their moduli must add up to less than 2^62.
///
/// `None` if `stop` returned true; each thread calls it once for every some ten thousand rows that it has handled.
pub fn price(arrangement: &Arrangement, values: &[i64], stop: &(dyn Fn() -> bool + Sync)) -> Option<WalkExtremes> {
    let stop_check = StopCheck::new(stop);
    if stop_check.asked() {
        return None;
    }
    let part = Part::all(arrangement.normals());
    let mut leaders = if part.independent() {
        vec![labelled(values, |value| value > 0), labelled(values, |value| value < 0)]
    } else {
        let ranked = rankings(values);
        let lister = Lister::new(arrangement.normals(), &ranked, 1, &stop_check);
        let walk = Walk::new(arrangement.normals(), values, &stop_check);
        let bests = bests(&walk, &part)?;
        let column = |(best, low): &(Best, bool)| materialize(&walk, &lister, &part, best, *low);
        let mut leaders = bests.par_iter().map(column).collect::<Option<Vec<Column>>>()?;
        leaders.push(labelled(values, |_| true));
        leaders
    };
    leaders.sort_unstable_by(|a, b| b.value.abs().cmp(&a.value.abs()).then_with(|| a.pattern.cmp(&b.pattern)));
    leaders.dedup();
    let value = |column: &Column| column.value;
    let (max, min) = (leaders.iter().map(value).max()?, leaders.iter().map(value).min()?);
    Some(WalkExtremes { max, min, leaders })
}

/// The column of the rows whose value is wanted.
fn labelled(values: &[i64], wanted: impl Fn(i64) -> bool) -> Column {
    let pattern: Bits = values.iter().map(|&value| wanted(value)).collect();
    Column { value: pattern.iter_ones().map(|index| values[index]).sum(), pattern }
}

/// An estimate of the rows that [`price`] handles in general position: every flat of rank up to r - 2 restricts N rows.
pub fn estimated_work(arrangement: &Arrangement) -> f64 {
    let (rows, rank) = (arrangement.groups() as f64, arrangement.rank());
    if rank == arrangement.groups() {
        return rows;
    }
    let kept = if rank == 4 { 0.5 } else { 1.0 };
    flats_up_to(rows, rank.saturating_sub(2)) * rows * kept
}

/// A value and where it was met.
#[derive(Clone, Debug)]
struct Best {
    value: i64,
    location: RayLocation,
}

/// The extremes that one chunk of the walk has met.
#[derive(Clone, Debug, Default)]
struct Tracker {
    highest: Option<Best>,
    lowest: Option<Best>,
}

impl Visitor<i64> for Tracker {
    fn meet(&mut self, meeting: &Meeting<'_, i64>) {
        if self.highest.as_ref().is_none_or(|best| meeting.highest > best.value) {
            self.highest = Some(Best { value: meeting.highest, location: meeting.location() });
        }
        if self.lowest.as_ref().is_none_or(|best| meeting.lowest < best.value) {
            self.lowest = Some(Best { value: meeting.lowest, location: meeting.location() });
        }
    }
}

/// Rank 2: one plane is all there is; its rays are shared out to trackers so that there are many leaders.
struct Segments {
    length: usize,
    trackers: Vec<Tracker>,
}

impl Visitor<i64> for Segments {
    fn meet(&mut self, meeting: &Meeting<'_, i64>) {
        self.trackers[meeting.position / self.length].meet(meeting);
    }
}

/// The extremes of each chunk of a walk and whether they are the smallest; `None` if stopped.
fn bests(walk: &Walk<'_, i64>, part: &Part) -> Option<Vec<(Best, bool)>> {
    let restriction = Restriction::root(walk.normals, part);
    let trackers = if part.rank() == 2 {
        let length = part.rows.len().div_ceil(PLANE_SEGMENTS).max(1);
        let mut segments = Segments { length, trackers: vec![Tracker::default(); part.rows.len().div_ceil(length)] };
        walk.visit(part, &restriction, 0, &mut segments);
        segments.trackers
    } else {
        let track = |chunk: usize| {
            let mut tracker = Tracker::default();
            walk.visit(part, &restriction, chunk, &mut tracker);
            tracker
        };
        (0..part.chunks()).into_par_iter().map(track).collect()
    };
    if walk.stop_check.ended() {
        return None;
    }
    let both = |Tracker { highest, lowest }| {
        highest.map(|best| (best, false)).into_iter().chain(lowest.map(|best| (best, true)))
    };
    Some(trackers.into_iter().flat_map(both).collect())
}

/// The pattern at which an extreme was met; `None` if stopped.
fn materialize(walk: &Walk<'_, i64>, lister: &Lister<'_>, part: &Part, best: &Best, low: bool) -> Option<Column> {
    let local = lister.extreme(&best.location, low)?;
    let outside = best.location.outside(walk.normals, part, best.location.ray(walk.normals, part));
    let [here, opposite] = outside.map(|outside| best.location.pattern(part, &outside, &local));
    let value = |pattern: &Bits| -> i64 { pattern.iter_ones().map(|index| walk.values[part.rows[index]]).sum() };
    let pattern = if value(&here) == best.value { here } else { opposite };
    debug_assert_eq!(value(&pattern), best.value, "the running sums are those of a pattern");
    Some(Column { value: value(&pattern), pattern })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{arrangement::enumerate, check::pricing, limits::Budget};

    #[test]
    fn a_stopped_walk_has_no_answer() {
        let features: Vec<f64> = (0..30).map(|k| f64::from(k * k % 17)).collect();
        for d in 1..=4 {
            let arrangement = Arrangement::new(&features[..features.len() / d * d], d).unwrap();
            assert!(price(&arrangement, &vec![1; arrangement.groups()], &|| true).is_none());
        }
    }

    /// In higher rank one chunk takes long, and so do the rows of one dependent flat: the walk must ask inside them.
    #[test]
    fn a_walk_asks_within_its_chunks() {
        use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
        };
        let general: Vec<Vec<f64>> = (0..70).map(|_| (0..5).map(|_| random()).collect()).collect();
        let one_flat = [vec![0.0; 6]].into_iter().chain(general.iter().map(|row| [&row[..], &[0.0]].concat()));
        let mut one_flat: Vec<Vec<f64>> = one_flat.collect();
        one_flat[0][5] = 1.0;
        for rows in [general, one_flat] {
            let arrangement = Arrangement::new(&rows.concat(), rows[0].len()).unwrap();
            let values: Vec<i64> = (0..arrangement.groups() as i64).map(|group| group * group % 101 - 50).collect();
            for most in [2, 60] {
                let asked = AtomicUsize::new(0);
                let stop = || asked.fetch_add(1, Relaxed) + 1 >= most;
                assert!(price(&arrangement, &values, &stop).is_none());
                assert!(asked.load(Relaxed) < most + 2 * rayon::current_num_threads());
                asked.store(0, Relaxed);
                assert!(best(&arrangement, &values, 3, &stop).is_none());
            }
        }
    }

    fn checked(features: &[f64], d: usize, values: &[i64]) {
        let arrangement = Arrangement::new(features, d).unwrap();
        let values = &values[..arrangement.groups()];
        let extremes = price(&arrangement, values, &|| false).unwrap();
        let patterns = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let value = |pattern: &crate::pattern::BitsRef| -> i64 { pattern.iter_ones().map(|g| values[g]).sum() };
        let listed: Vec<i64> = patterns.iter().map(value).collect();
        assert_eq!(Some(extremes.max), listed.iter().copied().max());
        assert_eq!(Some(extremes.min), listed.iter().copied().min());
        for leader in &extremes.leaders {
            assert_eq!(leader.value, value(&leader.pattern));
            assert!(patterns.iter().any(|pattern| pattern == leader.pattern), "a leader is not a pattern");
        }
        let judged = pricing::over_patterns(&arrangement, values, u64::MAX).unwrap();
        assert_eq!((extremes.max, extremes.min), (judged.max, judged.min));
    }

    fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }

    fn unit(v: [f64; 3]) -> [f64; 3] {
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        v.map(|x| x / norm)
    }

    /// Two nearly equal rows make a plane on which one line is known badly and its neighbours well. Lines sorted by the
    /// middles of their error intervals were visited in a wrong order there, and sums that belong to no pattern won.
    #[test]
    fn lines_of_very_different_precision() {
        let mut state = 88_172_645_463_325_252u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        for _ in 0..300 {
            let mut vector = || [random(), random(), random()];
            let (first, offset) = (vector(), vector());
            let distance = 10f64.powf(-14.7 + 0.7 * vector()[0].abs());
            let second = [0, 1, 2].map(|q| first[q] + distance * offset[q]);
            let apart = unit([0, 1, 2].map(|q| (second[q] - first[q]) * 1e14));
            let ray = unit(cross(first, apart));
            let across = unit(cross(first, ray));
            let mut rows = vec![first, second];
            let mut values = vec![1_000_000, -1_000_000];
            for _ in 0..4 {
                let noise = vector();
                rows.push([0, 1, 2].map(|q| ray[q] + 0.3 * noise[q]));
                values.push(10_000);
            }
            for k in 0..24 {
                for side in [1.0, -1.0] {
                    let step = side * 0.002 * 1.25f64.powi(k);
                    rows.push(unit(cross([0, 1, 2].map(|q| ray[q] - step * across[q]), vector())));
                    values.push(10 + i64::from(k));
                }
            }
            let arrangement = Arrangement::new(&rows.concat(), 3).unwrap();
            assert_eq!(arrangement.groups(), rows.len());
            let extremes = price(&arrangement, &values, &|| false).unwrap();
            let judged = pricing::over_patterns(&arrangement, &values, u64::MAX).unwrap();
            assert_eq!((extremes.max, extremes.min), (judged.max, judged.min));
        }
    }

    proptest! {
        #[test]
        fn random_points(entries in prop::collection::vec(-1.0..1.0f64, 6..40), d in 1usize..5, seed in prop::collection::vec(-9i64..=9, 40)) {
            let n = entries.len() / d;
            checked(&entries[..n * d], d, &seed);
        }

        #[test]
        fn grids_with_ties(entries in prop::collection::vec(-2i8..=2, 6..36), d in 1usize..5, seed in prop::collection::vec(-9i64..=9, 40)) {
            let n = entries.len() / d;
            let features: Vec<f64> = entries[..n * d].iter().map(|&entry| f64::from(entry)).collect();
            checked(&features, d, &seed);
        }
    }
}
