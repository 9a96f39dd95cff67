//! All of H(X) as a list, for small arrangements: the judge's own, by the formula of [`super::pricing`],
//!
//! ```text
//! H(U) = {1...1}  union over rays w_0 of  step(U w_0) on the rows that do not vanish  x  H(rows that vanish on w_0).
//! ```
//!
//! Rays are the kernels of all sets of r - 1 independent rows, in both directions; the sets of rows that vanish are
//! flats. Independent rows have all labellings, which are gone through without being kept; the patterns of any other flat
//! are listed once. It uses nothing but exact elimination, and no f64.
//!
//! Cost: C(N, r - 1) exact solves of order r - 1, O(N r) big-integer products each; N operations for every pattern that
//! touches a ray, in general position 2^r for each ray; memory for P patterns, and for those of flats of dependent rows.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use super::pricing::WorkExceeded;
use crate::{
    exact::{IBig, Normal, integer, kernel, rank, sign},
    pattern::{Bits, step},
};

/// A byte may be held for so many rows of permitted work: a gigabyte for 10^10.
const ROWS_PER_BYTE: u64 = 10;

/// What a pattern occupies beside its bits: its place in a tree and two allocations, in bytes.
const OVERHEAD: usize = 64;

/// The work that may still be done, in rows handled, and the memory that may still be taken.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    left: u64,
    bytes: u64,
    limit: u64,
}

impl Work {
    /// No more than `limit` rows, and a byte for every ten of them.
    pub fn new(limit: u64) -> Self {
        Work { left: limit, bytes: limit / ROWS_PER_BYTE, limit }
    }

    /// Takes note of rows that are about to be handled.
    ///
    /// # Errors
    ///
    /// [`WorkExceeded`] if they are too many.
    pub fn spend(&mut self, rows: usize) -> Result<(), WorkExceeded> {
        self.repeat(1, rows)
    }

    /// Takes note of as many rows, so many times.
    fn repeat(&mut self, times: u64, rows: usize) -> Result<(), WorkExceeded> {
        let rows = times.saturating_mul(rows as u64 + 1);
        self.left = self.left.checked_sub(rows).ok_or(self.refused())?;
        Ok(())
    }

    /// Takes note of patterns of some bits that are about to be kept.
    ///
    /// # Errors
    ///
    /// [`WorkExceeded`] if they need too much memory.
    pub fn hold(&mut self, patterns: usize, bits: usize) -> Result<(), WorkExceeded> {
        let bytes = (patterns as u64).saturating_mul((OVERHEAD + bits / 8) as u64);
        self.bytes = self.bytes.checked_sub(bytes).ok_or(self.refused())?;
        Ok(())
    }

    /// Whether so many bytes may be held, beside those that are.
    ///
    /// # Errors
    ///
    /// [`WorkExceeded`] if not.
    pub fn fits(&self, bytes: u64) -> Result<(), WorkExceeded> {
        if bytes > self.bytes { Err(self.refused()) } else { Ok(()) }
    }

    /// The rows that may still be handled.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The work that has been done.
    pub fn spent(&self) -> u64 {
        self.limit - self.left
    }

    /// What is said when there is too much to do.
    pub fn refused(&self) -> WorkExceeded {
        WorkExceeded::of(self.limit)
    }
}

/// An estimate of the work of [`patterns`] in general position: 2^r patterns touch a ray.
#[cfg(any(feature = "solve", test))]
pub fn estimated_work(arrangement: &crate::exact::Arrangement) -> f64 {
    let (rows, rank) = (arrangement.groups() as f64, arrangement.rank());
    let labellings = (rank as f64).exp2();
    if arrangement.shatters_groups() {
        return rows * labellings;
    }
    let rays: f64 = (1..rank).map(|k| (rows - k as f64 + 1.0).max(0.0) / k as f64).product();
    rays * rows * (labellings + 4.0 * rank as f64)
}

/// All patterns on the rows with these normals, in lexicographic order.
///
/// # Errors
///
/// [`WorkExceeded`] if there is too much to do or to keep.
pub fn patterns(normals: &[Normal], work: &mut Work) -> Result<Vec<Bits>, WorkExceeded> {
    let mut listing = Listing { normals, known: HashMap::new(), work };
    let all: Vec<usize> = (0..normals.len()).collect();
    let found = listing.of(&all)?;
    // With the flats, the only other owner is gone: nothing is copied.
    drop(listing);
    let bits = |words: Words| (0..normals.len()).map(|row| words.bit(row)).collect();
    Ok(Rc::unwrap_or_clone(found).into_iter().map(bits).collect())
}

/// A pattern as numbers whose order is that of the patterns: its first bit is the most significant of the first word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Words(Box<[u64]>);

impl Words {
    fn collect(rows: usize, bits: impl Iterator<Item = bool>) -> Self {
        let mut words = Words(vec![0; rows.div_ceil(64)].into());
        bits.enumerate().filter(|(_, bit)| *bit).for_each(|(row, _)| words.flip(row));
        words
    }

    fn bit(&self, row: usize) -> bool {
        self.0[row / 64] << (row % 64) >> 63 == 1
    }

    fn flip(&mut self, row: usize) {
        self.0[row / 64] ^= 1 << (63 - row % 64);
    }
}

/// The patterns of a flat; bit k belongs to its k-th row.
type Patterns = BTreeSet<Words>;

struct Listing<'a> {
    normals: &'a [Normal],
    /// The patterns of flats of dependent rows, by their rows.
    known: HashMap<Vec<usize>, Rc<Patterns>>,
    work: &'a mut Work,
}

impl Listing<'_> {
    /// The patterns of the given rows, ascending.
    fn of(&mut self, rows: &[usize]) -> Result<Rc<Patterns>, WorkExceeded> {
        if let Some(known) = self.known.get(rows) {
            return Ok(Rc::clone(known));
        }
        let vectors: Vec<Vec<IBig>> = rows.iter().map(|&row| self.normals[row].exact().to_vec()).collect();
        let columns = rank::basis(&vectors, vectors.first().map_or(0, Vec::len)).columns;
        let mut found = Patterns::new();
        let ones = Words::collect(rows.len(), rows.iter().map(|_| step(Ordering::Equal)));
        if columns.len() == rows.len() {
            let all: Vec<usize> = (0..rows.len()).collect();
            self.add_labellings(ones, &all, rows.len(), &mut found)?;
            return Ok(Rc::new(found));
        }
        self.add(&ones, rows.len(), &mut found)?;
        let reduced: Vec<Vec<IBig>> =
            vectors.iter().map(|vector| columns.iter().map(|&column| vector[column].clone()).collect()).collect();
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
        found: &mut Patterns,
    ) -> Result<(), WorkExceeded> {
        let signs: Vec<Ordering> = vectors.iter().map(|vector| sign::of(&integer::dot(vector, ray))).collect();
        let vanish: Vec<usize> = (0..rows.len()).filter(|&index| signs[index].is_eq()).collect();
        let side = |towards: Ordering| Words::collect(rows.len(), signs.iter().map(|&sign| sign == towards));
        let sides = [side(Ordering::Greater), side(Ordering::Less)];
        // They have the rank of the ray's hyperplanes, so if they are as many, they are independent.
        if vanish.len() + 1 == ray.len() {
            return sides.into_iter().try_for_each(|side| self.add_labellings(side, &vanish, rows.len(), found));
        }
        let below = self.of(&vanish.iter().map(|&index| rows[index]).collect::<Vec<_>>())?;
        for side in sides {
            for part in below.iter() {
                self.work.spend(rows.len())?;
                let mut pattern = side.clone();
                vanish.iter().enumerate().filter(|(k, _)| part.bit(*k)).for_each(|(_, &index)| pattern.flip(index));
                self.add(&pattern, rows.len(), found)?;
            }
        }
        Ok(())
    }

    /// Adds a pattern with every labelling of some of its rows, each from the one before by another bit (the Gray code).
    fn add_labellings(
        &mut self,
        mut pattern: Words,
        free: &[usize],
        rows: usize,
        found: &mut Patterns,
    ) -> Result<(), WorkExceeded> {
        let labellings = 1u64.checked_shl(u32::try_from(free.len()).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
        self.work.repeat(labellings, rows)?;
        self.add(&pattern, rows, found)?;
        for count in 1..labellings {
            pattern.flip(free[count.trailing_zeros() as usize]);
            self.add(&pattern, rows, found)?;
        }
        Ok(())
    }

    fn add(&mut self, pattern: &Words, rows: usize, found: &mut Patterns) -> Result<(), WorkExceeded> {
        if !found.contains(pattern) {
            self.work.hold(1, rows)?;
            found.insert(pattern.clone());
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
    use crate::exact::Arrangement;
    use crate::{check::pricing::flats_up_to, pattern::to_text};

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
        assert_eq!(patterns(arrangement.normals(), &mut Work::new(5)), Err(WorkExceeded::of(5)));
    }

    /// N rows on the moment curve in R^r: in general position.
    fn general(rows: u32, rank: i32) -> Arrangement {
        let features: Vec<f64> =
            (1..=rows).flat_map(|t| (0..rank).map(move |power| f64::from(t).powi(power))).collect();
        Arrangement::new(&features, rank as usize).unwrap()
    }

    /// The estimate left out that 2^r patterns touch each ray: what was estimated to be little was refused in the end.
    #[test]
    fn the_estimate_is_what_is_spent() {
        for (rows, rank) in [(18, 17), (12, 9), (16, 3), (20, 2), (10, 10)] {
            let arrangement = general(rows, rank);
            assert_eq!(arrangement.rank(), rank as usize);
            let mut work = Work::new(u64::MAX);
            let found = patterns(arrangement.normals(), &mut work).unwrap().len();
            let cells = 2.0 * flats_up_to(f64::from(rows) - 1.0, rank as usize - 1);
            assert!(found as f64 >= cells, "{found} patterns, {cells} of them open cells");
            let (spent, estimated) = (work.spent() as f64, estimated_work(&arrangement));
            assert!(estimated >= 0.8 * spent && estimated <= 8.0 * spent, "{rows} x {rank}: {estimated}, not {spent}");
        }
    }

    /// Every independent subset was listed by itself and kept, so that gigabytes were taken before work ran out.
    #[test]
    fn memory_is_bounded_by_the_permitted_work() {
        let independent = general(20, 20);
        assert_eq!(patterns(independent.normals(), &mut Work::new(1 << 24)), Err(WorkExceeded::of(1 << 24)));
        let mut work = Work::new(u64::MAX);
        work.bytes = 1 << 16;
        let refused = Err(WorkExceeded::of(u64::MAX));
        assert_eq!(patterns(independent.normals(), &mut work), refused);
        assert_eq!(patterns(general(20, 12).normals(), &mut Work { bytes: 1 << 16, ..work }), refused);
        assert!(work.spent() <= 21 << 20, "{} steps", work.spent());
    }
}
