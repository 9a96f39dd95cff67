#![cfg(feature = "solve")]
//! Every enumerator on named arrangements with known exact numbers of patterns.
//!
//! The numbers of the literature count open cells. They are |H(X)| wherever some w_0 has x_i w_0 > 0 for every row: then
//! the pattern of w is also that of w + epsilon w_0, which lies in an open cell. A bias column gives such a w_0; the
//! resonance arrangement has w_0 = (1, ..., 1), the permutation arrangement w_0 = (n, ..., 1). Without such a w_0 there
//! are patterns on faces besides, as in `opposite_rows` and `weak_orders`.

mod common;

use std::{collections::HashSet, ops::ControlFlow, path::Path};

use common::{Rows, brute, flat, random::Random, with_ones};
use heaviside::internals::{
    arrangement::{
        self,
        sweep::{Position, Stopped, Sweep},
    },
    check::{self, listing::Work},
    oracle::walk,
    pattern::{expand, pattern_of, to_text},
    shatter,
};
use heaviside::{Arrangement, BitsRef, Budget, DataOptions, Dataset, Limit, PatternMatrix, StopSignal, cover_bound};

/// All of H(X) on the groups of an arrangement.
type Enumerator = fn(&Arrangement) -> PatternMatrix;

fn tree(arrangement: &Arrangement) -> PatternMatrix {
    complete(arrangement::tree::enumerate(arrangement, &Budget::unlimited(), &|_| ()))
}

fn sweep(arrangement: &Arrangement) -> PatternMatrix {
    let found = arrangement::enumerate::sweep(arrangement, &Budget::unlimited(), &|_| ());
    complete(found.expect("the sweep does not give up"))
}

/// The judge's own.
fn listing(arrangement: &Arrangement) -> PatternMatrix {
    let mut patterns = PatternMatrix::new(arrangement.groups());
    patterns.extend(check::listing::patterns(arrangement.normals(), &mut Work::new(u64::MAX)).unwrap());
    patterns
}

/// By satisfiability; shares nothing with the others but the decision of one labelling.
fn lazy(arrangement: &Arrangement) -> PatternMatrix {
    complete(shatter::lazy::enumerate(arrangement, &Budget::unlimited(), &|_| ()))
}

/// The enumerator that `enumerate` chooses.
fn chosen(arrangement: &Arrangement) -> PatternMatrix {
    complete(arrangement::enumerate(arrangement, &Budget::unlimited(), &|_| ()))
}

fn complete(found: arrangement::Enumeration) -> PatternMatrix {
    assert!(found.is_complete());
    found.patterns
}

/// One module of tests for each enumerator.
macro_rules! conformance {
    ($($enumerator:ident)*) => {$(
        mod $enumerator {
            use super::*;

            const ENUMERATOR: Enumerator = super::$enumerator;

            #[test]
            fn example_3_1() {
                let rows = [vec![-1.0, 1.0], vec![0.0, 1.0], vec![1.0, 1.0]];
                assert_eq!(patterns(ENUMERATOR, &rows), ["000", "001", "011", "100", "110", "111"]);
            }

            #[test]
            fn opposite_rows() {
                assert_eq!(patterns(ENUMERATOR, &[vec![1.0], vec![-1.0]]), ["01", "10", "11"]);
            }

            #[test]
            fn degenerate_shapes() {
                assert_eq!(patterns(ENUMERATOR, &[vec![0.0], vec![0.0]]), ["11"]);
                assert_eq!(patterns(ENUMERATOR, &[vec![-3.0]]), ["0", "1"]);
                assert_eq!(patterns(ENUMERATOR, &[vec![1.0], vec![0.0], vec![2.0]]), ["010", "111"]);
            }

            /// The determinant is the prime 2^61 - 1: a rank found modulo that prime alone would be 1.
            #[test]
            fn a_determinant_that_is_a_large_prime() {
                let rows = [vec![2f64.powi(31), 1.0], vec![1.0, 2f64.powi(30)]];
                assert_eq!(patterns(ENUMERATOR, &rows), ["00", "01", "10", "11"]);
            }

            #[test]
            fn threshold_functions() {
                assert_eq!(count(ENUMERATOR, &threshold(2)), 14);
                assert_eq!(count(ENUMERATOR, &threshold(3)), 104);
                assert_eq!(count(ENUMERATOR, &threshold(4)), 1882);
            }

            #[test]
            fn resonance() {
                assert_eq!(count(ENUMERATOR, &cube(3)[1..]), 32);
                assert_eq!(count(ENUMERATOR, &cube(4)[1..]), 370);
            }

            #[test]
            fn cross_polytopes() {
                for d in 2..=5 {
                    assert_eq!(count(ENUMERATOR, &cross_polytope(d)), 2 * 3usize.pow(d as u32) - 2usize.pow(d as u32));
                }
            }

            #[test]
            fn permutations() {
                for (n, factorial) in [(2, 6), (3, 24), (4, 120)] {
                    assert_eq!(count(ENUMERATOR, &permutation(n)), factorial);
                }
            }

            /// Every face has its own pattern: weak orders, of which there are 3, 13, 75, ... (Fubini numbers), although
            /// there are only n! open cells.
            #[test]
            fn weak_orders() {
                for (n, fubini) in [(2, 3), (3, 13), (4, 75), (5, 541)] {
                    assert_eq!(count(ENUMERATOR, &differences(n)), fubini);
                }
            }

            /// In general position there are 2 sum_{k<r} C(n-1, k) patterns.
            #[test]
            fn bound_8() {
                for (n, r, expected) in [(12, 3, 2 * (1 + 11 + 55)), (9, 4, 2 * (1 + 8 + 28 + 56))] {
                    let rows = general_position(n, r);
                    assert_eq!(count(ENUMERATOR, &rows), expected);
                    assert_eq!(cover_bound(&arrangement_of(&rows)), expected.into());
                }
            }

            #[test]
            fn titanic() {
                let data = titanic_data();
                let arrangement = Arrangement::new(data.features(), data.d()).unwrap();
                assert_eq!((arrangement.groups(), arrangement.rank()), (14, 4));
                assert_eq!(ENUMERATOR(&arrangement).len(), 442);
            }

            /// max and min of d^T v and the K best columns: the walk, the judge and the sorted list agree.
            #[test]
            fn extremes() {
                let named = [threshold(3), cube(4)[1..].to_vec(), cross_polytope(3), permutation(4), differences(4)];
                for rows in named.into_iter().chain([general_position(9, 4), general_position(12, 3)]) {
                    assert_extremes(&arrangement_of(&rows), &ENUMERATOR(&arrangement_of(&rows)));
                }
            }

            /// The list, its order included, does not depend on the number of threads.
            #[test]
            fn threads() {
                for rows in [threshold(3), cube(4)[1..].to_vec(), differences(4), general_position(9, 4)] {
                    let arrangement = arrangement_of(&rows);
                    let with = |threads: usize| {
                        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                        pool.install(|| ENUMERATOR(&arrangement))
                    };
                    let one = with(1);
                    assert_eq!(one, with(2));
                    assert_eq!(one, with(4));
                }
            }
        }
    )*};
}

conformance!(tree sweep listing lazy chosen);

fn assert_extremes(arrangement: &Arrangement, patterns: &PatternMatrix) {
    let mut random = Random::new(3);
    let values: Vec<i64> = (0..arrangement.groups()).map(|_| (200.0 * random.float()) as i64 - 100).collect();
    let value = |pattern: &BitsRef| -> i64 { pattern.iter_ones().map(|group| values[group]).sum() };
    let mut sorted: Vec<i64> = patterns.iter().map(value).collect();
    let (max, min) = (*sorted.iter().max().unwrap(), *sorted.iter().min().unwrap());
    let walked = walk::price(arrangement, &values, &|| false).unwrap();
    assert_eq!((walked.max, walked.min), (max, min));
    let judged = check::pricing::over_patterns(arrangement, &values, u64::MAX).unwrap();
    assert_eq!((judged.max, judged.min), (max, min));
    sorted.sort_by_key(|value| -value.abs());
    for count in [1, 5, patterns.len(), patterns.len() + 1] {
        let best = walk::best(arrangement, &values, count, &|| false).unwrap();
        let moduli: Vec<i64> = best.iter().map(|column| column.value.abs()).collect();
        assert!(moduli.iter().eq(sorted.iter().take(count).map(|value| value.abs()).collect::<Vec<_>>().iter()));
        for column in &best {
            assert_eq!(
                (value(&column.pattern), pattern_of(arrangement, &column.witness)),
                (column.value, column.pattern.clone())
            );
        }
    }
}

/// Patterns as the sweep hands them over.
fn streamed(arrangement: &Arrangement, from: Position) -> Vec<(Vec<u64>, Position)> {
    let sweep = Sweep::new(arrangement);
    let mut patterns = Vec::new();
    let ended = sweep.run(from, &Budget::unlimited(), &mut |batch| {
        patterns.extend(batch.words.chunks(batch.stride).map(|pattern| (pattern.to_vec(), batch.next)));
        ControlFlow::Continue(())
    });
    assert_eq!(ended, Ok(()));
    patterns
}

/// The published counts of larger arrangements, each pattern once.
#[test]
fn the_sweep_meets_every_cell_once() {
    let families = [
        (cube(5)[1..].to_vec(), 11_292),
        (cross_polytope(8), 12_866),
        (permutation(6), 5040),
        (general_position(30, 5), 2 * (1 + 29 + 406 + 3654 + 23_751)),
    ];
    for (rows, expected) in families {
        let patterns = streamed(&arrangement_of(&rows), Position::default());
        assert_eq!(patterns.len(), expected);
        let distinct: HashSet<&Vec<u64>> = patterns.iter().map(|(pattern, _)| pattern).collect();
        assert_eq!(distinct.len(), expected);
    }
}

/// A sweep that goes on from any batch gives what the whole sweep gives after it, and so do other threads.
#[test]
fn the_sweep_goes_on_where_it_ended() {
    for rows in [cube(4)[1..].to_vec(), threshold(3), differences(4), general_position(14, 4), general_position(9, 3)] {
        let arrangement = arrangement_of(&rows);
        let whole = streamed(&arrangement, Position::default());
        for cut in [1, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
            let from = whole[cut - 1].1;
            let before = whole.iter().take_while(|(_, next)| *next != from).count();
            let first = before + whole[before..].iter().take_while(|(_, next)| *next == from).count();
            assert_eq!(streamed(&arrangement, from), whole[first..]);
        }
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| streamed(&arrangement, Position::default())), whole);
        }
    }
}

/// Two opposite rows for each: every flat is totally cyclic.
fn opposite(rows: &[Vec<f64>]) -> Rows {
    rows.iter().flat_map(|row| [row.clone(), row.iter().map(|entry| -entry).collect()]).collect()
}

/// All flats were looked for and kept as arrangements before the first pattern, whatever the limits said.
#[test]
fn limits_hold_while_totally_cyclic_flats_are_found() {
    let arrangement = arrangement_of(&opposite(&general_position(20, 4)));
    let stop = StopSignal::default();
    let budget = Budget::new(None, None, stop.clone());
    let mut last = Position::default();
    let ended = Sweep::new(&arrangement).run(last, &budget, &mut |batch| {
        last = batch.next;
        if last.slice == 1 {
            stop.raise();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(ended, Err(Stopped::Limit(Limit::Interrupt)));
    assert_eq!(last, Position { slice: 1, ..Position::default() });
    let rest = streamed(&arrangement, last);
    // Of rank k there are C(20, k) flats, on which 20 - k hyperplanes are in general position.
    assert_eq!(rest.len(), 20 * 2 * (1 + 18 + 153) + 190 * 2 * (1 + 17) + 1140 * 2 + 1);
}

/// The fraction that is done never falls and ends at 1, also where the flats are found after the first patterns.
#[test]
fn progress_grows_to_the_end() {
    for rows in [opposite(&general_position(8, 3)), general_position(12, 4), cube(4)[1..].to_vec(), threshold(4)] {
        let arrangement = arrangement_of(&rows);
        let mut done = vec![0.0];
        let ended = Sweep::new(&arrangement).run(Position::default(), &Budget::unlimited(), &mut |batch| {
            done.push(batch.done);
            ControlFlow::Continue(())
        });
        assert_eq!(ended, Ok(()));
        assert!(done.is_sorted() && done.iter().all(|done| *done <= 1.0), "{done:?}");
        assert!((done[done.len() - 1] - 1.0).abs() < 1e-9, "{done:?}");
    }
}

/// One row that is independent of all others together was the base: one vertex had nearly all cells, in one chunk.
#[test]
fn no_vertex_has_most_of_the_cells() {
    let mut rows = general_position(20, 4);
    rows.iter_mut().for_each(|row| row.push(0.0));
    rows.insert(0, unit(5, 4, 1.0));
    let arrangement = arrangement_of(&rows);
    let (mut all, mut most) = (0, 0);
    let ended = Sweep::new(&arrangement).run(Position::default(), &Budget::unlimited(), &mut |batch| {
        all += batch.len();
        most = most.max(batch.len());
        ControlFlow::Continue(())
    });
    assert_eq!((ended, all), (Ok(()), 4 * (1 + 19 + 171 + 969)));
    assert!(4 * most < all, "{most} of {all}");
}

/// Small features drowned in the error bounds of large ones; the patterns are the same in all units.
#[test]
fn columns_in_different_units() {
    let rows = general_position(12, 5);
    let scaled = |row: &Vec<f64>| -> Vec<f64> {
        row.iter().zip([20, -40, 60, 0, -30]).map(|(x, shift)| x * f64::from(shift).exp2()).collect()
    };
    let scaled: Rows = rows.iter().map(scaled).collect();
    assert_eq!(patterns(sweep, &scaled), patterns(sweep, &rows));
}

/// Numbers that no f64 holds: the sweep gives up or is right, and the enumerator falls back to the tree.
#[test]
fn magnitudes_beyond_floating_point() {
    let rows = [vec![1e300, 1.0, 1e-300], vec![1e-300, 1e300, 1.0], vec![1.0, 1e-300, 1e300], vec![1e200, 1e200, 1.0]];
    let arrangement = arrangement_of(&rows);
    assert_eq!(chosen(&arrangement), tree(&arrangement));
    if let Some(found) = arrangement::enumerate::sweep(&arrangement, &Budget::unlimited(), &|_| ()) {
        assert_eq!(found.patterns, tree(&arrangement));
    }
}

fn arrangement_of(rows: &[Vec<f64>]) -> Arrangement {
    let (features, d) = flat(rows);
    Arrangement::new(&features, d).unwrap()
}

/// Sorted patterns on the rows.
fn patterns(enumerator: Enumerator, rows: &[Vec<f64>]) -> Vec<String> {
    let arrangement = arrangement_of(rows);
    let mut texts: Vec<String> =
        enumerator(&arrangement).iter().map(|pattern| to_text(&expand(&arrangement, pattern))).collect();
    texts.sort();
    texts
}

/// The number of patterns, all distinct.
fn count(enumerator: Enumerator, rows: &[Vec<f64>]) -> usize {
    let mut patterns = patterns(enumerator, rows);
    let found = patterns.len();
    patterns.dedup();
    assert_eq!(patterns.len(), found, "a pattern is listed twice");
    found
}

/// {0,1}^d, the origin first.
fn cube(d: usize) -> Rows {
    (0..1usize << d).map(|corner| (0..d).map(|j| (corner >> j & 1) as f64).collect()).collect()
}

/// Boolean functions that are linearly separable.
fn threshold(d: usize) -> Rows {
    with_ones(&cube(d))
}

fn unit(d: usize, axis: usize, value: f64) -> Vec<f64> {
    let mut vector = vec![0.0; d];
    vector[axis] = value;
    vector
}

fn cross_polytope(d: usize) -> Rows {
    with_ones(&(0..d).flat_map(|axis| [unit(d, axis, 1.0), unit(d, axis, -1.0)]).collect::<Rows>())
}

/// e_i, and e_i - e_j for i < j.
fn permutation(n: usize) -> Rows {
    let mut rows: Rows = (0..n).map(|i| unit(n, i, 1.0)).collect();
    rows.extend((0..n).flat_map(|i| (i + 1..n).map(move |j| difference(n, i, j))));
    rows
}

fn difference(n: usize, i: usize, j: usize) -> Vec<f64> {
    let mut row = unit(n, i, 1.0);
    row[j] = -1.0;
    row
}

/// e_i - e_j for all i and j: every row with its opposite.
fn differences(n: usize) -> Rows {
    (0..n).flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| difference(n, i, j))).collect()
}

/// Random points of dimension r - 1 with a bias.
fn general_position(n: usize, r: usize) -> Rows {
    let mut random = Random::new(20);
    with_ones(&(0..n).map(|_| (1..r).map(|_| random.float()).collect()).collect::<Rows>())
}

fn titanic_data() -> Dataset {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/titanic.csv");
    Dataset::read(&path, &DataOptions::default().classify(true)).unwrap()
}

/// The published numbers of open cells are |H(X)| on these arrangements.
#[test]
fn the_brute_force_counts_the_small_arrangements() {
    assert_eq!(brute::patterns(&threshold(2)).len(), 14);
    assert_eq!(brute::patterns(&threshold(3)).len(), 104);
    assert_eq!(brute::patterns(&cube(3)[1..]).len(), 32);
    assert_eq!(brute::patterns(&cross_polytope(3)).len(), 46);
    assert_eq!(brute::patterns(&permutation(3)).len(), 24);
    assert_eq!(brute::patterns(&differences(3)).len(), 13);
}

/// Products of tiny minors underflow to 0 without being 0.
#[test]
fn minors_that_underflow() {
    let tiny = 2f64.powi(-560);
    let rows = [
        vec![1.0, 0.0, 0.0, 1.0],
        vec![1.0, tiny, 0.0, 1.0],
        vec![1.0, 0.0, tiny, 1.0],
        vec![1.0, tiny, tiny, 1.0],
        vec![1.0, tiny, 3.0 * tiny, 2.0],
        vec![0.0, 1.0, 1.0, 1.0],
    ];
    let arrangement = arrangement_of(&rows);
    assert_eq!(chosen(&arrangement), tree(&arrangement));
}

/// The sweep of tiny numbers is right, or gives up; its tables once had rows whose minors underflowed to an exact 0.
#[test]
fn sweeps_of_tiny_numbers() {
    let mut random = Random::new(7);
    let mut swept = [0; 2];
    for trial in 0..600 {
        let exponent = -[100, 266, 332, 360, 500, 548, 664, 797, 900][random.index(9)];
        let tiny = 2f64.powi(exponent);
        let (n, d) = (random.integer(4, 9) as usize, random.integer(2, 3) as usize);
        let real = trial % 3 == 0;
        let entry = |random: &mut Random, row: usize| {
            // Some rows or entries keep their size, and so does the bias.
            let small = if trial % 2 == 0 { random.index(2) == 0 } else { row > 2 };
            let scale = if small { tiny } else { 1.0 };
            scale * if real { random.float() } else { random.integer(-2, 2) as f64 }
        };
        let rows: Vec<Vec<f64>> =
            (0..n).map(|row| (0..d).map(|_| entry(&mut random, row)).chain([1.0]).collect()).collect();
        let arrangement = arrangement_of(&rows);
        let found = arrangement::enumerate::sweep(&arrangement, &Budget::unlimited(), &|_| ());
        swept[usize::from(found.is_some())] += 1;
        if let Some(found) = found {
            assert_eq!(complete(found), tree(&arrangement), "{rows:?}");
        }
    }
    assert!(swept.iter().all(|&count| count > 5), "{swept:?}");
}

/// Tables whose patterns were once lost to underflow.
#[test]
fn tables_that_underflowed() {
    let tiny = 1e-200;
    let mixed = [[1.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, tiny, 2e-200], [1.0, tiny, 3e-200], [1.0, 2e-200, tiny]];
    let grid = (0..9).map(|k| vec![f64::from(k % 3) * tiny, f64::from(k / 3) * tiny, 1.0]).collect::<Vec<_>>();
    for rows in [mixed.map(|row| row.to_vec()).to_vec(), grid] {
        let arrangement = arrangement_of(&rows);
        let cells = arrangement::count_cells(&arrangement, &Budget::unlimited()).unwrap();
        assert_eq!(chosen(&arrangement).len().to_string(), cells.to_string(), "{rows:?}");
        assert_eq!(chosen(&arrangement), tree(&arrangement));
    }
}
