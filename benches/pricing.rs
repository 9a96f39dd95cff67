//! Pricing max |d^T v| over H(X): the solver's walk on one thread, beside the judge's, and the cells a second it covers;
//! the same for the 100 best columns.

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heaviside::internals::{
    check::pricing,
    oracle::walk::{best, price},
};
use heaviside::{Arrangement, Budget, count_cells};

fn walks(criterion: &mut Criterion) {
    compare(criterion, "n=200 r=3", &common::general_position(200, 3), true);
    compare(criterion, "n=60 r=4", &common::general_position(60, 4), true);
    compare(criterion, "n=400 r=4", &common::general_position(400, 4), false);
    compare(criterion, "resonance_5", &common::resonance(5), true);
}

fn compare(criterion: &mut Criterion, instance: &str, arrangement: &Arrangement, judge: bool) {
    let values: Vec<i64> = common::gaussians(arrangement.groups(), 9).iter().map(|v| (v * 1e9) as i64).collect();
    let walk = || price(black_box(arrangement), &values, &|| false).expect("nothing stops the walk");
    let judged = || pricing::over_patterns(black_box(arrangement), &values, u64::MAX).expect("there is no limit");
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread can be started");
    let cells = count_cells(arrangement, &Budget::unlimited()).expect("there is no limit");
    let mut group = criterion.benchmark_group(format!("pricing/{instance}"));
    group.throughput(Throughput::Elements(u64::try_from(cells).expect("a few million cells")));
    group.bench_function("walk", |bencher| bencher.iter(|| one_thread.install(walk)));
    let listed = || best(black_box(arrangement), &values, 100, &|| false).expect("nothing stops the walk");
    group.bench_function("best 100", |bencher| bencher.iter(|| one_thread.install(listed)));
    if judge {
        let (own, other) = (walk(), judged());
        assert_eq!((own.max, own.min), (other.max, other.min), "the walks must agree");
        group.bench_function("judge", |bencher| bencher.iter(judged));
    }
    group.finish();
}

criterion_group! { name = benches; config = common::settings(); targets = walks }
criterion_main!(benches);
