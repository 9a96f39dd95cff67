//! Exact line searches: the best point on a line through the weights, along one direction after the other.
//!
//! On the line w + t u the bit of a row changes where t = -z / g with z = x.w and g = x.u. Sorted, these points cut the
//! line into intervals on which d^T v is constant; running sums find the best one, and its midpoint is the new w. An ascent
//! tries all coordinates and some random directions in turn until none gains. O(N log N) a direction.

use rand::{Rng, RngExt, seq::SliceRandom};
use rand_distr::{Distribution, StandardNormal};

use super::{columns::Columns, tuning::SWEEPS};

/// Where an ascent has come to.
pub(in crate::oracle) struct Ascent<'a> {
    columns: &'a Columns,
    /// v, whose sum over the active rows is to be large.
    values: &'a [f64],
    pub(in crate::oracle) weights: Vec<f64>,
    z: Vec<f64>,
    pub(in crate::oracle) value: f64,
    /// Rows that line searches have looked at.
    pub(in crate::oracle) work: u64,
    points: Vec<(f64, f64)>,
}

impl<'a> Ascent<'a> {
    pub(in crate::oracle) fn new(columns: &'a Columns, values: &'a [f64], weights: Vec<f64>) -> Self {
        let z = columns.times(&weights);
        let value = z.iter().zip(values).filter(|(z, _)| **z >= 0.0).map(|(_, v)| v).sum();
        Ascent { columns, values, weights, z, value, work: 0, points: Vec::new() }
    }

    /// Moves along the last coordinate only: with a bias, to the best threshold for these weights.
    pub(in crate::oracle) fn shift(&mut self) {
        let (columns, last) = (self.columns, self.columns.width() - 1);
        if let Some(t) = self.line_search(columns.column(last)) {
            self.weights[last] += t;
        }
    }

    /// Goes on until no direction gains, or `stop` says so.
    pub(in crate::oracle) fn climb(&mut self, random: &mut impl Rng, stop: &dyn Fn() -> bool) {
        let width = self.columns.width();
        let mut order: Vec<usize> = (0..width).collect();
        for _ in 0..SWEEPS {
            let before = self.value;
            order.shuffle(random);
            for &j in &order {
                let columns = self.columns;
                if let Some(t) = self.line_search(columns.column(j)) {
                    self.weights[j] += t;
                    self.z.iter_mut().zip(columns.column(j)).for_each(|(z, x)| *z += t * x);
                }
            }
            for _ in 0..width.min(4) {
                self.along_random(random);
            }
            if self.value <= before || stop() {
                return;
            }
            self.normalise();
        }
    }

    /// A random direction, sparse or not.
    fn along_random(&mut self, random: &mut impl Rng) {
        let few = random.random_bool(0.5);
        let keep = if few { (3.0 / self.columns.width() as f64).min(1.0) } else { 1.0 };
        let mut entry = || {
            let x: f64 = StandardNormal.sample(random);
            if random.random_bool(keep) { x } else { 0.0 }
        };
        let direction: Vec<f64> = (0..self.columns.width()).map(|_| entry()).collect();
        let g = self.columns.times(&direction);
        if let Some(t) = self.line_search(&g) {
            self.weights.iter_mut().zip(&direction).for_each(|(w, u)| *w += t * u);
            self.z.iter_mut().zip(&g).for_each(|(z, g)| *z += t * g);
        }
    }

    /// Keeps the weights at unit size, which changes no pattern but by rounding, and z free of accumulated rounding.
    fn normalise(&mut self) {
        let size = self.weights.iter().map(|w| w * w).sum::<f64>().sqrt();
        if size.is_normal() {
            self.weights.iter_mut().for_each(|w| *w /= size);
            self.z = self.columns.times(&self.weights);
        }
    }

    /// The step to the middle of the best interval, if it is better than where we are.
    fn line_search(&mut self, g: &[f64]) -> Option<f64> {
        self.points.clear();
        self.work += g.len() as u64;
        // The value at t = -infinity, and what it changes by at each point.
        let mut value = 0.0;
        for ((&z, &g), &v) in self.z.iter().zip(g).zip(self.values).filter(|(_, v)| **v != 0.0) {
            if g == 0.0 {
                value += if z >= 0.0 { v } else { 0.0 };
            } else {
                value += if g < 0.0 { v } else { 0.0 };
                self.points.push((-z / g, if g > 0.0 { v } else { -v }));
            }
        }
        self.points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let points = &self.points;
        let (first, last) = (points.first()?.0, points.last()?.0);
        let mut best = (value, first - 1.0 - first.abs());
        for (k, &(t, change)) in points.iter().enumerate() {
            value += change;
            let next = points.get(k + 1).map_or(last + 2.0 + 2.0 * last.abs(), |next| next.0);
            if value > best.0 && next > t {
                best = (value, 0.5 * t + 0.5 * next);
            }
        }
        // Sums are of integers below 2^53 and so exact.
        (best.0 > self.value && best.1.is_finite()).then(|| {
            self.value = best.0;
            best.1
        })
    }
}
