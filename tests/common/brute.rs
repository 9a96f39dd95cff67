//! H(X) by its definition (5), for a handful of rows.
//!
//! A labelling is a pattern iff `x_i w >= 0` where its bit is 1 and `-x_i w > 0` where it is 0 has a solution w. That is
//! decided by Fourier-Motzkin elimination over the integers: every lower bound on a variable is combined with every
//! upper bound, and the system is feasible iff `0 > 0` never appears. Doubly exponential, exact, and simple enough to be
//! believed.

use std::{cmp::Ordering, collections::HashSet};

use dashu_int::{UBig, ops::Gcd};
use heaviside::{IBig, RBig};

/// All patterns of the rows as texts (character i is the bit of row i), in lexicographic order.
///
/// Labellings grow row by row; one that is infeasible on some rows is infeasible on more.
pub fn patterns(rows: &[Vec<f64>]) -> Vec<String> {
    let rows: Vec<Vec<IBig>> = rows.iter().map(|row| integers(row)).collect();
    let mut found = vec![String::new()];
    for count in 1..=rows.len() {
        let extended = found.iter().flat_map(|prefix| [format!("{prefix}0"), format!("{prefix}1")]);
        found = extended.filter(|labelling| is_feasible(&rows[..count], labelling)).collect();
    }
    found
}

/// Whether some w has exactly these bits on these rows.
fn is_feasible(rows: &[Vec<IBig>], labelling: &str) -> bool {
    let inequality = |(row, bit): (&Vec<IBig>, bool)| match bit {
        true => Inequality { normal: row.clone(), strict: false },
        false => Inequality { normal: row.iter().map(|entry| -entry).collect(), strict: true },
    };
    let mut system: HashSet<Inequality> = rows.iter().zip(super::bits(labelling)).map(inequality).collect();
    for variable in 0..rows[0].len() {
        system = eliminate(variable, &system);
    }
    system.iter().all(|inequality| !inequality.strict)
}

/// `normal . w > 0` if strict, else `normal . w >= 0`.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Inequality {
    normal: Vec<IBig>,
    strict: bool,
}

/// The projection of the solutions along one coordinate.
fn eliminate(variable: usize, system: &HashSet<Inequality>) -> HashSet<Inequality> {
    let with_sign = |sign| system.iter().filter(move |i| i.normal[variable].cmp(&IBig::ZERO) == sign);
    let mut projected: HashSet<Inequality> = with_sign(Ordering::Equal).cloned().collect();
    for lower in with_sign(Ordering::Greater) {
        projected.extend(with_sign(Ordering::Less).map(|upper| combination(variable, lower, upper)));
    }
    projected
}

fn combination(variable: usize, lower: &Inequality, upper: &Inequality) -> Inequality {
    let (a, b) = (&lower.normal[variable], -&upper.normal[variable]);
    let normal = lower.normal.iter().zip(&upper.normal).map(|(l, u)| l * &b + u * a).collect();
    Inequality { normal: primitive(normal), strict: lower.strict || upper.strict }
}

/// The vector divided by the greatest common divisor of its entries.
fn primitive(vector: Vec<IBig>) -> Vec<IBig> {
    let nonzero = || vector.iter().filter(|entry| !entry.is_zero());
    let Some(first) = nonzero().next() else { return vector };
    let divisor: UBig = nonzero().fold(first.gcd(first), |divisor, entry| divisor.gcd(entry));
    vector.iter().map(|entry| entry / &divisor).collect()
}

/// An integer vector in the direction of a vector of finite f64 numbers.
fn integers(vector: &[f64]) -> Vec<IBig> {
    let exact: Vec<RBig> = vector.iter().map(|&entry| rational(entry)).collect();
    // Denominators are powers of two: the largest is the common one.
    let common = exact.iter().map(|entry| entry.denominator().clone()).max().unwrap_or(UBig::ONE);
    primitive(exact.iter().map(|entry| entry.numerator() * (&common / entry.denominator())).collect())
}

/// The exact value of a finite f64.
pub fn rational(value: f64) -> RBig {
    RBig::try_from(value).expect("a finite number")
}

/// The pattern of weights on rows, by exact inner products.
pub fn pattern_of(rows: &[Vec<f64>], weights: &[RBig]) -> String {
    let product = |row: &Vec<f64>| -> RBig {
        row.iter().zip(weights).map(|(&x, w)| rational(x) * w).fold(RBig::ZERO, |sum, term| sum + term)
    };
    rows.iter().map(|row| if product(row) >= RBig::ZERO { '1' } else { '0' }).collect()
}

/// The largest and the smallest d^T v over a list of patterns.
pub fn extremes(patterns: &[String], values: &[i64]) -> (i64, i64) {
    let sum = |pattern: &String| -> i64 {
        super::bits(pattern).zip(values).filter(|(bit, _)| *bit).map(|(_, value)| value).sum()
    };
    let sums = || patterns.iter().map(sum);
    (sums().max().unwrap(), sums().min().unwrap())
}

/// The rank of the 0/1 matrix with the given columns, by elimination over the rationals.
pub fn rank(columns: &[String]) -> usize {
    let entry = |bit| RBig::from(i32::from(bit));
    let mut basis: Vec<(usize, Vec<RBig>)> = Vec::new();
    for column in columns {
        let mut vector: Vec<RBig> = super::bits(column).map(entry).collect();
        for (pivot, other) in &basis {
            let factor = &vector[*pivot] / &other[*pivot];
            for (value, term) in vector.iter_mut().zip(other) {
                *value -= &factor * term;
            }
        }
        if let Some(pivot) = vector.iter().position(|value| !value.is_zero()) {
            basis.push((pivot, vector));
        }
    }
    basis.len()
}
