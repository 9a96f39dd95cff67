//! All of H(X) for small rank, as a stream: every cell is met at one vertex, without a search.
//!
//! **Vertices and cells.** Choose one hyperplane u_0 and look at the affine slice u_0 = 1, which every cell or its
//! opposite meets, and at a generic linear function phi on it. A cell that lies in phi > 0 has one lowest vertex there, a
//! cell in phi < 0 has one highest vertex; the other cells are cut by the hyperplane phi = 0, on which they are the cells
//! of an arrangement of rank r - 1 with generic functionals of its own. So with generic phi_0, ..., phi_{r-1},
//!
//! ```text
//! open cells = disjoint union, over k < r and the flats L of rank k that do not hold u_0, of
//!              +- { cells that have their lowest point on the ray of L in phi_{k+1} = ... = phi_{r-1} = 0,
//!                   oriented so that phi_k > 0 }.
//! ```
//!
//! At the ray the rows outside L have their signs; on the rows of L the cells are those of a smaller arrangement which phi
//! bounds from below (see `local`): exactly one if the rows of L are independent, with the signs of the coefficients c_i
//! in phi_k = f u_0 + sum c_i u_i + sum_{j>k} e_j phi_j. In general position that counts 2 sum_{k<r} C(N-1, k).
//!
//! **Faces.** The rows of weights with a given pattern form a convex cone; the rows that vanish on all of it form a flat
//! that is *totally cyclic* (a positive combination of all its rows is 0), and conversely. So H(X) is the disjoint union
//! over totally cyclic flats of the open cells of the arrangement on the flat, with bits 1 on its rows. If some w_0 has
//! u w_0 > 0 for all rows (a bias), only the whole space is one.
//!
//! **Exactness.** The functionals have random integer coefficients of 62 bits. Coordinates are f64 with error bounds;
//! small integers are exact; integers decide what is left. A functional that is not generic after all is noticed, and
//! the next seed is tried.
//!
//! **Cost.** At most C(N-1, k) flats of each rank k < r with O(N (r - k)) operations each, N bits for each pattern,
//! memory O(N r) a thread and the patterns of some shares of the work. Nothing is sorted, hashed or solved per pattern.
//! The order depends on the data alone, not on the number of threads.

mod approx;
mod emitter;
mod faces;
mod level;
mod local;
mod vectors;
mod vertex;
mod walk;

use std::{ops::ControlFlow, sync::OnceLock};

use emitter::{Emitter, Wiring};
use local::Locals;
use rayon::prelude::*;
use vectors::Vectors;
use walk::Path;

use crate::{
    exact::{Arrangement, IBig},
    limits::{Budget, Limit},
};

pub use faces::Slice;

/// Shares of the work for each thread that are done together before their patterns are handed over in order.
const TOGETHER: u64 = 4;

/// Flats that a share visits between two checks of the limits.
const CHECK_EVERY: u32 = 16;

/// Seeds that are tried before the sweep gives up.
const SEEDS: u64 = 4;

/// A generic functional vanished, or numbers left the range of f64: the sweep has to be begun anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unlucky;

/// Patterns from one share of the sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<'a> {
    /// The patterns, packed as the columns of a [`crate::pattern::PatternMatrix`].
    pub words: &'a [u64],
    /// Words in a pattern.
    pub stride: usize,
    /// Where a later sweep goes on after this batch.
    pub next: Position,
    /// The share of the whole work that is done, between 0 and 1.
    pub done: f64,
}

impl Batch<'_> {
    /// The number of patterns.
    pub fn len(&self) -> usize {
        self.words.len() / self.stride
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// A place between two shares of a sweep. A sweep of the same data goes on from it with nothing lost or repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The seed of the functionals.
    pub seed: u64,
    /// The slice: a totally cyclic flat.
    pub slice: usize,
    /// The next share of it.
    pub share: u64,
}

/// Why a sweep ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A limit was reached.
    Limit(Limit),
    /// The consumer said so.
    Consumer,
    /// Functionals with this seed are not generic, or the numbers are beyond f64; begin anew with another seed.
    Unlucky,
}

/// A sweep over the cells of an arrangement.
pub struct Sweep {
    slices: Vec<Slice>,
    groups: usize,
}

impl Sweep {
    /// Prepares the sweep: finds the totally cyclic flats.
    ///
    /// # Errors
    ///
    /// Why it ended early.
    pub fn new(arrangement: &Arrangement, budget: &Budget) -> Result<Self, Stopped> {
        Ok(Sweep { slices: faces::slices(arrangement, budget)?, groups: arrangement.groups() })
    }

    /// Hands all patterns from a position on to the consumer, each once, in an order that depends on the data alone.
    ///
    /// # Errors
    ///
    /// Why it ended early. What was handed over until then is a part of H(X).
    pub fn run(
        &self,
        from: Position,
        budget: &Budget,
        consumer: &mut dyn FnMut(Batch<'_>) -> ControlFlow<()>,
    ) -> Result<(), Stopped> {
        let stride = self.groups.div_ceil(u64::BITS as usize).max(1);
        for (index, slice) in self.slices.iter().enumerate().skip(from.slice) {
            let cells = Cells::new(slice, from.seed, index);
            let mut share = if index == from.slice { from.share } else { 0 };
            while share < cells.shares() {
                let end = cells.shares().min(share + TOGETHER * rayon::current_num_threads() as u64);
                let reached = OnceLock::new();
                let limited = || {
                    let limit = budget.exceeded();
                    limit.map(|limit| reached.get_or_init(|| limit)).is_some()
                };
                let found: Vec<Result<Vec<u64>, Unlucky>> =
                    (share..end).into_par_iter().map(|share| cells.share(share, &limited)).collect();
                if let Some(&limit) = reached.get() {
                    return Err(Stopped::Limit(limit));
                }
                for words in found {
                    let words = words.map_err(|Unlucky| Stopped::Unlucky)?;
                    share += 1;
                    let next = if share < cells.shares() {
                        Position { share, slice: index, ..from }
                    } else {
                        Position { share: 0, slice: index + 1, ..from }
                    };
                    let done = (index as f64 + cells.done(share)) / self.slices.len() as f64;
                    if consumer(Batch { words: &words, stride, next, done }).is_break() {
                        return Err(Stopped::Consumer);
                    }
                }
            }
        }
        Ok(())
    }

    /// The seeds to try, one after the other, when a sweep is [`Stopped::Unlucky`].
    pub fn seeds() -> impl Iterator<Item = u64> {
        0..SEEDS
    }
}

/// The open cells of one slice.
struct Cells<'a> {
    wiring: &'a Wiring,
    vectors: Vectors,
    locals: Locals,
}

impl<'a> Cells<'a> {
    fn new(slice: &'a Slice, seed: u64, index: usize) -> Self {
        let functionals = vertex::functionals(slice.dimension, seed, index);
        let exact: Vec<Vec<IBig>> = slice.normals.iter().cloned().chain(functionals).collect();
        let vectors = Vectors::new(exact, slice.normals.len(), slice.dimension);
        Cells { wiring: &slice.wiring, vectors, locals: Locals::default() }
    }

    /// The number of shares: one for the flat of rank 0, one for each first row and, in rank 4 and more, one for each
    /// first two.
    fn shares(&self) -> u64 {
        let rows = self.vectors.hyperplanes.saturating_sub(1) as u64;
        match self.vectors.dimension {
            0 | 1 => 1,
            2 | 3 => 1 + rows,
            _ => 1 + rows + rows * rows.saturating_sub(1) / 2,
        }
    }

    /// The share of the flats that come before a share, roughly.
    fn done(&self, share: u64) -> f64 {
        let (rows, rank) = (self.vectors.hyperplanes as f64, self.vectors.dimension as i32);
        if share == self.shares() || rank < 3 {
            return share as f64 / self.shares() as f64;
        }
        match self.rows(share) {
            None => 0.0,
            Some((first, second)) => {
                let left = |row: usize, power: i32| ((rows - row as f64) / rows).powi(power);
                let inner = second.map_or(0.0, |second| 1.0 - left(second, rank - 2) / left(first, rank - 2));
                let step = left(first, rank - 1) - left(first + 1, rank - 1);
                1.0 - left(first, rank - 1) + step * inner
            }
        }
    }

    /// The rows that a share begins with; `None` for the flat of rank 0.
    ///
    /// In rank 4 and more, shares of one first row follow each other: the flat of that row alone, then with each second.
    fn rows(&self, share: u64) -> Option<(usize, Option<usize>)> {
        let mut share = share.checked_sub(1)?;
        if self.vectors.dimension < 4 {
            return Some((share as usize + 1, None));
        }
        let rows = self.vectors.hyperplanes as u64;
        let mut first = 1;
        while share >= rows - first {
            share -= rows - first;
            first += 1;
        }
        Some((first as usize, share.checked_sub(1).map(|second| (first + 1 + second) as usize)))
    }

    /// The patterns of a share; what it returns after `limited` said yes is of no use.
    fn share(&self, share: u64, limited: &(dyn Fn() -> bool + Sync)) -> Result<Vec<u64>, Unlucky> {
        let mut emitter = Emitter::new(self.wiring, self.vectors.hyperplanes);
        if self.vectors.dimension == 0 {
            emitter.push(0);
            return Ok(emitter.patterns);
        }
        let rank = self.vectors.dimension;
        let mut path = Path::new(&self.vectors);
        let mut visited = 0u32;
        let mut visitor = |path: &mut Path<'_>| {
            if visited.is_multiple_of(CHECK_EVERY) && limited() {
                return Err(Unlucky);
            }
            visited = visited.wrapping_add(1);
            vertex::cells(path, &self.locals, &mut emitter)
        };
        match self.rows(share) {
            None => visitor(&mut path)?,
            Some((first, second)) => {
                let alone = second.is_none() && rank >= 4;
                if path.fix(first)? {
                    match second {
                        None => path.visit(first + 1, if alone { 1 } else { rank - 1 }, &mut visitor)?,
                        Some(second) if path.level().vanishes(second) => {}
                        Some(second) => {
                            if path.fix(second)? {
                                path.visit(second + 1, rank - 1, &mut visitor)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(emitter.patterns)
    }
}
