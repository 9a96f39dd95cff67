//! Interpolation: the limit of weak regularisation (9), exactly.
//!
//! ```text
//! minimise over m, w, a   ||a||_1   subject to   f(X) = sum_j a_j step(X w_j) = y                            (9)
//! ```
//!
//! It is the linear programme min ||w||_1 s.t. D w = y over the activation patterns D (Proposition 2.4: the gauge of the
//! patterns and their negatives at y), with the dual max y.v s.t. |d^T v| <= 1 for all d in H(X).
//!
//! **When there is none.** Rows that are positive multiples of each other share their bit in every pattern, and so do
//! zero rows. If two such rows have different targets no network of any width fits both. Otherwise one does: the patterns
//! span all vectors on the groups of such rows (see [`mod@crate::arrangement::spanning`], where column generation starts).
//!
//! * [`restricted`]: the linear programme over a few columns, by HiGHS or Clarabel.
//! * [`generation`]: column generation with the oracles of [`crate::oracle`].
//! * [`exact`]: exact weights and an exact dual point from the basis; the closed form if every labelling is a pattern.
//! * [`outcome`]: what is returned.
//!
//! The output weights in the certificate are rationals and fit the targets exactly; those of the model are rounded.

pub mod exact;
pub mod generation;
pub mod outcome;
mod rays;
pub mod restricted;
mod settings;

use std::collections::HashSet;

use exact::ExactSolution;
use generation::{Generated, Programme};
pub use outcome::{Interpolated, Interpolation};
use rays::Rays;
pub use restricted::Solver;
pub use settings::InterpolationSettings;

use super::{Class, Columns, Scope, are_patterns, chosen_method, tuning::INTERPOLATION_GRACE};
use crate::{
    arrangement::{Spanning, spanning},
    backend::background::{self, Silence},
    certificate::{
        self, Body, Certificate, CertifiedNetwork,
        interpolation::{Answer, Conflict, Interpolant, NormClaim},
    },
    certify,
    check::{self, bounds},
    convex::{Round, Units},
    error::TrainError,
    event::Event,
    exact::{
        RBig, integer,
        rational::{self, CommonDenominator},
    },
    limits::Limit,
    model::{Network, Neuron},
    pattern::{Bits, PatternMatrix},
    realize::reconstruct::{Reconstructor, Target},
    settings::{DEFAULT_SAMPLES, Method},
    subject::Subject,
};

/// The class of networks that fit every target.
pub(crate) struct Interpolating<'a> {
    subject: &'a Subject<'a>,
    settings: &'a InterpolationSettings,
    /// The targets of the groups.
    targets: Vec<RBig>,
    columns: Columns<'a>,
    rays: Rays<'a>,
    /// The columns of the last programme.
    working: PatternMatrix,
    generated: Option<usize>,
    limit: Option<Limit>,
}

/// A certificate that no network fits two rows, which have one output in every network and different targets.
pub(crate) fn conflict(subject: &Subject<'_>) -> Option<([usize; 2], Certificate)> {
    let (groups, targets) = (&subject.groups, subject.data.targets());
    let first = |row: usize| groups.first_rows()[groups.of_row()[row]];
    let row = (0..subject.data.n()).find(|&row| targets[first(row)] != targets[row])?;
    let rows = [first(row), row];
    Some((rows, about(subject, Answer::Conflict(Conflict { rows }))))
}

fn about(subject: &Subject<'_>, answer: Answer) -> Certificate {
    Certificate::about(subject.data, Body::Interpolation(certificate::Interpolation { answer }))
}

impl<'a> Interpolating<'a> {
    /// The class on data without a [`conflict`].
    pub fn new(subject: &'a Subject<'a>, settings: &'a InterpolationSettings) -> Result<Self, TrainError> {
        let targets = subject.data.targets();
        // A dataset holds finite numbers only, so nothing is left out.
        let of_groups =
            subject.groups.first_rows().iter().filter_map(|&row| rational::from_f64(targets[row])).collect();
        let method = chosen_method(Method::Auto, &subject.arrangement)?;
        Ok(Interpolating {
            subject,
            settings,
            targets: of_groups,
            columns: Columns::find(subject, method, DEFAULT_SAMPLES, 0),
            rays: Rays::new(subject),
            working: PatternMatrix::new(subject.groups.len()),
            generated: None,
            limit: None,
        })
    }

    /// The patterns that were listed or generated; `None` if none had to be.
    pub fn patterns(&self) -> Option<usize> {
        self.columns.count().or(self.generated)
    }

    /// Whether the patterns are all of H(X).
    pub fn patterns_are_complete(&self) -> bool {
        self.columns.are_complete()
    }

    /// The optimum over the columns of the oracle but the banned ones; `None` if those left do not span all vectors.
    fn generate(&mut self, banned: &HashSet<Bits>) -> Option<ExactSolution> {
        let groups = &self.subject.groups;
        let Spanning { patterns, units } = spanning(&self.subject.arrangement);
        let first: Vec<Bits> = patterns.iter().map(|pattern| groups.lift(pattern)).collect();
        let at_hand = self.working.iter().map(|column| column.to_bitvec());
        let start = first.iter().cloned().chain(at_hand).filter(|column| !banned.contains(column)).collect();
        let proposal = self.proposal(start, banned);
        self.working = proposal.columns.clone();
        self.generated = Some(self.generated.unwrap_or(0) + proposal.generated);
        self.limit = self.limit.or(proposal.limit);
        let by_units = || banned.is_empty().then(|| exact::by_units(&first, &units, &self.targets));
        let (solution, limit) = self.exactly(proposal, by_units);
        self.limit = self.limit.or(limit);
        let mut solution = solution?;
        let duals = std::mem::take(&mut solution.duals);
        let (subject, rays) = (self.subject, &mut self.rays);
        for dual in duals {
            self.columns.with_oracle(subject, |oracle| rays.price(0, dual, 0, oracle, &subject.budget));
        }
        Some(solution)
    }

    /// Column generation from some columns, in units of moderate size.
    fn proposal(&mut self, start: Vec<Bits>, banned: &HashSet<Bits>) -> Generated {
        let Self { subject, settings, targets, rays, columns, .. } = self;
        let scaled = scaled(targets);
        let size = |values: &[f64]| values.iter().fold(f64::MIN_POSITIVE, |size, y| size.max(y.abs()));
        let units = Units { outputs: size(subject.data.targets()) / size(&scaled), slopes: 1.0 };
        let mut report = |round: Round| subject.tell(Event::Round(round.in_units(units)));
        let (solver, tolerance) = (settings.solver, settings.tolerance);
        let programme = Programme { targets: &scaled, solver, tolerance, budget: &subject.budget };
        columns.with_oracle(subject, |oracle| {
            let mut pricing = rays.pricing(oracle, banned);
            generation::solve(&programme, start, &mut pricing, &mut report)
        })
    }

    /// The exact solution of a proposal; another one if a limit is reached before, or some seconds after it.
    fn exactly(
        &self,
        proposal: Generated,
        otherwise: impl FnOnce() -> Option<ExactSolution>,
    ) -> (Option<ExactSolution>, Option<Limit>) {
        let targets = self.targets.clone();
        let grace = self.subject.budget.at_least(INTERPOLATION_GRACE);
        match background::run(&grace, move |_| exact::basic_solution(&proposal, &targets)) {
            Ok(exact) => (exact, None),
            Err(Silence::Limit(limit)) => (otherwise(), Some(limit)),
            Err(Silence::Failure) => (otherwise(), None),
        }
    }

    /// The first point: in closed form where every labelling is a pattern. Two dual points are priced over all labellings:
    /// they bound every network.
    fn first(&mut self) -> Option<ExactSolution> {
        self.rays.relax(&self.targets);
        match self.columns {
            Columns::Labellings => Some(exact::nested(&self.targets)),
            Columns::Implicit | Columns::Searched(_) if self.subject.order.is_none() => {
                let nested = exact::nested(&self.targets);
                match are_patterns(self.subject, nested.columns.iter()) {
                    true => Some(nested),
                    false => self.generate(&HashSet::new()),
                }
            }
            Columns::Implicit | Columns::Searched(_) | Columns::Listed(_) => self.generate(&HashSet::new()),
        }
    }

    /// The optimum over these columns only, all of them at hand; `None` if they do not span the targets' space.
    fn over(&mut self, columns: PatternMatrix) -> Option<ExactSolution> {
        let proposal = Generated::over(columns, &scaled(&self.targets), self.settings.solver, &self.subject.budget)?;
        self.exactly(proposal, || None).0
    }
}

/// Multiples of the targets of moderate size.
fn scaled(targets: &[RBig]) -> Vec<f64> {
    integer::to_unit_size(&CommonDenominator::of(targets).numerators)
}

impl Class for Interpolating<'_> {
    type Atom = Bits;
    type Unit = Neuron;
    type Point = ExactSolution;
    type Model = Network;

    fn solve(&mut self, scope: Scope<'_, Bits>) -> Result<Option<ExactSolution>, TrainError> {
        Ok(match scope {
            Scope::All(banned) if banned.is_empty() => self.first(),
            Scope::All(banned) => self.generate(banned),
            Scope::AtHand(banned) => {
                let kept: Vec<usize> =
                    (0..self.working.len()).filter(|&p| !banned.contains(self.working.column(p))).collect();
                self.over(self.working.select(&kept))
            }
            Scope::Only(columns) => self.over(PatternMatrix::of(self.subject.groups.len(), columns).sorted()),
        })
    }

    fn atoms(&self, point: &ExactSolution) -> Vec<Bits> {
        point.columns.clone()
    }

    fn realize(&mut self, _point: &ExactSolution, atoms: &[Bits]) -> Vec<Option<Neuron>> {
        let Subject { data, arrangement, groups, budget, .. } = self.subject;
        let target = |column: &Bits| Target { pattern: groups.drop_zero(column), output: 0.0, known: None };
        let targets: Vec<Target> = atoms.iter().map(target).collect();
        Reconstructor::new(data, arrangement, None, budget).neurons(&targets, self.settings.reconstruction)
    }

    /// Output weights are rounded to the nearest f64.
    fn model(&self, point: &ExactSolution, units: Vec<Neuron>) -> Option<Network> {
        let weighted = units.into_iter().zip(&point.weights);
        let neurons: Vec<Neuron> =
            weighted.map(|(neuron, weight)| Neuron { output: weight.to_f64().value(), ..neuron }).collect();
        let finite = neurons.iter().all(|neuron| neuron.output.is_finite());
        finite.then(|| Network::new(self.subject.data, None, neurons).ok()).flatten()
    }

    fn certificate(
        &mut self,
        point: &ExactSolution,
        model: Option<&Network>,
    ) -> Result<Option<Certificate>, TrainError> {
        let Subject { data, arrangement, groups, .. } = self.subject;
        let patterns: Vec<Bits> = point.columns.iter().map(|column| groups.drop_zero(column)).collect();
        let neurons = certify::neurons(data, arrangement, model, &patterns, &point.weights)?;
        let dual = self.rays.best();
        let claim = NormClaim {
            norm: rational::to_text(&bounds::sum_of_moduli(&point.weights)),
            lower_bound: rational::to_text(&check::interpolation::lower_bound(data.targets(), &dual)),
        };
        let interpolant = Interpolant { network: CertifiedNetwork { neurons }, dual, claim };
        Ok(Some(about(self.subject, Answer::Interpolant(interpolant))))
    }

    fn limit(&self) -> Option<Limit> {
        self.columns.limit().or(self.limit)
    }
}
