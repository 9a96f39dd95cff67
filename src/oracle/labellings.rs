//! Pricing over all labellings of the groups, which contain the patterns of every network and are all of them where
//! distinct rows are independent (Theorem 2.3) or deep networks reach them (Corollary 3.4). O(N) a query.

use super::{ColumnOracle, GridPoint, Priced, Want};
use crate::{
    certificate::PriceEvidence,
    check::pricing::over_all_labellings,
    limits::Budget,
    pattern::{Bits, Groups},
};

/// All labellings.
#[derive(Clone, Copy, Debug)]
pub struct LabellingsOracle {
    /// Groups whose bit is 1 in every labelling: the last ones.
    fixed: usize,
}

impl LabellingsOracle {
    /// Labellings of a first hidden layer: zero rows have bit step(0).
    pub fn first_layer(groups: &Groups) -> Self {
        LabellingsOracle { fixed: usize::from(groups.has_zero_group()) }
    }

    /// Labellings of later layers: any bits, on the zero rows, too.
    pub fn later_layers() -> Self {
        LabellingsOracle { fixed: 0 }
    }
}

impl ColumnOracle for LabellingsOracle {
    fn query(&mut self, point: &GridPoint, want: Want, _budget: &Budget) -> Priced {
        let (free, fixed) = point.groups.split_at(point.groups.len() - self.fixed);
        let extremes = over_all_labellings(free).shifted(fixed.iter().sum());
        let labelled = |wanted: &dyn Fn(i64) -> bool| -> Bits {
            free.iter().map(|&value| wanted(value)).chain(fixed.iter().map(|_| true)).collect()
        };
        let mut columns = vec![labelled(&|value| value > 0), labelled(&|value| value < 0)];
        if extremes.max < -extremes.min {
            columns.reverse();
        }
        columns.truncate(want.columns);
        Priced::exact(extremes.largest_modulus(), columns)
    }

    fn evidence(&self) -> PriceEvidence {
        PriceEvidence::AllLabellings
    }
}
