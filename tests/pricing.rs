//! The judge's pricing walk against a brute force over H(X). Passes without any solver.

mod common;

use common::{
    Rows, brute,
    families::{cases, matrices},
    flat,
    random::Random,
};
use heaviside::Arrangement;
use heaviside::internals::check::pricing::{Extremes, WorkExceeded, over_all_labellings, over_patterns};
use proptest::prelude::*;

/// Work that these small walks never need.
const PLENTY: u64 = 1_000_000;

fn priced(rows: &[Vec<f64>], values: &[i64], limit: u64) -> Result<(i64, i64), WorkExceeded> {
    let (features, d) = flat(rows);
    let arrangement = Arrangement::new(&features, d).unwrap();
    let (sums, always) = arrangement.group_sums(values);
    over_patterns(&arrangement, &sums, limit).map(|Extremes { max, min }| (max + always, min + always))
}

fn walk(rows: &[Vec<f64>], values: &[i64]) -> (i64, i64) {
    priced(rows, values, PLENTY).unwrap()
}

/// Weights of all sizes up to 2^53 / 8, with zeros and ties.
fn weights(random: &mut Random, n: usize) -> Vec<i64> {
    let bound = [1, 3, 1000, 1 << 50][random.index(4)];
    (0..n).map(|_| random.integer(-bound, bound)).collect()
}

/// Section 3: the exact maximum and minimum of d^T v over H(X), ties and faces included.
#[test]
fn the_walk_finds_the_extremes_over_all_patterns() {
    let mut random = Random::new(10);
    for case in cases(11, 30) {
        let patterns = brute::patterns(&case.rows);
        for _ in 0..8 {
            let values = weights(&mut random, case.rows.len());
            let expected = brute::extremes(&patterns, &values);
            assert_eq!(walk(&case.rows, &values), expected, "{values:?} on {}", case.name);
        }
    }
}

/// Rank 4 and 5 with dependent triples, where flats of several ranks are solved within each other.
#[test]
fn the_walk_descends_through_dependent_flats() {
    let mut random = Random::new(12);
    for round in 0..40 {
        let entry = |random: &mut Random| random.integer(-1, 1) as f64;
        let (n, d) = (8, 4 + round % 2);
        let rows: Rows = (0..n).map(|_| (0..d).map(|_| entry(&mut random)).collect()).collect();
        let patterns = brute::patterns(&rows);
        for _ in 0..8 {
            let values = weights(&mut random, n);
            assert_eq!(walk(&rows, &values), brute::extremes(&patterns, &values), "{values:?} on {rows:?}");
        }
    }
}

/// Opposite rows are both active on their hyperplane only: without that face the maximum would be 2.
#[test]
fn a_face_pattern_can_be_the_largest() {
    let opposite = [vec![1.0], vec![-1.0]];
    assert_eq!(walk(&opposite, &[2, 2]), (4, 2));
    assert_eq!(walk(&opposite, &[-2, 3]), (3, -2));
    // In the plane: rows 0 and 2 are opposite; 111 is attained where both vanish and row 1 does not.
    let plane = [vec![1.0, 0.0], vec![0.0, 1.0], vec![-2.0, 0.0]];
    assert_eq!(walk(&plane, &[5, 7, 1]), (13, 1));
}

#[test]
fn all_labellings_are_free_signs() {
    let mut random = Random::new(13);
    for n in 0..=10 {
        let values = weights(&mut random, n);
        let labellings: Vec<String> = (0..1usize << n)
            .map(|index| (0..n).map(|i| if index >> i & 1 == 1 { '1' } else { '0' }).collect())
            .collect();
        let (max, min) = brute::extremes(&labellings, &values);
        assert_eq!(over_all_labellings(&values), Extremes { max, min });
        assert_eq!(over_all_labellings(&values).largest_modulus(), max.max(-min));
    }
}

/// Theorem 2.3: independent rows have all labellings, dependent rows lack some.
#[test]
fn independent_rows_are_priced_as_all_labellings() {
    let independent = [vec![1.0, 2.0, 0.0], vec![0.0, 1.0, -3.0], vec![1.0, 0.0, 1.0]];
    let Extremes { max, min } = over_all_labellings(&[4, -5, 6]);
    assert_eq!(walk(&independent, &[4, -5, 6]), (max, min));
    // Row 2 is the sum of the others: 110 is not a pattern.
    let dependent = [vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 1.0]];
    assert_eq!(over_all_labellings(&[1, 1, -1]).max, 2);
    assert_eq!(walk(&dependent, &[1, 1, -1]).0, 1);
}

/// The determinant is the prime 2^61 - 1: a rank found modulo that prime alone would be 1.
#[test]
fn a_determinant_that_is_a_large_prime_is_not_0() {
    let rows = [vec![2f64.powi(31), 1.0], vec![1.0, 2f64.powi(30)]];
    assert_eq!(walk(&rows, &[2, -3]), (2, -3));
}

#[test]
fn a_limit_of_work_is_an_error() {
    for case in cases(14, 4) {
        let values = vec![1; case.rows.len()];
        let sufficient = (0..PLENTY).find(|&limit| priced(&case.rows, &values, limit).is_ok()).unwrap();
        assert!(sufficient > 0 || case.rows.concat().iter().all(|entry| *entry == 0.0), "{}", case.name);
        for limit in [0, sufficient / 2, sufficient.saturating_sub(1)] {
            if limit < sufficient {
                assert_eq!(
                    priced(&case.rows, &values, limit),
                    Err(WorkExceeded { limit, needed: None }),
                    "{}",
                    case.name
                );
            }
        }
    }
}

/// Rows that depend on each other up to the last bits: doubles cannot tell, and nearly all is decided in integers.
#[test]
fn nearly_dependent_rows_are_priced_exactly() {
    let mut random = Random::new(17);
    for round in 0..60 {
        let (n, d) = (7 + round % 2, 2 + round % 3);
        let base: Rows = (0..2).map(|_| (0..d).map(|_| random.integer(-3, 3) as f64 / 10.0).collect()).collect();
        let nearly = |random: &mut Random| -> Vec<f64> {
            let (p, q) = (random.integer(-2, 2) as f64, random.integer(-2, 2) as f64);
            let last_bits = |random: &mut Random| random.integer(-2, 2) as f64 * 2f64.powi(-53);
            base[0].iter().zip(&base[1]).map(|(a, b)| p * a + q * b + last_bits(random)).collect()
        };
        let rows: Rows = (0..n).map(|_| nearly(&mut random)).collect();
        let patterns = brute::patterns(&rows);
        for _ in 0..4 {
            let values = weights(&mut random, n);
            assert_eq!(walk(&rows, &values), brute::extremes(&patterns, &values), "{values:?} on {rows:?}");
        }
    }
}

/// The extremes, the work and whether it is too much: rows in general position, and flats that several threads need.
#[test]
fn the_number_of_threads_changes_nothing() {
    let mut random = Random::new(18);
    let pools = [1, 2, 4].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    let general: Rows = (0..16).map(|_| (0..4).map(|_| random.float()).collect()).collect();
    let binary: Rows = (1..32).map(|row| (0..5).map(|bit| f64::from(row >> bit & 1)).collect()).collect();
    for rows in [general, binary] {
        let values = weights(&mut random, rows.len());
        let (mut low, mut high) = (0, PLENTY * 10);
        while low < high {
            let middle = (low + high) / 2;
            match pools[0].install(|| priced(&rows, &values, middle)) {
                Ok(_) => high = middle,
                Err(_) => low = middle + 1,
            }
        }
        let expected = pools[0].install(|| priced(&rows, &values, low));
        assert!(expected.is_ok());
        for pool in &pools {
            for _ in 0..3 {
                assert_eq!(pool.install(|| priced(&rows, &values, low)), expected);
                let limit = low - 1;
                assert_eq!(pool.install(|| priced(&rows, &values, limit)), Err(WorkExceeded { limit, needed: None }));
            }
        }
    }
}

/// A permutation of rows permutes bits; positive factors keep them.
#[test]
fn row_order_and_positive_scaling_change_nothing() {
    let mut random = Random::new(15);
    for case in cases(16, 10).into_iter().filter(|case| !case.name.starts_with("extreme")) {
        let n = case.rows.len();
        let values = weights(&mut random, n);
        let expected = walk(&case.rows, &values);
        let order = random.permutation(n);
        let rows: Rows = order
            .iter()
            .map(|&row| {
                let factor = 2f64.powi(random.integer(-40, 40) as i32);
                case.rows[row].iter().map(|entry| entry * factor).collect()
            })
            .collect();
        let permuted: Vec<i64> = order.iter().map(|&row| values[row]).collect();
        assert_eq!(walk(&rows, &permuted), expected, "{order:?} of {}", case.name);
        if case.rows.concat().iter().all(|entry| entry.fract() == 0.0) {
            let tripled: Rows = case.rows.iter().map(|row| row.iter().map(|entry| 3.0 * entry).collect()).collect();
            assert_eq!(walk(&tripled, &values), expected, "{}", case.name);
        }
    }
}

proptest! {
    #[test]
    fn the_walk_agrees_with_the_brute_force(rows in matrices(), seed in any::<u64>()) {
        let values = weights(&mut Random::new(seed), rows.len());
        prop_assert_eq!(walk(&rows, &values), brute::extremes(&brute::patterns(&rows), &values));
    }
}
