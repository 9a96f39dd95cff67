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
//! the intersection of the fixed hyperplanes (fraction-free elimination); a branch on which an earlier row vanishes is
//! a repetition. On the remaining plane the rows are lines through the origin; they are sorted by angle with exact
//! comparisons, equal lines form a group, and one turn of the half-plane visits all rays with running sums.
//!
//! **Cost.** At most C(N, r-2) planes with O(N r + N log N) operations each, on integers of the size of minors of U,
//! and memory O(N r^2), plus one entry for every flat whose rows are dependent. `work` counts rows handled.

use std::{cmp::Ordering, collections::HashMap};

use dashu_int::IBig;

use crate::exact::{Arrangement, Direction, rank, sign};

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

    fn include(&mut self, other: Extremes) {
        self.max = self.max.max(other.max);
        self.min = self.min.min(other.min);
    }

    pub(crate) fn shifted(self, by: i64) -> Extremes {
        Extremes { max: self.max + by, min: self.min + by }
    }
}

/// The walk was abandoned because it needed more than the permitted work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the walk over the arrangement needs more than {limit} steps")]
pub struct WorkExceeded {
    /// The permitted number of rows handled.
    pub limit: u64,
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
    let normals = arrangement.normals().iter().map(|normal| normal.exact().to_vec()).collect();
    let mut walk = Walk { normals, values, known: HashMap::new(), work: 0, limit };
    let all: Vec<usize> = (0..values.len()).collect();
    walk.extremes(&all)
}

/// An estimate of the work of [`over_patterns`] in general position: every flat of rank up to r - 2 restricts N rows.
pub fn estimated_work(arrangement: &Arrangement) -> f64 {
    let (rows, rank) = (arrangement.groups() as f64, arrangement.rank());
    if rank == arrangement.groups() {
        return rows;
    }
    flats_up_to(rows, rank.saturating_sub(2)) * rows * (4 + rank) as f64
}

/// The number of flats of rank at most `rank` of `rows` hyperplanes in general position.
pub fn flats_up_to(rows: f64, rank: usize) -> f64 {
    let next = |count: &mut f64, k: usize| {
        let current = *count;
        *count *= (rows - k as f64) / (k as f64 + 1.0);
        Some(current)
    };
    (0..=rank).scan(1.0, next).sum()
}

struct Walk<'a> {
    normals: Vec<Vec<IBig>>,
    values: &'a [i64],
    /// The extremes over dependent flats that have been solved.
    known: HashMap<Vec<usize>, Extremes>,
    work: u64,
    limit: u64,
}

/// A row restricted to the intersection of the fixed hyperplanes.
struct Restricted {
    row: usize,
    vector: Vec<IBig>,
}

/// The place of a plane in the walk: which flat of the sub-arrangement is fixed.
struct Fixed<'a> {
    /// All rows of the flat.
    rows: &'a [usize],
    /// The last row of its lexicographically first basis.
    last: Option<usize>,
}

/// A row on a plane: its normal turned into the upper half-plane.
struct Line {
    row: usize,
    normal: Direction,
    /// The normal turned by a right angle: the cross product with it is an inner product.
    turned: Direction,
    /// Whether the row's own normal lies in the upper half-plane.
    upper: bool,
}

impl Walk<'_> {
    /// The extremes over the patterns of the given rows (ascending), bits of other rows not counted.
    fn extremes(&mut self, rows: &[usize]) -> Result<Extremes, WorkExceeded> {
        let vectors: Vec<Vec<IBig>> = rows.iter().map(|&row| self.normals[row].clone()).collect();
        let width = vectors.first().map_or(0, Vec::len);
        self.spend(rows.len() * width)?;
        let columns = rank::basis(&vectors, width).columns;
        if columns.len() == rows.len() {
            return Ok(self.free(rows));
        }
        let everything: i64 = rows.iter().map(|&row| self.values[row]).sum();
        let mut best = Extremes { max: everything, min: everything };
        let restrict = |(&row, vector): (&usize, &Vec<IBig>)| Restricted {
            row,
            vector: columns.iter().map(|&column| vector[column].clone()).collect(),
        };
        let restricted: Vec<Restricted> = rows.iter().zip(&vectors).map(restrict).collect();
        if columns.len() == 1 {
            best.include(self.on_a_line(&restricted));
        } else {
            self.descend(&restricted, Fixed { rows: &[], last: None }, columns.len(), &IBig::ONE, &mut best)?;
        }
        Ok(best)
    }

    /// Rank 1: the two open half-lines.
    fn on_a_line(&self, rows: &[Restricted]) -> Extremes {
        let side = |wanted: Ordering| -> i64 {
            rows.iter().filter(|row| sign::of(&row.vector[0]) == wanted).map(|row| self.values[row.row]).sum()
        };
        let (positive, negative) = (side(Ordering::Greater), side(Ordering::Less));
        Extremes { max: positive.max(negative), min: positive.min(negative) }
    }

    /// Visits every flat of rank r - 2 that extends the fixed one and comes after it.
    ///
    /// `rank` is that of the arrangement walked; the rows not fixed have `rank - |basis of fixed|` coordinates.
    fn descend(
        &mut self,
        rows: &[Restricted],
        fixed: Fixed<'_>,
        rank: usize,
        previous: &IBig,
        best: &mut Extremes,
    ) -> Result<(), WorkExceeded> {
        let dimension = rows.first().map_or(0, |row| row.vector.len());
        if dimension == 2 {
            return self.turn(rows, &fixed, rank, best);
        }
        for candidate in rows.iter().filter(|row| fixed.last.is_none_or(|last| row.row > last)) {
            self.spend(rows.len() * dimension)?;
            let Some((restricted, vanished, pivot)) = restrict(rows, candidate, previous) else { continue };
            let mut members = [fixed.rows, &vanished].concat();
            members.sort_unstable();
            let deeper = Fixed { rows: &members, last: Some(candidate.row) };
            self.descend(&restricted, deeper, rank, &pivot, best)?;
        }
        Ok(())
    }

    /// Visits all rays of a plane: half a turn, and the opposite ray of each.
    fn turn(
        &mut self,
        rows: &[Restricted],
        fixed: &Fixed<'_>,
        rank: usize,
        best: &mut Extremes,
    ) -> Result<(), WorkExceeded> {
        self.spend(rows.len() * 4)?;
        let mut lines: Vec<Line> = rows.iter().map(Line::new).collect();
        lines.sort_by(|a, b| a.compare_angle(b));
        let sum = |lines: &[Line], upper: bool| -> i64 {
            lines.iter().filter(|line| line.upper == upper).map(|line| self.values[line.row]).sum()
        };
        let total = sum(&lines, true) + sum(&lines, false);
        let mut active = sum(&lines, true);
        for group in lines.chunk_by(|a, b| a.compare_angle(b).is_eq()) {
            let (leaving, entering) = (sum(group, true), sum(group, false));
            let here = active - leaving;
            let opposite = total - leaving - entering - here;
            active = here + entering;
            // A ray belongs to the plane of its lexicographically first basis.
            if fixed.last.is_some_and(|last| group.iter().any(|line| line.row < last)) {
                continue;
            }
            let vanishing = self.vanishing(fixed.rows, group, rank)?;
            best.include(vanishing.shifted(here));
            best.include(vanishing.shifted(opposite));
        }
        Ok(())
    }

    /// The extremes over the rows that vanish on a ray, a flat of rank r - 1.
    fn vanishing(&mut self, fixed: &[usize], group: &[Line], rank: usize) -> Result<Extremes, WorkExceeded> {
        let mut members: Vec<usize> = fixed.iter().copied().chain(group.iter().map(|line| line.row)).collect();
        if members.len() == rank - 1 {
            return Ok(self.free(&members));
        }
        members.sort_unstable();
        if let Some(&known) = self.known.get(&members) {
            return Ok(known);
        }
        let extremes = self.extremes(&members)?;
        self.known.insert(members, extremes);
        Ok(extremes)
    }

    /// Independent rows: every labelling of them is a pattern.
    fn free(&self, rows: &[usize]) -> Extremes {
        rows.iter().fold(Extremes { max: 0, min: 0 }, |sum, &row| {
            let value = self.values[row];
            Extremes { max: sum.max + value.max(0), min: sum.min + value.min(0) }
        })
    }

    fn spend(&mut self, rows: usize) -> Result<(), WorkExceeded> {
        self.work = self.work.saturating_add(rows as u64);
        if self.work > self.limit { Err(WorkExceeded { limit: self.limit }) } else { Ok(()) }
    }
}

/// Restricts all rows to the hyperplane of one of them: the other rows, the rows that vanish on it, and the pivot.
///
/// `None` if an earlier row vanishes too: then the flat is visited from that row. With pivot coordinate p, w_p is
/// eliminated: the coefficient of w_q becomes (x_q u_p - x_p u_q) sign(u_p) / |previous pivot|, an exact division
/// (Bareiss) that keeps all signs.
fn restrict(rows: &[Restricted], by: &Restricted, previous: &IBig) -> Option<(Vec<Restricted>, Vec<usize>, IBig)> {
    // Restricted rows are not zero: those that vanish have joined the flat.
    let pivot = by.vector.iter().position(|entry| !entry.is_zero())?;
    let flip = sign::of(&by.vector[pivot]) == Ordering::Less;
    let divisor = if flip { -previous } else { previous.clone() };
    let (mut kept, mut vanished) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let factor = &row.vector[pivot];
        let coefficient = |q: usize| (&row.vector[q] * &by.vector[pivot] - factor * &by.vector[q]) / &divisor;
        let vector: Vec<IBig> = (0..row.vector.len()).filter(|&q| q != pivot).map(coefficient).collect();
        if vector.iter().any(|entry| !entry.is_zero()) {
            kept.push(Restricted { row: row.row, vector });
        } else if row.row < by.row {
            return None;
        } else {
            vanished.push(row.row);
        }
    }
    let magnitude = if flip { -&by.vector[pivot] } else { by.vector[pivot].clone() };
    Some((kept, vanished, magnitude))
}

impl Line {
    fn new(row: &Restricted) -> Self {
        let [a, b] = [&row.vector[0], &row.vector[1]];
        let upper = sign::of(b).then(sign::of(a)).is_gt();
        let (a, b) = if upper { (a.clone(), b.clone()) } else { (-a, -b) };
        let turned = Direction::new(vec![-&b, a.clone()]);
        Line { row: row.row, normal: Direction::new(vec![a, b]), turned, upper }
    }

    /// Compares the angles, in [0, pi), of two normals.
    fn compare_angle(&self, other: &Line) -> Ordering {
        other.turned.sign_with(&self.normal)
    }
}
