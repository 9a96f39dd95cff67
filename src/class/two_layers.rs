//! Two-layer networks: the Lasso (6) over H(X), the closed form (7) where the arrangement is complete, the solver for
//! rows on a line.

use std::collections::HashSet;

use super::{Class, Columns, Facts, Lasso, Scope, Solved, are_patterns, chosen_method};
use crate::{
    certificate::Certificate,
    certify,
    convex::{ordered, over_all_labellings},
    data::Dataset,
    error::TrainError,
    limits::Limit,
    model::{Network, Neuron, Standardization},
    oracle::{BetaMax, LabellingsOracle, beta_max},
    pattern::{Bits, PatternMatrix},
    realize::reconstruct::{Reconstructor, Target},
    settings::{Beta, Method, TrainSettings, require_labels},
    subject::Subject,
};

/// The method if the level sets of (7) are patterns.
const CLOSED_FORM: &str = "closed-form";

/// The class of two-layer networks on some data.
pub(crate) struct TwoLayers<'a> {
    subject: &'a Subject<'a>,
    settings: &'a TrainSettings,
    method: Method,
    columns: Columns<'a>,
    beta_max: Option<BetaMax>,
    beta_max_is_a_lower_bound: bool,
    lasso: Lasso<'a>,
    transform: Option<Standardization>,
    /// The first point's dual if it has to be priced by a wider oracle than the one that gave its columns.
    unpriced: Option<Vec<f64>>,
    /// The columns that the convex programme was solved on; `None` in closed form.
    generated: Option<usize>,
    /// Whether the closed form (7) was attained though not every labelling is a pattern.
    nested: bool,
    limit: Option<Limit>,
}

/// Patterns on the groups with output weights.
pub(crate) struct Point {
    pub neurons: Vec<(Bits, f64)>,
}

impl<'a> TwoLayers<'a> {
    /// The class with its columns.
    pub fn new(subject: &'a Subject<'a>, settings: &'a TrainSettings) -> Result<Self, TrainError> {
        require_labels(subject.data, settings.loss)?;
        let method = chosen_method(settings.method, &subject.arrangement)?;
        let columns = Columns::find(subject, method, settings.samples, settings.seed);
        // There is no problem before beta is set.
        let lasso = Lasso::new(subject, settings.loss, 1.0, settings.tolerance);
        Ok(TwoLayers {
            subject,
            settings,
            method,
            columns,
            beta_max: None,
            beta_max_is_a_lower_bound: false,
            lasso,
            transform: None,
            unpriced: None,
            generated: None,
            nested: false,
            limit: None,
        })
    }

    /// Begins a problem with this beta; columns of the one before stay at hand.
    pub fn set_beta(&mut self, beta: Beta) -> Result<(), TrainError> {
        let (beta, is_a_lower_bound) = beta.resolve(|| self.beta_max())?;
        self.beta_max_is_a_lower_bound = is_a_lower_bound;
        self.lasso.restate(beta);
        self.transform = self.settings.standardize.then(|| standardization(self.subject.data));
        (self.unpriced, self.generated, self.nested, self.limit) = (None, None, false, None);
        Ok(())
    }

    /// What a result says about its making.
    pub fn facts(&self) -> Facts {
        let (loss, beta) = self.lasso.stated();
        Facts {
            method: if self.nested { CLOSED_FORM } else { self.method.name() },
            loss,
            beta,
            beta_max_is_a_lower_bound: self.beta_max_is_a_lower_bound,
            patterns: self.columns.count().or(self.generated).map(|count| vec![count]),
            patterns_complete: self.nested || self.columns.are_complete(),
        }
    }

    /// beta_max, found once.
    fn beta_max(&mut self) -> Result<BetaMax, TrainError> {
        if let Some(known) = self.beta_max {
            return Ok(known);
        }
        let (subject, loss) = (self.subject, self.settings.loss);
        let Subject { data, groups, budget, .. } = subject;
        let found = self.columns.with_widest(subject, |oracle| beta_max(data, groups, loss, oracle, budget))?;
        Ok(*self.beta_max.insert(found))
    }

    /// The point of a problem that has a special method: (7) in a complete arrangement, or rows on a line.
    fn special(&mut self) -> Option<Point> {
        if let Columns::Labellings = self.columns {
            let (solution, _) = over_all_labellings(&self.lasso.problem);
            let neurons = solution.levels.iter().map(|level| (solution.pattern(level), level.weight)).collect();
            return Some(Point { neurons });
        }
        if let Some(point) = self.nested() {
            return Some(point);
        }
        let order =
            self.subject.order.as_ref().filter(|_| self.columns.cover_all() && self.method != Method::Sample)?;
        let units = self.lasso.problem.units();
        let solution = ordered::solve(&self.lasso.problem.in_units(units), order)?;
        let dual: Vec<f64> = solution.dual.iter().map(|v| v * units.slopes).collect();
        let (subject, lasso) = (self.subject, &mut self.lasso);
        self.columns.with_oracle(subject, |oracle| lasso.price(&dual, 0, oracle, &subject.budget));
        let neurons = solution.neurons.iter().map(|&(arc, weight)| (order.pattern(arc), weight * units.outputs));
        Some(Point { neurons: neurons.collect() })
    }

    /// The optimum (7) over all labellings, if its level sets are patterns: classes that a hyperplane separates, say. Tried
    /// where nothing is listed and the method was not chosen.
    fn nested(&mut self) -> Option<Point> {
        let tried =
            self.settings.method == Method::Auto && matches!(self.method, Method::ColumnGeneration | Method::Search);
        if !tried || self.subject.order.is_some() {
            return None;
        }
        let (solution, _) = over_all_labellings(&self.lasso.problem);
        let levels = solution.levels.iter().map(|level| (solution.pattern(level), level.weight));
        let neurons: Vec<(Bits, f64)> = levels.collect();
        self.nested = are_patterns(self.subject, neurons.iter().map(|(pattern, _)| pattern));
        self.nested.then_some(Point { neurons })
    }

    /// The first point, and what it proves.
    fn first(&mut self) -> Point {
        let (_, over_all) = over_all_labellings(&self.lasso.problem);
        self.lasso.relax(&over_all, &mut LabellingsOracle::first_layer(&self.subject.groups));
        if let Some(point) = self.special() {
            return if self.lasso.improves_on_zero(&point.neurons) { point } else { Point { neurons: Vec::new() } };
        }
        let solved = self.generate(&HashSet::new());
        (self.generated, self.limit) = (Some(solved.generated), solved.limit);
        if self.columns.could_prove_more(self.subject) {
            self.unpriced = Some(solved.dual);
        }
        Point { neurons: solved.neurons }
    }

    fn generate(&mut self, banned: &HashSet<Bits>) -> Solved {
        let (subject, lasso) = (self.subject, &mut self.lasso);
        self.columns.with_oracle(subject, |oracle| lasso.solve(oracle, banned, &subject.budget))
    }
}

impl Class for TwoLayers<'_> {
    type Atom = Bits;
    type Unit = Neuron;
    type Point = Point;
    type Model = Network;

    fn solve(&mut self, scope: Scope<'_, Bits>) -> Result<Option<Point>, TrainError> {
        let solved = match scope {
            Scope::All(banned) if banned.is_empty() => return Ok(Some(self.first())),
            Scope::All(banned) => self.generate(banned),
            Scope::AtHand(banned) => self.lasso.solve_over(self.lasso.at_hand(banned)),
            Scope::Only(patterns) => self.lasso.solve_over(PatternMatrix::of(self.subject.groups.len(), patterns)),
        };
        Ok(Some(Point { neurons: solved.neurons }))
    }

    fn atoms(&self, point: &Point) -> Vec<Bits> {
        point.neurons.iter().map(|(pattern, _)| pattern.clone()).collect()
    }

    fn realize(&mut self, _point: &Point, atoms: &[Bits]) -> Vec<Option<Neuron>> {
        let target = |pattern: &Bits| Target {
            pattern: self.subject.groups.drop_zero(pattern),
            output: 0.0,
            known: self.columns.weights(pattern),
        };
        let targets: Vec<Target> = atoms.iter().map(target).collect();
        let Subject { data, arrangement, budget, .. } = self.subject;
        let reconstructor = Reconstructor::new(data, arrangement, self.transform.as_ref(), budget);
        reconstructor.neurons(&targets, self.settings.reconstruction)
    }

    fn simplify(&mut self) -> bool {
        self.transform.take().is_some()
    }

    fn model(&self, point: &Point, units: Vec<Neuron>) -> Option<Network> {
        let weighted = units.into_iter().zip(&point.neurons);
        let neurons = weighted.map(|(neuron, &(_, output))| Neuron { output, ..neuron }).collect();
        Network::new(self.subject.data, self.transform.clone(), neurons).ok()
    }

    fn certificate(&mut self, point: &Point, model: Option<&Network>) -> Result<Option<Certificate>, TrainError> {
        let (subject, lasso) = (self.subject, &mut self.lasso);
        if let Some(dual) = self.unpriced.take() {
            self.columns.with_widest(subject, |oracle| lasso.price(&dual, 0, oracle, &subject.budget));
        }
        let Some(dual) = lasso.best_dual() else {
            unreachable!("a dual point was priced over all labellings before anything else")
        };
        // Without a model there are no atoms, as every one was banned: the zero network.
        let Some(network) = model.cloned().or_else(|| Network::new(subject.data, None, Vec::new()).ok()) else {
            unreachable!("no neuron has a wrong length")
        };
        let patterns = point.neurons.iter().map(|(pattern, _)| subject.groups.drop_zero(pattern));
        let bits: Vec<Bits> = patterns.take(network.neurons().len()).collect();
        Ok(Some(certify::certificate(subject.data, &subject.arrangement, lasso.stated(), &network, &bits, dual)?))
    }

    fn limit(&self) -> Option<Limit> {
        self.columns.limit().or(self.limit)
    }
}

/// Means and spreads of the columns of X. Without a bias nothing is centred, which would change H(X); a bias or another
/// column without spread is left as it is.
fn standardization(data: &Dataset) -> Standardization {
    let (n, d) = (data.n() as f64, data.d());
    let features = if data.bias() { d - 1 } else { d };
    let (mut mean, mut scale) = (vec![0.0; d], vec![1.0; d]);
    for j in 0..features {
        let column = || (0..data.n()).map(|row| data.row(row)[j]);
        let average = column().map(|x| x / n).sum::<f64>();
        let deviation = column().map(|x| ((x - average) / n.sqrt()).powi(2)).sum::<f64>().sqrt();
        // Rounding gives a constant column a spread, too.
        let varies = column().any(|x| x != data.row(0)[j]);
        if varies && deviation.is_normal() {
            scale[j] = deviation;
            if data.bias() {
                mean[j] = average;
            }
        }
    }
    Standardization { mean, scale }
}
