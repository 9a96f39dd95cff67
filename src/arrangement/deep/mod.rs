//! The pattern sets of deep networks (13): what the units of the second and later layers can do on the data.
//!
//! With A^(1) the matrix with columns H(X), and m_l the width of hidden layer l in each of the parallel subnetworks,
//!
//! ```text
//! A^(l+1) = union over column subsets S of A^(l), |S| = m_l, of the columns H(A^(l)_S)                       (13)
//! ```
//!
//! A hidden layer has no bias; the column of ones, which w = 0 gives, serves as one. The rows of A_S take at most
//! 2^(m_l) values, so H(A_S) is the set of threshold functions of m_l Boolean variables ([`threshold`], a table built
//! once), applied to the rows; no linear programme is needed. If A^(l) has fewer than m_l columns, S is all of them: a
//! unit more could only repeat one. A smaller S gives nothing else, since weights may be 0.
//!
//! The rows of X that matter are the *points*: one for each of the [`Groups`](crate::pattern::Groups) of its rows, that of
//! the zero rows among them. In the first layer a zero row has bit 1 always; later it is a row like others.
//!
//! For a subset the rows with value c are a packed mask M_c, and the pattern of a function f is the union of the M_c
//! with f(c) = 1, looked up four values at a time. Subsets are streamed in lexicographic order, batch by batch; the
//! subsets of a batch are worked on in parallel and their new patterns added in order, so the result does not depend on
//! the number of threads. Each pattern keeps its first subset and function, from which the weights of every layer can be
//! written down.
//!
//! Cost: C(P, m) F(m) patterns of N / 64 words, for P patterns in the layer before and F(m) functions (2, 6, 32, 370,
//! 11,292); memory for the distinct ones, N / 8 + 4 m + 12 bytes each.
//!
//! References: ICLR 2023, Section 3, eq. (13), Lemma 3.5, Example 3.1.

mod distinct;
mod distinct_functions;
mod search;
mod subsets;
pub mod threshold;
mod unions;

pub use search::{Attained, smallest_width};

use dashu_int::UBig;

use self::{
    subsets::Subsets,
    threshold::{LARGEST_WIDTH, ThresholdTable},
    unions::{Builder, FoundUnits},
};
use crate::{
    arrangement::tuning::{DEEP_BATCH, DEEP_BATCH_UNITS},
    limits::{Budget, Limit},
    pattern::PatternMatrix,
};

/// Why there is no deep pattern set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeepError {
    /// A layer has no unit.
    #[error("hidden layer {layer} has width 0; a width is at least 1")]
    NoUnits {
        /// The layer, from 1.
        layer: usize,
    },
    /// There is no table of threshold functions for this width.
    #[error(
        "hidden layer {layer} has width {width} and {patterns} patterns to choose from; widths above {LARGEST_WIDTH} are \
         supported only where there are at most {LARGEST_WIDTH} patterns"
    )]
    TooWide {
        /// The layer, from 1.
        layer: usize,
        /// Its width.
        width: usize,
        /// The patterns of the layer.
        patterns: usize,
    },
}

/// Random units instead of all units of a layer, where those are more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// Units drawn in each layer.
    pub count: u64,
    /// The seed.
    pub seed: u64,
}

/// How a unit of a later layer is made: a threshold function of some patterns of the layer before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit<'a> {
    /// The patterns of the layer before, by their index, ascending.
    pub columns: &'a [u32],
    /// A weight for each of them. The unit is step(sum of weights times columns).
    pub weights: &'a [i8],
}

/// The patterns of one hidden layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Distinct patterns on the points, in the order in which they were found.
    pub patterns: PatternMatrix,
    /// Whether they are all that units of this layer can have, given the widths.
    pub complete: bool,
    /// m of the layer before, if there is one and it is small enough; 0 in the first layer.
    width: usize,
    columns: Vec<u32>,
    functions: Vec<u16>,
}

impl Layer {
    /// The first hidden layer: patterns of H(X) on the points.
    pub fn first(patterns: PatternMatrix, complete: bool) -> Self {
        Layer { patterns, complete, width: 0, columns: Vec::new(), functions: Vec::new() }
    }

    /// How unit p is made; `None` in the first layer, whose units are weight vectors on the data.
    pub fn unit(&self, p: usize) -> Option<Unit<'_>> {
        let table = ThresholdTable::of(self.width)?;
        let function = usize::from(*self.functions.get(p)?);
        let columns = &self.columns[p * self.width..(p + 1) * self.width];
        Some(Unit { columns, weights: table.weights(function) })
    }
}

/// The pattern sets A^(1), ..., A^(L-1).
#[derive(Clone, Debug)]
pub struct DeepSet {
    /// One for each hidden layer; the last one holds the columns of the convex programme (15).
    pub layers: Vec<Layer>,
    /// The limit that ended the search early.
    pub limit: Option<Limit>,
}

impl DeepSet {
    /// The last hidden layer.
    pub fn last(&self) -> &Layer {
        // There is a first layer.
        &self.layers[self.layers.len() - 1]
    }
}

/// The pattern sets of all hidden layers: the first is given, `widths` are m_1, ..., m_(L-2).
///
/// With `draws`, a layer with more than `draws.count` units is sampled: that many units with random columns and a random
/// function. `progress` is called now and then with the number of patterns of the layer under way. When a limit is
/// reached, each layer still makes one batch, so that there are patterns in all of them.
///
/// # Errors
///
/// `DeepError` if a width is 0 or too large.
pub fn deep_set(
    first: Layer,
    widths: &[usize],
    draws: Option<Draws>,
    budget: &Budget,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<DeepSet, DeepError> {
    let mut set = DeepSet { layers: vec![first], limit: None };
    for (index, &width) in widths.iter().enumerate() {
        let (layer, limit) = next_layer(set.last(), index + 1, width, draws, budget, progress)?;
        set.layers.push(layer);
        set.limit = set.limit.or(limit);
    }
    Ok(set)
}

/// A^(l+1) from A^(l), for l = `index` and m_l = `width`.
fn next_layer(
    before: &Layer,
    index: usize,
    width: usize,
    draws: Option<Draws>,
    budget: &Budget,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<(Layer, Option<Limit>), DeepError> {
    let columns = before.patterns.len();
    if width == 0 {
        return Err(DeepError::NoUnits { layer: index });
    }
    let too_wide = DeepError::TooWide { layer: index, width, patterns: columns };
    let width = width.min(columns);
    let table = ThresholdTable::of(width).ok_or(too_wide)?;
    let all = units(columns, width, table.functions().len());
    let draws = draws.filter(|draws| all > UBig::from(draws.count));
    let mut subsets = match draws {
        Some(Draws { count, seed }) => {
            Subsets::drawn(columns, width, count, seed.wrapping_add(index as u64), table.functions().len())
        }
        None => Subsets::all(columns, width),
    };
    let mut builder = Builder::new(&before.patterns, table);
    let mut limit = None;
    let size =
        if draws.is_some() { DEEP_BATCH } else { (DEEP_BATCH_UNITS / table.functions().len()).clamp(1, DEEP_BATCH) };
    loop {
        let batch = subsets.next(size);
        if batch.is_empty() || limit.is_some() {
            break;
        }
        builder.add(&batch);
        progress(builder.found().set.len());
        if builder.every_labelling() {
            break;
        }
        limit = budget.exceeded();
    }
    let complete = builder.every_labelling() || (before.complete && draws.is_none() && limit.is_none());
    let FoundUnits { set, columns, functions } = builder.into_found();
    Ok((Layer { patterns: set.into_patterns(), complete, width, columns, functions }, limit))
}

/// The number of units with m of P columns and F functions: C(P, m) F.
fn units(columns: usize, width: usize, functions: usize) -> UBig {
    let choices = (0..width).fold(UBig::ONE, |product, k| product * UBig::from(columns - k) / UBig::from(k + 1));
    choices * UBig::from(functions)
}

/// The bound of Lemma 3.5 without its constant: n^(r m_1 ... m_(L-2)), n the number of points and r = rank X.
///
/// `None` if it has more than 2^20 bits.
pub fn lemma_3_5(points: usize, rank: usize, widths: &[usize]) -> Option<UBig> {
    let exponent = widths.iter().try_fold(rank, |product, &width| product.checked_mul(width))?;
    let bits = exponent.checked_mul(usize::BITS as usize - points.leading_zeros() as usize)?;
    (bits <= 1 << 20).then(|| UBig::from(points).pow(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        arrangement::enumerate,
        exact::Arrangement,
        pattern::{Bits, Groups, step, to_text},
    };

    fn first(features: &[f64], d: usize) -> (Arrangement, Groups, Layer) {
        let arrangement = Arrangement::new(features, d).unwrap();
        let points = Groups::of(&arrangement);
        let listed = enumerate(&arrangement, &Budget::unlimited(), &|_| ()).patterns;
        let layer = Layer::first(points.lift_all(&listed), true);
        (arrangement, points, layer)
    }

    fn all(first: Layer, widths: &[usize]) -> DeepSet {
        deep_set(first, widths, None, &Budget::unlimited(), &|_| ()).unwrap()
    }

    #[test]
    fn example_3_1_has_all_labellings_at_layer_2() {
        let (_, _, layer) = first(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2);
        let set = all(layer, &[2]);
        assert_eq!(set.layers.iter().map(|layer| layer.patterns.len()).collect::<Vec<_>>(), [6, 8]);
        assert!(set.last().complete && set.limit.is_none());
        // One unit passes a pattern's complement on, or is 1.
        let (_, _, layer) = first(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2);
        assert_eq!(all(layer, &[1]).last().patterns.len(), 6);
    }

    #[test]
    fn a_zero_row_is_a_row_like_others_in_the_second_layer() {
        let (_, points, layer) = first(&[0.0, 1.0, 0.0], 1);
        assert_eq!((points.len(), points.of_row()), (2, &[1, 0, 1][..]));
        let set = all(layer, &[2]);
        let texts: Vec<String> = set.last().patterns.sorted().iter().map(|p| to_text(&points.expand(p))).collect();
        assert_eq!(texts, ["000", "101", "010", "111"]);
        assert_eq!(
            points.contract(&crate::pattern::from_text("101").unwrap()).map(|bits| to_text(&bits)),
            Some("01".into())
        );
        assert_eq!(points.contract(&crate::pattern::from_text("100").unwrap()), None);
    }

    /// Every unit, evaluated from its columns and weights, has its pattern.
    #[test]
    fn units_reproduce_their_patterns() {
        let features: Vec<f64> = (0..7).flat_map(|k| [f64::from(k * k % 11), f64::from(k % 4) - 1.5, 1.0]).collect();
        let (_, points, layer) = first(&features, 3);
        for (widths, draws) in [(vec![2], None), (vec![3], Some(500)), (vec![2, 2], Some(300)), (vec![5], Some(200))] {
            let draws = draws.map(|count| Draws { count, seed: 1 });
            let set = deep_set(layer.clone(), &widths, draws, &Budget::unlimited(), &|_| ()).unwrap();
            assert_eq!(set.layers.len(), widths.len() + 1);
            for pair in set.layers.windows(2) {
                assert_eq!(pair[1].complete, draws.is_none());
                for p in 0..pair[1].patterns.len() {
                    let unit = pair[1].unit(p).unwrap();
                    let input = |row: usize| -> i32 {
                        let active = |column: &u32| pair[0].patterns.column(*column as usize)[row];
                        unit.columns
                            .iter()
                            .zip(unit.weights)
                            .filter(|(c, _)| active(c))
                            .map(|(_, &w)| i32::from(w))
                            .sum()
                    };
                    let pattern: Bits = (0..points.len()).map(|row| step(input(row).cmp(&0))).collect();
                    assert_eq!(pattern, pair[1].patterns.column(p));
                }
            }
        }
    }

    #[test]
    fn widths_out_of_range_are_refused() {
        let (_, _, layer) = first(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2);
        let refused =
            |widths: &[usize]| deep_set(layer.clone(), widths, None, &Budget::unlimited(), &|_| ()).unwrap_err();
        assert_eq!(refused(&[0]), DeepError::NoUnits { layer: 1 });
        assert_eq!(refused(&[6]), DeepError::TooWide { layer: 1, width: 6, patterns: 6 });
    }

    /// A column chosen twice or a missing column is no more than a smaller subset.
    #[test]
    fn fewer_patterns_than_units() {
        let (_, _, layer) = first(&[1.0], 1);
        assert_eq!(all(layer, &[7]).last().patterns.len(), 2);
    }

    #[test]
    fn a_limit_leaves_patterns_in_every_layer() {
        let features: Vec<f64> = (0..30).flat_map(|k| [f64::from(k), f64::from(k * k), 1.0]).collect();
        let (_, _, layer) = first(&features, 3);
        let spent = Budget::new(Some(std::time::Duration::ZERO), None, Default::default());
        let set = deep_set(layer, &[2, 2], None, &spent, &|_| ()).unwrap();
        assert_eq!(set.limit, Some(Limit::Time));
        assert!(set.layers.iter().all(|layer| !layer.patterns.is_empty()) && !set.last().complete);
    }

    #[test]
    fn the_bound_of_lemma_3_5() {
        assert_eq!(lemma_3_5(3, 2, &[2]), Some(UBig::from(81u8)));
        assert_eq!(lemma_3_5(10, 3, &[]), Some(UBig::from(1000u16)));
        assert_eq!(lemma_3_5(1 << 20, usize::MAX, &[2]), None);
    }
}
