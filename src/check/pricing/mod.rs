//! The pricing problem, exactly: the largest and the smallest d^T v over all activation patterns d in H(X).
//!
//! This is the judge's own walk; it lists no patterns, solves no linear programme and shares nothing with the
//! enumerators but the predicates of [`crate::exact`].
//!
//! **Why it is right.** Let u_1, ..., u_N be the normals, of rank r. Take any w that is not 0. The face of the
//! arrangement that contains w is a pointed cone, so its closure contains a ray w_0 on which r - 1 independent normals
//! vanish. Rows that do not vanish on w_0 have the same sign at w as at w_0; rows that vanish on w_0 see w only through
//! the arrangement that they form by themselves. Conversely w_0 plus a small multiple of any w' has the sign of w_0 on
//! the former rows and of w' on the latter. Hence
//!
//! ```text
//! H(U) = {1...1}  union over rays w_0 of  step(U w_0) on the rows that do not vanish  x  H(rows that vanish on w_0)
//! ```
//!
//! where 1...1 is the pattern of w = 0. Faces are covered, with or without a bias. The extremes of d^T v follow: a sum
//! of constant terms plus the extremes over the rows that vanish, which are free signs when those rows are independent
//! (the generic case) and the same problem in rank r - 1 otherwise, solved once for each flat and remembered.
//!
//! **How it walks.** A set of rows closed under linear dependence is a *flat*. Flats of rank r - 2 are visited once
//! each, by their lexicographically first basis: rows are fixed in increasing order and the others are restricted to
//! the intersection of the fixed hyperplanes; a branch on which an earlier row vanishes is a repetition. On the
//! remaining plane the rows are lines through the origin; they are sorted by angle, equal lines form a group, and one
//! turn of the half-plane visits all rays with running sums. The branches of the first row are walked in parallel.
//!
//! **Exactness.** Whether a row vanishes, on which side a line lies and which of two angles is larger is decided in f64
//! where a proven bound on the error allows it, and in integers elsewhere: see [`crate::exact::restriction`] and
//! `plane`. All sums are integers.
//!
//! **Cost.** At most C(N, r-2) planes with O(N r + N log N) operations each, nearly all on f64 numbers if rows are in
//! general position, and on integers of the size of minors of U where they are not; memory O(N r^2) a thread, plus one
//! entry for every flat whose rows are dependent. `work` counts rows handled. It is the same in every run: what counts
//! is what the walk has to do, in whatever order and on however many threads.

pub mod cones;
mod plane;
mod walk;

use walk::Walk;

use crate::exact::Arrangement;

/// The largest and smallest d^T v over a set of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extremes {
    /// The largest value.
    pub max: i64,
    /// The smallest value.
    pub min: i64,
}

impl Extremes {
    /// max |d^T v|.
    pub fn largest_modulus(self) -> i64 {
        self.max.max(-self.min)
    }

    pub(super) fn joined(self, other: Extremes) -> Extremes {
        Extremes { max: self.max.max(other.max), min: self.min.min(other.min) }
    }

    /// The extremes of a sum of two parts that vary independently.
    fn plus(self, other: Extremes) -> Extremes {
        Extremes { max: self.max + other.max, min: self.min + other.min }
    }

    pub(crate) fn shifted(self, by: i64) -> Extremes {
        Extremes { max: self.max + by, min: self.min + by }
    }
}

/// A computation was abandoned because it needed more than the permitted work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the judge needs more than {limit} steps{}", about(needed))]
pub struct WorkExceeded {
    /// The permitted number of rows handled, see [`super::CheckLimits`].
    pub limit: u64,
    /// What it would have to be, if the certificate's number of cones is right; rounded up.
    pub needed: Option<u64>,
}

impl WorkExceeded {
    /// If nothing is known of the number that is needed.
    pub(super) fn of(limit: u64) -> Self {
        WorkExceeded { limit, needed: None }
    }
}

fn about(needed: &Option<u64>) -> String {
    needed.map_or(String::new(), |needed| format!(", about {needed}"))
}

/// The extremes of d^T v over all 0/1 vectors d: free signs.
pub fn over_all_labellings(values: &[i64]) -> Extremes {
    Extremes { max: values.iter().filter(|v| **v > 0).sum(), min: values.iter().filter(|v| **v < 0).sum() }
}

/// The extremes of d^T v over H(U) for the arrangement's groups; `values[g]` belongs to group g.
///
/// The sum of the moduli of the values must stay below 2^62.
///
/// # Errors
///
/// [`WorkExceeded`] if more than `limit` rows had to be handled.
pub fn over_patterns(arrangement: &Arrangement, values: &[i64], limit: u64) -> Result<Extremes, WorkExceeded> {
    Walk::new(arrangement.normals(), values, limit).over_all_rows()
}

/// An estimate of the work of [`over_patterns`] in general position: every flat of rank up to r - 2 restricts N rows.
#[cfg(feature = "solve")]
pub fn estimated_work(arrangement: &Arrangement) -> f64 {
    let (rows, rank) = (arrangement.groups() as f64, arrangement.rank());
    if rank == arrangement.groups() {
        return rows;
    }
    flats_up_to(rows, rank.saturating_sub(2)) * rows * (4 + rank) as f64
}

/// The number of flats of rank at most `rank` of `rows` hyperplanes in general position.
#[cfg(any(feature = "solve", test))]
pub fn flats_up_to(rows: f64, rank: usize) -> f64 {
    let next = |count: &mut f64, k: usize| {
        let current = *count;
        *count *= (rows - k as f64) / (k as f64 + 1.0);
        Some(current)
    };
    (0..=rank).scan(1.0, next).sum()
}
