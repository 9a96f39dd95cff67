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
//! Any hyperplane may be u_0; one in the large flats is chosen (see `base`).
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
//! memory O(N r) a thread, the patterns of some chunks of the work, a few megabytes each, at most 4 r + 8 bytes for each
//! totally cyclic flat, and what is remembered of dependent rows (see `local`). Nothing is sorted, hashed or solved for
//! each pattern.
//! The order depends on the data alone, not on the number of threads.

mod approx;
mod base;
mod chunks;
mod degenerate;
mod emitter;
mod faces;
mod local;
mod restriction;
mod slice;
mod vectors;
mod vertex;
mod walk;

use std::{
    ops::{ControlFlow, Range},
    sync::OnceLock,
};

use chunks::{Chunks, up_to};
use degenerate::Degenerate;
use emitter::Emitter;
use faces::Bases;
use local::Locals;
use rayon::prelude::*;
use slice::Slice;
use vectors::{Vectors, balanced};
use walk::Path;

use super::positive::has_positive_direction;
pub use super::tuning::SWEEP_LARGEST_RANK as LARGEST_RANK;
use crate::{
    arrangement::tuning::{
        SWEEP_CHECK_EVERY, SWEEP_CHUNK_BYTES, SWEEP_CHUNKS_PER_THREAD, SWEEP_REMEMBERED_BYTES, SWEEP_SEEDS,
    },
    exact::Arrangement,
    limits::{Budget, Limit},
};

impl From<Degenerate> for Stopped {
    fn from(_: Degenerate) -> Self {
        Stopped::Degenerate
    }
}

/// Patterns from one chunk of the sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<'a> {
    /// The patterns, packed as the columns of a [`crate::pattern::PatternMatrix`].
    pub words: &'a [u64],
    /// Words in a pattern.
    pub stride: usize,
    /// Where a later sweep goes on after this batch.
    pub next: Position,
    /// The fraction of the whole work that is done, between 0 and 1.
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

/// A place between two chunks of a sweep. A sweep of the same data goes on from it with nothing lost or repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The seed of the functionals.
    pub seed: u64,
    /// The slice: a totally cyclic flat.
    pub slice: usize,
    /// The next chunk of it; checkpoints call it `share`.
    #[serde(rename = "share")]
    pub chunk: u64,
}

/// Why a sweep ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A limit was reached.
    Limit(Limit),
    /// The consumer asked for it.
    Consumer,
    /// Functionals with this seed are not generic, the numbers are beyond f64, or there is no such position; begin anew
    /// with another seed.
    Degenerate,
}

/// A sweep over the cells of an arrangement.
pub struct Sweep<'a> {
    arrangement: &'a Arrangement,
    whole: Slice,
    /// Whether the whole space is the only totally cyclic flat.
    open_only: bool,
    /// The other totally cyclic flats, once they are known.
    faces: OnceLock<Bases>,
}

impl<'a> Sweep<'a> {
    /// Prepares the sweep.
    pub fn new(arrangement: &'a Arrangement) -> Self {
        let open_only = arrangement.groups() == 0 || has_positive_direction(arrangement);
        Sweep { arrangement, whole: Slice::whole(arrangement), open_only, faces: OnceLock::new() }
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
        let ended = self.run_until(from, &limited, consumer);
        // After the limit the rest was not computed: neither patterns nor errors from then on mean anything.
        reached.get().map_or(ended, |&limit| Err(Stopped::Limit(limit)))
    }

    fn run_until(
        &self,
        from: Position,
        limited: &(dyn Fn() -> bool + Sync),
        consumer: &mut dyn FnMut(Batch<'_>) -> ControlFlow<()>,
    ) -> Result<(), Stopped> {
        let mut position = from;
        // The whole space comes first: the other flats are not looked for before it is done.
        if position.slice == 0 {
            position = self.slices(0..1, position, 0.0, limited, consumer)?;
        }
        let count = 1 + if self.open_only { 0 } else { self.faces(limited)?.len() };
        if position.slice > count {
            return Err(Stopped::Degenerate);
        }
        let mut work = self.work(0..position.slice);
        while position.slice < count {
            let slices = position.slice..count.min(position.slice + together());
            position = self.slices(slices.clone(), position, work, limited, consumer)?;
            work += self.work(slices);
        }
        Ok(())
    }

    /// Some slices from a position in the first of them on, after so much work; the position after them.
    fn slices(
        &self,
        slices: Range<usize>,
        from: Position,
        mut work: f64,
        limited: &(dyn Fn() -> bool + Sync),
        consumer: &mut dyn FnMut(Batch<'_>) -> ControlFlow<()>,
    ) -> Result<Position, Stopped> {
        let most = SWEEP_REMEMBERED_BYTES / slices.len().max(1);
        let locals = || Locals::new(most, limited);
        let build =
            |index: usize| (!limited()).then(|| Cells::new(self.slice(index), from.seed, index, locals(), limited));
        let cells = slices.clone().into_par_iter().map(build).collect::<Option<Vec<Cells<'_>>>>().ok_or(Degenerate)?;
        let chunks = |index: usize| {
            let first = if index == from.slice { from.chunk } else { 0 };
            (first..cells[index - slices.start].chunks.count).map(move |chunk| (index, chunk))
        };
        let (mut all, mut position) = (slices.clone().flat_map(chunks), from);
        loop {
            let some: Vec<(usize, u64)> = all.by_ref().take(together()).collect();
            if some.is_empty() {
                return Ok(Position { chunk: 0, slice: slices.end, ..from });
            }
            let chunk = |&(index, chunk): &(usize, u64)| cells[index - slices.start].chunk(chunk);
            let found: Vec<Result<Vec<u64>, Degenerate>> = some.par_iter().map(chunk).collect();
            if limited() {
                return Err(Stopped::Degenerate);
            }
            for ((index, chunk), words) in some.into_iter().zip(found) {
                let words = words?;
                let chunks = &cells[index - slices.start].chunks;
                let part = self.work(index..index + 1) * chunks.done(chunk + 1);
                let done = ((work + part) / self.all_work()).min(1.0);
                position.chunk = chunk + 1;
                if position.chunk == chunks.count {
                    work += part;
                    position = Position { chunk: 0, slice: index + 1, ..from };
                }
                let stride = self.arrangement.groups().div_ceil(u64::BITS as usize).max(1);
                if consumer(Batch { words: &words, stride, next: position, done }).is_break() {
                    return Err(Stopped::Consumer);
                }
            }
        }
    }

    /// The arrangement on a totally cyclic flat; the whole space is number 0.
    fn slice(&self, index: usize) -> Slice {
        match self.faces.get().filter(|_| index > 0) {
            Some(faces) => self.whole.on_flat(self.arrangement, faces.get(index - 1)),
            None => self.whole.clone(),
        }
    }

    /// The totally cyclic flats but for the whole space.
    fn faces(&self, limited: &(dyn Fn() -> bool + Sync)) -> Result<&Bases, Stopped> {
        if let Some(faces) = self.faces.get() {
            return Ok(faces);
        }
        let faces = faces::totally_cyclic(self.arrangement, &self.whole, limited)?;
        Ok(self.faces.get_or_init(|| faces))
    }

    /// An estimate of the cells of some slices.
    fn work(&self, slices: Range<usize>) -> f64 {
        let rank = |index: usize| match self.faces.get().filter(|_| index > 0) {
            Some(faces) => faces.get(index - 1).len(),
            None => 0,
        };
        slices.map(|index| self.work_on_rank(rank(index))).sum()
    }

    /// An estimate of the cells of all slices: before the flats are known, as many as opposite rows make alone.
    fn all_work(&self) -> f64 {
        let whole = self.work_on_rank(0);
        match self.faces.get() {
            _ if self.open_only => whole,
            Some(faces) => {
                whole + faces.of_rank().map(|(rank, count)| count as f64 * self.work_on_rank(rank)).sum::<f64>()
            }
            None => {
                let pairs = (self.arrangement.groups() - self.whole.normals.len()) as u64;
                let flats = |rank: usize| (up_to(pairs, rank) - up_to(pairs, rank - 1)) as f64;
                whole + (1..self.whole.dimension).map(|rank| flats(rank) * self.work_on_rank(rank)).sum::<f64>() + 1.0
            }
        }
    }

    /// The number of cells, in general position, on a flat that holds as many hyperplanes as its rank.
    fn work_on_rank(&self, rank: usize) -> f64 {
        let rows = self.whole.normals.len().saturating_sub(rank + 1) as u64;
        up_to(rows, self.whole.dimension.saturating_sub(rank + 1)) as f64
    }

    /// The seeds to try, one after the other, when a sweep is [`Stopped::Degenerate`].
    pub fn seeds() -> impl Iterator<Item = u64> {
        0..SWEEP_SEEDS
    }
}

/// Chunks, or slices, that are done in parallel before their patterns are handed over.
fn together() -> usize {
    SWEEP_CHUNKS_PER_THREAD * rayon::current_num_threads()
}

/// The open cells of one slice.
struct Cells<'a> {
    slice: Slice,
    /// The hyperplane u_0, which comes first among the vectors.
    base: usize,
    vectors: Vectors,
    chunks: Chunks,
    locals: Locals<'a>,
    limited: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Cells<'a> {
    fn new(slice: Slice, seed: u64, index: usize, locals: Locals<'a>, limited: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let functionals = vertex::functionals(slice.dimension, seed, index);
        let mut exact = balanced(slice.normals.clone(), slice.dimension);
        let base = base::choose(&exact, slice.dimension);
        if base > 0 {
            exact.swap(0, base);
        }
        exact.extend(functionals);
        let vectors = Vectors::new(exact, slice.normals.len(), slice.dimension);
        let pattern_bytes = slice.wiring.groups.len().div_ceil(8) as f64;
        let chunks = Chunks::new(vectors.hyperplanes, vectors.dimension, SWEEP_CHUNK_BYTES / pattern_bytes);
        Cells { slice, base, vectors, chunks, locals, limited }
    }

    /// The patterns of a chunk; once `limited` says yes, what it returns must not be used.
    fn chunk(&self, chunk: u64) -> Result<Vec<u64>, Degenerate> {
        let mut emitter = Emitter::new(&self.slice, self.base, self.limited);
        if self.vectors.dimension == 0 {
            emitter.push(0);
            return Ok(emitter.patterns);
        }
        let mut path = Path::new(&self.vectors);
        let prefix = self.chunks.prefix(chunk);
        for &row in &prefix {
            if path.restriction().vanishes(row) || !path.fix(row)? {
                return Ok(emitter.patterns);
            }
        }
        let mut visited = 0u32;
        let first = prefix.last().map_or(1, |row| row + 1);
        path.visit(first, self.chunks.deepest(&prefix), &mut |path| {
            if visited.is_multiple_of(SWEEP_CHECK_EVERY) && (self.limited)() {
                return Err(Degenerate);
            }
            visited = visited.wrapping_add(1);
            vertex::cells(path, &self.locals, &mut emitter)
        })?;
        Ok(emitter.patterns)
    }
}
