//! The flats of an arrangement, each once.
//!
//! A flat is a set of hyperplanes closed under linear dependence. It is visited from its lexicographically first basis:
//! rows are fixed in increasing order, and a branch on which an earlier row vanishes is a repetition.

use super::{degenerate::Unlucky, level::Level, vectors::Vectors};

/// The way to a flat: one level for each row fixed.
pub(super) struct Path<'a> {
    pub(super) vectors: &'a Vectors,
    /// `levels[k]` is restricted to the first k rows; more levels than rows are buffers.
    pub(super) levels: Vec<Level>,
    pub(super) depth: usize,
    /// The rows of the flat, basis first met first.
    pub(super) flat: Vec<usize>,
}

impl<'a> Path<'a> {
    pub(super) fn new(vectors: &'a Vectors) -> Self {
        let mut levels = vec![Level::default(); vectors.dimension + 1];
        levels[0] = Level::root(vectors);
        Path { vectors, levels, depth: 0, flat: Vec::new() }
    }

    /// Fixes one more vector; whether the flat is reached from its first basis. Undone by [`Path::release`].
    pub(super) fn fix(&mut self, id: usize) -> Result<bool, Unlucky> {
        let (above, below) = self.levels.split_at_mut(self.depth + 1);
        let first = above[self.depth].restrict(self.vectors, id, &mut below[0])?;
        self.depth += 1;
        if first {
            self.flat.extend_from_slice(&self.levels[self.depth].vanished);
        } else {
            self.levels[self.depth].vanished.clear();
        }
        Ok(first)
    }

    /// Takes back the last vector that was fixed.
    pub(super) fn release(&mut self) {
        self.flat.truncate(self.flat.len() - self.levels[self.depth].vanished.len());
        self.depth -= 1;
    }

    pub(super) fn level(&self) -> &Level {
        &self.levels[self.depth]
    }

    /// Visits the flat and, below it, all flats of rank at most `deepest` that come after it.
    ///
    /// Rows before `first` are never fixed, so flats that hold one are not visited.
    pub(super) fn visit(
        &mut self,
        first: usize,
        deepest: usize,
        visitor: &mut dyn FnMut(&mut Path<'a>) -> Result<(), Unlucky>,
    ) -> Result<(), Unlucky> {
        visitor(self)?;
        if self.depth == deepest {
            return Ok(());
        }
        for id in first..self.vectors.hyperplanes {
            if self.level().vanishes(id) {
                continue;
            }
            if self.fix(id)? {
                self.visit(id + 1, deepest, visitor)?;
            }
            self.release();
        }
        Ok(())
    }
}
