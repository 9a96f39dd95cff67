//! The Lasso (6), squared loss, on groups of rows that share their bit in every pattern.

use super::{
    CompleteSolution, active_set, complete,
    conic::{self, LassoSolution},
    ordered::{self, OrderedSolution},
    programme::{Programme, Units},
    support,
    working_set::for_one_solve,
};
use crate::{arrangement::Order, exact::Arrangement, limits::Budget, pattern::PatternMatrix};

/// minimise sum_g c_g/2 (f_g - t_g)^2 + spread + beta ||w||_1 with f = D w.
///
/// The groups are those of the arrangement, in its order, followed by the zero rows as one group if there are any (their
/// bit is step(0) in every pattern).
#[derive(Clone, Debug, PartialEq)]
pub struct GroupedProblem {
    /// c_g: the number of rows in each group.
    pub counts: Vec<f64>,
    /// t_g: the mean target of each group.
    pub means: Vec<f64>,
    /// 1/2 of the sum of squared deviations of the targets from their group's mean.
    pub spread: f64,
    /// The regularisation parameter, positive.
    pub beta: f64,
}

impl GroupedProblem {
    /// Groups the targets y (n entries) by the rows of the arrangement. O(n).
    pub fn new(arrangement: &Arrangement, targets: &[f64], beta: f64) -> Self {
        let zero_group = arrangement.groups();
        let group = |row: usize| arrangement.group_of_row()[row].unwrap_or(zero_group);
        let groups = zero_group + usize::from(arrangement.has_zero_row());
        let (mut counts, mut means, mut spread) = (vec![0.0; groups], vec![0.0; groups], 0.0);
        for row in 0..targets.len() {
            counts[group(row)] += 1.0;
        }
        for (row, target) in targets.iter().enumerate() {
            means[group(row)] += target / counts[group(row)];
        }
        for (row, target) in targets.iter().enumerate() {
            spread += 0.5 * (target - means[group(row)]).powi(2);
        }
        GroupedProblem { counts, means, spread, beta }
    }

    /// A power of two that measures the targets if they are so large or small that their squares leave the range of
    /// f64, else 1.
    pub fn unit(&self) -> f64 {
        let largest = self.means.iter().fold(self.beta, |largest, mean| largest.max(mean.abs()));
        let exponent = largest.log2().floor();
        if exponent.is_finite() && exponent.abs() > 200.0 { exponent.exp2() } else { 1.0 }
    }

    /// The problem with targets and beta divided by a power of two; weights and dual points are divided likewise.
    pub fn in_units(&self, unit: f64) -> GroupedProblem {
        let spread = self.spread / unit / unit;
        GroupedProblem {
            counts: self.counts.clone(),
            means: self.means.iter().map(|mean| mean / unit).collect(),
            spread: if spread.is_finite() { spread } else { 0.0 },
            beta: self.beta / unit,
        }
    }

    /// The number of groups, the zero rows included.
    pub fn groups(&self) -> usize {
        self.counts.len()
    }

    /// The objective at outputs f with penalty ||w||_1 = `norm`.
    pub fn objective(&self, outputs: &[f64], norm: f64) -> f64 {
        let loss: f64 = (0..self.groups()).map(|g| 0.5 * self.counts[g] * (outputs[g] - self.means[g]).powi(2)).sum();
        loss + self.spread + self.beta * norm
    }

    /// The dual point V_g = c_g (f_g - t_g) that belongs to outputs f.
    pub fn dual_point(&self, outputs: &[f64]) -> Vec<f64> {
        (0..self.groups()).map(|g| self.counts[g] * (outputs[g] - self.means[g])).collect()
    }

    /// The multiple of V at which [`Self::dual_value`] is attained: feasible for the dual if price = max |d^T V|.
    pub fn scaled_dual(&self, dual: &[f64], price: f64) -> Vec<f64> {
        let scale = self.dual_scale(dual, price);
        dual.iter().map(|v| scale * v).collect()
    }

    /// The best dual value on the segment { s V : |s| price <= beta }, where price = max |d^T V|: a lower bound.
    pub fn dual_value(&self, dual: &[f64], price: f64) -> f64 {
        let scale = self.dual_scale(dual, price);
        let value = |((v, count), mean): ((&f64, &f64), &f64)| {
            let v = scale * v;
            -(0.5 * v * v / count + v * mean)
        };
        self.spread + dual.iter().zip(&self.counts).zip(&self.means).map(value).sum::<f64>()
    }

    /// The maximiser of the dual function on the segment { s : |s| price <= beta }.
    fn dual_scale(&self, dual: &[f64], price: f64) -> f64 {
        let quadratic: f64 = dual.iter().zip(&self.counts).map(|(v, count)| v * v / count).sum();
        let linear: f64 = dual.iter().zip(&self.means).map(|(v, mean)| v * mean).sum();
        if quadratic == 0.0 {
            return 0.0;
        }
        let largest = if price > 0.0 { self.beta / price } else { f64::INFINITY };
        (-linear / quadratic).clamp(-largest, largest)
    }
}

impl Programme for GroupedProblem {
    /// Always: columns cost little, and those that are nearly violated soon are.
    fn wants_columns(&self, _price: f64) -> bool {
        true
    }

    fn groups(&self) -> usize {
        GroupedProblem::groups(self)
    }

    fn beta(&self) -> f64 {
        self.beta
    }

    fn with_beta(&self, beta: f64) -> Self {
        GroupedProblem { beta, ..self.clone() }
    }

    fn units(&self) -> Units {
        Units { outputs: self.unit(), slopes: self.unit() }
    }

    fn in_units(&self, units: Units) -> Self {
        GroupedProblem::in_units(self, units.outputs)
    }

    fn objective(&self, outputs: &[f64], norm: f64) -> f64 {
        GroupedProblem::objective(self, outputs, norm)
    }

    fn dual_point(&self, outputs: &[f64]) -> Vec<f64> {
        GroupedProblem::dual_point(self, outputs)
    }

    fn dual_value(&self, dual: &[f64], price: f64) -> f64 {
        GroupedProblem::dual_value(self, dual, price)
    }

    fn scaled_dual(&self, dual: &[f64], price: f64) -> Vec<f64> {
        GroupedProblem::scaled_dual(self, dual, price)
    }

    /// By the active-set method, or by the conic solver if rounding stops it.
    fn restricted_optimum(&self, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<LassoSolution> {
        active_set::solve(self, columns, start, budget).or_else(|| {
            let stretched = &for_one_solve(budget);
            let solution = conic::solve_dual(self, columns, stretched)
                .or_else(|| conic::solve_primal(self, columns, stretched))?;
            let weights = support::reduce(columns, &solution.weights);
            let polished = active_set::solve(self, columns, &weights, budget);
            Some(polished.unwrap_or(LassoSolution { weights, ..solution }))
        })
    }

    fn has_unique_dual(&self) -> bool {
        true
    }

    fn over_all_labellings(&self) -> (CompleteSolution, Vec<f64>) {
        let solution = complete::solve(self);
        let dual = self.dual_point(&solution.outputs);
        (solution, dual)
    }

    fn on_a_line(&self, order: &Order) -> Option<OrderedSolution> {
        Some(ordered::solve(self, order))
    }

    /// With outputs f_g = t_g + V_g / c_g: v_i = f_g - y_i.
    fn row_duals(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64> {
        // t_g - y_i first: it is 0 in groups of one row, where V_g must not drown in the rounding of t_g.
        let entry = |&(g, target): &(usize, f64)| (self.means[g] - target) + dual[g] / self.counts[g];
        rows.iter().map(entry).collect()
    }

    fn row_domain(&self, _target: f64) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_keeps_the_objective_and_weak_duality() {
        let features = [1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 0.0, 0.0];
        let targets = [3.0, -1.0, 0.0, 2.0];
        let arrangement = Arrangement::new(&features, 2).unwrap();
        let problem = GroupedProblem::new(&arrangement, &targets, 0.5);
        assert_eq!((problem.counts.clone(), problem.means.clone()), (vec![2.0, 1.0, 1.0], vec![1.5, -1.0, 2.0]));
        // f = 1 on every row: squares 4, 4, 1, 1; weight 1.
        let objective = problem.objective(&[1.0; 3], 1.0);
        assert_eq!(objective, 5.0 + 0.5);
        let dual = problem.dual_point(&[1.0; 3]);
        let price = dual.iter().map(|v| v.max(0.0)).sum::<f64>().max(dual.iter().map(|v| (-v).max(0.0)).sum());
        assert!(problem.dual_value(&dual, price) <= objective);
    }
}
