//! Exact arithmetic: every f64 is a rational number, and no sign here is a rounding accident.
//!
//! This module is shared by the judge and by the solvers. It holds predicates only (conversions, signs, ranks, the
//! grouping of data rows into hyperplanes), each with its own tests; no search and no optimisation.
//!
//! * [`rational`]: f64 to rational and back with a stated rounding direction, canonical text.
//! * [`integer`]: vectors of f64 or rationals as integer vectors of the same direction.
//! * [`sign`]: the sign of x.w, by a floating-point filter first and integers when the filter cannot tell.
//! * [`elimination`]: exact solution of small square systems.
//! * [`kernel`]: the line on which independent vectors vanish.
//! * [`rank`]: a basis of rows and columns of an integer matrix, with proof by modular and exact elimination.
//! * [`interval`]: enclosures of exp and log in fixed point, rounded outward.
//! * [`restriction`]: vectors restricted to hyperplanes, in f64 with an error bound, and in integers on demand.
//! * [`arrangement`]: the central hyperplane arrangement of a data matrix.

pub mod arrangement;
pub mod elimination;
pub mod integer;
pub mod interval;
pub mod kernel;
pub mod rank;
pub mod rational;
pub mod restriction;
pub mod sign;

pub use arrangement::{Arrangement, Normal};
pub use dashu_int::IBig;
pub use dashu_ratio::RBig;
pub use sign::Direction;
