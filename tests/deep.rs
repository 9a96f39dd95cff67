#![cfg(feature = "solve")]
//! The pattern sets (13) of deep networks against brute force over integer weights.

mod common;

use std::collections::BTreeSet;

use common::{Rows, brute, families::cases, flat};
use heaviside::internals::{
    arrangement::{
        self,
        deep::{DeepSet, Layer, deep_set},
    },
    pattern::{Groups, to_text},
};
use heaviside::{Arrangement, Budget, PatternMatrix};

/// Weights with moduli up to this are enough for three variables, which the counts of threshold functions show.
const LARGEST_WEIGHT: i32 = 2;

fn deep(rows: &[Vec<f64>], widths: &[usize]) -> (Groups, DeepSet) {
    let (features, d) = flat(rows);
    let arrangement = Arrangement::new(&features, d).unwrap();
    let listed = arrangement::enumerate(&arrangement, &Budget::unlimited(), &|_| ());
    let points = Groups::of(&arrangement);
    let first = Layer::first(points.lift_all(&listed.patterns), listed.is_complete());
    let set = deep_set(first, widths, None, &Budget::unlimited(), &|_| ()).unwrap();
    (points, set)
}

fn texts(points: &Groups, patterns: &PatternMatrix) -> BTreeSet<String> {
    patterns.iter().map(|pattern| to_text(&points.expand(pattern))).collect()
}

/// Every combination of at most `width` columns with every weight, straight from the definition.
fn brute_force(columns: &BTreeSet<String>, width: usize) -> BTreeSet<String> {
    let columns: Vec<Vec<i32>> =
        columns.iter().map(|text| text.bytes().map(|bit| i32::from(bit == b'1')).collect()).collect();
    let mut sums: BTreeSet<(usize, Vec<i32>)> = BTreeSet::from([(0, vec![0; columns[0].len()])]);
    for _ in 0..width {
        let mut next = sums.clone();
        for (from, sum) in &sums {
            for (index, column) in columns.iter().enumerate().skip(*from) {
                for weight in -LARGEST_WEIGHT..=LARGEST_WEIGHT {
                    let sum = sum.iter().zip(column).map(|(sum, bit)| sum + weight * bit).collect();
                    next.insert((index + 1, sum));
                }
            }
        }
        sums = next;
    }
    let step = |sum: Vec<i32>| sum.into_iter().map(|entry| if entry >= 0 { '1' } else { '0' }).collect();
    sums.into_iter().map(|(_, sum)| step(sum)).collect()
}

/// Section 3, Example 3.1: 6 patterns at layer 1; with m_1 = 2 all 8 at layer 2, of which 010 and 101 lie on faces.
#[test]
fn example_3_1() {
    let (points, set) = deep(&[vec![-1.0, 1.0], vec![0.0, 1.0], vec![1.0, 1.0]], &[2]);
    let first = texts(&points, &set.layers[0].patterns);
    let second = texts(&points, &set.last().patterns);
    assert_eq!((first.len(), second.len()), (6, 8));
    assert_eq!(second.difference(&first).collect::<Vec<_>>(), ["010", "101"]);
}

/// Equation (13) on named and degenerate data, n <= 6 and m_1 <= 3, and the layer after.
#[test]
fn pattern_sets_are_those_of_the_definition() {
    let small = cases(13, 3).into_iter().filter(|case| case.rows.len() <= 6);
    for case in small {
        let first: BTreeSet<String> = brute::patterns(&case.rows).into_iter().collect();
        for width in 1..=3 {
            if width == 3 && first.len() > 32 {
                continue;
            }
            let (points, set) = deep(&case.rows, &[width]);
            assert_eq!(texts(&points, &set.layers[0].patterns), first, "{}", case.name);
            let second = brute_force(&first, width);
            assert_eq!(texts(&points, &set.last().patterns), second, "m_1 = {width}, {}", case.name);
            assert!(set.last().complete);
            if width == 2 && second.len() <= 32 {
                let (points, set) = deep(&case.rows, &[2, 2]);
                assert_eq!(texts(&points, &set.last().patterns), brute_force(&second, 2), "{}", case.name);
            }
        }
    }
}

/// The result does not depend on the number of threads.
#[test]
fn threads() {
    let rows: Rows = (0..12).map(|k| vec![f64::from(k), f64::from(k * k % 7), 1.0]).collect();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| deep(&rows, &[2]).1.last().patterns.clone())
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(4));
}
