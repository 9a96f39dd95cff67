//! The smallest m_1 with which one labelling can be produced.
//!
//! With the columns S of a layer, a labelling y is that of a unit of the next layer iff it is a function of the rows of
//! A_S (no two rows with equal values and different labels) and some threshold function of |S| variables has these
//! values. Widths are tried in increasing order, each on all subsets, which settles it: what a smaller width can do, a
//! larger one can (weights may be 0). Subsets are streamed and tested in parallel; the first in lexicographic order is
//! returned.
//!
//! Cost: C(P, m) subsets with 2^m masks of N / 64 words each, and a pass over the table where those allow it.

use rayon::prelude::*;

use super::{
    subsets::Subsets,
    threshold::{LARGEST_WIDTH, ThresholdTable},
};
use crate::{
    arrangement::tuning::DEEP_BATCH,
    limits::{Budget, Limit},
    pattern::{Bits, BitsRef, PatternMatrix},
};

/// The answer to "with how many units can this labelling be produced?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attained {
    /// With so many and no fewer: their patterns, and the weights of the unit that joins them.
    With {
        /// The patterns, by their index.
        columns: Vec<u32>,
        /// A weight for each.
        weights: Vec<i8>,
    },
    /// Not with this number of units.
    NotWith {
        /// The number, for which all subsets were refuted.
        width: usize,
    },
    /// A limit was reached; no smaller number of units than `width` is enough.
    Stopped {
        /// The number that was being tried.
        width: usize,
        /// The limit.
        limit: Limit,
    },
}

/// The smallest number of units, at most `largest`, that produces the labelling from the given patterns.
///
/// Numbers above [`LARGEST_WIDTH`] are not tried, unless there are no more patterns than that.
pub fn smallest_width(patterns: &PatternMatrix, labelling: &BitsRef, largest: usize, budget: &Budget) -> Attained {
    let labelling = masks(labelling);
    let widest = largest.min(LARGEST_WIDTH).min(patterns.len());
    for width in 1..=widest {
        let Some(table) = ThresholdTable::of(width) else { break };
        let mut subsets = Subsets::all(patterns.len(), width);
        loop {
            let batch = subsets.next(DEEP_BATCH);
            if batch.is_empty() {
                break;
            }
            let fitting = |index: usize| {
                let columns = batch.get(index).0;
                Some((columns.to_vec(), table.weights(fit(patterns, columns, &labelling, table)?).to_vec()))
            };
            if let Some((columns, weights)) = (0..batch.len()).into_par_iter().find_map_first(fitting) {
                return Attained::With { columns, weights };
            }
            if let Some(limit) = budget.exceeded() {
                return Attained::Stopped { width, limit };
            }
        }
    }
    // More units than patterns are no more than all patterns.
    Attained::NotWith { width: if widest == patterns.len() { largest } else { widest } }
}

/// The words of the rows with label 0 and of those with label 1.
fn masks(labelling: &BitsRef) -> [Vec<u64>; 2] {
    let words = |bits: Bits| {
        let mut matrix = PatternMatrix::new(bits.len());
        matrix.push(&bits);
        matrix.words(0).to_vec()
    };
    [words(!labelling.to_bitvec()), words(labelling.to_bitvec())]
}

/// A function of the table that maps the rows of the columns to their labels.
fn fit(patterns: &PatternMatrix, columns: &[u32], labelling: &[Vec<u64>; 2], table: &ThresholdTable) -> Option<usize> {
    let (mut known, mut values) = (0u32, 0u32);
    for vertex in 0..1usize << columns.len() {
        let mut occurs = [false; 2];
        for (label, rows) in labelling.iter().enumerate() {
            occurs[label] = rows.iter().enumerate().any(|(word, &rows)| {
                let with_value = |mask: u64, (j, &column): (usize, &u32)| {
                    let bits = patterns.words(column as usize)[word];
                    mask & if vertex >> j & 1 == 1 { bits } else { !bits }
                };
                columns.iter().enumerate().fold(rows, with_value) != 0
            });
        }
        if occurs == [true; 2] {
            return None;
        }
        known |= u32::from(occurs[0] || occurs[1]) << vertex;
        values |= u32::from(occurs[1]) << vertex;
    }
    table.extending(values, known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        arrangement::{
            deep::{Layer, deep_set},
            enumerate,
        },
        exact::Arrangement,
        pattern::from_text,
    };

    fn line(n: usize) -> PatternMatrix {
        let features: Vec<f64> = (0..n).flat_map(|k| [k as f64, 1.0]).collect();
        enumerate(&Arrangement::new(&features, 2).unwrap(), &Budget::unlimited(), &|_| ()).patterns
    }

    /// On a line k changes of the label need k first-layer units when the unit that joins them has a column of ones.
    #[test]
    fn alternating_labels_on_a_line() {
        let patterns = line(6);
        let width = |text: &str| match smallest_width(&patterns, &from_text(text).unwrap(), 5, &Budget::unlimited()) {
            Attained::With { columns, .. } => columns.len(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(["111111", "000111", "001100", "110011"].map(width), [1, 1, 2, 2]);
        assert!(width("010101") > 2);
    }

    #[test]
    fn agrees_with_the_pattern_sets() {
        for (n, m) in [(5, 1), (5, 2), (5, 3), (8, 4)] {
            let patterns = line(n);
            let first = Layer::first(patterns.clone(), true);
            let set = deep_set(first, &[m], None, &Budget::unlimited(), &|_| ()).unwrap();
            assert!(set.last().patterns.len() < 1 << n);
            for code in 0..1u32 << n {
                let labelling: Bits = (0..n).map(|row| code >> row & 1 == 1).collect();
                let listed = set.last().patterns.iter().any(|pattern| pattern == labelling);
                let found = smallest_width(&patterns, &labelling, m, &Budget::unlimited());
                assert_eq!(matches!(found, Attained::With { .. }), listed, "{code:b} with {m}");
                assert!(listed || found == Attained::NotWith { width: m });
            }
        }
    }
}
