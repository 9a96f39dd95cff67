//! The K best distinct patterns of H(X), each with an exact witness.
//!
//! **The order.** By |d^T v|, largest first. Ties are common where v has few distinct values, and must not depend on the
//! order of the walk. So v is replaced by v 2^64 + z with fixed pseudo-random integers z_g > 0 whose sum is below 2^63:
//! see [`rankings`]. What ties even then is ordered by the patterns. Values remain sums over rows, so the walk is the same.
//!
//! **Why it is right.** The K best by modulus are among the K largest and the K smallest; take the largest. A pattern is
//! met at a ray as the signs of the rows that do not vanish there with a pattern of the rows that vanish. All patterns
//! with the same signs are ordered as their parts on the vanishing rows (the rest is a constant), so only the K largest
//! of these count: labellings in decreasing order if the rows are independent, otherwise the list of the smaller
//! arrangement, which is found by recursion and remembered. Every ray is met, hence every pattern is offered. Lists hold
//! the K first distinct patterns offered so far in a total order: neither threads nor repetitions matter.
//!
//! **Witnesses.** For the ray x and a witness w of the part on the vanishing rows, M x + w has the pattern when M exceeds
//! all |u.w|, for |u.x| >= 1 in integers. Independent rows: w solves u.w = 1 or -1. For w = 0 it is 0.
//! Of the places where a pattern was met a fixed one counts, so witnesses do not depend on threads either.
//!
//! **Cost.** The walk, and O(N) signs for every ray that beats the K-th value known so far; once K are known these are
//! few. Memory 2 K (N / 8 + r) bytes a thread, and lists for the dependent flats whose rays were good enough.

mod ranking;
mod shortlist;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock, atomic::AtomicI64},
};

use rayon::prelude::*;

pub(super) use ranking::rankings;
use ranking::{BITS, coarse};
use shortlist::{Ends, Entry, Origin, Shortlist};

use super::{
    labellings::Labellings,
    planes::{Meeting, Visitor, Walk},
    ray_location::{Part, RayLocation, width},
    restriction::Restriction,
    stop_check::StopCheck,
    tuning::PARALLEL_ROWS,
};
use crate::{
    exact::{Arrangement, Direction, IBig, Normal, elimination, integer, integer::dot},
    pattern::{Bits, BitsRef},
};

/// A column with its value and a weight vector that has this pattern.
#[derive(Clone, Debug)]
pub struct PricedColumn {
    /// d^T v.
    pub value: i64,
    /// d.
    pub pattern: Bits,
    /// w with step(U w) = d, in the r coordinates of the arrangement.
    pub witness: Direction,
}

/// The `count` distinct patterns of H(X) with the largest |d^T v|, best first; all of them if there are fewer.
///
/// `values[g]` belongs to group g, their moduli must add up to less than 2^62. Columns are ordered by the modulus of
/// their ranking, largest first, then by pattern; the result does not depend on the number of threads.
/// `None` if `stop` returned true; each thread calls it once for every some ten thousand rows that it has handled.
pub fn best(
    arrangement: &Arrangement,
    values: &[i64],
    count: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<PricedColumn>> {
    best_shifted(arrangement, values, 0, count, stop)
}

/// As [`best`] for |shift + d^T v|: `shift` is the value of the rows that are 0 and always active.
///
/// The values of the columns include the shift, and its modulus counts in the sum that must be below 2^62.
pub fn best_shifted(
    arrangement: &Arrangement,
    values: &[i64],
    shift: i64,
    count: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<PricedColumn>> {
    let stop_check = StopCheck::new(stop);
    if stop_check.asked() {
        return None;
    }
    if count == 0 {
        return Some(Vec::new());
    }
    let ranked = rankings(values);
    let lister = Lister::new(arrangement.normals(), &ranked, count, &stop_check);
    let part = Part::all(arrangement.normals());
    let Ends { top, bottom } = lister.ends(&part, true)?;
    let shift = i128::from(shift) << BITS;
    let largest = top.into_iter().map(|entry| (entry.key + shift, entry));
    let smallest = bottom.into_iter().map(|entry| (shift - entry.key, entry));
    let mut entries: Vec<(i128, Entry)> = largest.chain(smallest).collect();
    let by_modulus = |(a, first): &(i128, Entry), (b, second): &(i128, Entry)| {
        b.abs().cmp(&a.abs()).then_with(|| first.pattern.cmp(&second.pattern))
    };
    entries.sort_unstable_by(by_modulus);
    entries.dedup_by(|(_, second), (_, first)| first.pattern == second.pattern);
    entries.truncate(count);
    let column = |(ranking, entry): (i128, Entry)| {
        let witness = Direction::new(lister.witness(&part, &entry)?);
        Some(PricedColumn { witness, value: coarse(ranking), pattern: entry.pattern })
    };
    entries.into_par_iter().map(column).collect()
}

/// Lists the ends of parts.
pub(super) struct Lister<'a> {
    walk: Walk<'a, i128>,
    count: usize,
    /// The ends of dependent flats, by their rows.
    known: RwLock<HashMap<Vec<usize>, Arc<Ends>>>,
}

impl<'a> Lister<'a> {
    /// Lists `count` (positive) patterns on both ends.
    pub(super) fn new(normals: &'a [Normal], ranked: &'a [i128], count: usize, stop_check: &'a StopCheck<'a>) -> Self {
        Lister { walk: Walk::new(normals, ranked, stop_check), count, known: RwLock::default() }
    }

    /// The largest or the smallest pattern of the rows that vanish on a ray; `None` if stopped.
    pub(super) fn extreme(&self, location: &RayLocation, low: bool) -> Option<Bits> {
        self.locals(location)?.iter(low).next().map(|(_, pattern)| pattern)
    }

    /// The ends of a part; `None` if stopped.
    fn ends(&self, part: &Part, parallel: bool) -> Option<Ends> {
        let shared = [AtomicI64::new(i64::MIN), AtomicI64::new(i64::MIN)];
        let mut first = Gatherer::new(self, part, &shared);
        if part.independent() {
            first.offer_all();
            return Some(first.ends());
        }
        first.offer_zero();
        let idle = Mutex::new(vec![first]);
        let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        let restriction = Restriction::root(self.walk.normals, part);
        let visit = |chunk: usize| {
            let own = lock().pop();
            let mut gatherer = own.unwrap_or_else(|| Gatherer::new(self, part, &shared));
            self.walk.visit(part, &restriction, chunk, &mut gatherer);
            lock().push(gatherer);
        };
        let chunks = 0..part.chunks();
        if parallel {
            chunks.into_par_iter().for_each(visit)
        } else {
            chunks.into_iter().for_each(visit)
        }
        if self.walk.stop_check.ended() {
            return None;
        }
        let gatherers = idle.into_inner().unwrap_or_else(PoisonError::into_inner);
        gatherers.into_iter().reduce(Gatherer::merged).map(Gatherer::ends)
    }

    /// The patterns of the rows that vanish on a ray; `None` if stopped.
    fn locals(&self, location: &RayLocation) -> Option<Locals> {
        if location.vanishing.len() == location.columns.len() {
            return Some(Locals::Free(location.vanishing.iter().map(|&row| self.walk.values[row]).collect()));
        }
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&location.vanishing) {
            return Some(Locals::Listed(Arc::clone(known)));
        }
        let part = location.inner(self.walk.normals);
        let ends = Arc::new(self.ends(&part, part.rows.len() >= PARALLEL_ROWS)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        Some(Locals::Listed(Arc::clone(known.entry(part.rows).or_insert(ends))))
    }

    /// A vector in all columns with the pattern of an entry on the part; `None` if stopped.
    fn witness(&self, part: &Part, entry: &Entry) -> Option<Vec<IBig>> {
        Some(match &entry.origin {
            Origin::Zero => vec![IBig::ZERO; width(self.walk.normals)],
            Origin::Free => self.solution(part, &entry.pattern),
            Origin::Ray { location, opposite, local } => {
                let mut ray = location.ray(self.walk.normals, part);
                if *opposite {
                    ray = ray.into_iter().map(|value| -value).collect();
                }
                self.near(part, ray, self.local_witness(location, local)?)
            }
        })
    }

    fn local_witness(&self, location: &RayLocation, local: &Bits) -> Option<Vec<IBig>> {
        let part = location.inner(self.walk.normals);
        match self.locals(location)? {
            Locals::Free(_) => Some(self.solution(&part, local)),
            Locals::Listed(ends) => {
                let listed = ends.top.iter().chain(&ends.bottom).find(|entry| entry.pattern == *local);
                // The pattern was taken from these lists.
                listed.map_or_else(|| Some(Vec::new()), |entry| self.witness(&part, entry))
            }
        }
    }

    /// A vector with u.w = 1 or -1 (times a positive number) on independent rows.
    fn solution(&self, part: &Part, pattern: &BitsRef) -> Vec<IBig> {
        let equation = |(&row, bit): (&usize, bool)| {
            let entries = part.columns.iter().map(|&column| self.walk.normals[row].exact()[column].clone());
            entries.chain([if bit { IBig::ONE } else { IBig::NEG_ONE }]).collect()
        };
        let mut vector = vec![IBig::ZERO; width(self.walk.normals)];
        // The rows are independent in these columns: the system is regular.
        if let Some(solved) = elimination::solve(part.rows.iter().zip(pattern.iter().by_vals()).map(equation).collect())
        {
            let negative = solved.denominator < IBig::ZERO;
            for (&column, value) in part.columns.iter().zip(solved.solutions.into_iter().flatten()) {
                vector[column] = if negative { -value } else { value };
            }
        }
        integer::make_primitive(&mut vector);
        vector
    }

    /// A multiple of the ray so large that the local vector changes no sign of the rows that do not vanish on the ray.
    fn near(&self, part: &Part, ray: Vec<IBig>, local: Vec<IBig>) -> Vec<IBig> {
        let mut factor = IBig::ZERO;
        for normal in part.rows.iter().map(|&row| &self.walk.normals[row]) {
            let here = dot(normal.exact(), &local);
            let size = if here < IBig::ZERO { -here } else { here };
            if size > factor && !dot(normal.exact(), &ray).is_zero() {
                factor = size;
            }
        }
        factor += IBig::ONE;
        let mut vector: Vec<IBig> = ray.iter().zip(&local).map(|(along, across)| &factor * along + across).collect();
        integer::make_primitive(&mut vector);
        vector
    }
}

/// The patterns of the rows that vanish on a ray.
enum Locals {
    /// All labellings; the values of the rows.
    Free(Vec<i128>),
    /// These.
    Listed(Arc<Ends>),
}

impl Locals {
    /// The largest patterns, largest first, or the smallest with the values negated.
    fn iter(&self, low: bool) -> Box<dyn Iterator<Item = (i128, Bits)> + '_> {
        match self {
            Locals::Free(values) if low => Box::new(Labellings::new(values.iter().map(|value| -value))),
            Locals::Free(values) => Box::new(Labellings::new(values.iter().copied())),
            Locals::Listed(ends) => {
                let list = if low { &ends.bottom } else { &ends.top };
                Box::new(list.iter().map(|entry| (entry.key, entry.pattern.clone())))
            }
        }
    }
}

/// Gathers the ends of a part from the rays met.
struct Gatherer<'a> {
    lister: &'a Lister<'a>,
    part: &'a Part,
    top: Shortlist<'a>,
    bottom: Shortlist<'a>,
}

impl<'a> Gatherer<'a> {
    fn new(lister: &'a Lister<'a>, part: &'a Part, [top, bottom]: &'a [AtomicI64; 2]) -> Self {
        let (top, bottom) = (Shortlist::new(lister.count, top), Shortlist::new(lister.count, bottom));
        Gatherer { lister, part, top, bottom }
    }

    fn ends(self) -> Ends {
        Ends { top: self.top.into_entries().collect(), bottom: self.bottom.into_entries().collect() }
    }

    fn merged(mut self, other: Self) -> Self {
        other.top.into_entries().for_each(|entry| self.top.insert(entry));
        other.bottom.into_entries().for_each(|entry| self.bottom.insert(entry));
        self
    }

    fn list(&mut self, low: bool) -> &mut Shortlist<'a> {
        if low { &mut self.bottom } else { &mut self.top }
    }

    /// The pattern of w = 0.
    fn offer_zero(&mut self) {
        let total = self.lister.walk.total(&self.part.rows);
        let pattern = Bits::repeat(true, self.part.rows.len());
        for (low, key) in [(false, total), (true, -total)] {
            self.list(low).insert(Entry { key, pattern: pattern.clone(), origin: Origin::Zero });
        }
    }

    /// The labellings of independent rows.
    fn offer_all(&mut self) {
        let locals = Locals::Free(self.part.rows.iter().map(|&row| self.lister.walk.values[row]).collect());
        for low in [false, true] {
            for (key, pattern) in locals.iter(low) {
                if !self.list(low).wants(key) {
                    break;
                }
                self.list(low).insert(Entry { key, pattern, origin: Origin::Free });
            }
        }
    }

    /// The patterns next to a ray and its opposite.
    fn offer_around(&mut self, location: RayLocation) {
        let (lister, part) = (self.lister, self.part);
        let outside = location.outside(lister.walk.normals, part, location.ray(lister.walk.normals, part));
        let (Some(locals), location) = (lister.locals(&location), Arc::new(location)) else { return };
        for (opposite, outside) in [(false, &outside[0]), (true, &outside[1])] {
            let sum: i128 = outside.iter_ones().map(|index| lister.walk.values[part.rows[index]]).sum();
            for (low, sum) in [(false, sum), (true, -sum)] {
                for (key, local) in locals.iter(low) {
                    let key = sum + key;
                    if !self.list(low).wants(key) {
                        break;
                    }
                    let pattern = location.pattern(part, outside, &local);
                    let origin = Origin::Ray { location: Arc::clone(&location), opposite, local };
                    self.list(low).insert(Entry { key, pattern, origin });
                }
            }
        }
    }
}

impl Visitor<i128> for Gatherer<'_> {
    fn meet(&mut self, meeting: &Meeting<'_, i128>) {
        if self.top.wants(meeting.highest) || self.bottom.wants(-meeting.lowest) {
            self.offer_around(meeting.location());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{arrangement::enumerate, limits::Budget, pattern::pattern_of};

    fn ranking(values: &[i64], pattern: &Bits) -> i128 {
        let ranked = rankings(values);
        pattern.iter_ones().map(|group| ranked[group]).sum()
    }

    /// (value, pattern), all of them in the order of [`best`].
    fn sorted_list(arrangement: &Arrangement, values: &[i64], shift: i64) -> Vec<(i64, Bits)> {
        let patterns = enumerate(arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let mut list: Vec<(i128, Bits)> = patterns
            .iter()
            .map(|pattern| pattern.to_bitvec())
            .map(|pattern| ((i128::from(shift) << BITS) + ranking(values, &pattern), pattern))
            .collect();
        list.sort_by(|(a, p), (b, q)| b.abs().cmp(&a.abs()).then_with(|| p.cmp(q)));
        list.into_iter().map(|(ranking, pattern)| (coarse(ranking), pattern)).collect()
    }

    fn listed(columns: Vec<PricedColumn>, arrangement: &Arrangement) -> Vec<(i64, Bits)> {
        let checked = |column: PricedColumn| -> (i64, Bits) {
            assert_eq!(pattern_of(arrangement, &column.witness), column.pattern, "not a witness");
            (column.value, column.pattern)
        };
        columns.into_iter().map(checked).collect()
    }

    fn checked(features: &[f64], d: usize, values: &[i64]) {
        let arrangement = Arrangement::new(features, d).unwrap();
        let values = &values[..arrangement.groups()];
        let expected = sorted_list(&arrangement, values, 0);
        let counts = [0, 1, 2, 3, 5, 8, 13, 30, 100, expected.len() - 1, expected.len(), expected.len() + 1];
        let every = if expected.len() < 20 { 0..expected.len() + 2 } else { 0..0 };
        for count in every.chain(counts) {
            let found = listed(best(&arrangement, values, count, &|| false).unwrap(), &arrangement);
            assert_eq!(found, expected[..count.min(expected.len())], "{count} best of {values:?} on {features:?}");
        }
        let shifted = sorted_list(&arrangement, values, -7);
        let found = listed(best_shifted(&arrangement, values, -7, 6, &|| false).unwrap(), &arrangement);
        assert_eq!(found, shifted[..shifted.len().min(6)]);
    }

    fn with_bias(features: &[f64], d: usize) -> Vec<f64> {
        features.chunks_exact(d).flat_map(|row| row.iter().copied().chain([1.0])).collect()
    }

    #[test]
    fn small_ranks_by_hand() {
        checked(&[0.0, 0.0], 1, &[]);
        checked(&[1.0], 1, &[5]);
        checked(&[1.0, -2.0], 1, &[5, -3]);
        checked(&[1.0, 0.0, 0.0, 1.0], 2, &[5, -3]);
        checked(&[1.0, 0.0, 0.0, 1.0, -2.0, 0.0], 2, &[5, 7, 1]);
        checked(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], 3, &[0, 0, 0]);
    }

    #[test]
    fn resonance_with_many_equal_values() {
        let row = |c: usize| (0..4).map(move |bit| (c >> bit & 1) as f64);
        let features: Vec<f64> = (1..16).flat_map(row).collect();
        checked(&features, 4, &[1, -1, 0, 2, 1, 1, -1, 0, 1, -2, 1, 0, 1, -1, 1]);
        checked(&features, 4, &[0; 15]);
    }

    #[test]
    fn large_integers_and_near_ties() {
        let large = 2f64.powi(52);
        let features = [large, 1.0, 3.0, large + 1.0, 1.0, 3.0, large, 2.0, 3.0, 1.0, large, 5.0, 1.0, large, 1e-300];
        checked(&features, 3, &[3, -4, 5, 1, -1]);
        checked(&features.map(|entry| entry * 1e200), 3, &[3, -4, 5, 1, -1]);
    }

    #[test]
    fn a_stopped_search_has_no_answer() {
        let features: Vec<f64> = (0..30).map(|k| f64::from(k * k % 17)).collect();
        for d in 1..=4 {
            let arrangement = Arrangement::new(&features[..features.len() / d * d], d).unwrap();
            let values = vec![1; arrangement.groups()];
            assert!(best(&arrangement, &values, 3, &|| true).is_none());
        }
    }

    #[test]
    fn values_close_to_the_limit_do_not_overflow() {
        let features = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0];
        let large = (1i64 << 60) - 1;
        checked(&features, 2, &[large, large, large, large - 7]);
        checked(&features, 2, &[large, -large, large, 7 - large]);
    }

    fn values() -> impl Strategy<Value = Vec<i64>> {
        prop_oneof![
            prop::collection::vec(-9i64..=9, 40),
            prop::collection::vec(-1i64..=1, 40),
            prop::collection::vec(-(1i64 << 50)..=1 << 50, 40),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn random_points(entries in prop::collection::vec(-1.0..1.0f64, 4..30), d in 1usize..5, values in values()) {
            checked(&entries[..entries.len() / d * d], d, &values);
        }

        #[test]
        fn grids_with_ties(entries in prop::collection::vec(-2i8..=2, 4..33), d in 1usize..6, values in values()) {
            let features: Vec<f64> = entries[..entries.len() / d * d].iter().map(|&entry| f64::from(entry)).collect();
            checked(&features, d, &values);
        }

        #[test]
        fn grids_with_a_bias(entries in prop::collection::vec(0i8..=2, 3..24), d in 1usize..4, values in values()) {
            let features: Vec<f64> = entries[..entries.len() / d * d].iter().map(|&entry| f64::from(entry)).collect();
            checked(&with_bias(&features, d), d + 1, &values);
        }

        #[test]
        fn binary_points(codes in prop::collection::vec(0u8..32, 1..12), values in values()) {
            let features: Vec<f64> = codes.iter().flat_map(|code| (0..5).map(move |bit| f64::from(code >> bit & 1))).collect();
            checked(&features, 5, &values);
            checked(&with_bias(&features[..features.len().min(40)], 5), 6, &values);
        }

        #[test]
        fn collinear_and_repeated_points(steps in prop::collection::vec((-3i8..=3, -1i8..=1), 2..10), values in values()) {
            let point = |&(along, aside): &(i8, i8)| {
                let (along, aside) = (0.1 * f64::from(along), f64::from(aside));
                [along, 2.0 * along + aside, 3.0 * along]
            };
            let features: Vec<f64> = steps.iter().flat_map(point).collect();
            checked(&features, 3, &values);
            checked(&with_bias(&features, 3), 4, &values);
        }

        #[test]
        fn threads_change_nothing(entries in prop::collection::vec(-2i8..=2, 12..60), d in 2usize..5, values in values()) {
            let features: Vec<f64> = entries[..entries.len() / d * d].iter().map(|&entry| f64::from(entry)).collect();
            let arrangement = Arrangement::new(&features, d).unwrap();
            let values = &values[..arrangement.groups()];
            let run = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let extremes = super::super::price(&arrangement, values, &|| false).unwrap();
                    let columns = best(&arrangement, values, 25, &|| false).unwrap();
                    let witnesses: Vec<Vec<IBig>> = columns.iter().map(|column| column.witness.exact().to_vec()).collect();
                    (extremes, listed(columns, &arrangement), witnesses)
                })
            };
            let alone = run(1);
            prop_assert_eq!(&run(2), &alone);
            prop_assert_eq!(&run(4), &alone);
        }
    }
}
