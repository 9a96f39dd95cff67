//! The dual points of problem (9) that were proven: rays v with a bound on max |d^T v|, which is the norm of the network
//! that they bound from below, |v.y| / max |d^T v|.

use std::collections::HashSet;

use super::{super::Record, exact::extremes};
use crate::{
    certificate::{PriceEvidence, interpolation::DualRay},
    check::interpolation::lower_bound,
    convex::pricing::{Priced, Pricer},
    exact::RBig,
    limits::Budget,
    oracle::{ColumnOracle, Ended, GridPoint, LabellingsOracle, Want, on_grid},
    pattern::Bits,
    subject::Subject,
};

/// Proven rays of one data set.
pub(super) struct Rays<'a> {
    subject: &'a Subject<'a>,
    /// The targets of the groups.
    targets: Vec<f64>,
    record: Record<DualRay>,
}

impl<'a> Rays<'a> {
    pub fn new(subject: &'a Subject<'a>) -> Self {
        let targets = subject.groups.first_rows().iter().map(|&row| subject.data.targets()[row]).collect();
        Rays { subject, targets, record: Record::default() }
    }

    /// Asks about a dual point on the groups, in units of 2^exponent; what is proven is kept.
    pub fn price(
        &mut self,
        exponent: i32,
        groups: Vec<i64>,
        columns: usize,
        oracle: &mut dyn ColumnOracle,
        budget: &Budget,
    ) -> Option<Priced> {
        let point = GridPoint::of_groups(&self.subject.groups, exponent, groups);
        let answer = oracle.query(&point, Want::columns(columns), budget);
        if let Some(bound) = answer.bound {
            let product: f64 = point.groups.iter().zip(&self.targets).map(|(&v, y)| v as f64 * y).sum();
            let evidence = oracle.evidence();
            let ray = || DualRay { numerators: point.rows.clone(), price: bound, evidence };
            self.record.offer(product.abs() / bound.max(1) as f64, ray);
        }
        if let Ended::Stopped(_) = answer.ended {
            return None;
        }
        // Over columns that are at hand only, the largest value that was met is the bound for the programme over these.
        let price = answer.bound.unwrap_or(answer.best) as f64 * point.unit();
        Some(Priced { price, value: None, columns: answer.columns })
    }

    /// Two rays whose bounds over all labellings hold for every network: the extreme targets of the groups that may have
    /// any labelling, and the target of the zero rows.
    pub fn relax(&mut self, targets: &[RBig]) {
        let groups = &self.subject.groups;
        let free = groups.len() - usize::from(groups.has_zero_group());
        let mut of_extremes = extremes(&targets[..free]);
        of_extremes.resize(groups.len(), 0);
        let mut of_zero_rows = vec![0; groups.len()];
        of_zero_rows[free..].fill(1);
        let mut labellings = LabellingsOracle::first_layer(groups);
        for dual in [of_extremes, of_zero_rows] {
            self.price(0, dual, 0, &mut labellings, &Budget::unlimited());
        }
    }

    /// The ray with the best bound, by exact arithmetic; 0 bounds every norm.
    pub fn best(&self) -> DualRay {
        let rows = self.subject.data.n();
        let zero = DualRay { numerators: vec![0; rows], price: 0, evidence: PriceEvidence::AllLabellings };
        self.record.best(|ray| lower_bound(self.subject.data.targets(), ray)).cloned().unwrap_or(zero)
    }

    /// An oracle as column generation asks it.
    pub fn pricing<'p>(
        &'p mut self,
        oracle: &'p mut dyn ColumnOracle,
        banned: &'p HashSet<Bits>,
    ) -> RayPricing<'p, 'a> {
        RayPricing { rays: self, oracle, banned }
    }
}

/// An oracle that answers for dual points in f64, without the banned columns.
pub(super) struct RayPricing<'p, 'a> {
    rays: &'p mut Rays<'a>,
    oracle: &'p mut dyn ColumnOracle,
    banned: &'p HashSet<Bits>,
}

impl Pricer for RayPricing<'_, '_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let (exponent, groups) = on_grid(dual);
        let budget = &self.rays.subject.budget;
        let mut priced = self.rays.price(exponent, groups, count + self.banned.len(), self.oracle, budget)?;
        priced.columns.retain(|column| !self.banned.contains(column));
        priced.columns.truncate(count);
        Some(priced)
    }
}
