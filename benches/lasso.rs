//! The Lasso on explicit columns: both conic forms on all of them, and the working set.
//!
//! Points in the plane with a bias and labels -1 and +1, as in comparisons with other software; the patterns are
//! listed beforehand. The two values of beta are a constant and a constant for each row.

mod common;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::internals::convex::{
    Problem,
    master::{ConicDual, ConicPrimal},
    pricing::ListPricer,
    working_set,
};
use heaviside::{Arrangement, Budget, PatternMatrix};

/// Solves a Lasso and returns a lower bound on its optimum.
type Solver = fn(&Problem, &PatternMatrix) -> f64;

const SOLVERS: [(&str, Solver); 3] = [("working set", working_set), ("dual", dual), ("primal", primal)];

fn working_set(problem: &Problem, columns: &PatternMatrix) -> f64 {
    let solution = working_set::solve(problem, &mut ListPricer::new(columns), &Budget::unlimited(), &mut |_| ());
    problem.dual_value(&solution.dual, problem.beta())
}

fn dual(problem: &Problem, columns: &PatternMatrix) -> f64 {
    common::lower_bound(problem, columns, ConicDual.interior(problem, columns, &Budget::unlimited()))
}

fn primal(problem: &Problem, columns: &PatternMatrix) -> f64 {
    common::lower_bound(problem, columns, ConicPrimal.interior(problem, columns, &Budget::unlimited()))
}

fn lasso(criterion: &mut Criterion) {
    for n in [30, 50, 100] {
        let data = common::plane(n, 7);
        let patterns = common::line_patterns(&data);
        let arrangement = Arrangement::new(data.features(), data.d()).expect("the entries are finite");
        let mut betas = vec![0.05, 0.001 * n as f64];
        betas.dedup();
        for beta in betas {
            let problem = common::lasso(&arrangement, data.targets(), beta);
            let columns = problem.columns(&patterns);
            compare(criterion, &format!("n={n} P={} beta={beta}", columns.len()), &problem, &columns);
        }
    }
}

fn compare(criterion: &mut Criterion, instance: &str, problem: &Problem, columns: &PatternMatrix) {
    let reference = working_set(problem, columns);
    let mut group = criterion.benchmark_group(format!("lasso/{instance}"));
    for (name, solve) in SOLVERS {
        let close =
            |bound: f64| assert!((bound - reference).abs() <= 1e-5 * reference, "{name}: {bound} not {reference}");
        group.bench_function(name, |bencher| bencher.iter(|| close(solve(black_box(problem), black_box(columns)))));
    }
    group.finish();
}

criterion_group! { name = benches; config = common::settings(); targets = lasso }
criterion_main!(benches);
