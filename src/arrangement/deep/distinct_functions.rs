//! The functions of a table that differ on the values that occur.
//!
//! On the rows of five columns rarely all 32 values occur, and functions that agree on those that do give the same
//! pattern. For each set of values the first of every kind is found once and remembered, as long as the memory for that
//! is small.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use super::threshold::ThresholdTable;
use crate::arrangement::tuning::{DEEP_REMEMBERED, DEEP_SMALL_TABLE};

/// Functions by the set of values that occur.
#[derive(Debug)]
pub struct DistinctFunctions {
    table: &'static ThresholdTable,
    all: Arc<[u16]>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_values: HashMap<u32, Arc<[u16]>>,
    remembered: usize,
}

impl DistinctFunctions {
    /// Of the functions of this table.
    pub fn of(table: &'static ThresholdTable) -> Self {
        // There are at most 11,292 functions.
        let all = (0..table.functions().len() as u16).collect();
        DistinctFunctions { table, all, known: Mutex::default() }
    }

    /// The functions, ascending, of which no two agree on all vertices in the set `occurring`.
    pub fn on(&self, occurring: u32) -> Arc<[u16]> {
        if self.all.len() < DEEP_SMALL_TABLE || occurring.count_ones() == 1 << self.table.width() {
            return Arc::clone(&self.all);
        }
        // A poisoned lock only means that another thread failed; what it had inserted is whole.
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).by_values.get(&occurring) {
            return Arc::clone(known);
        }
        let mut seen = HashSet::new();
        let is_new = |&index: &u16| seen.insert(self.table.functions()[usize::from(index)].values & occurring);
        let functions: Arc<[u16]> = self.all.iter().copied().filter(is_new).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.remembered + functions.len() <= DEEP_REMEMBERED {
            known.remembered += functions.len();
            known.by_values.insert(occurring, Arc::clone(&functions));
        }
        functions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_of_each_kind() {
        let table = ThresholdTable::of(4).unwrap();
        let functions = DistinctFunctions::of(table);
        for occurring in [0b1, 0b1011, 0x00ff, 0x8421, 0xfffe, 0xffff] {
            let kinds: HashSet<u32> = table.functions().iter().map(|function| function.values & occurring).collect();
            for _ in 0..2 {
                let found = functions.on(occurring);
                assert!(found.is_sorted() && found.len() == kinds.len(), "{occurring:x}");
                let values = |index: &u16| table.functions()[usize::from(*index)].values & occurring;
                assert_eq!(found.iter().map(values).collect::<HashSet<u32>>(), kinds);
            }
        }
        assert_eq!(DistinctFunctions::of(ThresholdTable::of(2).unwrap()).on(0b1).len(), 6);
    }
}
