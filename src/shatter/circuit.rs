//! Signed circuits: the smallest reasons why a labelling is no pattern.
//!
//! A circuit is a minimal set of dependent rows; its dependency `sum c_g u_g = 0` is unique up to a factor and has no
//! zero. It refutes the labels 1 where c_g > 0 and 0 where c_g < 0, if some c_g < 0; and the opposite labels, if some
//! c_g > 0. Every labelling that is no pattern is refuted by a circuit.
//!
//! The exact simplex method already ends with one: the columns (a_g, \[b_g = 0\]) of its basis are independent. If the
//! rows a_g of the support had two independent dependencies, one of their combinations would vanish in the last
//! coordinate too. So they have one, without a zero, and no smaller set has any.

use dashu_int::IBig;

use crate::{
    arrangement::Refutation as Multipliers,
    check::{proof::Refutation, rup::Literal},
    data::Dataset,
    exact::{Arrangement, elimination, integer, rank, sign},
    pattern::BitsRef,
};

/// A dependency of the normals of an arrangement that refutes the labels of its signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Groups, ascending, with coefficients that are not 0, at least one of them negative.
    entries: Vec<(usize, IBig)>,
}

impl Circuit {
    /// The circuit in Motzkin multipliers that refute a labelling.
    pub fn refuting(labelling: &BitsRef, multipliers: &Multipliers) -> Self {
        let signed =
            |(group, value): &(usize, IBig)| (*group, if labelling[*group] { value.clone() } else { -value.clone() });
        let mut entries: Vec<(usize, IBig)> = multipliers.multipliers.iter().map(signed).collect();
        entries.sort_unstable_by_key(|(group, _)| *group);
        Circuit { entries }
    }

    /// The circuit of the first group that depends on a basis of the rows; `None` if all groups are independent.
    ///
    /// A rank computation and one exact solve of r equations.
    pub fn of_dependent_rows(arrangement: &Arrangement) -> Option<Self> {
        let normals: Vec<Vec<IBig>> = arrangement.normals().iter().map(|normal| normal.exact().to_vec()).collect();
        let basis = rank::basis(&normals, arrangement.rank()).rows;
        let dependent = (0..normals.len()).find(|group| basis.binary_search(group).is_err())?;
        let equation =
            |column: usize| basis.iter().chain([&dependent]).map(|&row| normals[row][column].clone()).collect();
        // The basis is regular, so there is a solution.
        let solved = elimination::solve((0..arrangement.rank()).map(equation).collect())?;
        let positive = sign::of(&solved.denominator).is_gt();
        let oriented = |value: IBig| if positive { value } else { -value };
        let combination = basis.into_iter().zip(solved.solutions.into_iter().flatten());
        let mut entries: Vec<(usize, IBig)> = combination.chain([(dependent, -solved.denominator)]).collect();
        entries.retain(|(_, value)| !value.is_zero());
        entries.sort_unstable_by_key(|(group, _)| *group);
        let (groups, values): (Vec<usize>, Vec<IBig>) = entries.into_iter().unzip();
        let mut values: Vec<IBig> = values.into_iter().map(oriented).collect();
        integer::make_primitive(&mut values);
        Some(Circuit { entries: groups.into_iter().zip(values).collect() })
    }

    /// The same dependency with all signs changed, if that refutes anything.
    pub fn opposite(&self) -> Option<Self> {
        let refutes = self.entries.iter().any(|(_, value)| *value > IBig::ZERO);
        let negated = || self.entries.iter().map(|(group, value)| (*group, -value)).collect();
        refutes.then(|| Circuit { entries: negated() })
    }

    /// The clause that excludes the refuted labels; variable g + 1 is the bit of group g.
    pub fn clause(&self) -> impl Iterator<Item = Literal> {
        self.entries.iter().map(|(group, value)| {
            let variable = *group as Literal + 1;
            if *value > IBig::ZERO { -variable } else { variable }
        })
    }

    /// The dependency in the rows of X that stand for the groups, each scaled to its primitive integer vector.
    ///
    /// The normals are primitive in r coordinates, the rows in all d: they differ by a positive factor.
    pub fn on_rows(&self, data: &Dataset, arrangement: &Arrangement) -> Refutation {
        let rows: Vec<usize> = self.entries.iter().map(|(group, _)| arrangement.representatives()[*group]).collect();
        let factor = |(group, _): &(usize, IBig)| -> IBig {
            let row = data.row(arrangement.representatives()[*group]);
            let mut full = integer::from_f64s(row).unwrap_or_default();
            integer::make_primitive(&mut full);
            let normal = arrangement.normals()[*group].exact();
            let kept = arrangement.columns().iter().zip(normal).find(|(_, entry)| !entry.is_zero());
            // A group has a non-zero normal, and a dataset is finite.
            kept.map_or(IBig::ONE, |(&column, entry)| &full[column] / entry)
        };
        // With u_g = full_g / factor_g the coefficient of full_g is c_g / factor_g; times all factors it is an integer.
        let factors: Vec<IBig> = self.entries.iter().map(factor).collect();
        let product = |but: usize| -> IBig {
            factors.iter().enumerate().filter(|(place, _)| *place != but).map(|(_, factor)| factor).product()
        };
        let mut values: Vec<IBig> =
            self.entries.iter().enumerate().map(|(place, (_, value))| value * product(place)).collect();
        integer::make_primitive(&mut values);
        let mut entries: Vec<(usize, IBig)> = rows.into_iter().zip(values).collect();
        entries.sort_unstable_by_key(|(row, _)| *row);
        Refutation { entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        arrangement::{Realization, realize},
        pattern::Bits,
    };

    /// Every labelling that is refuted is refuted by a minimal dependency.
    #[test]
    fn refutations_are_circuits() {
        let features = [1.0, 0.0, 2.0, 0.0, 1.0, 1.0, 1.0, 1.0, 3.0, -1.0, 0.0, 0.0, 2.0, 1.0, 3.0, 0.0, 2.0, 2.0];
        let arrangement = Arrangement::new(&features, 3).unwrap();
        let normals = arrangement.normals();
        let mut refuted = 0;
        for code in 0..1u32 << arrangement.groups() {
            let labelling: Bits = (0..arrangement.groups()).map(|group| code >> group & 1 == 1).collect();
            let Realization::Refutation(multipliers) = realize(normals, &labelling) else { continue };
            let circuit = Circuit::refuting(&labelling, &multipliers);
            let rows: Vec<Vec<IBig>> =
                circuit.entries.iter().map(|(group, _)| normals[*group].exact().to_vec()).collect();
            assert_eq!(rank::basis(&rows, arrangement.rank()).rank(), rows.len() - 1);
            refuted += 1;
        }
        assert!(refuted > 0);
    }

    #[test]
    fn a_dependency_of_rows_by_hand() {
        // Rows (1, 0), (0, 1), (-2, -3): 2 u_0 + 3 u_1 + u_2 = 0, with the last one made negative.
        let data = Dataset::new(vec![1.0, 0.0, 0.0, 1.0, -2.0, -3.0], 2, vec![0.0; 3]).unwrap();
        let arrangement = Arrangement::new(data.features(), 2).unwrap();
        let circuit = Circuit::of_dependent_rows(&arrangement).unwrap();
        let entry = |group: usize, value: i32| (group, IBig::from(value));
        assert_eq!(circuit.entries, [entry(0, -2), entry(1, -3), entry(2, -1)]);
        assert!(circuit.opposite().is_none() == circuit.entries.iter().all(|(_, value)| *value < IBig::ZERO));
        assert_eq!(circuit.clause().collect::<Vec<_>>(), [1, 2, 3]);
        let independent = Arrangement::new(&[1.0, 0.0, 0.0, 1.0], 2).unwrap();
        assert_eq!(Circuit::of_dependent_rows(&independent), None);
    }

    /// The second column is twice the first: normals are primitive in one coordinate, rows in two.
    #[test]
    fn rows_have_other_factors_than_normals() {
        let data = Dataset::new(vec![3.0, 6.0, 1.0, 5.0, 10.0, -2.0, -1.0, -2.0, 7.0], 3, vec![0.0; 3]).unwrap();
        let arrangement = Arrangement::new(data.features(), 3).unwrap();
        let refutation = Circuit::of_dependent_rows(&arrangement).unwrap().on_rows(&data, &arrangement);
        for column in 0..3 {
            let term = |(row, value): &(usize, IBig)| value * IBig::from(data.row(*row)[column] as i64);
            assert!(refutation.entries.iter().map(term).sum::<IBig>().is_zero());
        }
    }
}
