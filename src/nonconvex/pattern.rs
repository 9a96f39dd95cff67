//! The pattern formulation: choose at most m columns of H(X), the Lasso (6) with a cardinality constraint.
//!
//! For every column p a binary b_p and weights u_p, v_p >= 0 with u_p + v_p <= A b_p, where A bounds the weights of some
//! optimum (see [`super::instance`]); sum b_p <= m; f = D (u - v); ||a||_1 = sum (u_p + v_p). Exact for absolute and
//! hinge losses, by outer approximation for the others (see [`super::outer`]). All of H(X) has to be listed; there is no
//! strictness to express, so no margin either.

use super::{
    frame::Frame,
    greedy,
    instance::Instance,
    outer::{self, Formulation, Settings, Solution},
    units::Units,
};
use crate::{
    backend::mixed_integer::{Expression, Variable},
    pattern::{Bits, PatternMatrix},
};

/// The best network with at most `settings.width` of the given patterns (on the groups of the arrangement), from a
/// network to start with, if one is known.
///
/// P binaries and O(N + P) rows. The bound refers to the patterns given: pass all of H(X).
pub fn solve(instance: &Instance, patterns: &PatternMatrix, start: Option<&Solution>, settings: &Settings) -> Solution {
    let units = Units::of(instance);
    let (instance, start) = (&units.measured(instance), start.map(|start| units.known(start)));
    let columns: Vec<Bits> =
        patterns.iter().map(|pattern| instance.column(pattern)).filter(|column| column.any()).collect();
    let start = greedy::start(instance, &columns, start.as_ref(), settings);
    if settings.width == 0 || columns.is_empty() {
        let objective = start.objective;
        return units.result(Solution { lower_bound: objective, ending: outer::Ending::Optimal, ..start });
    }
    let mut formulation = Choice::new(instance, columns, &start, settings.width);
    units.result(outer::solve(&mut formulation, start, settings))
}

struct Choice<'a> {
    frame: Frame<'a>,
    columns: Vec<Bits>,
    /// The index of the first variable of a column: b, u, v for each.
    first: usize,
}

impl<'a> Choice<'a> {
    fn new(instance: &'a Instance, columns: Vec<Bits>, start: &Solution, width: usize) -> Self {
        let mut frame = Frame::new(instance, instance.bounds(start.objective, width));
        let first = frame.model.variables();
        let largest = frame.bounds.weight;
        let mut outputs = vec![Expression::default(); instance.groups()];
        let (mut chosen, mut norm) = (Expression::default(), Expression::default());
        for column in &columns {
            let binary = frame.model.binary();
            let parts: [Variable; 2] = std::array::from_fn(|_| frame.model.continuous(0.0, largest));
            let mut modulus = parts[0] + parts[1];
            norm += modulus.clone();
            chosen += binary;
            modulus.add_mul(-largest, binary);
            frame.model.at_most(modulus, 0.0);
            for (part, sign) in parts.into_iter().zip([1.0, -1.0]) {
                frame.model.cost(instance.beta, part);
                column.iter_ones().for_each(|group| outputs[group].add_mul(sign, part));
            }
        }
        frame.model.at_most(chosen, width as f64);
        let bound = frame.bounds.norm;
        frame.model.at_most(norm, bound);
        for (group, output) in outputs.into_iter().enumerate() {
            frame.output_is(group, output);
        }
        Choice { frame, columns, first }
    }
}

impl<'a> Formulation<'a> for Choice<'a> {
    fn frame(&mut self) -> &mut Frame<'a> {
        &mut self.frame
    }

    fn point(&self, network: &Solution) -> Option<Vec<f64>> {
        let mut point = self.frame.point(&network.outputs(self.frame.instance));
        for column in &self.columns {
            let index = network.columns.iter().position(|chosen| chosen == column);
            let weight = index.map_or(0.0, |index| network.weights[index]);
            point.extend([f64::from(u8::from(index.is_some())), weight.max(0.0), (-weight).max(0.0)]);
        }
        Some(point)
    }

    fn columns(&mut self, point: &[f64]) -> Option<Vec<Bits>> {
        let choices = point[self.first..].chunks_exact(3).zip(&self.columns);
        Some(choices.filter(|(choice, _)| choice[0] > 0.5).map(|(_, column)| column.clone()).collect())
    }
}
