#![cfg(feature = "solve")]
//! The exact number of open cells, by deletion and restriction, against the numbers of the literature, the bound (8) and
//! the enumerators.

mod common;

use common::{Rows, flat, random::Random, with_ones};
use heaviside::internals::arrangement::has_positive_direction;
use heaviside::{Arrangement, BitsRef, Budget, count_cells, cover_bound, enumerate};

fn arrangement(rows: &[Vec<f64>]) -> Arrangement {
    let (features, d) = flat(rows);
    Arrangement::new(&features, d).unwrap()
}

fn cells(rows: &[Vec<f64>]) -> u64 {
    u64::try_from(count_cells(&arrangement(rows), &Budget::unlimited()).unwrap()).unwrap()
}

fn cube(d: usize) -> Rows {
    (0..1u32 << d).map(|corner| (0..d).map(|bit| f64::from(corner >> bit & 1)).collect()).collect()
}

fn unit(d: usize, index: usize) -> Vec<f64> {
    (0..d).map(|j| f64::from(u8::from(j == index))).collect()
}

#[test]
fn threshold_arrangements() {
    for (d, count) in [(2, 14), (3, 104), (4, 1882), (5, 94572), (6, 15_028_134)] {
        assert_eq!(cells(&with_ones(&cube(d))), count, "threshold_{d}");
    }
}

#[test]
fn resonance_arrangements() {
    for (d, count) in [(3, 32), (4, 370), (5, 11292), (6, 1_066_044)] {
        assert_eq!(cells(&cube(d)[1..]), count, "resonance_{d}");
    }
}

#[test]
fn cross_polytopes() {
    for d in [2u32, 3, 10] {
        let rows: Rows = (0..d as usize)
            .flat_map(|i| [1.0, -1.0].map(|sign| unit(d as usize, i).iter().map(|entry| sign * entry).collect()))
            .collect();
        assert_eq!(cells(&with_ones(&rows)), 2 * 3u64.pow(d) - 2u64.pow(d), "crosspoly_{d}");
    }
}

#[test]
fn permutation_arrangements() {
    for (n, count) in [(3usize, 24), (5, 720), (7, 40_320)] {
        let difference = |i: usize, j: usize| unit(n, i).iter().zip(unit(n, j)).map(|(a, b)| a - b).collect();
        let mut rows: Rows = (0..n).map(|i| unit(n, i)).collect();
        rows.extend((0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).map(|(i, j)| difference(i, j)));
        assert_eq!(cells(&rows), count, "perm_{n}");
    }
}

/// In general position the bound (8) is attained, exactly: 7,852,352 cells for 100 rows of rank 5.
#[test]
fn general_position_attains_the_bound() {
    let mut random = Random::new(7);
    for (n, r) in [(1, 1), (5, 5), (9, 2), (30, 3), (20, 4), (12, 6)] {
        let rows: Rows = (0..n).map(|_| (0..r).map(|_| random.float()).collect()).collect();
        let arrangement = arrangement(&rows);
        assert_eq!(
            count_cells(&arrangement, &Budget::unlimited()),
            Ok(cover_bound(&arrangement)),
            "{n} rows, rank {r}"
        );
    }
}

/// A list of distinct patterns of which as many lie in open cells as there are cells is complete on them; with a
/// positive direction that is all of H(X).
#[test]
fn the_tree_lists_as_many_open_cells() {
    for case in common::families::cases(91, 4) {
        let arrangement = arrangement(&case.rows);
        let listed = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let complement = |pattern: &BitsRef| !pattern.to_bitvec();
        let has_complement = |pattern: &BitsRef| listed.iter().any(|other| other == complement(pattern));
        // The pattern of an open cell is one whose complement is a pattern as well: that of the opposite cell.
        let open = listed.iter().filter(|pattern| has_complement(pattern)).count() as u64;
        let counted = u64::try_from(count_cells(&arrangement, &Budget::unlimited()).unwrap()).unwrap();
        assert_eq!(open.max(1), counted, "{}", case.name);
        if has_positive_direction(&arrangement) && arrangement.groups() > 0 {
            assert_eq!(listed.len() as u64, counted, "{}", case.name);
        }
    }
}
