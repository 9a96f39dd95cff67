//! One hidden layer that produces a given labelling of the rows: a network of three layers for any labelling.
//!
//! ```text
//! bit of row x = step(sum_k v_k step(x u_k))       units u_k, weights v_k, no bias in the second layer
//! ```
//!
//! * *Slabs* (Baum 1988): the rows of the smaller class are put, r - 1 at a time, on hyperplanes; two units enclose each
//!   hyperplane so closely that no other row lies between. 2 ceil(N_0 / (r - 1)) units, one more if the class is that of
//!   the bit 1, for rows in general position.
//! * *Staircase*: rows in the order of a generic function; one unit for each change of the bit along it. At most N units.
//! * *Span*: N independent patterns and the solution of a square system; for rows without a positive direction (a bias
//!   gives one), where slabs and staircases have no orientation.
//!
//! The construction with the fewest units is taken. All of it is exact; a construction is returned only if it produces
//! the labelling. Rows are the groups of the arrangement, and the zero rows as one more if there are any: on them every
//! unit of the first layer is active.

mod slabs;
mod span;
mod staircase;

use crate::{
    arrangement::{Realization, realize},
    exact::{Arrangement, Direction, IBig, sign},
    limits::Budget,
    pattern::{Bits, BitsRef, pattern_of, step},
};

/// Units of a first layer, and the weights with which a unit of the second layer adds them up.
#[derive(Clone, Debug)]
pub struct Construction {
    /// The units, in the r coordinates of the arrangement.
    pub units: Vec<Direction>,
    /// One weight for each unit.
    pub weights: Vec<IBig>,
}

impl Construction {
    /// The labelling that it produces: one bit for each group, and one for the zero rows if there are any. O(m N r).
    pub fn labelling(&self, arrangement: &Arrangement) -> Bits {
        let patterns: Vec<Bits> = self.units.iter().map(|unit| pattern_of(arrangement, unit)).collect();
        let bit = |active: &dyn Fn(&Bits) -> bool| {
            let terms = patterns.iter().zip(&self.weights).filter(|(pattern, _)| active(pattern));
            step(sign::of(&terms.map(|(_, weight)| weight).sum()))
        };
        let groups = (0..arrangement.groups()).map(|group| bit(&|pattern| pattern[group]));
        let zero_rows = arrangement.has_zero_row().then(|| bit(&|_| true));
        groups.chain(zero_rows).collect()
    }
}

/// The construction with the fewest units for a labelling (one bit for each group, and one for the zero rows if there are
/// any); `None` if the budget ends first.
pub fn construct(arrangement: &Arrangement, labelling: &BitsRef, budget: &Budget) -> Option<Construction> {
    let found = match positive_direction(arrangement) {
        Some(positive) => {
            let slabs = slabs::construct(arrangement, labelling, &positive);
            let staircase = staircase::construct(arrangement, labelling, &positive);
            slabs.into_iter().chain(staircase).collect()
        }
        None => Vec::new(),
    };
    let right = found.into_iter().filter(|candidate| candidate.labelling(arrangement) == labelling);
    let fewest = right.min_by_key(|candidate| candidate.units.len());
    // Zero rows and degenerate rows can leave only slabs with few rows each.
    if fewest.as_ref().is_some_and(|found| found.units.len() <= labelling.len() + 1) {
        return fewest;
    }
    span::construct(arrangement, labelling, budget).or(fewest)
}

/// A direction that is positive on all groups, if there is one.
fn positive_direction(arrangement: &Arrangement) -> Option<Direction> {
    match realize(arrangement.normals(), &Bits::repeat(false, arrangement.groups())) {
        Realization::Witness(negative) => Some(Direction::new(negative.exact().iter().map(|entry| -entry).collect())),
        Realization::Refutation(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{check::listing::Work, exact::rank};

    fn construction(features: &[f64], d: usize, labelling: &BitsRef) -> Construction {
        let arrangement = Arrangement::new(features, d).unwrap();
        let found = construct(&arrangement, labelling, &Budget::unlimited()).expect("every labelling has one");
        assert_eq!(found.labelling(&arrangement), labelling, "{features:?}");
        found
    }

    fn moments(n: usize, d: usize) -> Vec<f64> {
        (0..n).flat_map(|i| (0..d).map(move |k| (i as f64 - 3.0).powi(k as i32))).collect()
    }

    /// Baum: rows on the moment curve are in general position.
    #[test]
    fn few_units_in_general_position() {
        for (n, d) in [(6, 3), (12, 4), (15, 3), (9, 2), (4, 4)] {
            let features = moments(n, d);
            for bits in [0b0101_0101_0101_0101u32, 0b0011_1001_0110_1010, 0, 0b0000_0000_0010_0000] {
                let labelling: Bits = (0..n).map(|row| bits >> row & 1 == 1).collect();
                let units = construction(&features, d, &labelling).units.len();
                let zeros = labelling.count_zeros().div_ceil(d - 1) * 2;
                let ones = labelling.count_ones().div_ceil(d - 1) * 2 + 1;
                assert!(units <= zeros.min(ones), "{units} units for {labelling:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Collinear and repeated rows, with a bias and without one, zero and opposite rows.
        #[test]
        fn every_labelling_of_distinct_rows(
            rows in prop::collection::vec([-2i8..3, -2..3], 1..9), bits: u16, bias: bool,
        ) {
            let row = |row: &[i8; 2]| row.iter().copied().map(f64::from).chain(bias.then_some(1.0)).collect::<Vec<_>>();
            let features: Vec<f64> = rows.iter().flat_map(row).collect();
            let d = 2 + usize::from(bias);
            let arrangement = Arrangement::new(&features, d).unwrap();
            let points = arrangement.groups() + usize::from(arrangement.has_zero_row());
            let labelling: Bits = (0..points).map(|row| bits >> row & 1 == 1).collect();
            let found = construction(&features, d, &labelling);
            prop_assert!(found.units.len() <= points + 1);
        }
    }

    /// Distinct rows have as many independent patterns as there are rows: what the span construction rests on.
    #[test]
    fn patterns_span_all_rows() {
        for features in [vec![1.0, -1.0], vec![0.0, 1.0, -1.0], vec![1.0, 2.0]] {
            let arrangement = Arrangement::new(&features, 1).unwrap();
            let patterns = crate::check::listing::patterns(arrangement.normals(), &mut Work::new(u64::MAX)).unwrap();
            let rows: Vec<Vec<IBig>> =
                patterns.iter().map(|p| p.iter().by_vals().map(|bit| IBig::from(u8::from(bit))).collect()).collect();
            assert_eq!(rank::basis(&rows, arrangement.groups()).rank(), arrangement.groups());
        }
    }
}
