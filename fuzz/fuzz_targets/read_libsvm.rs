//! LIBSVM text: any bytes give valid data or an error.

#![no_main]

use std::ops::Range;

use heaviside::Format;
use heaviside_fuzz::readers::explore;
use libfuzzer_sys::{Corpus, fuzz_target};

/// Indices that are permitted but give matrices so wide that the target would do little else.
const TOO_SLOW: Range<u64> = 2_000..(1 << 20) + 1;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if has_slow_index(bytes) {
        return Corpus::Reject;
    }
    explore(bytes, Format::Libsvm);
    Corpus::Keep
});

fn has_slow_index(bytes: &[u8]) -> bool {
    let indices = bytes.split(|&b| b.is_ascii_whitespace()).filter_map(|token| token.split(|&b| b == b':').next());
    indices.filter_map(|index| str::from_utf8(index).ok()?.parse().ok()).any(|index| TOO_SLOW.contains(&index))
}
