//! A weight vector on the positive side of all hyperplanes, if there is one.

use super::{evidence::Realization, realize::realize};
use crate::{
    exact::{Arrangement, Direction},
    pattern::Bits,
};

/// Whether some w_0 has u w_0 > 0 for all normals. Then every pattern is that of an open cell, and H(X) is as large as
/// the number of open cells; otherwise H(X) also has patterns that live on faces.
pub fn has_positive_direction(arrangement: &Arrangement) -> bool {
    positive_direction(arrangement).is_some()
}

/// A w_0 with u w_0 > 0 for all normals, if a coordinate axis is one (a bias column) or the margin programme finds one.
pub(super) fn positive_direction(arrangement: &Arrangement) -> Option<Direction> {
    let strictly_positive =
        |weight: &Direction| arrangement.normals().iter().all(|normal| normal.sign_with(weight).is_gt());
    let axis = |column: usize| Direction::new((0..arrangement.rank()).map(|j| i32::from(j == column).into()).collect());
    let axes = (0..arrangement.rank()).map(axis).find(&strictly_positive);
    axes.or_else(|| {
        let ones = Bits::repeat(true, arrangement.groups());
        match realize(arrangement.normals(), &ones) {
            Realization::Witness(witness) if strictly_positive(&witness) => Some(witness),
            _ => None,
        }
    })
}
