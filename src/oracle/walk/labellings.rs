//! All labellings of independent rows, the best first.
//!
//! The best labelling has a 1 where the value is positive. Any other loses the moduli of the values where it differs.
//! Differing sets are visited by increasing loss: with the moduli in ascending order, each set is obtained once from a
//! set that loses no more, either by adding the row after its last one or by exchanging its last row for the next one.
//! O(log k) operations on k bits for the k-th labelling.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::pattern::Bits;

/// Labellings with their values, the largest value first.
pub(super) struct Labellings {
    /// The modulus of each value and its place, ascending.
    losses: Vec<(i128, usize)>,
    best: i128,
    labels: Bits,
    /// Differing sets to come: the loss, the last row, the set.
    queue: BinaryHeap<Reverse<(i128, usize, Bits)>>,
    started: bool,
}

impl Labellings {
    pub(super) fn new(values: impl Iterator<Item = i128>) -> Self {
        let values: Vec<i128> = values.collect();
        let mut losses: Vec<(i128, usize)> = values.iter().map(|value| value.abs()).zip(0..).collect();
        losses.sort_unstable();
        let best = values.iter().map(|&value| value.max(0)).sum();
        let labels = values.iter().map(|&value| value > 0).collect();
        Labellings { losses, best, labels, queue: BinaryHeap::new(), started: false }
    }

    /// Queues the set with the row at one more position of the order.
    fn push(&mut self, loss: i128, position: usize, mut set: Bits) {
        if let Some(&(own, place)) = self.losses.get(position) {
            set.set(place, true);
            self.queue.push(Reverse((loss + own, position, set)));
        }
    }
}

impl Iterator for Labellings {
    type Item = (i128, Bits);

    fn next(&mut self) -> Option<(i128, Bits)> {
        if !self.started {
            self.started = true;
            self.push(0, 0, Bits::repeat(false, self.losses.len()));
            return Some((self.best, self.labels.clone()));
        }
        let Reverse((loss, last, set)) = self.queue.pop()?;
        self.push(loss, last + 1, set.clone());
        let (own, place) = self.losses[last];
        let mut exchanged = set.clone();
        exchanged.set(place, false);
        self.push(loss - own, last + 1, exchanged);
        Some((self.best - loss, self.labels.clone() ^ set))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_labellings_come_once_and_in_order() {
        for values in [&[][..], &[5], &[3, -1, 4, 0, -1], &[0, 0, 0], &[-7, 2, 2, 9, 1, 1]] {
            let all: Vec<(i128, Bits)> = Labellings::new(values.iter().copied()).collect();
            assert_eq!(all.iter().map(|(_, labels)| labels.clone()).collect::<HashSet<_>>().len(), 1 << values.len());
            assert_eq!(all.len(), 1 << values.len());
            assert!(all.is_sorted_by(|a, b| a.0 >= b.0));
            for (value, labels) in all {
                assert_eq!(value, labels.iter_ones().map(|index| values[index]).sum::<i128>());
            }
        }
    }
}
