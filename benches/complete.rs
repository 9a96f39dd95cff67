//! The closed form for complete arrangements beside the sorting that it cannot do without.

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heaviside::internals::convex::{Squared, complete};

fn sorted(targets: &[f64]) -> Vec<f64> {
    let mut sorted = targets.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn complete(criterion: &mut Criterion) {
    for n in [1_000, 10_000, 100_000] {
        let fit = Squared::around(vec![1.0; n], common::gaussians(n, 5));
        let mut group = criterion.benchmark_group(format!("complete/n={n}"));
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function("solve", |bencher| bencher.iter(|| complete::solve(black_box(&fit), 1.0)));
        group.bench_function("sort", |bencher| bencher.iter(|| sorted(black_box(&fit.means))));
        group.finish();
    }
}

criterion_group! { name = benches; config = common::settings(); targets = complete }
criterion_main!(benches);
