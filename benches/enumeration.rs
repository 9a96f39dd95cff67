//! All activation patterns: the sweep, the incremental tree, the lazy search by satisfiability, and what one would write
//! without them.
//!
//! The counts are known: rows in general position have 2 sum_{k<r} C(n-1, k) open cells, and here, without a bias, the
//! pattern of w = 0 besides; those of the other families are published, and the Titanic data have as many as the
//! decision of all 2^14 labellings found.
//!
//! The alternative to enumerating is to ask of each of the 2^n labellings whether it is a pattern. It answers for ten
//! rows what the tree answers for hundreds; with more rows there is no alternative to measure.

mod common;

use std::{hint::black_box, ops::ControlFlow};

use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::internals::{
    arrangement::{
        Realization, realize,
        sweep::{Position, Sweep},
        tree,
    },
    shatter::lazy,
};
use heaviside::{Arrangement, Bits, Budget, enumerate};

/// Counts the patterns of an arrangement.
type Enumerator = fn(&Arrangement) -> usize;

/// What is compared on every instance. A new enumerator is one more line.
const ENUMERATORS: [(&str, Enumerator); 3] = [("tree", by_tree), ("sweep", by_sweep), ("lazy", by_satisfiability)];

fn by_tree(arrangement: &Arrangement) -> usize {
    tree::enumerate(arrangement, &Budget::unlimited(), &|_| ()).patterns.len()
}

fn by_sweep(arrangement: &Arrangement) -> usize {
    enumerate::sweep(arrangement, &Budget::unlimited(), &|_| ()).map_or(0, |found| found.patterns.len())
}

fn by_satisfiability(arrangement: &Arrangement) -> usize {
    lazy::enumerate(arrangement, &Budget::unlimited(), &|_| ()).patterns.len()
}

/// Counts without a list.
fn streamed(arrangement: &Arrangement) -> usize {
    let (budget, mut count) = (Budget::unlimited(), 0);
    let sweep = Sweep::new(arrangement);
    let ended = sweep.run(Position::default(), &budget, &mut |batch| {
        count += batch.len();
        ControlFlow::Continue(())
    });
    assert_eq!(ended, Ok(()));
    count
}

/// Decides every labelling by a linear programme and exact arithmetic.
fn all_labellings(arrangement: &Arrangement) -> usize {
    let n = arrangement.groups();
    let labelling = |number: usize| -> Bits { (0..n).map(|row| number >> row & 1 == 1).collect() };
    let is_pattern =
        |number: &usize| matches!(realize(arrangement.normals(), &labelling(*number)), Realization::Witness(_));
    (0..1 << n).filter(is_pattern).count()
}

/// Times the enumerators on one instance, once they have found the known number of patterns.
fn compare(
    criterion: &mut Criterion,
    name: &str,
    arrangement: &Arrangement,
    count: usize,
    also: &[(&str, Enumerator)],
) {
    let mut group = criterion.benchmark_group(format!("enumeration/{name}"));
    for (enumerator, run) in ENUMERATORS.iter().chain(also) {
        assert_eq!(run(arrangement), count, "{enumerator} on {name}");
        group.bench_function(*enumerator, |bencher| bencher.iter(|| run(black_box(arrangement))));
    }
    group.finish();
}

fn small(criterion: &mut Criterion) {
    let alternative: [(&str, Enumerator); 1] = [("all labellings", all_labellings)];
    compare(criterion, "general n=10 r=3", &common::general_position(10, 3), 92 + 1, &alternative);
}

fn families(criterion: &mut Criterion) {
    compare(criterion, "general n=20 r=3", &common::general_position(20, 3), 382 + 1, &[]);
    compare(criterion, "general n=30 r=3", &common::general_position(30, 3), 872 + 1, &[]);
    compare(criterion, "threshold_3", &common::threshold(3), 104, &[]);
    compare(criterion, "resonance_4", &common::resonance(4), 370, &[]);
    let titanic = common::titanic();
    let titanic = common::arrangement(titanic.features(), titanic.d());
    compare(criterion, "titanic", &titanic, 442, &[]);
}

/// Instances that the tree would take hours for, and one that both finish: n = 60 points in the plane with a bias.
fn large(criterion: &mut Criterion) {
    let plane = common::plane(60, 1);
    compare(criterion, "plane n=60 r=3", &common::arrangement(plane.features(), plane.d()), 3542, &[]);
    let mut group = criterion.benchmark_group("enumeration/streamed");
    let instances = [
        ("resonance_5", common::resonance(5), 11_292),
        ("threshold_5", common::threshold(5), 94_572),
        ("resonance_6", common::resonance(6), 1_066_044),
        ("general n=100 r=5", common::general_position(100, 5), 7_852_352 + 1),
    ];
    for (name, arrangement, count) in &instances {
        assert_eq!(streamed(arrangement), *count, "{name}");
        group.bench_function(*name, |bencher| bencher.iter(|| streamed(black_box(arrangement))));
    }
    group.finish();
}

criterion_group! { name = benches; config = common::settings(); targets = small, families, large }
criterion_main!(benches);
