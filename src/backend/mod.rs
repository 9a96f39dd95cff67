//! The only place that names the solvers. Everything here proposes; nothing here is evidence.

pub mod linear;
pub mod quadratic;
