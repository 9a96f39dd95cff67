//! The walk over all rays: see the parent module for why it is right.

use std::{
    cmp::Ordering,
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use rayon::prelude::*;

use super::{
    Extremes, WorkExceeded,
    plane::{Line, Lines},
};
use crate::exact::{
    IBig, Normal, rank,
    restriction::{Restricted, Restriction},
    sign,
};

type Answer = Result<Extremes, WorkExceeded>;

pub(super) struct Walk<'a> {
    normals: &'a [Normal],
    values: &'a [i64],
    /// The extremes over dependent flats, each solved by the first thread that needs it while others wait for it.
    known: Mutex<HashMap<Vec<usize>, Arc<OnceLock<Answer>>>>,
    work: AtomicU64,
    limit: u64,
}

/// Some rows of an arrangement, restricted to the flat where others vanish.
struct Flat<'a> {
    /// The rank of the arrangement.
    rank: usize,
    /// The rows of the flat, ascending.
    fixed: &'a [usize],
    /// The last row of its lexicographically first basis.
    last: Option<usize>,
    /// The other rows, ascending.
    rows: &'a [usize],
    /// Their normals on the flat.
    normals: &'a Restricted<'a>,
}

impl<'a> Walk<'a> {
    pub fn new(normals: &'a [Normal], values: &'a [i64], limit: u64) -> Self {
        Walk { normals, values, known: Mutex::default(), work: AtomicU64::new(0), limit }
    }

    /// The extremes over the patterns of all rows.
    pub fn over_all_rows(&self) -> Answer {
        let all: Vec<usize> = (0..self.values.len()).collect();
        self.extremes(&all, |flat, start| {
            let branches = self.candidates(flat).collect::<Vec<_>>().into_par_iter();
            branches.map(|place| self.branch(flat, place, start)).try_reduce(|| start, |a, b| Ok(a.joined(b)))
        })
    }

    /// The extremes over the patterns of the given rows (ascending), bits of other rows not counted; on one thread.
    pub fn over_rows(&self, rows: &[usize]) -> Answer {
        self.extremes(rows, |flat, start| self.descend(flat, start))
    }

    /// The work that has been done.
    pub fn spent(&self) -> u64 {
        self.work.load(Relaxed)
    }

    /// The extremes over the patterns of the given rows (ascending), bits of other rows not counted.
    ///
    /// In rank 3 and more `descend` walks over the branches of the first row that is fixed.
    fn extremes(&self, rows: &[usize], descend: impl FnOnce(&Flat<'_>, Extremes) -> Answer) -> Answer {
        let mut vectors: Vec<Vec<IBig>> = rows.iter().map(|&row| self.normals[row].exact().to_vec()).collect();
        let width = vectors.first().map_or(0, Vec::len);
        self.spend(rows.len() * width)?;
        let columns = rank::basis(&vectors, width).columns;
        if columns.len() == rows.len() {
            return Ok(self.free(rows.iter().copied()));
        }
        let everything: i64 = rows.iter().map(|&row| self.values[row]).sum();
        let start = Extremes { max: everything, min: everything };
        for vector in &mut vectors {
            *vector = columns.iter().map(|&column| std::mem::take(&mut vector[column])).collect();
        }
        if columns.len() == 1 {
            return Ok(start.joined(self.on_a_line(rows, &vectors)));
        }
        let normals = Restricted::new(vectors, columns.len());
        let flat = Flat { rank: columns.len(), fixed: &[], last: None, rows, normals: &normals };
        if flat.rank == 2 { self.turn(&flat, start) } else { descend(&flat, start) }
    }

    /// Rank 1: the two open half-lines.
    fn on_a_line(&self, rows: &[usize], vectors: &[Vec<IBig>]) -> Extremes {
        let side = |wanted: Ordering| -> i64 {
            let on_side = rows.iter().zip(vectors).filter(|(_, vector)| sign::of(&vector[0]) == wanted);
            on_side.map(|(&row, _)| self.values[row]).sum()
        };
        let (positive, negative) = (side(Ordering::Greater), side(Ordering::Less));
        Extremes { max: positive.max(negative), min: positive.min(negative) }
    }

    /// Visits every flat of rank r - 2 that extends this one and comes after it.
    fn descend(&self, flat: &Flat<'_>, start: Extremes) -> Answer {
        self.candidates(flat).try_fold(start, |best, place| Ok(best.joined(self.branch(flat, place, start)?)))
    }

    /// The places of the rows that may be fixed next.
    fn candidates(&self, flat: &Flat<'_>) -> std::ops::Range<usize> {
        let first = flat.last.map_or(0, |last| flat.rows.partition_point(|&row| row <= last));
        first..flat.rows.len()
    }

    /// Fixes one more row.
    fn branch(&self, flat: &Flat<'_>, place: usize, start: Extremes) -> Answer {
        self.spend(flat.rows.len() * flat.normals.width())?;
        // Restricted rows are not zero: those that vanish have joined the flat.
        let Some(Restriction { kept, vanished }) = flat.normals.restrict(place) else { return Ok(start) };
        let mut fixed: Vec<usize> = flat.fixed.iter().copied().chain(vanished.iter().map(|&p| flat.rows[p])).collect();
        fixed.sort_unstable();
        let rows: Vec<usize> = (0..kept.len()).map(|p| flat.rows[kept.place_before(p)]).collect();
        let last = Some(flat.rows[place]);
        let deeper = Flat { rank: flat.rank, fixed: &fixed, last, rows: &rows, normals: &kept };
        if kept.width() == 2 { self.turn(&deeper, start) } else { self.descend(&deeper, start) }
    }

    /// Visits all rays of a plane: half a turn, and the opposite ray of each.
    fn turn(&self, plane: &Flat<'_>, start: Extremes) -> Answer {
        self.spend(plane.rows.len() * 4)?;
        let sums = |lines: &[Line]| -> (i64, i64) {
            lines.iter().fold((0, 0), |(upper, lower), line| {
                let value = self.values[plane.rows[line.place]];
                if line.upper { (upper + value, lower) } else { (upper, lower + value) }
            })
        };
        let lines = Lines::new(plane.normals);
        let (mut active, mut idle) = sums(lines.all());
        let (mut best, fixed) = (start, self.free(plane.fixed.iter().copied()));
        for group in lines.groups() {
            let (leaving, entering) = sums(group);
            let (here, opposite) = (active - leaving, idle - entering);
            (active, idle) = (here + entering, opposite + leaving);
            // A ray belongs to the plane of its lexicographically first basis.
            if plane.last.is_some_and(|last| group.iter().any(|line| plane.rows[line.place] < last)) {
                continue;
            }
            let vanishing = if plane.fixed.len() + group.len() == plane.rank - 1 {
                fixed.plus(self.free(group.iter().map(|line| plane.rows[line.place])))
            } else {
                self.dependent(plane.fixed.iter().copied().chain(group.iter().map(|line| plane.rows[line.place])))?
            };
            best = best.joined(vanishing.shifted(here)).joined(vanishing.shifted(opposite));
        }
        Ok(best)
    }

    /// The extremes over the rows of a flat that has more rows than its rank.
    fn dependent(&self, rows: impl Iterator<Item = usize>) -> Answer {
        let mut rows: Vec<usize> = rows.collect();
        rows.sort_unstable();
        let entry =
            Arc::clone(self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(rows.clone()).or_default());
        // The walk within the flat is not parallel and needs flats of smaller rank only, so nobody waits for himself.
        *entry.get_or_init(|| self.over_rows(&rows))
    }

    /// Independent rows: every labelling of them is a pattern.
    fn free(&self, rows: impl Iterator<Item = usize>) -> Extremes {
        rows.fold(Extremes { max: 0, min: 0 }, |sum, row| {
            let value = self.values[row];
            Extremes { max: sum.max + value.max(0), min: sum.min + value.min(0) }
        })
    }

    /// Counts work. Each flat is solved once, so the total, and whether it is too much, do not depend on the threads.
    fn spend(&self, rows: usize) -> Result<(), WorkExceeded> {
        let before = self.work.fetch_add(rows as u64, Relaxed);
        if before.saturating_add(rows as u64) > self.limit { Err(WorkExceeded::of(self.limit)) } else { Ok(()) }
    }
}
