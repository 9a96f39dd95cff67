//! The exact decider: phase one of the simplex method in rational arithmetic.
//!
//! With a_i = u_i where b_i = 1 and a_i = -u_i where b_i = 0, a refutation is a point of
//! `{ lambda >= 0 : sum lambda_i a_i = 0, sum_{b_i=0} lambda_i = 1 }`. Phase one minimises the sum of artificial
//! variables from the basis that they form. If the minimum is 0, lambda is a refutation. Otherwise the multipliers pi
//! of the r + 1 equations satisfy pi . (a_j, [b_j=0]) <= 0 for all j and pi_{r+1} > 0, so w = -(pi_1, ..., pi_r) has
//! a_j w >= 0, strictly where b_j = 0: a witness. One run gives either, exactly.
//!
//! Bland's rule (smallest index enters, smallest index leaves among ties) excludes cycles. O(r k) rational operations a
//! pivot; the number of pivots is small in practice and bounded by the number of bases.

use dashu_int::IBig;
use dashu_ratio::RBig;

use super::evidence::{Realization, Refutation};
use crate::{
    exact::{Direction, Normal, integer},
    pattern::BitsRef,
};

/// Decides whether the labelling restricted to the given rows is realised, exactly.
pub fn decide(normals: &[Normal], labelling: &BitsRef, rows: &[usize]) -> Realization {
    let dimension = normals.first().map_or(0, |normal| normal.exact().len());
    let mut tableau = Tableau::new(normals, labelling, rows, dimension);
    while let Some(entering) = tableau.entering() {
        tableau.pivot(entering);
    }
    if tableau.infeasibility().is_zero() {
        Realization::Refutation(tableau.refutation(rows))
    } else {
        Realization::Witness(tableau.witness())
    }
}

/// Equations in rows; columns are the variables lambda, then the artificial ones, then the right-hand side. The last
/// row holds the reduced costs of phase one and minus its value.
struct Tableau {
    entries: Vec<Vec<RBig>>,
    basis: Vec<usize>,
    variables: usize,
}

impl Tableau {
    fn new(normals: &[Normal], labelling: &BitsRef, rows: &[usize], dimension: usize) -> Self {
        let (variables, equations) = (rows.len(), dimension + 1);
        let mut entries = vec![vec![RBig::ZERO; variables + equations + 1]; equations + 1];
        for (column, &row) in rows.iter().enumerate() {
            let active = labelling[row];
            for (equation, entry) in normals[row].exact().iter().enumerate() {
                entries[equation][column] = RBig::from(if active { entry.clone() } else { -entry });
            }
            if !active {
                entries[dimension][column] = RBig::ONE;
            }
        }
        entries[dimension][variables + equations] = RBig::ONE;
        for equation in 0..equations {
            entries[equation][variables + equation] = RBig::ONE;
        }
        // Reduced costs: 1 on the artificial variables minus the sum of the equations, 0 on the basis.
        for column in (0..variables).chain([variables + equations]) {
            let sum =
                (0..equations).map(|equation| &entries[equation][column]).fold(RBig::ZERO, |sum, value| sum + value);
            entries[equations][column] = -sum;
        }
        Tableau { entries, basis: (variables..variables + equations).collect(), variables }
    }

    fn equations(&self) -> usize {
        self.basis.len()
    }

    fn right(&self, equation: usize) -> &RBig {
        &self.entries[equation][self.variables + self.equations()]
    }

    /// The minimum of phase one so far.
    fn infeasibility(&self) -> RBig {
        -self.right(self.equations()).clone()
    }

    /// Bland's rule: the first lambda with a negative reduced cost. Artificial variables never return.
    fn entering(&self) -> Option<usize> {
        (0..self.variables).find(|&column| self.entries[self.equations()][column] < RBig::ZERO)
    }

    fn pivot(&mut self, entering: usize) {
        let ratio = |equation: usize| self.right(equation) / &self.entries[equation][entering];
        let leaving = (0..self.equations())
            .filter(|&equation| self.entries[equation][entering] > RBig::ZERO)
            .min_by(|&a, &b| ratio(a).cmp(&ratio(b)).then(self.basis[a].cmp(&self.basis[b])));
        // Phase one is bounded below by 0, so a column with negative reduced cost has a positive entry.
        let Some(leaving) = leaving else { unreachable!("phase one is bounded") };
        let divisor = self.entries[leaving][entering].clone();
        for entry in &mut self.entries[leaving] {
            *entry /= &divisor;
        }
        let pivot_row = self.entries[leaving].clone();
        for (index, row) in self.entries.iter_mut().enumerate() {
            let factor = row[entering].clone();
            if index == leaving || factor.is_zero() {
                continue;
            }
            for (entry, value) in row.iter_mut().zip(&pivot_row).filter(|(_, value)| !value.is_zero()) {
                *entry -= &factor * value;
            }
        }
        self.basis[leaving] = entering;
    }

    fn refutation(&self, rows: &[usize]) -> Refutation {
        let basic = |equation: usize| (self.basis[equation], self.right(equation).clone());
        let support: Vec<(usize, RBig)> = (0..self.equations())
            .map(basic)
            .filter(|(variable, value)| *variable < self.variables && !value.is_zero())
            .collect();
        let values: Vec<RBig> = support.iter().map(|(_, value)| value.clone()).collect();
        let mut integers = integer::from_rationals(&values);
        integer::make_primitive(&mut integers);
        Refutation { multipliers: support.iter().map(|(variable, _)| rows[*variable]).zip(integers).collect() }
    }

    /// w = -pi, where the reduced cost of artificial variable i is 1 - pi_i.
    fn witness(&self) -> Direction {
        let cost = |equation: usize| &self.entries[self.equations()][self.variables + equation];
        let weights: Vec<RBig> = (0..self.equations() - 1).map(|equation| cost(equation) - RBig::ONE).collect();
        let mut integers: Vec<IBig> = integer::from_rationals(&weights);
        integer::make_primitive(&mut integers);
        Direction::new(integers)
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{is_refutation, is_witness};
    use super::*;
    use crate::pattern::from_text;

    fn decided(rows: &[&[i64]], text: &str) -> bool {
        let normals: Vec<Normal> =
            rows.iter().map(|row| Direction::new(row.iter().map(|&entry| IBig::from(entry)).collect())).collect();
        let labelling = from_text(text).unwrap();
        let all: Vec<usize> = (0..rows.len()).collect();
        match decide(&normals, &labelling, &all) {
            Realization::Witness(weight) => {
                assert!(is_witness(&normals, &labelling, &weight), "{text}: wrong witness");
                true
            }
            Realization::Refutation(refutation) => {
                assert!(is_refutation(&normals, &labelling, &refutation), "{text}: wrong multipliers");
                false
            }
        }
    }

    fn patterns(rows: &[&[i64]]) -> usize {
        let labelling =
            |bits: usize| -> String { (0..rows.len()).map(|i| if bits >> i & 1 == 1 { '1' } else { '0' }).collect() };
        (0..1 << rows.len()).filter(|&bits| decided(rows, &labelling(bits))).count()
    }

    #[test]
    fn small_pattern_sets_by_hand() {
        assert_eq!(patterns(&[&[1], &[-1]]), 3);
        assert_eq!(patterns(&[&[-1, 1], &[0, 1], &[1, 1]]), 6);
        assert_eq!(patterns(&[&[1, 0], &[0, 1], &[1, 1], &[-1, -1]]), 9);
    }
}
