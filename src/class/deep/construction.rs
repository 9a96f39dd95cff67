//! Corollary 3.4: the optimum (7) over all labellings, each labelling built by an explicit subnetwork.
//!
//! A labelling needs one more hidden layer than two-layer networks have (see [`crate::realize::construct`]). In deeper
//! networks its unit is passed on by units that read one unit: without a bias such a unit is step(-z), which is 1 for
//! z = 0 and 0 for z = 1, the negation. So an odd number of further layers begins with the opposite labelling.

use super::{DeepTrainer, Found};
use crate::{
    convex::{Problem, over_all_labellings},
    model::{Layer, Subnetwork, Unit},
    pattern::{Bits, pattern_of},
    realize::{
        construct::{Construction, construct},
        reconstruct::{Reconstructor, Target},
    },
};

/// Integers up to this modulus, and sums of a few of them, are exact in f64.
const EXACT: f64 = 4_503_599_627_370_496.0;

impl DeepTrainer<'_> {
    /// The optimum over all labellings, if all labellings that it needs can be built with these widths.
    pub(super) fn by_construction(&self, problem: &Problem, widths: &[usize]) -> Option<Found> {
        let (solution, dual) = over_all_labellings(problem);
        let subnetwork = |level| self.subnetwork(&solution.pattern(level), level.weight, widths);
        let subnetworks: Vec<Subnetwork> = solution.levels.iter().map(subnetwork).collect::<Option<_>>()?;
        Some(Found {
            method: "construction",
            shared: Vec::new(),
            subnetworks,
            dual: self.relaxed(problem, &dual),
            widths: Some(widths.to_vec()),
            patterns: None,
            patterns_complete: true,
            unrealized: 0,
            limit: None,
        })
    }

    /// A subnetwork with this pattern on the points.
    fn subnetwork(&self, pattern: &Bits, output: f64, widths: &[usize]) -> Option<Subnetwork> {
        let (&width, negations) = widths.split_first()?;
        let first = if negations.len() % 2 == 0 { pattern.clone() } else { !pattern.clone() };
        let construction = construct(&self.arrangement, &first, &self.budget)?;
        if construction.units.len() > width {
            return None;
        }
        let mut layers = vec![self.units(&construction)?, vec![self.sum(&construction)?]];
        layers.extend(negations.iter().map(|_| vec![Unit::new(vec![-1.0])]));
        let subnetwork = Subnetwork { layers, output };
        let expected = self.points.expand(pattern);
        let right = (0..self.data.n()).all(|row| subnetwork.is_active(self.data.row(row)) == expected[row]);
        right.then_some(subnetwork)
    }

    /// The first layer, with the chosen kind of hidden weights.
    fn units(&self, construction: &Construction) -> Option<Layer> {
        let targets: Vec<Target> = construction
            .units
            .iter()
            .map(|unit| Target { pattern: pattern_of(&self.arrangement, unit), output: 1.0, known: None })
            .collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, None, &self.budget);
        let neurons = reconstructor.neurons(&targets, self.settings.reconstruction);
        neurons.into_iter().map(|neuron| Some(Unit::from(neuron?))).collect()
    }

    /// The unit that adds them up.
    fn sum(&self, construction: &Construction) -> Option<Unit> {
        let weights: Vec<f64> = construction.weights.iter().map(|weight| weight.to_f64().value()).collect();
        let exact = weights.iter().map(|weight| weight.abs()).sum::<f64>() <= EXACT;
        exact.then(|| Unit::new(weights))
    }
}
