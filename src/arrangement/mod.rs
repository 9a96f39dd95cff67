//! Which activation patterns a data matrix has: realise one, enumerate all, sample some, bound their number.
//!
//! * [`mod@realize`]: a witness or a refutation for one labelling, each exact.
//! * [`evidence`]: the exact checks of both.
//! * [`tree`]: all of H(X), by the incremental tree (by one turn of the plane if rank X <= 2).
//! * [`price`]: max and min of d^T v over H(X), without a list.
//! * [`mod@sample`]: some of H(X), by random weights.
//! * [`count`]: the exact number of open cells.
//! * [`cover`]: the bound (8) on |H(X)|.

mod angular;
pub mod count;
pub mod cover;
pub mod evidence;
pub mod price;
pub mod realize;
pub mod sample;
mod simplex;
pub mod tree;

pub use count::count_cells;
pub use cover::cover_bound;
pub use evidence::{Realization, Refutation};
pub use realize::realize;
pub use sample::sample;
pub use tree::{Enumeration, enumerate, has_positive_direction};
