//! From a dual point V of the groups to one of the rows on the grid.
//!
//! The entries of the rows of a group add up to V_g and divide it such that the bound is best: the datafit of a group is
//! the infimal convolution of its rows'. On the grid, entries are rounded, at the ends of the domain of the loss's
//! conjugate toward 0. What that does to the sum V_g is put right in the group's first rows as far as the domain permits
//! it, so that max |d^T v| is that of V up to one unit a group.
//!
//! The checker takes the best multiple c v, and c is known once the point is priced. The best division of c V_g is not c
//! times that of V_g, so the rows are divided again then: with the same sums, which are all that the price depends on.
//!
//! O(n) for each point.

use crate::{
    convex::Problem,
    data::Dataset,
    oracle::{GridPoint, exponent_of_grid},
    pattern::Groups,
};

/// Divides dual points of one problem among the rows.
#[derive(Clone, Debug)]
pub struct Splitter<'a> {
    groups: &'a Groups,
    problem: Problem,
    /// The group and the target of each row.
    rows: Vec<(usize, f64)>,
}

impl<'a> Splitter<'a> {
    /// For the rows of the data on which the problem's groups are these.
    pub fn new(data: &Dataset, groups: &'a Groups, problem: &Problem) -> Self {
        let rows = groups.of_row().iter().copied().zip(data.targets().iter().copied()).collect();
        Splitter { groups, problem: problem.clone(), rows }
    }

    /// The point V, one entry a group, on the grid.
    pub fn point(&self, dual: &[f64]) -> GridPoint {
        let rows = self.problem.row_duals(dual, &self.rows);
        let Some(exponent) = exponent_of_grid(&rows) else {
            return GridPoint::new(self.groups, 0, vec![0; rows.len()]);
        };
        let unit = f64::from(exponent).exp2();
        let numerators = if rows.iter().all(|v| (v / unit).round() == 0.0) {
            vec![0; rows.len()]
        } else {
            let sums = dual.iter().map(|v| (v / unit).round() as i64).collect();
            self.rounded(&rows, unit, 1.0, sums)
        };
        GridPoint::new(self.groups, exponent, numerators)
    }

    /// The same point with the division that is best for its multiple by `scale`, between 0 and 1; `None` if the grid is
    /// too small for it, or the sums cannot be the same.
    pub fn divided(&self, point: &GridPoint, scale: f64) -> Option<GridPoint> {
        let several = self.rows.len() > self.groups.len();
        if !(several && 0.0 < scale && scale < 1.0) {
            return None;
        }
        let unit = point.unit();
        let scaled: Vec<f64> = point.groups.iter().map(|&sum| sum as f64 * unit * scale).collect();
        let mut rows = self.problem.row_duals(&scaled, &self.rows);
        rows.iter_mut().for_each(|v| *v /= scale);
        if exponent_of_grid(&rows)? > point.exponent {
            return None;
        }
        let rows = self.rounded(&rows, unit, scale, point.groups.clone());
        let divided = GridPoint::new(self.groups, point.exponent, rows);
        (divided.groups == point.groups).then_some(divided)
    }

    /// The entries as multiples of the unit, such that they add up to `sums` as far as their domain, divided by `scale`,
    /// permits it.
    fn rounded(&self, entries: &[f64], unit: f64, scale: f64, sums: Vec<i64>) -> Vec<i64> {
        // Infinite ends and ends beyond i64 become the ends of i64.
        let end = |end: f64| (end / (unit * scale)).trunc() as i64;
        let ends: Vec<(i64, i64)> = self
            .rows
            .iter()
            .map(|(_, target)| self.problem.row_domain(*target))
            .map(|(low, high)| (end(low), end(high)))
            .collect();
        let rounded = |(v, (low, high)): (&f64, &(i64, i64))| ((v / unit).round() as i64).clamp(*low, *high);
        let mut numerators: Vec<i64> = entries.iter().zip(&ends).map(rounded).collect();
        let mut missing = sums;
        for (numerator, (group, _)) in numerators.iter().zip(&self.rows) {
            missing[*group] = missing[*group].saturating_sub(*numerator);
        }
        for ((numerator, (group, _)), (low, high)) in numerators.iter_mut().zip(&self.rows).zip(ends) {
            let mended = numerator.saturating_add(missing[*group]).clamp(low, high);
            missing[*group] = missing[*group].saturating_sub(mended.saturating_sub(*numerator));
            *numerator = mended;
        }
        numerators
    }
}
