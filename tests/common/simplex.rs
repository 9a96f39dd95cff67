//! Problem (9) over a list of patterns by the simplex method in rational numbers: exact, and simple enough to be believed.

use heaviside::RBig;

/// min ||w||_1 subject to D w = y for the 0/1 columns of D; `None` if there is no w.
///
/// Two phases on a dense tableau, with Bland's rule (which ends). Columns are the patterns, their negatives and one
/// artificial variable a row, which costs 1 in the first phase and is kept out of the second.
pub fn least_norm(columns: &[String], targets: &[RBig]) -> Option<RBig> {
    let (rows, count) = (targets.len(), 2 * columns.len());
    let mut tableau: Vec<Vec<RBig>> = (0..rows).map(|row| equation(columns, targets, row)).collect();
    let mut basis: Vec<usize> = (count..count + rows).collect();
    let first: Vec<RBig> = (0..count + rows).map(|j| RBig::from(i32::from(j >= count))).collect();
    if minimise(&mut tableau, &mut basis, &first, count) > RBig::ZERO {
        return None;
    }
    // Artificial variables that are still basic are 0 and stay 0 where a pivot takes them out.
    for row in 0..rows {
        let entering = (0..count).find(|&j| basis[row] >= count && tableau[row][j] != RBig::ZERO);
        if let Some(entering) = entering {
            pivot(&mut tableau, &mut basis, row, entering);
        }
    }
    let second: Vec<RBig> = (0..count + rows).map(|j| RBig::from(i32::from(j < count))).collect();
    Some(minimise(&mut tableau, &mut basis, &second, count))
}

/// Row i of [D, -D, I | y], multiplied by -1 if y_i < 0.
fn equation(columns: &[String], targets: &[RBig], row: usize) -> Vec<RBig> {
    let sign = if targets[row] < RBig::ZERO { -1 } else { 1 };
    let entry = |column: &String| i32::from(column.as_bytes()[row] == b'1') * sign;
    let patterns = columns.iter().map(entry).chain(columns.iter().map(|column| -entry(column)));
    let artificial = (0..targets.len()).map(|other| i32::from(other == row));
    let target = &targets[row] * RBig::from(sign);
    patterns.chain(artificial).map(RBig::from).chain([target]).collect()
}

/// Pivots until no column below `count` has a negative reduced cost; the value.
fn minimise(tableau: &mut [Vec<RBig>], basis: &mut [usize], costs: &[RBig], count: usize) -> RBig {
    let sum = |terms: &mut dyn Iterator<Item = RBig>| terms.fold(RBig::ZERO, |sum, term| sum + term);
    loop {
        let price = |j: usize| sum(&mut tableau.iter().zip(&*basis).map(|(row, &b)| &costs[b] * &row[j]));
        let Some(entering) = (0..count).find(|&j| &costs[j] - price(j) < RBig::ZERO) else {
            return price(costs.len());
        };
        let ratio = |row: &usize| &tableau[*row][costs.len()] / &tableau[*row][entering];
        let leaving = (0..tableau.len())
            .filter(|&row| tableau[row][entering] > RBig::ZERO)
            .min_by(|a, b| ratio(a).cmp(&ratio(b)).then(basis[*a].cmp(&basis[*b])));
        pivot(tableau, basis, leaving.expect("the norm is bounded"), entering);
    }
}

fn pivot(tableau: &mut [Vec<RBig>], basis: &mut [usize], row: usize, entering: usize) {
    basis[row] = entering;
    let pivot = tableau[row][entering].clone();
    tableau[row].iter_mut().for_each(|entry| *entry = &*entry / &pivot);
    let pivot_row = tableau[row].clone();
    for (_, other) in tableau.iter_mut().enumerate().filter(|(index, _)| *index != row) {
        let factor = other[entering].clone();
        if factor != RBig::ZERO {
            other.iter_mut().zip(&pivot_row).for_each(|(entry, term)| *entry -= &factor * term);
        }
    }
}
