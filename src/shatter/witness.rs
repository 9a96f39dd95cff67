//! Weights with few digits that realise a pattern, so that proofs are short.
//!
//! Weights in floating point are rounded to ever more bits until they have the pattern, exactly.

use dashu_int::IBig;

use crate::{
    arrangement::{Realization, evidence::is_witness, realize},
    exact::{Arrangement, Direction, integer},
    pattern::{Bits, BitsRef},
};

/// The bits of the largest weight that are tried.
const PRECISIONS: [i32; 6] = [2, 5, 9, 16, 28, 53];

/// Weights with the pattern of `weight`, which is `labelling`, shorter if possible.
pub fn short(arrangement: &Arrangement, labelling: &BitsRef, weight: Direction) -> Direction {
    let rounded = rounded(arrangement, labelling, &integer::to_unit_size(weight.exact()));
    rounded.unwrap_or_else(|| {
        let mut exact = weight.exact().to_vec();
        integer::make_primitive(&mut exact);
        Direction::new(exact)
    })
}

/// Integer weights near the given ones (of modulus at most 1) that have the pattern.
fn rounded(arrangement: &Arrangement, labelling: &BitsRef, weights: &[f64]) -> Option<Direction> {
    let candidate = |bits: i32| -> Direction {
        let scale = 2f64.powi(bits);
        let mut exact: Vec<IBig> = weights.iter().map(|weight| IBig::from((weight * scale).round() as i64)).collect();
        integer::make_primitive(&mut exact);
        Direction::new(exact)
    };
    PRECISIONS.into_iter().map(candidate).find(|weight| is_witness(arrangement.normals(), labelling, weight))
}

/// Witnesses of any labelling of independent normals, by the inverse of their matrix in floating point.
pub struct Inverse<'a> {
    arrangement: &'a Arrangement,
    /// Row-major, r x r; `None` if floating point cannot invert the normals.
    inverse: Option<Vec<f64>>,
}

impl<'a> Inverse<'a> {
    /// The normals must be independent: as many as the rank.
    pub fn new(arrangement: &'a Arrangement) -> Self {
        let rank = arrangement.rank();
        let rows: Vec<f64> =
            arrangement.normals().iter().flat_map(|normal| integer::to_unit_size(normal.exact())).collect();
        let matrix = (rows.len() == rank * rank).then(|| nalgebra::DMatrix::from_row_slice(rank, rank, &rows));
        let inverse =
            matrix.and_then(nalgebra::DMatrix::try_inverse).map(|inverse| inverse.transpose().as_slice().to_vec());
        Inverse { arrangement, inverse }
    }

    /// Weights that realise the labelling; `None` if it is no pattern, which cannot be for independent normals.
    pub fn witness(&self, labelling: &Bits) -> Option<Direction> {
        let rank = self.arrangement.rank();
        let solved = self.inverse.as_ref().and_then(|inverse| {
            let sign = |bit: bool| if bit { 1.0 } else { -1.0 };
            let entry =
                |row: &[f64]| -> f64 { row.iter().zip(labelling.iter().by_vals()).map(|(a, b)| a * sign(b)).sum() };
            let weights: Vec<f64> = inverse.chunks_exact(rank.max(1)).map(entry).collect();
            let largest = weights.iter().fold(0.0f64, |largest, weight| largest.max(weight.abs()));
            let unit: Vec<f64> = weights.iter().map(|weight| weight / largest).collect();
            unit.iter().all(|weight| weight.is_finite()).then_some(unit)
        });
        if let Some(weight) = solved.and_then(|weights| rounded(self.arrangement, labelling, &weights)) {
            return Some(weight);
        }
        match realize(self.arrangement.normals(), labelling) {
            Realization::Witness(weight) => Some(short(self.arrangement, labelling, weight)),
            Realization::Refutation(_) => None,
        }
    }
}
