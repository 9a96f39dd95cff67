//! The search: cones are bounded, closed or split, until none is left or one is above the target.
//!
//! **Order.** The open cones are a stack. A batch of them is taken from its top, each is searched depth first until its
//! share of work is done, in parallel, and what is left of all of them goes back in order. Work and results are looked at
//! in that order too, and what one share of a batch learns the others know from the next batch on. So the work, and
//! which event comes first, do not depend on the number of threads.
//!
//! **Memory** is that of the open cones and of the maxima that are known, and is bounded like the lists of
//! [`crate::check::listing`].

use rayon::prelude::*;

use super::{
    Spent,
    cone::{Cone, Question, Vertex},
    conflicts, edge,
    leaf::{self, Known},
    tuning::{BATCH, DEEPEST, MIDDLES, NEIGHBOURS, QUANTUM},
};
use crate::{check::pricing::WorkExceeded, exact::Normal};

/// How the search ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// No pattern is above the target.
    Proven,
    /// Some pattern has this value, which is above the target.
    Above(i64),
    /// There is a cone that cannot be closed, nor split in doubles.
    Unresolved,
}

impl End {
    /// With another measure of the value.
    pub fn with(self, measure: impl FnOnce(i64) -> i64) -> End {
        if let End::Above(value) = self { End::Above(measure(value)) } else { self }
    }
}

/// A search for one question.
pub(super) struct Search<'a> {
    pub question: Question<'a>,
    pub normals: &'a [Normal],
    /// The vertices of the first cones.
    pub first: &'a [Vertex],
}

/// What became of a cone of the batch.
struct Report {
    left: Vec<Cone>,
    learnt: Known,
    work: u64,
    /// The cones that were looked at.
    cones: u64,
    /// The work that is permitted.
    allowance: u64,
    end: End,
}

impl Search<'_> {
    /// Searches the given cones.
    ///
    /// # Errors
    ///
    /// [`WorkExceeded`] if there is too much to do or to keep.
    pub fn run(&self, mut open: Vec<Cone>, spent: &mut Spent) -> Result<End, WorkExceeded> {
        let mut known = Known::new();
        while !open.is_empty() {
            let batch = open.split_off(open.len().saturating_sub(BATCH));
            let left = spent.work.left();
            let reports: Vec<Report> = batch.into_par_iter().map(|cone| self.subtree(cone, &known, left)).collect();
            for report in reports {
                spent.cones += report.cones;
                spent.rows += report.work;
                spent.work.spend(report.work as usize)?;
                if report.end != End::Proven {
                    return Ok(report.end);
                }
                open.extend(report.left);
                known.extend(report.learnt);
            }
            let kept = known.keys().map(|rows| 8 * rows.len() as u64 + 64).sum::<u64>();
            spent.work.fits(open.iter().map(Cone::bytes).sum::<u64>() + kept)?;
        }
        Ok(End::Proven)
    }

    /// Searches a cone until it is closed or its share of the work is done.
    fn subtree(&self, cone: Cone, known: &Known, allowance: u64) -> Report {
        let mut report =
            Report { left: vec![cone], learnt: Known::new(), work: 0, cones: 0, allowance, end: End::Proven };
        while report.work <= QUANTUM.min(allowance) {
            let Some(cone) = report.left.pop() else { break };
            if let Some(end) = self.visit(&cone, known, &mut report) {
                return Report { end, ..report };
            }
        }
        report
    }

    /// Closes a cone, or puts its parts on the stack; or says why the search ends.
    fn visit(&self, cone: &Cone, known: &Known, report: &mut Report) -> Option<End> {
        let question = self.question;
        report.cones += 1;
        report.work += 1 + (cone.rows.len() * cone.vertices.len()) as u64;
        if cone.bound() <= question.target {
            return None;
        }
        let (closed, tried) = conflicts::close(cone, question);
        report.work += tried;
        if closed {
            return None;
        }
        if let Some((largest, work)) = leaf::on_faces(cone, question) {
            report.work += work;
            return (largest > question.target).then_some(End::Above(largest));
        }
        let split = edge::choose(cone, question);
        if (split.is_none() || leaf::is_star(cone)) && self.closed_by(0, cone, known, report) {
            return None;
        }
        let edge = match split {
            Some((edge, place)) => Some((edge, Some(place))),
            None if NEIGHBOURS.iter().any(|decided| self.closed_by(*decided, cone, known, report)) => return None,
            None => edge::apart(cone).filter(|_| cone.middles < MIDDLES).map(|edge| (edge, None)),
        };
        match edge.filter(|_| cone.depth < DEEPEST) {
            Some((edge, place)) => report.left.extend(cone.split(question, edge, place)),
            None => return Some(End::Unresolved),
        }
        None
    }

    /// Whether the arrangement of the undecided rows and of some decided ones proves that a cone is not above the target.
    fn closed_by(&self, decided: usize, cone: &Cone, known: &Known, report: &mut Report) -> bool {
        let rows = leaf::neighbourhood(cone, self.first, decided);
        let maximum = match known.get(&rows).or_else(|| report.learnt.get(&rows)) {
            Some(maximum) => *maximum,
            None => {
                let (maximum, work) = leaf::maximum(&rows, self.question.values, self.normals, report.allowance);
                report.work += work;
                report.learnt.insert(rows, maximum);
                maximum
            }
        };
        maximum.is_some_and(|maximum| cone.base + maximum <= self.question.target)
    }
}
