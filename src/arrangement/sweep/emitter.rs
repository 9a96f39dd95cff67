//! From the signs of hyperplanes to patterns on the groups.

use super::{
    degenerate::Degenerate,
    slice::{Slice, Wiring},
};
use crate::arrangement::tuning::SWEEP_CELLS_CHECK_EVERY;
/// Bits in a word.
const WORD: usize = u64::BITS as usize;

/// Collects cells and their opposites as packed patterns.
pub(super) struct Emitter<'a> {
    wiring: &'a Wiring,
    /// The hyperplane that has changed places with hyperplane 0 among the vectors.
    base: usize,
    /// The signs of the hyperplanes, packed.
    signs: Vec<u64>,
    words: usize,
    pub(super) patterns: Vec<u64>,
    emitted: u32,
    limited: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Emitter<'a> {
    pub(super) fn new(slice: &'a Slice, base: usize, limited: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let wiring = &slice.wiring;
        let words = wiring.groups.len().div_ceil(WORD).max(1);
        let signs = vec![0; slice.normals.len().div_ceil(WORD).max(1)];
        Emitter { wiring, base, signs, words, patterns: Vec::new(), emitted: 0, limited }
    }

    pub(super) fn set(&mut self, row: usize, positive: bool) {
        let row = if row == 0 {
            self.base
        } else if row == self.base {
            0
        } else {
            row
        };
        let bit = 1 << (row % WORD);
        if positive {
            self.signs[row / WORD] |= bit;
        } else {
            self.signs[row / WORD] &= !bit;
        }
    }

    /// Adds the cell whose signs are set, and the opposite cell; an error if a limit has been reached.
    pub(super) fn emit(&mut self) -> Result<(), Degenerate> {
        for flip in [0, u64::MAX] {
            self.push(flip);
        }
        self.emitted = self.emitted.wrapping_add(1);
        if self.emitted.is_multiple_of(SWEEP_CELLS_CHECK_EVERY) && (self.limited)() { Err(Degenerate) } else { Ok(()) }
    }

    /// Adds the pattern of the signs, each flipped or not.
    pub(super) fn push(&mut self, flip: u64) {
        let groups = self.wiring.groups.len();
        let start = self.patterns.len();
        if self.wiring.direct && groups > 0 {
            self.patterns.extend(self.signs.iter().map(|word| word ^ flip));
            let unused = (self.words * WORD - groups) as u32;
            // With at least one group the last word has at most 63 unused bits.
            self.patterns[start + self.words - 1] &= u64::MAX >> unused;
            return;
        }
        self.patterns.resize(start + self.words, 0);
        for (group, wire) in self.wiring.groups.iter().enumerate() {
            let bit = wire
                .is_none_or(|(row, opposite)| ((self.signs[row / WORD] ^ flip) >> (row % WORD) & 1 == 1) != opposite);
            self.patterns[start + group / WORD] |= u64::from(bit) << (group % WORD);
        }
    }
}
