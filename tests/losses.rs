#![cfg(feature = "solve")]
//! All losses, from data to certificate, against brute force.
//!
//! H(X) is enumerated by Fourier-Motzkin elimination and the optimum over it found by a method that the library does not
//! use for it: the linear programmes of the absolute and the hinge loss in primal form, and an accelerated proximal
//! gradient method, stopped by its own duality gap, for the smooth losses.

mod common;

use common::{
    Rows, bits, brute,
    families::{Case, cases},
    flat,
    random::Random,
};
use heaviside::internals::backend::linear::{LinearProgram, maximise};
use heaviside::{
    Beta, CheckLimits, Conclusion, Dataset, Fit, Loss, Method, Network, Status, TrainError, TrainSettings, Verdict,
    check, train,
};

const LOSSES: [Loss; 7] = [
    Loss::Squared,
    Loss::Absolute,
    Loss::Huber { delta: 0.4 },
    Loss::Huber { delta: 1.0 },
    Loss::Hinge,
    Loss::SquaredHinge,
    Loss::Logistic,
];

fn settings(loss: Loss, beta: f64) -> TrainSettings {
    TrainSettings::new(Beta::Absolute(beta)).loss(loss).threads(1)
}

/// sum_i l(f_i; y_i) + beta ||w||_1.
fn objective(columns: &[Vec<usize>], weights: &[f64], targets: &[f64], loss: Loss, beta: f64) -> f64 {
    let outputs = outputs(columns, weights, targets.len());
    let loss: f64 = outputs.iter().zip(targets).map(|(&f, &y)| loss.value(f, y)).sum();
    loss + beta * weights.iter().map(|w| w.abs()).sum::<f64>()
}

fn outputs(columns: &[Vec<usize>], weights: &[f64], n: usize) -> Vec<f64> {
    let mut outputs = vec![0.0; n];
    for (column, weight) in columns.iter().zip(weights) {
        for &row in column {
            outputs[row] += weight;
        }
    }
    outputs
}

/// The rows where each pattern is 1.
fn supports(patterns: &[String]) -> Vec<Vec<usize>> {
    let support = |pattern: &String| bits(pattern).enumerate().filter(|(_, bit)| *bit).map(|(row, _)| row).collect();
    patterns.iter().map(support).collect()
}

fn optimum(patterns: &[String], targets: &[f64], loss: Loss, beta: f64) -> f64 {
    let columns = supports(patterns);
    match loss {
        Loss::Absolute | Loss::Hinge => by_linear_programme(&columns, targets, loss, beta),
        _ => by_proximal_gradient(&columns, targets, loss, beta),
    }
}

/// Variables p, q (w = p - q) and e_i, the loss of row i.
fn by_linear_programme(columns: &[Vec<usize>], targets: &[f64], loss: Loss, beta: f64) -> f64 {
    let (count, n) = (columns.len(), targets.len());
    let mut programme = LinearProgram {
        costs: [vec![-beta; 2 * count], vec![-1.0; n]].concat(),
        bounds: vec![(0.0, f64::INFINITY); 2 * count + n],
        ..LinearProgram::default()
    };
    for (row, &target) in targets.iter().enumerate() {
        // e >= s f + b for the pieces (s, b) of the loss.
        let pieces = match loss {
            Loss::Absolute => vec![(1.0, -target), (-1.0, target)],
            _ => vec![(-target, 1.0)],
        };
        for (slope, offset) in pieces {
            let mut entries = vec![0.0; 2 * count + n];
            for (p, _) in columns.iter().enumerate().filter(|(_, column)| column.contains(&row)) {
                (entries[p], entries[count + p]) = (-slope, slope);
            }
            entries[2 * count + row] = 1.0;
            programme.rows.push(entries);
            programme.lower.push(offset);
        }
    }
    let solution = maximise(&programme).unwrap();
    -solution.primal.iter().zip(&programme.costs).map(|(x, cost)| x * cost).sum::<f64>()
}

/// FISTA with restarts.
fn by_proximal_gradient(columns: &[Vec<usize>], targets: &[f64], loss: Loss, beta: f64) -> f64 {
    let n = targets.len();
    let curvature = match loss {
        Loss::SquaredHinge => 2.0,
        Loss::Logistic => 0.25,
        _ => 1.0,
    };
    // At most the sum of the squares of the entries, mostly much less: by power iteration, with a margin.
    let step = 1.0 / (1.02 * curvature * largest_square_of_a_singular_value(columns, n));
    let mut weights = vec![0.0; columns.len()];
    let (mut point, mut momentum) = (weights.clone(), 1.0f64);
    for iteration in 0..400_000 {
        let outputs = outputs(columns, &point, n);
        let slopes: Vec<f64> = outputs.iter().zip(targets).map(|(&f, &y)| loss.slope(f, y)).collect();
        let prices: Vec<f64> = columns.iter().map(|column| column.iter().map(|&row| slopes[row]).sum()).collect();
        let shrink = |(x, price): (&f64, &f64)| {
            let moved = x - step * price;
            moved.signum() * (moved.abs() - step * beta).max(0.0)
        };
        let next: Vec<f64> = point.iter().zip(&prices).map(shrink).collect();
        // Restart where the momentum points uphill.
        let uphill: f64 =
            point.iter().zip(&next).zip(&weights).map(|((x, next), last)| (x - next) * (next - last)).sum();
        let after = if uphill > 0.0 { 1.0 } else { 0.5 * (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt()) };
        let keep = if uphill > 0.0 { 0.0 } else { (momentum - 1.0) / after };
        point = next.iter().zip(&weights).map(|(next, last)| next + keep * (next - last)).collect();
        (weights, momentum) = (next, after);
        if iteration % 64 == 0 {
            let primal = objective(columns, &weights, targets, loss, beta);
            let price = prices.iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
            let scale = if price > beta { beta / price } else { 1.0 };
            let dual: f64 = -slopes.iter().zip(targets).map(|(v, &y)| loss.conjugate(scale * v, y)).sum::<f64>();
            if primal - dual <= 1e-8 * primal.max(1e-3) {
                return primal;
            }
        }
    }
    panic!("the proximal gradient method did not converge: {loss:?} {beta}")
}

fn largest_square_of_a_singular_value(columns: &[Vec<usize>], n: usize) -> f64 {
    let mut vector = vec![1.0; columns.len()];
    let mut size = 0.0;
    for _ in 0..200 {
        let image = outputs(columns, &vector, n);
        let back: Vec<f64> = columns.iter().map(|column| column.iter().map(|&row| image[row]).sum()).collect();
        size = back.iter().map(|x| x * x).sum::<f64>().sqrt();
        vector = back.iter().map(|x| x / size.max(1e-300)).collect();
    }
    size.max(1e-3)
}

/// Targets that repeated rows have different ones of.
fn targets(random: &mut Random, loss: Loss, n: usize) -> Vec<f64> {
    let label = |random: &mut Random| if random.integer(0, 1) == 1 { 1.0 } else { -1.0 };
    let number = |random: &mut Random| random.integer(-4, 4) as f64 / 2.0;
    (0..n).map(|_| if loss.needs_labels() { label(random) } else { number(random) }).collect()
}

fn dataset(rows: &Rows, targets: &[f64]) -> Dataset {
    let (features, d) = flat(rows);
    Dataset::new(features, d, targets.to_vec()).unwrap()
}

#[track_caller]
fn assert_certified(data: &Dataset, training: &Fit<Network>, optimum: f64, context: &str) {
    let proven = match check(data, &training.certificate, &CheckLimits::default()) {
        Verdict::Verified(Conclusion::Bounds(proven)) => proven,
        other => panic!("{context}: {other:?}"),
    };
    assert_eq!(training.status, Status::Optimal, "{context}: gap {:e}", proven.relative_gap());
    let (upper, lower) = (proven.objective.to_f64().value(), proven.lower_bound.to_f64().value());
    assert!(upper >= lower && upper <= lower * (1.0 + 1e-6) + 1e-300, "{context}");
    assert!((upper - optimum).abs() <= 1e-6 * optimum.max(1e-3), "{context}: {upper} instead of {optimum}");
    assert!(training.model.neurons().len() <= data.n(), "{context}");
}

/// Matrices on which the brute force works with moderate numbers.
fn ordinary(case: &Case) -> bool {
    !case.name.contains("extreme")
}

#[test]
fn every_loss_agrees_with_brute_force() {
    let mut random = Random::new(41);
    for case in cases(41, 3).into_iter().filter(ordinary) {
        let patterns = brute::patterns(&case.rows);
        for loss in LOSSES {
            let targets = targets(&mut random, loss, case.rows.len());
            let data = dataset(&case.rows, &targets);
            let beta = [0.05, 0.3, 1.0, 2.5][random.index(4)];
            let optimum = optimum(&patterns, &targets, loss, beta);
            for method in [Method::Auto, Method::Exact, Method::ColumnGeneration] {
                let context = format!("{loss:?}, beta {beta}, {method:?}, targets {targets:?}, {}", case.name);
                let training = train(&data, &settings(loss, beta).method(method)).unwrap();
                assert_certified(&data, &training, optimum, &context);
            }
        }
    }
}

/// Closed form, list and column generation on independent rows, over all labellings of their classes.
#[test]
fn complete_arrangements_agree_with_the_other_methods() {
    let rows: Rows = vec![vec![1.0, 0.0, 0.0], vec![0.0, 2.0, 0.0], vec![1.0, 1.0, 1.0], vec![2.0, 2.0, 2.0]];
    for labelling in 0..16 {
        let targets: Vec<f64> = (0..4).map(|row| if labelling >> row & 1 == 1 { 1.0 } else { -1.0 }).collect();
        let data = dataset(&rows, &targets);
        for loss in LOSSES {
            for beta in [0.1, 0.7, 1.0] {
                let objective = |method| {
                    let training = train(&data, &settings(loss, beta).method(method)).unwrap();
                    assert_eq!(training.status, Status::Optimal, "{loss:?} {method:?} {targets:?}");
                    training.proven.objective.to_f64().value()
                };
                let closed = objective(Method::Complete);
                for method in [Method::Exact, Method::ColumnGeneration] {
                    assert!((objective(method) - closed).abs() <= 1e-6 * closed, "{loss:?} {method:?} {targets:?}");
                }
            }
        }
    }
}

/// Sampled patterns give an upper bound, and the certificate a lower one.
#[test]
fn sampling_is_valid_for_every_loss() {
    let mut random = Random::new(43);
    for case in cases(43, 1).into_iter().filter(ordinary) {
        let patterns = brute::patterns(&case.rows);
        for loss in LOSSES {
            let targets = targets(&mut random, loss, case.rows.len());
            let data = dataset(&case.rows, &targets);
            let optimum = optimum(&patterns, &targets, loss, 0.3);
            let settings = settings(loss, 0.3).method(Method::Sample).samples(8);
            let proven = train(&data, &settings).unwrap().proven;
            let (upper, lower) = (proven.objective.to_f64().value(), proven.lower_bound.to_f64().value());
            let slack = 1e-6 * optimum.max(1e-3);
            assert!(lower <= optimum + slack && optimum - slack <= upper, "{loss:?} {}", case.name);
        }
    }
}

/// At beta_max the zero network is optimal; below it, it is not (but for the absolute loss with zero targets).
#[test]
fn beta_max_is_where_the_network_vanishes() {
    let mut random = Random::new(44);
    for case in cases(44, 1).into_iter().filter(ordinary) {
        for loss in LOSSES {
            let targets: Vec<f64> = (0..case.rows.len()).map(|_| [1.0, -1.0][random.index(2)]).collect();
            let data = dataset(&case.rows, &targets);
            let at = |fraction| {
                let settings = settings(loss, 1.0).beta(Beta::Relative(fraction));
                train(&data, &settings).map(|training| training.model.neurons().len())
            };
            match (at(1.0), at(0.99)) {
                (Ok(above), Ok(below)) => assert!(above == 0 && below > 0, "{loss:?} {}", case.name),
                // All patterns have as many rows of one class as of the other.
                (above, _) => assert_eq!(above, Err(TrainError::NoBetaMax)),
            }
        }
    }
}

#[test]
fn losses_for_classes_refuse_other_targets() {
    let data = dataset(&vec![vec![1.0], vec![2.0], vec![-1.0]], &[1.0, -1.0, 0.0]);
    for loss in [Loss::Hinge, Loss::SquaredHinge, Loss::Logistic] {
        let error = train(&data, &settings(loss, 1.0)).unwrap_err();
        assert_eq!(error, TrainError::NotLabels { loss: loss.name(), row: 3, target: 0.0 });
        assert!(error.to_string().contains("--classify"));
    }
    assert!(train(&data, &settings(Loss::Absolute, 1.0)).is_ok());
    for delta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(train(&data, &settings(Loss::Huber { delta }, 1.0)), Err(TrainError::Setting { .. })));
    }
}

/// Extreme targets and parameters: no panic, valid bounds.
#[test]
fn extreme_magnitudes_are_survived() {
    let rows: Rows = vec![vec![0.0, 1.0], vec![1.0, 1.0], vec![2.0, 1.0], vec![2.0, 1.0]];
    for scale in [1e-200, 1e-30, 1e30, 1e200] {
        let data = dataset(&rows, &[scale, -scale, 3.0 * scale, 0.0]);
        for (loss, beta) in [
            (Loss::Absolute, 0.5),
            (Loss::Huber { delta: scale }, 0.5 * scale),
            (Loss::Huber { delta: 1.0 }, 0.5),
            (Loss::Huber { delta: scale }, 0.5),
        ] {
            for method in [Method::Exact, Method::ColumnGeneration] {
                let training = train(&data, &settings(loss, beta).method(method)).unwrap();
                let natural = !matches!(loss, Loss::Huber { .. }) || beta == 0.5 * scale;
                assert!(!natural || training.status == Status::Optimal, "{loss:?} {beta} {scale} {method:?}");
            }
        }
    }
    let labels = dataset(&rows, &[1.0, -1.0, 1.0, -1.0]);
    for loss in [Loss::Hinge, Loss::SquaredHinge, Loss::Logistic] {
        for beta in [1e-300, 1e-12, 1e300] {
            train(&labels, &settings(loss, beta)).unwrap();
        }
    }
}
