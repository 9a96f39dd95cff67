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
    arrangement::sample::Sampler,
    data::Dataset,
    exact::{Arrangement, Direction, IBig, rank},
    lasso::Programme,
    network::{
        Layer, Subnetwork, Unit,
        reconstruct::{Reconstructor, Target},
    },
    pattern::{Bits, step},
    train::TrainError,
};

/// A layer is made at most this many times as wide as it was asked for, or as there are rows.
const WIDEST: usize = 64;

impl DeepTrainer<'_> {
    pub(super) fn by_representation(
        &self,
        problem: &dyn Programme,
        layers: usize,
        units: usize,
    ) -> Result<Found, TrainError> {
        let (shared, bits) = self.representation(layers - 2, units)?;
        let (solution, dual) = problem.over_all_labellings();
        let targets: Vec<(Bits, f64)> =
            solution.levels.iter().map(|level| (solution.pattern(level), level.weight)).collect();
        let subnetworks = self.last_units(&bits, &targets);
        let unrealized = subnetworks.iter().filter(|found| found.is_none()).count();
        Ok(Found {
            method: "representation",
            shared,
            subnetworks: subnetworks.into_iter().flatten().collect(),
            dual: self.relaxed(problem, &dual),
            widths: None,
            patterns: None,
            patterns_complete: true,
            unrealized,
            limit: None,
        })
    }

    /// Random layers, and the bits of the last one on the points, one vector a unit.
    fn representation(&self, count: usize, units: usize) -> Result<(Vec<Layer>, Vec<Bits>), TrainError> {
        let (mut layers, mut bits): (Vec<Layer>, Vec<Bits>) = (Vec::new(), Vec::new());
        for index in 0..count {
            let (layer, outputs) = self.random_layer(index, &bits, units)?;
            layers.push(layer);
            bits = outputs;
        }
        Ok((layers, bits))
    }

    /// A layer of random units, wide enough for as many independent patterns as there are points.
    fn random_layer(&self, index: usize, inputs: &[Bits], units: usize) -> Result<(Layer, Vec<Bits>), TrainError> {
        let points = self.points.count();
        let sampler = Sampler::new(self.data, self.settings.seed);
        let first: Vec<Direction> = self.directions();
        let draw = |number: u64| match index {
            0 => self.first_unit(&sampler, number, &first),
            _ => Some(later_unit(inputs, points, self.settings.seed ^ (index as u64) << 48 ^ number)),
        };
        let (mut layer, mut bits) = (Vec::new(), Vec::new());
        let (mut drawn, step) = (0, units.max(1) as u64);
        loop {
            let found: Vec<(Unit, Bits)> = (drawn..drawn + step).into_par_iter().filter_map(draw).collect();
            drawn += step;
            for (unit, pattern) in found {
                layer.push(unit);
                bits.push(pattern);
            }
            let found = independent(&bits, points);
            if found == points {
                return Ok((layer, bits));
            }
            if layer.len() >= WIDEST * units.max(points) || self.budget.exceeded().is_some() {
                return Err(TrainError::RepresentationTooNarrow {
                    layer: index + 1,
                    units: layer.len(),
                    found,
                    points,
                });
            }
        }
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
        let mut pattern: Bits = rows.iter().map(|row| step(row.sign_with(&weight))).collect();
        pattern.resize(self.points.count(), step(std::cmp::Ordering::Equal));
        let point = self.points.of_rows();
        let right = (0..self.data.n()).all(|row| unit.is_active(self.data.row(row)) == pattern[point[row]]);
        right.then_some((unit, pattern))
    }

    /// For each labelling one unit on the bits of the representation, with an output weight.
    fn last_units(&self, bits: &[Bits], targets: &[(Bits, f64)]) -> Vec<Option<Subnetwork>> {
        let point = self.points.of_rows();
        let row = |row: usize| bits.iter().map(move |unit| if unit[point[row]] { 1.0 } else { 0.0 });
        let features: Vec<f64> = (0..self.data.n()).flat_map(row).collect();
        let represented = Dataset::new(features, bits.len(), self.data.targets().to_vec());
        // Bits are finite numbers, and there is a unit and a row.
        let Ok(represented) = represented else { unreachable!("bits make a dataset") };
        let Some(arrangement) = Arrangement::new(represented.features(), represented.d()) else {
            unreachable!("a dataset is finite")
        };
        let on_groups = |pattern: &Bits| arrangement.representatives().iter().map(|&row| pattern[point[row]]).collect();
        let wanted: Vec<Target> = targets
            .iter()
            .map(|(pattern, output)| Target { pattern: on_groups(pattern), output: *output, known: None })
            .collect();
        let reconstructor = Reconstructor::new(&represented, &arrangement, None, &self.budget);
        let neurons = reconstructor.neurons(&wanted, self.settings.reconstruction);
        let subnetwork = |neuron: crate::network::Neuron| {
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

/// The rank of the matrix of the bits.
fn independent(bits: &[Bits], points: usize) -> usize {
    let rows: Vec<Vec<IBig>> =
        bits.iter().map(|unit| unit.iter().by_vals().map(|bit| IBig::from(u8::from(bit))).collect()).collect();
    rank::basis(&rows, points).rank()
}
