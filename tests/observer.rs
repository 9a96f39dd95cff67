#![cfg(feature = "solve")]
//! Observers are told what happens in the order in which it happens; a raised stop signal ends training soon, with a
//! network, valid bounds and a certificate that the checker accepts.

mod common;

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use common::random::Random;
// The public paths that these tests use.
use heaviside::{
    Architecture, Beta, Certificate, CheckLimits, Conclusion, Dataset, DeepNetwork, Event, Fit,
    Interpolated as Outcome, Interpolation, InterpolationSettings, Limit, Method, Proven, Status, StopSignal,
    TrainSettings, Verdict, check, geometric, interpolate, path, train_deep_with, train_with,
};

/// Whoever asks to stop does not want to wait longer; without the signal each of the long runs takes minutes.
const SOON: Duration = Duration::from_secs(10);

const THREADS: [usize; 2] = [1, 2];

/// n points with d features and a bias, and targets between -1 and 1.
fn points(n: usize, d: usize) -> Dataset {
    let mut random = Random::new(3);
    let features = (0..n * d).map(|_| random.float()).collect();
    Dataset::with_bias(features, d, (0..n).map(|_| random.float()).collect()).unwrap()
}

fn settings(beta: f64, method: Method, threads: usize) -> TrainSettings {
    TrainSettings::new(Beta::Absolute(beta)).method(method).threads(threads)
}

/// What an observer was told.
#[derive(Default)]
struct Log(Mutex<Vec<Event>>);

impl Log {
    fn push(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }

    fn events(self) -> Vec<Event> {
        self.0.into_inner().unwrap()
    }
}

/// A signal that the observer raises at the first event of this kind, or that is raised before the start.
struct Stopper {
    signal: StopSignal,
    at: Option<fn(&Event) -> bool>,
}

impl Stopper {
    fn new(at: Option<fn(&Event) -> bool>) -> Self {
        let signal = StopSignal::default();
        if at.is_none() {
            signal.raise();
        }
        Stopper { signal, at }
    }

    fn observe(&self, event: &Event) {
        if self.at.is_some_and(|at| at(event)) {
            self.signal.raise();
        }
    }
}

fn is_search(event: &Event) -> bool {
    matches!(event, Event::Searching { .. })
}

fn is_round(event: &Event) -> bool {
    matches!(event, Event::Round(_))
}

/// The place of an event in the work.
fn stage(event: &Event) -> usize {
    match event {
        Event::Searching { .. } => 0,
        Event::Searched { .. } => 1,
        Event::Round(_) => 2,
        Event::Reconstructing { .. } => 3,
        Event::Judging => 4,
        other => panic!("{other:?} is new"),
    }
}

/// The stages of one training follow each other, up to the checker; the bounds of its rounds only get better.
#[track_caller]
fn assert_in_order(events: &[Event]) {
    let stages: Vec<usize> = events.iter().map(stage).collect();
    assert!(stages.is_sorted(), "{stages:?}");
    assert_eq!(stages.iter().filter(|&&stage| stage == 4).count(), 1, "the checker is asked once: {stages:?}");
    assert!(stages.contains(&3), "no hidden weights: {stages:?}");
    let found: Vec<usize> = events
        .iter()
        .filter_map(|event| match event {
            Event::Searching { patterns, .. } | Event::Searched { patterns, .. } => Some(*patterns),
            _ => None,
        })
        .collect();
    assert!(found.last().is_none_or(|last| found.iter().all(|count| count <= last)), "{found:?}");
    let rounds: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Round(round) => Some(*round),
            _ => None,
        })
        .collect();
    for pair in rounds.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        assert!(after.primal <= before.primal && after.dual >= before.dual, "{before:?} {after:?}");
        assert!(after.elapsed >= before.elapsed, "{before:?} {after:?}");
    }
}

#[track_caller]
fn assert_bounds(proven: &Proven) {
    assert!(proven.lower_bound <= proven.objective, "{proven:?}");
}

/// The checker accepts the certificate and proves what was returned.
#[track_caller]
fn assert_verified(data: &Dataset, certificate: &Certificate, proven: &Proven) {
    assert_bounds(proven);
    assert_eq!(
        check(data, certificate, &CheckLimits::default()),
        Verdict::Verified(Conclusion::Bounds(proven.clone()))
    );
}

#[track_caller]
fn assert_deep_verified(data: &Dataset, training: &Fit<DeepNetwork>) {
    assert_bounds(&training.proven);
    let verdict = check(data, &training.certificate, &CheckLimits::default());
    assert_eq!(verdict, Verdict::Verified(Conclusion::Bounds(training.proven.clone())));
}

#[track_caller]
fn assert_interpolation_verified(data: &Dataset, found: &Interpolation) {
    assert_bounds(&found.proven);
    let verdict = check(data, &found.certificate, &CheckLimits::default());
    assert_eq!(verdict, Verdict::Verified(Conclusion::Bounds(found.proven.clone())));
}

#[track_caller]
fn network(outcome: Outcome) -> Box<Interpolation> {
    match outcome {
        Outcome::Network(found) => found,
        Outcome::Infeasible { rows, .. } => panic!("rows {rows:?} are said to exclude each other"),
    }
}

#[test]
fn training_tells_its_stages_in_order() {
    let data = points(40, 2);
    for threads in THREADS {
        for method in [Method::Exact, Method::ColumnGeneration, Method::Sample] {
            let log = Log::default();
            let training = train_with(&data, &settings(0.1, method, threads), &|event| log.push(event)).unwrap();
            assert_verified(&data, &training.certificate, &training.proven);
            let events = log.events();
            assert_in_order(&events);
            assert!(events.iter().filter(|event| is_round(event)).count() > 1, "{method:?}: {events:?}");
            let listed = events.iter().find_map(|event| match event {
                Event::Searched { patterns, complete } => Some((*patterns, *complete)),
                _ => None,
            });
            let expected = training.last_patterns().map(|patterns| (patterns, training.patterns_complete));
            assert_eq!(listed, expected.filter(|_| method != Method::ColumnGeneration), "{method:?}");
            assert_eq!(events.iter().any(is_search), method == Method::Exact, "{method:?}");
        }
    }
}

/// The patterns are searched for once; then each beta has its own rounds, hidden weights and check.
#[test]
fn a_path_tells_the_stages_of_each_point_in_order() {
    let data = points(20, 2);
    let betas = geometric(4, 1e-2);
    for threads in THREADS {
        let log = Log::default();
        let points = path(&data, &settings(1.0, Method::Exact, threads), &betas, &|event| log.push(event)).unwrap();
        assert_eq!(points.len(), betas.len());
        let events = log.events();
        let runs: Vec<&[Event]> = events.split_inclusive(|event| *event == Event::Judging).collect();
        assert_eq!(runs.len(), betas.len());
        for (index, run) in runs.iter().enumerate() {
            assert_in_order(run);
            assert_eq!(run.iter().any(|event| stage(event) < 2), index == 0, "the patterns are searched for once");
        }
        for point in &points {
            assert_eq!(point.status, Status::Optimal);
            assert_verified(&data, &point.certificate, &point.proven);
        }
    }
}

#[test]
fn deep_training_tells_its_stages_in_order() {
    let data = points(6, 2);
    let architecture = Architecture::Parallel { widths: vec![1] };
    for threads in THREADS {
        let log = Log::default();
        let settings = settings(0.05, Method::Auto, threads);
        let training = train_deep_with(&data, &settings, &architecture, &|event| log.push(event)).unwrap();
        assert_eq!(training.method, "patterns", "this table is for the search over deep patterns");
        assert_deep_verified(&data, &training);
        let events = log.events();
        assert_in_order(&events);
        assert!(events.iter().any(is_round), "{events:?}");
    }
}

#[test]
fn interpolation_tells_its_stages_in_order() {
    let data = points(12, 2);
    for threads in THREADS {
        let log = Log::default();
        let settings = InterpolationSettings::default().threads(threads);
        let found = network(interpolate(&data, &settings, &|event| log.push(event)).unwrap());
        assert_eq!((found.status, found.limit), (Status::Optimal, None));
        assert_interpolation_verified(&data, &found);
        let events = log.events();
        assert_in_order(&events);
        assert!(events.iter().any(is_round), "{events:?}");
    }
}

/// Before the start, during the search for patterns, or in the convex programme.
#[test]
fn a_stop_signal_ends_training() {
    for threads in THREADS {
        for (data, method, at) in [
            (points(150, 4), Method::Exact, None),
            (points(150, 4), Method::Exact, Some(is_search as fn(&Event) -> bool)),
            (points(40, 2), Method::Exact, Some(is_round)),
            (points(40, 2), Method::ColumnGeneration, None),
            (points(40, 2), Method::ColumnGeneration, Some(is_round)),
            (points(150, 4), Method::Sample, None),
        ] {
            let stopper = Stopper::new(at);
            let settings = settings(0.05, method, threads).stop(stopper.signal.clone());
            let start = Instant::now();
            let training = train_with(&data, &settings, &|event| stopper.observe(&event)).unwrap();
            assert!(start.elapsed() < SOON, "{method:?} took {:?}", start.elapsed());
            assert_eq!(training.limit, Some(Limit::Interrupt), "{method:?}");
            assert_verified(&data, &training.certificate, &training.proven);
        }
    }
}

/// The path ends with the network that was cut short. Without beta_max there is none.
#[test]
fn a_stop_signal_ends_a_path() {
    let data = points(40, 2);
    let betas = [1.0, 0.3, 0.1].map(Beta::Absolute);
    for threads in THREADS {
        for at in [None, Some(is_search as fn(&Event) -> bool), Some(is_round)] {
            let stopper = Stopper::new(at);
            let settings = settings(1.0, Method::Exact, threads).stop(stopper.signal.clone());
            let start = Instant::now();
            let points = path(&data, &settings, &betas, &|event| stopper.observe(&event)).unwrap();
            assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
            assert_eq!(points.len(), 1, "the path ends where it was stopped");
            assert_eq!(points[0].limit, Some(Limit::Interrupt));
            assert_verified(&data, &points[0].certificate, &points[0].proven);
        }
        let stop = Stopper::new(None).signal;
        let settings = settings(1.0, Method::ColumnGeneration, threads).stop(stop);
        assert!(path(&data, &settings, &geometric(3, 0.1), &|_| ()).unwrap().is_empty());
    }
}

#[test]
fn a_stop_signal_ends_deep_training() {
    for threads in THREADS {
        for (data, architecture, at) in [
            (points(60, 3), Architecture::Parallel { widths: vec![2] }, None),
            (points(60, 3), Architecture::Parallel { widths: vec![2] }, Some(is_search as fn(&Event) -> bool)),
            (points(60, 3), Architecture::Representation { layers: 4, units: 50 }, None),
        ] {
            let stopper = Stopper::new(at);
            let settings = settings(0.05, Method::Auto, threads).stop(stopper.signal.clone());
            let start = Instant::now();
            let training = train_deep_with(&data, &settings, &architecture, &|event| stopper.observe(&event)).unwrap();
            assert!(start.elapsed() < SOON, "{architecture:?} took {:?}", start.elapsed());
            assert_eq!(training.limit, Some(Limit::Interrupt), "{architecture:?}");
            assert_deep_verified(&data, &training);
        }
    }
}

/// The network fits every target even then; only its norm may be larger than the least.
#[test]
fn a_stop_signal_ends_interpolation() {
    let data = points(40, 2);
    for threads in THREADS {
        for at in [None, Some(is_round as fn(&Event) -> bool)] {
            let stopper = Stopper::new(at);
            let stop = stopper.signal.clone();
            let settings = InterpolationSettings::default().stop(stop).threads(threads);
            let start = Instant::now();
            let found = network(interpolate(&data, &settings, &|event| stopper.observe(&event)).unwrap());
            assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
            assert_eq!(found.limit, Some(Limit::Interrupt));
            assert_interpolation_verified(&data, &found);
        }
    }
}
