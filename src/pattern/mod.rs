//! Activation patterns: the columns step(X w) of the convex programme, as packed bits.
//!
//! The step function itself, with step(0) = 1, is in [`mod@step`] and nowhere else.

mod bits;
mod groups;
mod matrix;
pub mod step;

use std::cmp::Ordering;

#[cfg(feature = "solve")]
pub use bits::weighted_sum;
pub use bits::{Bits, BitsRef, from_text, to_text};
pub use groups::Groups;
pub use matrix::PatternMatrix;
pub use step::step;

use crate::exact::{Arrangement, Direction};

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
}
