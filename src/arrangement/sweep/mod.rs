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
//! memory O(N r) a thread and the patterns of some shares
//! of the work, a few megabytes each. Nothing is sorted, hashed or solved per pattern.
//! The order depends on the data alone, not on the number of threads.

mod approx;
mod emitter;
mod faces;
mod level;
mod local;
mod shares;
mod vectors;
mod vertex;
mod walk;

use std::{ops::ControlFlow, sync::OnceLock};

use emitter::{Emitter, Wiring};
use local::Locals;
use rayon::prelude::*;
use shares::Shares;
use vectors::Vectors;
use walk::Path;

use crate::{
    exact::{Arrangement, IBig},
    limits::{Budget, Limit},
};

pub use faces::Slice;

/// Shares of the work for each thread that are done together before their patterns are handed over in order.
const TOGETHER: u64 = 4;

/// The patterns of a share of rows in general position take about this many bytes at most.
const SHARE_BYTES: f64 = 4e6;

/// Flats that a share visits between two checks of the limits.
const CHECK_EVERY: u32 = 16;

/// The rank up to which a sweep pays: in higher rank minors are large and flats are many for every pattern.
pub const LARGEST_RANK: usize = 12;

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

    /// The number of slices: totally cyclic flats.
    pub fn slices(&self) -> usize {
        self.slices.len()
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
        let reached = OnceLock::new();
        let limited = || {
            let limit = budget.exceeded();
            limit.map(|limit| reached.get_or_init(|| limit)).is_some()
        };
        let stride = self.groups.div_ceil(u64::BITS as usize).max(1);
        for (index, slice) in self.slices.iter().enumerate().skip(from.slice) {
            let cells = Cells::new(slice, from.seed, index, &limited);
            let mut share = if index == from.slice { from.share } else { 0 };
            while share < cells.shares.count {
                let end = cells.shares.count.min(share + TOGETHER * rayon::current_num_threads() as u64);
                let found: Vec<Result<Vec<u64>, Unlucky>> =
                    (share..end).into_par_iter().map(|share| cells.share(share)).collect();
                if let Some(&limit) = reached.get() {
                    return Err(Stopped::Limit(limit));
                }
                for words in found {
                    let words = words.map_err(|Unlucky| Stopped::Unlucky)?;
                    share += 1;
                    let next = if share < cells.shares.count {
                        Position { share, slice: index, ..from }
                    } else {
                        Position { share: 0, slice: index + 1, ..from }
                    };
                    let done = (index as f64 + cells.shares.done(share)) / self.slices.len() as f64;
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
    shares: Shares,
    locals: Locals<'a>,
    limited: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Cells<'a> {
    fn new(slice: &'a Slice, seed: u64, index: usize, limited: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let functionals = vertex::functionals(slice.dimension, seed, index);
        let exact: Vec<Vec<IBig>> = slice.normals.iter().cloned().chain(functionals).collect();
        let vectors = Vectors::new(exact, slice.normals.len(), slice.dimension);
        let pattern_bytes = slice.wiring.groups.len().div_ceil(8) as f64;
        let shares = Shares::new(vectors.hyperplanes, vectors.dimension, SHARE_BYTES / pattern_bytes);
        Cells { wiring: &slice.wiring, vectors, shares, locals: Locals::new(limited), limited }
    }

    /// The patterns of a share; what it returns after `limited` said yes is of no use.
    fn share(&self, share: u64) -> Result<Vec<u64>, Unlucky> {
        let mut emitter = Emitter::new(self.wiring, self.vectors.hyperplanes, self.limited);
        if self.vectors.dimension == 0 {
            emitter.push(0);
            return Ok(emitter.patterns);
        }
        let mut path = Path::new(&self.vectors);
        let prefix = self.shares.prefix(share);
        for &row in &prefix {
            if path.level().vanishes(row) || !path.fix(row)? {
                return Ok(emitter.patterns);
            }
        }
        let mut visited = 0u32;
        let first = prefix.last().map_or(1, |row| row + 1);
        path.visit(first, self.shares.deepest(&prefix), &mut |path| {
            if visited.is_multiple_of(CHECK_EVERY) && (self.limited)() {
                return Err(Unlucky);
            }
            visited = visited.wrapping_add(1);
            vertex::cells(path, &self.locals, &mut emitter)
        })?;
        Ok(emitter.patterns)
    }
}
