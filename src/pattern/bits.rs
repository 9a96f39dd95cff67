//! One pattern as packed bits, and as text.

use bitvec::{order::Lsb0, slice::BitSlice, vec::BitVec};

/// The bits of one pattern: bit i belongs to row (or group) i.
pub type Bits = BitVec<u64, Lsb0>;

/// A borrowed pattern.
pub type BitsRef = BitSlice<u64, Lsb0>;

/// The inner product d^T v of a 0/1 pattern with a vector, over the words of the pattern.
///
/// One multiplication-free addition for every set bit.
#[cfg(any(feature = "solve", test))]
pub fn weighted_sum(pattern: &BitsRef, values: &[f64]) -> f64 {
    debug_assert_eq!(pattern.len(), values.len());
    pattern.iter_ones().map(|index| values[index]).sum()
}

/// The pattern as text: character i is the bit of row i.
pub fn to_text(pattern: &BitsRef) -> String {
    pattern.iter().map(|bit| if *bit { '1' } else { '0' }).collect()
}

/// Reads a pattern from a text of `0` and `1`; `None` if there is any other character.
pub fn from_text(text: &str) -> Option<Bits> {
    let bit = |character| match character {
        b'0' => Some(false),
        b'1' => Some(true),
        _ => None,
    };
    text.bytes().map(bit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_sums() {
        let pattern = from_text("0110").unwrap();
        assert_eq!(weighted_sum(&pattern, &[1.0, 2.0, 4.0, 8.0]), 6.0);
        assert_eq!(to_text(&pattern), "0110");
        assert!(from_text("01 0").is_none());
    }
}
