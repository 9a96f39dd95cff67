//! The constants of this layer that are a matter of policy: none of them changes which patterns are found, only how fast,
//! with how much memory, and how soon a limit is noticed.
//!
//! Each says what chose it. "Not measured" means that the figure is a plausible one that was never compared with others.
//! Numbers that a proof rests on (bounds on errors, sizes that are exact in f64) stay where the proof is.

/// Patterns between two checks of the limits by the rotational sweep of rank 1 and 2.
///
/// A check reads a file of the system (some ten microseconds). Not measured.
pub(super) const ANGULAR_CHECK_EVERY: usize = 256;

/// Labellings written down between two reports and checks of the limits when every labelling is a pattern.
///
/// They take less time than anything else that is checked. Not measured.
pub(super) const LABELLINGS_CHECK_EVERY: usize = 1 << 16;

/// Subtrees that the breadth-first phase of the tree prepares.
///
/// More than there are threads, so that subtrees of unequal size even out. Not measured.
pub(super) const TREE_SUBTREES: usize = 256;

/// Patterns that the tree finds between two reports and checks of the limits.
///
/// Each pattern can cost a linear programme, so a check is cheap beside 64 of them. Not measured.
pub(super) const TREE_CHECK_EVERY: usize = 64;

/// Draws between two checks of the limits by the sampler. Not measured.
pub(super) const SAMPLE_BATCH: u64 = 256;

/// Multipliers below this fraction of the largest are not sought in the support of a refutation.
///
/// Solvers return multipliers that should be 0 with the size of their tolerance, 1e-9 or so. If one too many is left out,
/// the exact check fails and the exact simplex decides on all rows. Not measured.
pub(super) const NEGLIGIBLE_MULTIPLIER: f64 = 1e-9;

/// Restrictions that the exact count remembers at most.
///
/// A digest and a count each, so some hundreds of megabytes. Not measured.
pub(super) const COUNT_REMEMBERED: usize = 4_000_000;

/// Restrictions between two checks of the limits by the exact count. Not measured.
pub(super) const COUNT_CHECK_EVERY: u64 = 256;

/// The rank up to which the sweep is used: in higher rank minors are large and flats are many for every pattern.
///
/// Not measured rank by rank.
pub const SWEEP_LARGEST_RANK: usize = 12;

/// Chunks of a sweep for each thread that are done together before their patterns are handed over in order.
///
/// Chunks differ in size, and threads wait for the slowest of a round: several each even that out. Not measured.
pub(super) const SWEEP_CHUNKS_PER_THREAD: usize = 4;

/// The patterns of a chunk of rows in general position take about this many bytes at most.
///
/// With [`SWEEP_CHUNKS_PER_THREAD`] it bounds what waits to be handed over: some 16 megabytes a thread. Measured
/// (`resonance_6`, one thread): 1.81 s, with a tenth of it 2.21 s, with ten times as much 1.82 s.
pub(super) const SWEEP_CHUNK_BYTES: f64 = 4e6;

/// Bytes of arrangements at vertices that a sweep remembers, about.
///
/// 256 MiB. Not measured.
pub(super) const SWEEP_REMEMBERED_BYTES: usize = 1 << 28;

/// Flats that a chunk visits between two checks of the limits.
///
/// A flat costs O(N r) operations at least. Measured without limits (`threshold_5`, one thread): 140 ms, at every flat
/// 148 ms, at every 256th 150 ms, which is the noise of the machine.
pub(super) const SWEEP_CHECK_EVERY: u32 = 16;

/// Cells that are emitted between two checks of the limits.
///
/// One vertex can have any number of cells, so [`SWEEP_CHECK_EVERY`] alone is not enough; a cell costs O(N / 64)
/// operations, so these are many. Not measured.
pub(super) const SWEEP_CELLS_CHECK_EVERY: u32 = 4096;

/// Flats that are looked at between two checks of the limits in the search for totally cyclic flats.
///
/// Each can cost a linear programme. Not measured.
pub(super) const SWEEP_FACES_CHECK_EVERY: u32 = 64;

/// Seeds that are tried before the sweep gives up.
///
/// With coefficients of 62 bits a functional is not generic with a negligible probability; what fails again and again are
/// numbers beyond the range of f64, for which no seed helps. Not measured.
pub(super) const SWEEP_SEEDS: u64 = 4;

/// Random bases that are tried in the choice of the base of a slice.
///
/// A flat with a fraction p of the rows is found from one basis with probability about p^(r-1), one that misses a single
/// row for certain. On arrangements that need no choice the trials are a loss: measured (`resonance_5`, one thread), 16 ms
/// without trials, 18 to 19 ms with 16 and some 29 ms with 64. The conformance test
/// `no_vertex_has_most_of_the_cells` has an arrangement that needs them.
pub(super) const SWEEP_BASE_TRIALS: u64 = 16;

/// Rounds in which the sizes of columns are made equal before a sweep. Not measured.
pub(super) const SWEEP_BALANCE_ROUNDS: usize = 4;

/// Subsets of the columns of a layer in a batch, at most: the limits are checked between two batches. Not measured.
pub(super) const DEEP_BATCH: usize = 1 << 12;

/// Units in a batch, at most, so that what they give fits in memory before the limits are checked. Not measured.
pub(super) const DEEP_BATCH_UNITS: usize = 1 << 18;

/// Chunks into which a batch is cut for the threads.
///
/// More than there are threads on most machines, so that chunks of unequal cost even out. Not measured.
pub(super) const DEEP_CHUNKS: usize = 64;

/// Tables with fewer threshold functions than this are used whole.
///
/// That leaves the tables of one and two variables (2 and 6 functions) alone and thins out those of three (32), four (370)
/// and five (11,292). Measured (bench `shatter`, one thread, 20 points on a line): with three variables 3.5 ms thinned out
/// and 7.2 ms whole; with two 0.24 and 0.25 ms; with one 0.063 and 0.046 ms.
pub(super) const DEEP_SMALL_TABLE: usize = 20;

/// Threshold functions that are remembered at most, in all sets of values together: 32 MiB. Not measured.
pub(super) const DEEP_REMEMBERED: usize = 1 << 24;
