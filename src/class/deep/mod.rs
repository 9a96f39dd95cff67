//! Training deep networks: Theorem 3.2 over deep pattern sets, and Corollary 3.4 where every labelling is attainable.
//!
//! Parallel networks of L layers have the patterns A^(L-1) of (13) at their last hidden layer, and training is the Lasso
//! (6) over these. If every labelling that the optimum of (7) needs can be built with the given widths, that optimum is
//! also the network's: its value is a lower bound for every network. So the ways are
//!
//! 1. *construction* (see the file `construction`): the labellings of (7), each by an explicit subnetwork;
//! 2. otherwise *patterns* (`patterns`): the deep pattern set, the Lasso over it, and the weights of every layer from the
//!    way in which its patterns were found.
//!
//! With a random *representation* (`representation`) the first layers are fixed random threshold units, made wide enough
//! for rank n, and the last hidden layer is found for the labellings of (7).
//!
//! In all of them an atom is a labelling of the rows at the last hidden layer, and its unit a subnetwork.

mod architecture;
mod construction;
mod patterns;
mod representation;

use std::collections::HashSet;

pub use architecture::Architecture;
use construction::Constructed;
use patterns::Listed;
use representation::Represented;

use super::{Class, Facts, Lasso, Scope};
use crate::{
    certificate::{Certificate, Depth},
    certify::deep_certificate,
    convex::over_all_labellings,
    error::TrainError,
    limits::Limit,
    model::{DeepNetwork, Subnetwork},
    oracle::{LabellingsOracle, beta_max},
    pattern::{Bits, PatternMatrix},
    settings::{TrainSettings, require_labels},
    subject::Subject,
};

/// The class of deep networks of one architecture on some data.
pub(crate) struct Deep<'a> {
    subject: &'a Subject<'a>,
    settings: &'a TrainSettings,
    architecture: &'a Architecture,
    lasso: Lasso<'a>,
    /// How networks are found; `None` before the first solution.
    way: Option<Way>,
    limit: Option<Limit>,
}

/// How networks are found.
enum Way {
    Construction(Constructed),
    Patterns(Box<Listed>),
    Representation(Represented),
}

/// Labellings at the last hidden layer with output weights.
pub(crate) struct Point {
    neurons: Vec<(Bits, f64)>,
}

impl<'a> Deep<'a> {
    /// The class; a relative beta is a fraction of max |d^T v| over all labellings d.
    pub fn new(
        subject: &'a Subject<'a>,
        settings: &'a TrainSettings,
        architecture: &'a Architecture,
    ) -> Result<Self, TrainError> {
        architecture.validate()?;
        let Subject { data, groups, budget, .. } = subject;
        require_labels(data, settings.loss)?;
        let mut all = LabellingsOracle::later_layers();
        let (beta, _) = settings.beta.resolve(|| beta_max(data, groups, settings.loss, &mut all, budget))?;
        let lasso = Lasso::new(subject, settings.loss, beta, settings.tolerance);
        Ok(Deep { subject, settings, architecture, lasso, way: None, limit: None })
    }

    /// What a result says about its making.
    pub fn facts(&self) -> Facts {
        let (loss, beta) = self.lasso.stated();
        let (method, patterns, patterns_complete) = match &self.way {
            Some(Way::Patterns(listed)) => ("patterns", Some(listed.counts()), listed.set.last().complete),
            Some(Way::Representation(_)) => ("representation", None, true),
            Some(Way::Construction(_)) | None => ("construction", None, true),
        };
        Facts { method, loss, beta, beta_max_is_a_lower_bound: false, patterns, patterns_complete }
    }

    /// The first point, and what it proves: (7) bounds every network.
    fn first(&mut self) -> Result<Point, TrainError> {
        let (solution, over_all) = over_all_labellings(&self.lasso.problem);
        self.lasso.relax(&over_all, &mut LabellingsOracle::later_layers());
        let neurons: Vec<(Bits, f64)> =
            solution.levels.iter().map(|level| (solution.pattern(level), level.weight)).collect();
        let labellings: Vec<Bits> = neurons.iter().map(|(labelling, _)| labelling.clone()).collect();
        match self.architecture {
            Architecture::Representation { layers, units } => {
                let represented = Represented::draw(self.subject, self.settings, *layers, *units)?;
                // After a limit there is the network without subnetworks, with the bound of all networks.
                let reached = represented.is_some();
                self.limit = if reached { None } else { self.subject.budget.exceeded() };
                self.way = Some(Way::Representation(represented.unwrap_or_default()));
                Ok(Point { neurons: if reached { neurons } else { Vec::new() } })
            }
            Architecture::Parallel { widths } => {
                if let Some(constructed) = Constructed::all(self.subject, self.settings, widths, &labellings) {
                    self.way = Some(Way::Construction(constructed));
                    return Ok(Point { neurons });
                }
                let listed = Listed::find(self.subject, self.settings, widths)?;
                self.limit = listed.set.limit;
                self.way = Some(Way::Patterns(Box::new(listed)));
                Ok(self.over_patterns(&HashSet::new()))
            }
        }
    }

    /// The optimum over the deep patterns but the banned ones; where there are none, over the labellings at hand.
    fn over_patterns(&mut self, banned: &HashSet<Bits>) -> Point {
        let solved = match &mut self.way {
            Some(Way::Patterns(listed)) => self.lasso.solve(&mut listed.oracle, banned, &self.subject.budget),
            _ => self.lasso.solve_over(self.lasso.at_hand(banned)),
        };
        self.limit = self.limit.or(solved.limit);
        Point { neurons: solved.neurons }
    }
}

impl Class for Deep<'_> {
    type Atom = Bits;
    type Unit = Subnetwork;
    type Point = Point;
    type Model = DeepNetwork;

    fn solve(&mut self, scope: Scope<'_, Bits>) -> Result<Option<Point>, TrainError> {
        Ok(Some(match scope {
            Scope::All(banned) if banned.is_empty() => self.first()?,
            Scope::All(banned) => self.over_patterns(banned),
            Scope::AtHand(banned) => Point { neurons: self.lasso.solve_over(self.lasso.at_hand(banned)).neurons },
            Scope::Only(labellings) => {
                let columns = PatternMatrix::of(self.subject.groups.len(), labellings);
                Point { neurons: self.lasso.solve_over(columns).neurons }
            }
        }))
    }

    fn atoms(&self, point: &Point) -> Vec<Bits> {
        point.neurons.iter().map(|(labelling, _)| labelling.clone()).collect()
    }

    fn realize(&mut self, _point: &Point, atoms: &[Bits]) -> Vec<Option<Subnetwork>> {
        match &self.way {
            Some(Way::Construction(constructed)) => atoms.iter().map(|atom| constructed.get(atom)).collect(),
            Some(Way::Patterns(listed)) => listed.subnetworks(self.subject, self.settings, atoms),
            Some(Way::Representation(represented)) => represented.last_units(self.subject, self.settings, atoms),
            None => vec![None; atoms.len()],
        }
    }

    fn model(&self, point: &Point, units: Vec<Subnetwork>) -> Option<DeepNetwork> {
        let shared = match &self.way {
            Some(Way::Representation(represented)) => represented.layers.clone(),
            _ => Vec::new(),
        };
        let weighted = units.into_iter().zip(&point.neurons);
        let subnetworks = weighted.map(|(unit, &(_, output))| Subnetwork { output, ..unit }).collect();
        DeepNetwork::new(self.subject.data, shared, subnetworks).ok()
    }

    fn certificate(&mut self, _point: &Point, model: Option<&DeepNetwork>) -> Result<Option<Certificate>, TrainError> {
        let Some(dual) = self.lasso.best_dual() else {
            unreachable!("a dual point was priced over all labellings before anything else")
        };
        let Some(network) = model else { unreachable!("layers take what the layers before them give") };
        let widths = match self.architecture {
            Architecture::Parallel { widths } => Some(widths.clone()),
            Architecture::Representation { .. } => None,
        };
        let depth = Depth { layers: self.architecture.layers(), widths };
        let Subject { data, arrangement, .. } = self.subject;
        Ok(Some(deep_certificate(data, arrangement, self.lasso.stated(), depth, network, dual)?))
    }

    fn limit(&self) -> Option<Limit> {
        self.limit
    }
}
