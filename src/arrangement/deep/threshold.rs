//! The threshold functions of m Boolean variables without bias: step(w_1 b_1 + ... + w_m b_m), step(0) = 1.
//!
//! The rows of m columns of 0/1 patterns take at most 2^m values, so what a unit of a deeper layer can do with these
//! columns is one of these functions, restricted to the values that occur. There are 2, 6, 32, 370 and 11,292 of them
//! for m = 1, ..., 5: the open cells of the arrangement of all non-zero vectors in {0,1}^m (on its positive side every
//! pattern is that of an open cell).
//!
//! Permuting the variables permutes the functions, so weights in falling order are enough: all of them with moduli up
//! to a bound are tried, smallest first, and each new function is added with all its permutations. Integers; exact.
//! That the bound is large enough is not assumed but checked in the tests: the number of functions found is the number
//! of cells, counted by deletion and restriction, which shares nothing with this search.
//!
//! Cost: some 30,000 weight vectors for m = 5, milliseconds, once in a process.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use crate::pattern::step;

/// The largest m for which there is a table.
pub const LARGEST_WIDTH: usize = 5;

/// The largest modulus of a weight that is tried, by m.
const LARGEST_WEIGHT: [i8; LARGEST_WIDTH + 1] = [0, 1, 1, 2, 4, 9];

/// A threshold function of m variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdFunction {
    /// Bit c is the value at the vertex c of the cube, whose coordinate j is bit j of c.
    pub values: u32,
    weights: [i8; LARGEST_WIDTH],
}

/// All threshold functions of m variables, by their values.
#[derive(Debug)]
pub struct ThresholdTable {
    width: usize,
    functions: Vec<ThresholdFunction>,
}

impl ThresholdTable {
    /// The table for m = `width` variables, 1 <= m <= [`LARGEST_WIDTH`]; built when first asked for.
    pub fn of(width: usize) -> Option<&'static ThresholdTable> {
        static TABLES: [OnceLock<ThresholdTable>; LARGEST_WIDTH] = [const { OnceLock::new() }; LARGEST_WIDTH];
        let table = TABLES.get(width.checked_sub(1)?)?;
        Some(table.get_or_init(|| ThresholdTable::new(width, LARGEST_WEIGHT[width])))
    }

    /// The number of variables m.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The functions, in increasing order of their values.
    pub fn functions(&self) -> &[ThresholdFunction] {
        &self.functions
    }

    /// The m integer weights of function number `index`.
    pub fn weights(&self, index: usize) -> &[i8] {
        &self.functions[index].weights[..self.width]
    }

    /// The first function with these values on the vertices in `where_known`, if there is one.
    pub fn extending(&self, values: u32, where_known: u32) -> Option<usize> {
        self.functions.iter().position(|function| (function.values ^ values) & where_known == 0)
    }

    /// The functions that have weights with moduli of at most `largest`.
    fn new(width: usize, largest: i8) -> Self {
        let mut found: BTreeMap<u32, [i8; LARGEST_WIDTH]> = BTreeMap::new();
        let permutations = permutations(width);
        for bound in 0..=largest {
            for weights in falling(width, bound) {
                if found.contains_key(&values(&weights[..width])) {
                    continue;
                }
                for order in &permutations {
                    let mut permuted = [0; LARGEST_WIDTH];
                    order.iter().enumerate().for_each(|(place, &from)| permuted[place] = weights[from]);
                    found.entry(values(&permuted[..width])).or_insert(permuted);
                }
            }
        }
        let functions = found.into_iter().map(|(values, weights)| ThresholdFunction { values, weights }).collect();
        ThresholdTable { width, functions }
    }
}

/// The values of step(w.b) at the 2^m vertices.
fn values(weights: &[i8]) -> u32 {
    let sum = |vertex: usize| -> i32 {
        weights.iter().enumerate().filter(|(j, _)| vertex >> j & 1 == 1).map(|(_, &weight)| i32::from(weight)).sum()
    };
    (0..1usize << weights.len())
        .filter(|&vertex| step(sum(vertex).cmp(&0)))
        .fold(0, |values, vertex| values | 1 << vertex)
}

/// The integer vectors in falling order with moduli of at most `bound`, one of them attaining it.
fn falling(width: usize, bound: i8) -> Vec<[i8; LARGEST_WIDTH]> {
    let mut vectors = vec![[0; LARGEST_WIDTH]];
    for place in 0..width {
        let next = |vector: [i8; LARGEST_WIDTH]| {
            let highest = if place == 0 { bound } else { vector[place - 1] };
            (-bound..=highest).map(move |entry| {
                let mut vector = vector;
                vector[place] = entry;
                vector
            })
        };
        vectors = vectors.into_iter().flat_map(next).collect();
    }
    vectors.retain(|vector| vector[0].cmp(&bound) == Ordering::Equal || vector[width - 1] == -bound);
    vectors
}

/// All orders of 0, ..., count - 1.
fn permutations(count: usize) -> BTreeSet<Vec<usize>> {
    let mut orders = BTreeSet::from([Vec::new()]);
    for next in 0..count {
        let insert =
            |order: Vec<usize>| (0..=next).map(move |place| [&order[..place], &[next], &order[place..]].concat());
        orders = orders.into_iter().flat_map(insert).collect();
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        arrangement::{count_cells, enumerate},
        exact::Arrangement,
        limits::Budget,
        pattern::Bits,
    };

    fn table(width: usize) -> &'static ThresholdTable {
        ThresholdTable::of(width).unwrap()
    }

    /// The arrangement of the non-zero vertices of the cube, in counting order.
    fn cube(width: usize) -> Arrangement {
        let vertex = |c: usize| (0..width).map(move |j| f64::from((c >> j & 1) as u8));
        Arrangement::new(&(1..1 << width).flat_map(vertex).collect::<Vec<f64>>(), width).unwrap()
    }

    #[test]
    fn one_and_two_variables_by_hand() {
        // 1 and not b; of two variables also 1 unless only b_2, ... : values at 00, 10, 01, 11 from the lowest bit.
        let values = |width| table(width).functions().iter().map(|function| function.values).collect::<Vec<_>>();
        assert_eq!(values(1), [0b01, 0b11]);
        assert_eq!(values(2), [0b0001, 0b0011, 0b0101, 0b1011, 0b1101, 0b1111]);
        assert!(ThresholdTable::of(0).is_none() && ThresholdTable::of(6).is_none());
    }

    /// A list of distinct functions with witnesses that is as long as the number of cells is complete.
    #[test]
    fn there_are_as_many_functions_as_cells() {
        for (width, published) in [(1, 2), (2, 6), (3, 32), (4, 370), (5, 11_292)] {
            let cells = count_cells(&cube(width), &Budget::unlimited()).unwrap();
            assert_eq!((table(width).functions().len(), cells), (published, published.into()), "{width} variables");
        }
    }

    /// Weights beyond the table's bound give no further function.
    #[test]
    fn brute_force_over_larger_weights_agrees() {
        for (width, largest) in [(1, 9), (2, 9), (3, 9), (4, 7)] {
            let mut found = BTreeSet::new();
            let side = 2 * largest + 1;
            for code in 0..i32::from(side).pow(width as u32) {
                let weight = |j: usize| (code / i32::from(side).pow(j as u32) % i32::from(side)) as i8 - largest;
                found.insert(values(&(0..width).map(weight).collect::<Vec<i8>>()));
            }
            let listed: BTreeSet<u32> = table(width).functions().iter().map(|function| function.values).collect();
            assert_eq!(listed, found, "{width} variables");
        }
    }

    #[test]
    fn the_enumerators_list_the_same_functions() {
        for width in 1..=LARGEST_WIDTH {
            let listed = enumerate(&cube(width), &Budget::unlimited(), &|_| ()).patterns;
            let function = |pattern: &crate::pattern::BitsRef| {
                pattern.iter_ones().fold(1u32, |values, vertex| values | 2 << vertex)
            };
            let listed: BTreeSet<u32> = listed.iter().map(function).collect();
            assert!(table(width).functions().iter().map(|function| function.values).eq(listed), "{width} variables");
        }
    }

    #[test]
    fn weights_have_their_values() {
        for width in 1..=LARGEST_WIDTH {
            for (index, function) in table(width).functions().iter().enumerate() {
                let bits: Bits = (0..1 << width).map(|vertex| function.values >> vertex & 1 == 1).collect();
                assert!(bits[0] && values(table(width).weights(index)) == function.values);
            }
        }
    }

    #[test]
    fn partial_functions_are_extended() {
        // b_1 alone has the value 0 and b_2 alone the value 1; 11 is free.
        let found = table(2).extending(0b0101, 0b0111).unwrap();
        assert_eq!(table(2).functions()[found].values & 0b0111, 0b0101);
        assert_eq!(table(2).extending(0b0000, 0b0001), None);
    }
}
