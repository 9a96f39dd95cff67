//! Every oracle against the list of all patterns, on random, integer, binary, repeated and collinear data.
//!
//! A bound below the true maximum would make a wrong certificate, so the bound of the cones is compared under limits, too,
//! and on numbers of sizes at which floating point goes wrong.

use proptest::prelude::*;

use super::{ColumnOracle, ConeOracle, Ended, GridPoint, LineOracle, ListOracle, Priced, WalkOracle, Want};
use crate::{
    arrangement::{Order, enumerate},
    exact::Arrangement,
    limits::Budget,
    pattern::{Bits, Groups, PatternMatrix},
};

/// A data set with all of its patterns.
struct Case {
    arrangement: Arrangement,
    groups: Groups,
    patterns: PatternMatrix,
}

impl Case {
    fn new(features: &[f64], d: usize) -> Case {
        let arrangement = Arrangement::new(features, d).unwrap();
        let groups = Groups::of(&arrangement);
        let patterns = groups.lift_all(&enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns);
        Case { arrangement, groups, patterns }
    }

    fn point(&self, values: &[i64]) -> GridPoint {
        GridPoint::of_groups(&self.groups, 0, values[..self.groups.len()].to_vec())
    }

    fn modulus(point: &GridPoint, pattern: &crate::pattern::BitsRef) -> i64 {
        pattern.iter_ones().map(|group| point.groups[group]).sum::<i64>().abs()
    }

    fn truth(&self, point: &GridPoint) -> i64 {
        self.patterns.iter().map(|pattern| Self::modulus(point, pattern)).max().unwrap()
    }

    /// What holds for every answer.
    fn sound(&self, point: &GridPoint, priced: &Priced, columns: usize) {
        let truth = self.truth(point);
        assert!(priced.best <= truth && priced.bound.is_none_or(|bound| bound >= truth), "{priced:?}, maximum {truth}");
        assert!(priced.ended != Ended::Exact || (priced.best == truth && priced.bound == Some(truth)));
        assert!(priced.columns.len() <= columns);
        let moduli: Vec<i64> = priced.columns.iter().map(|column| Self::modulus(point, column)).collect();
        assert!(moduli.is_sorted_by(|a, b| a >= b) && moduli.iter().all(|&modulus| modulus <= priced.best));
        let mut distinct: Vec<&Bits> = priced.columns.iter().collect();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), priced.columns.len());
        for column in &priced.columns {
            assert!(self.patterns.iter().any(|pattern| pattern == column), "not a pattern");
        }
    }

    /// Oracles that find the maximum.
    fn exact(&self, values: &[i64]) {
        let (point, budget) = (self.point(values), Budget::unlimited());
        let order = Order::new(&self.arrangement);
        let mut oracles: Vec<(&str, Box<dyn ColumnOracle + '_>)> = vec![
            ("list", Box::new(ListOracle::new(self.patterns.clone(), true))),
            ("walk", Box::new(WalkOracle::new(&self.arrangement, &self.groups))),
            ("cones", Box::new(ConeOracle::new(&self.arrangement, &self.groups))),
        ];
        if let Some(order) = &order {
            oracles.push(("line", Box::new(LineOracle::new(order))));
        }
        for (name, oracle) in &mut oracles {
            let priced = oracle.query(&point, Want::columns(5), &budget);
            assert_eq!((priced.best, priced.ended), (self.truth(&point), Ended::Exact), "{name}");
            self.sound(&point, &priced, 5);
            assert!(!priced.columns.is_empty());
            assert_eq!(oracle.query(&point, Want::VALUE, &budget).bound, priced.bound, "{name} without columns");
        }
    }

    /// The cones under limits.
    fn limited(&self, values: &[i64]) {
        let (point, budget) = (self.point(values), Budget::unlimited());
        let truth = self.truth(&point);
        for limit in [0, 1, 3, 10, 50] {
            let mut oracle = ConeOracle::new(&self.arrangement, &self.groups).with_limit(limit);
            let priced = oracle.query(&point, Want::columns(3), &budget);
            self.sound(&point, &priced, 3);
            let mut oracle = ConeOracle::new(&self.arrangement, &self.groups).stopping_at_columns(limit as usize);
            self.sound(&point, &oracle.query(&point, Want { columns: 9, enough: truth / 2 }, &budget), 9);
        }
        for enough in [truth / 3, truth - 1, truth, truth + 1] {
            let mut oracle = ConeOracle::new(&self.arrangement, &self.groups);
            let priced = oracle.query(&point, Want { columns: 2, enough }, &budget);
            self.sound(&point, &priced, 2);
            assert!(priced.bound.unwrap() <= enough.max(priced.best));
        }
        let stopped = Budget::unlimited().at_most(std::time::Duration::ZERO);
        let mut oracle = ConeOracle::new(&self.arrangement, &self.groups);
        self.sound(&point, &oracle.query(&point, Want::columns(3), &stopped), 3);
    }

    fn all(&self, values: &[i64]) {
        self.exact(values);
        self.limited(values);
    }
}

fn with_bias(features: &[f64], d: usize) -> Vec<f64> {
    features.chunks_exact(d).flat_map(|row| row.iter().copied().chain([1.0])).collect()
}

/// Both with and without a bias.
fn both(features: &[f64], d: usize, values: &[i64]) {
    let features = &features[..features.len() / d * d];
    Case::new(features, d).all(values);
    Case::new(&with_bias(features, d), d + 1).all(values);
}

fn values() -> impl Strategy<Value = Vec<i64>> {
    prop_oneof![
        prop::collection::vec(-9i64..=9, 40),
        prop::collection::vec(-1i64..=1, 40),
        prop::collection::vec(-(1i64 << 47)..=1 << 47, 40),
    ]
}

#[test]
fn small_ranks_by_hand() {
    both(&[0.0, 0.0], 1, &[4, 4]);
    both(&[1.0], 1, &[5]);
    both(&[1.0, -2.0], 1, &[5, -3]);
    both(&[1.0, -1.0], 1, &[5, 3]);
    both(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, -1.0], 2, &[5, 7, -1, 3]);
    both(&[1.0, 0.0, 0.0, 1.0, -2.0, 0.0, 0.0, 0.0], 2, &[5, 7, 1, -20]);
}

#[test]
fn resonance() {
    let features: Vec<f64> = (1..16).flat_map(|c: u32| (0..4).map(move |bit| f64::from(c >> bit & 1))).collect();
    Case::new(&features, 4).all(&[1, -1, 0, 2, 1, 1, -1, 0, 1, -2, 1, 0, 1, -1, 1]);
    let negative: Vec<f64> = features.iter().map(|entry| 2.0 * entry - 1.0).collect();
    Case::new(&negative, 4).all(&[1, -1, 0, 2, 1, 1, -1, 0, 1, -2, 1, 0, 1, -1, 1]);
}

#[test]
fn a_rank_beyond_the_fan_still_has_a_bound() {
    let entry = |index: usize| f64::from((index * index * 7 + index * 3) as u32 % 11) - 5.0;
    let features: Vec<f64> = (0..14 * 12).map(entry).collect();
    let case = Case::new(&features, 12);
    assert!(case.arrangement.rank() > 10);
    case.limited(&[3, -1, 4, -1, 5, -9, 2, -6, 5, -3, 5, -8, 9, -7]);
}

#[test]
fn progress_is_told_and_ends_with_all_of_the_space_closed() {
    let features: Vec<f64> = (0..60).map(|index: u32| f64::from(index * index % 7)).collect();
    let case = Case::new(&with_bias(&features, 3), 4);
    let told = std::sync::Mutex::new(Vec::new());
    let progress = |statistics| told.lock().unwrap().push(statistics);
    let mut oracle = ConeOracle::new(&case.arrangement, &case.groups).with_progress(&progress);
    let values: Vec<i64> = (0..20).map(|index: i64| index * 5 % 13 - 6).collect();
    let priced = oracle.query(&case.point(&values), Want::VALUE, &Budget::unlimited());
    let (statistics, told) = (oracle.statistics(), told.lock().unwrap());
    assert!((statistics.closed - 1.0).abs() < 1e-9, "{statistics:?}");
    assert_eq!((statistics.best, Some(statistics.bound)), (priced.best, priced.bound));
    assert!(told.is_sorted_by(|a, b| a.cones <= b.cones && a.best <= b.best && a.closed <= b.closed));
    assert!(told.iter().all(|statistics| statistics.bound >= priced.best));
}

/// Entries at which rounding errors, underflow and overflow are near.
fn nasty() -> impl Strategy<Value = f64> {
    let base = prop_oneof![Just(1.0), Just(3.0), Just(0.1), Just(1.0 / 3.0)];
    let scaled = (base.clone(), prop_oneof![Just(1e-300), Just(1e300), Just(1e-17), Just(1e8), Just(5e-324)]);
    prop_oneof![
        2 => Just(0.0),
        3 => (base, -2i64..=2).prop_map(|(x, steps): (f64, i64)| f64::from_bits(x.to_bits().wrapping_add_signed(steps))),
        1 => scaled.prop_map(|(x, factor): (f64, f64)| x * factor),
    ]
    .prop_flat_map(|x| prop_oneof![Just(x), Just(-x)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_points(entries in prop::collection::vec(-1.0..1.0f64, 4..36), d in 1usize..5, values in values()) {
        both(&entries, d, &values);
    }

    #[test]
    fn grids_with_ties(entries in prop::collection::vec(-2i8..=2, 4..36), d in 1usize..5, values in values()) {
        both(&entries.into_iter().map(f64::from).collect::<Vec<f64>>(), d, &values);
    }

    #[test]
    fn binary_points(codes in prop::collection::vec(0u8..32, 1..12), values in values()) {
        let features: Vec<f64> = codes.iter().flat_map(|code| (0..5).map(move |bit| f64::from(code >> bit & 1))).collect();
        both(&features, 5, &values);
    }

    #[test]
    fn collinear_and_repeated_points(steps in prop::collection::vec((-3i8..=3, -1i8..=1), 2..12), values in values()) {
        let point = |&(along, aside): &(i8, i8)| {
            let (along, aside) = (0.1 * f64::from(along), f64::from(aside));
            [along, 2.0 * along + aside, 3.0 * along]
        };
        both(&steps.iter().flat_map(point).collect::<Vec<f64>>(), 3, &values);
    }

    #[test]
    fn extreme_magnitudes(entries in prop::collection::vec(nasty(), 4..27), d in 1usize..4, values in values()) {
        both(&entries, d, &values);
    }

    #[test]
    fn nearly_equal_rows(base in prop::collection::vec(-1.0..1.0f64, 3), steps in prop::collection::vec(-1i64..=1, 6..30), values in values()) {
        let entry = |(index, step): (usize, &i64)| f64::from_bits(base[index % 3].to_bits().wrapping_add_signed(*step));
        both(&steps.iter().enumerate().map(entry).collect::<Vec<f64>>(), 3, &values);
    }

    #[test]
    fn threads_change_nothing(entries in prop::collection::vec(-2i8..=2, 12..60), d in 2usize..5, values in values()) {
        let features: Vec<f64> = entries[..entries.len() / d * d].iter().map(|&entry| f64::from(entry)).collect();
        let case = Case::new(&features, d);
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut oracle = ConeOracle::new(&case.arrangement, &case.groups);
            let priced = pool.install(|| oracle.query(&case.point(&values), Want::columns(20), &Budget::unlimited()));
            (priced, oracle.statistics())
        };
        let alone = run(1);
        prop_assert_eq!(&run(2), &alone);
        prop_assert_eq!(&run(4), &alone);
    }
}
