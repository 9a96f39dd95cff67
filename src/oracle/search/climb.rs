//! Local search for a halfspace with large |d^T v|: exact line searches until none gains.
//!
//! Along a line w + t z the pattern changes at the n points t = -x.w / x.z only. They are sorted, the value is a running
//! sum of integers, and the best open interval is known: O(n log n). Lines are those along the coordinates and some in
//! random directions. Everything is in f64: what comes out is a proposal, whose pattern is taken by exact signs.

use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::tuning::{DIRECTIONS, SWEEPS};

/// Rows and what they are worth.
#[derive(Clone, Copy, Debug)]
pub(in crate::oracle) struct Landscape<'a> {
    /// Column by column, one entry a row.
    pub(in crate::oracle) columns: &'a [Vec<f64>],
    pub(in crate::oracle) values: &'a [i64],
    /// Added to every value.
    pub(in crate::oracle) always: i64,
}

/// A point with the values of all rows on it.
struct Climber<'a> {
    landscape: Landscape<'a>,
    point: Vec<f64>,
    heights: Vec<f64>,
    modulus: i64,
    /// Where rows change and by how much the value does.
    changes: Vec<(f64, i64)>,
}

/// The point where a search from `start` ends. `ended` is asked before each sweep over the coordinates.
pub(in crate::oracle) fn climb(
    landscape: Landscape<'_>,
    start: Vec<f64>,
    random: &mut Pcg64Mcg,
    ended: &dyn Fn() -> bool,
) -> Vec<f64> {
    let mut climber = Climber { landscape, point: start, heights: Vec::new(), modulus: 0, changes: Vec::new() };
    climber.settle();
    let dimension = climber.point.len();
    for _ in 0..SWEEPS {
        if ended() {
            break;
        }
        let before = climber.modulus;
        for column in 0..dimension {
            climber.step(&landscape.columns[column], |point, t| point[column] += t);
        }
        for _ in 0..DIRECTIONS {
            let direction: Vec<f64> = (0..dimension).map(|_| StandardNormal.sample(random)).collect();
            let slopes = combined(&landscape, &direction);
            climber.step(&slopes, |point, t| point.iter_mut().zip(&direction).for_each(|(x, z)| *x += t * z));
        }
        climber.settle();
        if climber.modulus <= before {
            break;
        }
    }
    climber.point
}

/// The sums of the columns with these coefficients.
fn combined(landscape: &Landscape<'_>, coefficients: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; landscape.values.len()];
    for (coefficient, column) in coefficients.iter().zip(landscape.columns) {
        sums.iter_mut().zip(column).for_each(|(sum, entry)| *sum += coefficient * entry);
    }
    sums
}

impl Climber<'_> {
    /// Scales the point and computes everything anew.
    fn settle(&mut self) {
        let size = self.point.iter().fold(0.0f64, |size, entry| size.max(entry.abs()));
        if size > 0.0 && size.is_finite() {
            self.point.iter_mut().for_each(|entry| *entry /= size);
        }
        self.heights = combined(&self.landscape, &self.point);
        let active = self.heights.iter().zip(self.landscape.values).filter(|(height, _)| **height >= 0.0);
        self.modulus = (active.map(|(_, value)| value).sum::<i64>() + self.landscape.always).abs();
    }

    /// Moves to the best place of a line if that is better.
    fn step(&mut self, slopes: &[f64], shift: impl Fn(&mut [f64], f64)) {
        let Some((modulus, t)) = self.best_on(slopes) else { return };
        if modulus > self.modulus {
            shift(&mut self.point, t);
            self.heights.iter_mut().zip(slopes).for_each(|(height, slope)| *height += t * slope);
            self.modulus = modulus;
        }
    }

    /// The largest modulus on a line and a place in the middle of the interval where it is.
    fn best_on(&mut self, slopes: &[f64]) -> Option<(i64, f64)> {
        self.changes.clear();
        let mut sum = self.landscape.always;
        for ((height, slope), &value) in self.heights.iter().zip(slopes).zip(self.landscape.values) {
            let turn = -height / slope;
            if !turn.is_finite() {
                sum += if *height >= 0.0 { value } else { 0 };
            } else if *slope > 0.0 {
                self.changes.push((turn, value));
            } else {
                sum += value;
                self.changes.push((turn, -value));
            }
        }
        self.changes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let (first, last) = (self.changes.first()?.0, self.changes.last()?.0);
        let mut best = (sum.abs(), first - first.abs() - 1.0);
        for (index, (turn, change)) in self.changes.iter().enumerate() {
            sum += change;
            let next = self.changes.get(index + 1).map_or(last + last.abs() + 1.0, |next| next.0);
            let middle = 0.5 * turn + 0.5 * next;
            if sum.abs() > best.0 && middle > *turn && middle < next {
                best = (sum.abs(), middle);
            }
        }
        Some(best)
    }
}
