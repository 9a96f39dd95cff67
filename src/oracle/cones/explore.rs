//! One cone searched: depth first, up to a number of parts.

use std::{
    cmp::Ordering::Equal,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::{
    cone::{Cone, Side},
    conflicts,
    frame::Frame,
    generator::Generator,
    pool::{Column, Weights},
    quotient::omission,
    split::{omit, resolved, split},
    tuning::{COLUMNS_OF_A_CONE, ROWS_BETWEEN_CHECKS},
};
use crate::{
    exact::{Arrangement, Direction, IBig, Normal},
    limits::{Budget, Limit},
    oracle::search::Ascent,
    pattern::{Bits, step},
};

/// A question: max d^T v + offset over H(X).
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) values: Vec<i64>,
    /// The same for line searches.
    pub(super) floats: Vec<f64>,
    pub(super) offset: i64,
}

impl Question {
    pub(super) fn new(values: Vec<i64>, offset: i64) -> Self {
        Question { floats: values.iter().map(|&value| value as f64).collect(), values, offset }
    }

    /// A bound without any search: what all rows want.
    pub(super) fn bound(&self) -> i64 {
        self.values.iter().map(|value| value.max(&0)).sum::<i64>() + self.offset
    }
}

/// A cone that has to be searched, for one of the questions.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) cone: Cone,
    pub(super) question: usize,
    /// The bound on |d^T v| in the cone.
    pub(super) bound: i64,
}

/// What does not change during a search.
pub(super) struct Task<'a> {
    pub(super) arrangement: &'a Arrangement,
    pub(super) frame: &'a Frame,
    pub(super) questions: &'a [Question],
    pub(super) weights: Weights<'a>,
    pub(super) enough: i64,
    /// Whether columns above `enough` are wanted.
    pub(super) columns: bool,
    pub(super) budget: &'a Budget,
    pub(super) stopped: AtomicBool,
}

/// What was found in a cone.
#[derive(Debug, Default)]
pub(super) struct Explored {
    /// What is left, in order.
    pub(super) open: Vec<Open>,
    pub(super) columns: Vec<Column>,
    pub(super) best: i64,
    /// The largest bound of the cones that were closed.
    pub(super) closed: i64,
    pub(super) closed_share: f64,
    /// Cones that were made.
    pub(super) cones: u64,
    pub(super) limit: Option<Limit>,
}

impl Task<'_> {
    fn side(&self, question: usize) -> Side<'_> {
        Side { normals: self.arrangement.normals(), spans: &self.frame.spans, values: &self.questions[question].values }
    }

    /// A cone with its bound for a question, closed below `target` if possible.
    pub(super) fn opened(&self, mut cone: Cone, question: usize, target: i64) -> Open {
        let offset = self.questions[question].offset;
        conflicts::subtract(&mut cone, &self.side(question), target - offset);
        Open { bound: cone.bound + offset, cone, question }
    }

    /// Searches a cone until `parts` cones were made of it. `best` is the largest modulus known.
    pub(super) fn explore(&self, open: Open, best: i64, parts: u64) -> Explored {
        let mut found = Explored { best, closed: i64::MIN, ..Explored::default() };
        // A limit is looked for before anything else, and then now and again.
        let (mut stack, mut rows) = (vec![open], ROWS_BETWEEN_CHECKS);
        while let Some(open) = stack.pop() {
            if open.bound <= self.enough.max(found.best) {
                found.closed = found.closed.max(open.bound);
                found.closed_share += open.cone.share;
                continue;
            }
            if found.cones >= parts || found.limit.is_some() {
                found.open.push(open);
                continue;
            }
            rows += open.cone.rows.len();
            if rows >= ROWS_BETWEEN_CHECKS {
                rows = 0;
                found.limit = self.limit();
            }
            self.look_in(&open, &mut found);
            self.part(open, &mut found, &mut stack);
        }
        found
    }

    /// The limit that was reached by this or another thread.
    fn limit(&self) -> Option<Limit> {
        let limit = self.budget.exceeded();
        if limit.is_some() {
            self.stopped.store(true, Relaxed);
        }
        limit.or(self.stopped.load(Relaxed).then_some(Limit::Time))
    }

    /// Puts the parts of a cone on the stack, the one with the largest bound last.
    fn part(&self, open: Open, found: &mut Explored, stack: &mut Vec<Open>) {
        let side = self.side(open.question);
        if open.cone.rows.is_empty() {
            // The bound is attained: everywhere on the cone.
            found.cones += 1;
            match self.attained(&open.cone) {
                Some(column) if column.modulus >= open.bound => {
                    found.closed_share += open.cone.share;
                    found.offer(column);
                }
                _ => found.keep(open),
            }
            return;
        }
        let Some(parts) = self.parts(&open.cone, &side) else {
            found.cones += 1;
            found.keep(open);
            return;
        };
        let target = self.enough.max(found.best);
        found.cones += parts.len() as u64;
        let mut parts: Vec<Open> = parts.into_iter().map(|part| self.opened(part, open.question, target)).collect();
        parts.sort_by_key(|part| part.bound);
        stack.extend(parts);
    }

    /// Cones that together are as good as this one; `None` if nothing can be done.
    fn parts(&self, cone: &Cone, side: &Side<'_>) -> Option<Vec<Cone>> {
        let faces = !self.frame.open;
        if let Some(omission) = omission(cone, side, faces) {
            return Some(omit(cone, side, omission, faces));
        }
        split(cone, side, faces).or_else(|| resolved(cone, side).map(|cone| vec![cone]))
    }

    /// The column of a cone without undecided rows.
    ///
    /// Where rays were left out, the points of the cone are moved inside the cone before by a multiple of a vector that
    /// leads there, smaller than all else.
    fn attained(&self, cone: &Cone) -> Option<Column> {
        let mut vectors = vec![self.combined(&cone.rays, None)?];
        let mut anchor = cone.anchor.as_ref();
        while let Some(around) = anchor {
            vectors.push(self.combined(&around.rays, around.combination.as_deref())?);
            anchor = around.older.as_ref();
        }
        let sign =
            |normal: &Normal| vectors.iter().fold(Equal, |sign, vector| sign.then_with(|| normal.sign_with(vector)));
        let pattern: Bits = self.arrangement.normals().iter().map(|normal| step(sign(normal))).collect();
        let opposite = !pattern.clone();
        let column = Column { modulus: self.weights.modulus(&pattern), pattern };
        // On open sets the complement is a pattern, too: that of the opposite vector.
        let complement =
            self.frame.open.then(|| Column { modulus: self.weights.modulus(&opposite), pattern: opposite });
        [Some(column), complement].into_iter().flatten().max_by_key(|column| column.modulus)
    }

    /// A combination of some rays, exactly, or their sum, unless they are too large.
    fn combined(&self, rays: &[Arc<Generator>], coefficients: Option<&[IBig]>) -> Option<Direction> {
        let mut vector = vec![IBig::ZERO; self.arrangement.rank()];
        for (index, ray) in rays.iter().enumerate() {
            let exact = ray.exact(self.arrangement.normals())?;
            for (entry, along) in vector.iter_mut().zip(exact) {
                *entry += coefficients.map_or_else(|| along.clone(), |coefficients| along * &coefficients[index]);
            }
        }
        Some(Direction::new(vector))
    }

    /// The column in the middle of a cone and, if it is an improvement, where a local search from there ends.
    fn look_in(&self, open: &Open, found: &mut Explored) {
        let (center, guess) = open.cone.center(&self.side(open.question));
        let guess = guess + self.questions[open.question].offset;
        let improves = guess > found.best;
        let spanned = center.len() == self.frame.rank();
        let wanted = self.columns && guess > self.enough && found.columns.len() < COLUMNS_OF_A_CONE;
        if !spanned || !(improves || wanted) {
            return;
        }
        self.columns_at(&center).into_iter().for_each(|column| found.offer(column));
        if improves {
            let climbed = self.climbed(open.question, center, &mut Pcg64Mcg::seed_from_u64(1));
            self.columns_at(&climbed).into_iter().for_each(|column| found.offer(column));
        }
    }

    /// Where an ascent from a point along the axes ends.
    pub(super) fn climbed(&self, question: usize, point: Vec<f64>, random: &mut Pcg64Mcg) -> Vec<f64> {
        let mut ascent = Ascent::new(&self.frame.values, &self.questions[question].floats, point);
        ascent.climb(random, &|| self.limit().is_some());
        ascent.weights
    }

    /// The columns of a point along the axes and of its opposite.
    pub(super) fn columns_at(&self, point: &[f64]) -> Vec<Column> {
        let vector = self.frame.vector(point);
        let opposite: Vec<f64> = vector.iter().map(|entry| -entry).collect();
        [vector, opposite].iter().filter_map(|vector| self.weights.column(self.arrangement, vector)).collect()
    }
}

impl Explored {
    fn offer(&mut self, column: Column) {
        self.best = self.best.max(column.modulus);
        self.columns.push(column);
    }

    /// Leaves a cone that cannot be divided with its bound.
    fn keep(&mut self, open: Open) {
        self.closed = self.closed.max(open.bound);
    }
}
