//! The paper's random representation: fixed random threshold units in the first layers, then (7).
//!
//! If the bits of the last random layer have rank n' on the n' distinct rows, which is checked exactly, every labelling is
//! attained by one more unit: the arrangement of the bits is complete (Theorem 2.3). Its weights are reconstructed like
//! those of two-layer networks: X^+ d (Convex-PI) or the maximum margin (Convex-SVM) on the bits. A layer whose rank is
//! too small is made wider; units whose forward pass is not their exact pattern are drawn again.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use super::{DeepTrainer, Found};
use crate::{
    arrangement::{sample::Sampler, spanning},
    convex::{Problem, over_all_labellings},
    data::Dataset,
    exact::{Direction, IBig, rank},
    fit::TrainError,
    model::{Layer, Subnetwork, Unit},
    pattern::{Bits, step},
    realize::{
        Reconstruction,
        reconstruct::{Reconstructor, Target},
    },
};

/// A layer is made at most this many times as wide as it was asked for, or as there are rows.
const WIDEST: usize = 16;

/// Units that are drawn between two checks of the limits.
const TOGETHER: u64 = 256;

/// Layers, and the bits of the last one on the points.
type Represented = (Vec<Layer>, Vec<Bits>);

impl DeepTrainer<'_> {
    pub(super) fn by_representation(
        &self,
        problem: &Problem,
        layers: usize,
        units: usize,
    ) -> Result<Found, TrainError> {
        let (solution, dual) = over_all_labellings(problem);
        let found = Found {
            method: "representation",
            shared: Vec::new(),
            subnetworks: Vec::new(),
            dual: self.relaxed(problem, &dual),
            widths: None,
            patterns: None,
            patterns_complete: true,
            unrealized: 0,
            limit: self.budget.exceeded(),
        };
        // After a limit there is the network without subnetworks, with the bound of all networks.
        let Some((shared, bits)) = self.representation(layers - 2, units)? else {
            return Ok(Found { limit: self.budget.exceeded(), ..found });
        };
        let targets: Vec<(Bits, f64)> =
            solution.levels.iter().map(|level| (solution.pattern(level), level.weight)).collect();
        let subnetworks = self.last_units(&bits, &targets);
        let unrealized = subnetworks.iter().filter(|found| found.is_none()).count();
        Ok(Found { shared, subnetworks: subnetworks.into_iter().flatten().collect(), unrealized, ..found })
    }

    /// Random layers, and the bits of the last one on the points, one vector a unit; `None` at a limit.
    fn representation(&self, count: usize, units: usize) -> Result<Option<Represented>, TrainError> {
        let (mut layers, mut bits): Represented = (Vec::new(), Vec::new());
        for index in 0..count {
            let Some((layer, outputs)) = self.random_layer(index, &bits, units)? else { return Ok(None) };
            layers.push(layer);
            bits = outputs;
        }
        Ok(Some((layers, bits)))
    }

    /// A layer of random units, wide enough for as many independent patterns as there are points.
    ///
    /// Gaussian units meet no faces. Where the open cells have too few independent patterns (opposite rows, zero rows),
    /// units that span all vectors are added to the first layer.
    fn random_layer(
        &self,
        index: usize,
        inputs: &[Bits],
        units: usize,
    ) -> Result<Option<(Layer, Vec<Bits>)>, TrainError> {
        let points = self.points.len();
        let sampler = Sampler::new(self.data, self.settings.seed);
        let first: Vec<Direction> = self.directions();
        let draw = |number: u64| match index {
            0 => self.first_unit(&sampler, number, &first),
            _ => Some(later_unit(inputs, points, self.settings.seed ^ (index as u64) << 48 ^ number)),
        };
        let (mut layer, mut bits): (Layer, Vec<Bits>) = (Vec::new(), Vec::new());
        let (mut drawn, mut wanted) = (0u64, units.max(points) as u64);
        loop {
            while drawn < wanted {
                if self.budget.exceeded().is_some() {
                    return Ok(None);
                }
                let end = wanted.min(drawn + TOGETHER);
                let found: Vec<(Unit, Bits)> = (drawn..end).into_par_iter().filter_map(draw).collect();
                drawn = end;
                layer.extend(found.iter().map(|(unit, _)| unit.clone()));
                bits.extend(found.into_iter().map(|(_, pattern)| pattern));
            }
            if index == 0 && wanted > units.max(points) as u64 {
                let (more, patterns) = self.spanning_units();
                layer.extend(more);
                bits.extend(patterns);
            }
            let found = independent(&bits, points);
            if found == points {
                return Ok(Some((layer, bits)));
            }
            if self.budget.exceeded().is_some() {
                return Ok(None);
            }
            if wanted >= (WIDEST * units.max(points)) as u64 {
                let units = layer.len();
                return Err(TrainError::RepresentationTooNarrow { layer: index + 1, units, found, points });
            }
            wanted *= 2;
        }
    }

    /// Units of the first layer whose patterns span all vectors on the points, as far as f64 weights reproduce them.
    fn spanning_units(&self) -> (Layer, Vec<Bits>) {
        let patterns = spanning(&self.arrangement).patterns;
        let targets: Vec<Target> =
            patterns.iter().map(|pattern| Target { pattern: pattern.clone(), output: 1.0, known: None }).collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, None, &self.budget);
        let neurons = reconstructor.neurons(&targets, Reconstruction::Witness);
        let found = neurons.into_iter().zip(patterns);
        found.filter_map(|(neuron, pattern)| Some((Unit::from(neuron?), self.points.lift(&pattern)))).unzip()
    }

    /// The points as exact directions: the groups, then the zero row if there is one.
    fn directions(&self) -> Vec<Direction> {
        let representatives = self.arrangement.representatives().iter();
        representatives.filter_map(|&row| Direction::from_f64s(self.data.row(row))).collect()
    }

    /// A random unit on the data, if its forward pass has its exact pattern.
    fn first_unit(&self, sampler: &Sampler, number: u64, rows: &[Direction]) -> Option<(Unit, Bits)> {
        let unit = Unit::new(sampler.weights(number));
        let weight = Direction::from_f64s(&unit.hidden)?;
        let pattern: Bits = rows.iter().map(|row| step(row.sign_with(&weight))).collect();
        let pattern = self.points.lift(&pattern);
        let point = self.points.of_row();
        let right = (0..self.data.n()).all(|row| unit.is_active(self.data.row(row)) == pattern[point[row]]);
        right.then_some((unit, pattern))
    }

    /// For each labelling one unit on the bits of the representation, with an output weight.
    fn last_units(&self, bits: &[Bits], targets: &[(Bits, f64)]) -> Vec<Option<Subnetwork>> {
        let point = self.points.of_row();
        let row = |row: usize| bits.iter().map(move |unit| if unit[point[row]] { 1.0 } else { 0.0 });
        let features: Vec<f64> = (0..self.data.n()).flat_map(row).collect();
        let represented = Dataset::new(features, bits.len(), self.data.targets().to_vec());
        // Bits are finite numbers, and there is a unit and a row.
        let Ok(represented) = represented else { unreachable!("bits make a dataset") };
        let arrangement = represented.arrangement();
        let on_groups = |pattern: &Bits| arrangement.representatives().iter().map(|&row| pattern[point[row]]).collect();
        let wanted: Vec<Target> = targets
            .iter()
            .map(|(pattern, output)| Target { pattern: on_groups(pattern), output: *output, known: None })
            .collect();
        let reconstructor = Reconstructor::new(&represented, &arrangement, None, &self.budget);
        let neurons = reconstructor.neurons(&wanted, self.settings.reconstruction);
        let subnetwork = |neuron: crate::model::Neuron| {
            let output = neuron.output;
            Subnetwork { layers: vec![vec![Unit::from(neuron)]], output }
        };
        neurons.into_iter().map(|neuron| neuron.map(subnetwork)).collect()
    }
}

/// A Gaussian unit on the bits of the layer before, with its pattern on the points.
fn later_unit(inputs: &[Bits], points: usize, seed: u64) -> (Unit, Bits) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let unit = Unit::new((0..inputs.len()).map(|_| StandardNormal.sample(&mut random)).collect());
    let bits = |point: usize| -> Vec<f64> { inputs.iter().map(|input| if input[point] { 1.0 } else { 0.0 }).collect() };
    let pattern = (0..points).map(|point| unit.is_active(&bits(point))).collect();
    (unit, pattern)
}

/// How many of the bits are proven to be independent; where this is the number of points, it is the rank.
fn independent(bits: &[Bits], points: usize) -> usize {
    let rows: Vec<Vec<IBig>> =
        bits.iter().map(|unit| unit.iter().by_vals().map(|bit| IBig::from(u8::from(bit))).collect()).collect();
    rank::at_least(&rows, points)
}
