//! Policy of the classes: what is tried, how long, and what is left to others.
//!
//! The limits on work are chosen so that a default run on two cores ends within a minute or so.

use std::time::Duration;

/// `Method::Auto` lists all patterns if the bound (8) promises at most this many: a fraction of a second.
pub(super) const LIST_PATTERNS: u32 = 5_000;

/// And in rank 3 and more, if there are at most this many distinct rows, each of which costs linear programmes.
pub(super) const LIST_ROWS: usize = 60;

/// In these ranks up to so many patterns are listed instead of walked over: 887,194 patterns of 40 rows with ties in rank 6
/// are listed in 3 s, and a walk over them takes 6 s a round.
pub(super) const MOST_LIST_PATTERNS: u32 = 2_000_000;
pub(super) const LEAST_RANK_FOR_LISTS: usize = 5;

/// The sweep lists up to this rank; above it the tree does, a thousand times slower.
pub(super) const SWEEP_RANK: usize = 12;

/// The solver walks over an arrangement, once a round, if it is estimated to handle at most this many rows.
pub(super) const AFFORDABLE_WALK: f64 = 3e8;

/// The checker is asked to walk if it is estimated to handle at most this many rows.
pub(super) const AFFORDABLE_CHECK: f64 = 5e9;

/// Level sets of the closed form (7) that are tried at most, each by a linear programme with a row for each distinct row of
/// the table. Classes have two.
pub(super) const MOST_LEVELS: usize = 64;

/// And at most so many entries of the table: a linear programme on 10^6 takes seconds.
pub(super) const MOST_LEVEL_ENTRIES: usize = 2_000_000;

/// And up to so many entries by exact arithmetic: fractions of a second.
pub(super) const EXACT_LEVEL_ENTRIES: usize = 2_000;

/// The fraction of the time that is left, and the longest time, for all of these programmes.
pub(super) const LEVELS_FRACTION: f64 = 0.2;
pub(super) const LEVELS_TIME: Duration = Duration::from_secs(10);

/// The checker is asked to repeat the search for deep patterns if it is estimated to take at most this many steps.
pub(super) const AFFORDABLE_DEEP_CHECK: f64 = 3e8;

/// The fraction of the time limit after which the search for patterns ends, so that time is left to train on them.
pub(super) const SEARCH_FRACTION: f64 = 0.6;

/// What is left for a network if a limit is reached before there is one.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// Units of a random layer at most: their bits on a thousand rows take some ten megabytes.
pub(super) const MOST_UNITS: usize = 100_000;

/// A random layer is made at most this many times as wide as it was asked for, or as there are rows. Not measured.
pub(super) const WIDEST: usize = 16;

/// Random units that are drawn between two checks of the limits. Not measured.
pub(super) const DRAWN_TOGETHER: u64 = 256;

/// The least time for the exact solution of interpolation: without it a network has many more neurons and a larger norm.
pub(super) const INTERPOLATION_GRACE: Duration = Duration::from_secs(5);

/// The fraction of the time limit that the search tree for a width may use before the mixed-integer programme has its turn.
pub(super) const TREE_FRACTION: f64 = 0.5;

/// The relative gap at which a node of the search tree is closed.
pub(super) const TREE_GAP: f64 = 1e-8;

/// The checker is asked to list H(X) if it is estimated to take at most this many steps.
pub(super) const AFFORDABLE_LISTING: f64 = 1e8;
