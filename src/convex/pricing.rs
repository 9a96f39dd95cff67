//! The pricing problem of the Lasso: which columns violate a dual point, and by how much?
//!
//! Over an explicit list, over all of H(X) by a walk that lists nothing, or on a line by running sums.

use std::collections::HashSet;

use crate::{
    arrangement::Order,
    check::{LARGEST_DUAL_EXPONENT, LARGEST_DUAL_SUM},
    convex::Problem,
    exact::Arrangement,
    limits::Budget,
    oracle::walk::price,
    pattern::{Bits, PatternMatrix},
};

/// Finds the columns that matter most for a dual point.
pub trait Pricer {
    /// max |d^T V| over all columns, and at most `count` distinct good columns, largest modulus first.
    ///
    /// `None` if a limit ended the search.
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced>;
}

/// The answer to a pricing problem.
#[derive(Clone, Debug)]
pub struct Priced {
    /// max |d^T V|.
    pub price: f64,
    /// The best columns.
    pub columns: Vec<Bits>,
}

/// Pricing over an explicit list of columns. O(P N / 8) a call.
#[derive(Clone, Debug)]
pub struct ListPricer<'a> {
    columns: &'a PatternMatrix,
}

impl<'a> ListPricer<'a> {
    /// A pricer over the columns of a matrix.
    pub fn new(columns: &'a PatternMatrix) -> Self {
        ListPricer { columns }
    }
}

impl Pricer for ListPricer<'_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let sums = self.columns.weighted_sums(dual);
        let price = sums.iter().fold(0.0f64, |price, sum| price.max(sum.abs()));
        let mut order: Vec<usize> = (0..sums.len()).collect();
        let by_modulus = |a: &usize, b: &usize| sums[*b].abs().total_cmp(&sums[*a].abs()).then(a.cmp(b));
        if count < order.len() {
            order.select_nth_unstable_by(count, by_modulus);
            order.truncate(count);
        }
        order.sort_unstable_by(by_modulus);
        Some(Priced { price, columns: order.into_iter().map(|p| self.columns.column(p).to_bitvec()).collect() })
    }
}

/// Pricing over all of H(X) by a walk over the arrangement, without a list; see [`crate::oracle::walk`].
pub struct WalkPricer<'a> {
    problem: &'a Problem,
    arrangement: &'a Arrangement,
    budget: &'a Budget,
}

impl<'a> WalkPricer<'a> {
    /// A pricer for the patterns of an arrangement.
    pub fn new(problem: &'a Problem, arrangement: &'a Arrangement, budget: &'a Budget) -> Self {
        WalkPricer { problem, arrangement, budget }
    }
}

impl Pricer for WalkPricer<'_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let (exponent, values) = on_grid(dual);
        let (groups, always) = values.split_at(self.arrangement.groups());
        let always: i64 = always.iter().sum();
        let prices = price(self.arrangement, groups, &|| self.budget.exceeded().is_some())?;
        let largest = (prices.max + always).max(-prices.min - always);
        let mut leaders = prices.leaders;
        leaders.sort_by_key(|column| std::cmp::Reverse((column.value + always).abs()));
        leaders.truncate(count);
        let columns = leaders.iter().map(|column| self.problem.column(&column.pattern)).collect();
        Some(Priced { price: largest as f64 * f64::from(exponent).exp2(), columns })
    }
}

/// Pricing over all of H(X) where the groups are on a line (rank 2), with running sums. O(N) a call, and O(N) a column.
pub struct OrderedPricer<'a> {
    problem: &'a Problem,
    order: &'a Order,
}

impl<'a> OrderedPricer<'a> {
    /// A pricer for the patterns of an arrangement whose groups have this order; it is sorted no more.
    pub fn new(problem: &'a Problem, order: &'a Order) -> Self {
        OrderedPricer { problem, order }
    }
}

impl Pricer for OrderedPricer<'_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let (exponent, values) = on_grid(dual);
        let (max, min) = self.order.extremes(&values);
        let leaders = if count == 0 { Vec::new() } else { self.order.leaders(&values, count) };
        let columns = leaders.into_iter().map(|(_, arc)| self.problem.column(&self.order.pattern(arc))).collect();
        Some(Priced { price: max.max(-min) as f64 * f64::from(exponent).exp2(), columns })
    }
}

/// A pricer that proposes all columns but some; its price is still that over all columns.
pub struct Without<'a> {
    problem: &'a Problem,
    inner: &'a mut dyn Pricer,
    banned: &'a HashSet<Bits>,
}

impl<'a> Without<'a> {
    /// `banned` holds patterns on the groups of the arrangement.
    pub fn new(problem: &'a Problem, inner: &'a mut dyn Pricer, banned: &'a HashSet<Bits>) -> Self {
        Without { problem, inner, banned }
    }
}

impl Pricer for Without<'_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let mut priced = self.inner.price(dual, count + self.banned.len())?;
        let banned: HashSet<Bits> = self.banned.iter().map(|pattern| self.problem.column(pattern)).collect();
        priced.columns.retain(|column| !banned.contains(column));
        priced.columns.truncate(count);
        Some(priced)
    }
}

/// Rounds to multiples of 2^e with the moduli adding up to at most 2^53 units: (e, multiples).
///
/// All sums of the multiples are then exact, in i64 and in f64.
pub fn on_grid(point: &[f64]) -> (i32, Vec<i64>) {
    let Some(exponent) = exponent_of_grid(point) else { return (0, vec![0; point.len()]) };
    let unit = f64::from(exponent).exp2();
    (exponent, point.iter().map(|v| (v / unit).round() as i64).collect())
}

/// e such that the moduli of a point add up to at most 2^51 units of 2^e: rounding and mending add a few units a row.
///
/// `None` for the zero point, and for points that are not finite.
pub fn exponent_of_grid(point: &[f64]) -> Option<i32> {
    let largest = point.iter().fold(0.0f64, |largest, v| largest.max(v.abs()));
    if largest == 0.0 || point.iter().any(|v| !v.is_finite()) {
        return None;
    }
    // The sum of the moduli may overflow, its logarithm does not.
    let size = largest.log2() + point.iter().map(|v| v.abs() / largest).sum::<f64>().log2();
    let bits = LARGEST_DUAL_SUM.ilog2() as i32 - 2;
    let limit = LARGEST_DUAL_EXPONENT as i32;
    Some((size.ceil() as i32 - bits).clamp(-limit, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_keeps_sums_exact() {
        for scale in [1e-300, 1e-9, 1.0, 3.7e12, 1e290] {
            let point: Vec<f64> = (0..1000).map(|index| scale * (f64::from(index) - 400.25)).collect();
            let (exponent, numerators) = on_grid(&point);
            let moduli: u64 = numerators.iter().map(|v| v.unsigned_abs()).sum();
            assert!(moduli <= LARGEST_DUAL_SUM, "{scale}");
            let unit = f64::from(exponent).exp2();
            assert!(point.iter().zip(&numerators).all(|(v, &k)| (k as f64 * unit - v).abs() <= unit));
        }
        assert_eq!(on_grid(&[0.0, 0.0]), (0, vec![0, 0]));
    }
}
