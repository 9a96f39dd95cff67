//! Span: as many independent patterns as there are rows, and the exact solution of a square system.
//!
//! Two cells that meet in a facet differ in the bits of the rows on that hyperplane alone, and the facet shows each of
//! them; so the patterns span all vectors on the groups, and w = 0 against a cell and its opposite shows the zero rows.
//! With independent patterns as columns of A, the weights A^{-1} (2 b - 1), times the determinant, produce the bits b.
//! One list of patterns, and O(N^3) operations on integers of the size of a minor.

use crate::{
    arrangement::enumerate,
    exact::{Arrangement, Direction, IBig, elimination, rank, sign},
    limits::Budget,
    pattern::BitsRef,
    realize::reconstruct::exact_witness,
};

use super::Construction;

/// The construction; `None` if the budget ends before enough patterns are found.
pub(super) fn construct(arrangement: &Arrangement, labelling: &BitsRef, budget: &Budget) -> Option<Construction> {
    let patterns = enumerate::enumerate(arrangement, budget, &|_| ()).patterns;
    let zero_rows = arrangement.has_zero_row().then_some(true);
    let column = |pattern: &BitsRef| -> Vec<IBig> {
        pattern.iter().by_vals().chain(zero_rows).map(|bit| IBig::from(u8::from(bit))).collect()
    };
    let columns: Vec<Vec<IBig>> = patterns.iter().map(column).collect();
    let chosen = rank::basis(&columns, labelling.len()).rows;
    if chosen.len() < labelling.len() {
        return None;
    }
    let equation = |row: usize| {
        let side = IBig::from(if labelling[row] { 1 } else { -1 });
        chosen.iter().map(|&p| columns[p][row].clone()).chain([side]).collect()
    };
    let solved = elimination::solve((0..labelling.len()).map(equation).collect())?;
    let turned = sign::of(&solved.denominator).is_lt();
    let weights = solved.solutions.into_iter().flatten().map(|weight| if turned { -weight } else { weight });
    let units = chosen.iter().map(|&p| {
        let weight = exact_witness(arrangement, patterns.column(p))?;
        // The witness has zeros outside the kept columns.
        Some(Direction::new(arrangement.columns().iter().map(|&column| weight.exact()[column].clone()).collect()))
    });
    Some(Construction { units: units.collect::<Option<_>>()?, weights: weights.collect() })
}
