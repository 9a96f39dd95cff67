//! The rows of a data matrix, grouped by what they share in every activation pattern.
//!
//! Rows that are positive multiples of each other have the same bit in every pattern: they are a group of the
//! [`Arrangement`], in whose order the groups are numbered. A zero row has bit step(0) = 1 in every pattern of the first
//! hidden layer and no hyperplane, so the arrangement leaves it out. Targets, dual variables and later hidden layers need
//! it as well: here all zero rows together are one more group, **the last one**, if there are any.
//!
//! So a pattern has three forms:
//!
//! * on the arrangement's groups, as the enumerators and oracles produce it;
//! * on the groups of this type: [`Groups::lift`] appends the bit of the zero group, [`Groups::drop_zero`] takes it away;
//! * on the data rows: [`Groups::expand`] repeats the bit of each group, [`Groups::contract`] reads it back.
//!
//! Cost: O(n) time and memory to build, O(n) or O(bits) for each method.

use std::{cmp::Ordering, ops::AddAssign};

use super::{
    bits::{Bits, BitsRef},
    matrix::PatternMatrix,
    step::step,
};
use crate::exact::Arrangement;

/// The groups of the data rows, the zero rows as the last group if there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The group of each data row.
    of_row: Vec<usize>,
    /// The number of rows of each group.
    counts: Vec<usize>,
    /// The first row of each group.
    first_rows: Vec<usize>,
    has_zero_group: bool,
}

impl Groups {
    /// The groups of the arrangement in their order, then the zero rows if there are any.
    pub fn of(arrangement: &Arrangement) -> Self {
        let zero_group = arrangement.groups();
        let of_row: Vec<usize> = arrangement.group_of_row().iter().map(|group| group.unwrap_or(zero_group)).collect();
        let first_zero_row = of_row.iter().position(|&group| group == zero_group);
        let first_rows: Vec<usize> = arrangement.representatives().iter().copied().chain(first_zero_row).collect();
        let mut counts = vec![0; first_rows.len()];
        of_row.iter().for_each(|&group| counts[group] += 1);
        Groups { of_row, counts, first_rows, has_zero_group: first_zero_row.is_some() }
    }

    /// A group for each of n rows, whatever they share.
    pub fn singletons(n: usize) -> Self {
        let rows: Vec<usize> = (0..n).collect();
        Groups { of_row: rows.clone(), counts: vec![1; n], first_rows: rows, has_zero_group: false }
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there is no group, because there is no row.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The number of data rows n.
    pub fn rows(&self) -> usize {
        self.of_row.len()
    }

    /// The group of each data row.
    pub fn of_row(&self) -> &[usize] {
        &self.of_row
    }

    /// The number of data rows in each group; at least 1.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The first data row of each group.
    pub fn first_rows(&self) -> &[usize] {
        &self.first_rows
    }

    /// Whether the last group is that of the zero rows.
    pub fn has_zero_group(&self) -> bool {
        self.has_zero_group
    }

    /// A pattern on the arrangement's groups as one on these: the zero group gets bit step(0).
    pub fn lift(&self, pattern: &BitsRef) -> Bits {
        debug_assert_eq!(pattern.len() + usize::from(self.has_zero_group), self.len());
        let mut lifted = pattern.to_bitvec();
        lifted.resize(self.len(), step(Ordering::Equal));
        lifted
    }

    /// [`Groups::lift`] of every column.
    pub fn lift_all(&self, patterns: &PatternMatrix) -> PatternMatrix {
        let mut lifted = PatternMatrix::new(self.len());
        lifted.extend(patterns.iter().map(|pattern| self.lift(pattern)));
        lifted
    }

    /// A pattern on these groups without the bit of the zero group: one on the arrangement's groups.
    pub fn drop_zero(&self, pattern: &BitsRef) -> Bits {
        debug_assert_eq!(pattern.len(), self.len());
        pattern[..self.len() - usize::from(self.has_zero_group)].to_bitvec()
    }

    /// A pattern on these groups as one on the data rows.
    pub fn expand(&self, pattern: &BitsRef) -> Bits {
        debug_assert_eq!(pattern.len(), self.len());
        self.of_row.iter().map(|&group| pattern[group]).collect()
    }

    /// A labelling of the data rows as one of these groups; `None` if two rows of a group have different labels.
    pub fn contract(&self, labelling: &BitsRef) -> Option<Bits> {
        debug_assert_eq!(labelling.len(), self.rows());
        let contracted: Bits = self.first_rows.iter().map(|&row| labelling[row]).collect();
        let agrees = |(&group, label): (&usize, bool)| contracted[group] == label;
        let constant = self.of_row.iter().zip(labelling.iter().by_vals()).all(agrees);
        constant.then_some(contracted)
    }

    /// The sum over the rows of each group of a quantity that is given for each row.
    pub fn sums<T: Copy + AddAssign + Default>(&self, rows: &[T]) -> Vec<T> {
        debug_assert_eq!(rows.len(), self.rows());
        let mut sums = vec![T::default(); self.len()];
        self.of_row.iter().zip(rows).for_each(|(&group, &value)| sums[group] += value);
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::{from_text, to_text};
    use super::*;

    fn groups(features: &[f64], d: usize) -> Groups {
        Groups::of(&Arrangement::new(features, d).unwrap())
    }

    fn bits(text: &str) -> Bits {
        from_text(text).unwrap()
    }

    #[test]
    fn zero_rows_are_the_last_group_and_multiples_one_group() {
        // Rows: 0, (1, 2), (-1, -2), 0, (2, 4), (3, 1).
        let groups = groups(&[0.0, 0.0, 1.0, 2.0, -1.0, -2.0, 0.0, 0.0, 2.0, 4.0, 3.0, 1.0], 2);
        assert_eq!((groups.len(), groups.rows(), groups.has_zero_group()), (4, 6, true));
        assert_eq!(groups.of_row(), [3, 0, 1, 3, 0, 2]);
        assert_eq!((groups.counts(), groups.first_rows()), (&[2, 1, 1, 2][..], &[1, 2, 5, 0][..]));
        assert_eq!(groups.sums(&[1i64, 2, 4, 8, 16, 32]), [18, 4, 32, 9]);
        assert_eq!(to_text(&groups.lift(&bits("010"))), "0101");
        assert_eq!(to_text(&groups.drop_zero(&bits("0100"))), "010");
        assert_eq!(to_text(&groups.expand(&bits("0110"))), "001001");
        assert_eq!(groups.contract(&bits("001001")), Some(bits("0110")));
        assert_eq!(groups.contract(&bits("001011")), None, "rows 1 and 4 are multiples of each other");
        assert_eq!(groups.contract(&bits("101001")), None, "rows 0 and 3 are zero");
    }

    #[test]
    fn without_zero_rows_nothing_is_added() {
        let groups = groups(&[1.0, 1.0, -2.0, 1.0], 1);
        assert_eq!((groups.len(), groups.has_zero_group(), groups.is_empty()), (2, false, false));
        let pattern = bits("01");
        assert_eq!((groups.lift(&pattern), groups.drop_zero(&pattern)), (pattern.clone(), pattern.clone()));
        assert_eq!(groups.contract(&groups.expand(&pattern)), Some(pattern));
        assert_eq!(groups.sums(&[1.0, 2.0, 4.0, 8.0]), [11.0, 4.0]);
    }

    #[test]
    fn one_row() {
        let some = groups(&[2.0, -1.0], 2);
        assert_eq!((some.len(), some.counts(), some.has_zero_group()), (1, &[1][..], false));
        let zero = groups(&[0.0, 0.0], 2);
        assert_eq!((zero.len(), zero.of_row(), zero.first_rows()), (1, &[0][..], &[0][..]));
        assert!(zero.has_zero_group());
        assert_eq!((to_text(&zero.lift(&Bits::new())), zero.drop_zero(&bits("1"))), ("1".into(), Bits::new()));
        assert_eq!(to_text(&zero.expand(&bits("0"))), "0");
    }

    #[test]
    fn every_column_is_lifted() {
        let groups = groups(&[0.0, 1.0, -1.0], 1);
        let mut patterns = PatternMatrix::new(2);
        patterns.extend([bits("10"), bits("01")]);
        assert_eq!(groups.lift_all(&patterns).iter().map(to_text).collect::<Vec<_>>(), ["101", "011"]);
    }
}
