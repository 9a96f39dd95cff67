#![cfg(feature = "solve")]
//! Problem (9) against an exact simplex method over the brute-force H(X), by both solvers, with and without a solution.

mod common;

use common::{
    Rows, brute,
    families::{Case, cases},
    flat,
    random::Random,
    simplex::least_norm,
};
use heaviside::{
    Beta, CheckLimits, Conclusion, Dataset, Interpolated as Outcome, Interpolation, InterpolationSettings as Settings,
    RBig, Solver, Status, TrainSettings, Verdict, check, interpolate, train,
};

/// The relative gap that is accepted between certified bounds and the optimum.
const AGREEMENT: f64 = 1e-7;

fn dataset(rows: &Rows, targets: &[f64]) -> Dataset {
    let (features, d) = flat(rows);
    Dataset::new(features, d, targets.to_vec()).unwrap()
}

fn solved(data: &Dataset, solver: Solver) -> Outcome {
    interpolate(data, &Settings::default().solver(solver), &|_| ()).unwrap()
}

#[track_caller]
fn network(outcome: Outcome) -> Box<Interpolation> {
    match outcome {
        Outcome::Network(found) => found,
        Outcome::Infeasible { rows, .. } => panic!("rows {rows:?} are said to exclude each other"),
    }
}

/// Targets of which equal directions have equal ones in half of the cases, so that both answers occur.
fn targets(rows: &Rows, random: &mut Random) -> Vec<f64> {
    let patterns = brute::patterns(rows);
    let same = |a: usize, b: usize| patterns.iter().all(|p| p.as_bytes()[a] == p.as_bytes()[b]);
    let mut targets: Vec<f64> = rows.iter().map(|_| random.integer(-4, 4) as f64 / 2.0).collect();
    if random.integer(0, 3) > 0 {
        for row in 0..rows.len() {
            let first = (0..row).find(|&first| same(first, row)).unwrap_or(row);
            targets[row] = targets[first];
        }
    }
    targets
}

/// The optimum of the brute force, exactly, is between the proven bounds, and these are together; if the brute force finds
/// no network, two rows that exclude each other are named.
#[test]
fn certified_bounds_enclose_the_exact_optimum() {
    let mut random = Random::new(9);
    let (mut tight, mut infeasible, mut all) = (0, 0, 0);
    for Case { name, rows } in cases(8, 31) {
        if rows.len() > 7 {
            continue;
        }
        let targets = targets(&rows, &mut random);
        let exact: Vec<RBig> = targets.iter().map(|&y| brute::rational(y)).collect();
        let optimum = least_norm(&brute::patterns(&rows), &exact);
        let data = dataset(&rows, &targets);
        let name = format!("{name} {rows:?} {targets:?}");
        for solver in [Solver::Highs, Solver::Clarabel] {
            all += 1;
            let Some(optimum) = &optimum else {
                let Outcome::Infeasible { rows: [first, second], certificate } = solved(&data, solver) else {
                    panic!("{name}: there is no network")
                };
                infeasible += 1;
                assert!(first < second && targets[first] != targets[second], "{name}");
                let verdict = check(&data, &certificate, &CheckLimits::default());
                assert_eq!(verdict, Verdict::Verified(Conclusion::Infeasible { rows: [first, second] }));
                continue;
            };
            let found = network(solved(&data, solver));
            let proven = &found.proven;
            assert!(proven.lower_bound <= *optimum && *optimum <= proven.objective, "{name}");
            assert_eq!(found.limit, None, "{name}");
            if found.unrealized > 0 {
                // Cells that no f64 weights reach: the network does without them, which has a price, and there is a model.
                assert!(found.network.is_some() && name.contains("extreme"), "{name}");
            } else {
                assert!(proven.relative_gap() <= AGREEMENT, "{name}: {} by {solver:?}", proven.relative_gap());
                assert_eq!(found.status, Status::Optimal, "{name}");
            }
            assert!(found.neurons <= rows.len(), "{name}: a basic solution has rank D neurons at most");
            tight += usize::from(proven.objective == *optimum && proven.lower_bound == *optimum);
            if let Some(model) = &found.network {
                let outputs = model.predict_dataset(&data).unwrap();
                let size = 1.0 + optimum.to_f64().value();
                assert!(outputs.iter().zip(&targets).all(|(f, y)| (f - y).abs() <= 1e-12 * size), "{name}");
            }
        }
    }
    println!("{all} answers: {infeasible} infeasible, {tight} with a gap of exactly 0");
    assert!(all >= 300 && infeasible >= 20 && 20 * tight >= 19 * (all - infeasible));
}

/// beta -> 0: the Lasso's network has nearly the outputs y and nearly the norm of (9).
#[test]
fn the_lasso_tends_to_it() {
    let mut random = Random::new(3);
    for Case { name, rows } in cases(2, 5) {
        let data = dataset(&rows, &targets(&rows, &mut random));
        let Outcome::Network(found) = solved(&data, Solver::Highs) else { continue };
        let norm = found.proven.objective.to_f64().value();
        for beta in [1e-2, 1e-4] {
            let training = train(&data, &TrainSettings::new(Beta::Absolute(beta))).unwrap();
            if training.unrealized > 0 {
                continue;
            }
            // The optimum of (6) as a function of beta is concave, below beta norm, with slope norm at 0; the curvature
            // at 0 is at most n |V|^2 with |V_g| <= 3.
            let ratio = training.proven.objective.to_f64().value() / beta;
            let curvature = 4.5 * data.n() as f64 * beta;
            assert!(ratio <= norm * (1.0 + 1e-6) && ratio >= norm - curvature - 1e-6 * norm, "{name}: {ratio} {norm}");
        }
    }
}

/// Generated columns, by running sums on a line and by a walk in the plane, reach the same gap as lists do; no time stops
/// the network from being there.
#[test]
fn larger_data_are_solved_and_limits_obeyed() {
    let mut random = Random::new(77);
    for (n, d) in [(60, 1), (70, 2), (90, 2), (40, 60)] {
        let features: Vec<f64> = (0..n * d).map(|_| random.float()).collect();
        let targets: Vec<f64> = (0..n).map(|_| random.integer(0, 1) as f64 * 2.0 - 1.0).collect();
        let data = Dataset::with_bias(features, d, targets).unwrap();
        let found = network(solved(&data, Solver::Highs));
        assert!(found.proven.relative_gap() <= 1e-9, "{n} {d}: {}", found.proven.relative_gap());
        let outputs = found.network.unwrap().predict_dataset(&data).unwrap();
        assert!(outputs.iter().zip(data.targets()).all(|(f, y)| (f - y).abs() < 1e-9));
        let settings = Settings::default().time_limit(std::time::Duration::from_nanos(1));
        let stopped = network(interpolate(&data, &settings, &|_| ()).unwrap());
        assert!(stopped.proven.objective >= found.proven.lower_bound);
        assert!(stopped.proven.lower_bound <= found.proven.objective);
    }
}

/// Where H(X) can neither be listed nor walked over, random patterns give a network that fits, and the bound over all
/// labellings holds; and where every row is zero there is one pattern.
#[test]
fn the_ends_of_the_range_of_ranks() {
    let mut random = Random::new(5);
    let features: Vec<f64> = (0..80 * 8).map(|_| random.float()).collect();
    let targets: Vec<f64> = (0..80).map(|_| random.float()).collect();
    let data = Dataset::with_bias(features, 8, targets).unwrap();
    let found = network(solved(&data, Solver::Highs));
    assert!(found.status == Status::Feasible && !found.patterns_complete && found.proven.lower_bound > RBig::ZERO);
    let zeros = network(solved(&Dataset::new(vec![0.0; 4], 2, vec![3.0; 2]).unwrap(), Solver::Highs));
    assert_eq!((zeros.neurons, &zeros.proven.objective, zeros.proven.gap()), (1, &RBig::from(3), RBig::ZERO));
}

/// Targets at both ends of the range of f64 are numbers like others.
#[test]
fn targets_of_every_size() {
    let rows: Rows = vec![vec![-1.0, 1.0], vec![0.0, 1.0], vec![1.0, 1.0], vec![2.0, 1.0], vec![0.0, 0.0]];
    let targets = [1.0, -2.0, 3.0, 0.0, 1.0];
    let norm = network(solved(&dataset(&rows, &targets), Solver::Highs)).proven.objective.clone();
    for unit in [-1074, -600, 0, 600, 1021].map(|power| 2f64.powi(power)) {
        let found = network(solved(&dataset(&rows, &targets.map(|y| y * unit)), Solver::Highs));
        assert_eq!(found.proven.gap(), RBig::ZERO, "{unit}");
        assert_eq!(found.proven.objective, brute::rational(unit) * &norm);
    }
    let zero = network(solved(&dataset(&rows, &[0.0; 5]), Solver::Highs));
    assert_eq!((zero.neurons, &zero.proven.objective, &zero.proven.lower_bound), (0, &RBig::ZERO, &RBig::ZERO));
}
