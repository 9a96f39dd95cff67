//! Sets of rows that cannot all have what they want on a cone, found by small linear programmes.
//!
//! Let a_i = s_i q_i be what row i gets of what it wants, one entry a ray. The programme is the game max t with a_i.c >= t for all
//! rows i that have something left to lose, c >= 0, sum c = 1. If t < 0 is the best, its multipliers lambda >= 0, at most r of
//! them positive, make sum_i lambda_i a_i negative on every ray: at no positive combination of the rays do all rows with
//! lambda_i > 0 have what they want. As with pairs, what the poorest of them has left may be subtracted from the bound
//! and from each of them.
//!
//! The dual simplex method: rows come in one after the other, as long as one is violated. A dictionary gives c and t by the
//! slacks of the r constraints that are tight: O(r^2) a step, and O(U r) to find the next row. As soon as t < 0 there are
//! multipliers. They are checked at the upper ends of the errors, with all rounding counted: nothing that is claimed depends
//! on the accuracy of the method.

use super::{
    conflicts::Wishes,
    tuning::{HOPE, STEPS},
};

/// Violations and values below this are taken for rounding, in rows whose largest entry is 1.
const TOLERANCE: f64 = 1e-10;

/// Covers the rounding of a sum of at most 16 products of two factors, relative to the sum of their moduli.
const ROUNDING: f64 = 1e-13;

/// Lowers a bound by sets of rows, until it is at most `target` or no more are found; gives up when that is unlikely.
pub(super) fn subtract(wishes: &mut Wishes, mut bound: i64, target: i64) -> i64 {
    let mut open: Vec<usize> = (0..wishes.left.len()).filter(|&row| wishes.left[row] > 0).collect();
    // A set takes from at least three rows what it takes off the bound.
    let hopeless = |open: &[usize], left: &[i64], bound: i64| {
        (bound - target) as f64 > HOPE / 3.0 * open.iter().map(|&row| left[row]).sum::<i64>() as f64
    };
    if bound <= target || hopeless(&open, &wishes.left, bound) {
        return bound;
    }
    open.sort_by_key(|&row| std::cmp::Reverse(wishes.left[row]));
    let (rays, mut entries) = (wishes.rays, wishes.upper.clone());
    entries.chunks_mut(rays).for_each(scale);
    while bound > target && !hopeless(&open, &wishes.left, bound) {
        let Some(set) = excluded(rays, &open, &entries) else { break };
        if !proven(&set, rays, &entries) {
            break;
        }
        let amount = set.iter().map(|entry| wishes.left[entry.0]).min().unwrap_or(0);
        set.iter().for_each(|entry| wishes.left[entry.0] -= amount);
        open.retain(|&row| wishes.left[row] > 0);
        bound -= amount;
    }
    bound
}

/// Multiplies by a power of two so that the largest entry is about 1.
fn scale(entries: &mut [f64]) {
    let largest = entries.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    if largest.is_normal() {
        // The power of two below: rounding nothing, unless entries underflow.
        let factor = f64::from_bits(largest.to_bits() >> 52 << 52).recip();
        entries.iter_mut().for_each(|entry| *entry *= factor);
    }
}

/// Whether some multipliers prove that rows exclude each other.
fn proven(set: &[(usize, f64)], rays: usize, entries: &[f64]) -> bool {
    let mut excluded = false;
    for ray in 0..rays {
        let (mut sum, mut size) = (0.0, 0.0);
        for &(row, multiplier) in set {
            let term = multiplier * entries[row * rays + ray];
            sum += term;
            size += term.abs();
        }
        if size > 0.0 {
            if sum + size * ROUNDING >= 0.0 {
                return false;
            }
            excluded = true;
        }
    }
    excluded
}

/// Rows that exclude each other, with multipliers; `None` if there are none or rounding wins.
fn excluded(rays: usize, rows: &[usize], entries: &[f64]) -> Option<Vec<(usize, f64)>> {
    let of = |row: usize| &entries[row * rays..][..rays];
    let &first = rows.first()?;
    let mut game = Game::new(first, of(first));
    for _ in 0..STEPS {
        if game.value() < -TOLERANCE {
            return Some(game.multipliers());
        }
        if let Some(ray) = game.outside() {
            game.enter_ray(ray)?;
            continue;
        }
        let mut worst = (-TOLERANCE, None);
        for &row in rows {
            let slack = game.slack(of(row));
            if slack < worst.0 {
                worst = (slack, Some(row));
            }
        }
        game.enter_row(worst.1?, worst.0, of(worst.1?))?;
    }
    None
}

/// A constraint that is tight.
#[derive(Clone, Copy, Debug)]
enum Tight {
    Ray,
    Row(usize),
}

/// c and t, given by the slacks of the constraints that are tight.
struct Game {
    rays: usize,
    /// c and t where these slacks are 0.
    point: Vec<f64>,
    /// How c and t grow with the slack of the constraint at this place, one after the other.
    directions: Vec<f64>,
    tight: Vec<Tight>,
    growth: Vec<f64>,
}

impl Game {
    /// The best point for one row alone.
    fn new(first: usize, entries: &[f64]) -> Game {
        let (rays, width) = (entries.len(), entries.len() + 1);
        let best = (0..rays).max_by(|&a, &b| entries[a].total_cmp(&entries[b])).unwrap_or(0);
        let (mut point, mut directions) = (vec![0.0; width], vec![0.0; rays * width]);
        point[best] = 1.0;
        point[rays] = entries[best];
        let mut tight = Vec::with_capacity(rays);
        for ray in (0..rays).filter(|ray| *ray != best) {
            let direction = &mut directions[tight.len() * width..][..width];
            direction[ray] = 1.0;
            direction[best] = -1.0;
            direction[rays] = entries[ray] - entries[best];
            tight.push(Tight::Ray);
        }
        directions[tight.len() * width + rays] = -1.0;
        tight.push(Tight::Row(first));
        Game { rays, point, directions, tight, growth: vec![0.0; rays] }
    }

    /// t.
    fn value(&self) -> f64 {
        self.point[self.rays]
    }

    /// A ray whose coefficient is negative.
    fn outside(&self) -> Option<usize> {
        (0..self.rays).find(|&ray| self.point[ray] < -TOLERANCE)
    }

    /// By how much a row gets more than t.
    fn slack(&self, entries: &[f64]) -> f64 {
        entries.iter().zip(&self.point).map(|(a, c)| a * c).sum::<f64>() - self.value()
    }

    /// The multipliers of the rows: what t loses by their slacks.
    fn multipliers(&self) -> Vec<(usize, f64)> {
        let losses = self.directions.chunks(self.rays + 1).map(|direction| -direction[self.rays]);
        let of_row = |(tight, loss): (&Tight, f64)| match tight {
            Tight::Row(row) if loss > TOLERANCE => Some((*row, loss)),
            _ => None,
        };
        self.tight.iter().zip(losses).filter_map(of_row).collect()
    }

    /// Makes c = 0 on a ray.
    fn enter_ray(&mut self, ray: usize) -> Option<()> {
        for (growth, direction) in self.growth.iter_mut().zip(self.directions.chunks(self.rays + 1)) {
            *growth = direction[ray];
        }
        self.enter(Tight::Ray, self.point[ray])
    }

    /// Makes a row get t.
    fn enter_row(&mut self, row: usize, slack: f64, entries: &[f64]) -> Option<()> {
        for (growth, direction) in self.growth.iter_mut().zip(self.directions.chunks(self.rays + 1)) {
            *growth = entries.iter().zip(direction).map(|(a, c)| a * c).sum::<f64>() - direction[self.rays];
        }
        self.enter(Tight::Row(row), slack)
    }

    /// Makes a violated constraint tight instead of the one by whose slack t loses least.
    fn enter(&mut self, constraint: Tight, slack: f64) -> Option<()> {
        let width = self.rays + 1;
        let loss = |place: usize| -self.directions[place * width + self.rays] / self.growth[place];
        let places = (0..self.rays).filter(|&place| self.growth[place] > TOLERANCE);
        let leaving = places.min_by(|&a, &b| loss(a).total_cmp(&loss(b)))?;
        let (before, rest) = self.directions.split_at_mut(leaving * width);
        let (column, after) = rest.split_at_mut(width);
        let factor = self.growth[leaving].recip();
        column.iter_mut().for_each(|entry| *entry *= factor);
        let move_by = |vector: &mut [f64], part: f64| {
            vector.iter_mut().zip(&*column).for_each(|(entry, along)| *entry -= part * along);
        };
        move_by(&mut self.point, slack);
        before.chunks_mut(width).zip(&self.growth).for_each(|(direction, part)| move_by(direction, *part));
        after
            .chunks_mut(width)
            .zip(&self.growth[leaving + 1..])
            .for_each(|(direction, part)| move_by(direction, *part));
        self.tight[leaving] = constraint;
        Some(())
    }
}
