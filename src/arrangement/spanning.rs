//! A few patterns that span all vectors on the groups of rows: where column generation for (9) starts.
//!
//! Take a point on the hyperplane of a row where no other hyperplane passes. The pattern there (the *face*) has bit 1 on
//! that row and on the row opposite to it, if there is one. A little to one side the row has bit 0, a little to the other
//! side the opposite row has, and nothing else changes. So the unit vectors of both rows are differences of two patterns.
//! A zero row has bit 1 always: with a point on no hyperplane, its pattern d and the pattern of the opposite point add up
//! to 1 on all rows but 2 on the zero rows, and less the pattern of w = 0, which is 1 everywhere, a unit vector is left.
//!
//! So every unit vector costs at most 3, every target vector on the groups is attained, and |V_g| <= 3 at every dual
//! point. Points are taken on the curve (1, t, t^2, ...), projected to the hyperplane: another row vanishes at r - 1
//! integers t at most, so that some t up to N r suits. Exact; O(N^2 r) filtered signs for N groups.

use std::{cmp::Ordering, collections::HashMap};

use dashu_int::IBig;

use crate::{
    exact::{Arrangement, Direction, Normal, integer::dot},
    pattern::{Bits, step},
};

/// Patterns that span, and how.
#[derive(Clone, Debug)]
pub struct Spanning {
    /// Patterns on the groups of the arrangement which, with bit 1 on zero rows, span all vectors on groups and zero rows.
    pub patterns: Vec<Bits>,
    /// For each group, and for the zero rows if there are any: patterns with signs that add up to the unit vector.
    pub units: Vec<Vec<(usize, i8)>>,
}

/// Some three patterns for each group.
pub fn spanning(arrangement: &Arrangement) -> Spanning {
    let normals = arrangement.normals();
    let mut patterns = vec![Bits::repeat(step(Ordering::Equal), normals.len())];
    let mut units = vec![Vec::new(); normals.len()];
    if arrangement.has_zero_row() && normals.is_empty() {
        units.push(vec![(0, 1)]);
    } else if arrangement.has_zero_row() {
        let cell = bits(&generic_signs(normals, &[], |point| point));
        patterns.extend([!cell.clone(), cell]);
        units.push(vec![(0, -1), (1, 1), (2, 1)]);
    }
    let index: HashMap<&[IBig], usize> = normals.iter().enumerate().map(|(g, normal)| (normal.exact(), g)).collect();
    for (group, normal) in normals.iter().enumerate() {
        let opposite: Vec<IBig> = normal.exact().iter().map(|entry| -entry).collect();
        let opposite = index.get(opposite.as_slice()).copied();
        if opposite.is_some_and(|opposite| opposite < group) {
            continue;
        }
        let pair: Vec<usize> = [group].into_iter().chain(opposite).collect();
        let face = bits(&generic_signs(normals, &pair, |point| projected(point, normal.exact())));
        let place_of_face = patterns.len() + pair.len();
        for row in pair {
            let mut beside = face.clone();
            beside.set(row, false);
            units[row] = vec![(place_of_face, 1), (patterns.len(), -1)];
            patterns.push(beside);
        }
        patterns.push(face);
    }
    Spanning { patterns, units }
}

/// The signs of the rows at a point of the curve, mapped, at which none but the given ones vanishes.
fn generic_signs(normals: &[Normal], vanishing: &[usize], map: impl Fn(Vec<IBig>) -> Vec<IBig>) -> Vec<Ordering> {
    let dimension = normals.first().map_or(0, |normal| normal.exact().len());
    let mut t = IBig::ONE;
    loop {
        let powers = std::iter::successors(Some(IBig::ONE), |power| Some(power * &t));
        let point = Direction::new(map(powers.take(dimension).collect()));
        let signs: Vec<Ordering> = normals.iter().map(|normal| normal.sign_with(&point)).collect();
        if signs.iter().enumerate().all(|(row, sign)| sign.is_ne() || vanishing.contains(&row)) {
            return signs;
        }
        t += IBig::ONE;
    }
}

/// The point (u.u) z - (u.z) u of the hyperplane of u.
fn projected(point: Vec<IBig>, normal: &[IBig]) -> Vec<IBig> {
    let (square, product) = (dot(normal, normal), dot(normal, &point));
    point.iter().zip(normal).map(|(z, u)| &square * z - &product * u).collect()
}

fn bits(signs: &[Ordering]) -> Bits {
    signs.iter().map(|&sign| step(sign)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{arrangement::enumerate, exact::rank, limits::Budget};

    proptest! {
        /// They are patterns, and they span all vectors: with opposite rows, zero rows and dependent columns, too.
        #[test]
        fn they_are_patterns_and_span(entries in prop::collection::vec(-1i8..=1, 1..24), d in 1usize..4) {
            let n = entries.len() / d;
            prop_assume!(n > 0);
            let features: Vec<f64> = entries[..n * d].iter().map(|&entry| f64::from(entry)).collect();
            let arrangement = Arrangement::new(&features, d).unwrap();
            let all = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
            let Spanning { patterns: found, units } = spanning(&arrangement);
            prop_assert!(found.iter().all(|pattern| all.iter().any(|known| known == *pattern)));
            let points = arrangement.groups() + usize::from(arrangement.has_zero_row());
            let row = |pattern: &Bits| -> Vec<IBig> {
                let bits = pattern.iter().by_vals().chain([true]);
                bits.take(points).map(|bit| IBig::from(u8::from(bit))).collect()
            };
            let matrix: Vec<Vec<IBig>> = found.iter().map(row).collect();
            prop_assert_eq!(rank::basis(&matrix, points).rank(), points);
            prop_assert_eq!(units.len(), points);
            for (unit, terms) in units.iter().enumerate() {
                let sum = |point: usize| terms.iter().map(|&(p, sign)| IBig::from(sign) * &matrix[p][point]).sum::<IBig>();
                prop_assert!((0..points).all(|point| sum(point) == IBig::from(u8::from(point == unit))));
            }
        }
    }
}
