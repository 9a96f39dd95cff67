//! Whether the level sets of the closed form (7) are activation patterns.
//!
//! The optimum over all labellings is a sum of nested labellings. Where these are patterns it is the optimum of the problem
//! itself, and its value is the bound: nothing has to be searched. So it is for two classes that a hyperplane separates,
//! which are most common in practice. One linear programme for each labelling, with an exact witness; the first labelling
//! without one ends the matter. On small tables labellings that only faces have are found as well, by exact arithmetic.

use super::tuning::{EXACT_LEVEL_ENTRIES, LEVELS_FRACTION, LEVELS_TIME, MOST_LEVEL_ENTRIES, MOST_LEVELS};
use crate::{
    arrangement::{Realization, realize, witness_within},
    pattern::Bits,
    subject::Subject,
};

/// Whether all labellings of the groups are seen to be patterns, in a part of the time that is left.
pub(crate) fn are_patterns<'b>(subject: &Subject<'_>, mut labellings: impl ExactSizeIterator<Item = &'b Bits>) -> bool {
    let (arrangement, groups) = (&subject.arrangement, &subject.groups);
    let entries = arrangement.groups() * arrangement.rank();
    if labellings.len() > MOST_LEVELS || entries > MOST_LEVEL_ENTRIES {
        return false;
    }
    let budget = subject.budget.fraction(LEVELS_FRACTION).at_most(LEVELS_TIME);
    labellings.all(|labelling| {
        let free = groups.drop_zero(labelling);
        // Zero rows have bit 1 in every pattern.
        let on_zero_rows = labelling[free.len()..].all();
        let realized = || match entries <= EXACT_LEVEL_ENTRIES {
            true => matches!(realize(arrangement.normals(), &free), Realization::Witness(_)),
            false => witness_within(arrangement.normals(), &free, &budget).is_some(),
        };
        budget.exceeded().is_none() && on_zero_rows && realized()
    })
}
