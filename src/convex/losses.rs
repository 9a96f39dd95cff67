//! The convex programme (16) for any loss, on groups of rows that share their bit in every pattern.

use super::{
    CompleteSolution, GroupedProblem, active_set, cones,
    conic::LassoSolution,
    group::{GroupLoss, Term},
    levels,
    ordered::OrderedSolution,
    simplex, support,
    working_set::for_one_solve,
};
use crate::{
    arrangement::Order,
    convex::programme::{Programme, Units},
    exact::Arrangement,
    limits::Budget,
    loss::Loss,
    pattern::PatternMatrix,
};

/// The interior-point method stops at 1e-10, the simplex method at 1e-9.
const VIOLATED: f64 = 2e-9;

/// Beyond this, in units of the targets, delta does not matter.
const LARGEST_DELTA: f64 = 1e100;

/// minimise sum_g L_g(f_g) + beta ||w||_1 with f = D w.
#[derive(Clone, Debug, PartialEq)]
pub struct LossProblem {
    /// The loss of a row.
    pub loss: Loss,
    /// L_g: the loss of each group.
    pub groups: Vec<GroupLoss>,
    /// The regularisation parameter, positive.
    pub beta: f64,
}

impl LossProblem {
    /// Groups the targets y (n entries, which the loss permits) by the rows of the arrangement. O(n log n).
    pub fn new(arrangement: &Arrangement, targets: &[f64], loss: Loss, beta: f64) -> Self {
        let zero_group = arrangement.groups();
        let mut members = vec![Vec::new(); zero_group + usize::from(arrangement.has_zero_row())];
        for (group, target) in arrangement.group_of_row().iter().zip(targets) {
            members[group.unwrap_or(zero_group)].push(*target);
        }
        LossProblem { loss, groups: members.into_iter().map(|targets| GroupLoss::new(loss, targets)).collect(), beta }
    }

    /// All terms c_k l(f; t_k) with their groups.
    pub fn terms(&self) -> impl Iterator<Item = (usize, Term)> {
        let groups = self.groups.iter().enumerate();
        groups.flat_map(|(g, group)| group.terms().iter().map(move |&term| (g, term)))
    }

    /// V from its shares x_k, one for each of [`Self::terms`], moved into the domain of the conjugate.
    pub(super) fn sums_over_groups(&self, shares: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut dual = vec![0.0; self.groups.len()];
        for ((group, _), x) in self.terms().zip(shares) {
            dual[group] += x;
        }
        for (v, group) in dual.iter_mut().zip(&self.groups) {
            let (low, high) = group.domain();
            *v = v.clamp(low, high);
        }
        dual
    }

    /// The optimum for the squared loss, if all of its residuals are at most delta: then it is that for the Huber loss, too,
    /// as both have the same slopes there.
    fn between_kinks(&self, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<LassoSolution> {
        let Loss::Huber { delta } = self.loss else { return None };
        let squared = self.with_squared_loss();
        let solution = active_set::solve(&squared, columns, start, budget)?;
        let outputs = squared.outputs(columns, &solution.weights);
        let inside = self.terms().all(|(group, term)| (outputs[group] - term.target).abs() <= delta);
        inside.then_some(solution)
    }

    /// The same targets with the squared loss.
    fn with_squared_loss(&self) -> GroupedProblem {
        let sum = |group: &GroupLoss, f: &dyn Fn(&Term) -> f64| group.terms().iter().map(f).sum::<f64>();
        let counts: Vec<f64> = self.groups.iter().map(|group| sum(group, &|term| term.count)).collect();
        let mean = |(group, count): (&GroupLoss, &f64)| sum(group, &|term| term.count * term.target) / count;
        let means: Vec<f64> = self.groups.iter().zip(&counts).map(mean).collect();
        let spread = self.terms().map(|(group, term)| 0.5 * term.count * (term.target - means[group]).powi(2)).sum();
        GroupedProblem { counts, means, spread, beta: self.beta }
    }

    /// max |t_k|, the unit of outputs for solvers; 1 for labels, and if all targets are 0.
    pub(super) fn largest_target(&self) -> f64 {
        let largest = self.terms().fold(0.0f64, |largest, (_, term)| largest.max(term.target.abs()));
        if largest > 0.0 { largest } else { 1.0 }
    }

    /// The factor by which V is scaled to be feasible; the domain of the conjugate is convex and holds 0.
    fn scale(&self, price: f64) -> f64 {
        if price > self.beta { self.beta / price } else { 1.0 }
    }
}

impl Programme for LossProblem {
    /// If a constraint is violated by more than the solvers leave.
    fn wants_columns(&self, price: f64) -> bool {
        price > self.beta * (1.0 + VIOLATED)
    }

    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn beta(&self) -> f64 {
        self.beta
    }

    fn with_beta(&self, beta: f64) -> Self {
        LossProblem { beta, ..self.clone() }
    }

    fn units(&self) -> Units {
        let targets = || self.groups.iter().flat_map(GroupLoss::terms).map(|term| term.target.abs());
        let power = |size: f64| {
            let exponent = size.log2().floor();
            if exponent.is_finite() && exponent.abs() > 200.0 { exponent.exp2() } else { 1.0 }
        };
        match self.loss {
            Loss::Absolute => Units { outputs: power(targets().fold(0.0, f64::max)), slopes: 1.0 },
            Loss::Squared | Loss::Huber { .. } => {
                let unit = power(targets().fold(self.beta, f64::max));
                Units { outputs: unit, slopes: unit }
            }
            Loss::Hinge | Loss::SquaredHinge | Loss::Logistic => Units { outputs: 1.0, slopes: 1.0 },
        }
    }

    fn in_units(&self, units: Units) -> Self {
        let loss = match self.loss {
            Loss::Huber { delta } => Loss::Huber { delta: (delta / units.slopes).min(LARGEST_DELTA) },
            loss => loss,
        };
        let groups = self.groups.iter().map(|group| group.in_units(loss, units.outputs)).collect();
        LossProblem { loss, groups, beta: self.beta / units.slopes }
    }

    fn objective(&self, outputs: &[f64], norm: f64) -> f64 {
        self.groups.iter().zip(outputs).map(|(group, &f)| group.value(f)).sum::<f64>() + self.beta * norm
    }

    fn dual_point(&self, outputs: &[f64]) -> Vec<f64> {
        let smallest = |(low, high): (f64, f64)| 0f64.clamp(low.min(high), high.max(low));
        self.groups.iter().zip(outputs).map(|(group, &f)| smallest(group.slopes(f))).collect()
    }

    fn dual_value(&self, dual: &[f64], price: f64) -> f64 {
        let scale = self.scale(price);
        -self.groups.iter().zip(dual).map(|(group, v)| group.conjugate(scale * v)).sum::<f64>()
    }

    fn scaled_dual(&self, dual: &[f64], price: f64) -> Vec<f64> {
        let scale = self.scale(price);
        dual.iter().map(|v| scale * v).collect()
    }

    /// By the active-set method where no kink of a Huber loss is reached, by the simplex method where it is a linear
    /// programme, otherwise, or if these fail, by the conic solver.
    fn restricted_optimum(&self, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<LassoSolution> {
        if let Some(solution) = self.between_kinks(columns, start, budget) {
            return Some(solution);
        }
        simplex::solve(self, columns, &for_one_solve(budget)).or_else(|| {
            let solution = cones::solve(self, columns, &for_one_solve(budget))?;
            Some(LassoSolution { weights: support::reduce(columns, &solution.weights), ..solution })
        })
    }

    fn has_unique_dual(&self) -> bool {
        !matches!(self.loss, Loss::Absolute | Loss::Hinge)
    }

    fn over_all_labellings(&self) -> (CompleteSolution, Vec<f64>) {
        levels::solve(self)
    }

    fn on_a_line(&self, _order: &Order) -> Option<OrderedSolution> {
        None
    }

    fn row_duals(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64> {
        let splits: Vec<Vec<f64>> = self.groups.iter().zip(dual).map(|(group, &v)| group.split(v)).collect();
        let entry = |&(group, target): &(usize, f64)| {
            let terms = self.groups[group].terms();
            splits[group][terms.partition_point(|term| term.target < target)]
        };
        rows.iter().map(entry).collect()
    }

    fn row_domain(&self, target: f64) -> (f64, f64) {
        self.loss.domain(target)
    }
}
