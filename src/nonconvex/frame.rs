//! What both formulations share: outputs, their losses as tangents from below, and the objective.
//!
//! Variables f_g (outputs) and e_g >= floor_g with e_g >= L_g(p) + L_g'(p) (f_g - p) for a list of points p: e_g is at
//! most L_g(f_g), because L_g is convex. So the mixed-integer optimum of sum_g e_g + beta ||a||_1 is a lower bound
//! whatever the points. Absolute and hinge losses are piecewise linear: a tangent for each piece makes them exact.

use super::{
    bounds::{Bounds, floor, loss_at, slope_at, zero_objective},
    tuning::frame::{FIRST_POINTS, LEAST_LIFT},
};
use crate::{
    backend::mixed_integer::{Expression, FEASIBILITY, Model, Variable},
    convex::Problem,
};

/// Outputs and losses as variables of a mixed-integer programme.
pub struct Frame<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// The programme.
    pub model: Model,
    /// What is known of the optimum.
    pub bounds: Bounds,
    outputs: Vec<Variable>,
    losses: Vec<Variable>,
    /// For each group the points of its tangents.
    points: Vec<Vec<f64>>,
    unit: f64,
}

impl<'a> Frame<'a> {
    /// The frame with its first tangents. O(n) tangents.
    pub fn new(problem: &'a Problem, bounds: Bounds) -> Self {
        let mut model = Model::default();
        let outputs = bounds.outputs.iter().map(|&(low, high)| model.continuous(low, high)).collect();
        let losses: Vec<Variable> =
            (0..problem.groups()).map(|group| model.continuous(floor(problem, group), f64::INFINITY)).collect();
        losses.iter().for_each(|&loss| model.cost(1.0, loss));
        let points = vec![Vec::new(); problem.groups()];
        let unit = zero_objective(problem);
        let mut frame = Frame { problem, model, bounds, outputs, losses, points, unit };
        for group in 0..problem.groups() {
            for point in frame.first_points(group) {
                frame.tangent(group, point);
            }
        }
        frame
    }

    /// Demands f_g = sum.
    pub fn output_is(&mut self, group: usize, mut sum: Expression) {
        sum.add_mul(-1.0, self.outputs[group]);
        self.model.equal(sum, 0.0);
    }

    /// Adds tangents at these outputs where they say something new; how many that was.
    pub fn tangents(&mut self, outputs: &[f64]) -> usize {
        (0..outputs.len()).filter(|&group| self.tangent(group, outputs[group])).count()
    }

    /// The outputs f of a point.
    pub fn outputs_of(&self, point: &[f64]) -> Vec<f64> {
        point[..self.outputs.len()].to_vec()
    }

    /// The first entries of a point: outputs f and their losses.
    pub fn point(&self, outputs: &[f64]) -> Vec<f64> {
        let losses = outputs.iter().enumerate().map(|(group, &f)| loss_at(self.problem, group, f));
        outputs.iter().copied().chain(losses).collect()
    }

    /// What the solver's tolerances may add to a bound, to first order: a row of a loss or of an output that is violated by
    /// [`FEASIBILITY`], and reduced costs that are off by as much, times the variables.
    pub fn slack(&self) -> f64 {
        let group = |(group, &(low, high)): (usize, &(f64, f64))| {
            let slope = |f| slope_at(self.problem, group, f).abs();
            1.0 + slope(low).max(slope(high)) + low.abs().max(high.abs())
        };
        let groups: f64 = self.bounds.outputs.iter().enumerate().map(group).sum();
        FEASIBILITY * (groups + self.bounds.norm + self.unit)
    }

    fn tangent(&mut self, group: usize, point: f64) -> bool {
        let value = loss_at(self.problem, group, point);
        let below = self.points[group].iter().map(|&p| self.tangent_at(group, p, point)).fold(0.0, f64::max);
        if value - below <= LEAST_LIFT * self.unit && !self.points[group].is_empty() {
            return false;
        }
        self.points[group].push(point);
        // e - slope f >= value - slope p.
        let slope = slope_at(self.problem, group, point);
        let mut sum = Expression::from(self.losses[group]);
        sum.add_mul(-slope, self.outputs[group]);
        self.model.at_least(sum, value - slope * point);
        true
    }

    /// The tangent at p, evaluated at f.
    fn tangent_at(&self, group: usize, p: f64, f: f64) -> f64 {
        loss_at(self.problem, group, p) + slope_at(self.problem, group, p) * (f - p)
    }

    fn first_points(&self, group: usize) -> Vec<f64> {
        let (loss, terms) = (self.problem.loss(), self.problem.fit().terms(group));
        if loss.is_piecewise_linear() {
            return between(terms.iter().flat_map(|term| loss.knots(term.target)).collect());
        }
        let (low, high) = self.bounds.outputs[group];
        let spread = |k: usize| low + (high - low) * k as f64 / (FIRST_POINTS - 1) as f64;
        (0..FIRST_POINTS).map(spread).chain(terms.iter().map(|term| term.target)).collect()
    }
}

/// A point on each of the pieces between ascending breakpoints.
fn between(breakpoints: Vec<f64>) -> Vec<f64> {
    let (Some(first), Some(last)) = (breakpoints.first(), breakpoints.last()) else { return Vec::new() };
    let inner = breakpoints.windows(2).map(|pair| pair[0].midpoint(pair[1]));
    let margin = 1.0 + last - first;
    [first - margin, last + margin].into_iter().chain(inner).collect()
}
