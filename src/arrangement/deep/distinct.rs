//! A set of packed patterns that keeps the order of insertion: a pattern matrix with a hash table over its columns.
//!
//! Open addressing with linear probing; the table holds indices of columns, so a pattern is stored once. O(N / 64)
//! expected a look-up; 8 to 16 bytes a pattern besides its words.

use crate::pattern::PatternMatrix;

/// Distinct columns of N bits.
#[derive(Clone, Debug)]
pub struct Distinct {
    patterns: PatternMatrix,
    /// The index of a column plus one, or 0; a power of two of them, at most half in use.
    slots: Vec<u32>,
}

impl Distinct {
    /// An empty set of patterns with `rows` bits.
    pub fn new(rows: usize) -> Self {
        Distinct { patterns: PatternMatrix::new(rows), slots: vec![0; 16] }
    }

    /// The patterns in the order of insertion.
    pub fn patterns(&self) -> &PatternMatrix {
        &self.patterns
    }

    /// The patterns in the order of insertion.
    pub fn into_patterns(self) -> PatternMatrix {
        self.patterns
    }

    /// The number of patterns.
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether the pattern with these words is in the set.
    pub fn contains(&self, words: &[u64]) -> bool {
        self.slots[self.slot_of(words)] != 0
    }

    /// Adds the pattern with these words; whether it is new.
    pub fn insert(&mut self, words: &[u64]) -> bool {
        let slot = self.slot_of(words);
        // A process does not have the memory for 2^32 patterns with their table; the last index stays free.
        let Some(index) = u32::try_from(self.len() + 1).ok().filter(|_| self.slots[slot] == 0) else { return false };
        self.slots[slot] = index;
        self.patterns.extend_from_words(words);
        if 2 * self.len() >= self.slots.len() {
            self.grow();
        }
        true
    }

    /// The slot of the pattern, or the free one where it would be.
    fn slot_of(&self, words: &[u64]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(words) as usize & mask;
        while self.slots[slot] != 0 && self.patterns.words(self.slots[slot] as usize - 1) != words {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let mask = 2 * self.slots.len() - 1;
        self.slots = vec![0; mask + 1];
        for index in 0..self.patterns.len() {
            let mut slot = hash(self.patterns.words(index)) as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = index as u32 + 1;
        }
    }
}

/// Multiplications by odd constants, high bits folded down.
fn hash(words: &[u64]) -> u64 {
    let mixed = words.iter().fold(0u64, |state, word| {
        let product = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    });
    let product = mixed.wrapping_mul(0xd6e8_feb8_6659_fd93);
    product ^ (product >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_kept_once_and_in_order() {
        let mut set = Distinct::new(70);
        for round in 0..2 {
            for value in 0..1000u64 {
                assert_eq!(set.contains(&[value * 3, value % 64]), round == 1);
                assert_eq!(set.insert(&[value * 3, value % 64]), round == 0);
            }
        }
        assert_eq!(set.len(), 1000);
        assert!((0..1000).all(|index| set.patterns().words(index)[0] == index as u64 * 3));
    }
}
