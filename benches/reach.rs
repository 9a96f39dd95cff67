//! How far each road reaches: the largest number of points n that it solves within a time limit.
//!
//! `cargo bench --bench reach -- 60` gives each solve 60 seconds; without a number it is 2. A word more, and only the roads
//! with that word in their name are taken. The points are in the plane,
//! with a bias and random labels, and beta is a tenth of beta_max: n^2 - n + 2 patterns. A road goes through the sizes
//! until it fails for the first time. The non-convex roads start from nothing but what they find themselves.

mod common;

use std::time::{Duration, Instant};

use common::AsPricer;
use heaviside::internals::{
    backend::active_set,
    convex::{
        Point, Problem,
        master::{ConicDual, ConicPrimal},
        pricing::{ListPricer, Pricer},
        working_set,
    },
    nonconvex::{Ending, Settings, Solution, direct, pattern},
    oracle::WalkOracle,
    pattern::Groups,
};
use heaviside::{
    Arrangement, Beta, Budget, Dataset, Listed, Loss, PatternMatrix, Reconstruction, StopSignal, at_width,
};

/// Points, each size about a fifth larger than the one before.
const SIZES: [usize; 33] = [
    6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 34, 40, 48, 58, 70, 84, 100, 120, 144, 172, 206, 248, 300, 360, 430, 520, 620,
    740, 890, 1_070, 1_280, 1_540, 1_850,
];

/// Tolerance of the convex roads, relative.
const GAP: f64 = 1e-6;

/// Whether a road solves the problem within the budget.
type Road = fn(&Dataset, usize, &Budget) -> bool;

const NON_CONVEX: [(&str, Road); 3] =
    [("(4) direct, highs", directly), ("(4) patterns, highs", by_patterns), ("(4) search tree, certified", by_tree)];

const CONVEX: [(&str, Road); 5] = [
    ("(6) highs qp", |data, _, budget| {
        let listed = listed(data, budget);
        listed.convex_by(active_set::minimise, budget).is_some_and(|solution| solution.ending == Ending::Optimal)
    }),
    ("(6) clarabel primal", |data, _, budget| {
        conic(data, budget, |problem, columns| ConicPrimal.interior(problem, columns, budget))
    }),
    ("(6) clarabel dual", |data, _, budget| {
        conic(data, budget, |problem, columns| ConicDual.interior(problem, columns, budget))
    }),
    ("(6) working set, list", |data, _, budget| {
        let listed = listed(data, budget);
        let columns = listed.matrix();
        let solution = working_set::solve(&listed.problem, &mut ListPricer::new(&columns), budget, &mut |_| ());
        solution.limit.is_none()
    }),
    ("(6) column generation", |data, _, budget| {
        let arrangement = Arrangement::new(data.features(), data.d()).expect("the entries are finite");
        let problem = common::lasso(&arrangement, data.targets(), 1.0);
        let groups = Groups::of(&arrangement);
        let mut pricer = AsPricer { oracle: WalkOracle::new(&arrangement, &groups), groups: &groups, budget };
        let slopes = problem.dual_point(&vec![0.0; problem.groups()]);
        let Some(largest) = pricer.price(&slopes, 0) else { return false };
        let problem = problem.with_beta(0.1 * largest.price);
        working_set::solve(&problem, &mut pricer, budget, &mut |_| ()).limit.is_none()
    }),
];

fn listed<'a>(data: &'a Dataset, budget: &Budget) -> Listed<'a> {
    Listed::new(data, Loss::Squared, Beta::Relative(0.1), budget).expect("the targets are finite")
}

fn directly(data: &Dataset, width: usize, budget: &Budget) -> bool {
    let listed = listed(data, budget);
    let settings = Settings::new(width, budget.clone());
    let solution = direct::solve(&listed.problem, &listed.subject.arrangement, Some(&listed.patterns), None, &settings);
    solution.is_ok_and(solved)
}

fn by_patterns(data: &Dataset, width: usize, budget: &Budget) -> bool {
    let listed = listed(data, budget);
    solved(pattern::solve(&listed.problem, &listed.patterns, None, &Settings::new(width, budget.clone())))
}

fn solved(solution: Solution) -> bool {
    solution.ending == Ending::Optimal
}

fn by_tree(data: &Dataset, width: usize, budget: &Budget) -> bool {
    let listed = listed(data, budget);
    at_width(&listed, width, None, None, Reconstruction::Witness, budget).is_ok_and(|point| point.proof.is_some())
}

fn conic(data: &Dataset, budget: &Budget, solve: impl Fn(&Problem, &PatternMatrix) -> Option<Point>) -> bool {
    let listed = listed(data, budget);
    let (problem, columns) = (&listed.problem, listed.matrix());
    let Some(solution) = solve(problem, &columns) else { return false };
    let norm = problem.norm(&solution.weights);
    let objective = problem.objective(&problem.outputs(&columns, &solution.weights), norm);
    objective - common::lower_bound(problem, &columns, Some(solution)) <= GAP * objective
}

/// Prints the largest size that the road solves in time.
fn reach(name: &str, width: usize, road: Road, limit: Duration) {
    let mut best = None;
    for n in SIZES {
        let data = common::plane(n, 1);
        let start = Instant::now();
        let solved = road(&data, width, &Budget::new(Some(limit), None, StopSignal::default()));
        let seconds = start.elapsed().as_secs_f64();
        if !solved || seconds > limit.as_secs_f64() {
            break;
        }
        best = Some((n, seconds));
    }
    let more = if best.is_some_and(|(n, _)| n == SIZES[SIZES.len() - 1]) { "at least " } else { "" };
    let width = if width == 0 { "-".to_owned() } else { width.to_string() };
    match best {
        Some((n, seconds)) => println!("| {name} | {width} | {more}{n} | {} | {seconds:.2} s |", n * n - n + 2),
        None => println!("| {name} | {width} | none | | |"),
    }
}

fn main() {
    let seconds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(2);
    let limit = Duration::from_secs(seconds);
    let word = std::env::args().skip(1).find(|argument| !argument.starts_with('-') && argument.parse::<u64>().is_err());
    let wanted = |name: &str| word.as_ref().is_none_or(|word| name.contains(word.as_str()));
    println!("| road | m | largest n in {seconds} s | patterns | time |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, road) in NON_CONVEX.into_iter().filter(|(name, _)| wanted(name)) {
        for width in 1..=3 {
            reach(name, width, road, limit);
        }
    }
    for (name, road) in CONVEX.into_iter().filter(|(name, _)| wanted(name)) {
        reach(name, 0, road, limit);
    }
}
