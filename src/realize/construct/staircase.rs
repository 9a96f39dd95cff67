//! A staircase: the rows in the order of a generic function, one unit for each change of the bit.
//!
//! Let p be positive on all rows and c generic, so that t(x) = x.c / x.p has different values on different rows. The unit
//! c - theta p is active where t >= theta. With thresholds between neighbours at the changes of the bit, the alternating
//! sum of units is 0 and -1 by turns, beginning with 0: its step is the labelling, if that begins with 1. If it ends with
//! 1, c is turned round; if it does neither, one more unit that is always active begins the sum. Several functions are
//! tried, the one with the fewest changes is kept. O(N r) big-integer products and a sort for each.

use std::cmp::Ordering;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::Construction;
use crate::{
    exact::{Arrangement, Direction, IBig, RBig, integer::dot},
    pattern::BitsRef,
};

/// How many functions are tried.
const DRAWS: u64 = 32;

/// The best staircase, if a function tells all rows apart (sooner or later one does).
pub(super) fn construct(arrangement: &Arrangement, labelling: &BitsRef, positive: &Direction) -> Option<Construction> {
    let draw = |seed| staircase(arrangement, labelling, positive, seed);
    (0..DRAWS).filter_map(draw).min_by_key(|found| found.units.len())
}

fn staircase(arrangement: &Arrangement, labelling: &BitsRef, positive: &Direction, seed: u64) -> Option<Construction> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let largest = 1i64 << (4 + seed);
    let mut function: Vec<IBig> =
        (0..arrangement.rank()).map(|_| IBig::from(random.random_range(-largest..=largest))).collect();
    let mut steps = order(arrangement, &function, positive)?;
    let bit = |step: &Step| labelling[step.group];
    let (first, last) = (steps.first().is_none_or(bit), steps.last().is_none_or(bit));
    if !first && last {
        function.iter_mut().for_each(|entry| *entry = -&*entry);
        steps.reverse();
        steps.iter_mut().for_each(|step| step.value = -&step.value);
    }
    let (mut units, mut weights) = (Vec::new(), Vec::new());
    if !first && !last {
        units.push(positive.clone());
        weights.push(IBig::NEG_ONE);
    }
    for pair in steps.windows(2).filter(|pair| bit(&pair[0]) != bit(&pair[1])) {
        let threshold = (&pair[0].value + &pair[1].value) / RBig::from(2);
        let (numerator, denominator) = (threshold.numerator(), IBig::from(threshold.denominator().clone()));
        let terms = function.iter().zip(positive.exact());
        units.push(Direction::new(terms.map(|(c, p)| c * &denominator - p * numerator).collect()));
        weights.push(if bit(&pair[1]) { IBig::ONE } else { IBig::NEG_ONE });
    }
    Some(Construction { units, weights })
}

/// A row on the staircase.
struct Step {
    /// t(x).
    value: RBig,
    group: usize,
}

/// The groups in the order of t; `None` if two have the same value.
fn order(arrangement: &Arrangement, function: &[IBig], positive: &Direction) -> Option<Vec<Step>> {
    let ratio = |(group, normal): (usize, &Direction)| {
        let value = RBig::from(dot(normal.exact(), function)) / RBig::from(dot(normal.exact(), positive.exact()));
        Step { value, group }
    };
    let mut steps: Vec<Step> = arrangement.normals().iter().enumerate().map(ratio).collect();
    steps.sort_by(|a, b| a.value.cmp(&b.value));
    steps.windows(2).all(|pair| pair[0].value.cmp(&pair[1].value) == Ordering::Less).then_some(steps)
}
