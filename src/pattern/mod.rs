//! Activation patterns: the columns step(X w) of the convex programme, as packed bits.
//!
//! The step function itself, with step(0) = 1, is in [`mod@step`] and nowhere else.

mod groups;
mod matrix;
pub mod step;

use std::cmp::Ordering;

use bitvec::{order::Lsb0, slice::BitSlice, vec::BitVec};

pub use groups::Groups;
pub use matrix::PatternMatrix;
pub use step::step;

use crate::exact::{Arrangement, Direction};

/// The bits of one pattern: bit i belongs to row (or group) i.
pub type Bits = BitVec<u64, Lsb0>;

/// A borrowed pattern.
pub type BitsRef = BitSlice<u64, Lsb0>;

/// The pattern step(U w) of a weight vector w in the r coordinates of the arrangement, one bit a group.
///
/// Exact for every w. O(N r) operations, almost all in floating point.
pub fn pattern_of(arrangement: &Arrangement, weight: &Direction) -> Bits {
    arrangement.normals().iter().map(|normal| step(normal.sign_with(weight))).collect()
}

/// The pattern on all data rows that a pattern on the groups stands for (zero rows have bit step(0)).
pub fn expand(arrangement: &Arrangement, groups: &BitsRef) -> Bits {
    let bit = |group: &Option<usize>| group.map_or(step(Ordering::Equal), |index| groups[index]);
    arrangement.group_of_row().iter().map(bit).collect()
}

/// The inner product d^T v of a 0/1 pattern with a vector, over the words of the pattern.
///
/// One multiplication-free addition for every set bit.
pub fn weighted_sum(pattern: &BitsRef, values: &[f64]) -> f64 {
    debug_assert_eq!(pattern.len(), values.len());
    pattern.iter_ones().map(|index| values[index]).sum()
}

/// The pattern as text: character i is the bit of row i.
pub fn to_text(pattern: &BitsRef) -> String {
    pattern.iter().map(|bit| if *bit { '1' } else { '0' }).collect()
}

/// Reads a pattern from a text of `0` and `1`; `None` if there is any other character.
pub fn from_text(text: &str) -> Option<Bits> {
    let bit = |character| match character {
        b'0' => Some(false),
        b'1' => Some(true),
        _ => None,
    };
    text.bytes().map(bit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_zero_rows_have_bit_one() {
        let arrangement = Arrangement::new(&[1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0], 2).unwrap();
        let weight = Direction::from_f64s(&[0.0, -1.0]).unwrap();
        let groups = pattern_of(&arrangement, &weight);
        assert_eq!(to_text(&groups), "110");
        assert_eq!(to_text(&expand(&arrangement, &groups)), "1110");
    }

    #[test]
    fn text_and_sums() {
        let pattern = from_text("0110").unwrap();
        assert_eq!(weighted_sum(&pattern, &[1.0, 2.0, 4.0, 8.0]), 6.0);
        assert_eq!(to_text(&pattern), "0110");
        assert!(from_text("01 0").is_none());
    }
}
