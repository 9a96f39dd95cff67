//! The flow of interpolation, one method a stage.

use std::time::Duration;

use super::{
    Interpolation, Outcome, Settings,
    exact::{self, ExactSolution},
    generation::{self, Generated},
};
use crate::{
    arrangement::{self, Order, Spanning, sample::Sampler, spanning},
    backend::background::{self, Silence},
    certificate::{
        self, Body, Certificate, CertifiedNetwork, PriceEvidence,
        interpolation::{Answer, Conflict, DualRay, Interpolant, NormClaim},
    },
    certify::{self, Pricing},
    check::{self, CheckLimits, Verdict, bounds},
    class::{can_walk, lists_quickly},
    convex::{
        Problem, Round, Units,
        pricing::{ListPricer, OrderedPricer, Pricer, WalkPricer},
    },
    data::Dataset,
    exact::{
        Arrangement, RBig, integer,
        rational::{self, CommonDenominator},
    },
    fit::{Event, Status, TrainError},
    limits::{Budget, Limit},
    loss::Loss,
    model::Network,
    pattern::{Bits, Groups, PatternMatrix},
    realize::reconstruct::{Reconstructor, Target},
};

/// Random draws where H(X) can neither be listed nor walked over.
const SAMPLES: u64 = 1000;

/// The least time for the exact solution: without it a network has many more neurons and a larger norm.
const GRACE: Duration = Duration::from_secs(5);

pub(super) struct Interpolator<'a> {
    data: &'a Dataset,
    settings: &'a Settings,
    observer: &'a (dyn Fn(Event) + Sync),
    budget: Budget,
    arrangement: Arrangement,
}

/// Where columns come from.
enum Source {
    /// Patterns on the groups, and whether they are all of H(X).
    Listed { list: PatternMatrix, complete: bool },
    /// All of H(X), where the groups are on a line.
    Ordered(Order),
    /// All of H(X), by a walk over the arrangement.
    Walk,
}

/// Exact weights with the story of their search.
struct Solution {
    exact: ExactSolution,
    source: Option<Source>,
    patterns: Option<usize>,
    limit: Option<Limit>,
}

impl<'a> Interpolator<'a> {
    pub(super) fn new(data: &'a Dataset, settings: &'a Settings, observer: &'a (dyn Fn(Event) + Sync)) -> Self {
        let budget = Budget::new(settings.time_limit, settings.memory_limit, settings.stop.clone());
        Interpolator { data, settings, observer, budget, arrangement: data.arrangement() }
    }

    pub(super) fn run(&self) -> Result<Outcome, TrainError> {
        let targets = match self.group_targets() {
            Ok(targets) => targets,
            Err(rows) => return self.infeasible(rows),
        };
        let solution = self.solve(&targets);
        let network = self.network(&solution.exact);
        let certificate = self.certificate(&solution, network.as_ref())?;
        let limit = solution.limit.or_else(|| self.budget.exceeded());
        (self.observer)(Event::Judging);
        let proven = certify::judged(self.data, &certificate).map_err(TrainError::Refused)?;
        let optimal = proven.relative_gap() <= self.settings.tolerance;
        let complete = matches!(solution.source, None | Some(Source::Listed { complete: true, .. }));
        Ok(Outcome::Network(Box::new(Interpolation {
            status: if optimal { Status::Optimal } else { Status::Feasible },
            limit,
            network,
            certificate,
            proven,
            neurons: solution.exact.columns.len(),
            rank: self.arrangement.rank(),
            patterns: solution.patterns,
            patterns_complete: complete,
        })))
    }

    fn infeasible(&self, rows: [usize; 2]) -> Result<Outcome, TrainError> {
        let certificate = self.about(Answer::Conflict(Conflict { rows }));
        (self.observer)(Event::Judging);
        match check::check(self.data, &certificate, &CheckLimits::default()) {
            Verdict::Verified(_) => Ok(Outcome::Infeasible { rows, certificate: Box::new(certificate) }),
            Verdict::Rejected(reason) => Err(TrainError::Refused(reason)),
        }
    }

    /// The group of a row, the zero rows being the last one.
    fn group(&self, row: usize) -> usize {
        self.arrangement.group_of_row()[row].unwrap_or(self.arrangement.groups())
    }

    /// The first row of each group.
    fn first_rows(&self) -> Vec<usize> {
        let zero = self.arrangement.group_of_row().iter().position(Option::is_none);
        self.arrangement.representatives().iter().copied().chain(zero).collect()
    }

    /// The targets of the groups, or two rows of one group whose targets differ.
    fn group_targets(&self) -> Result<Vec<RBig>, [usize; 2]> {
        let (first, targets) = (self.first_rows(), self.data.targets());
        let conflicts = |row: &usize| targets[first[self.group(*row)]] != targets[*row];
        match (0..self.data.n()).find(conflicts) {
            Some(row) => Err([first[self.group(row)], row]),
            // A dataset holds finite numbers only, so nothing is left out.
            None => Ok(first.iter().filter_map(|&row| rational::from_f64(targets[row])).collect()),
        }
    }

    fn solve(&self, targets: &[RBig]) -> Solution {
        if self.arrangement.shatters_groups() && !self.arrangement.has_zero_row() {
            return Solution { exact: exact::nested(targets), source: None, patterns: None, limit: None };
        }
        let (source, limit) = self.source();
        // Only its groups matter here; with bit 1 on the zero rows its columns are those of (9).
        let groups = Groups::of(&self.arrangement);
        let Ok(problem) = Problem::new(&groups, self.data.targets(), Loss::Squared, 1.0) else {
            unreachable!("a dataset holds finite numbers only")
        };
        let Spanning { patterns: first, units } = spanning(&self.arrangement);
        let first: Vec<Bits> = first.iter().map(|pattern| problem.column(pattern)).collect();
        let generate = |pricer: &mut dyn Pricer| {
            let scaled = integer::to_unit_size(&CommonDenominator::of(targets).numerators);
            let start = first.clone();
            let size = |values: &[f64]| values.iter().fold(f64::MIN_POSITIVE, |size, y| size.max(y.abs()));
            let units = Units { outputs: size(self.data.targets()) / size(&scaled), slopes: 1.0 };
            let mut report = |round: Round| (self.observer)(Event::Round(round.in_units(units)));
            generation::solve(&scaled, start, pricer, self.settings.solver, &self.budget, &mut report)
        };
        let proposal = match &source {
            Source::Listed { list, .. } => generate(&mut ListPricer::new(&problem.columns(list))),
            Source::Ordered(order) => generate(&mut OrderedPricer::new(&problem, order)),
            Source::Walk => generate(&mut WalkPricer::new(&problem, &self.arrangement, &self.budget)),
        };
        let patterns = match &source {
            Source::Listed { list, .. } => list.len(),
            _ => proposal.generated,
        };
        let limit = limit.or(proposal.limit);
        let (exact, stopped) = self.exact(proposal, targets, || exact::by_units(&first, &units, targets));
        Solution { exact, source: Some(source), patterns: Some(patterns), limit: limit.or(stopped) }
    }

    /// The exact solution of a proposal; another one if a limit is reached before, or some seconds after it.
    fn exact(
        &self,
        proposal: Generated,
        targets: &[RBig],
        otherwise: impl FnOnce() -> ExactSolution,
    ) -> (ExactSolution, Option<Limit>) {
        let (duals, targets) = (exact::rounded_duals(&proposal), targets.to_vec());
        match background::run(&self.budget.at_least(GRACE), move |_| exact::basic_solution(&proposal, &targets)) {
            Ok(Some(exact)) => (exact, None),
            Ok(None) => unreachable!("the first columns span all vectors and stay"),
            Err(Silence::Limit(limit)) => (ExactSolution { duals, ..otherwise() }, Some(limit)),
            Err(Silence::Failure) => (ExactSolution { duals, ..otherwise() }, None),
        }
    }

    fn source(&self) -> (Source, Option<Limit>) {
        if let Some(order) = Order::new(&self.arrangement) {
            return (Source::Ordered(order), None);
        }
        if lists_quickly(&self.arrangement) {
            let found = arrangement::enumerate(&self.arrangement, &self.budget, &|_| ());
            let complete = found.is_complete();
            (self.observer)(Event::Searched { patterns: found.patterns.len(), complete });
            return (Source::Listed { list: found.patterns, complete }, found.limit);
        }
        if can_walk(&self.arrangement) {
            return (Source::Walk, None);
        }
        let sampler = Sampler::new(self.data, 0);
        let found = arrangement::sample(self.data, &self.arrangement, &sampler, SAMPLES, &self.budget);
        (Source::Listed { list: found.patterns, complete: false }, found.limit)
    }

    /// A pattern of problem (9) without the bit of the zero rows.
    fn pattern(&self, column: &Bits) -> Bits {
        column[..self.arrangement.groups()].to_bitvec()
    }

    /// The model: hidden weights for all patterns, and output weights rounded to the nearest f64.
    fn network(&self, solution: &ExactSolution) -> Option<Network> {
        (self.observer)(Event::Reconstructing { neurons: solution.columns.len() });
        let target = |(column, weight): (&Bits, &RBig)| Target {
            pattern: self.pattern(column),
            output: weight.to_f64().value(),
            known: None,
        };
        let targets: Vec<Target> = solution.columns.iter().zip(&solution.weights).map(target).collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, None, &self.budget);
        let neurons = reconstructor.neurons(&targets, self.settings.reconstruction);
        let neurons: Vec<_> = neurons.into_iter().collect::<Option<_>>()?;
        let finite = neurons.iter().all(|neuron| neuron.output.is_finite());
        finite.then(|| Network::new(self.data, None, neurons).ok()).flatten()
    }

    fn certificate(&self, solution: &Solution, network: Option<&Network>) -> Result<Certificate, TrainError> {
        let ExactSolution { columns, weights, .. } = &solution.exact;
        let patterns: Vec<Bits> = columns.iter().map(|column| self.pattern(column)).collect();
        let neurons = certify::neurons(self.data, &self.arrangement, network, &patterns, weights)?;
        let dual = self.best_dual(solution);
        let claim = NormClaim {
            norm: rational::to_text(&bounds::sum_of_moduli(weights)),
            lower_bound: rational::to_text(&check::interpolation::lower_bound(self.data.targets(), &dual)),
        };
        Ok(self.about(Answer::Interpolant(Interpolant { network: CertifiedNetwork { neurons }, dual, claim })))
    }

    fn about(&self, answer: Answer) -> Certificate {
        Certificate::about(self.data, Body::Interpolation(certificate::Interpolation { answer }))
    }

    /// The dual point with the best bound: those of the solution, priced over H(X), and two priced over all labellings.
    ///
    /// Pricing is not subject to the time limit: it costs what the judge's own costs.
    fn best_dual(&self, solution: &Solution) -> DualRay {
        let unlimited = Budget::unlimited();
        let pricing = match &solution.source {
            Some(Source::Listed { list, complete: true }) => Some(Pricing::List(list)),
            Some(Source::Ordered(order)) => Some(Pricing::Ordered(order)),
            Some(Source::Walk) => Some(Pricing::Walk(&unlimited)),
            None | Some(Source::Listed { .. }) => None,
        };
        let duals = solution.exact.duals.iter().map(|dual| self.on_rows(dual));
        let own = pricing.iter().flat_map(|pricing| duals.clone().filter_map(|dual| self.priced(dual, pricing)));
        let relaxed = self.relaxed().into_iter().filter_map(|dual| self.priced(dual, &Pricing::AllLabellings));
        let value = |dual: &DualRay| check::interpolation::lower_bound(self.data.targets(), dual);
        let zero = DualRay { numerators: vec![0; self.data.n()], price: 0, evidence: PriceEvidence::AllLabellings };
        let candidates = [zero].into_iter().chain(relaxed).chain(own);
        let best =
            candidates.map(|dual| (value(&dual), dual)).reduce(|best, next| if next.0 > best.0 { next } else { best });
        let Some((_, best)) = best else { unreachable!("zero is a candidate") };
        best
    }

    fn priced(&self, numerators: Vec<i64>, pricing: &Pricing<'_>) -> Option<DualRay> {
        let price = certify::largest_price(&self.arrangement, &numerators, pricing)?;
        let evidence = match pricing {
            Pricing::AllLabellings => PriceEvidence::AllLabellings,
            _ => PriceEvidence::Walk,
        };
        Some(DualRay { numerators, price, evidence })
    }

    /// The extreme targets of the groups that may have any labelling, and the target of the zero rows.
    fn relaxed(&self) -> Vec<Vec<i64>> {
        let Ok(targets) = self.group_targets() else { return Vec::new() };
        let mut zero_rows = vec![0; targets.len()];
        zero_rows[self.arrangement.groups()..].fill(1);
        [exact::extremes(&targets[..self.arrangement.groups()]), zero_rows].map(|dual| self.on_rows(&dual)).into()
    }

    /// A dual point on groups as one on rows: all of it on the first row of each group.
    fn on_rows(&self, dual: &[i64]) -> Vec<i64> {
        let mut rows = vec![0; self.data.n()];
        for (&row, &value) in self.first_rows().iter().zip(dual) {
            rows[row] = value;
        }
        rows
    }
}
