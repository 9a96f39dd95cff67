//! All activation patterns: the incremental tree, and what one would write without it.
//!
//! The counts are known: rows in general position have 2 sum_{k<r} C(n-1, k) open cells, and here, without a bias, the
//! pattern of w = 0 besides; those of the other families are published, and the Titanic data have as many as the
//! decision of all 2^14 labellings found.
//!
//! The alternative to enumerating is to ask of each of the 2^n labellings whether it is a pattern. It answers for ten
//! rows what the tree answers for hundreds; with more rows there is no alternative to measure.

mod common;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::{
    arrangement::{Realization, enumerate, realize},
    exact::Arrangement,
    limits::Budget,
    pattern::Bits,
};

/// Counts the patterns of an arrangement.
type Enumerator = fn(&Arrangement) -> usize;

/// What is compared on every instance. A new enumerator is one more line.
const ENUMERATORS: [(&str, Enumerator); 1] = [("tree", tree)];

fn tree(arrangement: &Arrangement) -> usize {
    enumerate(arrangement, &Budget::unlimited(), &|_| ()).patterns.len()
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

criterion_group! { name = benches; config = common::settings(); targets = small, families }
criterion_main!(benches);
