//! Small data matrices, mostly degenerate: where ties, repeated rows and dependent columns live.

use proptest::prelude::*;

use super::{Rows, random::Random, with_ones};

/// A named matrix.
pub struct Case {
    pub name: String,
    pub rows: Rows,
}

type Family = fn(&mut Random) -> Rows;

const FAMILIES: [(&str, Family); 14] = [
    ("floats", floats),
    ("integer grid", grid),
    ("binary features", binary),
    ("repeated rows", repeated),
    ("proportional rows", proportional),
    ("nearly proportional rows", nearly_proportional),
    ("antipodal rows", antipodal),
    ("collinear points", collinear),
    ("nearly collinear points", nearly_collinear),
    ("zero rows", zero_rows),
    ("rank deficient", rank_deficient),
    ("more columns than rows", wide),
    ("one row", |random| matrix(random, 1, 3, small_integer)),
    ("extreme scales", extreme_scales),
];

/// `repetitions` matrices of every family, each without and with a column of ones: at most 8 rows and 4 columns (but
/// more columns than that in the family that is about them).
pub fn cases(seed: u64, repetitions: usize) -> Vec<Case> {
    let mut random = Random::new(seed);
    let mut cases = Vec::new();
    for (name, family) in FAMILIES {
        for repetition in 0..repetitions {
            let rows = family(&mut random);
            let biased = with_ones(&rows);
            cases.push(Case { name: format!("{name} {repetition}: {rows:?}"), rows });
            cases.push(Case { name: format!("{name} {repetition} with bias: {biased:?}"), rows: biased });
        }
    }
    cases
}

fn matrix(random: &mut Random, n: usize, d: usize, entry: fn(&mut Random) -> f64) -> Rows {
    (0..n).map(|_| (0..d).map(|_| entry(random)).collect()).collect()
}

fn small_integer(random: &mut Random) -> f64 {
    random.integer(-2, 2) as f64
}

fn size(random: &mut Random) -> (usize, usize) {
    (random.integer(2, 8) as usize, random.integer(1, 3) as usize)
}

fn floats(random: &mut Random) -> Rows {
    let (n, d) = (random.integer(1, 7) as usize, random.integer(1, 3) as usize);
    matrix(random, n, d, Random::float)
}

fn grid(random: &mut Random) -> Rows {
    let (n, d) = size(random);
    matrix(random, n, d, small_integer)
}

fn binary(random: &mut Random) -> Rows {
    let (n, d) = size(random);
    matrix(random, n, d, |random| random.integer(0, 1) as f64)
}

fn repeated(random: &mut Random) -> Rows {
    derived(random, Random::float, |_, row| row.to_vec())
}

/// Positive multiples by powers of two: exactly proportional.
fn proportional(random: &mut Random) -> Rows {
    derived(random, Random::float, |random, row| {
        let factor = 2f64.powi(random.integer(-3, 3) as i32);
        row.iter().map(|entry| entry * factor).collect()
    })
}

/// Multiples by 3 are rounded: two hyperplanes at an angle of 1e-16.
fn nearly_proportional(random: &mut Random) -> Rows {
    derived(random, Random::float, |_, row| row.iter().map(|entry| entry * 3.0).collect())
}

fn antipodal(random: &mut Random) -> Rows {
    derived(random, small_integer, |random, row| {
        let factor = random.integer(1, 3) as f64;
        row.iter().map(|entry| -factor * entry).collect()
    })
}

/// Two to four rows of one kind, and as many derived from them, shuffled.
fn derived(random: &mut Random, entry: fn(&mut Random) -> f64, derive: fn(&mut Random, &[f64]) -> Vec<f64>) -> Rows {
    let (count, d) = (random.integer(2, 4) as usize, random.integer(1, 3) as usize);
    let originals = matrix(random, count, d, entry);
    let mut rows: Rows = originals.iter().map(|row| derive(random, row)).collect();
    rows.extend(originals);
    random.permutation(rows.len()).into_iter().map(|row| rows[row].clone()).collect()
}

/// Points p + k q on a line in the plane or in space.
fn collinear(random: &mut Random) -> Rows {
    let (n, d) = (random.integer(3, 7) as usize, random.integer(2, 3) as usize);
    let line = matrix(random, 2, d, small_integer);
    let point = |k: i64| line[0].iter().zip(&line[1]).map(|(p, q)| p + k as f64 * q).collect();
    (0..n).map(|_| point(random.integer(-3, 3))).collect()
}

/// Decimal fractions on a line, which as f64 numbers are off it by some 1e-17.
fn nearly_collinear(random: &mut Random) -> Rows {
    let (n, offset, slope) = (random.integer(3, 6), random.integer(1, 30), random.integer(1, 9));
    (1..=n).map(|k| vec![k as f64 / 10.0, (offset + slope * k) as f64 / 10.0]).collect()
}

fn zero_rows(random: &mut Random) -> Rows {
    let (n, d) = size(random);
    let mut rows = matrix(random, n, d, small_integer);
    for _ in 0..2 {
        let row = random.index(n);
        rows[row].fill(0.0);
    }
    rows
}

/// The last column is the sum of the others.
fn rank_deficient(random: &mut Random) -> Rows {
    let n = random.integer(2, 7) as usize;
    let complete = |row: Vec<f64>| [row.as_slice(), &[row.iter().sum()]].concat();
    matrix(random, n, 2, small_integer).into_iter().map(complete).collect()
}

fn wide(random: &mut Random) -> Rows {
    let n = random.integer(1, 4) as usize;
    let d = n + random.integer(1, 3) as usize;
    matrix(random, n, d, small_integer)
}

/// Rows and columns of very different sizes, subnormal numbers among them.
fn extreme_scales(random: &mut Random) -> Rows {
    let n = random.integer(2, 5) as usize;
    matrix(random, n, 2, |random| small_integer(random) * 2f64.powi(random.integer(-6, 6) as i32 * 170))
}

/// Matrices of up to 6 rows and 3 columns with small integers and floats.
pub fn matrices() -> impl Strategy<Value = Rows> {
    let entry = prop_oneof![3 => (-2i8..=2).prop_map(f64::from), 1 => -1.0..1.0f64];
    (1usize..=6, 1usize..=3)
        .prop_flat_map(move |(n, d)| prop::collection::vec(prop::collection::vec(entry.clone(), d), n))
}
