//! Theorem 3.2: the Lasso (6) over the deep pattern set (13), and the weights of every layer.
//!
//! A pattern of layer l + 1 was found as a threshold function of some patterns of layer l. Following these back to the
//! first layer gives the subnetwork: its layers hold the patterns that are needed, each once, and a unit has weight 0 on
//! those that it does not read. The weights of later layers are small integers; those of the first are reconstructed.

use std::collections::HashMap;

use super::super::tuning::{AFFORDABLE_DEEP_CHECK, SEARCH_FRACTION};
use crate::{
    arrangement::{
        self,
        deep::{DeepSet, Draws, Layer as Patterns, deep_set},
        sample::Sampler,
    },
    check::deep::pricing::estimated_work,
    error::TrainError,
    event::Event,
    limits::Budget,
    model::{Layer, Subnetwork, Unit},
    oracle::ListOracle,
    pattern::Bits,
    realize::reconstruct::{Reconstructor, Target},
    settings::{Method, TrainSettings},
    subject::Subject,
};

/// The pattern sets of all hidden layers.
pub(super) struct Listed {
    pub set: DeepSet,
    /// The patterns of the last one; they prove a bound if they are all there are and the checker can list them again.
    pub oracle: ListOracle,
    index_of: HashMap<Bits, usize>,
}

impl Listed {
    /// A^(1), ..., A^(L-1), or some of each.
    pub fn find(subject: &Subject<'_>, settings: &TrainSettings, widths: &[usize]) -> Result<Self, TrainError> {
        let budget = subject.budget.fraction(SEARCH_FRACTION);
        let progress = |patterns: usize| subject.tell(Event::Searching { patterns, bound: None });
        let draws = Draws { count: settings.samples, seed: settings.seed };
        let draws = (settings.method == Method::Sample).then_some(draws);
        let first = first_layer(subject, draws, &budget, &progress);
        let set = deep_set(first, widths, draws, &budget, &progress)?;
        let last = set.last();
        subject.tell(Event::Searched { patterns: last.patterns.len(), complete: last.complete });
        let counts: Vec<usize> = set.layers.iter().map(|layer| layer.patterns.len()).collect();
        let affordable = estimated_work(&subject.arrangement, widths, &counts) <= AFFORDABLE_DEEP_CHECK;
        let oracle = ListOracle::new(last.patterns.clone(), last.complete && affordable);
        let index_of = last.patterns.iter().enumerate().map(|(p, pattern)| (pattern.to_bitvec(), p)).collect();
        Ok(Listed { oracle, index_of, set })
    }

    /// The number of patterns of each layer.
    pub fn counts(&self) -> Vec<usize> {
        self.set.layers.iter().map(|layer| layer.patterns.len()).collect()
    }

    /// The subnetworks of patterns of the last hidden layer; `None` for one that needs a pattern without f64 weights.
    pub fn subnetworks(
        &self,
        subject: &Subject<'_>,
        settings: &TrainSettings,
        atoms: &[Bits],
    ) -> Vec<Option<Subnetwork>> {
        let plan = |atom: &Bits| self.index_of.get(atom).map(|&p| Plan::of(&self.set, p));
        let plans: Vec<Option<Plan>> = atoms.iter().map(plan).collect();
        let mut needed: Vec<usize> = plans.iter().flatten().flat_map(|plan| plan.first.iter().copied()).collect();
        needed.sort_unstable();
        needed.dedup();
        let units = self.first_units(subject, settings, &needed);
        let build = |plan: &Option<Plan>| {
            let plan = plan.as_ref()?;
            let unit = |p: &usize| units.get(p).cloned().flatten();
            let first: Layer = plan.first.iter().map(unit).collect::<Option<_>>()?;
            let layers = std::iter::once(first).chain(plan.later.iter().cloned()).collect();
            Some(Subnetwork { layers, output: 1.0 })
        };
        plans.iter().map(build).collect()
    }

    fn first_units(
        &self,
        subject: &Subject<'_>,
        settings: &TrainSettings,
        needed: &[usize],
    ) -> HashMap<usize, Option<Unit>> {
        let Subject { data, arrangement, groups, budget, .. } = subject;
        let patterns = &self.set.layers[0].patterns;
        let target = |&p: &usize| Target { pattern: groups.drop_zero(patterns.column(p)), output: 1.0, known: None };
        let targets: Vec<Target> = needed.iter().map(target).collect();
        let neurons = Reconstructor::new(data, arrangement, None, budget).neurons(&targets, settings.reconstruction);
        needed.iter().copied().zip(neurons.into_iter().map(|neuron| neuron.map(Unit::from))).collect()
    }
}

/// The patterns of the first hidden layer: all of them, or those of random draws.
fn first_layer(
    subject: &Subject<'_>,
    draws: Option<Draws>,
    budget: &Budget,
    progress: &(dyn Fn(usize) + Sync),
) -> Patterns {
    let Subject { data, arrangement, groups, .. } = subject;
    let (patterns, complete) = match draws {
        Some(Draws { count, seed }) => {
            let sampler = Sampler::new(data, seed);
            (arrangement::sample(data, arrangement, &sampler, count, budget).patterns, false)
        }
        None => {
            let found = arrangement::enumerate(arrangement, budget, progress);
            let complete = found.is_complete();
            (found.patterns, complete)
        }
    };
    Patterns::first(groups.lift_all(&patterns), complete)
}

/// What a subnetwork is made of.
struct Plan {
    /// The patterns of the first layer.
    first: Vec<usize>,
    /// The other layers.
    later: Vec<Layer>,
}

impl Plan {
    /// Follows a pattern of the last hidden layer back to the first.
    fn of(set: &DeepSet, p: usize) -> Self {
        let mut needed = vec![p];
        let mut later = Vec::new();
        for layer in set.layers[1..].iter().rev() {
            // Layers after the first know how their units are made.
            let units: Vec<_> = needed.iter().filter_map(|&p| layer.unit(p)).collect();
            let mut inputs: Vec<usize> =
                units.iter().flat_map(|unit| unit.columns).map(|&column| column as usize).collect();
            inputs.sort_unstable();
            inputs.dedup();
            let weights = |unit: &arrangement::deep::Unit<'_>| {
                let mut hidden = vec![0.0; inputs.len()];
                for (&column, &weight) in unit.columns.iter().zip(unit.weights) {
                    // The inputs hold all columns of the units.
                    if let Ok(place) = inputs.binary_search(&(column as usize)) {
                        hidden[place] += f64::from(weight);
                    }
                }
                Unit::new(hidden)
            };
            later.push(units.iter().map(weights).collect());
            needed = inputs;
        }
        later.reverse();
        Plan { first: needed, later }
    }
}
