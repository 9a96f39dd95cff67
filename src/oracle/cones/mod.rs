//! Pricing over all of H(X) by branch and bound over cones: a proven bound at any moment, the maximum at the end.
//!
//! **What it does.** The space of weight vectors is divided into relatively open simplicial cones ([`frame`]). On each,
//! rows with the same bit everywhere count as they are and the others as they want ([`cone`]), less what pairs of
//! them that exclude each other must lose ([`conflicts`]). A cone whose bound is at most the best value found, or `enough`,
//! is closed; the others are divided ([`split`]).
//!
//! **Why it is right.** Every w except 0 lies in exactly one relatively open cone of the fan and of each division, faces
//! included, and the bound of that cone holds for the pattern of w; w = 0 is looked at by itself. If some vector is on
//! the positive side of all normals, every pattern is attained on an open set and faces are left out; then patterns also
//! come in complementary pairs, so that max |d^T v| follows from max d^T v. Otherwise v and -v are asked. Bounds are
//! exact integers. Signs that they rest on are exact; conflicts are claimed only beyond the errors of their values.
//!
//! **Anytime.** The cones with the largest bound are searched first, so their largest bound is proven whenever a limit
//! comes. Cones are taken in batches of a fixed size, which exchange the best column between batches only: the answer does
//! not depend on the number of threads, unless a limit cuts it short.
//!
//! **Cost.** The number of cones is exponential in r at worst, O(N^(r-1)) of them in general position, and depends on v: a
//! few where a halfspace separates well. O(U r) operations to divide a cone with U undecided rows and O(U^2) comparisons
//! for its conflicts. Memory: O(U r) numbers a cone that waits, at most 256 MiB in all; beyond it, depth first.

mod cone;
mod conflicts;
mod double;
mod explore;
mod frame;
mod generator;
mod pool;
mod quotient;
mod roots;
mod sets;
mod spans;
mod split;
mod tuning;

use std::{cmp::Ordering, collections::BinaryHeap, sync::atomic::AtomicBool};

use explore::{Explored, Open, Question, Task};
use frame::Frame;
use pool::{Column, Pool, Weights};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use tuning::{BATCH, FRONTIER_BYTES, PARTS, PARTS_IN_DEPTH, STARTS};

use super::{ColumnOracle, Ended, GridPoint, Priced, Want, search::start};
use crate::{
    exact::Arrangement,
    limits::{Budget, Limit},
    pattern::{Bits, Groups},
};

/// The patterns of an arrangement, searched by cones.
pub struct ConeOracle<'a> {
    arrangement: &'a Arrangement,
    groups: &'a Groups,
    frame: Frame,
    /// Cones that one query may make.
    limit: u64,
    /// Columns above `enough` with which a query may end.
    columns: usize,
    statistics: ConeStatistics,
    progress: Option<&'a (dyn Fn(ConeStatistics) + Sync)>,
}

/// How far a query came.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ConeStatistics {
    /// Cones made.
    pub cones: u64,
    /// The largest |d^T v| found, in units of the grid.
    pub best: i64,
    /// The proven bound on it.
    pub bound: i64,
    /// The part of the space that was closed, by the number of halvings: between 0 and 1.
    pub closed: f64,
}

impl<'a> ConeOracle<'a> {
    /// The patterns of this arrangement, whose groups these are. N r inner products of integers.
    pub fn new(arrangement: &'a Arrangement, groups: &'a Groups) -> Self {
        let (limit, columns) = (u64::MAX, usize::MAX);
        let statistics = ConeStatistics::default();
        ConeOracle { arrangement, groups, frame: Frame::new(arrangement), limit, columns, statistics, progress: None }
    }

    /// Ends a query with the bound so far when it has made about so many cones.
    pub fn with_limit(self, limit: u64) -> Self {
        ConeOracle { limit, ..self }
    }

    /// Ends a query with the bound so far when it has this many columns above what is enough.
    pub fn stopping_at_columns(self, columns: usize) -> Self {
        ConeOracle { columns, ..self }
    }

    /// Tells a query's progress, some times a second or more often.
    pub fn with_progress(self, progress: &'a (dyn Fn(ConeStatistics) + Sync)) -> Self {
        ConeOracle { progress: Some(progress), ..self }
    }

    /// How far the last query came.
    pub fn statistics(&self) -> ConeStatistics {
        self.statistics
    }

    /// The questions whose answers give max |d^T v|.
    fn questions(&self, weights: &Weights<'_>) -> Vec<Question> {
        let (values, always) = (weights.values.to_vec(), weights.always);
        if self.frame.open {
            let total: i64 = values.iter().sum();
            return vec![Question::new(values, always.max(-total - always))];
        }
        let negated = values.iter().map(|value| -value).collect();
        vec![Question::new(values, always), Question::new(negated, -always)]
    }
}

impl ColumnOracle for ConeOracle<'_> {
    fn query(&mut self, point: &GridPoint, want: Want, budget: &Budget) -> Priced {
        let weights = Weights::of(self.arrangement, &point.groups);
        let mut pool = Pool::new(want.columns);
        pool.offer(labelled(&weights, |_| true));
        if self.arrangement.shatters_groups() {
            pool.offer(labelled(&weights, |value| value > 0));
            pool.offer(labelled(&weights, |value| value < 0));
            return self.answered(pool, i64::MIN, None);
        }
        let questions = self.questions(&weights);
        let task = Task {
            arrangement: self.arrangement,
            frame: &self.frame,
            questions: &questions,
            weights,
            enough: want.enough,
            columns: want.columns > 0,
            budget,
            stopped: AtomicBool::new(false),
        };
        let mut search =
            Search { task, pool, heap: BinaryHeap::new(), bytes: 0, made: 0, closed: i64::MIN, share: 0.0 };
        let limit = search.run(self.limit, self.columns, self.progress);
        self.statistics = search.statistics();
        let bound = self.statistics.bound;
        self.answered(search.pool, bound, limit)
    }
}

impl ConeOracle<'_> {
    /// The answer, with a bound on what was not found.
    fn answered(&self, pool: Pool, bound: i64, limit: Option<Limit>) -> Priced {
        let best = pool.best();
        let bound = best.max(bound);
        let ended = match limit {
            _ if bound == best => Ended::Exact,
            Some(limit) => Ended::Stopped(limit),
            None => Ended::Bounded,
        };
        let columns = pool.into_patterns().map(|pattern| self.groups.lift(&pattern)).collect();
        Priced { best, bound: Some(bound), columns, ended }
    }
}

/// The column of the rows whose value is wanted.
fn labelled(weights: &Weights<'_>, wanted: impl Fn(i64) -> bool) -> Column {
    let pattern: Bits = weights.values.iter().map(|&value| wanted(value)).collect();
    Column { modulus: weights.modulus(&pattern), pattern }
}

/// A cone that waits: the largest bound first, of these the last.
struct Waiting {
    open: Open,
    number: u64,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.open.bound.cmp(&other.open.bound).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

/// A query.
struct Search<'a> {
    task: Task<'a>,
    pool: Pool,
    heap: BinaryHeap<Waiting>,
    /// Memory of the cones that wait.
    bytes: usize,
    made: u64,
    /// The largest bound of a closed cone.
    closed: i64,
    share: f64,
}

impl Search<'_> {
    /// Searches until nothing is open, or enough is known, or a limit comes.
    fn run(&mut self, cones: u64, columns: usize, progress: Option<&(dyn Fn(ConeStatistics) + Sync)>) -> Option<Limit> {
        self.climb();
        let limit = self.fan();
        if limit.is_some() {
            return limit;
        }
        while let Some(largest) = self.heap.peek() {
            let target = self.task.enough.max(self.pool.best());
            let satisfied = self.task.columns && self.pool.above(self.task.enough) >= columns;
            if largest.open.bound <= target {
                self.close_all();
                return None;
            }
            if satisfied || self.made >= cones {
                return None;
            }
            let limit = self.batch(cones);
            if let Some(progress) = progress {
                progress(self.statistics());
            }
            if limit.is_some() {
                return limit;
            }
        }
        None
    }

    /// How far the search is. What waits has the largest bound of all that is open.
    fn statistics(&self) -> ConeStatistics {
        let best = self.pool.best();
        let open = self.heap.peek().map_or(i64::MIN, |waiting| waiting.open.bound);
        ConeStatistics { cones: self.made, best, bound: best.max(self.closed).max(open), closed: self.share }
    }

    /// Good columns by local search.
    fn climb(&mut self) {
        let (task, frame) = (&self.task, self.task.frame);
        let climbed = |number: usize| {
            let (number, question) = (number / task.questions.len(), number % task.questions.len());
            let mut random = Pcg64Mcg::seed_from_u64(number as u64);
            let point = start(number, &frame.values, &task.questions[question].floats, &mut random);
            point.map_or_else(Vec::new, |point| task.columns_at(&task.climbed(question, point, &mut random)))
        };
        let found: Vec<Vec<Column>> = (0..STARTS).into_par_iter().map(climbed).collect();
        found.into_iter().flatten().for_each(|column| self.pool.offer(column));
    }

    /// The cones of the fan. Those that a limit leaves out count with the bound of all.
    fn fan(&mut self) -> Option<Limit> {
        let target = self.task.enough.max(self.pool.best());
        let (frame, normals) = (self.task.frame, self.task.arrangement.normals());
        for (number, question) in self.task.questions.iter().enumerate() {
            for cone in roots::roots(frame, question, normals) {
                if let Some(limit) = self.task.budget.exceeded() {
                    let bounds = self.task.questions.iter().map(Question::bound);
                    self.closed = bounds.fold(self.closed, i64::max);
                    return Some(limit);
                }
                self.made += 1;
                let open = self.task.opened(cone, number, target);
                self.bytes += open.cone.bytes();
                let number = self.made;
                self.heap.push(Waiting { open, number });
            }
        }
        None
    }

    fn push(&mut self, open: Open) {
        self.bytes += open.cone.bytes();
        let number = self.made + self.heap.len() as u64;
        self.heap.push(Waiting { open, number });
    }

    /// Searches the cones with the largest bounds.
    fn batch(&mut self, cones: u64) -> Option<Limit> {
        let size = BATCH.min(self.heap.len());
        let taken: Vec<Open> = (0..size).filter_map(|_| self.heap.pop()).map(|waiting| waiting.open).collect();
        self.bytes -= taken.iter().map(|open| open.cone.bytes()).sum::<usize>();
        let each = if self.bytes > FRONTIER_BYTES { PARTS_IN_DEPTH } else { PARTS };
        let each = each.min((cones - self.made) / size as u64 + 1);
        let (task, best) = (&self.task, self.pool.best());
        let found: Vec<Explored> = taken.into_par_iter().map(|open| task.explore(open, best, each)).collect();
        let mut limit = None;
        for explored in found {
            self.made += explored.cones;
            self.closed = self.closed.max(explored.closed);
            self.share += explored.closed_share;
            limit = limit.or(explored.limit);
            explored.columns.into_iter().for_each(|column| self.pool.offer(column));
            explored.open.into_iter().for_each(|open| self.push(open));
        }
        limit
    }

    /// Closes the cones that wait: none has a larger bound than what is enough.
    fn close_all(&mut self) {
        for waiting in self.heap.drain() {
            self.closed = self.closed.max(waiting.open.bound);
            self.share += waiting.open.cone.share;
        }
        self.bytes = 0;
    }
}
