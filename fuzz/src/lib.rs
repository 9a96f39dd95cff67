//! What the fuzz targets share.
//!
//! * [`instance`]: a small data set, of which brute force can know everything.
//! * [`oracle`]: the brute force: what the judge must answer, found in another way.
//! * [`case`]: a certificate that holds, and ways to tamper with it.
//! * [`readers`]: what must be true of data that were read from any bytes.
//!
//! `cargo test --lib` in this directory tests the brute force itself and needs neither nightly Rust nor `cargo fuzz`.

#![forbid(unsafe_code)]

pub mod case;
pub mod instance;
pub mod oracle;
pub mod readers;
