//! What every computation starts from: the data, their arrangement, and what may be used.

use crate::{
    arrangement::Order, data::Dataset, error::TrainError, event::Event, exact::Arrangement, limits::Budget,
    pattern::Groups,
};

/// Data, arrangement, limits and observer of one computation.
pub struct Subject<'a> {
    /// X and y.
    pub data: &'a Dataset,
    /// The hyperplanes of the rows.
    pub arrangement: Arrangement,
    /// The rows by what they share in every pattern.
    pub groups: Groups,
    /// The order of the groups if they are on a line.
    pub order: Option<Order>,
    /// What may be used.
    pub budget: Budget,
    /// Who is told what happens.
    pub observer: &'a (dyn Fn(Event) + Sync),
}

impl<'a> Subject<'a> {
    /// Groups the rows; the budget has started. O(n d), and the rank.
    pub fn new(data: &'a Dataset, budget: Budget, observer: &'a (dyn Fn(Event) + Sync)) -> Self {
        let arrangement = data.arrangement();
        let (groups, order) = (Groups::of(&arrangement), Order::new(&arrangement));
        Subject { data, arrangement, groups, order, budget, observer }
    }

    /// Tells the observer.
    pub fn tell(&self, event: Event) {
        (self.observer)(event);
    }

    /// Whether every labelling of the rows is a pattern, so that (7) is (4) (Theorem 2.3).
    pub fn is_complete(&self) -> bool {
        require_complete(&self.arrangement).is_ok()
    }
}

/// Whether the arrangement is complete on distinct rows, so that (7) is (4) (Theorem 2.3).
///
/// # Errors
///
/// [`TrainError::NotComplete`] if distinct rows are dependent or a row is zero.
pub fn require_complete(arrangement: &Arrangement) -> Result<(), TrainError> {
    if arrangement.shatters_groups() && !arrangement.has_zero_row() {
        return Ok(());
    }
    Err(TrainError::NotComplete {
        groups: arrangement.groups(),
        rank: arrangement.rank(),
        zero: if arrangement.has_zero_row() { " (and a zero row)" } else { "" },
    })
}
