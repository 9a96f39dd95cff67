//! Subsets of the patterns of a layer, a batch at a time: all of them in lexicographic order, or random ones.

use rand::{Rng, RngExt, SeedableRng, seq::index};
use rand_pcg::Pcg64Mcg;

/// A batch of subsets of equal size, each with the one function that was drawn for it, or with none for all functions.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    width: usize,
    columns: Vec<u32>,
    functions: Vec<usize>,
}

impl Chosen {
    /// The number of subsets.
    pub fn len(&self) -> usize {
        self.columns.len() / self.width.max(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Subset number `index`, ascending, and its function.
    pub fn get(&self, index: usize) -> (&[u32], Option<usize>) {
        (&self.columns[index * self.width..(index + 1) * self.width], self.functions.get(index).copied())
    }
}

/// A stream of subsets of m of P columns.
pub enum Subsets {
    /// All of them; the next one, or `None` at the end.
    All { columns: usize, next: Option<Vec<u32>> },
    /// Random subsets with random functions.
    Drawn { columns: usize, width: usize, left: u64, functions: usize, random: Box<Pcg64Mcg> },
}

impl Subsets {
    /// All subsets in lexicographic order; m <= P < 2^32.
    pub fn all(columns: usize, width: usize) -> Self {
        Subsets::All { columns, next: Some((0..width as u32).collect()) }
    }

    /// `count` random subsets, each with one of `functions` functions.
    pub fn drawn(columns: usize, width: usize, count: u64, seed: u64, functions: usize) -> Self {
        let random = Box::new(Pcg64Mcg::seed_from_u64(seed));
        Subsets::Drawn { columns, width, left: count, functions, random }
    }

    /// The next `count` subsets, fewer at the end.
    pub fn next(&mut self, count: usize) -> Chosen {
        match self {
            Subsets::All { columns, next } => {
                let mut batch = Chosen { width: next.as_ref().map_or(0, Vec::len), ..Chosen::default() };
                while batch.len() < count
                    && let Some(subset) = next
                {
                    batch.columns.extend_from_slice(subset);
                    if !advance(subset, *columns) {
                        *next = None;
                    }
                }
                batch
            }
            Subsets::Drawn { columns, width, left, functions, random } => {
                let mut batch = Chosen { width: *width, ..Chosen::default() };
                while batch.len() < count && *left > 0 {
                    let mut subset: Vec<u32> = draw(random, *columns, *width);
                    subset.sort_unstable();
                    batch.columns.append(&mut subset);
                    batch.functions.push(random.random_range(0..*functions));
                    *left -= 1;
                }
                batch
            }
        }
    }
}

fn draw(random: &mut impl Rng, columns: usize, width: usize) -> Vec<u32> {
    index::sample(random, columns, width).into_iter().map(|column| column as u32).collect()
}

/// The next subset in lexicographic order; whether there is one.
fn advance(subset: &mut [u32], columns: usize) -> bool {
    let width = subset.len();
    let highest = |place: usize| (columns - width + place) as u32;
    let Some(place) = (0..width).rev().find(|&place| subset[place] < highest(place)) else { return false };
    subset[place] += 1;
    for later in place + 1..width {
        subset[later] = subset[later - 1] + 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_subsets_once_in_batches() {
        let mut subsets = Subsets::all(5, 3);
        let mut seen = Vec::new();
        loop {
            let batch = subsets.next(4);
            if batch.is_empty() {
                break;
            }
            seen.extend((0..batch.len()).map(|index| batch.get(index).0.to_vec()));
        }
        assert_eq!(seen.len(), 10);
        assert!(seen.is_sorted() && seen[0] == [0, 1, 2] && seen[9] == [2, 3, 4]);
    }

    #[test]
    fn draws_are_subsets_with_a_function_and_repeatable() {
        let batch = || Subsets::drawn(9, 4, 50, 7, 370).next(100);
        assert_eq!(batch().len(), 50);
        for index in 0..50 {
            let (first, second) = (batch(), batch());
            let (columns, function) = first.get(index);
            assert_eq!((columns, function), second.get(index));
            assert!(columns.is_sorted_by(|a, b| a < b) && columns.len() == 4 && columns[3] < 9);
            assert!(function.is_some_and(|function| function < 370));
        }
    }
}
