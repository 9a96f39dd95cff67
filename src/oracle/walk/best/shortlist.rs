//! The first distinct patterns offered so far, in a total order: neither threads nor repetitions matter.

use std::{
    cmp::Ordering,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
};

use super::ranking::coarse;
use crate::{oracle::walk::ray_location::RayLocation, pattern::Bits};

/// A pattern that was met.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its ranking in the list of the largest, minus that in the list of the smallest.
    pub key: i128,
    /// On the rows of its part.
    pub pattern: Bits,
    /// What its witness is made from.
    pub origin: Origin,
}

/// How a pattern was met: what its witness is made from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// At w = 0.
    Zero,
    /// As a labelling of independent rows.
    Free,
    /// Next to a ray (or to its opposite), with a pattern of the rows that vanish there.
    Ray { location: Arc<RayLocation>, opposite: bool, local: Bits },
}

impl Origin {
    /// Of several origins of a pattern the first in this order is kept: the witness does not depend on threads.
    fn order(&self) -> (u8, &[usize], bool) {
        match self {
            Origin::Zero => (0, &[], false),
            Origin::Free => (1, &[], false),
            Origin::Ray { location, opposite, .. } => (2, &location.vanishing, *opposite),
        }
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key).then_with(|| self.pattern.cmp(&other.pattern))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

/// The first distinct entries offered so far, at most `count` (which is positive).
pub struct Shortlist<'a> {
    count: usize,
    entries: BTreeSet<Entry>,
    /// Smaller keys do not count.
    threshold: i128,
    /// The largest threshold of all threads, without the tie breakers.
    shared: &'a AtomicI64,
}

impl<'a> Shortlist<'a> {
    /// An empty list; `shared` is its threshold and that of the lists of other threads.
    pub fn new(count: usize, shared: &'a AtomicI64) -> Self {
        Shortlist { count, entries: BTreeSet::new(), threshold: i128::MIN, shared }
    }

    /// Whether an entry with this key may count.
    pub fn wants(&self, key: i128) -> bool {
        key >= self.threshold && coarse(key) >= self.shared.load(Relaxed)
    }

    /// Takes an entry, unless it is known or there are enough before it.
    pub fn insert(&mut self, entry: Entry) {
        if self.entries.get(&entry).is_some_and(|known| known.origin.order() <= entry.origin.order()) {
            return;
        }
        self.entries.replace(entry);
        if self.entries.len() > self.count {
            self.entries.pop_last();
        }
        if let Some(last) = self.entries.last().filter(|_| self.entries.len() == self.count) {
            self.threshold = last.key;
            self.shared.fetch_max(coarse(last.key), Relaxed);
        }
    }

    /// The entries, best first.
    pub fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.entries.into_iter()
    }
}

/// The largest and the smallest patterns of a part, best first.
pub struct Ends {
    /// The largest.
    pub top: Vec<Entry>,
    /// The smallest.
    pub bottom: Vec<Entry>,
}
