//! Fraction-free Gauss-Jordan elimination (Bareiss): square integer systems with several right-hand sides.
//!
//! After step k every entry is a minor of order k + 1 of the input, so the division by the previous pivot is exact and
//! entries stay as small as Hadamard's bound allows. O(k^2 (k + q)) integer operations for k equations and q sides.

use dashu_int::IBig;

/// The solutions of B Z = C: column j of Z is `solutions[j] / denominator`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    /// Plus or minus the determinant of B.
    pub denominator: IBig,
    /// One vector of numerators for each right-hand side.
    pub solutions: Vec<Vec<IBig>>,
}

/// Solves B Z = C for `system = [B | C]` with k rows and at least k columns; `None` if B is singular.
pub fn solve(mut system: Vec<Vec<IBig>>) -> Option<Solved> {
    let order = system.len();
    let mut previous = IBig::ONE;
    for step in 0..order {
        let pivot_row = (step..order).find(|&row| !system[row][step].is_zero())?;
        system.swap(step, pivot_row);
        let pivot = system[step].clone();
        for (index, row) in system.iter_mut().enumerate() {
            if index != step {
                eliminate(row, &pivot, step, &previous);
            }
        }
        previous = pivot[step].clone();
    }
    let width = system.first().map_or(0, Vec::len);
    let column = |side: usize| system.iter().map(|row| row[side].clone()).collect();
    Some(Solved { denominator: previous, solutions: (order..width).map(column).collect() })
}

/// Replaces `row` by `(pivot[step] * row - row[step] * pivot) / previous`, which is exact.
fn eliminate(row: &mut [IBig], pivot: &[IBig], step: usize, previous: &IBig) {
    let factor = row[step].clone();
    for (entry, value) in row.iter_mut().zip(pivot) {
        *entry = (&pivot[step] * &*entry - &factor * value) / previous;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(rows: &[&[i64]]) -> Vec<Vec<IBig>> {
        rows.iter().map(|row| row.iter().map(|&entry| IBig::from(entry)).collect()).collect()
    }

    #[test]
    fn two_equations_by_hand() {
        // 2 a + b = 5, a - b = 1: a = 2, b = 1, determinant -3.
        let solved = solve(system(&[&[2, 1, 5], &[1, -1, 1]])).unwrap();
        assert_eq!(solved.denominator, IBig::from(-3));
        assert_eq!(solved.solutions, vec![vec![IBig::from(-6), IBig::from(-3)]]);
    }

    #[test]
    fn a_zero_pivot_is_swapped_and_singular_is_refused() {
        let solved = solve(system(&[&[0, 1, 3], &[1, 0, 4]])).unwrap();
        assert_eq!(&solved.solutions[0][0] / &solved.denominator, IBig::from(4));
        assert_eq!(&solved.solutions[0][1] / &solved.denominator, IBig::from(3));
        assert!(solve(system(&[&[1, 2, 0], &[2, 4, 0]])).is_none());
    }

    #[test]
    fn three_equations_divide_exactly() {
        let solved = solve(system(&[&[2, 3, 5, 1], &[7, 11, 13, 1], &[17, 19, 23, 1]])).unwrap();
        for row in [[2, 3, 5], [7, 11, 13], [17, 19, 23]] {
            let sum: IBig = row.iter().zip(&solved.solutions[0]).map(|(&a, z)| IBig::from(a) * z).sum();
            assert_eq!(sum, solved.denominator);
        }
    }
}
