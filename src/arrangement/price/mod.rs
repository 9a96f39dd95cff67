//! The pricing problem on the arrangement itself: max and min of d^T v over H(X) without listing a pattern.
//!
//! **What is walked.** As in the judge's proof (see [`crate::check::pricing`]), every pattern but that of w = 0 is the
//! sign vector of a ray on the rows that do not vanish there, joined with a pattern of the rows that vanish. Rays are the
//! flats of rank r - 1. They are met on planes, the flats of rank r - 2: on a plane the other rows are lines through the
//! origin, sorted by angle; one half turn with running sums visits all its rays and their opposites.
//!
//! **Fewer planes.** For the extremes a ray need only be met once. Let s_1 < ... < s_{r-1} be the lexicographically first
//! basis of a ray's flat. Each of its subsets of r - 2 rows is the first basis of a plane through the ray. So planes may
//! be skipped as long as every set of r - 1 rows contains a basis that is kept (Turan's problem): for r = 3 the last row
//! is skipped, for r = 4 the pairs of rows of unequal parity (of three rows two have equal parity), which halves the work.
//!
//! **Exactness.** Coordinates on a plane are computed in f64 with a bound on their error. Neighbours in the order whose
//! error intervals overlap are compared in integers; so are signs too close to 0. Small integers stay exact in f64 (the
//! bound is then 0). The values are integers whose sums are exact. Rows that are tied form a group; with the fixed rows
//! they are a smaller arrangement of rank r - 1, priced by recursion once and remembered.
//!
//! **Cost.** At most C(N, r-2) planes, O(N log N) each; memory O(N r) a thread. Parallel over the first row.

mod level;
mod line;

use std::{
    cmp::Ordering,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use level::Level;
use line::cluster_end;
use rayon::prelude::*;

use crate::{
    check::pricing::flats_up_to,
    exact::{Arrangement, Direction, IBig, Normal, elimination, integer, rank, sign},
    pattern::{Bits, step},
};

/// In rank 2 the rays are shared out to about this many leaders of each sign.
const SEGMENTS: usize = 256;

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
pub struct Prices {
    /// The largest d^T v.
    pub max: i64,
    /// The smallest d^T v.
    pub min: i64,
    /// Good columns, distinct, largest modulus first: the best and the worst met from each first row, and the extremes.
    pub leaders: Vec<Column>,
}

impl Prices {
    /// max |d^T v|.
    pub fn largest_modulus(&self) -> i64 {
        self.max.max(-self.min)
    }
}

/// Prices v over H(X); `values[g]` belongs to group g, their moduli must add up to less than 2^62.
///
/// `None` if `stop` said so; it is asked once for every first row.
pub fn price(arrangement: &Arrangement, values: &[i64], stop: &(dyn Fn() -> bool + Sync)) -> Option<Prices> {
    let walk = Walk { normals: arrangement.normals(), values, known: Mutex::default(), stop };
    let part = Part::new(arrangement.normals(), (0..arrangement.groups()).collect());
    if part.rank() == part.rows.len() {
        let Extremes { max, min } = walk.free_extremes(&part.rows);
        let (highest, lowest) = (max.value, min.value);
        let leaders = if max == min { vec![max] } else { vec![max, min] };
        return Some(Prices { max: highest, min: lowest, leaders });
    }
    let mut leaders = Vec::new();
    for tracker in walk.trackers(&part)? {
        leaders.extend(tracker.highest.map(|best| (best, true)));
        leaders.extend(tracker.lowest.map(|best| (best, false)));
    }
    let column = |(best, high): &(Best, bool)| walk.materialize(&part, best, *high);
    let mut leaders: Vec<Column> = leaders.par_iter().map(column).collect();
    leaders.sort_unstable_by(|a, b| b.value.abs().cmp(&a.value.abs()).then_with(|| a.pattern.cmp(&b.pattern)));
    leaders.dedup();
    let value = |column: &Column| column.value;
    let (max, min) = (leaders.iter().map(value).max()?, leaders.iter().map(value).min()?);
    Some(Prices { max, min, leaders })
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

/// What all parts of one pricing problem share.
struct Walk<'a> {
    normals: &'a [Normal],
    values: &'a [i64],
    /// The extremes over dependent flats that have been priced.
    known: Mutex<HashMap<Vec<usize>, Arc<Extremes>>>,
    stop: &'a (dyn Fn() -> bool + Sync),
}

/// The extremes over a few rows, with the bits that attain them (one for each row, in order).
#[derive(Clone, Debug)]
struct Extremes {
    max: Column,
    min: Column,
}

/// Some of the rows as an arrangement of its own.
struct Part {
    /// Row numbers, ascending.
    rows: Vec<usize>,
    /// Independent columns of these rows; their number is the rank.
    columns: Vec<usize>,
}

/// Where an extreme was met.
#[derive(Clone, Debug)]
struct Site {
    /// Rows that vanish on the ray: the plane's flat, then the group.
    vanishing: Vec<usize>,
    /// r - 1 independent ones of them.
    basis: Vec<usize>,
}

/// An extreme value and where it was met; the pattern of w = 0 has no site.
#[derive(Clone, Debug)]
struct Best {
    value: i64,
    site: Option<Site>,
}

/// The extremes that a share of the walk has met.
#[derive(Clone, Debug, Default)]
struct Tracker {
    highest: Option<Best>,
    lowest: Option<Best>,
}

impl Tracker {
    /// Takes note of the extreme values at a place, which is described only if they count.
    fn offer(&mut self, high: i64, low: i64, site: &dyn Fn() -> Option<Site>) {
        if self.highest.as_ref().is_none_or(|best| high > best.value) {
            self.highest = Some(Best { value: high, site: site() });
        }
        if self.lowest.as_ref().is_none_or(|best| low < best.value) {
            self.lowest = Some(Best { value: low, site: site() });
        }
    }

    fn merge(self, other: Tracker) -> Tracker {
        let higher = |a: &Best, b: &Best| b.value > a.value;
        let lower = |a: &Best, b: &Best| b.value < a.value;
        Tracker {
            highest: better(self.highest, other.highest, higher),
            lowest: better(self.lowest, other.lowest, lower),
        }
    }
}

fn better(first: Option<Best>, second: Option<Best>, replaces: impl Fn(&Best, &Best) -> bool) -> Option<Best> {
    match (first, second) {
        (Some(a), Some(b)) => Some(if replaces(&a, &b) { b } else { a }),
        (a, b) => a.or(b),
    }
}

impl Part {
    fn new(normals: &[Normal], rows: Vec<usize>) -> Self {
        let vectors: Vec<Vec<IBig>> = rows.iter().map(|&row| normals[row].exact().to_vec()).collect();
        let width = vectors.first().map_or(0, Vec::len);
        Part { columns: rank::basis(&vectors, width).columns, rows }
    }

    fn rank(&self) -> usize {
        self.columns.len()
    }

    /// Whether a plane with this first basis is kept, see the head of the file.
    fn keeps(&self, basis: &[usize]) -> bool {
        match (self.rank(), basis) {
            (3, [row]) => Some(row) != self.rows.last(),
            (4, [first, second]) => first % 2 == second % 2,
            _ => true,
        }
    }
}

impl Walk<'_> {
    /// One tracker for w = 0 and one for each first row; `None` if stopped.
    fn trackers(&self, part: &Part) -> Option<Vec<Tracker>> {
        let everything = part.rows.iter().map(|&row| self.values[row]).sum();
        let mut zero = Tracker::default();
        zero.offer(everything, everything, &|| None);
        let level = Level::root(self.normals, part);
        let mut trackers = vec![zero];
        match part.rank() {
            0 => {}
            1 => trackers.push(self.on_a_line(part, &level)),
            2 => trackers.extend(self.turn_by_segments(part, &level)),
            _ => {
                let from = |position: usize| {
                    if (self.stop)() {
                        return None;
                    }
                    let mut tracker = Tracker::default();
                    self.fix(part, &level, &Flat::default(), position, &mut tracker);
                    Some(tracker)
                };
                let found: Option<Vec<Tracker>> = (0..level.rows.len()).into_par_iter().map(from).collect();
                trackers.extend(found?);
            }
        }
        Some(trackers)
    }

    /// Fixes one more row, if it comes first in its flat, and visits the planes beyond.
    fn fix(&self, part: &Part, level: &Level, flat: &Flat, position: usize, tracker: &mut Tracker) {
        let row = level.rows[position];
        if flat.basis.len() + 3 == part.rank() {
            let basis: Vec<usize> = flat.basis.iter().copied().chain([row]).collect();
            if !part.keeps(&basis) {
                return;
            }
        }
        let Some((deeper, vanished)) = level.restrict(position) else { return };
        let flat = flat.extended(row, &vanished);
        if deeper.dimension == 2 {
            return self.turn(part, &deeper, &flat, tracker);
        }
        for next in 0..deeper.rows.len() {
            if deeper.rows[next] > row {
                self.fix(part, &deeper, &flat, next, tracker);
            }
        }
    }

    /// Rank 1: the two half-lines.
    fn on_a_line(&self, part: &Part, level: &Level) -> Tracker {
        let side = |wanted: Ordering| -> i64 {
            let is_there = |row: &&usize| sign::of(&level.exact(**row)[0]) == wanted;
            part.rows.iter().filter(is_there).map(|&row| self.values[row]).sum()
        };
        let (positive, negative) = (side(Ordering::Greater), side(Ordering::Less));
        let mut tracker = Tracker::default();
        let site = || Some(Site { vanishing: Vec::new(), basis: Vec::new() });
        tracker.offer(positive.max(negative), positive.min(negative), &site);
        tracker
    }

    /// Visits all rays of a plane and their opposites, with running sums.
    fn turn(&self, part: &Part, level: &Level, flat: &Flat, tracker: &mut Tracker) {
        self.turn_with(part, level, flat, &mut |_, high, low, site| tracker.offer(high, low, site));
    }

    /// Rank 2: one plane is all there is; its rays are shared out to trackers so that there are many leaders.
    fn turn_by_segments(&self, part: &Part, level: &Level) -> Vec<Tracker> {
        let length = level.rows.len().div_ceil(SEGMENTS).max(1);
        let mut trackers = vec![Tracker::default(); level.rows.len().div_ceil(length)];
        self.turn_with(part, level, &Flat::default(), &mut |position, high, low, site| {
            trackers[position / length].offer(high, low, site);
        });
        trackers
    }

    /// Offers the extremes at every ray of a plane: position in the order, highest and lowest value, and the place.
    fn turn_with(
        &self,
        part: &Part,
        level: &Level,
        flat: &Flat,
        offer: &mut impl FnMut(usize, i64, i64, &dyn Fn() -> Option<Site>),
    ) {
        let mut lines = level.lines();
        lines.sort_unstable_by(|a, b| a.low.total_cmp(&b.low));
        let total: i64 = level.rows.iter().map(|&row| self.values[row]).sum();
        let mut active: i64 = lines.iter().filter(|line| line.upper()).map(|line| self.values[line.row()]).sum();
        let fixed = flat.independent().then(|| self.free(&flat.rows));
        let mut start = 0;
        while start < lines.len() {
            let (position, end) = (start, cluster_end(&lines, start));
            let cluster = &mut lines[start..end];
            start = end;
            if let ([line], Some((high, low))) = (&*cluster, fixed) {
                let value = self.values[line.row()];
                let here = active - if line.upper() { value } else { 0 };
                let opposite = total - value - here;
                active = here + if line.upper() { 0 } else { value };
                let high = here.max(opposite) + high + value.max(0);
                let low = here.min(opposite) + low + value.min(0);
                offer(position, high, low, &|| Some(flat.site(&[line.row()])));
                continue;
            }
            for group in level.exact_groups(cluster) {
                let sum = |upper: bool| -> i64 {
                    group.iter().filter(|line| line.upper() == upper).map(|line| self.values[line.row()]).sum()
                };
                let (leaving, entering) = (sum(true), sum(false));
                let here = active - leaving;
                let opposite = total - leaving - entering - here;
                active = here + entering;
                let rows: Vec<usize> = group.iter().map(|line| line.row()).collect();
                let site = flat.site(&rows);
                let local = self.extremes(&site.vanishing, part.rank() - 1);
                let (high, low) = (here.max(opposite) + local.max.value, here.min(opposite) + local.min.value);
                offer(position, high, low, &|| Some(site.clone()));
            }
        }
    }

    /// The sums of the positive and of the negative values of independent rows: their extremes.
    fn free(&self, rows: &[usize]) -> (i64, i64) {
        let values = || rows.iter().map(|&row| self.values[row]);
        (values().map(|value| value.max(0)).sum(), values().map(|value| value.min(0)).sum())
    }

    /// The extremes over rows of the given rank that form a flat.
    fn extremes(&self, rows: &[usize], rank: usize) -> Arc<Extremes> {
        if rows.len() == rank {
            return Arc::new(self.free_extremes(rows));
        }
        let mut key = rows.to_vec();
        key.sort_unstable();
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return Arc::clone(known);
        }
        let extremes = Arc::new(self.priced(Part::new(self.normals, key.clone())));
        lock().insert(key, Arc::clone(&extremes));
        extremes
    }

    fn free_extremes(&self, rows: &[usize]) -> Extremes {
        let (max, min) = self.free(rows);
        let bits = |positive: bool| {
            rows.iter().map(|&row| (self.values[row] > 0) == positive && self.values[row] != 0).collect()
        };
        Extremes { max: Column { value: max, pattern: bits(true) }, min: Column { value: min, pattern: bits(false) } }
    }

    /// Prices a dependent part by its own walk.
    fn priced(&self, part: Part) -> Extremes {
        if part.rank() == part.rows.len() {
            return self.free_extremes(&part.rows);
        }
        let whole = self.sub_walk(&part);
        let column = |best: Option<Best>, high: bool| match best {
            Some(best) => self.materialize(&part, &best, high),
            None => Column { value: 0, pattern: Bits::new() },
        };
        Extremes { max: column(whole.highest, true), min: column(whole.lowest, false) }
    }

    /// The walk over a part, never stopped: parts are small.
    fn sub_walk(&self, part: &Part) -> Tracker {
        let unstoppable = Walk { stop: &|| false, known: Mutex::default(), ..*self };
        unstoppable.trackers(part).into_iter().flatten().fold(Tracker::default(), Tracker::merge)
    }

    /// The pattern (one bit for each row of the part) at which an extreme was met.
    fn materialize(&self, part: &Part, best: &Best, high: bool) -> Column {
        let Some(site) = &best.site else {
            return Column { value: best.value, pattern: Bits::repeat(true, part.rows.len()) };
        };
        let local = self.extremes(&site.vanishing, part.rank() - 1);
        let (local, order) = (if high { &local.max } else { &local.min }, sorted_unless_free(site, part.rank() - 1));
        let ray = ray(self.normals, part, &site.basis);
        let opposite = Direction::new(ray.exact().iter().map(|entry| -entry).collect());
        let pattern = |ray: &Direction| -> Bits {
            let bit = |row: &usize| match order.iter().position(|member| member == row) {
                Some(index) => local.pattern[index],
                None => step(restricted_sign(&self.normals[*row], &part.columns, ray)),
            };
            part.rows.iter().map(bit).collect()
        };
        let value = |pattern: &Bits| -> i64 { pattern.iter_ones().map(|index| self.values[part.rows[index]]).sum() };
        let here = pattern(&ray);
        let pattern = if value(&here) == best.value { here } else { pattern(&opposite) };
        debug_assert_eq!(value(&pattern), best.value, "the running sums are those of a pattern");
        Column { value: value(&pattern), pattern }
    }
}

/// The order of the bits of [`Walk::extremes`] for the rows of a site.
fn sorted_unless_free(site: &Site, rank: usize) -> Vec<usize> {
    let mut order = site.vanishing.clone();
    if order.len() != rank {
        order.sort_unstable();
    }
    order
}

/// The sign of a normal on a vector that is given in some of the columns only.
fn restricted_sign(normal: &Normal, columns: &[usize], vector: &Direction) -> Ordering {
    if columns.len() == normal.exact().len() {
        return normal.sign_with(vector);
    }
    let products = columns.iter().zip(vector.exact()).map(|(&column, entry)| &normal.exact()[column] * entry);
    sign::of(&products.sum())
}

/// A vector (in the part's columns) on which r - 1 independent rows vanish, up to sign.
fn ray(normals: &[Normal], part: &Part, basis: &[usize]) -> Direction {
    let rows: Vec<Vec<IBig>> = basis
        .iter()
        .map(|&row| part.columns.iter().map(|&column| normals[row].exact()[column].clone()).collect())
        .collect();
    let pivots = rank::basis(&rows, part.rank()).columns;
    let free = (0..part.rank()).find(|column| !pivots.contains(column)).unwrap_or(0);
    let order = || pivots.iter().chain([&free]);
    let system = rows.iter().map(|row| order().map(|&column| row[column].clone()).collect()).collect();
    let mut vector = vec![IBig::ZERO; part.rank()];
    // The basis rows are independent, so the system is regular.
    if let Some(solved) = elimination::solve(system) {
        vector[free] = -solved.denominator;
        for (&column, value) in pivots.iter().zip(solved.solutions.into_iter().flatten()) {
            vector[column] = value;
        }
    }
    integer::make_primitive(&mut vector);
    Direction::new(vector)
}

/// The rows that are fixed on the way to a plane.
#[derive(Clone, Debug, Default)]
struct Flat {
    /// All rows of the flat.
    rows: Vec<usize>,
    /// Its lexicographically first basis.
    basis: Vec<usize>,
}

impl Flat {
    fn extended(&self, row: usize, vanished: &[usize]) -> Flat {
        Flat { rows: [&self.rows, vanished].concat(), basis: [&self.basis[..], &[row]].concat() }
    }

    fn independent(&self) -> bool {
        self.rows.len() == self.basis.len()
    }

    fn site(&self, group: &[usize]) -> Site {
        Site { vanishing: [&self.rows, group].concat(), basis: [&self.basis[..], &group[..1]].concat() }
    }
}
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{arrangement::enumerate, check::pricing, limits::Budget};

    fn checked(features: &[f64], d: usize, values: &[i64]) {
        let arrangement = Arrangement::new(features, d).unwrap();
        let values = &values[..arrangement.groups()];
        let prices = price(&arrangement, values, &|| false).unwrap();
        let patterns = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let value = |pattern: &crate::pattern::BitsRef| -> i64 { pattern.iter_ones().map(|g| values[g]).sum() };
        let listed: Vec<i64> = patterns.iter().map(value).collect();
        assert_eq!(Some(prices.max), listed.iter().copied().max());
        assert_eq!(Some(prices.min), listed.iter().copied().min());
        for leader in &prices.leaders {
            assert_eq!(leader.value, value(&leader.pattern));
            assert!(patterns.iter().any(|pattern| pattern == leader.pattern), "a leader is not a pattern");
        }
        let judged = pricing::over_patterns(&arrangement, values, u64::MAX).unwrap();
        assert_eq!((prices.max, prices.min), (judged.max, judged.min));
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
            let prices = price(&arrangement, &values, &|| false).unwrap();
            let judged = pricing::over_patterns(&arrangement, &values, u64::MAX).unwrap();
            assert_eq!((prices.max, prices.min), (judged.max, judged.min));
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
