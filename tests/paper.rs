#![cfg(feature = "solve")]
//! The statements of the paper (ICLR 2023, arXiv:2303.03382) as numbers, by equation.

mod common;

use common::{
    Rows, brute,
    brute::rational,
    certificate::two_layers,
    families::{Case, cases},
    flat,
    lasso::optimum,
    random::Random,
};
use heaviside::internals::{
    convex::{Problem, Squared, over_all_labellings, penalty::L1},
    pattern::Groups,
};
use heaviside::{
    Arrangement, Beta, Dataset, Fit, Loss, Method, Network, RBig, Reconstruction, Status, TrainError, TrainSettings,
    train,
};

/// Agreement of two floating-point values of one number.
const ROUNDING: f64 = 1e-9;

#[track_caller]
fn assert_close(left: f64, right: f64) {
    assert!((left - right).abs() <= ROUNDING * left.abs().max(right.abs()).max(1e-3), "{left} is not {right}");
}

fn dataset(rows: &[Vec<f64>], targets: &[f64]) -> Dataset {
    let (features, d) = flat(rows);
    Dataset::new(features, d, targets.to_vec()).unwrap()
}

fn settings(method: Method, beta: Beta) -> TrainSettings {
    TrainSettings::new(beta).method(method).threads(1).tolerance(1e-10)
}

#[track_caller]
fn trained(rows: &[Vec<f64>], targets: &[f64], method: Method, beta: f64) -> Fit<Network> {
    train(&dataset(rows, targets), &settings(method, Beta::Absolute(beta))).unwrap()
}

fn float(value: &RBig) -> f64 {
    value.to_f64().value()
}

fn objective(training: &Fit<Network>) -> f64 {
    float(&training.proven.objective)
}

fn lower_bound(training: &Fit<Network>) -> f64 {
    float(&training.proven.lower_bound)
}

/// Whether f64 weights can tell all cells of the arrangement apart.
fn is_tame(case: &Case) -> bool {
    !case.name.starts_with("nearly") && !case.name.starts_with("extreme")
}

/// Labels, counts, or real numbers.
fn targets(random: &mut Random, n: usize) -> Vec<f64> {
    let kind = random.index(3);
    let target = |random: &mut Random| match kind {
        0 => [-1.0, 1.0][random.index(2)],
        1 => random.integer(-3, 3) as f64,
        _ => 10.0 * random.float(),
    };
    (0..n).map(|_| target(random)).collect()
}

fn some_beta(random: &mut Random) -> f64 {
    [0.0625, 0.25, 0.5, 1.0, 2.0][random.index(5)]
}

/// n rows in at least n dimensions; independent with probability 1.
fn independent_rows(random: &mut Random, n: usize) -> Rows {
    let d = n + random.index(3);
    (0..n).map(|_| (0..d).map(|_| random.float()).collect()).collect()
}

fn identity(n: usize) -> Rows {
    (0..n).map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect()).collect()
}

fn all_labellings(n: usize) -> Vec<String> {
    (0..1usize << n).map(|index| format!("{index:0n$b}")).collect()
}

/// 1/2 ||f - y||^2 + beta ||a||_1 in rationals, for neurons given by pattern and output weight.
fn exact_objective(neurons: &[(&str, RBig)], targets: &[f64], beta: f64) -> RBig {
    let modulus = |value: &RBig| if *value < RBig::ZERO { -value } else { value.clone() };
    let output = |row: usize| {
        let active = neurons.iter().filter(|(pattern, _)| common::bits(pattern).nth(row) == Some(true));
        active.fold(RBig::ZERO, |sum, (_, output)| sum + output)
    };
    let squares = targets.iter().enumerate().fold(RBig::ZERO, |sum, (row, &target)| {
        let residual = output(row) - rational(target);
        sum + &residual * &residual
    });
    let norm = neurons.iter().fold(RBig::ZERO, |sum, (_, output)| sum + modulus(output));
    squares / RBig::from(2) + rational(beta) * norm
}

/// The pattern of n bits in hexadecimal digits of a certificate: bit i is bit i mod 4 of digit i / 4.
fn unhex(digits: &str, n: usize) -> String {
    let digits: Vec<u32> = digits.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    (0..n).map(|row| if digits[row / 4] >> (row % 4) & 1 == 1 { '1' } else { '0' }).collect()
}

/// Theorem 2.3: for rank X = n the Lasso (6) and the closed form (7) have the same value.
#[test]
fn equation_6_equals_equation_7_when_the_rows_are_independent() {
    let mut random = Random::new(30);
    for round in 0..24 {
        let rows = independent_rows(&mut random, 1 + round % 6);
        let (targets, beta) = (targets(&mut random, rows.len()), some_beta(&mut random));
        let exact = trained(&rows, &targets, Method::Exact, beta);
        let complete = trained(&rows, &targets, Method::Complete, beta);
        assert_eq!((exact.last_patterns(), complete.last_patterns()), (Some(1 << rows.len()), None));
        assert_close(objective(&exact), objective(&complete));
        assert_close(lower_bound(&exact), lower_bound(&complete));
        assert_eq!(trained(&rows, &targets, Method::Auto, beta).method, Method::Complete.name());
    }
}

/// Section 4: labels -1 and +1 and beta <= min(n_+, n_-) have the optimum 2 beta - beta^2/2 (1/n_+ + 1/n_-). With class
/// sizes that are powers of two nothing is rounded, and upper and lower bound are that rational.
#[test]
fn labels_of_two_signs_have_the_stated_optimum() {
    for (positive, negative, beta) in [(4, 2, 1.5), (1, 8, 0.75), (2, 2, 2.0), (16, 4, 3.25), (3, 5, 1.0), (7, 6, 5.5)]
    {
        let labels = [vec![1.0; positive], vec![-1.0; negative]].concat();
        let shares = RBig::ONE / RBig::from(positive as u64) + RBig::ONE / RBig::from(negative as u64);
        let beta_exact = rational(beta);
        let expected = &beta_exact * RBig::from(2) - &beta_exact * &beta_exact / RBig::from(2) * shares;
        let training = trained(&identity(labels.len()), &labels, Method::Complete, beta);
        if positive.is_power_of_two() && negative.is_power_of_two() {
            assert_eq!(training.proven.objective, expected);
            assert_eq!(training.proven.lower_bound, expected);
        } else {
            assert!((objective(&training) - float(&expected)).abs() <= 1e-12);
            assert!((lower_bound(&training) - float(&expected)).abs() <= 1e-12);
        }
        let neurons = if beta < positive.min(negative) as f64 { 2 } else { 0 };
        assert_eq!(training.model.neurons().len(), neurons);
        if labels.len() <= 6 {
            assert_close(objective(&trained(&identity(labels.len()), &labels, Method::Exact, beta)), float(&expected));
        }
    }
}

/// All labels 0: nothing to fit, and no beta_max to be relative to.
#[test]
fn zero_targets_need_no_neuron() {
    for case in cases(31, 2) {
        let data = dataset(&case.rows, &vec![0.0; case.rows.len()]);
        let training = train(&data, &settings(Method::Exact, Beta::Absolute(0.5))).unwrap();
        assert!(training.model.neurons().is_empty(), "{}", case.name);
        assert_eq!((training.proven.objective, training.proven.lower_bound), (RBig::ZERO, RBig::ZERO));
        let relative = train(&data, &settings(Method::Exact, Beta::Relative(0.5)));
        assert_eq!(relative.unwrap_err(), TrainError::NoBetaMax);
    }
}

/// Equal labels c: the pattern of w = 0 alone is optimal on any data, with the value c beta - beta^2 / (2n).
#[test]
fn labels_of_one_sign_are_fitted_by_the_constant() {
    for case in cases(32, 4).into_iter().filter(is_tame) {
        let n = case.rows.len();
        for label in [1.0, -2.0] {
            let training = trained(&case.rows, &vec![label; n], Method::Exact, 0.5);
            let expected = f64::abs(label) * 0.5 - 0.125 / n as f64;
            assert_close(objective(&training), expected);
            assert_close(lower_bound(&training), expected);
        }
    }
}

/// Section 3: beta_max = max |d^T y|; at and above it the zero network is optimal, below it is not.
#[test]
fn the_zero_network_is_optimal_from_beta_max_on() {
    let mut random = Random::new(33);
    for case in cases(34, 4).into_iter().filter(is_tame) {
        let labels: Vec<i64> = (0..case.rows.len()).map(|_| random.integer(-3, 3)).collect();
        let (max, min) = brute::extremes(&brute::patterns(&case.rows), &labels);
        let beta_max = max.max(-min);
        if beta_max == 0 {
            continue;
        }
        let targets: Vec<f64> = labels.iter().map(|&label| label as f64).collect();
        let data = dataset(&case.rows, &targets);
        let zero = exact_objective(&[], &targets, 1.0);
        for fraction in [1.0, 2.0] {
            let training = train(&data, &settings(Method::Exact, Beta::Relative(fraction))).unwrap();
            assert_close(training.beta, fraction * beta_max as f64);
            assert_eq!(training.proven.objective, zero, "{}", case.name);
            assert!(training.model.neurons().is_empty() && training.proven.relative_gap() <= 1e-14);
        }
        let below = train(&data, &settings(Method::Exact, Beta::Relative(0.875))).unwrap();
        assert!(below.proven.objective < zero && !below.model.neurons().is_empty(), "{}", case.name);
    }
}

/// Opposite rows, targets 2 and 2: with the face pattern 11 the optimum is 2 beta - beta^2 / 4 = 1.75 at w = 1.5.
/// Without it each row would be fitted alone, for 2 (2 beta - beta^2 / 2) = 3.
#[test]
fn a_pattern_on_a_face_can_be_optimal() {
    let rows = [vec![1.0], vec![-1.0]];
    let training = trained(&rows, &[2.0, 2.0], Method::Exact, 1.0);
    assert_close(objective(&training), 1.75);
    assert_close(lower_bound(&training), 1.75);
    assert_close(training.model.neurons()[0].output, 1.5);
    let open_cells = ["10".to_owned(), "01".to_owned()];
    assert_close(optimum(&open_cells, &[2.0, 2.0], 1.0), 3.0);
}

/// Theorem 2.2: the trained objective is the optimum of (6) over the brute-force H(X), and the bounds enclose it.
#[test]
fn training_reaches_the_brute_force_optimum() {
    let mut random = Random::new(35);
    let mut compared = 0;
    for case in cases(36, 16).into_iter().filter(|case| case.rows.len() <= 5 && is_tame(case)) {
        let (targets, beta) = (targets(&mut random, case.rows.len()), some_beta(&mut random));
        let patterns = brute::patterns(&case.rows);
        let expected = optimum(&patterns, &targets, beta);
        let training = trained(&case.rows, &targets, Method::Exact, beta);
        assert_eq!((training.status, training.patterns_complete), (Status::Optimal, true), "{}", case.name);
        assert_close(objective(&training), expected);
        assert_close(lower_bound(&training), expected);
        // (7) bounds (4) from below on any data, and is the Lasso over all labellings.
        let (features, d) = flat(&case.rows);
        let groups = Groups::of(&Arrangement::new(&features, d).unwrap());
        let problem = Problem::new(&groups, &targets, Loss::Squared, beta).unwrap();
        let (relaxed, _) = over_all_labellings(&problem);
        assert!(problem.objective(&relaxed.outputs, relaxed.norm()) <= expected * (1.0 + ROUNDING), "{}", case.name);
        compared += 1;
    }
    assert!(compared >= 100);
}

/// Theorem 2.3 without data: (7) is the Lasso over all labellings of distinct rows.
#[test]
fn equation_7_is_the_lasso_over_all_labellings() {
    let mut random = Random::new(37);
    for round in 0..20 {
        let n = 1 + round % 5;
        let (targets, beta) = (targets(&mut random, n), some_beta(&mut random));
        let problem = Problem::of(Squared::around(vec![1.0; n], targets.clone()), &L1, beta);
        let (solution, _) = over_all_labellings(&problem);
        let value = problem.objective(&solution.outputs, solution.norm());
        assert_close(value, optimum(&all_labellings(n), &targets, beta));
    }
}

/// Section 3: no threshold network has a smaller exact objective than the certified lower bound.
#[test]
fn weak_duality_holds_for_random_networks() {
    let mut random = Random::new(38);
    for case in cases(39, 3).into_iter().filter(is_tame) {
        let (targets, beta) = (targets(&mut random, case.rows.len()), some_beta(&mut random));
        let patterns = brute::patterns(&case.rows);
        for method in [Method::Exact, Method::Sample] {
            let training = trained(&case.rows, &targets, method, beta);
            for _ in 0..20 {
                let width = random.integer(0, 4);
                let mut neuron = || (patterns[random.index(patterns.len())].as_str(), rational(3.0 * random.float()));
                let neurons: Vec<(&str, RBig)> = (0..width).map(|_| neuron()).collect();
                assert!(training.proven.lower_bound <= exact_objective(&neurons, &targets, beta), "{}", case.name);
            }
        }
    }
}

/// Theorem 2.2: m* <= rank D neurons suffice. The certificate's numbers and the network's own forward pass agree with
/// patterns and objective recomputed here.
#[test]
fn the_network_is_small_and_does_what_its_certificate_says() {
    let mut random = Random::new(40);
    for case in cases(41, 6) {
        let n = case.rows.len();
        let (targets, beta) = (targets(&mut random, n), some_beta(&mut random));
        let data = dataset(&case.rows, &targets);
        let training = train(&data, &settings(Method::Auto, Beta::Absolute(beta))).unwrap();
        // Only cells that f64 weights do not reach may be given up.
        assert!(training.unrealized == 0 || !is_tame(&case), "{}", case.name);
        let neurons = &two_layers(&training.certificate).network.neurons;
        assert!(neurons.len() <= brute::rank(&brute::patterns(&case.rows)), "{}", case.name);
        let forward = training.model.patterns(&data).unwrap();
        let number = |text: &String| text.parse::<RBig>().unwrap();
        let mut recomputed = Vec::new();
        let patterns: Vec<String> = neurons.iter().map(|neuron| unhex(&neuron.pattern, n)).collect();
        for (index, neuron) in neurons.iter().enumerate() {
            let hidden: Vec<RBig> = neuron.hidden.iter().map(number).collect();
            assert_eq!(brute::pattern_of(&case.rows, &hidden), patterns[index], "{}", case.name);
            let own: String = forward[index].iter().map(|bit| if *bit { '1' } else { '0' }).collect();
            assert_eq!(own, patterns[index], "{}", case.name);
            assert_eq!(rational(training.model.neurons()[index].output), number(&neuron.output));
            recomputed.push((patterns[index].as_str(), number(&neuron.output)));
        }
        assert_eq!(exact_objective(&recomputed, &targets, beta), training.proven.objective, "{}", case.name);
    }
}

/// Sections 2.4 and 5: hidden weights do not enter the objective, however they are reconstructed.
#[test]
fn every_reconstruction_has_the_same_exact_objective() {
    let mut random = Random::new(42);
    for case in cases(43, 2).into_iter().filter(is_tame) {
        let targets = targets(&mut random, case.rows.len());
        let (rows, d) = flat(&case.rows);
        let biased = Dataset::with_bias(rows, d, targets.clone()).unwrap();
        for data in [dataset(&case.rows, &targets), biased] {
            let mut results = Vec::new();
            for reconstruction in [Reconstruction::Witness, Reconstruction::Pinv, Reconstruction::Svm] {
                for standardize in [false, true] {
                    let base = settings(Method::Exact, Beta::Absolute(0.25));
                    let training = train(&data, &base.reconstruction(reconstruction).standardize(standardize)).unwrap();
                    assert_eq!(training.model.standardization().is_some(), standardize);
                    results.push((training.proven.objective, training.proven.lower_bound));
                }
            }
            assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{}", case.name);
        }
    }
}

/// Sampled patterns give an upper bound; the lower bound is valid for all of H(X).
#[test]
fn sampling_encloses_the_optimum() {
    let mut random = Random::new(44);
    for case in cases(45, 6).into_iter().filter(|case| case.rows.len() <= 5 && is_tame(case)) {
        let (targets, beta) = (targets(&mut random, case.rows.len()), some_beta(&mut random));
        let expected = optimum(&brute::patterns(&case.rows), &targets, beta);
        let few = settings(Method::Sample, Beta::Absolute(beta)).samples(3).seed(5);
        let training = train(&dataset(&case.rows, &targets), &few).unwrap();
        assert!(!training.patterns_complete && training.last_patterns().unwrap() <= 4);
        assert!(objective(&training) >= expected - ROUNDING, "{}", case.name);
        assert!(lower_bound(&training) <= expected + ROUNDING, "{}", case.name);
        assert!(training.proven.lower_bound <= training.proven.objective);
    }
}

/// H(X) depends on the directions of the rows only, and the objective on no order.
#[test]
fn row_order_and_positive_scaling_leave_the_objective() {
    let mut random = Random::new(46);
    for case in cases(47, 4).into_iter().filter(is_tame) {
        let n = case.rows.len();
        let (targets, beta) = (targets(&mut random, n), some_beta(&mut random));
        let expected = objective(&trained(&case.rows, &targets, Method::Exact, beta));
        let order = random.permutation(n);
        let permuted: Rows = order.iter().map(|&row| case.rows[row].clone()).collect();
        let reordered: Vec<f64> = order.iter().map(|&row| targets[row]).collect();
        assert_close(objective(&trained(&permuted, &reordered, Method::Exact, beta)), expected);
        let mut scaled = |factor: fn(&mut Random) -> f64| -> Rows {
            let multiple = |row: &Vec<f64>, by: f64| row.iter().map(|entry| entry * by).collect();
            case.rows.iter().map(|row| multiple(row, factor(&mut random))).collect()
        };
        let powers = scaled(|random| 2f64.powi(random.integer(-20, 20) as i32));
        assert_close(objective(&trained(&powers, &targets, Method::Exact, beta)), expected);
        // Integer multiples of integers are exact as well.
        if case.rows.concat().iter().all(|entry| entry.fract() == 0.0) {
            let multiples = scaled(|random| random.integer(1, 9) as f64);
            assert_close(objective(&trained(&multiples, &targets, Method::Exact, beta)), expected);
        }
    }
}
