//! One feature and a bias: sorting the groups once, a pass of pricing, and the optimum of (6) in closed form.

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heaviside::Budget;
use heaviside::internals::{
    arrangement::Order,
    convex::ordered,
    oracle::{ColumnOracle, GridPoint, LineOracle, Want, on_grid, walk::price},
    pattern::Groups,
};

/// Targets with two dozen levels and noise of half their distance, so that the optimum has many pieces.
fn noisy_steps(features: &[f64], noise: &[f64]) -> Vec<f64> {
    features.chunks_exact(2).zip(noise).map(|(row, noise)| (6.0 * row[0]).floor().sin() + 0.5 * noise).collect()
}

fn line(criterion: &mut Criterion) {
    for n in [100_000, 1_000_000] {
        let features: Vec<f64> = common::gaussians(n, 3).into_iter().flat_map(|x| [x, 1.0]).collect();
        let arrangement = common::arrangement(&features, 2);
        let order = Order::new(&arrangement).expect("a bias makes a line");
        let targets = noisy_steps(&features, &common::gaussians(n, 4));
        let problem = common::lasso(&arrangement, &targets, 1e-3 * n as f64);
        let dual = problem.dual_point(&vec![0.0; problem.groups()]);
        let numbers: Vec<f64> = features.iter().step_by(2).copied().collect();
        let mut group = criterion.benchmark_group(format!("ordered/n={n}"));
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function("sort numbers", |bencher| {
            bencher.iter(|| {
                let mut sorted = numbers.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                sorted
            });
        });
        group.bench_function("sort groups", |bencher| bencher.iter(|| Order::new(black_box(&arrangement))));
        group.bench_function("price", |bencher| {
            let (exponent, sums) = on_grid(&dual);
            let point = GridPoint::of_groups(&Groups::of(&arrangement), exponent, sums);
            let unlimited = Budget::unlimited();
            bencher.iter(|| LineOracle::new(&order).query(black_box(&point), Want::VALUE, &unlimited));
        });
        group.bench_function("price by walk", |bencher| {
            bencher.iter(|| price(&arrangement, &on_grid(black_box(&dual)).1, &|| false));
        });
        group.bench_function("solve", |bencher| bencher.iter(|| ordered::solve(black_box(&problem), &order)));
        group.finish();
    }
}

criterion_group! { name = benches; config = common::settings(); targets = line }
criterion_main!(benches);
