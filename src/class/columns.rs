//! Where the columns of two-layer networks come from: the method, and the oracle that goes with it.

use std::collections::HashMap;

use super::tuning::{
    AFFORDABLE_CHECK, AFFORDABLE_WALK, LEAST_RANK_FOR_LISTS, LIST_PATTERNS, LIST_ROWS, MOST_LIST_PATTERNS,
    SEARCH_FRACTION, SWEEP_RANK,
};
use crate::{
    arrangement::{self, sample::Sampler},
    check::pricing,
    error::TrainError,
    event::Event,
    exact::Arrangement,
    limits::{Budget, Limit},
    oracle::{ColumnOracle, LabellingsOracle, LineOracle, ListOracle, SearchOracle, WalkOracle, walk},
    pattern::Bits,
    settings::Method,
    subject::{Subject, require_complete},
};

/// The columns that the convex programme may use.
pub(crate) enum Columns<'a> {
    /// Every labelling of the groups.
    Labellings,
    /// All of H(X), by an oracle that lists nothing.
    Implicit,
    /// What a local search finds.
    Searched(Box<SearchOracle<'a>>),
    /// A list.
    Listed(Listed),
}

/// Patterns on the groups.
pub(crate) struct Listed {
    pub oracle: ListOracle,
    /// Whether they are all of H(X).
    pub complete: bool,
    /// Known weights of patterns, for those that were sampled.
    sampled: Option<(Sampler, HashMap<Bits, u64>)>,
    pub limit: Option<Limit>,
}

impl<'a> Columns<'a> {
    /// The columns by a method that applies; `seed` and `samples` are for draws.
    pub fn find(subject: &'a Subject<'a>, method: Method, samples: u64, seed: u64) -> Self {
        let listed = match method {
            Method::Complete => return Columns::Labellings,
            Method::ColumnGeneration => return Columns::Implicit,
            Method::Search => {
                return Columns::Searched(Box::new(SearchOracle::new(subject.data, &subject.groups, seed)));
            }
            Method::Sample => sampled(subject, samples, seed),
            Method::Exact | Method::Auto => enumerated(subject),
        };
        subject.tell(Event::Searched { patterns: listed.oracle.columns().len(), complete: listed.complete });
        Columns::Listed(listed)
    }

    /// Whether every pattern of H(X) is taken into account.
    pub fn cover_all(&self) -> bool {
        match self {
            Columns::Labellings | Columns::Implicit => true,
            Columns::Searched(_) => false,
            Columns::Listed(listed) => listed.complete,
        }
    }

    /// Whether all patterns are known.
    pub fn are_complete(&self) -> bool {
        match self {
            Columns::Labellings => true,
            Columns::Implicit | Columns::Searched(_) => false,
            Columns::Listed(listed) => listed.complete,
        }
    }

    /// How many were listed; `None` without a list.
    pub fn count(&self) -> Option<usize> {
        match self {
            Columns::Labellings | Columns::Implicit | Columns::Searched(_) => None,
            Columns::Listed(listed) => Some(listed.oracle.columns().len()),
        }
    }

    /// The limit that ended the search for them.
    pub fn limit(&self) -> Option<Limit> {
        match self {
            Columns::Labellings | Columns::Implicit | Columns::Searched(_) => None,
            Columns::Listed(listed) => listed.limit,
        }
    }

    /// Weights of a pattern that was sampled or found by search.
    pub fn weights(&self, pattern: &Bits) -> Option<Vec<f64>> {
        match self {
            Columns::Labellings | Columns::Implicit => None,
            Columns::Searched(search) => search.weights(pattern).cloned(),
            Columns::Listed(listed) => {
                let (sampler, draws) = listed.sampled.as_ref()?;
                draws.get(pattern).map(|&draw| sampler.weights(draw))
            }
        }
    }

    /// The oracle to generate columns from.
    pub fn with_oracle<T>(&mut self, subject: &Subject<'_>, ask: impl FnOnce(&mut dyn ColumnOracle) -> T) -> T {
        match self {
            Columns::Labellings | Columns::Implicit => with_all(subject, ask),
            Columns::Searched(search) => ask(search.as_mut()),
            Columns::Listed(listed) => ask(&mut listed.oracle),
        }
    }

    /// The widest affordable oracle for the largest |d^T v|.
    pub fn with_widest<T>(&mut self, subject: &Subject<'_>, ask: impl FnOnce(&mut dyn ColumnOracle) -> T) -> T {
        match self {
            Columns::Labellings => ask(&mut LabellingsOracle::first_layer(&subject.groups)),
            _ if self.could_prove_more(subject) => with_all(subject, ask),
            _ => self.with_oracle(subject, ask),
        }
    }

    /// Whether the widest affordable oracle proves bounds while that for columns does not.
    pub fn could_prove_more(&self, subject: &Subject<'_>) -> bool {
        !self.cover_all() && can_walk(&subject.arrangement)
    }
}

/// All of H(X): on a line, or by a walk.
fn with_all<T>(subject: &Subject<'_>, ask: impl FnOnce(&mut dyn ColumnOracle) -> T) -> T {
    match &subject.order {
        Some(order) => ask(&mut LineOracle::new(order)),
        None => ask(&mut WalkOracle::new(&subject.arrangement, &subject.groups)),
    }
}

fn enumerated(subject: &Subject<'_>) -> Listed {
    let bound = u64::try_from(arrangement::cover_bound(&subject.arrangement)).ok();
    let progress = |patterns: usize| subject.tell(Event::Searching { patterns, bound });
    let found = arrangement::enumerate(&subject.arrangement, &search_budget(&subject.budget), &progress);
    let complete = found.is_complete();
    let oracle = ListOracle::new(subject.groups.lift_all(&found.patterns), complete);
    Listed { oracle, complete, sampled: None, limit: found.limit }
}

fn sampled(subject: &Subject<'_>, samples: u64, seed: u64) -> Listed {
    let sampler = Sampler::new(subject.data, seed);
    let budget = search_budget(&subject.budget);
    let found = arrangement::sample(subject.data, &subject.arrangement, &sampler, samples, &budget);
    let columns = subject.groups.lift_all(&found.patterns);
    let drawn = columns.iter().zip(&found.draws);
    let draws = drawn.filter_map(|(column, draw)| draw.map(|draw| (column.to_bitvec(), draw))).collect();
    let sampled = Some((sampler, draws));
    Listed { oracle: ListOracle::new(columns, false), complete: false, sampled, limit: found.limit }
}

fn search_budget(budget: &Budget) -> Budget {
    budget.fraction(SEARCH_FRACTION)
}

/// The method that is used: what was asked for if it applies.
pub(crate) fn chosen_method(asked: Method, arrangement: &Arrangement) -> Result<Method, TrainError> {
    match asked {
        Method::Complete => require_complete(arrangement).map(|()| Method::Complete),
        Method::Auto if require_complete(arrangement).is_ok() => Ok(Method::Complete),
        Method::Auto if lists_quickly(arrangement) => Ok(Method::Exact),
        Method::Auto if can_walk(arrangement) => Ok(Method::ColumnGeneration),
        Method::Auto => Ok(Method::Search),
        Method::Exact | Method::ColumnGeneration | Method::Search | Method::Sample => Ok(asked),
    }
}

/// Whether listing H(X) takes seconds: few patterns, and not too many rows for the tree's linear programmes; or a rank in
/// which the sweep lists a million in a second, while a walk over rows with many ties takes seconds a round.
fn lists_quickly(arrangement: &Arrangement) -> bool {
    let bound = arrangement::cover_bound(arrangement);
    let rows_for_tree = if arrangement.rank() <= 2 { 0 } else { arrangement.groups() };
    let instead_of_walk = (LEAST_RANK_FOR_LISTS..=SWEEP_RANK).contains(&arrangement.rank());
    (bound <= LIST_PATTERNS.into() && rows_for_tree <= LIST_ROWS)
        || (instead_of_walk && bound <= MOST_LIST_PATTERNS.into())
}

/// Whether the walk over the arrangement, once a round, takes seconds, and the checker's, once, a minute or so.
fn can_walk(arrangement: &Arrangement) -> bool {
    walk::estimated_work(arrangement) <= AFFORDABLE_WALK && pricing::estimated_work(arrangement) <= AFFORDABLE_CHECK
}
