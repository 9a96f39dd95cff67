//! The judge's search over cones against a brute force over H(X), and against its walk. Passes without any solver.

mod common;

use common::{
    brute,
    families::{cases, matrices},
    flat,
    random::Random,
};
use heaviside::{
    Arrangement,
    internals::check::pricing::{
        WorkExceeded,
        cones::{Claimed, exceeding},
        over_patterns,
    },
};
use proptest::prelude::*;

/// Work that these small searches never need.
const PLENTY: u64 = 10_000_000;

fn asked(rows: &[Vec<f64>], values: &[i64], claimed: i64, limit: u64) -> Result<Option<i64>, WorkExceeded> {
    let (features, d) = flat(rows);
    let arrangement = Arrangement::new(&features, d).unwrap();
    let (sums, always) = arrangement.group_sums(values);
    exceeding(&arrangement, &sums, always, Claimed { price: claimed, cones: 0 }, limit)
}

/// Weights of all sizes up to 2^53 / 8, with zeros and ties.
fn weights(random: &mut Random, n: usize) -> Vec<i64> {
    let bound = [1, 3, 1000, 1 << 50][random.index(4)];
    (0..n).map(|_| random.integer(-bound, bound)).collect()
}

/// The claims next to the largest modulus: that it is less by one, that, and more by one; and two far away.
fn assert_decided(rows: &[Vec<f64>], values: &[i64], (max, min): (i64, i64), name: &str) {
    let largest = max.max(-min);
    for claimed in [largest, largest + 1, largest + largest / 8 + 1] {
        assert_eq!(asked(rows, values, claimed, PLENTY), Ok(None), "{claimed} >= {largest}: {values:?} on {name}");
    }
    for claimed in [largest - 1, largest / 2 - 1, -1, i64::MIN] {
        match asked(rows, values, claimed, PLENTY) {
            Ok(Some(found)) => {
                assert!(found > claimed && found <= largest, "{found} > {largest}: {values:?} on {name}")
            }
            other => panic!("{other:?}, but {claimed} < {largest}: {values:?} on {name}"),
        }
    }
}

#[test]
fn claims_are_decided_on_all_families() {
    let mut random = Random::new(20);
    for case in cases(21, 30) {
        let patterns = brute::patterns(&case.rows);
        for _ in 0..8 {
            let values = weights(&mut random, case.rows.len());
            assert_decided(&case.rows, &values, brute::extremes(&patterns, &values), &case.name);
        }
    }
}

proptest! {
    #[test]
    fn claims_are_decided_on_random_matrices(rows in matrices(), seed in any::<u64>()) {
        let values = weights(&mut Random::new(seed), rows.len());
        assert_decided(&rows, &values, brute::extremes(&brute::patterns(&rows), &values), "a random matrix");
    }
}

/// A claim just below the maximum is refuted, and one at it holds, as far as the walk knows, where brute force is too slow.
#[test]
fn claims_are_decided_as_the_walk_says() {
    let mut random = Random::new(22);
    for (n, d) in [(40, 4), (25, 5), (60, 3)] {
        let rows: Vec<Vec<f64>> = (0..n).map(|_| (0..d).map(|_| random.integer(-9, 9) as f64).collect()).collect();
        let (features, d) = flat(&rows);
        let arrangement = Arrangement::new(&features, d).unwrap();
        let values = weights(&mut random, n);
        let (sums, always) = arrangement.group_sums(&values);
        let walked = over_patterns(&arrangement, &sums, u64::MAX).unwrap();
        let largest = (walked.max + always).max(-walked.min - always);
        assert_eq!(asked(&rows, &values, largest, u64::MAX), Ok(None), "{n} x {d}");
        let refuted = asked(&rows, &values, largest - 1, u64::MAX);
        assert_eq!(refuted, Ok(Some(largest)), "{n} x {d}");
    }
}

/// Work that is too little is no verdict, and the number of cones that is stated tells what would do.
#[test]
fn too_little_work_decides_nothing() {
    let mut random = Random::new(23);
    let rows: Vec<Vec<f64>> = (0..120).map(|_| (0..5).map(|_| random.integer(-999, 999) as f64).collect()).collect();
    let (features, d) = flat(&rows);
    let arrangement = Arrangement::new(&features, d).unwrap();
    let values: Vec<i64> = (0..120).map(|_| random.integer(-999, 999)).collect();
    let (sums, always) = arrangement.group_sums(&values);
    let walked = over_patterns(&arrangement, &sums, u64::MAX).unwrap();
    let price = (walked.max + always).max(-walked.min - always);
    let limited = |cones| exceeding(&arrangement, &sums, always, Claimed { price, cones }, 2_000_000);
    let refused = limited(1_000_000_000).unwrap_err();
    assert_eq!(refused.limit, 2_000_000);
    assert!(refused.needed.unwrap() > 1_000_000_000, "{refused}");
    assert_eq!(limited(0).unwrap_err().needed, None);
}
