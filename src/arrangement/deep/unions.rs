//! The patterns of all units with given columns, as unions of packed masks.
//!
//! The rows on which the chosen columns have the value c are a mask M_c. The pattern of a function f is the union of the
//! M_c with f(c) = 1; unions for all sets of four neighbouring values are prepared, so a pattern takes 2^m / 4 look-ups
//! for each 64 rows.

use rayon::prelude::*;

use super::{distinct::Distinct, distinct_functions::DistinctFunctions, subsets::Chosen, threshold::ThresholdTable};
use crate::{arrangement::tuning::DEEP_CHUNKS, pattern::PatternMatrix};

/// Patterns with their first subset and function.
pub struct FoundUnits {
    pub set: Distinct,
    pub columns: Vec<u32>,
    pub functions: Vec<u16>,
}

impl FoundUnits {
    fn new(rows: usize) -> Self {
        FoundUnits { set: Distinct::new(rows), columns: Vec::new(), functions: Vec::new() }
    }

    fn insert(&mut self, words: &[u64], columns: &[u32], function: u16) {
        if self.set.insert(words) {
            self.columns.extend_from_slice(columns);
            self.functions.push(function);
        }
    }
}

/// The patterns of a layer, made from those of the layer before.
pub struct Builder<'a> {
    before: &'a PatternMatrix,
    table: &'static ThresholdTable,
    functions: DistinctFunctions,
    found: FoundUnits,
}

impl<'a> Builder<'a> {
    /// No pattern yet; units have as many columns as the functions of the table have variables.
    pub fn new(before: &'a PatternMatrix, table: &'static ThresholdTable) -> Self {
        Builder { before, table, functions: DistinctFunctions::of(table), found: FoundUnits::new(before.rows()) }
    }

    /// What was found so far.
    pub fn found(&self) -> &FoundUnits {
        &self.found
    }

    /// What was found.
    pub fn into_found(self) -> FoundUnits {
        self.found
    }

    /// Adds the patterns of all units with these columns, in order.
    pub fn add(&mut self, batch: &Chosen) {
        let width = self.table.width();
        let size = batch.len().div_ceil(DEEP_CHUNKS).max(1);
        let chunks: Vec<FoundUnits> = (0..batch.len())
            .into_par_iter()
            .step_by(size)
            .map(|start| self.new_patterns(batch, start..batch.len().min(start + size)))
            .collect();
        for FoundUnits { set, columns, functions } in chunks {
            for (p, function) in functions.into_iter().enumerate() {
                self.found.insert(set.patterns().words(p), &columns[p * width..(p + 1) * width], function);
            }
        }
    }

    /// The patterns of part of a batch that were not known before it.
    fn new_patterns(&self, batch: &Chosen, part: std::ops::Range<usize>) -> FoundUnits {
        let mut new = FoundUnits::new(self.before.rows());
        let mut unions = Unions::default();
        let mut words = Vec::new();
        for index in part {
            let (columns, only) = batch.get(index);
            let occurring = unions.prepare(self.before, columns);
            let mut add = |function: u16| {
                unions.pattern(self.table.functions()[usize::from(function)].values, &mut words);
                if !self.found.set.contains(&words) {
                    new.insert(&words, columns, function);
                }
            };
            match only {
                // There are at most 11,292 functions.
                Some(function) => add(function as u16),
                None => self.functions.on(occurring).iter().copied().for_each(add),
            }
        }
        new
    }

    /// Whether every labelling of the points has been found; nothing can be added then.
    pub fn every_labelling(&self) -> bool {
        u32::try_from(self.before.rows()).ok().and_then(|rows| 1usize.checked_shl(rows)) == Some(self.found.set.len())
    }
}

/// The unions of the rows with some values of the chosen columns, for all subsets of four values at a time.
#[derive(Default)]
struct Unions {
    stride: usize,
    /// Entry (q, s) is the mask of the rows with value 4 q + t for a t in the set s of {0, 1, 2, 3}.
    masks: Vec<u64>,
}

impl Unions {
    /// Prepares the unions for these columns; the set of values that occur.
    fn prepare(&mut self, patterns: &PatternMatrix, columns: &[u32]) -> u32 {
        let mut occurring = 0;
        let rows = patterns.rows();
        self.stride = rows.div_ceil(u64::BITS as usize).max(1);
        let values = 1usize << columns.len();
        self.masks.clear();
        self.masks.resize(values.div_ceil(4) * 16 * self.stride, 0);
        for word in 0..self.stride {
            let used = rows - (rows.min(word * 64));
            let all = if used >= 64 { u64::MAX } else { (1 << used) - 1 };
            for value in 0..values {
                let mask = columns.iter().enumerate().fold(all, |mask, (j, &column)| {
                    let bits = patterns.words(column as usize)[word];
                    mask & if value >> j & 1 == 1 { bits } else { !bits }
                });
                occurring |= u32::from(mask != 0) << value;
                let table = value / 4 * 16;
                let half = 1 << (value % 4);
                for set in 0..half {
                    self.masks[(table + half + set) * self.stride + word] =
                        self.masks[(table + set) * self.stride + word] | mask;
                }
            }
        }
        occurring
    }

    /// The pattern of the function with these values.
    fn pattern(&self, values: u32, words: &mut Vec<u64>) {
        words.clear();
        words.resize(self.stride, 0);
        for (quarter, table) in self.masks.chunks_exact(16 * self.stride).enumerate() {
            let set = (values >> (4 * quarter) & 15) as usize;
            let masks = &table[set * self.stride..(set + 1) * self.stride];
            words.iter_mut().zip(masks).for_each(|(word, mask)| *word |= mask);
        }
    }
}
