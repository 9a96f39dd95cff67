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

use super::super::tuning::{DRAWN_TOGETHER, WIDEST};
use crate::{
    arrangement::{sample::Sampler, spanning},
    data::Dataset,
    error::TrainError,
    exact::{Direction, IBig, rank},
    model::{Layer, Neuron, Subnetwork, Unit},
    pattern::{Bits, step},
    realize::{
        Reconstruction,
        reconstruct::{Reconstructor, Target},
    },
    settings::TrainSettings,
    subject::Subject,
};

/// Random layers.
#[derive(Default)]
pub(super) struct Represented {
    /// The layers.
    pub layers: Vec<Layer>,
    /// The bits of the last one on the groups, one vector a unit.
    bits: Vec<Bits>,
}

impl Represented {
    /// Draws the layers of a network of `layers` layers; `None` at a limit.
    pub fn draw(
        subject: &Subject<'_>,
        settings: &TrainSettings,
        layers: usize,
        units: usize,
    ) -> Result<Option<Self>, TrainError> {
        let draw = Draw { subject, seed: settings.seed };
        let mut represented = Represented::default();
        for index in 0..layers - 2 {
            let Some((layer, bits)) = draw.random_layer(index, &represented.bits, units)? else { return Ok(None) };
            represented.layers.push(layer);
            represented.bits = bits;
        }
        Ok(Some(represented))
    }

    /// For each labelling of the groups one unit on the bits of the representation.
    pub fn last_units(
        &self,
        subject: &Subject<'_>,
        settings: &TrainSettings,
        labellings: &[Bits],
    ) -> Vec<Option<Subnetwork>> {
        let group = subject.groups.of_row();
        let row = |row: usize| self.bits.iter().map(move |unit| if unit[group[row]] { 1.0 } else { 0.0 });
        let features: Vec<f64> = (0..subject.data.n()).flat_map(row).collect();
        // Without units there is nothing to read.
        let Ok(represented) = Dataset::new(features, self.bits.len(), subject.data.targets().to_vec()) else {
            return vec![None; labellings.len()];
        };
        let arrangement = represented.arrangement();
        let on_groups = |pattern: &Bits| arrangement.representatives().iter().map(|&row| pattern[group[row]]).collect();
        let target = |pattern: &Bits| Target { pattern: on_groups(pattern), output: 1.0, known: None };
        let targets: Vec<Target> = labellings.iter().map(target).collect();
        let reconstructor = Reconstructor::new(&represented, &arrangement, None, &subject.budget);
        let neurons = reconstructor.neurons(&targets, settings.reconstruction);
        let subnetwork = |neuron: Neuron| Subnetwork { layers: vec![vec![Unit::from(neuron)]], output: 1.0 };
        neurons.into_iter().map(|neuron| neuron.map(subnetwork)).collect()
    }
}

struct Draw<'a> {
    subject: &'a Subject<'a>,
    seed: u64,
}

impl Draw<'_> {
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
        let points = self.subject.groups.len();
        let sampler = Sampler::new(self.subject.data, self.seed);
        let first: Vec<Direction> = self.directions();
        let draw = |number: u64| match index {
            0 => self.first_unit(&sampler, number, &first),
            _ => Some(later_unit(inputs, points, self.seed ^ (index as u64) << 48 ^ number)),
        };
        let (mut layer, mut bits): (Layer, Vec<Bits>) = (Vec::new(), Vec::new());
        let (mut drawn, mut wanted) = (0u64, units.max(points) as u64);
        loop {
            while drawn < wanted {
                if self.subject.budget.exceeded().is_some() {
                    return Ok(None);
                }
                let end = wanted.min(drawn + DRAWN_TOGETHER);
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
            if self.subject.budget.exceeded().is_some() {
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
        let patterns = spanning(&self.subject.arrangement).patterns;
        let targets: Vec<Target> =
            patterns.iter().map(|pattern| Target { pattern: pattern.clone(), output: 1.0, known: None }).collect();
        let reconstructor =
            Reconstructor::new(self.subject.data, &self.subject.arrangement, None, &self.subject.budget);
        let neurons = reconstructor.neurons(&targets, Reconstruction::Witness);
        let found = neurons.into_iter().zip(patterns);
        found.filter_map(|(neuron, pattern)| Some((Unit::from(neuron?), self.subject.groups.lift(&pattern)))).unzip()
    }

    /// The points as exact directions: the groups, then the zero row if there is one.
    fn directions(&self) -> Vec<Direction> {
        let representatives = self.subject.arrangement.representatives().iter();
        representatives.filter_map(|&row| Direction::from_f64s(self.subject.data.row(row))).collect()
    }

    /// A random unit on the data, if its forward pass has its exact pattern.
    fn first_unit(&self, sampler: &Sampler, number: u64, rows: &[Direction]) -> Option<(Unit, Bits)> {
        let unit = Unit::new(sampler.weights(number));
        let weight = Direction::from_f64s(&unit.hidden)?;
        let pattern: Bits = rows.iter().map(|row| step(row.sign_with(&weight))).collect();
        let pattern = self.subject.groups.lift(&pattern);
        let point = self.subject.groups.of_row();
        let right =
            (0..self.subject.data.n()).all(|row| unit.is_active(self.subject.data.row(row)) == pattern[point[row]]);
        right.then_some((unit, pattern))
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
