//! The cones with which a search begins, and the rows on their rays.
//!
//! Coordinates first: the columns of the normals, each made nearly orthogonal to the ones before it. The new axis k is
//! e_k minus a combination of e_l with l < k, so the axes are independent whatever the rounding of the coefficients; as
//! vectors of f64 they are exact. Coefficients are rounded to few bits, which keeps integers small.
//!
//! A fan of cones from the axes and their opposites covers the space: one cone for each choice of signs. A point lies in
//! the relative interior of exactly one face of the fan. With a vector on the positive side of all normals every pattern
//! is attained on an open set, which meets the interior of some cone; then the faces are not needed.
//!
//! The values u.g are computed in integers and scaled by powers of two, one for each row and one for each ray, so that
//! the largest of a row is about 1. Each sum of two f64 comes with a bound on its error, and is 0 exactly if the value is 0.
//!
//! Cost: N r inner products of integers, once for all points.

use std::sync::Arc;

use dashu_int::ops::BitTest;

use super::{double::Double, generator::Generator, spans::Spans, tuning::COEFFICIENT_BITS};
use crate::{
    arrangement::has_positive_direction,
    exact::{
        Arrangement, IBig,
        integer::{dot, from_f64s, to_unit_size},
    },
    oracle::search::Columns,
};

/// Values below 2^SMALLEST are only known to lie between 0 and that: products of values and errors must not underflow.
const SMALLEST: i64 = -400;

/// Bits of an integer that are kept, and of the second half of these.
const BITS: usize = 106;
const HALF: usize = 53;

/// The axes of an arrangement and the values of its rows on them.
#[derive(Debug)]
pub(super) struct Frame {
    /// Axis k and its opposite, whose approximate coordinates are those along the axes.
    pub(super) axes: Vec<[Arc<Generator>; 2]>,
    /// The axes in the coordinates of the arrangement, about.
    vectors: Vec<Vec<f64>>,
    /// Values of all rows on axis k at `0[k][row]`, what is to be added to them, and bounds on the errors of the sums.
    pub(super) values: Columns,
    pub(super) lows: Vec<Vec<f64>>,
    pub(super) errors: Vec<Vec<f64>>,
    pub(super) spans: Spans,
    /// Whether interiors of cones meet all patterns.
    pub(super) open: bool,
}

impl Frame {
    pub(super) fn new(arrangement: &Arrangement) -> Self {
        let normals = arrangement.normals();
        let axes: Vec<Vec<IBig>> = axes(arrangement).iter().map(|axis| from_f64s(axis).unwrap_or_default()).collect();
        let products: Vec<Vec<IBig>> =
            axes.iter().map(|axis| normals.iter().map(|normal| dot(normal.exact(), axis)).collect()).collect();
        let (of_rows, of_axes) = scales(&products);
        let scaled = |(products, axis): (&Vec<IBig>, &i64)| -> Vec<(Double, f64)> {
            products.iter().zip(&of_rows).map(|(product, row)| rounded(product, -axis - row)).collect()
        };
        let pairs: Vec<Vec<(Double, f64)>> = products.iter().zip(&of_axes).map(scaled).collect();
        let rank = axes.len();
        let unit = |k: usize, entry: f64| (0..rank).map(|column| if column == k { entry } else { 0.0 }).collect();
        let generator = |((k, axis), products): ((usize, &Vec<IBig>), &Vec<IBig>)| {
            let zeros: Vec<u32> =
                (0..).zip(products).filter(|(_, value)| value.is_zero()).map(|(row, _)| row).collect();
            let minus = axis.iter().map(|entry| -entry).collect();
            [Generator::root(axis.clone(), unit(k, 1.0), zeros.clone()), Generator::root(minus, unit(k, -1.0), zeros)]
                .map(Arc::new)
        };
        let vector =
            |(axis, scale): (&Vec<IBig>, &i64)| axis.iter().map(|entry| rounded(entry, -scale).0.high).collect();
        Frame {
            vectors: axes.iter().zip(&of_axes).map(vector).collect(),
            axes: axes.iter().enumerate().zip(&products).map(generator).collect(),
            values: Columns(pairs.iter().map(|column| column.iter().map(|pair| pair.0.high).collect()).collect()),
            lows: pairs.iter().map(|column| column.iter().map(|pair| pair.0.low).collect()).collect(),
            errors: pairs.iter().map(|column| column.iter().map(|pair| pair.1).collect()).collect(),
            spans: Spans::new(normals),
            open: has_positive_direction(arrangement),
        }
    }

    /// The dimension of the space.
    pub(super) fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The vector with these coordinates along the axes, about.
    pub(super) fn vector(&self, coordinates: &[f64]) -> Vec<f64> {
        let mut vector = vec![0.0; self.rank()];
        for (coordinate, axis) in coordinates.iter().zip(&self.vectors) {
            vector.iter_mut().zip(axis).for_each(|(entry, along)| *entry += coordinate * along);
        }
        vector
    }
}

/// Independent vectors along which the columns are nearly orthogonal.
fn axes(arrangement: &Arrangement) -> Vec<Vec<f64>> {
    let rank = arrangement.rank();
    let rows: Vec<Vec<f64>> = arrangement.normals().iter().map(|normal| to_unit_size(normal.exact())).collect();
    let mut axes: Vec<Vec<f64>> = Vec::with_capacity(rank);
    let mut along: Vec<Vec<f64>> = Vec::with_capacity(rank);
    for k in 0..rank {
        let mut axis: Vec<f64> = (0..rank).map(|column| f64::from(u8::from(column == k))).collect();
        let mut values: Vec<f64> = rows.iter().map(|row| row[k]).collect();
        for (other, before) in axes.iter().zip(&along) {
            let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let coefficient = shortened(product(&values, before) / product(before, before));
            values.iter_mut().zip(before).for_each(|(value, other)| *value -= coefficient * other);
            axis.iter_mut().zip(other).for_each(|(value, other)| *value = shortened(*value - coefficient * other));
        }
        axes.push(axis);
        along.push(values);
    }
    axes
}

/// A number with few bits near this one; 0 if it is not of an ordinary size.
fn shortened(value: f64) -> f64 {
    if !(1e-9..1e9).contains(&value.abs()) {
        return 0.0;
    }
    f64::from_bits(value.to_bits() & !((1 << (52 - COEFFICIENT_BITS)) - 1))
}

/// Exponents of rows and columns by which the largest value of each becomes about 1.
fn scales(products: &[Vec<IBig>]) -> (Vec<i64>, Vec<i64>) {
    let rows = products.first().map_or(0, Vec::len);
    let mut of_axes = vec![0i64; products.len()];
    let mut of_rows = vec![0i64; rows];
    let size = |value: &IBig| (!value.is_zero()).then(|| value.bit_len() as i64);
    for last in [false, false, true] {
        for (row, scale) in of_rows.iter_mut().enumerate() {
            let sizes = products.iter().zip(&of_axes).filter_map(|(column, axis)| Some(size(&column[row])? - axis));
            *scale = sizes.max().unwrap_or(0);
        }
        if !last {
            for (column, scale) in products.iter().zip(&mut of_axes) {
                let sizes = column.iter().zip(&of_rows).filter_map(|(value, row)| Some(size(value)? - row));
                *scale = sizes.max().unwrap_or(0);
            }
        }
    }
    (of_rows, of_axes)
}

/// value 2^exponent and a bound on the error; tiny values are an interval from 0, huge ones do not occur.
fn rounded(value: &IBig, exponent: i64) -> (Double, f64) {
    if value.is_zero() {
        return (Double::default(), 0.0);
    }
    let bits = value.bit_len();
    let size = bits as i64 + exponent;
    let sign = if *value < IBig::ZERO { -1.0 } else { 1.0 };
    if size < SMALLEST {
        let half = 2f64.powi(SMALLEST as i32 - 1);
        return (Double::normal(sign * half, 0.0), half);
    }
    let dropped = bits.saturating_sub(BITS);
    let leading = value >> dropped;
    let head = &leading >> HALF;
    let tail = &leading - (&head << HALF);
    // The size is clamped for vectors that only serve as candidates.
    let scale = 2f64.powi((exponent + dropped as i64).clamp(-900, 900) as i32);
    // Both have at most 53 bits.
    let [head, tail] = [head, tail].map(|part| part.to_f64().value() * scale);
    (Double::normal(head * 2f64.powi(HALF as i32), tail), if dropped == 0 { 0.0 } else { scale })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::rational::{from_f64, scaled};

    #[test]
    fn values_are_within_their_bounds() {
        for (value, exponent) in
            [(3i128, -5), (-((1 << 90) + 12345), -90), (1, -500), (0, 0), ((1 << 60) - 1, -60), (1 - (1 << 106), -106)]
        {
            let (rounded, error) = rounded(&IBig::from(value), exponent);
            let sum = from_f64(rounded.high).unwrap() + from_f64(rounded.low).unwrap();
            let difference = sum - scaled(IBig::from(value), exponent as i32);
            let error = from_f64(error).unwrap();
            assert!(-&error <= difference && difference <= error, "{value} {exponent}");
        }
        assert_eq!(super::rounded(&IBig::from(-3), -5), (Double { high: -3.0 / 32.0, low: 0.0 }, 0.0));
        let long = (IBig::ONE << 200) + (IBig::ONE << 100) + IBig::ONE;
        let (rounded, error) = super::rounded(&long, -200);
        assert_eq!((rounded.high, rounded.low), (1.0, 2f64.powi(-100)));
        assert!((2f64.powi(-200)..2f64.powi(-90)).contains(&error));
    }

    #[test]
    fn columns_of_all_sizes_become_ordinary() {
        let features = [1e300, 1e-300, 1.0, 1e299, -2e-300, 1.0, -3e300, 1e-301, 1.0, 1e300, 0.0, 1.0];
        let frame = Frame::new(&Arrangement::new(&features, 3).unwrap());
        assert_eq!((frame.rank(), frame.open), (3, true));
        for column in &frame.values.0 {
            assert!(column.iter().any(|value| value.abs() > 0.1) && column.iter().all(|value| value.abs() <= 1.0));
        }
    }
}
