//! Checking beside solving: what the judge costs a user who did not train the network.

mod common;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::internals::check::pricing;
use heaviside::{Arrangement, Beta, CheckLimits, Dataset, Fit, Method, Network, TrainSettings, Verdict, check, train};

fn solve(data: &Dataset, settings: &TrainSettings) -> Fit<Network> {
    train(data, settings).unwrap_or_else(|error| panic!("{error}"))
}

fn judge(criterion: &mut Criterion) {
    compare(criterion, "titanic", &common::titanic(), 1.0);
    compare(criterion, "plane n=40", &common::plane(40, 3), 0.05);
    walk(criterion, "n=400 r=4", &common::general_position(400, 4));
    walk(criterion, "resonance_5", &common::resonance(5));
}

/// The judge's walk on all cores.
fn walk(criterion: &mut Criterion, instance: &str, arrangement: &Arrangement) {
    let values: Vec<i64> = common::gaussians(arrangement.groups(), 9).iter().map(|v| (v * 1e9) as i64).collect();
    let priced = || pricing::over_patterns(black_box(arrangement), &values, u64::MAX).expect("there is no limit");
    criterion.bench_function(&format!("judge/walk {instance}"), |bencher| bencher.iter(priced));
}

fn compare(criterion: &mut Criterion, instance: &str, data: &Dataset, beta: f64) {
    let settings = TrainSettings::new(Beta::Absolute(beta)).method(Method::Exact);
    let certificate = solve(data, &settings).certificate;
    let limits = CheckLimits::default();
    let mut group = criterion.benchmark_group(format!("judge/{instance}"));
    group.bench_function("check", |bencher| {
        bencher.iter(|| assert!(matches!(check(black_box(data), &certificate, &limits), Verdict::Verified(_))))
    });
    group.bench_function("train", |bencher| bencher.iter(|| solve(black_box(data), &settings)));
    group.finish();
}

criterion_group! { name = benches; config = common::settings(); targets = judge }
criterion_main!(benches);
