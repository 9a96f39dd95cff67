//! The work of a sweep cut into chunks, numbered in the order of the walk.
//!
//! A flat is reached along the rows of its first basis, ascending. A chunk is the flat of one such prefix of rows, with all
//! flats below it if the prefix has full length. Prefixes are numbered as a walk from the root meets them (each before
//! those that it begins), so a number is enough to begin anywhere. The length is the smallest for which a chunk has few
//! flats. O(N) operations for each row of a prefix.

/// The prefixes of at most `length` of the rows 1, ..., `rows` - 1; row 0 is the base of the slice.
pub(super) struct Chunks {
    rows: u64,
    /// The rank of the deepest flats.
    deepest: usize,
    length: usize,
    /// How many chunks there are.
    pub(super) count: u64,
}

impl Chunks {
    /// Chunks of about `most` patterns at most, if the rows are in general position.
    pub(super) fn new(rows: usize, dimension: usize, most: f64) -> Self {
        let (rows, deepest) = (rows as u64, dimension.saturating_sub(1));
        let patterns = |length: &usize| 2.0 * up_to(rows, deepest - length) as f64;
        let at_least = deepest.min(if deepest < 3 { 1 } else { 2 });
        let length = (at_least..deepest).find(|length| patterns(length) <= most).unwrap_or(deepest);
        Chunks { rows, deepest, length, count: up_to(rows.saturating_sub(1), length) }
    }

    /// The rank of the deepest flats of the chunk of a prefix.
    pub(super) fn deepest(&self, prefix: &[usize]) -> usize {
        if prefix.len() == self.length { self.deepest } else { prefix.len() }
    }

    /// The rows that a chunk begins with.
    pub(super) fn prefix(&self, chunk: u64) -> Vec<usize> {
        let (mut prefix, mut chunk, mut row) = (Vec::new(), chunk, 0);
        while chunk > 0 && prefix.len() < self.length {
            chunk -= 1;
            row += 1;
            // The chunks of prefixes that go on with this row.
            let below = |row: u64| up_to(self.rows.saturating_sub(row + 1), self.length - prefix.len() - 1);
            while row < self.rows && chunk >= below(row) {
                chunk -= below(row);
                row += 1;
            }
            prefix.push(row as usize);
        }
        prefix
    }

    /// The part of all flats that comes before a chunk, roughly.
    pub(super) fn done(&self, chunk: u64) -> f64 {
        if chunk >= self.count {
            return 1.0;
        }
        let (mut done, mut part, mut left) = (0.0, 1.0, self.rows as f64);
        for (depth, row) in self.prefix(chunk).into_iter().enumerate() {
            let power = (self.deepest - depth) as i32;
            let from = |row: f64| ((self.rows as f64 - row) / left).clamp(0.0, 1.0).powi(power);
            let row = row as f64;
            done += part * (1.0 - from(row));
            part *= from(row) - from(row + 1.0);
            left = (self.rows as f64 - row - 1.0).max(1.0);
        }
        done
    }
}

/// The number of subsets of at most `most` of `rows` things; the largest u64 if it is larger.
pub(super) fn up_to(rows: u64, most: usize) -> u64 {
    let (mut sum, mut binomial) = (1u128, 1u128);
    for k in 1..=most as u64 {
        binomial = binomial * u128::from((rows + 1).saturating_sub(k)) / u128::from(k);
        sum += binomial;
        if sum > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    sum as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All prefixes of a walk, each before those that it begins.
    fn walk(chunks: &Chunks, prefix: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
        found.push(prefix.clone());
        if prefix.len() < chunks.length {
            for row in prefix.last().map_or(1, |row| row + 1)..chunks.rows as usize {
                prefix.push(row);
                walk(chunks, prefix, found);
                prefix.pop();
            }
        }
    }

    #[test]
    fn numbers_and_prefixes_correspond() {
        for (rows, dimension, most) in
            [(0, 0, 1.0), (1, 1, 1.0), (5, 2, 1.0), (6, 3, 1e9), (7, 5, 1e9), (9, 5, 30.0), (8, 5, 0.0), (3, 3, 0.0)]
        {
            let chunks = Chunks::new(rows, dimension, most);
            let mut expected = Vec::new();
            walk(&chunks, &mut Vec::new(), &mut expected);
            let found: Vec<Vec<usize>> = (0..chunks.count).map(|chunk| chunks.prefix(chunk)).collect();
            assert_eq!(found, expected, "{rows} rows, dimension {dimension}");
            let done: Vec<f64> = (0..=chunks.count).map(|chunk| chunks.done(chunk)).collect();
            assert!(done.is_sorted() && done[0] == 0.0, "{done:?}");
        }
    }

    #[test]
    fn shares_of_many_rows_are_small() {
        let chunks = Chunks::new(1000, 5, 1e5);
        assert_eq!(chunks.length, 3);
        assert_eq!(chunks.prefix(chunks.count - 1), [999]);
        assert_eq!(Chunks::new(1 << 40, 12, 1.0).count, u64::MAX);
    }
}
