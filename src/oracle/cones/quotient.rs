//! Cones whose undecided rows have a smaller rank than the cone has rays: a ray can be left out.
//!
//! Where many rows vanish together, as they do on integer data, halving comes near such a place and never ends. But only
//! the undecided rows matter, and a cone around such a place has no other undecided rows than those that vanish there: their
//! rank is smaller than the number of rays.
//!
//! **What.** If the rank of the rows is smaller than the number of rays, numbers lambda, not all 0, satisfy
//! sum_g lambda_g q_g = 0 for all rows. A point w = sum c_g g of the cone and w - t sum lambda_g g have the same values on the
//! rows. At the first t >= 0 where a coefficient is 0 a ray with lambda_g > 0 is missing, and no other coefficient is
//! negative. So each pattern of the rows on the cone is one on a cone without some of these rays, and patterns on these
//! cones are patterns on the whole one. Patterns of open sets are found without one ray; others without any nonempty set of
//! them. More rays than those with lambda_g > 0 only give cones that would not be needed, so it is enough to know which
//! lambda_g are surely not positive. If f64 cannot tell all signs, integers do, unless they are too large.
//!
//! **Why it is right.** The rank is exact. For independent rows B of that number and as many rays on which they are regular,
//! one more ray gives A x + b = 0 for the lambda x of these rays, where lambda = 1 on that ray. With R near the inverse of A
//! and |I - R A| <= 1/2 in the largest sum of a row, A is regular and an approximate x is off by at most twice the
//! largest entry of |R| |A x + b|. All of this is computed from the intervals of the values, with every rounding counted.
//!
//! Cost: O(U r^2) operations modulo a prime for U rows and, if these suggest a small rank, O(U r^2) products of integers.

use dashu_int::ops::BitTest;
use nalgebra::DMatrix;

use super::{
    cone::{Cone, Side},
    tuning::LARGEST_SOLVED,
};
use crate::exact::{IBig, Normal, integer::dot, kernel};

/// Covers the rounding of a sum of a few products, relative to the sum of the moduli; there are at most 16 rays.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// Covers underflow.
const FLOOR: f64 = 1e-250;

/// Which rays to leave out.
pub(super) struct Omission {
    /// The rays with lambda_g > 0, or some more.
    positive: Vec<usize>,
    /// lambda, one entry a ray, if it is known exactly.
    pub(super) combination: Option<Vec<IBig>>,
}

/// What to leave out; `None` if the rows have full rank or rounding wins. With `faces`, lambda is known exactly.
pub(super) fn omission(cone: &Cone, side: &Side<'_>, faces: bool) -> Option<Omission> {
    let independent = side.spans.independent(cone.rows.iter().copied(), cone.rays.len());
    if independent.rows.len() >= cone.rays.len() {
        return None;
    }
    let span = independent.span(side.normals)?;
    if !cone.rows.iter().all(|&row| span.contains(row)) {
        return None;
    }
    let position = |row: &u32| cone.rows.binary_search(row).ok();
    let basis: Vec<usize> = independent.rows.iter().filter_map(position).collect();
    let found = approximate(cone, &basis)?;
    if found.certain && !faces {
        return Some(Omission { positive: found.positive, combination: None });
    }
    let exact = exact_combination(cone, side.normals, &independent.rows, &found.involved);
    exact.or_else(|| (!faces && found.sure).then_some(Omission { positive: found.positive, combination: None }))
}

impl Omission {
    /// The sets of rays to leave out, one part for each.
    pub(super) fn sets(&self, faces: bool) -> Vec<Vec<usize>> {
        if !faces {
            return self.positive.iter().map(|&ray| vec![ray]).collect();
        }
        let set = |members: u32| {
            let chosen = |&(index, _): &(usize, &usize)| members >> index & 1 == 1;
            self.positive.iter().enumerate().filter(chosen).map(|(_, ray)| *ray).collect()
        };
        (1..1 << self.positive.len()).map(set).collect()
    }
}

/// lambda in integers, from the values of the rows of a basis on some rays, unless these are too large.
fn exact_combination(cone: &Cone, normals: &[Normal], rows: &[u32], involved: &[usize]) -> Option<Omission> {
    let rays: Vec<&[IBig]> = involved.iter().map(|&ray| cone.rays[ray].exact(normals)).collect::<Option<_>>()?;
    if rays.iter().flat_map(|ray| ray.iter()).any(|entry| entry.bit_len() > LARGEST_SOLVED) {
        return None;
    }
    let along = |row: &u32| rays.iter().map(|ray| dot(normals[*row as usize].exact(), ray)).collect();
    let values: Vec<Vec<IBig>> = rows.iter().map(along).collect();
    let kernel = kernel::ray(&values, involved.len())?;
    let count =
        |positive: bool| kernel.iter().filter(|&entry| !entry.is_zero() && (*entry > IBig::ZERO) == positive).count();
    let negate = count(true) == 0 || (count(false) > 0 && count(false) < count(true));
    let mut combination = vec![IBig::ZERO; cone.rays.len()];
    for (&ray, entry) in involved.iter().zip(kernel) {
        combination[ray] = if negate { -entry } else { entry };
    }
    let positive = (0..combination.len()).filter(|&ray| combination[ray] > IBig::ZERO).collect();
    Some(Omission { positive, combination: Some(combination) })
}

/// A combination in f64.
struct Approximate {
    /// Rays that may have lambda_g > 0.
    positive: Vec<usize>,
    /// Whether one of them surely has.
    sure: bool,
    /// Whether all of them have.
    certain: bool,
    /// Rays that may have lambda_g other than 0.
    involved: Vec<usize>,
}

/// The combination with the fewest rays of positive lambda_g that is found.
fn approximate(cone: &Cone, basis: &[usize]) -> Option<Approximate> {
    let (middle, error) = values(cone, basis);
    let (chosen, others) = pivots(&middle);
    if chosen.len() < basis.len() {
        return None;
    }
    let inverse = middle.select_columns(&chosen).try_inverse()?;
    let mut best: Option<Approximate> = None;
    for &other in &others {
        let Some((solution, doubt)) = solve(&middle, &error, &inverse, &chosen, other) else { continue };
        let lambda: Vec<(usize, f64, f64)> =
            chosen.iter().zip(solution).map(|(&ray, value)| (ray, value, doubt)).chain([(other, 1.0, 0.0)]).collect();
        for sign in [1.0, -1.0] {
            let found = signed(&lambda, sign);
            if best.as_ref().is_none_or(|best| (!found.sure, found.positive.len()) < (!best.sure, best.positive.len()))
            {
                best = Some(found);
            }
        }
    }
    best
}

/// The combination of rays with these lambda and bounds on their errors, or its opposite.
fn signed(lambda: &[(usize, f64, f64)], sign: f64) -> Approximate {
    let maybe = |&&(_, value, doubt): &&(usize, f64, f64)| sign * value > -doubt;
    let surely = |&(_, value, doubt): &(usize, f64, f64)| sign * value > doubt;
    Approximate {
        positive: lambda.iter().filter(maybe).map(|entry| entry.0).collect(),
        sure: lambda.iter().any(surely),
        certain: lambda.iter().filter(maybe).all(surely),
        involved: lambda.iter().map(|entry| entry.0).collect(),
    }
}

/// The values of the rows of the basis, scaled by powers of two, with bounds on their errors: one row each, one column a ray.
fn values(cone: &Cone, basis: &[usize]) -> (DMatrix<f64>, DMatrix<f64>) {
    let rays = cone.rays.len();
    let mut middle = DMatrix::from_fn(basis.len(), rays, |i, ray| cone.values[ray].middle[basis[i]]);
    let mut error = DMatrix::from_fn(basis.len(), rays, |i, ray| cone.values[ray].around(basis[i]));
    for i in 0..basis.len() {
        let largest = middle.row(i).amax();
        if largest > FLOOR {
            let factor = (-largest.log2().floor()).exp2();
            middle.row_mut(i).apply(|entry| *entry *= factor);
            error.row_mut(i).apply(|entry| *entry = *entry * factor + FLOOR);
        }
    }
    (middle, error)
}

/// As many columns as there are rows on which the matrix looks regular, and the others.
fn pivots(matrix: &DMatrix<f64>) -> (Vec<usize>, Vec<usize>) {
    let (mut rest, mut chosen) = (matrix.clone(), Vec::new());
    let mut rows: Vec<usize> = (0..matrix.nrows()).collect();
    while !rows.is_empty() {
        let entries = rows.iter().flat_map(|&i| (0..matrix.ncols()).map(move |j| (i, j)));
        let free = entries.filter(|(_, j)| !chosen.contains(j));
        let Some((i, j)) = free.max_by(|&x, &y| rest[x].abs().total_cmp(&rest[y].abs())) else { break };
        if !rest[(i, j)].is_normal() {
            break;
        }
        rows.retain(|&row| row != i);
        for &row in &rows {
            let factor = rest[(row, j)] / rest[(i, j)];
            (0..matrix.ncols()).for_each(|column| rest[(row, column)] -= factor * rest[(i, column)]);
        }
        chosen.push(j);
    }
    let others = (0..matrix.ncols()).filter(|j| !chosen.contains(j)).collect();
    (chosen, others)
}

/// x with A x + b = 0 and a bound on the error of its entries: A are the chosen columns and b is another.
fn solve(
    middle: &DMatrix<f64>,
    error: &DMatrix<f64>,
    inverse: &DMatrix<f64>,
    chosen: &[usize],
    other: usize,
) -> Option<(Vec<f64>, f64)> {
    let (a, doubt_a) = (middle.select_columns(chosen), error.select_columns(chosen));
    let (b, doubt_b) = (middle.columns(other, 1), error.columns(other, 1));
    let size = inverse.abs();
    let order = a.nrows();
    // |I - R A|, entry by entry.
    let defect = (DMatrix::identity(order, order) - inverse * &a).abs()
        + (&size * a.abs() + DMatrix::identity(order, order)) * ROUNDING
        + &size * &doubt_a;
    let norm = defect.row_iter().map(|row| row.sum()).fold(0.0, f64::max) * (1.0 + ROUNDING);
    let solution = -(inverse * b);
    // |A x + b|, entry by entry.
    let rest = (&a * &solution + b).abs()
        + (a.abs() * solution.abs() + b.abs()).add_scalar(FLOOR) * ROUNDING
        + &doubt_a * solution.abs()
        + doubt_b;
    let bound = 2.0 * (size * rest.add_scalar(FLOOR)).amax() * (1.0 + ROUNDING);
    (norm <= 0.5 && bound.is_finite()).then(|| (solution.iter().copied().collect(), bound))
}
