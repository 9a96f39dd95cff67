//! Does the command keep its promises? Exit codes, messages, files, and numbers that agree with each other.
//!
//! Every test runs the real command in a folder of its own; there is a file for each subject.

#![cfg(all(feature = "cli", feature = "solve"))]

mod cross_check;
mod deep;
mod errors;
mod field;
mod interpolate;
mod limits;
mod narrow;
mod output;
mod path;
mod patterns;
mod predict;
mod reading;
mod shatter;
mod stream;
mod support;
mod tables;
mod train;
mod verify;
