//! All of H(X) as a list, by the enumerator that suits the arrangement.
//!
//! * Independent normals: every labelling is a pattern and they are written down without any search.
//! * Rank 1 and 2: one rotational sweep (see the file `angular`).
//! * Up to rank 12 the sweep (see `sweep`), whose patterns are sorted at the end.
//! * In higher rank, and where the sweep gives up (numbers beyond the range of f64): the incremental tree (see
//!   `tree`).
//!
//! The result does not depend on the number of threads. Memory O(|H(X)| N / 8) bytes.

use std::ops::ControlFlow;

use super::{
    angular,
    enumeration::Enumeration,
    sweep::{LARGEST_RANK, Position, Stopped, Sweep},
    tree,
    tuning::LABELLINGS_CHECK_EVERY,
};
use crate::{
    exact::Arrangement,
    limits::Budget,
    pattern::{Bits, PatternMatrix},
};

/// All patterns of the arrangement, or those found within the budget.
///
/// `progress` is called now and then with the number of patterns found so far, from any thread.
pub fn enumerate(arrangement: &Arrangement, budget: &Budget, progress: &(dyn Fn(usize) + Sync)) -> Enumeration {
    if arrangement.shatters_groups() {
        return all_labellings(arrangement.groups(), budget, progress);
    }
    if arrangement.rank() <= 2 {
        return angular::enumerate(arrangement, budget);
    }
    let swept = (arrangement.rank() <= LARGEST_RANK).then(|| sweep(arrangement, budget, progress)).flatten();
    swept.unwrap_or_else(|| tree::enumerate(arrangement, budget, progress))
}

/// All patterns by the sweep; `None` if it gives up.
pub fn sweep(arrangement: &Arrangement, budget: &Budget, progress: &(dyn Fn(usize) + Sync)) -> Option<Enumeration> {
    // The pattern of w = 0 is there even if the time is up at once.
    let mut known = PatternMatrix::new(arrangement.groups());
    known.push(&Bits::repeat(true, arrangement.groups()));
    let sweep = Sweep::new(arrangement);
    for seed in Sweep::seeds() {
        let mut patterns = known.clone();
        let ended = sweep.run(Position { seed, ..Position::default() }, budget, &mut |batch| {
            patterns.extend_from_words(batch.words);
            progress(patterns.len() - 1);
            ControlFlow::Continue(())
        });
        let limit = match ended {
            Ok(()) => None,
            Err(Stopped::Limit(limit)) => Some(limit),
            Err(_) => continue,
        };
        return Some(Enumeration { patterns: patterns.sorted(), limit });
    }
    None
}

/// Independent normals: every labelling is a pattern, in counting order.
fn all_labellings(groups: usize, budget: &Budget, progress: &(dyn Fn(usize) + Sync)) -> Enumeration {
    let mut patterns = PatternMatrix::new(groups);
    let mut labelling = Bits::repeat(false, groups);
    loop {
        if patterns.len().is_multiple_of(LABELLINGS_CHECK_EVERY) {
            progress(patterns.len());
            if let Some(limit) = budget.exceeded() {
                return Enumeration { patterns, limit: Some(limit) };
            }
        }
        patterns.push(&labelling);
        // The next number in binary, the last group being the lowest digit.
        let Some(zero) = labelling.last_zero() else { break };
        labelling.set(zero, true);
        labelling[zero + 1..].fill(false);
    }
    Enumeration { patterns, limit: None }
}
