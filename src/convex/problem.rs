//! The convex programme as data: a datafit, a penalty and beta. How it is solved is no part of it.
//!
//! ```text
//! minimise over w  F(f) + beta sum_p |w_p|,   f = D w,      F(f) = sum_g F_g(f_g)
//! maximise over V  - sum_g F_g*(V_g)   subject to  |d^T V|' <= beta for all columns d of D
//! ```
//!
//! with a norm |.| of blocks, its dual |.|', and groups of rows that have their bit in common in every pattern. The
//! objective, the bound of any V by scaling, and V for given outputs follow from the [`Datafit`] and the [`Penalty`] by
//! the same formulas for all of them. O(N) numbers for N groups; a clone shares them.

use std::{any::Any, sync::Arc};

use super::{
    datafit::{Datafit, Losses, Squared},
    penalty::{L1, Penalty},
};
use crate::{
    loss::{Loss, Scaling},
    pattern::{Bits, BitsRef, Groups, PatternMatrix, step},
};

/// Units of outputs (targets and weights) and of slopes (dual points and beta); objectives are in units of the product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// The unit of f, y and w.
    pub outputs: f64,
    /// The unit of V and beta.
    pub slopes: f64,
}

impl Units {
    /// A unit of outputs, and what it makes of slopes.
    fn new(outputs: f64, scaling: Scaling) -> Units {
        match scaling {
            Scaling::None => Units { outputs: 1.0, slopes: 1.0 },
            Scaling::Linear => Units { outputs, slopes: 1.0 },
            Scaling::Quadratic => Units { outputs, slopes: outputs },
        }
    }

    /// One over each unit: what measures in them.
    pub fn inverse(&self) -> Units {
        Units { outputs: 1.0 / self.outputs, slopes: 1.0 / self.slopes }
    }

    /// The unit of objectives.
    pub fn objectives(&self) -> f64 {
        self.outputs * self.slopes
    }
}

/// Why there is no problem to solve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// The number of targets is not the number of rows.
    #[error("{targets} targets for {rows} rows")]
    Length {
        /// Targets given.
        targets: usize,
        /// Rows of the data.
        rows: usize,
    },
    /// A target that the loss cannot take.
    #[error("row {row} has the target {value}, but the loss `{loss}` needs {needs}")]
    Target {
        /// The row, from 1.
        row: usize,
        /// The target.
        value: f64,
        /// The loss.
        loss: &'static str,
        /// What the loss needs.
        needs: &'static str,
    },
    /// beta or delta is not positive and finite.
    #[error("{name} = {value} must be positive and finite")]
    Parameter {
        /// Which.
        name: &'static str,
        /// Its value.
        value: f64,
    },
}

/// Problem (6), or (16) for another loss than the squared one, on groups of rows.
#[derive(Clone, Debug)]
pub struct Problem {
    datafit: Arc<dyn Datafit>,
    penalty: &'static dyn Penalty,
    beta: f64,
}

impl Problem {
    /// Groups the targets y, one a row, with the penalty ||w||_1. A Huber loss whose kinks are out of reach becomes the
    /// squared one ([`Loss::within_reach`]). O(n log n), O(n) for the squared loss.
    ///
    /// # Errors
    ///
    /// If lengths differ, a number is not finite, or the loss needs targets -1 and +1.
    pub fn new(groups: &Groups, targets: &[f64], loss: Loss, beta: f64) -> Result<Self, ProblemError> {
        if targets.len() != groups.rows() {
            return Err(ProblemError::Length { targets: targets.len(), rows: groups.rows() });
        }
        positive("beta", beta)?;
        loss.parameter().map_or(Ok(()), |(name, value)| positive(name, value))?;
        for (row, &value) in targets.iter().enumerate() {
            admissible(row, value, loss)?;
        }
        let loss = loss.within_reach(targets.iter().copied());
        Ok(if loss == Loss::Squared {
            Problem::of(Squared::new(groups, targets, 1), &L1, beta)
        } else {
            Problem::of(Losses::new(groups, targets, loss), &L1, beta)
        })
    }

    /// The problem of a datafit and a penalty.
    pub fn of(datafit: impl Datafit, penalty: &'static dyn Penalty, beta: f64) -> Self {
        Problem { datafit: Arc::new(datafit), penalty, beta }
    }

    /// The datafit.
    pub fn fit(&self) -> &dyn Datafit {
        &*self.datafit
    }

    /// The datafit, if it is of this type: for methods that are made for it.
    pub fn datafit<T: Datafit>(&self) -> Option<&T> {
        (&*self.datafit as &dyn Any).downcast_ref()
    }

    /// The loss of a row.
    pub fn loss(&self) -> Loss {
        self.datafit.loss()
    }

    /// The number of groups, the zero rows included.
    pub fn groups(&self) -> usize {
        self.datafit.groups()
    }

    /// q: the outputs of a group, and the weights of a column.
    pub fn width(&self) -> usize {
        self.datafit.width()
    }

    /// The regularisation parameter, positive.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The same problem with another beta.
    pub fn with_beta(&self, beta: f64) -> Self {
        Problem { beta, ..self.clone() }
    }

    /// Powers of two that measure the problem where its numbers leave the range that f64 can multiply, else 1.
    pub fn units(&self) -> Units {
        let targets = self.datafit.largest_target();
        let scaling = self.loss().scaling();
        let largest = if scaling == Scaling::Quadratic { targets.max(self.beta) } else { targets };
        let exponent = largest.log2().floor();
        let far = exponent.is_finite() && exponent.abs() > 200.0;
        Units::new(if far { exponent.exp2() } else { 1.0 }, scaling)
    }

    /// Powers of two in which the largest target has size 1: absolute tolerances of solvers then mean the same for all.
    pub fn units_of_targets(&self) -> Units {
        let largest = self.datafit.largest_target();
        let unit = if largest > 0.0 { largest.log2().floor().clamp(-300.0, 300.0).exp2() } else { 1.0 };
        Units::new(unit, self.loss().scaling())
    }

    /// The problem in other units.
    pub fn in_units(&self, units: Units) -> Self {
        Problem { datafit: self.datafit.in_units(units), penalty: self.penalty, beta: self.beta / units.slopes }
    }

    /// The penalty of weights without the factor beta: ||w||_1.
    pub fn norm(&self, weights: &[f64]) -> f64 {
        weights.chunks_exact(self.width()).map(|block| self.penalty.norm(block)).sum()
    }

    /// The objective at outputs f with penalty `norm`.
    pub fn objective(&self, outputs: &[f64], norm: f64) -> f64 {
        let blocks = outputs.chunks_exact(self.width()).enumerate();
        blocks.map(|(group, f)| self.datafit.value(group, f)).sum::<f64>() + self.beta * norm
    }

    /// A dual point V_g in the subdifferential of F_g at outputs f, the smallest one.
    pub fn dual_point(&self, outputs: &[f64]) -> Vec<f64> {
        let mut dual = vec![0.0; outputs.len()];
        let blocks = dual.chunks_exact_mut(self.width()).zip(outputs.chunks_exact(self.width())).enumerate();
        blocks.for_each(|(group, (v, f))| self.datafit.subgradient(group, f, v));
        dual
    }

    /// A lower bound from the multiples s V with |s| price <= beta, where price = max |d^T V|.
    pub fn dual_value(&self, dual: &[f64], price: f64) -> f64 {
        let scaled = self.scaled_dual(dual, price);
        let blocks = scaled.chunks_exact(self.width()).enumerate();
        -blocks.map(|(group, v)| self.datafit.conjugate(group, v)).sum::<f64>()
    }

    /// The multiple of V at which [`Self::dual_value`] is attained: feasible for the dual if price = max |d^T V|.
    pub fn scaled_dual(&self, dual: &[f64], price: f64) -> Vec<f64> {
        let largest = if price > 0.0 { self.beta / price } else { f64::INFINITY };
        let scale = self.datafit.multiple(dual, largest);
        dual.iter().map(|v| scale * v).collect()
    }

    /// max |d^T V| over some columns. O(P N q / 8).
    pub fn price(&self, columns: &PatternMatrix, dual: &[f64]) -> f64 {
        let q = self.width();
        let output = |k: usize| dual.iter().skip(k).step_by(q).copied().collect::<Vec<f64>>();
        let sums: Vec<Vec<f64>> = (0..q).map(|k| columns.weighted_sums(&output(k))).collect();
        let mut block = vec![0.0; q];
        (0..columns.len()).fold(0.0, |price: f64, p| {
            block.iter_mut().zip(&sums).for_each(|(sum, sums)| *sum = sums[p]);
            price.max(self.penalty.dual_norm(&block))
        })
    }

    /// f = D w on the groups.
    pub fn outputs(&self, columns: &PatternMatrix, weights: &[f64]) -> Vec<f64> {
        let q = self.width();
        let mut outputs = vec![0.0; self.groups() * q];
        for (index, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            let (p, k) = (index / q, index % q);
            columns.column(p).iter_ones().for_each(|group| outputs[group * q + k] += weight);
        }
        outputs
    }

    /// The entries v_i of the dual point for rows, given by their groups (for q > 1 the indices of their outputs) and
    /// targets, which add up to V_g in each group.
    pub fn row_duals(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64> {
        self.datafit.to_rows(dual, rows)
    }

    /// The ends of the domain of v_i for a row with this target.
    pub fn row_domain(&self, target: f64) -> (f64, f64) {
        self.datafit.domain(target)
    }

    /// A pattern on the groups of the arrangement as a column of this problem: zero rows have bit step(0).
    pub fn column(&self, pattern: &BitsRef) -> Bits {
        let mut column = pattern.to_bitvec();
        column.resize(self.groups(), step(std::cmp::Ordering::Equal));
        column
    }

    /// The columns of this problem for patterns on the groups of the arrangement.
    pub fn columns(&self, patterns: &PatternMatrix) -> PatternMatrix {
        let mut columns = PatternMatrix::new(self.groups());
        columns.extend(patterns.iter().map(|pattern| self.column(pattern)));
        columns
    }
}

fn positive(name: &'static str, value: f64) -> Result<(), ProblemError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(ProblemError::Parameter { name, value }) }
}

fn admissible(row: usize, value: f64, loss: Loss) -> Result<(), ProblemError> {
    let refuse = |needs| Err(ProblemError::Target { row: row + 1, value, loss: loss.name(), needs });
    if !value.is_finite() {
        refuse("finite targets")
    } else if loss.needs_labels() && value.abs() != 1.0 {
        refuse("targets -1 and +1")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convex::penalty::GroupL2, exact::Arrangement, pattern::from_text};

    fn groups(features: &[f64], d: usize) -> Groups {
        Groups::of(&Arrangement::new(features, d).unwrap())
    }

    #[test]
    fn grouping_keeps_the_objective_and_weak_duality() {
        let groups = groups(&[1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 0.0, 0.0], 2);
        let problem = Problem::new(&groups, &[3.0, -1.0, 0.0, 2.0], Loss::Squared, 0.5).unwrap();
        let fit = problem.datafit::<Squared>().unwrap();
        assert_eq!((fit.counts.clone(), fit.means.clone()), (vec![2.0, 1.0, 1.0], vec![1.5, -1.0, 2.0]));
        // f = 1 on every row: squares 4, 4, 1, 1; weight 1.
        let objective = problem.objective(&[1.0; 3], 1.0);
        assert_eq!(objective, 5.0 + 0.5);
        let dual = problem.dual_point(&[1.0; 3]);
        let price = dual.iter().map(|v| v.max(0.0)).sum::<f64>().max(dual.iter().map(|v| (-v).max(0.0)).sum());
        assert!(problem.dual_value(&dual, price) <= objective);
    }

    #[test]
    fn bad_input_is_refused() {
        let groups = groups(&[1.0, 2.0], 1);
        let new = |targets: &[f64], loss, beta| Problem::new(&groups, targets, loss, beta).map(|_| ());
        assert!(matches!(new(&[1.0], Loss::Squared, 1.0), Err(ProblemError::Length { .. })));
        assert!(matches!(new(&[1.0, 2.0], Loss::Hinge, 1.0), Err(ProblemError::Target { row: 2, .. })));
        assert!(matches!(new(&[1.0, f64::NAN], Loss::Squared, 1.0), Err(ProblemError::Target { row: 2, .. })));
        assert!(matches!(new(&[1.0, 1.0], Loss::Squared, 0.0), Err(ProblemError::Parameter { .. })));
        assert!(matches!(new(&[1.0, 1.0], Loss::Huber { delta: -1.0 }, 1.0), Err(ProblemError::Parameter { .. })));
    }

    /// Vector outputs need no other type: one column, two outputs, by hand. Block soft thresholding of the mean targets
    /// is the optimum, and the dual point closes the gap for both penalties.
    #[test]
    fn blocks_of_two_outputs_have_no_gap_at_the_optimum() {
        let groups = groups(&[1.0, 2.0, 3.0, 0.0], 1);
        // Group 0 has three rows, the zero row is group 1; both are 1 in the column.
        let targets = [3.0, 4.0, 5.0, 4.0, 4.0, 4.0, 0.0, 8.0];
        let fit = Squared::new(&groups, &targets, 2);
        assert_eq!((&fit.means, &fit.spreads), (&vec![4.0, 4.0, 0.0, 8.0], &vec![1.0, 0.0]));
        let mut columns = PatternMatrix::new(2);
        columns.push(&from_text("11").unwrap());
        // The sums of the targets are (12, 20), four rows: w = (t - beta t') / 4 for the unit block t' of the norm.
        let length = f64::hypot(12.0, 20.0);
        let l2 = [12.0, 20.0].map(|t| (t - 2.0 * t / length) / 4.0);
        for (penalty, weights) in [(&L1 as &dyn Penalty, [2.5, 4.5]), (&GroupL2, l2)] {
            let problem = Problem::of(fit.clone(), penalty, 2.0);
            let outputs = problem.outputs(&columns, &weights);
            assert_eq!(outputs, [weights, weights].concat());
            let objective = problem.objective(&outputs, problem.norm(&weights));
            let dual = problem.dual_point(&outputs);
            let price = problem.price(&columns, &dual);
            assert!((price - 2.0).abs() < 1e-12, "{price}");
            assert!((objective - problem.dual_value(&dual, price)).abs() < 1e-12 * objective);
            // The rows' entries add up to the groups'.
            let rows: Vec<(usize, f64)> = [0, 1, 0, 1, 0, 1, 2, 3].into_iter().zip(targets).collect();
            let entries = problem.row_duals(&dual, &rows);
            for (index, v) in dual.iter().enumerate() {
                let sum: f64 = rows.iter().zip(&entries).filter(|(row, _)| row.0 == index).map(|(_, v)| v).sum();
                assert!((sum - v).abs() < 1e-12);
            }
            // In other units, powers of two change no digit.
            let units = Units { outputs: 4.0, slopes: 4.0 };
            let scaled: Vec<f64> = weights.iter().map(|w| w / 4.0).collect();
            let measured = problem.in_units(units);
            let outputs = measured.outputs(&columns, &scaled);
            let other = measured.objective(&outputs, measured.norm(&scaled)) * units.objectives();
            assert!((other - objective).abs() < 1e-12 * objective);
        }
    }

    /// Powers of two change no digit.
    #[test]
    fn objectives_are_measured_exactly() {
        let groups = groups(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2);
        let mut columns = PatternMatrix::new(3);
        columns.extend(["101", "011"].map(|text| from_text(text).unwrap()));
        for loss in [Loss::Squared, Loss::Absolute, Loss::Huber { delta: 0.003 }] {
            let problem = Problem::new(&groups, &[0.01, -0.02, 0.0375], loss, 0.25).unwrap();
            let units = problem.units_of_targets();
            assert_eq!(units.outputs, 2f64.powi(-5));
            let objective = |problem: &Problem, weights: &[f64]| {
                problem.objective(&problem.outputs(&columns, weights), problem.norm(weights))
            };
            let measured = objective(&problem.in_units(units), &[0.5, -0.75]) * units.objectives();
            assert_eq!(measured, objective(&problem, &[0.5, -0.75].map(|weight| weight * units.outputs)));
        }
    }
}
