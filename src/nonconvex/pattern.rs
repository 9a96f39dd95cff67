//! The pattern formulation: choose at most m columns of H(X), the Lasso (6) with a cardinality constraint.
//!
//! For every column p a binary b_p and weights u_p, v_p >= 0 with u_p + v_p <= A b_p, where A bounds the weights of some
//! optimum (see [`super::bounds`]); sum b_p <= m; f = D (u - v); ||a||_1 = sum (u_p + v_p). Exact for absolute and
//! hinge losses, by outer approximation for the others (see [`super::outer`]). All of H(X) has to be listed; there is no
//! strictness to express, so no margin either.

use super::{
    bounds::Bounds,
    frame::Frame,
    greedy,
    outer::{self, Formulation, Settings, Solution},
};
use crate::{
    backend::mixed_integer::{Expression, Variable},
    convex::Problem,
    pattern::{Bits, PatternMatrix},
};

/// The best network with at most `settings.width` of the given patterns (on the groups of the arrangement), from a
/// network to start with, if one is known.
///
/// P binaries and O(N + P) rows. The bound refers to the patterns given: pass all of H(X).
pub fn solve(problem: &Problem, patterns: &PatternMatrix, start: Option<&Solution>, settings: &Settings) -> Solution {
    let units = problem.units_of_targets();
    let (problem, start) = (&problem.in_units(units), start.map(|start| start.clone().scaled(units.inverse())));
    let columns: Vec<Bits> =
        patterns.iter().map(|pattern| problem.column(pattern)).filter(|column| column.any()).collect();
    let start = greedy::start(problem, &columns, start.as_ref(), settings);
    if settings.width == 0 || columns.is_empty() {
        let objective = start.objective;
        return Solution { lower_bound: objective, ending: outer::Ending::Optimal, ..start }.scaled(units);
    }
    let mut formulation = Choice::new(problem, columns, &start, settings.width);
    outer::solve(&mut formulation, start, settings).scaled(units)
}

struct Choice<'a> {
    frame: Frame<'a>,
    columns: Vec<Bits>,
    /// The index of the first variable of a column: b, u, v for each.
    first: usize,
}

impl<'a> Choice<'a> {
    fn new(problem: &'a Problem, columns: Vec<Bits>, start: &Solution, width: usize) -> Self {
        let mut frame = Frame::new(problem, Bounds::new(problem, start.objective, width));
        let first = frame.model.variables();
        let largest = frame.bounds.weight;
        let mut outputs = vec![Expression::default(); problem.groups()];
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
                frame.model.cost(problem.beta(), part);
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
        let mut point = self.frame.point(&network.outputs(self.frame.problem));
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
