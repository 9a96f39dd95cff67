//! The cells that have their lowest point on the ray of a flat.

use dashu_int::IBig;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{
    approx::Approx,
    degenerate::Degenerate,
    emitter::Emitter,
    local::{Locals, Lowering},
    walk::Path,
};

/// The row u_0 of the slice u_0 = 1 comes first among the vectors.
const BASE: usize = 0;

/// Random functionals phi_0, ..., phi_{r-1}.
pub(super) fn functionals(dimension: usize, seed: u64, slice: usize) -> Vec<Vec<IBig>> {
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ (slice as u64) << 32);
    let mut entry = || IBig::from(random.random_range(-(1i64 << 62)..1i64 << 62));
    (0..dimension).map(|_| (0..dimension).map(|_| entry()).collect()).collect()
}

/// Emits the cells that have their lowest point on the ray of the flat at which the path stands.
pub(super) fn cells(path: &mut Path<'_>, locals: &Locals<'_>, emitter: &mut Emitter<'_>) -> Result<(), Degenerate> {
    let (vectors, rank) = (path.vectors, path.depth);
    let functional = |k: usize| vectors.hyperplanes + k;
    let flat = path.flat.clone();
    let sections = || (rank + 1..vectors.dimension).rev().map(functional);
    for section in sections() {
        path.fix(section)?;
    }
    let done = at_ray(path, functional(rank), flat, sections().collect(), locals, emitter);
    sections().for_each(|_| path.release());
    done
}

/// Emits the cells at the ray on which the flat and the sections vanish.
fn at_ray(
    path: &Path<'_>,
    functional: usize,
    mut flat: Vec<usize>,
    sections: Vec<usize>,
    locals: &Locals<'_>,
    emitter: &mut Emitter<'_>,
) -> Result<(), Degenerate> {
    let (vectors, restriction) = (path.vectors, path.restriction());
    let rank = restriction.fixed.len() - sections.len();
    if restriction.vanishes(functional) {
        return Err(Degenerate);
    }
    let mut lowering = Lowering { vectors, functional, vanishing: sections };
    let up = restriction.at(functional, 0).is_positive();
    for id in (0..vectors.hyperplanes).filter(|&id| !restriction.vanishes(id)) {
        let sign = up.zip(restriction.at(id, 0).is_positive()).map(|(up, positive)| positive == up);
        let exact = || lowering.sign_beside(id, restriction.fixed[..rank].iter().copied());
        emitter.set(id, sign.map_or_else(exact, Ok)?);
    }
    lowering.vanishing.push(BASE);
    if flat.len() == rank {
        let expansion = Expansion::new(path, functional, 0);
        for (index, &row) in flat.iter().enumerate() {
            let exact = || lowering.sign_beside(row, flat.iter().copied().filter(|&other| other != row));
            emitter.set(row, expansion.coefficients[index].is_positive().map_or_else(exact, Ok)?);
        }
        return emitter.emit();
    }
    flat.sort_unstable();
    let lowered = Expansion::new(path, functional, rank).remainder(path, functional);
    locals.get(vectors, &flat)?.cells(&lowered, &mut lowering, emitter)
}

/// The functional as a combination of the base row and the fixed vectors, of which the first few may be left out.
struct Expansion {
    /// The coefficient of the base row: the height of the vertex.
    height: Approx,
    /// One coefficient for each fixed vector, those left out being 0.
    coefficients: Vec<Approx>,
}

impl Expansion {
    /// Back substitution through the restrictions of the path, down to the fixed vector `from`.
    fn new(path: &Path<'_>, functional: usize, from: usize) -> Self {
        let fixed = &path.restriction().fixed;
        let height = path.restriction().at(functional, 0) / path.restriction().at(BASE, 0);
        let mut coefficients = vec![Approx::default(); fixed.len()];
        for index in (from..fixed.len()).rev() {
            let (restriction, pivot) = (&path.restrictions[index], path.restrictions[index + 1].eliminated);
            let known = restriction.at(functional, pivot) - height * restriction.at(BASE, pivot);
            let later = fixed[index + 1..].iter().zip(&coefficients[index + 1..]);
            let rest = later.fold(known, |rest, (&id, &coefficient)| rest - coefficient * restriction.at(id, pivot));
            coefficients[index] = rest / restriction.at(fixed[index], pivot);
        }
        Expansion { height, coefficients }
    }

    /// The functional minus the combination, one entry for each column.
    fn remainder(&self, path: &Path<'_>, functional: usize) -> Vec<Approx> {
        let vectors = path.vectors;
        let entry = |column: usize| {
            let known = vectors.entry(functional, column) - self.height * vectors.entry(BASE, column);
            let fixed = path.restriction().fixed.iter().zip(&self.coefficients);
            fixed.fold(known, |rest, (&id, &coefficient)| rest - coefficient * vectors.entry(id, column))
        };
        (0..vectors.dimension).map(entry).collect()
    }
}
