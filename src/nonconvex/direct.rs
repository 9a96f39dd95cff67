//! The direct formulation of (4): hidden weights, their steps and the products with output weights.
//!
//! For neuron j: w_j in [-1, 1]^r (the step ignores the norm), output weight a_j = p_j - q_j with p_j, q_j in [0, A], A
//! a bound on the weights of some optimum (see [`super::bounds`]). For every group g a binary z_gj, the bit:
//!
//! ```text
//! u_g w_j >= -|u_g|_1 (1 - z_gj)                    z = 1 implies u_g w_j >= 0
//! u_g w_j <= -epsilon + (|u_g|_1 + epsilon) z_gj    z = 0 implies u_g w_j <= -epsilon
//! c_gj = a_j z_gj:   |c_gj| <= A z_gj,   |a_j - c_gj| <= A (1 - z_gj)
//! f_g = sum_j c_gj,   a_1 >= a_2 >= ... >= a_m      neurons may be exchanged
//! ```
//!
//! |u_g|_1 is the largest modulus of u_g w in the box: no big-M is guessed. Epsilon is half of a proven margin, see
//! [`super::margin`]. Opposite normals are never both inactive: z_g + z_h >= 1. The patterns of every point are decided
//! exactly; a labelling that is none is cut off by its Motzkin multipliers, on all neurons: on their support S, some
//! active row must be inactive or some inactive one active.
//!
//! m (N + r + 2) variables beside those of the outputs, m N binaries, some 6 m N rows.

use dashu_int::IBig;

use super::{
    bounds::Bounds,
    frame::Frame,
    margin::{MarginError, in_box, strictness},
    outer::{self, Ending, Formulation, Settings, Solution},
    tuning::direct::ABSENT,
};
use crate::{
    arrangement::{Realization, Refutation, realize},
    backend::mixed_integer::{Expression, Variable},
    convex::Problem,
    exact::{Arrangement, integer},
    pattern::{Bits, BitsRef, PatternMatrix},
};

/// The best network with at most `settings.width` neurons, from a network to start with, if one is known.
///
/// `patterns`, all of H(X), serves to prove a margin where the determinants of the data cannot; the programme does not
/// contain it.
///
/// # Errors
///
/// If no strictness fits the solver's tolerances.
pub fn solve(
    problem: &Problem,
    arrangement: &Arrangement,
    patterns: Option<&PatternMatrix>,
    start: Option<&Solution>,
    settings: &Settings,
) -> Result<Solution, MarginError> {
    let units = problem.units_of_targets();
    let (problem, start) = (&problem.in_units(units), start.map(|start| start.clone().scaled(units.inverse())));
    let start = Solution::known(problem, start.as_ref(), settings.width);
    if settings.width == 0 {
        let start = Solution { lower_bound: start.objective, ending: Ending::Optimal, ..start };
        return Ok(start.scaled(units));
    }
    let epsilon = strictness(arrangement, patterns, &settings.budget)?;
    let mut formulation = Neurons::new(problem, arrangement, start.objective, settings.width, epsilon);
    Ok(outer::solve(&mut formulation, start, settings).scaled(units))
}

/// The variables of one neuron.
struct Neuron {
    /// Where they start: r weights w, then p and q, then a pair (z, c) for each group.
    first: usize,
    bits: Vec<Variable>,
}

struct Neurons<'a> {
    frame: Frame<'a>,
    arrangement: &'a Arrangement,
    neurons: Vec<Neuron>,
}

impl<'a> Neurons<'a> {
    fn new(problem: &'a Problem, arrangement: &'a Arrangement, upper: f64, width: usize, epsilon: f64) -> Self {
        let frame = Frame::new(problem, Bounds::new(problem, upper, width));
        let mut formulation = Neurons { frame, arrangement, neurons: Vec::new() };
        let units: Vec<Vec<f64>> =
            arrangement.normals().iter().map(|normal| integer::to_unit_size(normal.exact())).collect();
        let mut outputs = vec![Expression::default(); problem.groups()];
        let (mut norm, mut previous) = (Expression::default(), None);
        for _ in 0..width {
            let amplitude = formulation.neuron(&units, epsilon, &mut outputs, &mut norm);
            if let Some(previous) = previous.replace(amplitude.clone()) {
                formulation.frame.model.at_most(amplitude - previous, 0.0);
            }
        }
        let bound = formulation.frame.bounds.norm;
        formulation.frame.model.at_most(norm, bound);
        for (group, output) in outputs.into_iter().enumerate() {
            formulation.frame.output_is(group, output);
        }
        for (g, h) in opposite(arrangement) {
            for j in 0..width {
                let either = formulation.neurons[j].bits[g] + formulation.neurons[j].bits[h];
                formulation.frame.model.at_least(either, 1.0);
            }
        }
        formulation
    }

    /// Adds a neuron; its output weight.
    fn neuron(
        &mut self,
        units: &[Vec<f64>],
        epsilon: f64,
        outputs: &mut [Expression],
        norm: &mut Expression,
    ) -> Expression {
        let (model, largest) = (&mut self.frame.model, self.frame.bounds.weight);
        let first = model.variables();
        let weights: Vec<Variable> = (0..self.arrangement.rank()).map(|_| model.continuous(-1.0, 1.0)).collect();
        let parts: [Variable; 2] = std::array::from_fn(|_| model.continuous(0.0, largest));
        for part in parts {
            model.cost(self.frame.problem.beta(), part);
            *norm += part;
        }
        let amplitude = parts[0] - parts[1];
        let mut bits = Vec::with_capacity(units.len());
        for (unit, output) in units.iter().zip(&mut *outputs) {
            let (bit, product) = (model.binary(), model.continuous(-largest, largest));
            bits.push(bit);
            *output += product;
            let reach: f64 = unit.iter().map(|entry| entry.abs()).sum();
            let preactivation = || {
                let mut sum = Expression::with_capacity(unit.len() + 1);
                unit.iter().zip(&weights).for_each(|(&entry, &weight)| sum.add_mul(entry, weight));
                sum
            };
            model.at_least(plus(preactivation(), -reach, bit), -reach);
            model.at_most(plus(preactivation(), -(reach + epsilon), bit), -epsilon);
            model.at_most(plus(product.into(), -largest, bit), 0.0);
            model.at_least(plus(product.into(), largest, bit), 0.0);
            model.at_most(plus(amplitude.clone() - product, largest, bit), largest);
            model.at_least(plus(amplitude.clone() - product, -largest, bit), -largest);
        }
        if let Some(zero_rows) = outputs.get_mut(units.len()) {
            *zero_rows += amplitude.clone();
        }
        self.neurons.push(Neuron { first, bits });
        amplitude
    }

    /// The bits of a neuron at a point.
    fn labelling(&self, neuron: &Neuron, point: &[f64]) -> Bits {
        let bits = neuron.first + self.arrangement.rank() + 2;
        (0..self.arrangement.groups()).map(|group| point[bits + 2 * group] > 0.5).collect()
    }

    fn is_absent(&self, neuron: &Neuron, point: &[f64]) -> bool {
        let parts = neuron.first + self.arrangement.rank();
        (point[parts] - point[parts + 1]).abs() <= ABSENT * self.frame.bounds.weight
    }

    /// Forbids the labelling on the support of its refutation, for all neurons.
    fn cut(&mut self, labelling: &BitsRef, refutation: &Refutation) {
        for neuron in &self.neurons {
            let (mut changes, mut least) = (Expression::default(), 1.0);
            for &(group, _) in &refutation.multipliers {
                changes.add_mul(if labelling[group] { -1.0 } else { 1.0 }, neuron.bits[group]);
                least -= f64::from(u8::from(labelling[group]));
            }
            self.frame.model.at_least(changes, least);
        }
    }
}

impl<'a> Formulation<'a> for Neurons<'a> {
    fn frame(&mut self) -> &mut Frame<'a> {
        &mut self.frame
    }

    fn point(&self, network: &Solution) -> Option<Vec<f64>> {
        let mut point = self.frame.point(&network.outputs(self.frame.problem));
        let groups = self.arrangement.groups();
        // All ones, the pattern of w = 0, for neurons that are not needed.
        let all = (vec![0.0; self.arrangement.rank()], Bits::repeat(true, groups), 0.0);
        let mut neurons = vec![all; self.neurons.len().saturating_sub(network.columns.len())];
        for (column, &weight) in network.columns.iter().zip(&network.weights) {
            let pattern = column[..groups].to_bitvec();
            let Realization::Witness(witness) = realize(self.arrangement.normals(), &pattern) else { return None };
            neurons.push((in_box(&witness), pattern, weight));
        }
        neurons.sort_by(|a, b| b.2.total_cmp(&a.2));
        for (hidden, pattern, weight) in neurons {
            point.extend(hidden);
            point.extend([weight.max(0.0), (-weight).max(0.0)]);
            point.extend(pattern.iter().by_vals().flat_map(|bit| if bit { [1.0, weight] } else { [0.0, 0.0] }));
        }
        Some(point)
    }

    fn columns(&mut self, point: &[f64]) -> Option<Vec<Bits>> {
        let present = self.neurons.iter().filter(|neuron| !self.is_absent(neuron, point));
        let mut labellings: Vec<Bits> = present.map(|neuron| self.labelling(neuron, point)).collect();
        labellings.sort_unstable();
        labellings.dedup();
        let mut all_patterns = true;
        for labelling in &labellings {
            if let Realization::Refutation(refutation) = realize(self.arrangement.normals(), labelling) {
                self.cut(labelling, &refutation);
                all_patterns = false;
            }
        }
        all_patterns.then(|| labellings.iter().map(|labelling| self.frame.problem.column(labelling)).collect())
    }
}

fn plus(mut sum: Expression, factor: f64, variable: Variable) -> Expression {
    sum.add_mul(factor, variable);
    sum
}

/// The pairs of groups with opposite normals. O(N^2) comparisons of integers.
fn opposite(arrangement: &Arrangement) -> Vec<(usize, usize)> {
    let normals = arrangement.normals();
    let negated: Vec<Vec<IBig>> =
        normals.iter().map(|normal| normal.exact().iter().map(|entry| -entry).collect()).collect();
    let pairs = (0..normals.len()).flat_map(|g| (g + 1..normals.len()).map(move |h| (g, h)));
    pairs.filter(|&(g, h)| normals[g].exact() == negated[h]).collect()
}
