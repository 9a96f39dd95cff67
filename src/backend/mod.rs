//! The only place that names the solvers. Everything here proposes; nothing here is evidence.

pub mod active_set;
pub mod background;
pub mod linear;
pub mod mixed_integer;
pub mod quadratic;
pub mod satisfiability;
