//! The judge's search over cones against a brute force over H(X), and against its walk. Passes without any solver.

mod common;

use common::{
    Rows, brute,
    families::{cases, matrices},
    flat,
    random::Random,
    with_ones,
};
use heaviside::{
    Arrangement,
    internals::check::pricing::{
        WorkExceeded,
        cones::{Claimed, exceeding},
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
