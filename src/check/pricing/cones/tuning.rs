//! The constants of the search that are a matter of policy: none of them changes what is proven, only how fast, with how
//! much memory, and how soon the search gives way to the walk.

/// Cones that are searched at the same time between two looks at the work.
///
/// Independent of the number of threads, so that the order of events is; more than cores, so that shares even out. Not
/// measured.
pub(super) const BATCH: usize = 32;

/// Rows handled in the subtree of a cone of the batch before it is put aside: some milliseconds. Not measured.
pub(super) const QUANTUM: u64 = 1 << 19;

/// A row may define a split of an edge if its values at both ends exceed this multiple of their errors.
///
/// The error of the new vertex is then some thousandth of its values at most. Not measured.
pub(super) const CLEAR: f64 = 1024.0;

/// Rows with which each row is tried in the search for conflicts.
pub(super) const PARTNERS: usize = 64;

/// Rows handled by the walk over the undecided rows of one leaf. Not measured.
pub(super) const LEAF_WORK: u64 = 1 << 22;

/// Undecided rows of a leaf whose arrangement is walked over although the cone could be split. Not measured.
pub(super) const LARGEST_LEAF: usize = 24;

/// Decided rows that are looked at beside the undecided ones where a cone cannot be split. Not measured.
pub(super) const NEIGHBOURS: [usize; 3] = [6, 12, 24];

/// Splits in the middle of an edge on the way to a cone. Not measured.
pub(super) const MIDDLES: u32 = 64;

/// A cone after so many splits is left to the walk: the search ends. Far deeper than any that was seen.
pub(super) const DEEPEST: u32 = 4096;

/// Bits of the entries of the generators, which need to fit the data's shape only roughly: the fewer, the longer the
/// values of small integers stay exact. Not measured.
pub(super) const GENERATOR_BITS: i32 = 6;
