//! The first cones: r + 1 of them, which cover the space and fit the shape of the data.
//!
//! Let t_1, ..., t_r be independent and t_0 = -(t_1 + ... + t_r). Any w is sum_k c_k t_k with c_0 = 0; the same number
//! may be added to all c_k, because the t_k add up to 0; with the smallest made 0, w is a combination of r of the r + 1
//! vectors with coefficients >= 0. So the r + 1 cones that each leave one out cover the space.
//!
//! The t_k are integer vectors in columns scaled by powers of two, which are independent because their rank says so.
//! They only fit the data if they make many rows as often positive as negative: those that make the rows white are
//! taken, rounded to a few bits (with few bits the values of small integers are exact for some splits). If rounding has
//! made them dependent the unit vectors are taken.
//!
//! The values of the rows at the t_k are computed in integers. If all of them are small they are kept; otherwise each
//! row is divided by a power of two, so that its largest value is at most 1, and is rounded with an error of at most
//! 2^-53.
//!
//! Cost: O(N r^2) operations on doubles, and on integers that are as long as the range of exponents in the data.

use dashu_int::{IBig, ops::BitTest};

use super::{
    cone::{Cone, EXACT, FLOOR, Question, Vertex},
    tuning::GENERATOR_BITS,
};
use crate::exact::{
    Normal,
    integer::{dot, make_primitive, to_unit_size},
    rank, sign,
};

/// Values up to this modulus leave room for a split without rounding.
const SMALL_BITS: usize = 24;

/// The rows in columns of like size.
pub(super) struct Rows {
    /// Each row's entries times powers of two, one for each column.
    integers: Vec<Vec<IBig>>,
    rank: usize,
    /// The factor L of the Gram matrix L L^T of the rows at unit size, if it is regular in doubles.
    factor: Option<Vec<Vec<f64>>>,
    /// The sum of the rows at unit size.
    sum: Vec<f64>,
}

impl Rows {
    /// The rows with these normals, at least one of them, with `rank` > 0 entries each.
    pub fn new(normals: &[Normal], rank: usize) -> Rows {
        let shifts = column_shifts(normals, rank);
        let scaled = |normal: &Normal| -> Vec<IBig> {
            normal.exact().iter().zip(&shifts).map(|(entry, &shift)| entry << shift).collect()
        };
        let integers: Vec<Vec<IBig>> = normals.iter().map(scaled).collect();
        let (mut gram, mut sum) = (vec![vec![0.0; rank]; rank], vec![0.0; rank]);
        for row in &integers {
            let row = to_unit_size(row);
            for (j, &entry) in row.iter().enumerate() {
                sum[j] += entry;
                gram[j].iter_mut().zip(&row).for_each(|(product, &other)| *product += entry * other);
            }
        }
        Rows { integers, rank, factor: cholesky(gram), sum }
    }

    /// Whether some w makes all rows positive: then every pattern is one of a point at which no row vanishes.
    ///
    /// If w_0 is such a point, the rows that vanish at w are above 0 at w + t w_0 for small t > 0, where their bit is 1
    /// as well, and the others keep their signs. Some w that come to mind are tried: each column (a bias is one), and the
    /// solution of all x.w = 1 by least squares.
    pub fn are_on_one_side(&self) -> bool {
        let unit = |column: usize, entry: i32| -> Vec<IBig> {
            (0..self.rank).map(|other| IBig::from(if other == column { entry } else { 0 })).collect()
        };
        let units = (0..self.rank).flat_map(|column| [unit(column, 1), unit(column, -1)]);
        let fitted = self.factor.as_ref().map(|factor| rounded(&solve_both(factor, &self.sum), 40));
        let positive = |w: &Vec<IBig>| self.integers.iter().all(|row| sign::of(&dot(row, w)).is_gt());
        units.chain(fitted).any(|w| positive(&w))
    }

    /// The r + 1 vertices of the first cones, with the values of all rows.
    pub fn vertices(&self) -> Vec<Vertex> {
        let generators = self.generators();
        let values = |row: &Vec<IBig>| -> Vec<IBig> {
            let mut values: Vec<IBig> = generators.iter().map(|generator| dot(row, generator)).collect();
            values.push(-values.iter().sum::<IBig>());
            make_primitive(&mut values);
            values
        };
        let values: Vec<Vec<IBig>> = self.integers.iter().map(values).collect();
        let exact = values.iter().flatten().all(|value| value.bit_len() <= SMALL_BITS);
        let doubles = |values: &Vec<IBig>| match exact {
            true => values.iter().map(|value| value.to_f64().value()).collect(),
            false => unlike_zero(values, to_unit_size(values)),
        };
        let doubles: Vec<Vec<f64>> = values.iter().map(doubles).collect();
        let error = if exact { 0.0 } else { f64::EPSILON };
        let column = |vertex: usize| doubles.iter().map(|row| row[vertex]).collect();
        let point = |vertex: usize| (0..=self.rank).map(|other| if other == vertex { 1.0 } else { 0.0 }).collect();
        let errors = vec![error; doubles.len()];
        let vertex = |index| Vertex { values: column(index), errors: errors.clone(), exact, point: point(index) };
        (0..=self.rank).map(vertex).collect()
    }

    fn generators(&self) -> Vec<Vec<IBig>> {
        let white = || self.factor.as_ref().map(|factor| white(factor));
        if let Some(white) = white().filter(|white| rank::basis(white, self.rank).rank() == self.rank) {
            return white;
        }
        (0..self.rank).map(|k| (0..self.rank).map(|j| IBig::from(u8::from(j == k))).collect()).collect()
    }
}

/// The doubles, with 0 only where the integer is 0: one that is too small for a double becomes a small one.
fn unlike_zero(integers: &[IBig], mut doubles: Vec<f64>) -> Vec<f64> {
    for (double, integer) in doubles.iter_mut().zip(integers) {
        if *double == 0.0 && !integer.is_zero() {
            *double = FLOOR;
        }
    }
    doubles
}

/// The cones that each leave out one of the vertices.
pub(super) fn cones(question: Question<'_>, vertices: &[Vertex]) -> impl Iterator<Item = Cone> {
    (0..vertices.len()).map(move |left_out| {
        let others = vertices.iter().enumerate().filter(|(index, _)| *index != left_out);
        Cone::root(question, others.map(|(_, vertex)| vertex.clone()).collect())
    })
}

/// Powers of two, the smallest of them 1, that bring the largest entries of all columns to like sizes when each row is
/// divided by its largest entry; some rounds of balancing.
fn column_shifts(normals: &[Normal], rank: usize) -> Vec<usize> {
    let bits = |normal: &Normal| -> Vec<Option<i64>> {
        normal.exact().iter().map(|entry| (!entry.is_zero()).then(|| entry.bit_len() as i64)).collect()
    };
    let bits: Vec<Vec<Option<i64>>> = normals.iter().map(bits).collect();
    let mut shifts = vec![0; rank];
    for _ in 0..4 {
        let mut largest = vec![i64::MIN; rank];
        for row in &bits {
            let entries = || row.iter().enumerate().filter_map(|(column, bits)| bits.map(|bits| (column, bits)));
            let size = entries().map(|(column, bits)| bits + shifts[column]).max().unwrap_or(0);
            for (column, bits) in entries() {
                largest[column] = largest[column].max(bits + shifts[column] - size);
            }
        }
        shifts.iter_mut().zip(largest).for_each(|(shift, largest)| *shift -= largest);
    }
    let least = shifts.iter().copied().min().unwrap_or(0);
    shifts.into_iter().map(|shift| (shift - least) as usize).collect()
}

/// L with L L^T equal to the matrix up to rounding; `None` if that has no clearly positive pivot.
fn cholesky(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    for j in 0..matrix.len() {
        let before = matrix[j][j];
        for i in j..matrix.len() {
            let product: f64 = matrix[i][..j].iter().zip(&matrix[j][..j]).map(|(a, b)| a * b).sum();
            matrix[i][j] -= product;
        }
        if matrix[j][j].is_nan() || matrix[j][j] <= 1e-12 * before {
            return None;
        }
        let pivot = matrix[j][j].sqrt();
        matrix[j..].iter_mut().for_each(|row| row[j] /= pivot);
    }
    Some(matrix)
}

/// The solution of L^T z = b.
fn solve_transposed(factor: &[Vec<f64>], mut side: Vec<f64>) -> Vec<f64> {
    for k in (0..side.len()).rev() {
        side[k] /= factor[k][k];
        for j in 0..k {
            side[j] -= factor[k][j] * side[k];
        }
    }
    side
}

/// The solution of L L^T z = b.
fn solve_both(factor: &[Vec<f64>], side: &[f64]) -> Vec<f64> {
    let mut half = side.to_vec();
    for k in 0..half.len() {
        let product: f64 = factor[k][..k].iter().zip(&half).map(|(a, b)| a * b).sum();
        half[k] = (half[k] - product) / factor[k][k];
    }
    solve_transposed(factor, half)
}

/// The columns of L^-T: rows at them are white.
fn white(factor: &[Vec<f64>]) -> Vec<Vec<IBig>> {
    let unit = |k: usize| (0..factor.len()).map(|j| if j == k { 1.0 } else { 0.0 }).collect();
    (0..factor.len()).map(|k| rounded(&solve_transposed(factor, unit(k)), GENERATOR_BITS)).collect()
}

/// The vector scaled to a largest entry of so many bits, as integers; zeros if it is not finite.
fn rounded(vector: &[f64], bits: i32) -> Vec<IBig> {
    let largest = vector.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    let unit = 2f64.powi(bits) / largest;
    vector.iter().map(|entry| IBig::from((entry * unit).round() as i64)).collect()
}

const _: () = assert!((1u64 << SMALL_BITS) as f64 <= EXACT);
