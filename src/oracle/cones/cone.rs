//! A relatively open cone with the rows whose bit is not the same everywhere on it.
//!
//! A cone is the set of positive combinations of its independent rays g. For a row u let q_g = u.g. All q_g >= 0: the bit
//! is 1 on the cone. All q_g <= 0 and one of them negative: it is 0. So a row is undecided iff some q_g is positive and
//! some other is negative; only undecided rows are kept. A row that wants the bit 1 (v > 0) or 0 (v < 0) and is decided
//! otherwise costs |v|; the sum of the positive v, less these costs, bounds d^T v on the cone.
//!
//! Signs are known exactly or said to be unknown; a row is undecided, too, if an unknown sign may be the other one. Values are
//! known as sums of two f64 with a bound on the error of each, as intervals that do not reach beyond 0 if the sign is known.

use std::sync::Arc;

use super::{double::Double, generator::Generator, spans::Spans, tuning::INWARD};
use crate::exact::{IBig, Normal};

/// The rays of a cone are counted in masks of this many bits.
pub(super) type Mask = u16;

/// Memory of a ray with the rows that vanish there, about: rays are shared by cones.
const RAY: usize = 256;

/// A cone has at most so many rays.
pub(super) const LARGEST_RANK: usize = Mask::BITS as usize;

/// What is asked of all cones: rows with their normals and what they want.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'a> {
    pub(super) normals: &'a [Normal],
    pub(super) spans: &'a Spans,
    /// v: a row wants the bit 1 if its value is positive.
    pub(super) values: &'a [i64],
}

impl Side<'_> {
    /// r.
    pub(super) fn rank(&self) -> usize {
        self.normals.first().map_or(0, |normal| normal.exact().len())
    }

    /// |v| of a row.
    pub(super) fn weight(&self, row: u32) -> i64 {
        self.values[row as usize].abs()
    }

    /// Whether a row wants the bit 1.
    pub(super) fn wants(&self, row: u32) -> bool {
        self.values[row as usize] > 0
    }
}

/// Values of undecided rows on one ray, with bounds on their errors.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub(super) middle: Vec<f64>,
    /// What is to be added to the middle: much smaller.
    pub(super) low: Vec<f64>,
    /// Bounds on the errors of the sums.
    pub(super) error: Vec<f64>,
}

impl Values {
    /// The value of a row, about.
    pub(super) fn at(&self, position: usize) -> Double {
        Double { high: self.middle[position], low: self.low[position] }
    }

    /// A bound on the distance of the value of a row from the middle.
    pub(super) fn around(&self, position: usize) -> f64 {
        match self.error[position] + self.low[position].abs() {
            0.0 => 0.0,
            sum => sum.next_up(),
        }
    }

    /// Cuts an interval at 0: the sign of its value is known.
    pub(super) fn restrict(&mut self, position: usize, sign: i8) {
        let outer = f64::from(sign) * self.middle[position];
        let around = self.around(position);
        if sign == 0 {
            (self.middle[position], self.low[position], self.error[position]) = (0.0, 0.0, 0.0);
        } else if outer <= around {
            // From 0 to the far end, rounded outward.
            let half = 0.5 * (outer + around).next_up();
            (self.middle[position], self.low[position], self.error[position]) = (f64::from(sign) * half, 0.0, half);
        }
    }
}

/// On which rays a row may be positive and on which it may be negative: on both if its sign is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    pub(super) positive: Mask,
    pub(super) negative: Mask,
}

impl Signs {
    /// The bit of the row on the cone, `None` if it is undecided or unknown.
    pub(super) fn bit(self) -> Option<bool> {
        match (self.positive, self.negative) {
            (_, 0) => Some(true),
            (0, _) => Some(false),
            _ => None,
        }
    }

    /// The signs with that on one ray replaced; `None` if it is unknown.
    pub(super) fn with(self, ray: usize, sign: Option<i8>) -> Signs {
        let bit = 1 << ray;
        Signs {
            positive: self.positive & !bit | if sign.is_none_or(|sign| sign > 0) { bit } else { 0 },
            negative: self.negative & !bit | if sign.is_none_or(|sign| sign < 0) { bit } else { 0 },
        }
    }

    /// The sign on a ray, `None` if it is unknown.
    pub(super) fn on(self, ray: usize) -> Option<i8> {
        match (self.positive >> ray & 1, self.negative >> ray & 1) {
            (1, 1) => None,
            (positive, negative) => Some(positive as i8 - negative as i8),
        }
    }

    /// The rays on which the row has a sign for sure.
    pub(super) fn sure(self) -> Signs {
        Signs { positive: self.positive & !self.negative, negative: self.negative & !self.positive }
    }

    /// The signs when one ray is left out and those after it move up.
    pub(super) fn without(self, ray: usize) -> Signs {
        let low = (1 << ray) - 1;
        let moved = |mask: Mask| mask & low | mask >> 1 & !low;
        Signs { positive: moved(self.positive), negative: moved(self.negative) }
    }
}

/// A cone from which rays were left out: what is inside of it has to be moved inside.
#[derive(Debug)]
pub(super) struct Anchor {
    pub(super) rays: Vec<Arc<Generator>>,
    /// The combination of the rays that leads inside from what is left of the cone; `None` for their sum.
    pub(super) combination: Option<Vec<IBig>>,
    pub(super) older: Option<Arc<Anchor>>,
}

/// A cone.
#[derive(Clone, Debug)]
pub(super) struct Cone {
    pub(super) rays: Vec<Arc<Generator>>,
    /// The undecided rows.
    pub(super) rows: Vec<u32>,
    /// Of the undecided rows, one for each ray.
    pub(super) values: Vec<Values>,
    /// Of the undecided rows.
    pub(super) signs: Vec<Signs>,
    /// A bound on d^T v: what all rows but the decided ones want.
    pub(super) plain: i64,
    /// The bound less what conflicts cost.
    pub(super) bound: i64,
    /// The part of the space of all directions, by the number of halvings.
    pub(super) share: f64,
    /// Divisions since a row was decided or a ray left out.
    pub(super) idle: usize,
    /// The last cone around this one from which rays were left out.
    pub(super) anchor: Option<Arc<Anchor>>,
}

impl Cone {
    /// Memory in bytes, about.
    pub(super) fn bytes(&self) -> usize {
        let row = size_of::<u32>() + size_of::<Signs>() + 3 * size_of::<f64>() * self.rays.len();
        self.rows.len() * row + RAY * self.rays.len() + size_of::<Cone>()
    }

    /// |v| of the rows that are decided against their want among those with these signs; keeps the undecided ones.
    pub(super) fn decide(&mut self, side: &Side<'_>, kept: &mut Vec<u32>) {
        kept.clear();
        for (position, (&row, signs)) in (0..).zip(self.rows.iter().zip(&self.signs)) {
            match signs.bit() {
                None => kept.push(position),
                Some(bit) if bit != side.wants(row) => self.plain -= side.weight(row),
                Some(_) => (),
            }
        }
    }

    /// Asks integers for the signs that are unknown; whether one became known.
    pub(super) fn resolve(&mut self, side: &Side<'_>) -> bool {
        let mut resolved = false;
        for (position, (signs, &row)) in self.signs.iter_mut().zip(&self.rows).enumerate() {
            for (ray, (generator, values)) in self.rays.iter().zip(&mut self.values).enumerate() {
                if signs.on(ray).is_none()
                    && let Some(sign) = generator.sign(side.normals, row as usize)
                {
                    *signs = signs.with(ray, Some(sign as i8));
                    values.restrict(position, sign as i8);
                    resolved = true;
                }
            }
        }
        resolved
    }

    /// A combination of the rays in the middle of the cone: the vector, and a guess of d^T v there.
    pub(super) fn center(&self, side: &Side<'_>) -> (Vec<f64>, i64) {
        let dimension = self.rays.iter().chain(self.anchor.iter().flat_map(|anchor| &anchor.rays));
        let dimension = dimension.map(|ray| ray.approximate.len()).next().unwrap_or(0);
        let mut vector = sum(&self.rays, dimension);
        let (mut anchor, mut part) = (&self.anchor, 1.0);
        while let Some(around) = anchor {
            part *= INWARD;
            vector.iter_mut().zip(sum(&around.rays, dimension)).for_each(|(entry, along)| *entry += part * along);
            anchor = &around.older;
        }
        let mut sums = vec![0.0; self.rows.len()];
        for values in &self.values {
            sums.iter_mut().zip(&values.middle).for_each(|(sum, value)| *sum += value);
        }
        let against = |(row, sum): (&u32, &f64)| if (*sum >= 0.0) == side.wants(*row) { 0 } else { side.weight(*row) };
        let lost: i64 = self.rows.iter().zip(&sums).map(against).sum();
        (vector, self.plain - lost)
    }
}

/// The sum of some rays about.
fn sum(rays: &[Arc<Generator>], dimension: usize) -> Vec<f64> {
    let mut sum = vec![0.0; dimension];
    for ray in rays {
        sum.iter_mut().zip(&ray.approximate).for_each(|(entry, along)| *entry += along);
    }
    sum
}
