//! From a proposal to exact weights and an exact dual point.
//!
//! A basis of N independent columns is chosen, those with weights first and then those that are tight in the dual. The
//! systems B w = y and B^T V = sign(w) are solved in integers (signs of zero weights: the side on which the column is
//! tight). So D w = y holds exactly whatever the solver's rounding was, and if the solver's basis is optimal, w and V are
//! the optimum itself.
//!
//! Cost: O(C N^2) modular operations for C columns, O(N^3) operations on integers of the size of 0/1 determinants.

use std::{cmp::Ordering, collections::BTreeMap};

use dashu_int::{
    IBig,
    ops::{BitTest, UnsignedAbs},
};

use super::generation::Generated;
use crate::{
    check::LARGEST_DUAL_SUM,
    exact::{RBig, elimination, rank, rational::CommonDenominator},
    oracle::on_grid,
    pattern::{Bits, PatternMatrix, weighted_sum},
};

/// Weights below this fraction of the largest are zero as far as the choice of a basis goes.
const NEGLIGIBLE: f64 = 1e-11;

/// Exact weights.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactSolution {
    /// The columns with a weight.
    pub columns: Vec<Bits>,
    /// Their weights, none of them 0.
    pub weights: Vec<RBig>,
    /// Dual points that may be optimal, as integers up to a factor, the moduli adding up to at most 2^53.
    pub duals: Vec<Vec<i64>>,
}

/// The basic solution of a proposal; `None` if its columns do not span all vectors.
pub fn basic_solution(proposal: &Generated, targets: &[RBig]) -> Option<ExactSolution> {
    let columns = basis(proposal, targets.len());
    let weights = weights(&columns, targets)?;
    let sign = |(column, weight): (&Bits, &RBig)| match weight.cmp(&RBig::ZERO) {
        Ordering::Greater => 1,
        Ordering::Less => -1,
        Ordering::Equal if weighted_sum(column, &proposal.dual) < 0.0 => -1,
        Ordering::Equal => 1,
    };
    let signs: Vec<i8> = columns.iter().zip(&weights).map(sign).collect();
    let duals = dual(&columns, &signs).into_iter().chain(rounded_duals(proposal)).collect();
    let kept = columns.into_iter().zip(weights).filter(|(_, weight)| !weight.is_zero());
    let (columns, weights) = kept.unzip();
    Some(ExactSolution { columns, weights, duals })
}

/// The dual points of a proposal on the grid.
pub fn rounded_duals(proposal: &Generated) -> Vec<Vec<i64>> {
    [&proposal.dual, &proposal.centre].map(|dual| on_grid(dual).1).into()
}

/// Weights on columns that add up, with signs, to each unit vector: a network that fits whatever the targets are, without
/// elimination. Its ||w||_1 is at most three times that of the targets.
pub fn by_units(columns: &[Bits], units: &[Vec<(usize, i8)>], targets: &[RBig]) -> ExactSolution {
    let mut weights: BTreeMap<&Bits, RBig> = BTreeMap::new();
    for (terms, target) in units.iter().zip(targets) {
        for &(p, sign) in terms {
            *weights.entry(&columns[p]).or_insert(RBig::ZERO) += RBig::from(sign) * target;
        }
    }
    let kept = weights.into_iter().filter(|(_, weight)| !weight.is_zero());
    let (columns, weights) = kept.map(|(column, weight)| (column.clone(), weight)).unzip();
    ExactSolution { columns, weights, duals: Vec::new() }
}

/// Independent columns, the most important ones first.
fn basis(proposal: &Generated, rows: usize) -> Vec<Bits> {
    let Generated { columns, weights, dual, .. } = proposal;
    let largest = weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
    let prices = columns.weighted_sums(dual);
    let slack = |p: usize| (1.0 - prices[p].abs()).abs();
    let supported = |p: usize| weights[p].abs() > NEGLIGIBLE * largest;
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|&a, &b| {
        let (a_supported, b_supported) = (supported(a), supported(b));
        b_supported.cmp(&a_supported).then_with(|| match a_supported && b_supported {
            true => weights[b].abs().total_cmp(&weights[a].abs()),
            false => slack(a).total_cmp(&slack(b)),
        })
    });
    let matrix: Vec<Vec<IBig>> = order.iter().map(|&p| entries(columns, p)).collect();
    rank::basis(&matrix, rows).rows.into_iter().map(|index| columns.column(order[index]).to_bitvec()).collect()
}

fn entries(columns: &PatternMatrix, p: usize) -> Vec<IBig> {
    columns.column(p).iter().by_vals().map(|bit| IBig::from(u8::from(bit))).collect()
}

/// w with B w = y, exactly.
fn weights(columns: &[Bits], targets: &[RBig]) -> Option<Vec<RBig>> {
    let CommonDenominator { numerators, denominator } = CommonDenominator::of(targets);
    if columns.len() != targets.len() {
        return None;
    }
    let row = |(row, target): (usize, IBig)| -> Vec<IBig> {
        columns.iter().map(|column| IBig::from(u8::from(column[row]))).chain([target]).collect()
    };
    let solved = elimination::solve(numerators.into_iter().enumerate().map(row).collect())?;
    let unit = RBig::from(solved.denominator) * RBig::from(denominator);
    Some(solved.solutions.into_iter().flatten().map(|numerator| RBig::from(numerator) / &unit).collect())
}

/// The multiple of V with B^T V = signs that is an integer vector; `None` if it is beyond the grid.
fn dual(columns: &[Bits], signs: &[i8]) -> Option<Vec<i64>> {
    let row = |(column, &sign): (&Bits, &i8)| -> Vec<IBig> {
        column.iter().by_vals().map(|bit| IBig::from(u8::from(bit))).chain([IBig::from(sign)]).collect()
    };
    let mut solved = elimination::solve(columns.iter().zip(signs).map(row).collect())?.solutions.pop()?;
    crate::exact::integer::make_primitive(&mut solved);
    let moduli = solved.iter().fold(IBig::ZERO, |sum, entry| sum + IBig::from(entry.unsigned_abs()));
    if moduli.bit_len() > 64 || moduli > IBig::from(LARGEST_DUAL_SUM) {
        return None;
    }
    solved.iter().map(|entry| i64::try_from(entry).ok()).collect()
}

/// The optimum where every labelling of the rows is a pattern: nested patterns, one for each level of the targets on
/// each side of 0, and a dual point on the largest and the smallest target. O(N^2).
pub fn nested(targets: &[RBig]) -> ExactSolution {
    let mut found = ExactSolution { columns: Vec::new(), weights: Vec::new(), duals: vec![extremes(targets)] };
    for side in [Ordering::Greater, Ordering::Less] {
        let mut levels: Vec<&RBig> = targets.iter().filter(|target| (*target).cmp(&RBig::ZERO) == side).collect();
        levels.sort_unstable();
        levels.dedup();
        if side.is_lt() {
            levels.reverse();
        }
        let mut below = RBig::ZERO;
        for level in levels {
            found.columns.push(targets.iter().map(|target| target == level || target.cmp(level) == side).collect());
            found.weights.push(level - &below);
            below = level.clone();
        }
    }
    found
}

/// 1 at the largest target if that is positive, -1 at the smallest if that is negative.
pub fn extremes(targets: &[RBig]) -> Vec<i64> {
    let mut dual = vec![0; targets.len()];
    let by_target = |a: &usize, b: &usize| targets[*a].cmp(&targets[*b]);
    let largest = (0..targets.len()).max_by(by_target).filter(|&row| targets[row] > RBig::ZERO);
    let smallest = (0..targets.len()).min_by(by_target).filter(|&row| targets[row] < RBig::ZERO);
    largest.into_iter().for_each(|row| dual[row] = 1);
    smallest.into_iter().for_each(|row| dual[row] = -1);
    dual
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        arrangement::{Spanning, spanning},
        exact::Arrangement,
        pattern::{from_text, to_text},
    };

    fn rationals(values: &[i64]) -> Vec<RBig> {
        values.iter().map(|&value| RBig::from(value)).collect()
    }

    #[test]
    fn nested_levels_by_hand() {
        let found = nested(&rationals(&[3, -2, 0, 1, 3]));
        let texts: Vec<String> = found.columns.iter().map(|column| to_text(column)).collect();
        assert_eq!(
            (texts.as_slice(), found.weights),
            (&["10011", "10001", "01000"].map(String::from)[..], rationals(&[1, 2, -2]))
        );
        assert_eq!(found.duals, [[0, -1, 0, 0, 1]]);
    }

    /// What is left when there is no time for elimination: both rows of a pair, zero rows, and a row alone.
    #[test]
    fn unit_vectors_fit_every_target() {
        let arrangement = Arrangement::new(&[1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0], 2).unwrap();
        let Spanning { patterns, units } = spanning(&arrangement);
        let columns: Vec<Bits> =
            patterns.into_iter().map(|pattern| pattern.into_iter().chain([true]).collect()).collect();
        let targets = rationals(&[3, -2, 5, 7]);
        let found = by_units(&columns, &units, &targets);
        let output = |row: usize| -> RBig {
            let terms = found.columns.iter().zip(&found.weights);
            terms.filter(|(column, _)| column[row]).fold(RBig::ZERO, |sum, (_, weight)| sum + weight)
        };
        assert_eq!((0..4).map(output).collect::<Vec<_>>(), targets);
        assert!(found.weights.iter().all(|weight| !weight.is_zero()));
    }

    /// XOR without a bias column in the patterns that are given: rounding in the proposal does not matter.
    #[test]
    fn rounding_does_not_reach_the_weights() {
        let mut columns = PatternMatrix::new(3);
        columns.extend(["111", "110", "011", "010"].map(|text| from_text(text).unwrap()));
        let proposal = Generated {
            columns,
            weights: vec![-1.0000001, 1.0, 0.9999999, 1e-14],
            dual: vec![0.1, 0.8, 0.0],
            centre: vec![0.0; 3],
            generated: 4,
            limit: None,
        };
        let found = basic_solution(&proposal, &rationals(&[0, 1, 0])).unwrap();
        assert_eq!(found.weights, rationals(&[-1, 1, 1]));
        let ray = &found.duals[0];
        assert_eq!(ray.iter().map(|v| v * ray[1].signum()).collect::<Vec<_>>(), [-2, 3, -2]);
        assert!(basic_solution(&proposal, &rationals(&[0, 1])).is_none());
    }
}
