//! Problem (9) over a few columns, as a linear programme in dual form.
//!
//! ```text
//! maximise over V   y.V   subject to   -1 <= D^T V <= 1
//! ```
//!
//! The weights w are the multipliers of the ranges. If the columns span all vectors, V is bounded. HiGHS (simplex method)
//! ends at a vertex: the columns with a weight are independent, and so are N of those that are tight. Clarabel (interior
//! point) ends inside the set of optima; its weights are moved to a vertex of theirs.

use crate::{
    backend::{
        linear::{RangeProgram, minimise_over_ranges},
        quadratic::{self, QuadraticProgram},
    },
    convex::support,
    limits::Budget,
    pattern::PatternMatrix,
};

/// What solves the linear programmes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Solver {
    /// HiGHS, by the simplex method.
    #[default]
    Highs,
    /// Clarabel, by an interior-point method.
    Clarabel,
}

impl Solver {
    fn other(self) -> Self {
        match self {
            Solver::Highs => Solver::Clarabel,
            Solver::Clarabel => Solver::Highs,
        }
    }
}

/// A proposal: weights with D w = y and a dual point, up to rounding.
#[derive(Clone, Debug)]
pub struct Restricted {
    /// w, one entry a column.
    pub weights: Vec<f64>,
    /// V, one entry a row.
    pub dual: Vec<f64>,
}

/// Solves the programme, by the other solver if one fails; `None` if both do.
pub fn solve(columns: &PatternMatrix, targets: &[f64], solver: Solver, budget: &Budget) -> Option<Restricted> {
    let by = |solver| match solver {
        Solver::Highs => by_simplex(columns, targets, budget),
        Solver::Clarabel => by_interior_point(columns, targets, budget),
    };
    by(solver).or_else(|| by(solver.other()))
}

fn by_simplex(columns: &PatternMatrix, targets: &[f64], budget: &Budget) -> Option<Restricted> {
    let mut members: Vec<Vec<(usize, f64)>> = vec![Vec::new(); targets.len()];
    for (p, column) in columns.iter().enumerate() {
        for row in column.iter_ones() {
            members[row].push((p, 1.0));
        }
    }
    let programme = RangeProgram {
        costs: targets.iter().map(|y| -y).collect(),
        bounds: vec![(f64::NEG_INFINITY, f64::INFINITY); targets.len()],
        columns: members,
        ranges: vec![(-1.0, 1.0); columns.len()],
    };
    let solution = minimise_over_ranges(programme, budget)?;
    Some(Restricted { weights: solution.multipliers.iter().map(|w| -w).collect(), dual: solution.primal })
}

fn by_interior_point(columns: &PatternMatrix, targets: &[f64], budget: &Budget) -> Option<Restricted> {
    let count = columns.len();
    let mut constraints = quadratic::Columns::new();
    for row in 0..targets.len() {
        let members = |first: usize, sign: f64| {
            (0..count).filter(move |&p| columns.column(p)[row]).map(move |p| (first + p, sign))
        };
        constraints.push(members(0, 1.0).chain(members(count, -1.0)));
    }
    let programme = QuadraticProgram {
        diagonal: vec![0.0; targets.len()],
        linear: targets.iter().map(|y| -y).collect(),
        constraints,
        bounds: vec![1.0; 2 * count],
        equations: 0,
    };
    let solution = quadratic::minimise(programme, budget)?;
    let (above, below) = solution.multipliers.split_at(count);
    let weights: Vec<f64> = above.iter().zip(below).map(|(above, below)| above - below).collect();
    Some(Restricted { weights: support::reduce(columns, &weights), dual: solution.primal })
}
