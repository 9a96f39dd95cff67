//! The non-convex problem (4): direct against pattern formulation as n and m grow, and the Lasso (6) by
//! five roads: Clarabel on the primal and the dual form, HiGHS's active-set method, the working set over a list, and column
//! generation.
//!
//! Each formulation gets the optimum of the other as an assertion, and a time limit, at which it would fail.

mod common;

use std::time::Duration;

use common::AsPricer;
use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::internals::{
    backend::active_set,
    convex::{
        Problem,
        master::{ConicDual, ConicPrimal},
        pricing::ListPricer,
        working_set,
    },
    nonconvex::{Ending, Settings, Solution, direct, pattern},
    oracle::WalkOracle,
};
use heaviside::{Beta, Budget, Listed, Loss, PatternMatrix, StopSignal};

/// What a formulation may take.
const LIMIT: Duration = Duration::from_secs(60);

fn budget() -> Budget {
    Budget::new(Some(LIMIT), None, StopSignal::default())
}

fn by_patterns(listed: &Listed<'_>, width: usize) -> Solution {
    pattern::solve(&listed.problem, &listed.patterns, None, &Settings::new(width, budget()))
}

fn directly(listed: &Listed<'_>, width: usize) -> Solution {
    let settings = Settings::new(width, budget());
    let patterns = Some(&listed.patterns);
    direct::solve(&listed.problem, &listed.subject.arrangement, patterns, None, &settings).expect("the margin is large")
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

/// The same Lasso by every road: a lower bound on its optimum.
type Road = fn(&Listed<'_>, &Problem, &PatternMatrix) -> f64;

const ROADS: [(&str, Road); 5] = [
    ("clarabel primal", |_, problem, columns| {
        common::lower_bound(problem, columns, ConicPrimal.interior(problem, columns, &budget()))
    }),
    ("clarabel dual", |_, problem, columns| {
        common::lower_bound(problem, columns, ConicDual.interior(problem, columns, &budget()))
    }),
    ("highs qp", |listed, _, _| listed.convex_by(active_set::minimise, &budget()).expect("a point").lower_bound),
    ("working set", |_, problem, columns| {
        let solution = working_set::solve(problem, &mut ListPricer::new(columns), &budget(), &mut |_| ());
        problem.dual_value(&solution.dual, problem.beta())
    }),
    ("column generation", |listed, problem, _| {
        let budget = budget();
        let (arrangement, groups) = (&listed.subject.arrangement, &listed.subject.groups);
        let mut pricer = AsPricer { oracle: WalkOracle::new(arrangement, groups), groups, budget: &budget };
        let solution = working_set::solve(problem, &mut pricer, &budget, &mut |_| ());
        problem.dual_value(&solution.dual, problem.beta())
    }),
];

fn lasso(criterion: &mut Criterion) {
    for n in [10, 20, 30] {
        let data = common::plane(n, 1);
        let listed = Listed::new(&data, Loss::Squared, Beta::Relative(0.1), &budget()).expect("small");
        let problem = &listed.problem;
        let columns = problem.columns(&listed.patterns);
        let reference = ROADS[3].1(&listed, problem, &columns);
        let mut group = criterion.benchmark_group(format!("lasso/n={n} P={}", columns.len()));
        for (name, road) in ROADS {
            let found = road(&listed, problem, &columns);
            assert!((found - reference).abs() <= 1e-5 * reference, "{name}: {found} instead of {reference}");
            group.bench_function(name, |bencher| bencher.iter(|| road(&listed, problem, &columns)));
        }
        group.finish();
    }
}

criterion_group! { name = benches; config = common::settings(); targets = formulations, lasso }
criterion_main!(benches);
