//! Rows restricted to an intersection of hyperplanes: coordinates in f64 with bounds on their errors, and integers where
//! those cannot decide.
//!
//! Every row has a positive factor of its own, so there is always a way to go on: coordinates that are too close to zero
//! or leave the range of f64 are computed anew from integers of any size and scaled. Small integers are kept exact, which
//! decides equal lines without integers: without that the walk takes 33.9 ms instead of 6.1 ms on `resonance_5` (bench
//! `pricing`, one thread), and the same time as before on rows in general position.
//!
//! The sweep has another restriction, with one factor for all vectors, and the check a third one: see "Why three
//! restrictions" in `docs/architecture.md`.

use std::{cmp::Ordering, sync::OnceLock};

use dashu_int::ops::BitTest;

use super::{
    ray_location::Part,
    swept_line::{EPS, SweptLine},
};
use crate::exact::{IBig, Normal, integer, sign};

/// Integers below this are exact in f64.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Normals with entries below this start as exact integers; larger ones are scaled to unit size.
const SMALL: f64 = 1_048_576.0;

/// Sizes between which products of two coordinates and their error bounds stay in the range of f64.
const TINY: f64 = 1e-140;

/// See [`TINY`].
const HUGE: f64 = 1e140;

/// Rows restricted to the intersection of the fixed hyperplanes, in f64 with error bounds, and the way back to integers.
pub(super) struct Restriction<'a> {
    normals: &'a [Normal],
    columns: &'a [usize],
    /// The columns that are left: those of the part without the pivots of the restrictions.
    left: Vec<usize>,
    /// How these rows were obtained: the restriction before, the row to whose hyperplane it was restricted, the pivot
    /// coordinate of that row and whether the pivot is negative. `None` if nothing was restricted yet.
    before: Option<(&'a Restriction<'a>, usize, usize, bool)>,
    /// The exact vector, in the restriction before, of the row that was fixed last.
    fixed: OnceLock<Vec<IBig>>,
    /// The number of coordinates.
    pub(super) dimension: usize,
    /// The rows that do not vanish, ascending.
    pub(super) rows: Vec<usize>,
    /// `dimension` coordinates a row, each a positive multiple of the true vector up to `errors`.
    coordinates: Vec<f64>,
    /// A bound on the error of each coordinate of a row; 0 means that they are exact integers.
    errors: Vec<f64>,
}

impl<'a> Restriction<'a> {
    /// The rows of a part as they are.
    pub(super) fn root(normals: &'a [Normal], part: &'a Part) -> Self {
        let mut restriction = Restriction {
            normals,
            columns: &part.columns,
            left: part.columns.clone(),
            before: None,
            fixed: OnceLock::new(),
            dimension: part.rank(),
            rows: part.rows.clone(),
            coordinates: Vec::with_capacity(part.rows.len() * part.rank()),
            errors: Vec::with_capacity(part.rows.len()),
        };
        for &row in &part.rows {
            let (coordinates, error) = approximate(&restriction.exact(row));
            restriction.coordinates.extend(coordinates);
            restriction.errors.push(error);
        }
        restriction
    }

    /// The exact vector of a row in these coordinates, up to a positive factor.
    pub(super) fn exact(&self, row: usize) -> Vec<IBig> {
        let Some((before, fixed, pivot, negative)) = self.before else {
            return self.columns.iter().map(|&column| self.normals[row].exact()[column].clone()).collect();
        };
        let by = self.fixed.get_or_init(|| before.exact(fixed));
        let vector = before.exact(row);
        let coefficient = |q: usize| {
            let value = &vector[q] * &by[pivot] - &vector[pivot] * &by[q];
            if negative { -value } else { value }
        };
        let mut restricted: Vec<IBig> = (0..vector.len()).filter(|&q| q != pivot).map(coefficient).collect();
        integer::make_primitive(&mut restricted);
        restricted
    }

    fn coordinates(&self, position: usize) -> &[f64] {
        &self.coordinates[position * self.dimension..(position + 1) * self.dimension]
    }

    /// Restricts all rows to the hyperplane of one of them: the next restriction, and the rows that vanish on it.
    ///
    /// `None` if an earlier row vanishes too: then the flat is visited from that row.
    pub(super) fn restrict(&self, position: usize) -> Option<(Restriction<'_>, Vec<usize>)> {
        let (pivot, negative, by, by_error) = self.pivot(position);
        let by_size = size(&by);
        let others: Vec<usize> = (0..self.dimension).filter(|&q| q != pivot).collect();
        let mut next = Restriction {
            normals: self.normals,
            columns: self.columns,
            left: others.iter().map(|&q| self.left[q]).collect(),
            before: Some((self, self.rows[position], pivot, negative)),
            fixed: OnceLock::new(),
            dimension: self.dimension - 1,
            rows: Vec::with_capacity(self.rows.len()),
            coordinates: Vec::with_capacity(self.rows.len() * (self.dimension - 1)),
            errors: Vec::with_capacity(self.rows.len()),
        };
        let head = if negative { -by[pivot] } else { by[pivot] };
        let mut vanished = Vec::new();
        for (index, &row) in self.rows.iter().enumerate() {
            if index == position {
                vanished.push(row);
                continue;
            }
            let vector = self.coordinates(index);
            let factor = if negative { -vector[pivot] } else { vector[pivot] };
            let start = next.coordinates.len();
            let (mut largest, mut vector_size) = (0.0f64, factor.abs());
            for &q in &others {
                let value = vector[q] * head - factor * by[q];
                largest = largest.max(value.abs());
                vector_size = vector_size.max(vector[q].abs());
                next.coordinates.push(value);
            }
            let error = product_error(vector_size, self.errors[index], by_size, by_error);
            if largest > error && (TINY..HUGE).contains(&largest) {
                if error == 0.0 && largest >= SMALL && next.dimension > 2 {
                    reduce(&mut next.coordinates[start..]);
                }
                next.rows.push(row);
                next.errors.push(error);
                continue;
            }
            // Too close to zero to tell, or too large to go on: start again from the integers.
            next.coordinates.truncate(start);
            let zero = error == 0.0 && largest == 0.0;
            if zero || !next.push_exact(row) {
                if index < position {
                    return None;
                }
                vanished.push(row);
            }
        }
        Some((next, vanished))
    }

    /// Adds a row with coordinates rounded from its exact vector, unless that is zero; whether it was added.
    fn push_exact(&mut self, row: usize) -> bool {
        let exact = self.exact(row);
        if exact.iter().all(IBig::is_zero) {
            return false;
        }
        let (coordinates, error) = approximate(&exact);
        self.coordinates.extend(coordinates);
        self.rows.push(row);
        self.errors.push(error);
        true
    }

    /// The largest coordinate of a row and whether it is negative, with coordinates that leave no doubt about that.
    fn pivot(&self, position: usize) -> (usize, bool, Vec<f64>, f64) {
        let largest = |vector: &[f64]| {
            let by_modulus = |a: &usize, b: &usize| vector[*a].abs().total_cmp(&vector[*b].abs());
            (0..vector.len()).max_by(by_modulus).unwrap_or(0)
        };
        let (mut vector, mut error) = (self.coordinates(position).to_vec(), self.errors[position]);
        if vector[largest(&vector)].abs() <= 2.0 * error {
            (vector, error) = approximate(&self.exact(self.rows[position]));
        }
        let pivot = largest(&vector);
        (pivot, vector[pivot] < 0.0, vector, error)
    }

    /// The rows as lines of the plane, and whether equal keys mean equal lines; only in dimension 2.
    pub(super) fn lines(&self) -> (Vec<SweptLine>, bool) {
        let small = |(pair, &error): (&[f64], &f64)| error == 0.0 && pair[0].abs().max(pair[1].abs()) < SMALL;
        if self.coordinates.chunks_exact(2).zip(&self.errors).all(small) {
            let line = |(&row, pair): (&usize, &[f64])| SweptLine::exact(row, pair[0], pair[1]);
            return (self.rows.iter().zip(self.coordinates.chunks_exact(2)).map(line).collect(), true);
        }
        ((0..self.rows.len()).map(|position| self.line(position)).collect(), false)
    }

    fn line(&self, position: usize) -> SweptLine {
        let row = self.rows[position];
        let (a, b) = (self.coordinates[2 * position], self.coordinates[2 * position + 1]);
        let error = self.errors[position];
        if error == 0.0 {
            return SweptLine::new(row, a, b, error, upper(a, b));
        }
        if b.abs() > error {
            return SweptLine::new(row, a, b, error, b > 0.0);
        }
        let exact = self.exact(row);
        let upper = sign::of(&exact[1]).then(sign::of(&exact[0])).is_gt();
        let (coordinates, error) = approximate(&exact);
        SweptLine::new(row, coordinates[0], coordinates[1], error, upper)
    }

    /// Sorts lines that floating point cannot tell apart and groups those that are equal, exactly.
    pub(super) fn exact_groups(&self, cluster: &[SweptLine]) -> Vec<Vec<SweptLine>> {
        if let Some(pairs) = cluster.iter().map(|line| self.small(line)).collect() {
            return grouped(cluster, pairs, |a: &[i128; 2], b| (b[0] * a[1]).cmp(&(b[1] * a[0])));
        }
        let pairs = cluster.iter().map(|line| self.exact(line.row())).collect();
        grouped(cluster, pairs, |a: &Vec<IBig>, b| sign::of(&(&b[0] * &a[1] - &b[1] * &a[0])))
    }

    /// The coordinates of a line that are exact integers (below 2^53).
    fn small(&self, line: &SweptLine) -> Option<[i128; 2]> {
        let position = self.rows.binary_search(&line.row()).ok()?;
        let exact = self.errors[position] == 0.0;
        exact.then(|| [self.coordinates[2 * position] as i128, self.coordinates[2 * position + 1] as i128])
    }

    /// Columns of the rows that vanish on the ray of a line of the plane that keep their rank (of the line's row; none
    /// in dimension 1, where the ray is all there is).
    pub(super) fn pivots(&self, row: Option<usize>) -> Vec<usize> {
        let free = match (row, &self.left[..]) {
            (Some(row), &[first, second]) => {
                if self.is_vertical(row) {
                    second
                } else {
                    first
                }
            }
            (_, left) => left.first().copied().unwrap_or(usize::MAX),
        };
        self.columns.iter().copied().filter(|&column| column != free).collect()
    }

    /// Whether the second coordinate of a row is 0; only in dimension 2.
    fn is_vertical(&self, row: usize) -> bool {
        match self.rows.binary_search(&row) {
            Ok(position) if self.coordinates[2 * position + 1].abs() > self.errors[position] => false,
            Ok(position) if self.errors[position] == 0.0 => true,
            _ => self.exact(row)[1].is_zero(),
        }
    }
}

/// Sorts lines by the angles of their normals and groups those that are equal.
///
/// `compare` compares the angles of two normals that lie in the same half-plane, upper or lower; if they lie in different
/// ones, the result is reversed.
fn grouped<T>(cluster: &[SweptLine], normals: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<Vec<SweptLine>> {
    let angle = |(a, first): &(T, SweptLine), (b, second): &(T, SweptLine)| {
        let order = compare(a, b);
        if first.upper() == second.upper() { order } else { order.reverse() }
    };
    let mut lines: Vec<(T, SweptLine)> = normals.into_iter().zip(cluster.iter().copied()).collect();
    lines.sort_by(|a, b| angle(a, b));
    let groups = lines.chunk_by(|a, b| angle(a, b).is_eq());
    groups.map(|group| group.iter().map(|(_, line)| *line).collect()).collect()
}

/// Whether a normal that is known exactly lies in the upper half-plane.
fn upper(a: f64, b: f64) -> bool {
    b > 0.0 || (b == 0.0 && a > 0.0)
}

/// Divides integers (below 2^53) by their greatest common divisor, so that they stay exact longer.
fn reduce(integers: &mut [f64]) {
    let divisor = integers.iter().fold(0u64, |divisor, entry| gcd(entry.abs() as u64, divisor));
    if divisor > 1 {
        integers.iter_mut().for_each(|entry| *entry /= divisor as f64);
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn size(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |size, entry| size.max(entry.abs()))
}

/// A bound on the error of x_q u_p - x_p u_q in f64, where x and u are known up to their errors.
///
/// Exact integers whose products stay below 2^52 give exact integers.
fn product_error(x: f64, x_error: f64, u: f64, u_error: f64) -> f64 {
    let product = x * u;
    if x_error == 0.0 && u_error == 0.0 && product < EXACT / 2.0 {
        return 0.0;
    }
    2.0 * (x * u_error + u * x_error + x_error * u_error) + 4.0 * EPS * product
}

/// Coordinates and their error: small integers as they are, others scaled to unit size by a power of two.
fn approximate(exact: &[IBig]) -> (Vec<f64>, f64) {
    let bits = exact.iter().map(|entry| entry.bit_len()).max().unwrap_or(0);
    if bits as f64 <= SMALL.log2() {
        return (exact.iter().map(|entry| entry.to_f64().value()).collect(), 0.0);
    }
    // The leading 128 bits decide the nearest f64 up to one unit in 2^53 of the largest entry.
    let excess = bits.saturating_sub(128);
    let unit = -((bits - excess) as f64);
    let scaled = |entry: &IBig| (entry >> excess).to_f64().value() * unit.exp2();
    (exact.iter().map(scaled).collect(), EPS)
}
