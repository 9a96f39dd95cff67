//! From patterns to hidden weights (Sections 2.4 and 5 of the paper).
//!
//! All choices give the same training objective; they differ on new data.
//!
//! * *svm*: the maximum-margin hyperplane between the rows with bit 1 and the rows with bit 0 (hard margin). With a bias
//!   its weight is not penalised. Labellings with ties (faces) have no margin and fall back to the witness.
//! * *pinv*: w = X^+ d with threshold 1/2 (Convex-PI), absorbed by the bias weight if there is one. It reproduces the
//!   pattern where the projection of d onto the column space is on the right side of 1/2, always if rank X = n.
//! * *witness*: any weights that realise the pattern, from the enumeration or an exact decision.
//!
//! With one feature and a bias, the maximum margin and the witness are one and the same: a threshold half-way between the
//! two neighbouring numbers, found by one pass over the rows instead of a programme.
//!
//! Whatever was chosen, a neuron is returned only if its own floating-point forward pass has the pattern on every
//! training row. Otherwise the witness is tried, at several scales because rounding depends on them, and with a
//! threshold between the preactivations of the two sides, which absorbs rounding at ties. Cells narrower than the
//! rounding of a forward pass may still be out of reach; the caller then does without the pattern.

use std::time::Duration;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::{
    arrangement::{Realization, realize},
    backend::quadratic::{Columns, QuadraticProgram, minimise},
    data::Dataset,
    exact::{Arrangement, Direction, integer},
    limits::Budget,
    model::{Neuron, Standardization},
    pattern::{Bits, BitsRef, step::step_f64},
};

/// How hidden weights are chosen for a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Reconstruction {
    /// Any weights that realise the pattern.
    Witness,
    /// X^+ d, the paper's Convex-PI.
    Pinv,
    /// Maximum margin, the paper's Convex-SVM.
    #[default]
    Svm,
}

/// A pattern to be realised, with its output weight.
#[derive(Clone, Debug)]
pub struct Target {
    /// The pattern on the groups of the arrangement.
    pub pattern: Bits,
    /// The output weight.
    pub output: f64,
    /// Known weights (d entries) with this pattern, if any.
    pub known: Option<Vec<f64>>,
}

/// Exact weights (d entries) with the given pattern on the groups; `None` if it is not a pattern.
pub fn exact_witness(arrangement: &Arrangement, pattern: &BitsRef) -> Option<Direction> {
    match realize(arrangement.normals(), pattern) {
        Realization::Witness(weight) => Some(Direction::new(arrangement.embed(weight.exact()))),
        Realization::Refutation(_) => None,
    }
}

/// Finds weights for patterns on one data set.
pub struct Reconstructor<'a> {
    data: &'a Dataset,
    arrangement: &'a Arrangement,
    standardization: Option<&'a Standardization>,
    /// The (standardised) rows that represent the groups: of proportional rows the shortest, which binds a margin.
    rows: Vec<Vec<f64>>,
    bias: Option<usize>,
    budget: &'a Budget,
}

/// How many scales of a witness are tried.
const SCALES: u32 = 2000;

/// Multiples of it, modulo 1, are spread evenly.
const GOLDEN_RATIO: f64 = 0.618_033_988_749_894_8;

/// The longest time that one maximum-margin programme may take.
const MARGIN_TIME: Duration = Duration::from_secs(20);

/// The range of no numbers.
const EMPTY: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

impl<'a> Reconstructor<'a> {
    /// Prepares the rows. O(n d).
    pub fn new(
        data: &'a Dataset,
        arrangement: &'a Arrangement,
        standardization: Option<&'a Standardization>,
        budget: &'a Budget,
    ) -> Self {
        let mut shortest: Vec<usize> = arrangement.representatives().to_vec();
        let size = |row: usize| data.row(row).iter().fold(0.0f64, |size, x| size.max(x.abs()));
        for (row, group) in arrangement.group_of_row().iter().enumerate() {
            if let Some(group) = *group
                && size(row) < size(shortest[group])
            {
                shortest[group] = row;
            }
        }
        let input = |row: &usize| standardization.map_or_else(|| data.row(*row).to_vec(), |s| s.apply(data.row(*row)));
        let bias = data.bias().then(|| data.d() - 1);
        Reconstructor { data, arrangement, standardization, rows: shortest.iter().map(input).collect(), bias, budget }
    }

    /// Weights for all targets, in parallel, in their order; `None` for a pattern that no f64 weights were found for.
    pub fn neurons(&self, targets: &[Target], method: Reconstruction) -> Vec<Option<Neuron>> {
        let inverse = (method == Reconstruction::Pinv).then(|| self.pseudo_inverse()).flatten();
        let find = |target: &Target| {
            let preferred = match method {
                _ if self.budget.exceeded().is_some() => None,
                Reconstruction::Svm => self.on_the_line(&target.pattern).or_else(|| self.margin(&target.pattern)),
                Reconstruction::Pinv => inverse.as_ref().map(|inverse| self.projected(inverse, &target.pattern)),
                Reconstruction::Witness => None,
            };
            self.confirmed(target, preferred)
        };
        targets.par_iter().map(find).collect()
    }

    /// The first of the candidates that reproduces the pattern.
    fn confirmed(&self, target: &Target, preferred: Option<(Vec<f64>, f64)>) -> Option<Neuron> {
        let known = || target.known.as_ref().map(|weights| (self.to_input_space(weights), 0.0));
        let candidate = preferred.and_then(|candidate| self.accept(target, candidate));
        let candidate = candidate.or_else(|| known().and_then(|candidate| self.accept(target, candidate)));
        if self.is_a_line() {
            // Where no threshold tells the two sides apart, standardisation has made their inputs equal.
            let threshold = || self.on_the_line(&target.pattern).and_then(|candidate| self.accept(target, candidate));
            return candidate.or_else(threshold);
        }
        candidate.or_else(|| self.by_witness(target))
    }

    /// The neuron with these weights and threshold, if its forward pass has the pattern on every row.
    fn accept(&self, target: &Target, (hidden, threshold): (Vec<f64>, f64)) -> Option<Neuron> {
        let neuron = Neuron { hidden, threshold, output: target.output };
        let finite = neuron.hidden.iter().all(|w| w.is_finite());
        (finite && self.reproduces(&neuron, &target.pattern)).then_some(neuron)
    }

    fn reproduces(&self, neuron: &Neuron, pattern: &BitsRef) -> bool {
        let active = |row: usize| match self.standardization {
            Some(transform) => neuron.is_active(&transform.apply(self.data.row(row))),
            None => neuron.is_active(self.data.row(row)),
        };
        let bit = |group: &Option<usize>| group.is_none_or(|group| pattern[group]);
        self.arrangement.group_of_row().iter().enumerate().all(|(row, group)| active(row) == bit(group))
    }

    /// Whether the rows are one feature and the bias.
    fn is_a_line(&self) -> bool {
        self.data.d() == 2 && self.bias.is_some()
    }

    /// One feature and a bias: the threshold half-way between the active and the inactive numbers. O(N).
    ///
    /// The weights are (1, -theta) or (-1, theta): the sign of a difference of two f64 numbers is exact, so that a
    /// threshold fits between neighbouring numbers too (it is then one of them).
    fn on_the_line(&self, pattern: &BitsRef) -> Option<(Vec<f64>, f64)> {
        if !self.is_a_line() {
            return None;
        }
        let (mut inside, mut outside) = (EMPTY, EMPTY);
        for (row, active) in self.rows.iter().zip(pattern.iter().by_vals()) {
            let range = if active { &mut inside } else { &mut outside };
            *range = (range.0.min(row[0]), range.1.max(row[0]));
        }
        let weights = if outside == EMPTY {
            vec![0.0, 1.0]
        } else if inside == EMPTY {
            vec![0.0, -1.0]
        } else if outside.1 < inside.0 {
            let middle = outside.1.midpoint(inside.0);
            vec![1.0, 0.0 - if middle > outside.1 { middle } else { inside.0 }]
        } else if inside.1 < outside.0 {
            let middle = inside.1.midpoint(outside.0);
            vec![-1.0, if middle < outside.0 { middle } else { inside.1 }]
        } else {
            return None;
        };
        Some((weights, 0.0))
    }

    /// The exact witness, rounded to f64; at ties with a threshold between the two sides.
    fn by_witness(&self, target: &Target) -> Option<Neuron> {
        let direction = exact_witness(self.arrangement, &target.pattern)?;
        let weights = integer::to_unit_size(direction.exact());
        // Rows closer to the hyperplane than rounding fall on a side that depends on the scale: one is found that suits.
        (0..SCALES).take_while(|index| *index == 0 || self.budget.exceeded().is_none()).find_map(|index| {
            let scale = 1.0 + (f64::from(index) * GOLDEN_RATIO).fract();
            let scaled: Vec<f64> = weights.iter().map(|w| w * scale).collect();
            let hidden = self.to_input_space(&scaled);
            self.accept(target, (hidden.clone(), 0.0)).or_else(|| {
                let neuron = Neuron { hidden, threshold: 0.0, output: target.output };
                let threshold = self.separating_threshold(&neuron, &target.pattern)?;
                self.accept(target, (neuron.hidden, threshold))
            })
        })
    }

    /// The middle between the preactivations of the inactive and of the active rows.
    fn separating_threshold(&self, neuron: &Neuron, pattern: &BitsRef) -> Option<f64> {
        let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
        for (row, group) in self.arrangement.group_of_row().iter().enumerate() {
            let input =
                self.standardization.map_or_else(|| self.data.row(row).to_vec(), |s| s.apply(self.data.row(row)));
            let value = neuron.preactivation(&input);
            if group.is_none_or(|group| pattern[group]) {
                lowest = lowest.min(value);
            } else {
                highest = highest.max(value);
            }
        }
        let middle = if highest.is_finite() { 0.5 * (highest + lowest) } else { lowest.min(0.0) };
        (middle.is_finite() && !step_f64(highest - middle) && step_f64(lowest - middle)).then_some(middle)
    }

    /// Weights on the raw rows as weights on the standardised rows: w_j s_j, and the bias takes up the means.
    fn to_input_space(&self, weights: &[f64]) -> Vec<f64> {
        let Some(transform) = self.standardization else { return weights.to_vec() };
        let mut scaled: Vec<f64> = weights.iter().zip(&transform.scale).map(|(w, scale)| w * scale).collect();
        if let Some(bias) = self.bias {
            scaled[bias] += weights.iter().zip(&transform.mean).map(|(w, mean)| w * mean).sum::<f64>();
        }
        scaled
    }

    /// The maximum-margin weights: minimise 1/2 |w|^2 subject to sigma_i (z_i w) >= 1, the bias weight free of charge.
    fn margin(&self, pattern: &BitsRef) -> Option<(Vec<f64>, f64)> {
        let d = self.data.d();
        let sign = |group: usize| if pattern[group] { 1.0 } else { -1.0 };
        let centre = self.centre();
        let mut constraints = Columns::new();
        for (j, mean) in centre.iter().enumerate() {
            let entries = self.rows.iter().enumerate().map(|(group, row)| (group, -sign(group) * (row[j] - mean)));
            constraints.push(entries.filter(|(_, value)| *value != 0.0));
        }
        let programme = QuadraticProgram {
            diagonal: (0..d).map(|j| if Some(j) == self.bias { 0.0 } else { 1.0 }).collect(),
            linear: vec![0.0; d],
            constraints,
            bounds: vec![-1.0; self.rows.len()],
            equations: 0,
        };
        let mut weights = minimise(programme, &self.budget.at_most(MARGIN_TIME))?.primal;
        if let Some(bias) = self.bias {
            weights[bias] -= weights.iter().zip(&centre).map(|(w, mean)| w * mean).sum::<f64>();
        }
        Some((weights, 0.0))
    }

    /// The column means of the rows if there is a bias (which makes centring harmless), else zeros.
    fn centre(&self) -> Vec<f64> {
        let mut centre = vec![0.0; self.data.d()];
        let Some(bias) = self.bias else { return centre };
        for row in &self.rows {
            for (mean, z) in centre.iter_mut().zip(row) {
                *mean += z / self.rows.len() as f64;
            }
        }
        centre[bias] = 0.0;
        centre
    }

    /// X^+ on the (standardised) training rows.
    fn pseudo_inverse(&self) -> Option<DMatrix<f64>> {
        let (n, d) = (self.data.n(), self.data.d());
        let rows: Vec<Vec<f64>> = (0..n)
            .map(|row| {
                self.standardization.map_or_else(|| self.data.row(row).to_vec(), |s| s.apply(self.data.row(row)))
            })
            .collect();
        let matrix = DMatrix::from_fn(n, d, |row, column| rows[row][column]);
        let scale = matrix.amax();
        matrix.pseudo_inverse(1e-12 * scale.max(f64::MIN_POSITIVE) * (n.max(d) as f64).sqrt()).ok()
    }

    /// X^+ d with threshold 1/2.
    fn projected(&self, inverse: &DMatrix<f64>, pattern: &BitsRef) -> (Vec<f64>, f64) {
        let bit = |group: &Option<usize>| f64::from(u8::from(group.is_none_or(|group| pattern[group])));
        let labels = DVector::from_iterator(self.data.n(), self.arrangement.group_of_row().iter().map(bit));
        let mut weights = (inverse * labels).as_slice().to_vec();
        match self.bias {
            Some(bias) => {
                weights[bias] -= 0.5;
                (weights, 0.0)
            }
            None => (weights, 0.5),
        }
    }
}
