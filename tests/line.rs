#![cfg(feature = "solve")]
//! One feature and a bias (rank 2): the closed form on the order of the line, from data to certificate.

mod common;

use std::collections::HashSet;

use common::random::Random;
use heaviside::internals::{
    arrangement::{self, Order},
    convex::{
        Problem, ordered,
        pricing::{Priced, Pricer},
        working_set,
    },
    oracle::{ColumnOracle, GridPoint, LineOracle, ListOracle, WalkOracle, Want, on_grid},
    pattern::Groups,
};
use heaviside::{Arrangement, Beta, Budget, Dataset, Fit, Loss, Method, Network, Reconstruction, TrainSettings, train};

fn trained(data: &Dataset, method: Method, beta: Beta) -> Fit<Network> {
    train(data, &TrainSettings::new(beta).method(method)).unwrap()
}

/// n rows of a step function with noise; `x` draws the feature.
fn steps(random: &mut Random, n: usize, x: impl Fn(&mut Random) -> f64) -> Dataset {
    let noise = |random: &mut Random| random.integer(-500, 500) as f64 / 1000.0;
    let features: Vec<f64> = (0..n).map(|_| x(random)).collect();
    let targets =
        features.iter().map(|x| f64::from((5.0 * x).sin() > 0.0) + (3.0 * x).floor() + noise(random)).collect();
    Dataset::with_bias(features, 1, targets).unwrap()
}

fn fraction(random: &mut Random) -> f64 {
    random.integer(-1_000_000_000, 1_000_000_000) as f64 / 1e9
}

#[test]
fn twenty_thousand_rows_are_solved_to_certified_optimality() {
    let data = steps(&mut Random::new(1), 20_000, fraction);
    for beta in [Beta::Relative(0.5), Beta::Relative(0.001), Beta::Absolute(20.0)] {
        let training = trained(&data, Method::Auto, beta);
        assert_eq!((training.method, training.unrealized), (Method::ColumnGeneration.name(), 0));
        assert!(training.proven.relative_gap() <= 1e-9, "{}", training.proven.relative_gap());
    }
}

#[test]
fn ties_are_groups_and_all_methods_agree() {
    let mut random = Random::new(2);
    for beta in [0.5, 30.0, 3000.0] {
        let data = steps(&mut random, 3000, |random| random.integer(-20, 20) as f64 / 20.0);
        let training = trained(&data, Method::ColumnGeneration, Beta::Absolute(beta));
        let exact = trained(&data, Method::Exact, Beta::Absolute(beta));
        assert!(training.proven.relative_gap() <= 1e-10 && exact.proven.relative_gap() <= 1e-10);
        assert_eq!(training.proven.objective, exact.proven.objective);
        assert!(exact.patterns_complete);
    }
}

#[test]
fn the_smallest_data_have_an_optimum() {
    for features in [vec![3.0], vec![3.0, 3.0], vec![1.0, 2.0], vec![-1.0, 0.0, 1.0], vec![0.0, 0.0, 5.0]] {
        let targets = (0..features.len()).map(|row| 2.0 * row as f64 - 0.5).collect();
        let data = Dataset::with_bias(features, 1, targets).unwrap();
        for method in [Method::Auto, Method::ColumnGeneration, Method::Exact] {
            for beta in [Beta::Absolute(0.125), Beta::Relative(0.5), Beta::Relative(1.0)] {
                assert!(trained(&data, method, beta).proven.relative_gap() <= 1e-9);
            }
        }
    }
}

/// Between neighbouring numbers there is no third: the threshold is one of them.
#[test]
fn neighbouring_numbers_are_told_apart() {
    let mut features = vec![1.0f64];
    for row in 1..50 {
        features.push(features[row - 1].next_up());
    }
    features.extend([f64::MAX, -f64::MAX, 0.0, f64::from_bits(1), -f64::from_bits(1)]);
    let targets: Vec<f64> = (0..features.len()).map(|row| if row % 3 == 0 { 4.0 } else { -1.0 }).collect();
    let data = Dataset::with_bias(features, 1, targets).unwrap();
    for reconstruction in [Reconstruction::Svm, Reconstruction::Witness] {
        for method in [Method::Exact, Method::ColumnGeneration] {
            let settings = TrainSettings::new(Beta::Absolute(0.25)).method(method).reconstruction(reconstruction);
            let training = train(&data, &settings).unwrap();
            assert_eq!(training.unrealized, 0);
            assert!(training.proven.relative_gap() <= 1e-9);
        }
    }
}

/// Rows in an open half-plane without a bias are on a line too; hidden weights come from the programmes as before, and
/// patterns beyond the reach of f64 weights are given up.
#[test]
fn rows_without_a_bias_may_be_on_a_line() {
    let mut random = Random::new(3);
    let features = (0..120).map(|_| random.integer(1, 1000) as f64 / 7.0).collect();
    let targets = (0..60).map(|_| fraction(&mut random)).collect();
    let data = Dataset::new(features, 2, targets).unwrap();
    for method in [Method::ColumnGeneration, Method::Exact] {
        let training = trained(&data, method, Beta::Relative(0.2));
        assert!(training.unrealized > 0 || training.proven.relative_gap() <= 1e-9);
    }
}

/// The line, the walk and the list have one answer, and the closed form has the optimum that column generation finds with
/// each of them.
#[test]
fn the_oracles_agree_and_lead_to_the_same_optimum() {
    let mut random = Random::new(4);
    let budget = Budget::unlimited();
    for _ in 0..20 {
        let data = steps(&mut random, 40, |random| random.integer(-12, 12) as f64);
        let arrangement = Arrangement::new(data.features(), 2).unwrap();
        let (groups, order) = (Groups::of(&arrangement), Order::new(&arrangement).unwrap());
        let columns = groups.lift_all(&arrangement::enumerate(&arrangement, &budget, &|_| ()).patterns);
        let point = GridPoint::new(&groups, -9, (0..data.n()).map(|_| random.integer(-999, 999)).collect());
        let mut list = ListOracle::new(columns, true);
        let mut oracles: [&mut dyn ColumnOracle; 3] =
            [&mut list, &mut WalkOracle::new(&arrangement, &groups), &mut LineOracle::new(&order)];
        let [listed, walked, sorted] =
            oracles.each_mut().map(|oracle| oracle.query(&point, Want::columns(10), &budget));
        assert_eq!((listed.bound, walked.bound), (sorted.bound, sorted.bound));
        assert_eq!([listed.best, walked.best, sorted.best].map(Some), [listed.bound; 3]);
        assert_eq!(sorted.columns.iter().collect::<HashSet<_>>().len(), sorted.columns.len());
        assert!(!sorted.columns.is_empty() && sorted.columns.len() <= 10);

        let problem = Problem::new(&groups, data.targets(), Loss::Squared, 2.0).unwrap();
        let closed = ordered::solve(&problem, &order).unwrap();
        let optimum = problem.objective(&closed.outputs, closed.norm());
        for oracle in &mut oracles {
            let mut pricer = AsPricer { oracle: *oracle, groups: &groups };
            let solution = working_set::solve(&problem, &mut pricer, &budget, &mut |_| ());
            let norm = problem.norm(&solution.weights);
            let own = problem.objective(&problem.outputs(&solution.columns, &solution.weights), norm);
            assert!((own - optimum).abs() <= 1e-7 * optimum, "{own} or {optimum}");
        }
    }
}

/// An oracle for dual points in floating point.
struct AsPricer<'a> {
    oracle: &'a mut dyn ColumnOracle,
    groups: &'a Groups,
}

impl Pricer for AsPricer<'_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let (exponent, sums) = on_grid(dual);
        let point = GridPoint::of_groups(self.groups, exponent, sums);
        let answer = self.oracle.query(&point, Want::columns(count), &Budget::unlimited());
        Some(Priced { price: answer.best as f64 * point.unit(), value: None, columns: answer.columns })
    }
}
