//! The walk over the planes of an arrangement: it meets every ray and tells a visitor the values there.
//!
//! **What is walked.** As in the judge's proof (see [`crate::check::pricing`]), every pattern but that of w = 0 is the
//! sign vector of a ray on the rows that do not vanish there, joined with a pattern of the rows that vanish. Rays are the
//! flats of rank r - 1. They are met on planes, the flats of rank r - 2: on a plane the other rows are lines through the
//! origin, sorted by angle; a rotational sweep over half the circle visits all its rays and their opposites with running
//! sums.
//!
//! **Fewer planes.** A ray need only be met once. Let s_1 < ... < s_{r-1} be the lexicographically first basis of a
//! ray's flat. Each of its subsets of r - 2 rows is the first basis of a plane through the ray. So planes may be skipped
//! as long as every set of r - 1 rows contains a basis that is kept (Turan's problem): for r = 4 the pairs of rows of
//! unequal parity are skipped (of three rows two have equal parity), which halves the work. In other ranks a ray counts
//! on the plane of s_1, ..., s_{r-2} only, so for r = 3 the plane of the last row is skipped.
//!
//! **Exactness.** Coordinates on a plane are computed in f64 with a bound on their error. Neighbours in the order whose
//! error intervals overlap are compared in integers; so are signs too close to 0. Small integers stay exact in f64 (the
//! bound is then 0). The values are integers whose sums are exact. Rows that are tied form a group; with the fixed rows
//! they are a smaller arrangement of rank r - 1, whose extremes are found by recursion once and remembered.
//!
//! **Cost.** At most C(N, r-2) planes, O(N log N) each; memory O(N r) a thread and an entry for each dependent flat.

use std::{
    cmp::Ordering,
    collections::HashMap,
    iter::Sum,
    ops::{Add, Sub},
    sync::{PoisonError, RwLock},
};

use rayon::prelude::*;

use super::{
    ray_location::{Part, RayLocation},
    restriction::Restriction,
    stop_check::StopCheck,
    swept_line::{SweptLine, cluster_end},
    tuning::{PARALLEL_ROWS, ROWS_PER_EXACT_ROW},
};
use crate::exact::{Normal, sign};

/// What a value may be: i64, or i128 when ties are broken.
pub(super) trait Number:
    Copy + Ord + Default + Send + Sync + Add<Output = Self> + Sub<Output = Self> + Sum
{
}

impl Number for i64 {}

impl Number for i128 {}

/// Meets the rays of a part.
pub(super) trait Visitor<T> {
    /// Takes note of a ray and its opposite.
    fn meet(&mut self, meeting: &Meeting<'_, T>);
}

/// A ray and its opposite, met on a plane.
pub(super) struct Meeting<'a, T> {
    restriction: &'a Restriction<'a>,
    flat: &'a Flat,
    group: &'a [SweptLine],
    /// The position of the ray in the rotational sweep of the plane.
    pub(super) position: usize,
    /// The largest value on the ray or its opposite.
    pub(super) highest: T,
    /// The smallest.
    pub(super) lowest: T,
}

impl<T> Meeting<'_, T> {
    /// Where the ray is.
    pub(super) fn location(&self) -> RayLocation {
        let first = self.group.first().map(SweptLine::row);
        RayLocation {
            vanishing: self.flat.vanishing(self.group),
            columns: self.restriction.pivots(first),
            basis: self.flat.basis.iter().copied().chain(first).collect(),
        }
    }
}

/// The largest and the smallest value met.
struct Span<T> {
    highest: T,
    lowest: T,
}

impl<T: Number> Visitor<T> for Span<T> {
    fn meet(&mut self, meeting: &Meeting<'_, T>) {
        self.highest = self.highest.max(meeting.highest);
        self.lowest = self.lowest.min(meeting.lowest);
    }
}

/// What all parts of one pricing problem have in common.
pub(super) struct Walk<'a, T> {
    /// All rows.
    pub(super) normals: &'a [Normal],
    /// The value of each row.
    pub(super) values: &'a [T],
    /// Asked at regular intervals; once it says stop, visits end early and what they gave must not be used.
    pub(super) stop_check: &'a StopCheck<'a>,
    /// The largest and the smallest value over dependent flats, by their rows.
    known: RwLock<HashMap<Vec<usize>, (T, T)>>,
}

impl<'a, T: Number> Walk<'a, T> {
    pub(super) fn new(normals: &'a [Normal], values: &'a [T], stop_check: &'a StopCheck<'a>) -> Self {
        Walk { normals, values, stop_check, known: RwLock::default() }
    }

    /// The value of the pattern of w = 0.
    pub(super) fn total(&self, rows: &[usize]) -> T {
        rows.iter().map(|&row| self.values[row]).sum()
    }

    /// Visits the rays of a dependent part whose plane is in one of the [`Part::chunks`] chunks.
    pub(super) fn visit(&self, part: &Part, restriction: &Restriction, chunk: usize, visitor: &mut impl Visitor<T>) {
        match part.rank() {
            0 => {}
            1 => self.on_a_line(part, restriction, visitor),
            2 => self.sweep_plane(part, restriction, &Flat::default(), visitor),
            _ => self.fix(part, restriction, &Flat::default(), chunk, visitor),
        }
    }

    /// Fixes one more row, if it comes first in its flat, and visits the planes beyond.
    fn fix(&self, part: &Part, restriction: &Restriction, flat: &Flat, position: usize, visitor: &mut impl Visitor<T>) {
        let row = restriction.rows[position];
        if flat.basis.len() + 3 == part.rank() && !part.keeps(&flat.basis, row) {
            return;
        }
        if self.stop_check.ends_before(restriction.rows.len()) {
            return;
        }
        let Some((deeper, vanished)) = restriction.restrict(position) else { return };
        let flat = flat.extended(row, &vanished);
        if deeper.dimension == 2 {
            return self.sweep_plane(part, &deeper, &flat, visitor);
        }
        for next in 0..deeper.rows.len() {
            if deeper.rows[next] > row {
                self.fix(part, &deeper, &flat, next, visitor);
            }
        }
    }

    /// Rank 1: the two half-lines.
    fn on_a_line(&self, part: &Part, restriction: &Restriction, visitor: &mut impl Visitor<T>) {
        let side = |wanted: Ordering| -> T {
            let is_there = |row: &&usize| sign::of(&restriction.exact(**row)[0]) == wanted;
            part.rows.iter().filter(is_there).map(|&row| self.values[row]).sum()
        };
        let (positive, negative) = (side(Ordering::Greater), side(Ordering::Less));
        let (highest, lowest) = (positive.max(negative), positive.min(negative));
        visitor.meet(&Meeting { restriction, flat: &Flat::default(), group: &[], position: 0, highest, lowest });
    }

    /// The rotational sweep of a plane: visits all its rays and their opposites, with running sums.
    fn sweep_plane(&self, part: &Part, restriction: &Restriction, flat: &Flat, visitor: &mut impl Visitor<T>) {
        if self.stop_check.ends_before(restriction.rows.len()) {
            return;
        }
        let (mut lines, exact) = restriction.lines();
        lines.sort_unstable_by(|a, b| a.low.total_cmp(&b.low));
        let total = self.total(&restriction.rows);
        let mut active: T = lines.iter().filter(|line| line.upper()).map(|line| self.values[line.row()]).sum();
        let fixed = flat.independent().then(|| self.free(&flat.rows));
        let first = part.first_only().then(|| flat.basis.last()).flatten().map_or(0, |last| last + 1);
        let mut start = 0;
        while start < lines.len() {
            let (position, end) = (start, cluster_end(&lines, start));
            let cluster = &lines[start..end];
            start = end;
            if let ([line], Some((high, low))) = (cluster, fixed) {
                let value = self.values[line.row()];
                let here = if line.upper() { active - value } else { active };
                let opposite = total - value - here;
                active = if line.upper() { here } else { here + value };
                if line.row() < first {
                    continue;
                }
                let highest = here.max(opposite) + high + value.max(T::default());
                let lowest = here.min(opposite) + low + value.min(T::default());
                visitor.meet(&Meeting { restriction, flat, group: cluster, position, highest, lowest });
                continue;
            }
            if !exact && self.stop_check.ends_before(ROWS_PER_EXACT_ROW * cluster.len()) {
                return;
            }
            let exactly = if exact { Vec::new() } else { restriction.exact_groups(cluster) };
            for group in exactly.iter().map(Vec::as_slice).chain(exact.then_some(cluster)) {
                let (leaving, entering) = (self.sum(group, true), self.sum(group, false));
                let here = active - leaving;
                let opposite = total - leaving - entering - here;
                active = here + entering;
                if group.iter().any(|line| line.row() < first) {
                    continue;
                }
                let (high, low) = self.extremes(part, restriction, flat, group);
                let (highest, lowest) = (here.max(opposite) + high, here.min(opposite) + low);
                visitor.meet(&Meeting { restriction, flat, group, position, highest, lowest });
            }
        }
    }

    fn sum(&self, group: &[SweptLine], upper: bool) -> T {
        group.iter().filter(|line| line.upper() == upper).map(|line| self.values[line.row()]).sum()
    }

    /// The sums of the positive and of the negative values of independent rows: their extremes.
    fn free(&self, rows: &[usize]) -> (T, T) {
        let values = || rows.iter().map(|&row| self.values[row]);
        (values().map(|value| value.max(T::default())).sum(), values().map(|value| value.min(T::default())).sum())
    }

    /// The extremes over the rows that vanish on a ray.
    fn extremes(&self, part: &Part, restriction: &Restriction, flat: &Flat, group: &[SweptLine]) -> (T, T) {
        let rows = flat.vanishing(group);
        if rows.len() + 1 == part.rank() {
            return self.free(&rows);
        }
        if let Some(&known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&rows) {
            return known;
        }
        let inner = Part { columns: restriction.pivots(group.first().map(SweptLine::row)), rows };
        let extremes = self.span(&inner);
        if self.stop_check.ended() {
            return extremes;
        }
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(inner.rows, extremes);
        extremes
    }

    /// The extremes over a dependent part, by its own walk.
    fn span(&self, part: &Part) -> (T, T) {
        let restriction = Restriction::root(self.normals, part);
        let total = self.total(&part.rows);
        let nothing = || Span { highest: total, lowest: total };
        let add = |mut span: Span<T>, chunk: usize| {
            self.visit(part, &restriction, chunk, &mut span);
            span
        };
        let chunks = 0..part.chunks();
        let both = |a: Span<T>, b: Span<T>| Span { highest: a.highest.max(b.highest), lowest: a.lowest.min(b.lowest) };
        let Span { highest, lowest } = if part.rows.len() < PARALLEL_ROWS {
            chunks.fold(nothing(), add)
        } else {
            chunks.into_par_iter().fold(nothing, add).reduce(nothing, both)
        };
        (highest, lowest)
    }
}

/// The rows that are fixed on the way to a plane.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    /// All rows of the flat.
    rows: Vec<usize>,
    /// Its lexicographically first basis.
    basis: Vec<usize>,
}

impl Flat {
    fn extended(&self, row: usize, vanished: &[usize]) -> Flat {
        Flat { rows: [&self.rows, vanished].concat(), basis: [&self.basis[..], &[row]].concat() }
    }

    fn independent(&self) -> bool {
        self.rows.len() == self.basis.len()
    }

    /// The rows that vanish on a ray of the plane, ascending.
    fn vanishing(&self, group: &[SweptLine]) -> Vec<usize> {
        let mut rows: Vec<usize> = Vec::with_capacity(self.rows.len() + group.len());
        rows.extend(&self.rows);
        rows.extend(group.iter().map(SweptLine::row));
        rows.sort_unstable();
        rows
    }
}
