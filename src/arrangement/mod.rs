//! Which activation patterns a data matrix has: realise one, enumerate all, sample some, bound their number.
//!
//! * [`realize`]: a witness or a refutation for one labelling, each exact.
//! * [`evidence`]: the exact checks of both.
//! * [`tree`]: all of H(X), by the incremental tree (by one turn of the plane if rank X <= 2).
//! * [`sample`]: some of H(X), by random weights.
//! * [`cover`]: the bound (8) on |H(X)|.

mod angular;
pub mod cover;
pub mod evidence;
pub mod price;
pub mod realize;
pub mod sample;
mod simplex;
pub mod tree;

pub use cover::cover_bound;
pub use evidence::{Realization, Refutation};
pub use realize::realize;
pub use sample::sample;
pub use tree::{Enumeration, enumerate};
