//! Theorem 3.2: the Lasso (6) over the deep pattern set (13), and the weights of every layer.
//!
//! A pattern of layer l + 1 was found as a threshold function of some patterns of layer l. Following these back to the
//! first layer gives the subnetwork: its layers hold the patterns that are needed, each once, and a unit has weight 0 on
//! those that it does not read. The weights of later layers are small integers; those of the first are reconstructed.

use std::collections::HashMap;

use super::{DeepTrainer, Found};
use crate::{
    arrangement::{
        self,
        deep::{DeepSet, Draws, Layer as Patterns, deep_set},
        sample::Sampler,
    },
    certify::deep_dual,
    check::deep::pricing::estimated_work,
    convex::{Problem, over_all_labellings, pricing::ListPricer, working_set},
    fit::{Event, Method, TrainError},
    model::{Layer, Neuron, Subnetwork, Unit},
    pattern::{Bits, PatternMatrix},
    realize::reconstruct::{Reconstructor, Target},
};

/// The share of the time limit after which the search for patterns ends.
const SEARCH_SHARE: f64 = 0.6;

/// How often the Lasso is solved again without patterns that no f64 weights reproduce.
const MOST_ATTEMPTS: usize = 10;

/// The judge is asked to repeat the search if it is estimated to take at most this many steps.
const AFFORDABLE_WORK: f64 = 3e8;

impl DeepTrainer<'_> {
    pub(super) fn by_patterns(&self, problem: &Problem, widths: &[usize]) -> Result<Found, TrainError> {
        let set = self.pattern_sets(widths)?;
        let last = set.last();
        (self.observer)(Event::Searched { patterns: last.patterns.len(), complete: last.complete });
        let mut kept: Vec<usize> = (0..last.patterns.len()).collect();
        let (mut dual, mut attempt, mut limit) = (None, 0, set.limit);
        let subnetworks = loop {
            attempt += 1;
            let columns = last.patterns.select(&kept);
            let none = PatternMatrix::new(problem.groups());
            let mut report = |round| (self.observer)(Event::Round(round));
            let solved =
                working_set::solve_in_units(problem, &none, &mut ListPricer::new(&columns), &self.budget, &mut report);
            limit = limit.or(solved.limit);
            dual.get_or_insert(solved.dual);
            let index_of: HashMap<&[u64], usize> = kept.iter().map(|&p| (last.patterns.words(p), p)).collect();
            let chosen: Vec<usize> = (0..solved.columns.len()).map(|k| index_of[solved.columns.words(k)]).collect();
            (self.observer)(Event::Reconstructing { neurons: chosen.len() });
            let found = self.subnetworks(&set, &chosen, &solved.weights);
            let failed: Vec<usize> = (0..chosen.len()).filter(|&k| found[k].is_none()).map(|k| chosen[k]).collect();
            if failed.is_empty() || attempt == MOST_ATTEMPTS {
                break found.into_iter().flatten().collect();
            }
            kept.retain(|p| !failed.contains(p));
        };
        // There was at least one attempt.
        let dual = self.dual(problem, &set, &dual.unwrap_or_default(), widths);
        Ok(Found {
            method: "patterns",
            shared: Vec::new(),
            subnetworks,
            dual,
            widths: Some(widths.to_vec()),
            patterns: Some(set.layers.iter().map(|layer| layer.patterns.len()).collect()),
            patterns_complete: last.complete,
            unrealized: last.patterns.len() - kept.len(),
            limit,
        })
    }

    /// A^(1), ..., A^(L-1), or some of each.
    fn pattern_sets(&self, widths: &[usize]) -> Result<DeepSet, TrainError> {
        let budget = self.budget.fraction(SEARCH_SHARE);
        let progress = |patterns: usize| (self.observer)(Event::Searching { patterns, bound: None });
        let sampled = self.settings.method == Method::Sample;
        let (patterns, complete) = if sampled {
            let sampler = Sampler::new(self.data, self.settings.seed);
            let found = arrangement::sample(self.data, &self.arrangement, &sampler, self.settings.samples, &budget);
            (found.patterns, false)
        } else {
            let found = arrangement::enumerate(&self.arrangement, &budget, &progress);
            let complete = found.is_complete();
            (found.patterns, complete)
        };
        let draws = sampled.then_some(Draws { count: self.settings.samples, seed: self.settings.seed });
        let first = Patterns::first(self.points.lift_all(&patterns), complete);
        Ok(deep_set(first, widths, draws, &budget, &progress)?)
    }

    /// The better of two bounds: over the deep pattern set, if the judge can repeat it, and over all labellings.
    fn dual(&self, problem: &Problem, set: &DeepSet, dual: &[f64], widths: &[usize]) -> crate::certificate::Dual {
        let (_, over_all) = over_all_labellings(problem);
        let relaxed = self.relaxed(problem, &over_all);
        let before: Vec<usize> = set.layers.iter().map(|layer| layer.patterns.len()).collect();
        if !set.last().complete || estimated_work(&self.arrangement, widths, &before) > AFFORDABLE_WORK {
            return relaxed;
        }
        let own = deep_dual(self.data, &self.arrangement, problem, dual, Some(&set.last().patterns));
        if self.bound(problem, &own) >= self.bound(problem, &relaxed) { own } else { relaxed }
    }

    /// The subnetworks of patterns of the last hidden layer; `None` for one that needs a pattern without f64 weights.
    fn subnetworks(&self, set: &DeepSet, chosen: &[usize], outputs: &[f64]) -> Vec<Option<Subnetwork>> {
        let plans: Vec<Plan> = chosen.iter().map(|&p| Plan::of(set, p)).collect();
        let mut needed: Vec<usize> = plans.iter().flat_map(|plan| plan.first.iter().copied()).collect();
        needed.sort_unstable();
        needed.dedup();
        let first = &set.layers[0].patterns;
        let units = self.first_units(first, &needed);
        let build = |(plan, &output): (&Plan, &f64)| {
            let unit = |p: &usize| units.get(p).cloned().flatten();
            let first: Layer = plan.first.iter().map(unit).collect::<Option<_>>()?;
            let layers = std::iter::once(first).chain(plan.later.iter().cloned()).collect();
            Some(Subnetwork { layers, output })
        };
        plans.iter().zip(outputs).map(build).collect()
    }

    fn first_units(&self, patterns: &PatternMatrix, needed: &[usize]) -> HashMap<usize, Option<Unit>> {
        let groups = self.arrangement.groups();
        let pattern = |p: usize| -> Bits { patterns.column(p)[..groups].to_bitvec() };
        let targets: Vec<Target> =
            needed.iter().map(|&p| Target { pattern: pattern(p), output: 1.0, known: None }).collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, None, &self.budget);
        let neurons: Vec<Option<Neuron>> = reconstructor.neurons(&targets, self.settings.reconstruction);
        needed.iter().copied().zip(neurons.into_iter().map(|neuron| neuron.map(Unit::from))).collect()
    }
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
