//! All of H(X) as a list, for small arrangements: the judge's own, by the formula of [`super::pricing`],
//!
//! ```text
//! H(U) = {1...1}  union over rays w_0 of  step(U w_0) on the rows that do not vanish  x  H(rows that vanish on w_0).
//! ```
//!
//! Rays are the kernels of all sets of r - 1 independent rows, in both directions; the sets of rows that vanish are
//! flats, each solved once. Cost: C(N, r - 1) exact solves of order r - 1, O(N r) big-integer products each, and P N
//! operations for every ray that touches P patterns. It uses nothing but exact elimination, and no f64.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use super::pricing::WorkExceeded;
use crate::{
    exact::{Arrangement, IBig, Normal, integer, kernel, rank, sign},
    pattern::{Bits, step},
};

/// The work that may still be done, in rows handled.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    left: u64,
    limit: u64,
}

impl Work {
    /// No more than `limit` rows.
    pub fn new(limit: u64) -> Self {
        Work { left: limit, limit }
    }

    /// Takes note of rows that are about to be handled.
    ///
    /// # Errors
    ///
    /// [`WorkExceeded`] if they are too many.
    pub fn spend(&mut self, rows: usize) -> Result<(), WorkExceeded> {
        let left = self.left.checked_sub(rows as u64 + 1);
        self.left = left.ok_or(self.refused())?;
        Ok(())
    }

    /// What is said when there is too much to do.
    pub fn refused(&self) -> WorkExceeded {
        WorkExceeded { limit: self.limit }
    }
}

/// An estimate of the work of [`patterns`] in general position.
pub fn estimated_work(arrangement: &Arrangement) -> f64 {
    let (rows, rank) = (arrangement.groups() as f64, arrangement.rank());
    let rays: f64 = (1..rank).map(|k| (rows - k as f64 + 1.0).max(0.0) / k as f64).product();
    rays * rows * 4.0 * rank as f64
}

/// All patterns on the rows with these normals, in lexicographic order.
///
/// # Errors
///
/// [`WorkExceeded`] if there is too much to do.
pub fn patterns(normals: &[Normal], work: &mut Work) -> Result<Vec<Bits>, WorkExceeded> {
    let mut listing = Listing { normals, known: HashMap::new(), work };
    let all: Vec<usize> = (0..normals.len()).collect();
    let patterns = listing.of(&all)?;
    Ok(patterns.iter().cloned().collect())
}

/// The patterns of a flat; bit k belongs to its k-th row.
type Patterns = Rc<BTreeSet<Bits>>;

struct Listing<'a> {
    normals: &'a [Normal],
    /// The patterns of flats, by their rows.
    known: HashMap<Vec<usize>, Patterns>,
    work: &'a mut Work,
}

impl Listing<'_> {
    /// The patterns of the given rows, ascending.
    fn of(&mut self, rows: &[usize]) -> Result<Patterns, WorkExceeded> {
        if let Some(known) = self.known.get(rows) {
            return Ok(Rc::clone(known));
        }
        let vectors: Vec<Vec<IBig>> = rows.iter().map(|&row| self.normals[row].exact().to_vec()).collect();
        let columns = rank::basis(&vectors, vectors.first().map_or(0, Vec::len)).columns;
        let reduced: Vec<Vec<IBig>> =
            vectors.iter().map(|vector| columns.iter().map(|&column| vector[column].clone()).collect()).collect();
        let mut found = BTreeSet::from([Bits::repeat(step(Ordering::Equal), rows.len())]);
        let mut subset: Vec<usize> = (0..columns.len().saturating_sub(1)).collect();
        loop {
            self.work.spend(rows.len())?;
            let killers: Vec<Vec<IBig>> = subset.iter().map(|&index| reduced[index].clone()).collect();
            if let Some(ray) = kernel::ray(&killers, columns.len()) {
                self.add_around(rows, &reduced, &ray, &mut found)?;
            }
            if !next_subset(&mut subset, rows.len()) {
                break;
            }
        }
        let found = Rc::new(found);
        self.known.insert(rows.to_vec(), Rc::clone(&found));
        Ok(found)
    }

    /// Adds the patterns of the faces that touch a ray or its opposite.
    fn add_around(
        &mut self,
        rows: &[usize],
        vectors: &[Vec<IBig>],
        ray: &[IBig],
        found: &mut BTreeSet<Bits>,
    ) -> Result<(), WorkExceeded> {
        let signs: Vec<Ordering> = vectors.iter().map(|vector| sign::of(&integer::dot(vector, ray))).collect();
        let vanish: Vec<usize> = (0..rows.len()).filter(|&index| signs[index].is_eq()).collect();
        let below = self.of(&vanish.iter().map(|&index| rows[index]).collect::<Vec<_>>())?;
        for towards in [Ordering::Greater, Ordering::Less] {
            for part in below.iter() {
                self.work.spend(rows.len())?;
                let mut pattern: Bits = signs.iter().map(|&sign| sign == towards).collect();
                for (&index, bit) in vanish.iter().zip(part.iter().by_vals()) {
                    pattern.set(index, bit);
                }
                found.insert(pattern);
            }
        }
        Ok(())
    }
}

/// The next subset of `0..size` with as many members, in lexicographic order; whether there is one.
pub(super) fn next_subset(subset: &mut [usize], size: usize) -> bool {
    let members = subset.len();
    let Some(place) = (0..members).rev().find(|&place| subset[place] + members < size + place) else { return false };
    let first = subset[place] + 1;
    for (offset, member) in subset[place..].iter_mut().enumerate() {
        *member = first + offset;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::to_text;

    fn listed(features: &[f64], d: usize) -> Vec<String> {
        let arrangement = Arrangement::new(features, d).unwrap();
        patterns(arrangement.normals(), &mut Work::new(u64::MAX))
            .unwrap()
            .iter()
            .map(|pattern| to_text(pattern))
            .collect()
    }

    #[test]
    fn example_3_1_and_faces() {
        assert_eq!(listed(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2), ["000", "001", "011", "100", "110", "111"]);
        assert_eq!(listed(&[1.0, -1.0], 1), ["01", "10", "11"]);
        assert_eq!(listed(&[0.0], 1), [""]);
        assert_eq!(listed(&[2.0], 1), ["0", "1"]);
    }

    #[test]
    fn too_much_work_is_refused() {
        let arrangement = Arrangement::new(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2).unwrap();
        assert_eq!(patterns(arrangement.normals(), &mut Work::new(5)), Err(WorkExceeded { limit: 5 }));
    }
}
