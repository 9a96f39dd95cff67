//! The problem (4) on groups of rows, with any loss, and what is known of its optimum beforehand.
//!
//! Rows with the same bit in every pattern have the same output, so the loss is a sum over groups g of convex functions
//! of one number, L_g(f_g) = sum of l(f_g; y_i) over the rows i of the group. Equal targets are counted.
//!
//! An objective U that some network has (the zero network at first) bounds every better one. With floor_g = min L_g:
//!
//! * beta ||a||_1 <= U - sum_g floor_g;
//! * L_g(f_g) <= floor_g + U - sum floor: f_g is in an interval;
//! * some optimum has linearly independent patterns (Caratheodory), so a = B^-1 f_R for k <= m rows R and a regular 0/1
//!   matrix B. An entry of B^-1 is a minor of order k - 1 over a determinant of modulus at least 1, and minors of 0/1
//!   matrices are bounded by Hadamard's maximal determinants: |a_j| <= k maxdet(k - 1) max |f_g|.

use crate::{
    convex::group::GroupLoss,
    exact::Arrangement,
    loss::Loss,
    pattern::{Bits, BitsRef, step},
};

/// The largest determinants of 0/1 matrices of order 0, 1, ... (Hadamard's problem).
const LARGEST_DETERMINANTS: [f64; 11] = [1.0, 1.0, 1.0, 2.0, 3.0, 5.0, 9.0, 32.0, 56.0, 144.0, 320.0];

/// Relative slack on bounds that are computed in floating point.
const SLACK: f64 = 1e-7;

/// Why there is no problem to solve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
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

/// minimise sum_g L_g(f_g) + beta ||a||_1 with f = sum_j a_j d_j over at most m patterns d_j.
///
/// The groups are those of the arrangement, in its order, followed by the zero rows as one group if there are any.
#[derive(Clone, Debug)]
pub struct Instance {
    /// L_g, one a group.
    pub groups: Vec<GroupLoss>,
    /// The loss function.
    pub loss: Loss,
    /// The regularisation parameter.
    pub beta: f64,
}

/// What an objective that some network has says about better ones.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// An upper bound on ||a||_1.
    pub norm: f64,
    /// An upper bound on |a_j| of some optimum.
    pub weight: f64,
    /// An interval for each output f_g.
    pub outputs: Vec<(f64, f64)>,
}

impl Instance {
    /// Groups the targets y (n entries) by the rows of the arrangement. O(n log n).
    ///
    /// # Errors
    ///
    /// If lengths differ, a number is not finite, or the loss needs targets -1 and +1.
    pub fn new(arrangement: &Arrangement, targets: &[f64], loss: Loss, beta: f64) -> Result<Self, InstanceError> {
        let rows = arrangement.rows();
        if targets.len() != rows {
            return Err(InstanceError::Length { targets: targets.len(), rows });
        }
        positive("beta", beta)?;
        if let Loss::Huber { delta } = loss {
            positive("delta", delta)?;
        }
        let zero_group = arrangement.groups();
        let mut grouped = vec![Vec::new(); zero_group + usize::from(arrangement.has_zero_row())];
        for (row, (&value, group)) in targets.iter().zip(arrangement.group_of_row()).enumerate() {
            admissible(row, value, loss)?;
            grouped[group.unwrap_or(zero_group)].push(value);
        }
        Ok(Instance { groups: grouped.into_iter().map(|targets| GroupLoss::new(loss, targets)).collect(), loss, beta })
    }

    /// The number of groups, the zero rows included.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// A pattern on the groups of the arrangement as one on the groups of this problem: zero rows have bit step(0).
    pub fn column(&self, pattern: &BitsRef) -> Bits {
        let mut column = pattern.to_bitvec();
        column.resize(self.groups(), step(std::cmp::Ordering::Equal));
        column
    }

    /// L_g(f).
    pub fn loss_at(&self, group: usize, f: f64) -> f64 {
        self.groups[group].value(f)
    }

    /// A subgradient of L_g at f.
    pub fn slope_at(&self, group: usize, f: f64) -> f64 {
        self.groups[group].terms().iter().map(|term| term.count * self.loss.slope(f, term.target)).sum()
    }

    /// sum_g L_g(f_g) + beta norm.
    pub fn objective(&self, outputs: &[f64], norm: f64) -> f64 {
        (0..self.groups()).map(|group| self.loss_at(group, outputs[group])).sum::<f64>() + self.beta * norm
    }

    /// The objective of the network without neurons.
    pub fn zero_objective(&self) -> f64 {
        self.objective(&vec![0.0; self.groups()], 0.0)
    }

    /// f = sum_j a_j d_j on the groups, for columns of this problem.
    pub fn outputs(&self, columns: &[Bits], weights: &[f64]) -> Vec<f64> {
        let mut outputs = vec![0.0; self.groups()];
        for (column, weight) in columns.iter().zip(weights) {
            column.iter_ones().for_each(|group| outputs[group] += weight);
        }
        outputs
    }

    /// The minimum of L_g, up to rounding.
    pub fn floor(&self, group: usize) -> f64 {
        (-self.groups[group].conjugate(0.0)).max(0.0)
    }

    /// The sum of the floors: a lower bound on the loss.
    pub fn loss_floor(&self) -> f64 {
        (0..self.groups()).map(|group| self.floor(group)).sum()
    }

    /// What an objective `upper` of some network implies for better networks with at most `width` neurons.
    pub fn bounds(&self, upper: f64, width: usize) -> Bounds {
        let slack = (upper - self.loss_floor()).max(0.0) * (1.0 + SLACK) + SLACK * upper.abs();
        let norm = slack / self.beta;
        let interval = |group| self.level_set(group, self.floor(group) + slack, norm);
        let outputs: Vec<(f64, f64)> = (0..self.groups()).map(interval).collect();
        let largest = outputs.iter().fold(0.0f64, |largest, (low, high)| largest.max(-low).max(*high));
        let order = width.min(self.groups());
        let determinant = order.checked_sub(1).and_then(|order| LARGEST_DETERMINANTS.get(order));
        let weight = determinant.map_or(norm, |determinant| norm.min(order as f64 * determinant * largest));
        Bounds { norm, weight, outputs }
    }

    /// { f : L_g(f) <= level, |f| <= reach }, a little enlarged.
    fn level_set(&self, group: usize, level: f64, reach: f64) -> (f64, f64) {
        // The minimiser is infinite for a label that is alone, as the logistic loss falls for ever.
        let centre = self.groups[group].output(0.0).clamp(-reach, reach);
        let end = |far: f64| {
            let (mut inside, mut outside) = (centre, far);
            if self.loss_at(group, far) <= level {
                return far;
            }
            for _ in 0..60 {
                let middle = inside.midpoint(outside);
                if self.loss_at(group, middle) <= level { inside = middle } else { outside = middle }
            }
            outside
        };
        (end(-reach), end(reach))
    }
}

fn positive(name: &'static str, value: f64) -> Result<(), InstanceError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(InstanceError::Parameter { name, value }) }
}

fn admissible(row: usize, value: f64, loss: Loss) -> Result<(), InstanceError> {
    let refuse = |needs| Err(InstanceError::Target { row: row + 1, value, loss: loss.name(), needs });
    match value {
        _ if !value.is_finite() => refuse("finite targets"),
        _ if loss.needs_labels() && value.abs() != 1.0 => refuse("targets -1 and +1"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(loss: Loss, targets: &[f64]) -> Instance {
        // All rows are one group.
        let arrangement = Arrangement::new(&vec![1.0; targets.len()], 1).unwrap();
        Instance::new(&arrangement, targets, loss, 0.5).unwrap()
    }

    #[test]
    fn floors_by_hand() {
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value}, not {expected}");
        near(instance(Loss::Squared, &[3.0, 1.0, 1.0, -1.0]).floor(0), 4.0);
        near(instance(Loss::Absolute, &[3.0, 1.0, -1.0]).floor(0), 4.0);
        near(instance(Loss::Huber { delta: 1.0 }, &[0.0, 1.0]).floor(0), 0.25);
        near(instance(Loss::Hinge, &[1.0, 1.0, -1.0]).floor(0), 2.0);
        near(instance(Loss::SquaredHinge, &[1.0, -1.0]).floor(0), 2.0);
        near(instance(Loss::Logistic, &[1.0, -1.0]).floor(0), 2.0 * 2f64.ln());
        near(instance(Loss::Logistic, &[1.0, 1.0]).floor(0), 0.0);
    }

    #[test]
    fn bounds_by_hand() {
        // y = 2, U = L(0) = 2: (f - 2)^2 / 2 <= 2, so 0 <= f <= 4; ||a||_1 <= 2 / 0.5.
        let problem = instance(Loss::Squared, &[2.0]);
        let bounds = problem.bounds(problem.zero_objective(), 3);
        assert!((bounds.norm - 4.0).abs() < 1e-5 && (bounds.weight - 4.0).abs() < 1e-5);
        assert!(bounds.outputs[0].0.abs() < 1e-5 && (bounds.outputs[0].1 - 4.0).abs() < 1e-5);
    }

    #[test]
    fn bad_input_is_refused() {
        let arrangement = Arrangement::new(&[1.0, 2.0], 1).unwrap();
        let new = |targets: &[f64], loss, beta| Instance::new(&arrangement, targets, loss, beta).map(|_| ());
        assert!(matches!(new(&[1.0], Loss::Squared, 1.0), Err(InstanceError::Length { .. })));
        assert!(matches!(new(&[1.0, 2.0], Loss::Hinge, 1.0), Err(InstanceError::Target { row: 2, .. })));
        assert!(matches!(new(&[1.0, f64::NAN], Loss::Squared, 1.0), Err(InstanceError::Target { row: 2, .. })));
        assert!(matches!(new(&[1.0, 1.0], Loss::Squared, 0.0), Err(InstanceError::Parameter { .. })));
        assert!(matches!(new(&[1.0, 1.0], Loss::Huber { delta: -1.0 }, 1.0), Err(InstanceError::Parameter { .. })));
    }
}
