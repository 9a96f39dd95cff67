//! NumPy files: any bytes give valid data or an error.

#![no_main]

use heaviside::Format;
use heaviside_fuzz::readers::explore;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| explore(bytes, Format::Npy));
