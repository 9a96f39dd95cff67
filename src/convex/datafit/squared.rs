//! The squared loss on groups of rows, for blocks of any width.
//!
//! With c_g rows in group g, their mean target t_g and the spread s_g around it,
//!
//! ```text
//! sum of 1/2 |f_g - y_i|^2 over the rows i of g  =  c_g / 2 |f_g - t_g|^2 + s_g
//! ```
//!
//! So a group is three numbers (for q = 1) whatever its rows, and everything else is a closed form: V_g = c_g (f_g - t_g)
//! and F_g*(v) = |v|^2 / (2 c_g) + v . t_g - s_g. O(n q) to build, O(N q) for each question about all groups.

use std::sync::Arc;

use super::{Datafit, Term};
use crate::{convex::problem::Units, loss::Loss, pattern::Groups};

/// c_g / 2 |f_g - t_g|^2 + s_g.
#[derive(Clone, Debug, PartialEq)]
pub struct Squared {
    /// q: the numbers of a block.
    pub width: usize,
    /// c_g: the number of rows in each group.
    pub counts: Vec<f64>,
    /// t_g: the mean target of each group, a block.
    pub means: Vec<f64>,
    /// s_g: half of the sum of squared deviations of the targets from their group's mean.
    pub spreads: Vec<f64>,
}

impl Squared {
    /// Groups targets of q numbers a row.
    pub fn new(groups: &Groups, targets: &[f64], width: usize) -> Self {
        let counts: Vec<f64> = groups.counts().iter().map(|&count| count as f64).collect();
        let mut fit = Squared { width, means: vec![0.0; counts.len() * width], ..Squared::around(counts, Vec::new()) };
        let blocks = || groups.of_row().iter().zip(targets.chunks_exact(width));
        for (&group, block) in blocks() {
            let means = &mut fit.means[group * width..][..width];
            means.iter_mut().zip(block).for_each(|(mean, target)| *mean += target / fit.counts[group]);
        }
        for (&group, block) in blocks() {
            let means = &fit.means[group * width..][..width];
            fit.spreads[group] += block.iter().zip(means).map(|(y, mean)| 0.5 * (y - mean).powi(2)).sum::<f64>();
        }
        fit
    }

    /// Groups of one output whose rows all have their group's mean as target.
    pub fn around(counts: Vec<f64>, means: Vec<f64>) -> Self {
        Squared { width: 1, spreads: vec![0.0; counts.len()], counts, means }
    }

    /// The squared loss of the terms of a datafit with one output.
    pub fn of_terms(fit: &dyn Datafit) -> Self {
        let mut squared = Squared::around(Vec::new(), Vec::new());
        for terms in (0..fit.groups()).map(|group| fit.terms(group)) {
            let sum = |f: &dyn Fn(&Term) -> f64| terms.iter().map(f).sum::<f64>();
            let count = sum(&|term| term.count);
            let mean = sum(&|term| term.count * term.target) / count;
            squared.counts.push(count);
            squared.means.push(mean);
            squared.spreads.push(sum(&|term| 0.5 * term.count * (term.target - mean).powi(2)));
        }
        squared
    }

    /// V = c (f - t).
    pub fn dual_point(&self, outputs: &[f64]) -> Vec<f64> {
        let blocks = outputs.iter().zip(&self.means).enumerate();
        blocks.map(|(index, (f, mean))| self.counts[index / self.width] * (f - mean)).collect()
    }

    fn means_of(&self, group: usize) -> &[f64] {
        &self.means[group * self.width..][..self.width]
    }
}

impl Datafit for Squared {
    fn loss(&self) -> Loss {
        Loss::Squared
    }

    fn groups(&self) -> usize {
        self.counts.len()
    }

    fn width(&self) -> usize {
        self.width
    }

    fn value(&self, group: usize, f: &[f64]) -> f64 {
        let squares: f64 = f.iter().zip(self.means_of(group)).map(|(f, mean)| (f - mean).powi(2)).sum();
        0.5 * self.counts[group] * squares + self.spreads[group]
    }

    fn subgradient(&self, group: usize, f: &[f64], v: &mut [f64]) {
        for ((v, f), mean) in v.iter_mut().zip(f).zip(self.means_of(group)) {
            *v = self.counts[group] * (f - mean);
        }
    }

    fn conjugate(&self, group: usize, v: &[f64]) -> f64 {
        let entry = |(v, mean): (&f64, &f64)| 0.5 * v * v / self.counts[group] + v * mean;
        v.iter().zip(self.means_of(group)).map(entry).sum::<f64>() - self.spreads[group]
    }

    fn minimiser(&self, group: usize) -> Vec<f64> {
        self.means_of(group).to_vec()
    }

    fn terms(&self, group: usize) -> Vec<Term> {
        let count = self.counts[group];
        if self.width == 1 { vec![Term { target: self.means[group], count }] } else { Vec::new() }
    }

    /// With outputs f_g = t_g + V_g / c_g: v_i = f_g - y_i.
    fn to_rows(&self, dual: &[f64], rows: &[(usize, f64)]) -> Vec<f64> {
        // t_g - y_i first: it is 0 in groups of one row, where V_g must not drown in the rounding of t_g.
        let entry = |&(index, target): &(usize, f64)| {
            (self.means[index] - target) + dual[index] / self.counts[index / self.width]
        };
        rows.iter().map(entry).collect()
    }

    /// The best one: the dual function is a parabola along V.
    fn multiple(&self, dual: &[f64], largest: f64) -> f64 {
        let quadratic: f64 = dual.iter().enumerate().map(|(index, v)| v * v / self.counts[index / self.width]).sum();
        let linear: f64 = dual.iter().zip(&self.means).map(|(v, mean)| v * mean).sum();
        if quadratic == 0.0 { 0.0 } else { (-linear / quadratic).clamp(-largest, largest) }
    }

    fn largest_target(&self) -> f64 {
        self.means.iter().fold(0.0, |largest, mean| largest.max(mean.abs()))
    }

    fn in_units(&self, units: Units) -> Arc<dyn Datafit> {
        let spread = |spread: &f64| Some(spread / units.outputs / units.slopes).filter(|spread| spread.is_finite());
        Arc::new(Squared {
            width: self.width,
            counts: self.counts.clone(),
            means: self.means.iter().map(|mean| mean / units.outputs).collect(),
            spreads: self.spreads.iter().map(|s| spread(s).unwrap_or(0.0)).collect(),
        })
    }
}
