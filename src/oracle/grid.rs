//! Dual points on a fixed-point grid: what oracles are asked about, and what certificates hold.
//!
//! The moduli of a point's entries add up to at most 2^53 units, so that all sums d^T v are exact integers, in i64 as well
//! as in f64. O(n) for each function.

use crate::{
    certificate::{Dual, PriceEvidence},
    check::{LARGEST_DUAL_EXPONENT, LARGEST_DUAL_SUM},
    pattern::Groups,
};

/// A dual point v of the rows on a fixed-point grid: v_i = `rows[i]` * 2^`exponent`.
///
/// The moduli of the entries add up to at most 2^53, so all sums of them are exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridPoint {
    /// The exponent of the unit.
    pub exponent: i32,
    /// v, one entry a row of the data.
    pub rows: Vec<i64>,
    /// V: the sums of v over each group.
    pub groups: Vec<i64>,
}

impl GridPoint {
    /// The point with these entries. O(n).
    pub fn new(groups: &Groups, exponent: i32, rows: Vec<i64>) -> Self {
        GridPoint { exponent, groups: groups.sums(&rows), rows }
    }

    /// The point whose sums over the groups are these, all of each on the first row of its group. O(n).
    pub fn of_groups(groups: &Groups, exponent: i32, sums: Vec<i64>) -> Self {
        let mut rows = vec![0; groups.rows()];
        for (&row, &sum) in groups.first_rows().iter().zip(&sums) {
            rows[row] = sum;
        }
        GridPoint { exponent, rows, groups: sums }
    }

    /// The unit of the grid.
    pub fn unit(&self) -> f64 {
        f64::from(self.exponent).exp2()
    }

    /// The point as certificates hold it, with a proven bound on max |d^T v| in units of the grid.
    pub fn priced(self, bound: i64, evidence: PriceEvidence) -> Dual {
        Dual { exponent: self.exponent, numerators: self.rows, price: bound, evidence }
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
