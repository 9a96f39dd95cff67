//! Pricing over an explicit list of columns. O(P N / 8) a query for P columns on N groups.

use super::{ColumnOracle, Ended, GridPoint, Priced, Want};
use crate::{limits::Budget, pattern::PatternMatrix};

/// The columns of a list.
#[derive(Clone, Debug)]
pub struct ListOracle {
    columns: PatternMatrix,
    proves: bool,
}

impl ListOracle {
    /// Columns on the groups; `proves` if they are all of the class and the checker can repeat the maximum over them.
    pub fn new(columns: PatternMatrix, proves: bool) -> Self {
        ListOracle { columns, proves }
    }

    /// The list.
    pub fn columns(&self) -> &PatternMatrix {
        &self.columns
    }
}

impl ColumnOracle for ListOracle {
    fn query(&mut self, point: &GridPoint, want: Want, _budget: &Budget) -> Priced {
        // All sums of the numerators are integers below 2^53, which f64 holds exactly.
        let values: Vec<f64> = point.groups.iter().map(|&sum| sum as f64).collect();
        let sums = self.columns.weighted_sums(&values);
        let best = sums.iter().fold(0.0f64, |best, sum| best.max(sum.abs())) as i64;
        let mut order: Vec<usize> = (0..sums.len()).collect();
        let by_modulus = |a: &usize, b: &usize| sums[*b].abs().total_cmp(&sums[*a].abs()).then(a.cmp(b));
        if want.columns < order.len() {
            order.select_nth_unstable_by(want.columns, by_modulus);
            order.truncate(want.columns);
        }
        order.sort_unstable_by(by_modulus);
        let columns = order.into_iter().map(|p| self.columns.column(p).to_bitvec()).collect();
        let ended = if self.proves { Ended::Exact } else { Ended::Heuristic };
        Priced { best, bound: self.proves.then_some(best), columns, ended }
    }
}
