//! The totally cyclic flats.
//!
//! There can be as many of them as vertices, so only a basis of each is kept, some bytes; the arrangement on a flat (see
//! `slice`) is built when it is swept.

use super::{
    degenerate::Degenerate,
    slice::Slice,
    vectors::{Vectors, balanced},
    walk::Path,
};
use crate::{
    arrangement::tuning::SWEEP_FACES_CHECK_EVERY,
    arrangement::{evidence::Realization, realize::realize},
    exact::{Arrangement, Direction, IBig, rank},
    pattern::Bits,
};

/// Independent hyperplanes for each of some flats.
#[derive(Default)]
pub(super) struct Bases {
    rows: Vec<u32>,
    ends: Vec<usize>,
    /// How many there are of each rank.
    of_rank: Vec<u64>,
}

impl Bases {
    fn push(&mut self, basis: &[usize]) {
        // Hyperplanes are numbered by u32 in the walk of pricing, too.
        self.rows.extend(basis.iter().map(|&row| row as u32));
        self.ends.push(self.rows.len());
        self.of_rank.resize(self.of_rank.len().max(basis.len() + 1), 0);
        self.of_rank[basis.len()] += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Each rank with the number of its flats.
    pub(super) fn of_rank(&self) -> impl Iterator<Item = (usize, u64)> {
        self.of_rank.iter().copied().enumerate()
    }

    pub(super) fn get(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.rows[start..self.ends[index]]
    }
}

/// The totally cyclic flats but for the whole space; once `limited` says yes, what it returns must not be used.
pub(super) fn totally_cyclic(
    arrangement: &Arrangement,
    whole: &Slice,
    limited: &(dyn Fn() -> bool + Sync),
) -> Result<Bases, Degenerate> {
    let normals = balanced(whole.normals.clone(), whole.dimension);
    let vectors = Vectors::new(normals, whole.normals.len(), whole.dimension);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); whole.normals.len()];
    for (group, wire) in whole.wiring.groups.iter().enumerate() {
        if let Some((row, _)) = wire {
            members[*row].push(group);
        }
    }
    let (mut bases, mut visited) = (Bases::default(), 0u32);
    Path::new(&vectors).visit(0, vectors.dimension - 1, &mut |path| {
        if visited.is_multiple_of(SWEEP_FACES_CHECK_EVERY) && limited() {
            return Err(Degenerate);
        }
        visited = visited.wrapping_add(1);
        let groups: Vec<usize> = path.flat.iter().flat_map(|&row| &members[row]).copied().collect();
        if groups.len() > path.depth && is_totally_cyclic(arrangement, &groups) {
            bases.push(&path.restriction().fixed);
        }
        Ok(())
    })?;
    let everything: Vec<usize> = (0..arrangement.groups()).collect();
    if is_totally_cyclic(arrangement, &everything) {
        bases.push(&rank::basis(&whole.normals, whole.dimension).rows);
    }
    Ok(bases)
}

/// Whether some combination of all these rows with positive coefficients is 0: no w has all products >= 0 and one > 0.
fn is_totally_cyclic(arrangement: &Arrangement, groups: &[usize]) -> bool {
    let normals: Vec<&Direction> = groups.iter().map(|&group| &arrangement.normals()[group]).collect();
    let column = |q: usize| -> IBig { normals.iter().map(|normal| &normal.exact()[q]).sum() };
    let minus_sum: Vec<IBig> = (0..arrangement.rank()).map(|q| -column(q)).collect();
    if minus_sum.iter().all(IBig::is_zero) {
        return true;
    }
    let mut labelling = Bits::repeat(true, normals.len());
    labelling.push(false);
    let rows: Vec<Direction> = normals.into_iter().cloned().chain([Direction::new(minus_sum)]).collect();
    matches!(realize(&rows, &labelling), Realization::Refutation(_))
}
