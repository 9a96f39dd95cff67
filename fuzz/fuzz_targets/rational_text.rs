//! Rationals: text and floating point, there and back.

#![no_main]

use heaviside::internals::exact::rational;
use heaviside::{IBig, RBig};
use libfuzzer_sys::fuzz_target;

/// Bytes for a numerator and a denominator, each beyond the range of floating point if they are all used.
const LONGEST: usize = 320;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = str::from_utf8(bytes) {
        read(text);
    }
    let (numerator, denominator) = halves(&bytes[..bytes.len().min(LONGEST)]);
    write(&(RBig::from(integer(numerator)) / RBig::from(integer(denominator).max(IBig::ONE))));
    write(&(RBig::from(-integer(denominator)) / RBig::from(integer(numerator).max(IBig::ONE))));
    if let Some(bits) = bytes.first_chunk() {
        convert(f64::from_le_bytes(*bits));
    }
});

fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.len() / 2)
}

/// What is read is written as it was.
fn read(text: &str) {
    if let Some(value) = rational::from_text(text) {
        assert_eq!(rational::to_text(&value), text);
        round_outward(&value);
    }
}

/// What is written is read as it was.
fn write(value: &RBig) {
    assert_eq!(rational::from_text(&rational::to_text(value)).as_ref(), Some(value));
    round_outward(value);
}

/// An integer of any size.
fn integer(bytes: &[u8]) -> IBig {
    bytes.iter().fold(IBig::ZERO, |sum, &byte| (sum << 8) + IBig::from(byte))
}

/// The bounds enclose the value, and no number of floating point lies between them.
fn round_outward(value: &RBig) {
    let (below, above) = (rational::round_down(value), rational::round_up(value));
    assert!(rational::from_f64(below).is_none_or(|bound| bound <= *value) && below < f64::INFINITY);
    assert!(rational::from_f64(above).is_none_or(|bound| bound >= *value) && above > f64::NEG_INFINITY);
    assert!(below == above || below.next_up() == above, "{below} and {above} are too far apart");
}

/// Every finite number is a rational.
fn convert(float: f64) {
    let Some(value) = rational::from_f64(float) else { return assert!(!float.is_finite()) };
    assert_eq!((rational::round_down(&value), rational::round_up(&value)), (float, float));
    assert_eq!(RBig::try_from(float).as_ref(), Ok(&value));
    assert_eq!(rational::from_text(&rational::to_text(&value)), Some(value));
}
