//! Inputs of the benchmarks: families of arrangements with known counts, points in the plane, the Titanic data.
//!
//! Every random input has a fixed seed, so that two runs measure the same work.

// Each benchmark compiles this file for itself and uses a part of it.
#![allow(dead_code)]

use std::path::Path;

use criterion::Criterion;
use heaviside::internals::{
    convex::{
        Point, Problem,
        pricing::{Priced, Pricer},
    },
    oracle::{ColumnOracle, Ended, GridPoint, Want, on_grid},
    pattern::Groups,
};
use heaviside::{Arrangement, Bits, Budget, Dataset, Loss, PatternMatrix};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

/// The smallest sample that criterion permits: most of what is measured takes long enough to vary little.
const SAMPLES: usize = 10;

/// Short warm-up and measurement, for functions of milliseconds to seconds.
pub fn settings() -> Criterion {
    let second = std::time::Duration::from_secs(1);
    Criterion::default().sample_size(SAMPLES).warm_up_time(second / 4).measurement_time(second).without_plots()
}

/// `count` standard normal numbers.
pub fn gaussians(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    (0..count).map(|_| StandardNormal.sample(&mut random)).collect()
}

/// `count` labels -1 or +1, each as likely as the other.
pub fn labels(count: usize, seed: u64) -> Vec<f64> {
    gaussians(count, seed).into_iter().map(f64::signum).collect()
}

/// n random points in the plane with a bias column and random labels -1 and +1.
pub fn plane(n: usize, seed: u64) -> Dataset {
    valid(Dataset::with_bias(gaussians(2 * n, seed), 2, labels(n, seed + 1)))
}

/// The Titanic data: 2201 rows, 14 of them distinct.
pub fn titanic() -> Dataset {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/titanic.csv");
    valid(Dataset::read(&path, &Default::default()))
}

fn valid<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// The lower bound of a solver's dual point on the optimum over all columns.
pub fn lower_bound(problem: &Problem, columns: &PatternMatrix, solution: Option<Point>) -> f64 {
    let dual = solution.expect("the solver finds a point").dual;
    problem.dual_value(&dual, problem.price(columns, &dual))
}

/// The Lasso with these targets.
pub fn lasso(arrangement: &Arrangement, targets: &[f64], beta: f64) -> Problem {
    valid(Problem::new(&Groups::of(arrangement), targets, Loss::Squared, beta))
}

/// The arrangement of the rows of a matrix with d columns.
pub fn arrangement(features: &[f64], d: usize) -> Arrangement {
    Arrangement::new(features, d).expect("the entries are finite")
}

/// n standard normal rows in R^r: 2 sum_{k<r} C(n-1, k) open cells.
pub fn general_position(n: usize, r: usize) -> Arrangement {
    arrangement(&gaussians(n * r, 0), r)
}

/// threshold_d: (1, c) for all c in {0,1}^d.
pub fn threshold(d: usize) -> Arrangement {
    let row = |c: usize| [vec![1.0], bits(c, d)].concat();
    arrangement(&(0..1 << d).flat_map(row).collect::<Vec<_>>(), d + 1)
}

/// resonance_d: all non-zero c in {0,1}^d.
pub fn resonance(d: usize) -> Arrangement {
    arrangement(&(1..1 << d).flat_map(|c| bits(c, d)).collect::<Vec<_>>(), d)
}

fn bits(number: usize, count: usize) -> Vec<f64> {
    (0..count).map(|bit| (number >> bit & 1) as f64).collect()
}

/// All patterns of points in general position in the plane with a bias, without a linear programme.
///
/// Any line that separates the points can be moved until it passes through two of them, which may then be given any
/// labels by turning and moving it a little. So the patterns are those of the lines through two points, with four
/// labellings of the two and both orientations of the line: n^2 - n + 2 in all.
pub fn line_patterns(data: &Dataset) -> PatternMatrix {
    let n = data.n();
    let mut patterns = PatternMatrix::new(n);
    for i in 0..n {
        for j in 0..i {
            let left: Bits = (0..n).map(|k| turn(data.row(i), data.row(j), data.row(k)) > 0.0).collect();
            for labels in 0..4 {
                let mut pattern = left.clone();
                pattern.set(i, labels & 1 == 1);
                pattern.set(j, labels & 2 == 2);
                patterns.extend([!pattern.clone(), pattern]);
            }
        }
    }
    let patterns = patterns.sorted();
    assert_eq!(patterns.len(), n * n - n + 2, "the points are in general position");
    patterns
}

/// Twice the signed area of a triangle: positive if c is to the left of the line from a to b.
fn turn(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// An oracle for dual points in floating point, as the working set asks it.
pub struct AsPricer<'a, O> {
    /// The oracle.
    pub oracle: O,
    /// The groups of the rows.
    pub groups: &'a Groups,
    /// What a query may use.
    pub budget: &'a Budget,
}

impl<O: ColumnOracle> Pricer for AsPricer<'_, O> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let (exponent, sums) = on_grid(dual);
        let point = GridPoint::of_groups(self.groups, exponent, sums);
        let answer = self.oracle.query(&point, Want::columns(count), self.budget);
        let priced = Priced { price: answer.best as f64 * point.unit(), value: None, columns: answer.columns };
        (!matches!(answer.ended, Ended::Stopped(_))).then_some(priced)
    }
}
