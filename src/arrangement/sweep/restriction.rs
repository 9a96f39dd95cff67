//! Vectors restricted to an intersection of hyperplanes.
//!
//! Restriction is a step of fraction-free elimination (Bareiss): with pivot coordinate p of the vector u,
//!
//! ```text
//! x_q  ->  (x_q u_p - x_p u_q) / previous pivot,
//! ```
//!
//! so that coordinates are minors of the matrix of the vectors: small integers stay small integers, which are exact in
//! f64, and all vectors carry the same factor, which is what the back substitution relies on. Otherwise every vector has
//! a bound on the error of its coordinates; when they cannot be told from zero, the minors are computed in integers.
//!
//! The memory of a restriction is used again for the next flat. With new memory for each the sweep takes 13 % longer on
//! `resonance_5`, 16 % on `threshold_5` and 18 % on `resonance_6` (bench `enumeration`, one thread). The walk of pricing
//! has another restriction, which needs no common factor and never gives up, and the check a third one: see "Why three
//! restrictions" in `docs/architecture.md`.

use super::{
    approx::Approx,
    degenerate::Degenerate,
    vectors::{Minors, Vectors},
};

/// Unit roundoff, doubled.
const EPS: f64 = f64::EPSILON;

/// Sums of two products below this are exact in f64 if the factors are integers.
const EXACT: f64 = 4_503_599_627_370_496.0;

/// All vectors in the coordinates of a flat. Buffers are reused from one flat to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Restriction {
    pub(super) dimension: usize,
    /// `dimension` coordinates for each vector, also for those that vanish.
    coordinates: Vec<f64>,
    /// The error of each vector's coordinates; negative if the vector vanishes.
    errors: Vec<f64>,
    /// The vectors that were fixed, in order.
    pub(super) fixed: Vec<usize>,
    /// Their pivots: columns of the matrix.
    columns: Vec<usize>,
    /// The columns that are left, one for each coordinate.
    remaining: Vec<usize>,
    /// The last pivot.
    pivot: Approx,
    /// The coordinate, of those before, that was eliminated last.
    pub(super) eliminated: usize,
    /// Hyperplanes that vanish here but did not before the last vector was fixed.
    pub(super) vanished: Vec<usize>,
}

/// The sign in `errors` of a vector that vanishes.
const VANISHED: f64 = -1.0;

impl Restriction {
    /// All vectors as they are.
    pub(super) fn root(vectors: &Vectors) -> Self {
        Restriction {
            dimension: vectors.dimension,
            coordinates: vectors.rounded.clone(),
            errors: vectors.errors.clone(),
            remaining: (0..vectors.dimension).collect(),
            pivot: Approx::new(1.0, 0.0),
            ..Restriction::default()
        }
    }

    pub(super) fn vanishes(&self, id: usize) -> bool {
        self.errors[id] < 0.0
    }

    /// One coordinate of a vector; that of one that vanishes is 0.
    pub(super) fn at(&self, id: usize, coordinate: usize) -> Approx {
        if self.vanishes(id) {
            return Approx::default();
        }
        Approx::new(self.coordinates[id * self.dimension + coordinate], self.errors[id])
    }

    /// Restricts all vectors to the hyperplane of one that does not vanish; whether no vector before it vanishes with it
    /// (otherwise the flat belongs to that one and `next` is unfinished).
    pub(super) fn restrict(&self, vectors: &Vectors, by: usize, next: &mut Restriction) -> Result<bool, Degenerate> {
        let (m, wide) = (self.dimension, self.dimension - 1);
        let (u, u_error) = self.certain(vectors, by)?;
        let p = (0..m).max_by(|&a, &b| u[a].abs().total_cmp(&u[b].abs())).unwrap_or(0);
        let (head, size) = (u[p], u[p].abs());
        next.dimension = wide;
        next.fixed.clone_from(&self.fixed);
        next.fixed.push(by);
        next.columns.clone_from(&self.columns);
        next.columns.push(self.remaining[p]);
        next.remaining.clone_from(&self.remaining);
        next.remaining.remove(p);
        next.pivot = Approx::new(head, u_error);
        next.eliminated = p;
        next.vanished.clear();
        next.coordinates.resize(vectors.len() * wide, 0.0);
        next.errors.resize(vectors.len(), VANISHED);
        let divisor = self.pivot.value;
        // The relative error of the divisor and of the division.
        let relative = if self.pivot.error == 0.0 { 0.0 } else { 2.0 * self.pivot.error / divisor.abs() };
        let others: Vec<usize> = (0..m).filter(|&q| q != p).collect();
        for id in 0..vectors.len() {
            let error = self.errors[id];
            if error < 0.0 || id == by {
                next.errors[id] = VANISHED;
                if id == by && id < vectors.hyperplanes {
                    next.vanished.push(id);
                }
                continue;
            }
            let x = &self.coordinates[id * m..(id + 1) * m];
            let target = &mut next.coordinates[id * wide..(id + 1) * wide];
            let factor = x[p];
            let (mut largest, mut x_size) = (0.0f64, factor.abs());
            for (slot, &q) in target.iter_mut().zip(&others) {
                let value = (x[q] * head - factor * u[q]) / divisor;
                *slot = value;
                largest = largest.max(value.abs());
                x_size = x_size.max(x[q].abs());
            }
            let product = x_size * size;
            let new_error = if error == 0.0 && u_error == 0.0 && relative == 0.0 && product < EXACT {
                0.0
            } else {
                let known = 2.0 * (x_size * u_error + size * error + error * u_error) + 4.0 * EPS * product;
                // The smallest normal number covers underflow, and tells these coordinates from exact integers.
                1.5 * (known + f64::MIN_POSITIVE) / divisor.abs()
                    + largest * (2.0 * relative + 2.0 * EPS)
                    + f64::MIN_POSITIVE
            };
            next.errors[id] = new_error;
            // A NaN is not larger.
            if largest > new_error {
                continue;
            }
            // Only sums of products of integers are exact.
            let is_zero = largest == 0.0 && new_error == 0.0;
            if is_zero || !next.settle(vectors, id) {
                next.errors[id] = VANISHED;
                match id < vectors.hyperplanes {
                    // A section in general position holds no ray of a flat of higher rank.
                    true if by >= vectors.hyperplanes => return Err(Degenerate),
                    true if id < by => return Ok(false),
                    true => next.vanished.push(id),
                    false => {}
                }
            }
        }
        Ok(true)
    }

    /// Computes the coordinates of a vector from the integers; whether it does not vanish.
    fn settle(&mut self, vectors: &Vectors, id: usize) -> bool {
        match vectors.minors(&self.fixed, &self.columns, &self.remaining, id) {
            Minors::Zero => false,
            Minors::Rounded(rounded, error) => {
                let wide = self.dimension;
                self.coordinates[id * wide..(id + 1) * wide].copy_from_slice(&rounded);
                self.errors[id] = error;
                true
            }
        }
    }

    /// The coordinates of a vector, the largest of which is certainly not zero.
    fn certain(&self, vectors: &Vectors, id: usize) -> Result<(Vec<f64>, f64), Degenerate> {
        if self.vanishes(id) {
            return Err(Degenerate);
        }
        let (m, error) = (self.dimension, self.errors[id]);
        let coordinates = &self.coordinates[id * m..(id + 1) * m];
        let largest = coordinates.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
        if largest > 4.0 * error && coordinates.iter().all(|entry| entry.is_finite()) {
            return Ok((coordinates.to_vec(), error));
        }
        match vectors.minors(&self.fixed, &self.columns, &self.remaining, id) {
            Minors::Rounded(rounded, error) if error.is_finite() => Ok((rounded, error)),
            _ => Err(Degenerate),
        }
    }
}
