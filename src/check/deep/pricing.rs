//! The extremes of d^T v over a deep pattern set (13), for small cases: the judge's own recursion.
//!
//! A^(1) = H(X), and A^(l+1) is the union, over all sets S of m_l columns of A^(l), of H(A^(l)_S). The rows of A_S are 0/1
//! vectors of length m_l, so H(A_S) is the set of all threshold functions of m_l Boolean variables (without bias, with
//! step(0) = 1), restricted to the rows that occur: a restriction of H({0,1}^m), which is listed once for each m. Sets of
//! fewer columns add nothing: a unit may have weight 0.
//!
//! Cost: the list of H(X), then C(|A^(l)|, m_l) sets with as many operations each as there are threshold functions, times
//! 2^m.

use std::{cmp::Ordering, collections::BTreeSet};

use super::super::{
    listing::{self, Work, next_subset},
    pricing::{Extremes, WorkExceeded},
};
use crate::{
    exact::Arrangement,
    pattern::{Bits, step},
};

/// The most units that a layer may have here: H({0,1}^6) has more than 10^7 members.
pub const LARGEST_WIDTH: usize = 5;

/// The extremes of d^T v over A^(L-1), where `widths` are m_1, ..., m_{L-2}; `values` has an entry for each group, and one
/// for the zero rows if there are any.
///
/// # Errors
///
/// [`WorkExceeded`] if there is too much to do, or a layer has more than [`LARGEST_WIDTH`] units.
pub fn over_deep_patterns(
    arrangement: &Arrangement,
    widths: &[usize],
    values: &[i64],
    limit: u64,
) -> Result<Extremes, WorkExceeded> {
    let mut work = Work::new(limit);
    let mut columns = first_layer(arrangement, &mut work)?;
    let mut tables = Tables::default();
    if let Some((&last, before)) = widths.split_last() {
        for &width in before {
            columns = next_layer(&columns, width, &mut tables, &mut work)?;
        }
        return over_next_layer(&columns, last, values, &mut tables, &mut work);
    }
    let sum = |column: &Bits| column.iter_ones().map(|row| values[row]).sum();
    Ok(extremes(columns.iter().map(sum)))
}

/// An estimate of the work of [`over_deep_patterns`] if the layers have this many patterns, the last one not counted.
#[cfg(feature = "solve")]
pub fn estimated_work(arrangement: &Arrangement, widths: &[usize], patterns: &[usize]) -> f64 {
    let rows = arrangement.groups() as f64;
    let layer = |(&width, &columns): (&usize, &usize)| match THRESHOLD_FUNCTIONS.get(width) {
        Some(functions) => {
            let cube = f64::from(1u32 << width);
            choices(columns as f64, width) * (rows + functions * (rows.max(cube) / 8.0 + 1.0)) + functions * cube * cube
        }
        None => f64::INFINITY,
    };
    listing::estimated_work(arrangement) + widths.iter().zip(patterns).map(layer).sum::<f64>()
}

/// The numbers of threshold functions without bias, with step(0) = 1.
#[cfg(any(feature = "solve", test))]
const THRESHOLD_FUNCTIONS: [f64; LARGEST_WIDTH + 1] = [1.0, 2.0, 6.0, 32.0, 370.0, 11_292.0];

/// C(n, k).
#[cfg(feature = "solve")]
fn choices(n: f64, k: usize) -> f64 {
    (0..k).map(|j| (n - j as f64).max(0.0) / (j as f64 + 1.0)).product()
}

/// A^(1): the patterns on the groups, with bit 1 on the zero rows.
fn first_layer(arrangement: &Arrangement, work: &mut Work) -> Result<Vec<Bits>, WorkExceeded> {
    let mut columns = listing::patterns(arrangement.normals(), work)?;
    if arrangement.has_zero_row() {
        columns.iter_mut().for_each(|column| column.push(step(Ordering::Equal)));
    }
    Ok(columns)
}

/// A^(l+1).
fn next_layer(columns: &[Bits], width: usize, tables: &mut Tables, work: &mut Work) -> Result<Vec<Bits>, WorkExceeded> {
    let mut found = BTreeSet::new();
    for_each_set(columns, width, tables, work, &mut |rows, functions, work| {
        for &function in functions {
            if found.insert(rows.iter().map(|&row| function >> row & 1 == 1).collect::<Bits>()) {
                work.hold(1, rows.len())?;
            }
        }
        Ok(())
    })?;
    Ok(found.into_iter().collect())
}

/// The extremes over A^(l+1), without a list of it.
fn over_next_layer(
    columns: &[Bits],
    width: usize,
    values: &[i64],
    tables: &mut Tables,
    work: &mut Work,
) -> Result<Extremes, WorkExceeded> {
    let mut found: Option<Extremes> = None;
    for_each_set(columns, width, tables, work, &mut |rows, functions, _| {
        // The sum of the values of all rows with the same inputs.
        let mut sums = vec![0i64; 1 << width.min(columns.len())];
        for (&row, value) in rows.iter().zip(values) {
            sums[row as usize] += value;
        }
        let sum = |function: &u32| (0..sums.len()).filter(|row| function >> row & 1 == 1).map(|row| sums[row]).sum();
        let here = extremes(functions.iter().map(sum));
        found = Some(found.map_or(here, |found| found.joined(here)));
        Ok(())
    })?;
    // There is always one set: every layer has the all-ones pattern.
    Ok(found.unwrap_or(Extremes { max: 0, min: 0 }))
}

/// What is done with a set: given its rows as binary numbers and the threshold functions of its columns.
type Visitor<'a> = dyn FnMut(&[u32], &[u32], &mut Work) -> Result<(), WorkExceeded> + 'a;

/// Visits all sets of `width` columns with their rows as binary numbers, and all threshold functions of as many variables.
fn for_each_set(
    columns: &[Bits],
    width: usize,
    tables: &mut Tables,
    work: &mut Work,
    visitor: &mut Visitor<'_>,
) -> Result<(), WorkExceeded> {
    let width = width.min(columns.len());
    let functions = tables.of(width, work)?;
    let points = columns.first().map_or(0, |column| column.len());
    let mut set: Vec<usize> = (0..width).collect();
    loop {
        work.spend(points + functions.len().saturating_mul(points.max(1 << width) / 8 + 1))?;
        let number = |point: usize| (0..width).map(|k| u32::from(columns[set[k]][point]) << k).sum();
        visitor(&(0..points).map(number).collect::<Vec<u32>>(), functions, work)?;
        if !next_subset(&mut set, columns.len()) {
            return Ok(());
        }
    }
}

/// The threshold functions of each number of variables, listed once.
#[derive(Default)]
struct Tables([Option<Vec<u32>>; LARGEST_WIDTH + 1]);

impl Tables {
    fn of(&mut self, width: usize, work: &mut Work) -> Result<&[u32], WorkExceeded> {
        let Some(table) = self.0.get_mut(width) else { return Err(work.refused()) };
        if table.is_none() {
            *table = Some(threshold_functions(width, work)?);
        }
        Ok(table.as_deref().unwrap_or_default())
    }
}

/// H({0,1}^m): bit k of a function is its value where the inputs are the binary digits of k.
fn threshold_functions(width: usize, work: &mut Work) -> Result<Vec<u32>, WorkExceeded> {
    let cube: Vec<f64> = (1..1u32 << width).flat_map(|k| (0..width).map(move |q| f64::from(k >> q & 1))).collect();
    // Small integers are finite numbers.
    let Some(arrangement) = Arrangement::new(&cube, width.max(1)) else { return Ok(Vec::new()) };
    let patterns = listing::patterns(arrangement.normals(), work)?;
    let function = |pattern: &Bits| {
        let origin = u32::from(step(Ordering::Equal));
        let groups = arrangement.group_of_row().iter().enumerate();
        origin + groups.map(|(k, group)| u32::from(group.is_none_or(|group| pattern[group])) << (k + 1)).sum::<u32>()
    };
    Ok(patterns.iter().map(function).collect())
}

fn extremes(sums: impl Iterator<Item = i64>) -> Extremes {
    let start = Extremes { max: i64::MIN, min: i64::MAX };
    sums.fold(start, |found, sum| found.joined(Extremes { max: sum, min: sum }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// step(w k) over the binary digits of k, for all integer weights up to 3: enough for three variables.
    fn by_brute_force(width: u32) -> BTreeSet<u32> {
        let weights = |code: u32| (0..width).map(move |q| (code / 7u32.pow(q) % 7) as i32 - 3);
        let value =
            |code: u32, k: u32| weights(code).enumerate().map(|(q, w)| w * (k >> q & 1) as i32).sum::<i32>() >= 0;
        let function = |code: u32| (0..1 << width).map(|k| u32::from(value(code, k)) << k).sum();
        (0..7u32.pow(width)).map(function).collect()
    }

    #[test]
    fn threshold_functions_of_few_variables() {
        for (width, &expected) in THRESHOLD_FUNCTIONS[..4].iter().enumerate() {
            let functions = threshold_functions(width, &mut Work::new(u64::MAX)).unwrap();
            let distinct: BTreeSet<u32> = functions.iter().copied().collect();
            assert_eq!(distinct.len(), functions.len());
            assert_eq!(distinct, by_brute_force(width as u32), "{width} variables");
            assert_eq!(distinct.len() as f64, expected);
        }
    }

    /// Example 3.1: 6 patterns at layer 1, all 8 at layer 2 with m_1 = 2.
    #[test]
    fn example_3_1() {
        let arrangement = Arrangement::new(&[-1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 2).unwrap();
        let work = &mut Work::new(u64::MAX);
        let first = first_layer(&arrangement, work).unwrap();
        assert_eq!((first.len(), next_layer(&first, 2, &mut Tables::default(), work).unwrap().len()), (6, 8));
        let over = |widths: &[usize]| over_deep_patterns(&arrangement, widths, &[-1, 2, -1], u64::MAX).unwrap();
        assert_eq!((over(&[]), over(&[1])), (Extremes { max: 1, min: -1 }, Extremes { max: 1, min: -1 }));
        assert_eq!(over(&[2]), Extremes { max: 2, min: -2 });
        assert_eq!(over_deep_patterns(&arrangement, &[2], &[-1, 2, -1], 50), Err(WorkExceeded::of(50)));
        assert!(over_deep_patterns(&arrangement, &[6, 6], &[-1, 2, -1], u64::MAX).is_err());
    }
}
