//! The non-convex problem (4): direct against pattern formulation as n and m grow, and the Lasso (6) by two solvers.
//!
//! Each formulation gets the optimum of the other as an assertion, and a time limit, at which it would fail.

mod common;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::{
    Beta, Loss,
    backend::{active_set, quadratic},
    limits::{Budget, StopSignal},
    nonconvex::{Ending, Listed, Settings, Solution, direct, pattern, refit::QuadraticSolver},
};

/// What a formulation may take.
const LIMIT: Duration = Duration::from_secs(60);

fn budget() -> Budget {
    Budget::new(Some(LIMIT), None, StopSignal::default())
}

fn by_patterns(listed: &Listed<'_>, width: usize) -> Solution {
    pattern::solve(&listed.instance, &listed.patterns, None, &Settings::new(width, budget()))
}

fn directly(listed: &Listed<'_>, width: usize) -> Solution {
    let settings = Settings::new(width, budget());
    let patterns = Some(&listed.patterns);
    direct::solve(&listed.instance, &listed.arrangement, patterns, None, &settings).expect("the margin is large")
}

fn formulations(criterion: &mut Criterion) {
    for (n, width) in [(6, 1), (6, 2), (8, 1), (8, 2), (10, 1)] {
        let data = common::plane(n, 1);
        let listed = Listed::new(&data, Loss::Squared, Beta::Relative(0.1), &budget()).expect("small");
        let mut group = criterion.benchmark_group(format!("nonconvex/n={n} m={width}"));
        let expected = by_patterns(&listed, width).objective;
        for (name, solve) in [("pattern", by_patterns as fn(&Listed<'_>, usize) -> Solution), ("direct", directly)] {
            let solution = solve(&listed, width);
            assert_eq!(solution.ending, Ending::Optimal, "{name}");
            assert!((solution.objective - expected).abs() < 1e-6 * expected, "{name}");
            group.bench_function(name, |bencher| bencher.iter(|| solve(&listed, width)));
        }
        group.finish();
    }
}

fn lasso(criterion: &mut Criterion) {
    let solvers: [(&str, QuadraticSolver); 2] = [("clarabel", quadratic::minimise), ("highs qp", active_set::minimise)];
    for n in [10, 20, 30] {
        let data = common::plane(n, 1);
        let listed = Listed::new(&data, Loss::Squared, Beta::Relative(0.1), &budget()).expect("small");
        let mut group = criterion.benchmark_group(format!("lasso/n={n} P={}", listed.patterns.len()));
        for (name, solver) in solvers {
            group.bench_function(name, |bencher| bencher.iter(|| listed.convex_by(solver, &budget())));
        }
        group.finish();
    }
}

criterion_group! { name = benches; config = common::settings(); targets = formulations, lasso }
criterion_main!(benches);
