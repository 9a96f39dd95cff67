//! The constants of the search over cones that are a matter of policy: none changes what is proven, only how fast.
//!
//! Each says what chose it. "Not measured" means that the figure is a plausible one that was never compared with others.

/// Bits of the coefficients that make columns nearly orthogonal. Not measured.
pub(super) const COEFFICIENT_BITS: u32 = 6;

/// Pairs of rows whose quotients are compared, for each row of a cone. Not measured.
pub(super) const TRIES: usize = 64;

/// A row is known well on an edge if its errors are at most this part of its values. Not measured.
pub(super) const PRECISE: f64 = 1e-12;

/// Cones that are searched between two exchanges of the best column. Not measured.
pub(super) const BATCH: usize = 32;

/// Parts of a cone that are looked at before the rest is put back. Not measured.
pub(super) const PARTS: u64 = 64;

/// The same when the cones that wait take too much memory. Not measured.
pub(super) const PARTS_IN_DEPTH: u64 = 1 << 16;

/// Memory of the cones that wait: beyond it many more parts of each are looked at, depth first.
pub(super) const FRONTIER_BYTES: usize = 256 << 20;

/// Undecided rows of the cones that are divided between two questions whether to stop: some milliseconds. Not measured.
pub(super) const ROWS_BETWEEN_CHECKS: usize = 5_000;

/// Columns that one exchange takes from one cone, besides improvements. Not measured.
pub(super) const COLUMNS_OF_A_CONE: usize = 4;

/// Starting points of the local search before the cones. Not measured.
pub(super) const STARTS: usize = 24;

/// Beyond this memory, estimated, the fan is not made.
pub(super) const FAN_BYTES: usize = 1 << 30;

/// Beyond this rank the fan itself has too many cones.
pub(super) const LARGEST_FAN: usize = 10;

/// Divisions without a decided row, for each ray of a cone, after which one is decided first. Not measured.
pub(super) const IDLE: usize = 2;

/// The size of what moves a proposal off the boundary of a cone into its interior, relative to the cone. Not measured.
pub(super) const INWARD: f64 = 1e-4;

/// Rays with larger integers than this are not solved for. Not measured.
pub(super) const LARGEST_SOLVED: usize = 1 << 13;

/// The integers of rays that are not older than this are small enough to be asked at once. Not measured.
pub(super) const EAGER: usize = 4;

/// Sets of three and more rows are looked for if they have to take at most this part of what they could at best. Not measured.
pub(super) const HOPE: f64 = 0.3;

/// Steps of one linear programme. Not measured.
pub(super) const STEPS: usize = 60;
