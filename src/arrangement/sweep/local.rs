//! The cells of the rows that vanish at a vertex which have their lowest point there.
//!
//! Let V be rows of rank k and phi a generic functional. PC(V, phi) is the set of cells of V on which phi > 0 but for the
//! origin. If the rows are independent, phi = sum c_i u_i, there is one such cell: row i has the sign of c_i. Otherwise
//! let u be the first row of V. In the slice u = 1 the function phi is generic; a cell there with phi > 0 has its lowest
//! point at one vertex, and one with phi < 0 its highest, which after a reflection is the same. So
//!
//! ```text
//! PC(V, phi) = disjoint union, over rays rho of V with phi(rho) > 0 and u(rho) != 0, of
//!              sign(rho) on the rows that do not vanish on rho  x  PC(rows W that vanish, phi - phi(rho) / u(rho) u).
//! ```
//!
//! The rays of V do not depend on phi; they are found once and remembered. On the hyperplanes u = 0 of the first rows
//! met so far the functional is phi itself, which is how signs are decided in integers where rounding leaves a doubt.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use dashu_int::IBig;

use super::{approx::Approx, degenerate::Degenerate, emitter::Emitter, vectors::Vectors, walk::Path};
use crate::exact::{elimination, integer, rank, sign};

/// What a list takes beside its entries: its head and the allocation.
const LIST_BYTES: usize = 48;

/// Rows that vanish at a vertex, as an arrangement of their own.
pub(super) struct Local {
    /// Ascending.
    pub(super) rows: Vec<usize>,
    /// Independent columns of the rows, as many as the rank.
    columns: Vec<usize>,
    shape: Shape,
}

enum Shape {
    /// Independent rows: the columns of the inverse of their matrix, up to positive factors.
    Free(Vec<Vec<Approx>>),
    /// Dependent rows: the rays off the first row.
    Tied(Vec<Ray>),
}

/// A line on which a flat of rank k - 1 vanishes.
struct Ray {
    /// A point of it, in the columns of the arrangement.
    at: Vec<Approx>,
    /// The first row's value there.
    base: Approx,
    base_is_positive: bool,
    /// Rows that do not vanish, and whether they are positive at the point.
    signs: Vec<(usize, bool)>,
    /// A basis of the rows that vanish.
    basis: Vec<usize>,
    below: Arc<Local>,
}

/// Arrangements at vertices by their rows.
#[derive(Default)]
struct Known {
    locals: HashMap<Vec<usize>, Arc<Local>>,
    bytes: usize,
}

/// Arrangements at vertices, shared by all threads.
pub(super) struct Locals<'a> {
    known: RwLock<Known>,
    most: usize,
    /// Whether a limit has been reached: then what is left is not done.
    limited: &'a (dyn Fn() -> bool + Sync),
}

/// A functional that lowers cells to a vertex, and what decides its signs in integers.
pub(super) struct Lowering<'a> {
    pub(super) vectors: &'a Vectors,
    /// The functional phi among the vectors.
    pub(super) functional: usize,
    /// Vectors that vanish on the space in which phi is considered: section functionals, and first rows met so far.
    pub(super) vanishing: Vec<usize>,
}

impl<'a> Locals<'a> {
    /// Remembers about so many bytes.
    pub(super) fn new(most: usize, limited: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Locals { known: RwLock::default(), most, limited }
    }

    /// The arrangement of rows that form a flat (ascending).
    pub(super) fn get(&self, vectors: &Vectors, rows: &[usize]) -> Result<Arc<Local>, Degenerate> {
        if let Some(local) = self.known.read().unwrap_or_else(PoisonError::into_inner).locals.get(rows) {
            return Ok(Arc::clone(local));
        }
        let local = Arc::new(self.build(vectors, rows)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.bytes < self.most && !known.locals.contains_key(rows) {
            known.bytes += local.bytes();
            known.locals.insert(rows.to_vec(), Arc::clone(&local));
        }
        Ok(local)
    }

    fn build(&self, vectors: &Vectors, rows: &[usize]) -> Result<Local, Degenerate> {
        let normals: Vec<Vec<IBig>> = rows.iter().map(|&row| vectors.exact[row].clone()).collect();
        let columns = rank::basis(&normals, vectors.dimension).columns;
        let reduced: Vec<Vec<IBig>> =
            normals.iter().map(|normal| columns.iter().map(|&column| normal[column].clone()).collect()).collect();
        let shape = if columns.len() == rows.len() {
            Shape::Free(inverse(&reduced).ok_or(Degenerate)?)
        } else {
            Shape::Tied(self.rays(vectors, rows, reduced, &columns)?)
        };
        Ok(Local { rows: rows.to_vec(), columns, shape })
    }

    fn rays(
        &self,
        vectors: &Vectors,
        rows: &[usize],
        mut reduced: Vec<Vec<IBig>>,
        columns: &[usize],
    ) -> Result<Vec<Ray>, Degenerate> {
        let rank = columns.len();
        let first: Vec<Approx> = columns.iter().map(|&column| vectors.entry(rows[0], column)).collect();
        // With the coordinate functionals among the vectors, the last restriction holds a point of the ray.
        reduced.extend((0..rank).map(|q| (0..rank).map(|j| IBig::from(u8::from(q == j))).collect()));
        let own = Vectors::new(reduced, rows.len(), rank);
        let mut rays = Vec::new();
        Path::new(&own).visit(1, rank - 1, &mut |path| {
            if path.depth + 1 < rank {
                return Ok(());
            }
            if (self.limited)() {
                return Err(Degenerate);
            }
            let restriction = path.restriction();
            let coordinate = |q: usize| restriction.at(rows.len() + q, 0);
            let off = (0..rows.len()).filter(|&index| !restriction.vanishes(index));
            let sign = |index: usize| Ok((rows[index], restriction.at(index, 0).is_positive().ok_or(Degenerate)?));
            let mut members: Vec<usize> = path.flat.iter().map(|&index| rows[index]).collect();
            members.sort_unstable();
            let at: Vec<Approx> = (0..rank).map(coordinate).collect();
            rays.push(Ray {
                base: dot(&at, &first),
                at,
                base_is_positive: restriction.at(0, 0).is_positive().ok_or(Degenerate)?,
                signs: off.map(sign).collect::<Result<_, Degenerate>>()?,
                basis: restriction.fixed.iter().map(|&index| rows[index]).collect(),
                below: self.get(vectors, &members)?,
            });
            Ok(())
        })?;
        Ok(rays)
    }
}

impl Local {
    /// The memory that it takes, about, without what is below its rays.
    fn bytes(&self) -> usize {
        let rank = self.columns.len();
        let list = |length: usize, entry: usize| LIST_BYTES + length * entry;
        let point = list(rank, size_of::<Approx>());
        let shape = match &self.shape {
            Shape::Free(inverse) => inverse.len() * point,
            Shape::Tied(rays) => {
                let signs = |ray: &Ray| list(ray.signs.len(), size_of::<(usize, bool)>());
                rays.iter().map(|ray| size_of::<Ray>() + 2 * point + signs(ray)).sum()
            }
        };
        size_of::<Local>() + list(rank, size_of::<usize>()) + 2 * list(self.rows.len(), size_of::<usize>()) + shape
    }

    /// Emits the cells PC(V, phi); `phi` has one entry for each column of the matrix.
    pub(super) fn cells(
        &self,
        phi: &[Approx],
        lowering: &mut Lowering<'_>,
        emitter: &mut Emitter<'_>,
    ) -> Result<(), Degenerate> {
        let phi_here: Vec<Approx> = self.columns.iter().map(|&column| phi[column]).collect();
        match &self.shape {
            Shape::Free(inverse) => {
                for (index, &row) in self.rows.iter().enumerate() {
                    let coefficient = dot(&phi_here, &inverse[index]);
                    let exact = || lowering.sign_beside(row, self.rows.iter().copied().filter(|&other| other != row));
                    emitter.set(row, coefficient.is_positive().map_or_else(exact, Ok)?);
                }
                emitter.emit()
            }
            Shape::Tied(rays) => rays.iter().try_for_each(|ray| self.cells_at(ray, phi, &phi_here, lowering, emitter)),
        }
    }

    /// The cells whose lowest point, in the slice u = 1 or reflected, lies on a ray.
    fn cells_at(
        &self,
        ray: &Ray,
        phi: &[Approx],
        phi_here: &[Approx],
        lowering: &mut Lowering<'_>,
        emitter: &mut Emitter<'_>,
    ) -> Result<(), Degenerate> {
        let first = self.rows[0];
        let value = dot(phi_here, &ray.at);
        // The sign of the first row on the side of the ray where phi is positive.
        let exact = || lowering.sign_beside(first, ray.basis.iter().copied());
        let positive = value.is_positive().map(|positive| positive == ray.base_is_positive);
        let forward = positive.map_or_else(exact, Ok)? == ray.base_is_positive;
        for &(row, sign) in &ray.signs {
            emitter.set(row, sign == forward);
        }
        let vectors = lowering.vectors;
        let slope = value / ray.base;
        let lowered: Vec<Approx> =
            phi.iter().enumerate().map(|(q, entry)| *entry - slope * vectors.entry(first, q)).collect();
        lowering.vanishing.push(first);
        let done = ray.below.cells(&lowered, lowering, emitter);
        lowering.vanishing.pop();
        done
    }
}

impl Lowering<'_> {
    /// In integers: the sign of a row, on the side where phi > 0 of the ray on which the `vanishing` vectors and other rows vanish.
    pub(super) fn sign_beside(&self, row: usize, others: impl Iterator<Item = usize>) -> Result<bool, Degenerate> {
        let vanishing: Vec<usize> = self.vanishing.iter().copied().chain(others).collect();
        let ray = self.vectors.ray(&vanishing).ok_or(Degenerate)?;
        let up = self.vectors.is_positive_on(self.functional, &ray).ok_or(Degenerate)?;
        Ok(self.vectors.is_positive_on(row, &ray).ok_or(Degenerate)? == up)
    }
}

pub(super) fn dot(left: &[Approx], right: &[Approx]) -> Approx {
    left.iter().zip(right).fold(Approx::default(), |sum, (&a, &b)| sum + a * b)
}

/// The columns of the inverse of a regular matrix, each rounded up to a positive factor.
pub(super) fn inverse(matrix: &[Vec<IBig>]) -> Option<Vec<Vec<Approx>>> {
    let order = matrix.len();
    let unit = |row: usize| (0..order).map(move |q| IBig::from(u8::from(q == row)));
    let system = matrix.iter().enumerate().map(|(row, vector)| vector.iter().cloned().chain(unit(row)).collect());
    let solved = elimination::solve(system.collect())?;
    let negative = sign::of(&solved.denominator).is_lt();
    let column = |numerators: Vec<IBig>| {
        let rounded = integer::to_unit_size(&numerators);
        rounded.into_iter().map(|entry| Approx::new(if negative { -entry } else { entry }, f64::EPSILON)).collect()
    };
    Some(solved.solutions.into_iter().map(column).collect())
}
