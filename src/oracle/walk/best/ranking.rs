//! The total order of the columns: values with tie breakers below them, which are sums over rows, too.

/// The bits below the value in a ranking.
pub(super) const BITS: u32 = 64;

/// v 2^64 + z with the fixed z that breaks ties: 0 < z_g < 2^63 / N depends on g and on N only.
pub fn rankings(values: &[i64]) -> Vec<i128> {
    // N numbers below 2^(63 - b) where N <= 2^b.
    let excess = 1 + values.len().next_power_of_two().trailing_zeros();
    let ranked =
        |(group, &value): (u64, &i64)| (i128::from(value) << BITS) + i128::from((mixed(group) >> excess).max(1));
    (0..).zip(values).map(ranked).collect()
}

/// The value in a ranking (the tie breakers add up to less than 2^63).
pub(super) fn coarse(ranking: i128) -> i64 {
    (ranking >> BITS) as i64
}

/// Well mixed bits of a number (SplitMix64).
fn mixed(number: u64) -> u64 {
    let mut bits = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
