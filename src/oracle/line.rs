//! Pricing over all of H(X) where the groups are on a line (rank 2), by running sums over the prefixes and suffixes of
//! one order. O(N) a query, and O(N) a column.

use super::{ColumnOracle, GridPoint, Priced, Want};
use crate::{arrangement::Order, limits::Budget};

/// The patterns of an arrangement whose groups have an order.
#[derive(Clone, Copy, Debug)]
pub struct LineOracle<'a> {
    order: &'a Order,
}

impl<'a> LineOracle<'a> {
    /// The patterns of this order.
    pub fn new(order: &'a Order) -> Self {
        LineOracle { order }
    }
}

impl ColumnOracle for LineOracle<'_> {
    fn query(&mut self, point: &GridPoint, want: Want, _budget: &Budget) -> Priced {
        // Rows on a line have a positive direction, so none of them is zero and the groups are those of the order.
        let (max, min) = self.order.extremes(&point.groups);
        let leaders = if want.columns == 0 { Vec::new() } else { self.order.leaders(&point.groups, want.columns) };
        Priced::exact(max.max(-min), leaders.into_iter().map(|(_, arc)| self.order.pattern(arc)).collect())
    }
}
