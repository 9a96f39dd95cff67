#![cfg(feature = "solve")]
//! The regularisation path: each point is what training at that beta alone finds, and is certified by itself.

mod common;

use common::{
    families::{Case, cases},
    flat,
    random::Random,
};
use heaviside::{
    Beta, CheckLimits, Dataset, Loss, Method, Status, TrainError, TrainSettings, Verdict, check, geometric, path, train,
};

fn settings(loss: Loss, method: Method) -> TrainSettings {
    TrainSettings::new(Beta::Relative(1.0)).loss(loss).method(method)
}

/// Objectives and lower bounds enclose those of single runs; the zero network is first; the objective falls with beta, and
/// the objective divided by beta grows, because the optimum is concave in beta and 0 at 0 or above.
#[test]
fn every_point_is_the_optimum_at_its_beta() {
    let mut random = Random::new(12);
    let losses = [Loss::Squared, Loss::Absolute, Loss::Huber { delta: 0.5 }, Loss::SquaredHinge, Loss::Logistic];
    for (index, Case { name, rows }) in cases(1, 8).into_iter().enumerate() {
        let loss = losses[index % losses.len()];
        let method = [Method::Auto, Method::Exact, Method::ColumnGeneration][index % 3];
        let label = |random: &mut Random| random.integer(0, 1) as f64 * 2.0 - 1.0;
        let targets = rows.iter().map(|_| label(&mut random)).collect();
        let (features, d) = flat(&rows);
        let data = Dataset::new(features, d, targets).unwrap();
        let settings = settings(loss, method);
        let betas = geometric(7, 1e-2);
        let points = match path(&data, &settings, &betas, &|_| ()) {
            Err(TrainError::NoBetaMax) => continue,
            points => points.unwrap(),
        };
        assert_eq!(points.len(), betas.len(), "{name}");
        assert_eq!(points[0].model.neurons().len(), 0, "{name}: {loss:?}");
        for (point, &beta) in points.iter().zip(&betas) {
            let alone = train(&data, &settings.clone().beta(beta)).unwrap();
            assert_eq!(point.beta, alone.beta, "{name}");
            if point.unrealized + alone.unrealized == 0 {
                assert!(point.proven.lower_bound <= alone.proven.objective, "{name}: {loss:?}");
                assert!(alone.proven.lower_bound <= point.proven.objective, "{name}: {loss:?}");
                assert_eq!(point.status, Status::Optimal, "{name}: {loss:?} {}", point.proven.relative_gap());
            }
            assert!(matches!(check(&data, &point.certificate, &CheckLimits::default()), Verdict::Verified(_)));
        }
        let values: Vec<(f64, f64)> =
            points.iter().map(|point| (point.beta, point.proven.objective.to_f64().value())).collect();
        for pair in values.windows(2).filter(|_| points.iter().all(|point| point.unrealized == 0)) {
            let ((beta, objective), (next_beta, next)) = (pair[0], pair[1]);
            assert!(next_beta < beta && next <= objective * (1.0 + 1e-6), "{name}: {loss:?}");
            assert!(next / next_beta >= objective / beta * (1.0 - 1e-6), "{name}: {loss:?}");
        }
    }
}

/// Columns are carried from one beta to the next: the path of a list with many patterns, and of a walk.
#[test]
fn warm_starts_reach_the_same_optimum() {
    let mut random = Random::new(8);
    let features: Vec<f64> = (0..80).map(|_| random.float()).collect();
    let targets = (0..40).map(|_| random.float()).collect();
    let data = Dataset::with_bias(features, 2, targets).unwrap();
    for method in [Method::Exact, Method::ColumnGeneration] {
        let points = path(&data, &settings(Loss::Squared, method), &geometric(10, 1e-3), &|_| ()).unwrap();
        for point in &points {
            assert_eq!(point.status, Status::Optimal, "{method:?} beta {}", point.beta);
        }
        let last = train(&data, &TrainSettings::new(Beta::Absolute(points[9].beta))).unwrap();
        let (path, alone) = (&points[9].proven.objective, &last.proven.objective);
        assert!(((path - alone) / alone).to_f64().value().abs() < 1e-8, "{method:?}");
    }
}

#[test]
fn limits_end_the_path_and_settings_are_checked() {
    let data = Dataset::with_bias(vec![0.0, 1.0, 2.0], 1, vec![1.0, -1.0, 1.0]).unwrap();
    let limited = settings(Loss::Squared, Method::Exact).memory_limit(1);
    let points = path(&data, &limited, &[Beta::Absolute(0.1); 3], &|_| ()).unwrap();
    assert!(points.len() == 1 && points[0].limit.is_some());
    let betas = [Beta::Absolute(1.0), Beta::Absolute(0.0)];
    let refused = path(&data, &settings(Loss::Squared, Method::Auto), &betas, &|_| ());
    assert!(matches!(refused, Err(TrainError::Setting { name: "beta", .. })));
    assert_eq!(geometric(3, 0.25), [1.0, 0.5, 0.25].map(Beta::Relative));
}
