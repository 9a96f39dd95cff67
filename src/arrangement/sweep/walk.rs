//! The flats of an arrangement, each once.
//!
//! A flat is a set of hyperplanes closed under linear dependence. It is visited from its lexicographically first basis:
//! rows are fixed in increasing order, and a branch on which an earlier row vanishes is a repetition.

use super::{degenerate::Degenerate, restriction::Restriction, vectors::Vectors};

/// The restrictions that lead to a flat: one for each row that was fixed.
pub(super) struct Path<'a> {
    pub(super) vectors: &'a Vectors,
    /// Number k is restricted to the first k of the fixed rows; those after the last row are buffers.
    pub(super) restrictions: Vec<Restriction>,
    pub(super) depth: usize,
    /// The rows of the flat, basis first met first.
    pub(super) flat: Vec<usize>,
}

impl<'a> Path<'a> {
    pub(super) fn new(vectors: &'a Vectors) -> Self {
        let mut restrictions = vec![Restriction::default(); vectors.dimension + 1];
        restrictions[0] = Restriction::root(vectors);
        Path { vectors, restrictions, depth: 0, flat: Vec::new() }
    }

    /// Fixes one more vector; whether the flat is reached from its first basis. Undone by [`Path::release`].
    pub(super) fn fix(&mut self, id: usize) -> Result<bool, Degenerate> {
        let (before, next) = self.restrictions.split_at_mut(self.depth + 1);
        let first = before[self.depth].restrict(self.vectors, id, &mut next[0])?;
        self.depth += 1;
        if first {
            self.flat.extend_from_slice(&self.restrictions[self.depth].vanished);
        } else {
            self.restrictions[self.depth].vanished.clear();
        }
        Ok(first)
    }

    /// Takes back the last vector that was fixed.
    pub(super) fn release(&mut self) {
        self.flat.truncate(self.flat.len() - self.restrictions[self.depth].vanished.len());
        self.depth -= 1;
    }

    pub(super) fn restriction(&self) -> &Restriction {
        &self.restrictions[self.depth]
    }

    /// Visits the flat and, below it, all flats of rank at most `deepest` that come after it.
    ///
    /// Rows before `first` are never fixed, so flats that hold one are not visited.
    pub(super) fn visit(
        &mut self,
        first: usize,
        deepest: usize,
        visitor: &mut dyn FnMut(&mut Path<'a>) -> Result<(), Degenerate>,
    ) -> Result<(), Degenerate> {
        visitor(self)?;
        if self.depth == deepest {
            return Ok(());
        }
        for id in first..self.vectors.hyperplanes {
            if self.restriction().vanishes(id) {
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
