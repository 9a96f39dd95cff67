//! From the signs of hyperplanes to patterns on the groups.

/// Bits in a word.
const WORD: usize = u64::BITS as usize;

/// How the bits of the groups follow from the signs of the hyperplanes.
pub(super) struct Wiring {
    /// For each group its hyperplane and whether it points the other way; `None` if its bit is 1 always.
    pub(super) groups: Vec<Option<(usize, bool)>>,
    /// Every group is its own hyperplane: bits are signs.
    pub(super) direct: bool,
}

impl Wiring {
    pub(super) fn new(groups: Vec<Option<(usize, bool)>>) -> Self {
        let same = |(group, wire): (usize, &Option<(usize, bool)>)| *wire == Some((group, false));
        let direct = groups.iter().enumerate().all(same);
        Wiring { groups, direct }
    }
}

/// Collects cells and their opposites as packed patterns.
pub(super) struct Emitter<'a> {
    wiring: &'a Wiring,
    /// The signs of the hyperplanes, packed.
    signs: Vec<u64>,
    words: usize,
    pub(super) patterns: Vec<u64>,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(wiring: &'a Wiring, hyperplanes: usize) -> Self {
        let words = wiring.groups.len().div_ceil(WORD).max(1);
        Emitter { wiring, signs: vec![0; hyperplanes.div_ceil(WORD).max(1)], words, patterns: Vec::new() }
    }

    pub(super) fn set(&mut self, row: usize, positive: bool) {
        let bit = 1 << (row % WORD);
        if positive {
            self.signs[row / WORD] |= bit;
        } else {
            self.signs[row / WORD] &= !bit;
        }
    }

    /// Adds the cell whose signs are set, and the opposite cell.
    pub(super) fn emit(&mut self) {
        for flip in [0, u64::MAX] {
            self.push(flip);
        }
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
