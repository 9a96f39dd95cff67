#![cfg(feature = "solve")]
//! The non-convex problem (4) by two mixed-integer formulations, against brute force and the convex programme.

mod common;

use std::time::Duration;

use common::{
    Rows, brute,
    families::{Case, cases},
    flat,
    narrow::{Problem, optima},
    random::Random,
};
use heaviside::internals::{
    convex::{self, support::reduce},
    nonconvex::{Ending, Settings, Solution, direct, pattern, refit::refit},
    pattern::Groups,
};
use heaviside::{
    Arrangement, Beta, Bits, Budget, Dataset, Listed, Loss, PatternMatrix, Reconstruction, Status, StopSignal,
    TrainError, TrainSettings, WidthPoint as Point, at_width, cross_check, enumerate, frontier, train,
};

/// Objectives that should be equal.
const AGREEMENT: f64 = 1e-6;

fn losses() -> [Loss; 6] {
    let huber = Loss::Huber { delta: 0.8 };
    [Loss::Squared, Loss::Absolute, huber, Loss::Hinge, Loss::SquaredHinge, Loss::Logistic]
}

/// A case with targets: everything that the formulations need.
struct Trial {
    name: String,
    rows: Rows,
    targets: Vec<f64>,
    loss: Loss,
    beta: f64,
    arrangement: Arrangement,
    patterns: PatternMatrix,
    problem: convex::Problem,
}

impl Trial {
    fn new(case: Case, loss: Loss, random: &mut Random) -> Self {
        let label = |random: &mut Random| if random.integer(0, 1) == 1 { 1.0 } else { -1.0 };
        let number = |random: &mut Random| random.integer(-4, 4) as f64 / 2.0;
        let targets: Vec<f64> =
            case.rows.iter().map(|_| if loss.needs_labels() { label(random) } else { number(random) }).collect();
        let beta = [0.1, 0.3, 1.0][random.index(3)];
        let (features, d) = flat(&case.rows);
        let arrangement = Arrangement::new(&features, d).unwrap();
        let patterns = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let problem = convex::Problem::new(&Groups::of(&arrangement), &targets, loss, beta).unwrap();
        let name = format!("{loss:?} beta {beta} targets {targets:?} on {}", case.name);
        Trial { name, rows: case.rows, targets, loss, beta, arrangement, patterns, problem }
    }

    fn brute(&self, width: usize) -> Vec<f64> {
        let problem = Problem { targets: &self.targets, loss: self.loss, beta: self.beta };
        optima(&brute::patterns(&self.rows), &problem, width)
    }

    fn by_patterns(&self, width: usize) -> Solution {
        pattern::solve(&self.problem, &self.patterns, None, &Settings::new(width, Budget::unlimited()))
    }

    /// `None` if the margin is refused.
    fn directly(&self, width: usize) -> Option<Solution> {
        let settings = Settings::new(width, Budget::unlimited());
        direct::solve(&self.problem, &self.arrangement, Some(&self.patterns), None, &settings).ok()
    }

    /// The convex optimum (6), a lower bound by weak duality, and the number of neurons of a basic solution.
    fn convex(&self) -> (f64, f64, usize) {
        let columns: Vec<Bits> = self.patterns.iter().map(|pattern| self.problem.column(pattern)).collect();
        let solved = refit(&self.problem, &columns, &Budget::unlimited()).unwrap();
        let bound = solved.lower_bound(&self.problem, &columns);
        let mut matrix = PatternMatrix::new(self.problem.groups());
        matrix.extend(columns);
        let critical = reduce(&matrix, &solved.weights).iter().filter(|w| **w != 0.0).count();
        (solved.objective, bound, critical)
    }

    fn assert_agrees(&self, what: &str, solution: &Solution, expected: f64) {
        let close = |value: f64| (value - expected).abs() <= AGREEMENT * expected.abs().max(1.0);
        assert!(close(solution.objective), "{what}: {} instead of {expected}: {}", solution.objective, self.name);
        assert!(
            close(solution.lower_bound),
            "{what}: bound {} instead of {expected} ({:?}): {}",
            solution.lower_bound,
            solution.ending,
            self.name
        );
    }
}

/// One loss a case, in turn.
fn trials(seed: u64, repetitions: usize) -> impl Iterator<Item = Trial> {
    let mut random = Random::new(seed);
    let cases = cases(seed, repetitions).into_iter().enumerate();
    cases.map(move |(index, case)| Trial::new(case, losses()[(index / 2 + index / 28) % 6], &mut random))
}

/// Problem (4) for narrow networks: both formulations find what trying every subset of H(X) finds, with its bound.
#[test]
fn both_formulations_agree_with_brute_force() {
    let mut direct = 0;
    for trial in trials(11, 3) {
        let widest = if trial.patterns.len() <= 14 { 2 } else { 1 };
        for (width, expected) in trial.brute(widest).into_iter().enumerate() {
            trial.assert_agrees("pattern formulation", &trial.by_patterns(width), expected);
            if width * trial.arrangement.groups() <= 8
                && let Some(solution) = trial.directly(width)
            {
                trial.assert_agrees("direct formulation", &solution, expected);
                direct += width.min(1);
            }
        }
    }
    assert!(direct > 60, "only {direct} instances were solved directly");
}

/// Theorem 2.2: with m* neurons brute force, both formulations and the convex programme have one optimum; with fewer the
/// non-convex optimum is not lower.
#[test]
fn at_the_critical_width_the_optimum_is_the_convex_one() {
    let (mut four_roads, mut narrower) = (0, 0);
    for trial in trials(12, 8) {
        let (convex, bound, critical) = trial.convex();
        assert!(convex - bound <= AGREEMENT * convex.max(1.0), "{}", trial.name);
        trial.assert_agrees("at m*", &trial.by_patterns(critical), convex);
        let widest = critical.min(if trial.patterns.len() <= 30 { 2 } else { 1 });
        let optima = trial.brute(widest);
        let close = |value: f64, expected: f64| (value - expected).abs() <= AGREEMENT * expected.abs().max(1.0);
        if let Some(&optimum) = optima.get(critical) {
            assert!(close(optimum, convex), "every subset: {optimum} instead of {convex}: {}", trial.name);
        }
        if let Some(&optimum) = critical.checked_sub(1).and_then(|width| optima.get(width)) {
            assert!(optimum >= convex - AGREEMENT * convex.max(1.0), "below m*: {}", trial.name);
            narrower += usize::from(!close(optimum, convex));
        }
        if critical * trial.arrangement.groups() <= 8
            && let Some(solution) = trial.directly(critical)
        {
            trial.assert_agrees("directly at m*", &solution, convex);
            four_roads += usize::from(critical > 0 && critical < optima.len());
        }
    }
    assert!(four_roads > 90, "four roads were compared on {four_roads} instances only");
    assert!(narrower > 100, "on {narrower} instances only a neuron less costs something");
}

/// Ties and faces: without a bias 010 and 101 exist on faces only, and the direct formulation has them.
#[test]
fn patterns_on_faces_are_found_directly() {
    // x and -x: 11 is the pattern of w = 0 only.
    let arrangement = Arrangement::new(&[1.0, -1.0], 1).unwrap();
    let problem = convex::Problem::new(&Groups::of(&arrangement), &[1.0, 1.0], Loss::Squared, 0.1).unwrap();
    let settings = Settings::new(1, Budget::unlimited());
    let solution = direct::solve(&problem, &arrangement, None, None, &settings).unwrap();
    // One neuron a with both rows: (a - 1)^2 + 0.1 a, a = 0.95.
    assert!((solution.objective - (0.05f64.powi(2) + 0.095)).abs() < 1e-9);
    assert!((solution.objective - solution.lower_bound).abs() < 1e-6);
}

/// A limit gives a network with a bound that is one, never a claim of optimality.
#[test]
fn limits_are_outcomes_with_valid_bounds() {
    let mut random = Random::new(5);
    let rows: Rows = (0..14).map(|_| vec![random.float(), random.float(), 1.0]).collect();
    let trial = Trial::new(Case { name: "limits".into(), rows }, Loss::Squared, &mut random);
    let data = Dataset::new(flat(&trial.rows).0, 3, trial.targets.clone()).unwrap();
    let listed = Listed::new(&data, trial.loss, Beta::Absolute(trial.beta), &Budget::unlimited()).unwrap();
    let point = at_width(&listed, 3, None, None, Reconstruction::Witness, &Budget::unlimited()).unwrap();
    let optimum = point.proof.expect("a small tree").proven.objective.to_f64().value();
    for time in [Duration::ZERO, Duration::from_millis(30), Duration::from_millis(300)] {
        let budget = || Budget::new(Some(time), None, StopSignal::default());
        let by_patterns = pattern::solve(&trial.problem, &trial.patterns, None, &Settings::new(3, budget()));
        let directly =
            direct::solve(&trial.problem, &trial.arrangement, Some(&trial.patterns), None, &Settings::new(3, budget()));
        for solution in [Some(by_patterns), directly.ok()].into_iter().flatten() {
            assert!(solution.lower_bound <= optimum + AGREEMENT && solution.objective >= optimum - AGREEMENT);
            assert!(solution.columns.len() <= 3);
            assert!(matches!(solution.ending, Ending::Limit(_) | Ending::Optimal), "{:?}", solution.ending);
        }
    }
}

/// Wider networks are not worse, and from m* on they have the convex optimum.
#[test]
fn the_frontier_falls_to_the_convex_optimum() {
    let features = vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0];
    let data = Dataset::with_bias(features, 2, vec![1.0, -1.0, -1.0, 1.0, 1.0, -1.0]).unwrap();
    let budget = Budget::unlimited();
    for loss in [Loss::Squared, Loss::Hinge, Loss::Logistic] {
        let listed = Listed::new(&data, loss, Beta::Relative(0.1), &budget).unwrap();
        let convex = listed.convex(&budget).unwrap();
        let points = frontier(&listed, 5, &budget, &mut |_| ()).unwrap();
        assert!(points.windows(2).all(|pair| pair[1].solution.objective <= pair[0].solution.objective + 1e-9));
        assert!((points[5].solution.objective - convex.objective).abs() < AGREEMENT, "{loss:?}");
        assert!(points.iter().all(|point| point.solution.columns.len() <= point.width));
        let neurons = listed.neurons(&convex.columns, Reconstruction::default(), &budget);
        assert!(neurons.len() == convex.columns.len() && neurons.iter().all(Option::is_some));
        assert_eq!(points[5].network.as_ref().unwrap().neurons().len(), points[5].solution.columns.len());
    }
}

/// A huge width is no special case (it once wrapped to 0), and a relative beta needs all patterns.
#[test]
fn widths_and_limits_at_their_ends() {
    let data = Dataset::with_bias(vec![0.0, 1.0, 2.0], 1, vec![1.0, -1.0, 1.0]).unwrap();
    let listed = Listed::new(&data, Loss::Squared, Beta::Absolute(0.1), &Budget::unlimited()).unwrap();
    let budget = Budget::new(Some(Duration::from_secs(60)), None, StopSignal::default());
    let point = at_width(&listed, usize::MAX, None, None, Reconstruction::Witness, &budget).unwrap();
    assert!(point.proof.is_some() && point.solution.columns.len() <= 3);
    let stopped = Budget::new(Some(Duration::ZERO), None, StopSignal::default());
    let points = frontier(&listed, 50, &stopped, &mut |_| ()).unwrap();
    let optimum = point.solution.objective;
    let valid = |point: &Point| point.solution.lower_bound <= optimum && point.solution.objective >= optimum;
    assert!(points.len() == 51 && points[2..].iter().all(valid));
    // A wide network may be known from the convex programme; nothing else is called an end.
    let ended = |point: &Point| point.solution.ending == Ending::Optimal;
    assert!(points[1..].iter().all(|point| !ended(point) || point.solution.objective <= optimum + AGREEMENT));
    assert!(points[1..].iter().all(|point| ended(point) || matches!(point.solution.ending, Ending::Limit(_))));
    let relative = |data: &Dataset, budget| Listed::new(data, Loss::Squared, Beta::Relative(0.1), budget).err();
    assert_eq!(relative(&data, &stopped), Some(TrainError::NoTimeForBetaMax));
    let orthogonal = Dataset::with_bias(vec![0.0, 0.0], 1, vec![1.0, -1.0]).unwrap();
    assert_eq!(relative(&orthogonal, &Budget::unlimited()), Some(TrainError::NoBetaMax));
}

/// m* comes from an optimum, not from a point at which a limit ended a solver: it once was 0, and two roads of width 0 agreed.
#[test]
fn the_critical_width_is_not_taken_from_an_unfinished_point() {
    let data = Dataset::with_bias(vec![0.0, 1.0, 2.0, 3.0], 1, vec![1.0, -1.0, 1.0, -1.0]).unwrap();
    let listed = Listed::new(&data, Loss::Squared, Beta::Absolute(0.1), &Budget::unlimited()).unwrap();
    let stopped = Budget::new(Some(Duration::ZERO), None, StopSignal::default());
    let result = cross_check(&listed, &stopped);
    assert!(result.limited && result.conclusive() == 0, "{result:?}");
    assert_eq!(result.width, listed.problem.groups());
}

/// A Huber loss whose kinks are out of reach is the squared loss: gaps were as large as the objective, and delta overflowed.
#[test]
fn huge_deltas_are_the_squared_loss() {
    for (unit, delta) in [(1.0, 1e8), (1e-8, 1.0), (1e-12, 1e300), (1.0, 1e150)] {
        let targets = [1.0, -1.0, 2.0, 0.5].map(|y| y * unit).to_vec();
        let data = Dataset::with_bias(vec![-2.0, -1.0, 1.0, 2.0], 1, targets).unwrap();
        let optimum = |loss| {
            let settings = TrainSettings::new(Beta::Relative(0.1)).loss(loss);
            let found = train(&data, &settings).unwrap();
            assert_eq!(found.status, Status::Optimal, "{loss:?}");
            found.proven.objective
        };
        assert_eq!(optimum(Loss::Huber { delta }), optimum(Loss::Squared));
        let listed = Listed::new(&data, Loss::Huber { delta }, Beta::Relative(0.1), &Budget::unlimited()).unwrap();
        let result = cross_check(&listed, &Budget::unlimited());
        assert!(result.disagreements.is_empty() && result.conclusive() > 1, "{result:?}");
    }
}

/// Four roads to one number.
#[test]
fn the_cross_check_agrees() {
    let data = Dataset::new(vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0, -1.0], 2, vec![1.0, -1.0, 1.0, 1.0]).unwrap();
    for loss in losses() {
        let listed = Listed::new(&data, loss, Beta::Relative(0.2), &Budget::unlimited()).unwrap();
        let result = cross_check(&listed, &Budget::unlimited());
        assert!(result.disagreements.is_empty() && !result.limited, "{loss:?}: {result:?}");
        assert!(result.entries.iter().all(|entry| entry.interval.is_some()), "{loss:?}: {result:?}");
    }
}
