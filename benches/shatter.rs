//! Proofs of completeness and deep pattern sets.
//!
//! The formula that excludes all 2^n patterns of n independent rows, as n grows: the solver with its steps, the whole
//! proof, and the judge. A list for points in the plane, proven. The pattern sets (13) as width and rows grow, with the
//! 2 (n choose 0) + ... patterns of n points on a line in the first layer.

mod common;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heaviside::internals::{
    arrangement::{
        self,
        deep::{Layer, deep_set},
    },
    backend::satisfiability::{Answer, decide},
    pattern::Groups,
    shatter::{ListProof, prove, question},
};
use heaviside::{Arrangement, Budget, CheckLimits, Dataset, ProofVerdict, check_proof};

fn proven(data: &Dataset, arrangement: &Arrangement) -> ListProof {
    prove(data, arrangement, &Budget::unlimited(), &|_| ()).unwrap_or_else(|error| panic!("{error}"))
}

fn independent(n: usize) -> Dataset {
    Dataset::new(common::gaussians(n * n, 1), n, vec![0.0; n]).unwrap_or_else(|error| panic!("{error}"))
}

fn completeness(criterion: &mut Criterion) {
    for n in [8, 10, 12, 14, 16] {
        let data = independent(n);
        let arrangement = common::arrangement(data.features(), n);
        let clauses = question::formula(&arrangement, &Budget::unlimited()).expect("there is no limit");
        let refuted = || {
            let answer = decide(n, black_box(&clauses), &Budget::unlimited());
            assert!(matches!(answer, Ok(Answer::Refuted(_))));
        };
        let mut group = criterion.benchmark_group(format!("completeness/independent n={n}"));
        group.bench_function("solver", |bencher| bencher.iter(refuted));
        proof_and_check(&mut group, &data, &arrangement);
        group.finish();
    }
    for n in [14, 20, 30] {
        let data = common::plane(n, 1);
        let arrangement = common::arrangement(data.features(), data.d());
        let mut group = criterion.benchmark_group(format!("completeness/plane n={n}"));
        proof_and_check(&mut group, &data, &arrangement);
        group.finish();
    }
}

type Group<'a> = criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>;

fn proof_and_check(group: &mut Group<'_>, data: &Dataset, arrangement: &Arrangement) {
    group.bench_function("proof", |bencher| bencher.iter(|| proven(data, black_box(arrangement))));
    let proof = proven(data, arrangement).proof;
    let limits = CheckLimits::default();
    group.bench_function("judge", |bencher| {
        bencher.iter(|| assert!(matches!(check_proof(data, black_box(&proof), &limits), ProofVerdict::Verified(_))))
    });
}

fn deep(criterion: &mut Criterion) {
    let instances: [(usize, &[usize], usize); 6] =
        [(20, &[1], 40), (20, &[2], 382), (20, &[3], 2320), (40, &[2], 1562), (80, &[2], 6322), (20, &[2, 2], 10_072)];
    for (n, widths, count) in instances {
        let features: Vec<f64> = common::gaussians(n, 2).into_iter().flat_map(|x| [x, 1.0]).collect();
        let arrangement = common::arrangement(&features, 2);
        let listed = arrangement::enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let first = Layer::first(Groups::of(&arrangement).lift_all(&listed), true);
        let patterns = || {
            let set = deep_set(black_box(first.clone()), widths, None, &Budget::unlimited(), &|_| ());
            set.map_or(0, |set| set.last().patterns.len())
        };
        assert_eq!(patterns(), count, "n = {n}, widths {widths:?}");
        criterion.bench_function(&format!("deep/line n={n} widths {widths:?}"), |bencher| bencher.iter(patterns));
    }
}

criterion_group! { name = benches; config = common::settings(); targets = completeness, deep }
criterion_main!(benches);
