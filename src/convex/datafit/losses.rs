//! Any loss on groups of rows: a group keeps its targets.
//!
//! F_g is a [`GroupLoss`], a convex function of one number. O(n log n) to build; O(K) for each question about all
//! groups, where K <= n is the number of distinct targets within groups, and a factor log K more for conjugates.

use std::sync::Arc;

use super::{Datafit, GroupLoss, Term};
use crate::{convex::problem::Units, loss::Loss, pattern::Groups};

/// sum_g L_g(f_g).
#[derive(Clone, Debug, PartialEq)]
pub struct Losses {
    /// The loss of a row.
    pub loss: Loss,
    /// L_g: the loss of each group.
    pub groups: Vec<GroupLoss>,
}

impl Losses {
    /// Groups the targets, which the loss permits.
    pub fn new(groups: &Groups, targets: &[f64], loss: Loss) -> Self {
        let mut members = vec![Vec::new(); groups.len()];
        groups.of_row().iter().zip(targets).for_each(|(&group, &target)| members[group].push(target));
        Losses::of(loss, members)
    }

    /// From the targets of each group.
    pub fn of(loss: Loss, members: Vec<Vec<f64>>) -> Self {
        Losses { loss, groups: members.into_iter().map(|targets| GroupLoss::new(loss, targets)).collect() }
    }
}

impl Datafit for Losses {
    fn loss(&self) -> Loss {
        self.loss
    }

    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn width(&self) -> usize {
        1
    }

    fn value(&self, group: usize, f: &[f64]) -> f64 {
        self.groups[group].value(f[0])
    }

    fn subgradient(&self, group: usize, f: &[f64], v: &mut [f64]) {
        let (low, high) = self.groups[group].slopes(f[0]);
        v[0] = 0f64.clamp(low.min(high), high.max(low));
    }

    fn conjugate(&self, group: usize, v: &[f64]) -> f64 {
        self.groups[group].conjugate(v[0])
    }

    fn minimiser(&self, group: usize) -> Vec<f64> {
        vec![self.groups[group].output(0.0)]
    }

    fn terms(&self, group: usize) -> Vec<Term> {
        self.groups[group].terms().to_vec()
    }

    fn to_rows(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64> {
        let splits: Vec<Vec<f64>> = self.groups.iter().zip(dual).map(|(group, &v)| group.split(v)).collect();
        let entry = |&(group, target): &(usize, f64)| {
            let terms = self.groups[group].terms();
            splits[group][terms.partition_point(|term| term.target < target)]
        };
        rows.iter().map(entry).collect()
    }

    fn largest_target(&self) -> f64 {
        let terms = self.groups.iter().flat_map(GroupLoss::terms);
        terms.fold(0.0, |largest, term| largest.max(term.target.abs()))
    }

    fn in_units(&self, units: Units) -> Arc<dyn Datafit> {
        let loss = self.loss.in_units(units.slopes);
        let groups = self.groups.iter().map(|group| group.in_units(loss, units.outputs)).collect();
        Arc::new(Losses { loss, groups })
    }
}
