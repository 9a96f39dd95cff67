//! Which hyperplane is the base u_0 of the slice u_0 = 1.
//!
//! The cells of a vertex are those of the rows that vanish there, and those that vanish do not hold the base. So a flat
//! with many rows that does not hold the base is a vertex with many cells: in the worst case, a row that is independent
//! of all others together (a feature that one row alone has), one vertex has them all. A base in the large flats avoids
//! that.
//!
//! Flats are tried as follows: of some rows that form a basis, all but one span a flat; a flat with a fraction p of the rows
//! is found from a random basis with probability about p^(r-1), and one that misses a single row for certain. For each row
//! the flats that do not hold it count as its cost, by the cells that they could have. In general position all costs are 0
//! and the first row is the base. The choice is a matter of speed alone; it depends on the rows and nothing else.
//!
//! O(N r^2) operations for each of a few bases.

use dashu_int::IBig;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

use super::{
    approx::Approx,
    local::{dot, inverse},
};
use crate::{
    arrangement::tuning::SWEEP_BASE_TRIALS,
    exact::{integer, rank},
};

/// The number of the base among distinct hyperplanes of full rank.
pub(super) fn choose(normals: &[Vec<IBig>], dimension: usize) -> usize {
    // The flats of a plane hold one row each.
    if dimension < 3 || normals.len() == dimension {
        return 0;
    }
    let unit = |normal: &Vec<IBig>| -> Vec<Approx> {
        integer::to_unit_size(normal).into_iter().map(|entry| Approx::new(entry, f64::EPSILON)).collect()
    };
    let rounded: Vec<Vec<Approx>> = normals.iter().map(unit).collect();
    let mut costs = vec![0u128; normals.len()];
    for trial in 0..SWEEP_BASE_TRIALS {
        for dual in hyperplanes_of_a_basis(normals, dimension, trial) {
            // What cannot be told from zero counts as zero.
            let off: Vec<usize> = (0..normals.len()).filter(|&row| is_off(&rounded[row], &dual)).collect();
            let excess = (normals.len() - off.len()).saturating_sub(dimension - 1) as u128;
            let cost = excess.saturating_pow(dimension as u32 - 1);
            off.into_iter().for_each(|row| costs[row] = costs[row].saturating_add(cost));
        }
    }
    (0..normals.len()).min_by_key(|&row| costs[row]).unwrap_or(0)
}

fn is_off(row: &[Approx], dual: &[Approx]) -> bool {
    dot(row, dual).is_positive().is_some()
}

/// For each row of a random basis, a vector on which all others of the basis vanish.
fn hyperplanes_of_a_basis(normals: &[Vec<IBig>], dimension: usize, trial: u64) -> Vec<Vec<Approx>> {
    let mut order: Vec<usize> = (0..normals.len()).collect();
    order.shuffle(&mut Pcg64Mcg::seed_from_u64(trial));
    let shuffled: Vec<Vec<IBig>> = order.iter().map(|&row| normals[row].clone()).collect();
    let basis: Vec<Vec<IBig>> =
        rank::basis(&shuffled, dimension).rows.into_iter().map(|row| shuffled[row].clone()).collect();
    inverse(&basis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(rows: &[&[i32]]) -> usize {
        let normals: Vec<Vec<IBig>> = rows.iter().map(|row| row.iter().map(|&entry| entry.into()).collect()).collect();
        choose(&normals, rows[0].len())
    }

    #[test]
    fn the_first_row_in_general_position() {
        assert_eq!(chosen(&[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1], &[1, 1, 1], &[1, 2, 4], &[1, 3, 9]]), 0);
        assert_eq!(chosen(&[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]]), 0);
    }

    /// A row that is independent of all others is no base: one vertex would have all cells.
    #[test]
    fn a_base_lies_in_the_large_flats() {
        assert_eq!(chosen(&[&[0, 0, 1], &[1, 0, 0], &[0, 1, 0], &[1, 1, 0], &[1, -1, 0]]), 1);
        let outside: [&[i32]; 3] = [&[0, 0, 0, 1], &[1, 2, 3, 1], &[3, -1, 2, 1]];
        let inside: [&[i32]; 6] =
            [&[1, 0, 0, 0], &[0, 1, 0, 0], &[0, 0, 1, 0], &[1, 1, 1, 0], &[1, 2, 4, 0], &[1, 3, 9, 0]];
        assert!(chosen(&[&outside[..], &inside].concat()) >= outside.len());
    }
}
