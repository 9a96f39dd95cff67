//! Pricing over all of H(X) by a walk over the rays of the arrangement, without a list. The cost is that of [`walk`].
//!
//! [`walk`]: super::walk

use super::{ColumnOracle, GridPoint, Priced, Want, walk};
use crate::{
    exact::Arrangement,
    limits::{Budget, Limit},
    pattern::Groups,
};

/// The patterns of an arrangement.
#[derive(Clone, Copy, Debug)]
pub struct WalkOracle<'a> {
    arrangement: &'a Arrangement,
    groups: &'a Groups,
}

impl<'a> WalkOracle<'a> {
    /// The patterns of this arrangement, whose groups these are.
    pub fn new(arrangement: &'a Arrangement, groups: &'a Groups) -> Self {
        WalkOracle { arrangement, groups }
    }
}

impl ColumnOracle for WalkOracle<'_> {
    fn query(&mut self, point: &GridPoint, want: Want, budget: &Budget) -> Priced {
        let (values, zero) = point.groups.split_at(self.arrangement.groups());
        let always: i64 = zero.iter().sum();
        let Some(prices) = walk::price(self.arrangement, values, &|| budget.exceeded().is_some()) else {
            return Priced::stopped(budget.exceeded().unwrap_or(Limit::Time));
        };
        let best = (prices.max + always).max(-prices.min - always);
        let mut leaders = prices.leaders;
        leaders.sort_by_key(|column| std::cmp::Reverse((column.value + always).abs()));
        leaders.truncate(want.columns);
        Priced::exact(best, leaders.iter().map(|column| self.groups.lift(&column.pattern)).collect())
    }
}
