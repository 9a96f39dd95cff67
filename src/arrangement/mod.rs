//! Which activation patterns a data matrix has: realise one, enumerate all, sample some, bound their number.
//!
//! * [`mod@realize`]: a witness or a refutation for one labelling, each exact.
//! * [`evidence`]: the exact checks of both.
//! * [`mod@enumerate`]: all of H(X) as a list, by the enumerator that suits.
//! * [`sweep`]: all of H(X) as a stream, each cell from one vertex: fast for small rank.
//! * [`tree`]: all of H(X), by the incremental tree: any rank.
//! * [`mod@order`]: the order on a line that makes rank 2 easy.
//! * [`mod@sample`]: some of H(X), by random weights.
//! * [`mod@spanning`]: a few patterns that span all vectors.
//! * [`count`]: the exact number of open cells.
//! * [`deep`]: the pattern sets (13) of deep networks.
//! * [`cover`]: the bound (8) on |H(X)|.

mod angular;
pub mod count;
pub mod cover;
pub mod deep;
pub mod enumerate;
mod enumeration;
pub mod evidence;
pub mod order;
mod positive;
pub mod realize;
pub mod sample;
mod simplex;
pub mod spanning;
pub mod sweep;
pub mod tree;
mod tuning;

pub use count::count_cells;
pub use cover::cover_bound;
pub use enumerate::enumerate;
pub use enumeration::Enumeration;
pub use evidence::{Realization, Refutation};
pub use order::Order;
pub use positive::has_positive_direction;
pub use realize::{realize, witness_within};
pub use sample::sample;
pub use spanning::{Spanning, spanning};
