//! The matrix D of the convex programme: one packed column a pattern.

use std::cmp::Ordering;

use super::bits::{Bits, BitsRef};

/// Bits in a machine word of a column.
const WORD: usize = u64::BITS as usize;

/// A 0/1 matrix of patterns, N rows by P columns; every column starts at a new 64-bit word, unused bits are 0.
///
/// Memory: 8 ceil(N / 64) bytes a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternMatrix {
    rows: usize,
    columns: usize,
    bits: Bits,
}

impl PatternMatrix {
    /// An empty matrix with patterns of `rows` bits.
    pub fn new(rows: usize) -> Self {
        PatternMatrix { rows, columns: 0, bits: Bits::new() }
    }

    /// A matrix with these columns of `rows` bits.
    ///
    /// # Panics
    ///
    /// As [`PatternMatrix::push`].
    pub fn of(rows: usize, columns: &[Bits]) -> Self {
        let mut matrix = PatternMatrix::new(rows);
        columns.iter().for_each(|column| matrix.push(column));
        matrix
    }

    /// The number of rows N.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns P.
    pub fn len(&self) -> usize {
        self.columns
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.columns == 0
    }

    /// The bytes that the columns occupy.
    pub fn bytes(&self) -> usize {
        self.bits.capacity() / 8
    }

    /// Appends a column.
    ///
    /// # Panics
    ///
    /// If the pattern does not have N bits: columns of different lengths are a programming error.
    pub fn push(&mut self, pattern: &BitsRef) {
        assert_eq!(pattern.len(), self.rows, "a pattern has one bit for each row of the matrix");
        self.bits.extend_from_bitslice(pattern);
        self.bits.resize((self.columns + 1) * self.stride(), false);
        self.columns += 1;
    }

    /// Appends columns given as words, as [`PatternMatrix::words`] returns them.
    ///
    /// # Panics
    ///
    /// If the words are no whole number of columns.
    pub fn extend_from_words(&mut self, words: &[u64]) {
        let stride = self.stride() / WORD;
        assert!(words.len().is_multiple_of(stride), "columns are whole words");
        let mut raw = std::mem::take(&mut self.bits).into_vec();
        raw.extend_from_slice(words);
        self.bits = Bits::from_vec(raw);
        self.columns += words.len() / stride;
    }

    /// Column p as bits.
    pub fn column(&self, p: usize) -> &BitsRef {
        let start = p * self.stride();
        &self.bits[start..start + self.rows]
    }

    /// Column p as words, least significant bit first; bits beyond row N are 0.
    pub fn words(&self, p: usize) -> &[u64] {
        let words = self.stride() / WORD;
        &self.bits.as_raw_slice()[p * words..(p + 1) * words]
    }

    /// The columns in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &BitsRef> {
        (0..self.columns).map(|p| self.column(p))
    }

    /// The matrix with the given columns, in the given order.
    pub fn select(&self, columns: &[usize]) -> PatternMatrix {
        let mut selected = PatternMatrix::new(self.rows);
        let mut raw = Vec::with_capacity(columns.len() * self.stride() / WORD);
        columns.iter().for_each(|&p| raw.extend_from_slice(self.words(p)));
        selected.extend_from_words(&raw);
        selected
    }

    /// The distinct columns in lexicographic order (row 0 first, 0 before 1). O(P log P) comparisons of words.
    pub fn sorted(&self) -> PatternMatrix {
        let mut order: Vec<usize> = (0..self.columns).collect();
        order.sort_unstable_by(|&a, &b| lexicographic(self.words(a), self.words(b)));
        order.dedup_by(|a, b| self.words(*a) == self.words(*b));
        self.select(&order)
    }

    /// d^T v for every column d, in order: one table of 256 sums for each byte of a column, then one lookup a byte.
    ///
    /// `values` has N entries. O(32 N + P N / 8).
    pub fn weighted_sums(&self, values: &[f64]) -> Vec<f64> {
        let tables: Vec<[f64; 256]> = values.chunks(8).map(byte_table).collect();
        (0..self.columns).map(|p| sum_of_bytes(self.words(p), &tables)).collect()
    }

    fn stride(&self) -> usize {
        self.rows.div_ceil(WORD).max(1) * WORD
    }
}

impl Extend<Bits> for PatternMatrix {
    fn extend<I: IntoIterator<Item = Bits>>(&mut self, patterns: I) {
        for pattern in patterns {
            self.push(&pattern);
        }
    }
}

/// The sums of all 256 subsets of at most eight values, indexed by the subset's bits.
fn byte_table(values: &[f64]) -> [f64; 256] {
    let mut table = [0.0; 256];
    for (bit, value) in values.iter().enumerate() {
        let half = 1 << bit;
        for index in 0..half {
            table[half + index] = table[index] + value;
        }
    }
    table
}

fn sum_of_bytes(words: &[u64], tables: &[[f64; 256]]) -> f64 {
    let mut sum = 0.0;
    for (word, tables) in words.iter().zip(tables.chunks(8)) {
        for (byte, table) in word.to_le_bytes().iter().zip(tables) {
            sum += table[usize::from(*byte)];
        }
    }
    sum
}

fn lexicographic(left: &[u64], right: &[u64]) -> Ordering {
    let key = |words: &[u64], index: usize| words[index].reverse_bits();
    (0..left.len())
        .map(|index| key(left, index).cmp(&key(right, index)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::super::bits::{from_text, to_text, weighted_sum};
    use super::*;

    fn matrix(patterns: &[&str]) -> PatternMatrix {
        let mut matrix = PatternMatrix::new(patterns[0].len());
        matrix.extend(patterns.iter().map(|text| from_text(text).unwrap()));
        matrix
    }

    #[test]
    fn sorted_is_lexicographic_and_distinct() {
        let sorted = matrix(&["011", "110", "010", "110"]).sorted();
        assert_eq!(sorted.iter().map(to_text).collect::<Vec<_>>(), ["010", "011", "110"]);
    }

    #[test]
    fn columns_longer_than_a_word() {
        let long: String = (0..131).map(|index| if index % 3 == 0 { '1' } else { '0' }).collect();
        let other = format!("{}1", "0".repeat(130));
        let matrix = matrix(&[&long, &other]);
        assert_eq!((matrix.words(0).len(), to_text(matrix.column(1))), (3, other));
        let values: Vec<f64> = (0..131).map(f64::from).collect();
        let sums = matrix.weighted_sums(&values);
        assert_eq!(sums, matrix.iter().map(|column| weighted_sum(column, &values)).collect::<Vec<_>>());
    }

    #[test]
    fn patterns_without_rows_are_all_equal() {
        let mut empty = PatternMatrix::new(0);
        empty.extend([Bits::new(), Bits::new()]);
        assert_eq!((empty.len(), empty.sorted().len()), (2, 1));
        assert_eq!(empty.weighted_sums(&[]), [0.0, 0.0]);
    }
}
