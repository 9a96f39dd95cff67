//! Slabs: the rows of one class are enclosed, some at a time, between two parallel hyperplanes.
//!
//! Let w vanish on rows B of the class and on no row of the other class, and let c be positive on all rows. For large K
//! the units K w + c and K w - c are active together or not at all on every row on which w does not vanish; on the
//! others only the first is active. So their difference is 1 in the slab and 0 outside. If the class has bit 0 the second
//! layer is step(-sum of differences), which is step(0) = 1 outside; if it has bit 1, step(sum of differences - 1), with
//! one more unit that is always active. On zero rows all units are active: they count as outside.
//!
//! B is grown by one row at a time as long as its span holds no row of the other class. O(N_0) exact solves of order
//! r - 1, O(N r) big-integer products each.

use std::cmp::Ordering;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::Construction;
use crate::{
    exact::{Arrangement, Direction, IBig, integer::dot, kernel, rank, sign},
    pattern::BitsRef,
};

/// How often a hyperplane through few rows is drawn anew because it meets another row.
const DRAWS: usize = 20;

/// The constructions for the class of the bit 0 and for that of the bit 1.
pub(super) fn construct(arrangement: &Arrangement, labelling: &BitsRef, positive: &Direction) -> Vec<Construction> {
    [false, true].into_iter().filter_map(|bit| enclose(arrangement, labelling, positive, bit)).collect()
}

fn enclose(arrangement: &Arrangement, labelling: &BitsRef, positive: &Direction, bit: bool) -> Option<Construction> {
    let slabs = Slabs { arrangement, inside: (0..arrangement.groups()).map(|g| labelling[g] == bit).collect() };
    let mut left: Vec<usize> = (0..arrangement.groups()).filter(|&group| slabs.inside[group]).collect();
    let (mut units, mut weights) = (Vec::new(), Vec::new());
    let inner = IBig::from(if bit { 1 } else { -1 });
    while !left.is_empty() {
        let normal = slabs.normal(&left)?;
        left.retain(|&group| !slabs.value(&normal, group).is_zero());
        units.extend(slabs.pair(&normal, positive));
        weights.extend([inner.clone(), -&inner]);
    }
    if bit {
        units.push(positive.clone());
        weights.push(IBig::NEG_ONE);
    }
    Some(Construction { units, weights })
}

struct Slabs<'a> {
    arrangement: &'a Arrangement,
    /// For each group whether it belongs to the class that is enclosed.
    inside: Vec<bool>,
}

impl Slabs<'_> {
    fn value(&self, weight: &[IBig], group: usize) -> IBig {
        dot(self.arrangement.normals()[group].exact(), weight)
    }

    /// A hyperplane through the first of the rows and as many others as possible, but no row of the other class.
    fn normal(&self, left: &[usize]) -> Option<Vec<IBig>> {
        let mut best = self.through(&left[..1])?;
        let mut basis = vec![left[0]];
        for &group in &left[1..] {
            if basis.len() + 1 == self.arrangement.rank() {
                break;
            }
            basis.push(group);
            match self.is_independent(&basis).then(|| self.through(&basis)).flatten() {
                Some(normal) => best = normal,
                None => _ = basis.pop(),
            }
        }
        Some(best)
    }

    fn vectors(&self, groups: &[usize]) -> Vec<Vec<IBig>> {
        groups.iter().map(|&group| self.arrangement.normals()[group].exact().to_vec()).collect()
    }

    fn is_independent(&self, groups: &[usize]) -> bool {
        rank::basis(&self.vectors(groups), self.arrangement.rank()).rank() == groups.len()
    }

    /// A hyperplane through independent rows that meets no row of the other class.
    fn through(&self, groups: &[usize]) -> Option<Vec<IBig>> {
        let rank = self.arrangement.rank();
        let mut random = Pcg64Mcg::seed_from_u64(groups.len() as u64);
        let others = || (0..self.inside.len()).filter(|&group| !self.inside[group]);
        (0..DRAWS).find_map(|_| {
            let mut vectors = self.vectors(groups);
            let mut entry = || IBig::from(random.random_range(-1000i64..=1000));
            vectors.extend((groups.len() + 1..rank).map(|_| (0..rank).map(|_| entry()).collect()));
            let normal = kernel::ray(&vectors, rank)?;
            others().all(|group| !self.value(&normal, group).is_zero()).then_some(normal)
        })
    }

    /// The units K w + c and K w - c.
    fn pair(&self, normal: &[IBig], positive: &Direction) -> [Direction; 2] {
        let factor = |group: usize| {
            let (width, distance) = (self.value(positive.exact(), group), self.value(normal, group));
            let distance = if sign::of(&distance) == Ordering::Less { -distance } else { distance };
            if distance.is_zero() { IBig::ZERO } else { width / distance }
        };
        let factor = (0..self.inside.len()).map(factor).max().unwrap_or(IBig::ZERO) + IBig::ONE;
        let terms = || normal.iter().zip(positive.exact());
        [
            Direction::new(terms().map(|(w, c)| &factor * w + c).collect()),
            Direction::new(terms().map(|(w, c)| &factor * w - c).collect()),
        ]
    }
}
