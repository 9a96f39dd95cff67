//! The convex programme against the problem that it claims to equal: four roads to one number.
//!
//! (6) by an interior point (Clarabel) and by an active-set method (HiGHS); (4) with m = m* neurons by the pattern
//! formulation, which is not told the convex optimum, and by the direct formulation, which starts from the network of
//! the pattern formulation: the smaller its objective, the tighter are the bounds of all variables, and the lower bound
//! is its own. By Theorem 2.2 all have the same optimum; each reports an interval [bound, objective] that should contain
//! it. Two disagree if their objectives are further apart than the sum of their gaps, up to rounding, or if the bound of
//! one is above the objective of the other.

use std::time::Instant;

use super::{
    direct,
    listed::Listed,
    outer::{Ending, Settings, Solution},
    pattern,
    tuning::compare::{CONCLUSIVE, ROUNDING},
};
use crate::{
    backend::active_set,
    limits::{Budget, Limit},
};

/// One road to the optimum.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was solved.
    pub formulation: &'static str,
    /// By which method.
    pub solver: &'static str,
    /// How it ended: a word.
    pub status: &'static str,
    /// Why there is no number, or which limit was reached.
    pub remark: Option<String>,
    /// The objective of the network that was found, and a lower bound.
    pub interval: Option<(f64, f64)>,
    /// The time that it took.
    pub seconds: f64,
}

/// The table.
#[derive(Clone, Debug)]
pub struct CrossCheck {
    /// The roads, convex ones first.
    pub entries: Vec<Entry>,
    /// m*: the neurons of a basic solution of (6).
    pub width: usize,
    /// Pairs of entries that disagree.
    pub disagreements: Vec<(usize, usize)>,
    /// Whether a limit ended one of them early.
    pub limited: bool,
}

impl CrossCheck {
    /// The roads that know the optimum well enough to be compared.
    pub fn conclusive(&self) -> usize {
        let known = |&(upper, lower): &(f64, f64)| upper - lower <= CONCLUSIVE * upper;
        self.entries.iter().filter_map(|entry| entry.interval).filter(known).count()
    }
}

/// Solves (6) and (4) by all roads. Each may use what is left of the budget.
pub fn cross_check(listed: &Listed<'_>, budget: &Budget) -> CrossCheck {
    let start = Instant::now();
    if let Some(limit) = listed.limit {
        return unlisted(listed, limit, start);
    }
    let interior = listed.convex(budget);
    let width = critical_width(listed, interior.as_ref(), budget);
    let mut entries = vec![convex_entry("clarabel", interior, start, budget)];
    let start = Instant::now();
    entries.push(convex_entry("highs-qp", listed.convex_by(active_set::minimise, budget), start, budget));
    let settings = Settings::new(width, budget.clone());
    let start = Instant::now();
    let by_patterns = pattern::solve(&listed.problem, &listed.patterns, None, &settings);
    entries.push(entry("(4) patterns", "highs-mip", &by_patterns, start));
    let start = Instant::now();
    let (patterns, known) = (Some(&listed.patterns), Some(&by_patterns));
    entries.push(match direct::solve(&listed.problem, &listed.subject.arrangement, patterns, known, &settings) {
        Ok(solution) => entry("(4) direct", "highs-mip", &solution, start),
        // The margin may be unknown for want of time only.
        Err(refused) => match budget.exceeded() {
            Some(limit) => nothing("(4) direct", "highs-mip", "limit", limit.to_string(), start),
            None => nothing("(4) direct", "highs-mip", "refused", refused.to_string(), start),
        },
    });
    let pairs = (0..entries.len()).flat_map(|a| (a + 1..entries.len()).map(move |b| (a, b)));
    let disagreements = pairs.filter(|&(a, b)| disagree(&entries[a], &entries[b])).collect();
    let limited = budget.exceeded().is_some() || entries.iter().any(|entry| entry.status == "limit");
    CrossCheck { entries, width, disagreements, limited }
}

/// m*: the neurons of a basic optimum of (6), which is not taken from a point that is none.
fn critical_width(listed: &Listed<'_>, interior: Option<&Solution>, budget: &Budget) -> usize {
    let optimal = |solution: &&Solution| solution.ending == Ending::Optimal;
    let by_working_set = || Some(listed.optimum(budget)).filter(|solution| optimal(&solution));
    let known = interior.filter(optimal).cloned().or_else(by_working_set);
    known.map_or(listed.problem.groups(), |convex| convex.columns.len())
}

/// Without all patterns no road can be taken to its end.
fn unlisted(listed: &Listed<'_>, limit: Limit, start: Instant) -> CrossCheck {
    let road = |&(formulation, solver): &(&'static str, &'static str)| {
        let remark = format!("the {limit} was reached before all patterns were listed");
        nothing(formulation, solver, "limit", remark, start)
    };
    let roads = [
        ("(6) convex", "clarabel"),
        ("(6) convex", "highs-qp"),
        ("(4) patterns", "highs-mip"),
        ("(4) direct", "highs-mip"),
    ];
    CrossCheck {
        entries: roads.iter().map(road).collect(),
        width: listed.problem.groups(),
        disagreements: Vec::new(),
        limited: true,
    }
}

fn disagree(a: &Entry, b: &Entry) -> bool {
    let (Some((upper, lower)), Some((other_upper, other_lower))) = (a.interval, b.interval) else { return false };
    let gaps = (upper - lower).max(0.0) + (other_upper - other_lower).max(0.0);
    let rounding = ROUNDING * upper.abs().max(other_upper.abs());
    let apart = (upper - other_upper).abs() > gaps + rounding;
    apart || lower > other_upper + rounding || other_lower > upper + rounding
}

fn convex_entry(solver: &'static str, solution: Option<Solution>, start: Instant, budget: &Budget) -> Entry {
    match (solution, budget.exceeded()) {
        (Some(solution), _) => entry("(6) convex", solver, &solution, start),
        (None, Some(limit)) => nothing("(6) convex", solver, "limit", limit.to_string(), start),
        (None, None) => nothing("(6) convex", solver, "failed", "the solver found no point".into(), start),
    }
}

fn entry(formulation: &'static str, solver: &'static str, solution: &Solution, start: Instant) -> Entry {
    let remark = match solution.ending {
        Ending::Limit(limit) => Some(limit.to_string()),
        Ending::Optimal | Ending::Stalled => None,
    };
    Entry {
        formulation,
        solver,
        status: solution.ending.name(),
        remark,
        interval: Some((solution.objective, solution.lower_bound)),
        seconds: start.elapsed().as_secs_f64(),
    }
}

fn nothing(
    formulation: &'static str,
    solver: &'static str,
    status: &'static str,
    remark: String,
    start: Instant,
) -> Entry {
    Entry { formulation, solver, status, remark: Some(remark), interval: None, seconds: start.elapsed().as_secs_f64() }
}
