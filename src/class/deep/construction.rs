//! Corollary 3.4: the optimum (7) over all labellings, each labelling built by an explicit subnetwork.
//!
//! A labelling needs one more hidden layer than two-layer networks have (see [`crate::realize::construct`]). In deeper
//! networks its unit is passed on by units that read one unit: without a bias such a unit is step(-z), which is 1 for
//! z = 0 and 0 for z = 1, the negation. So an odd number of further layers begins with the opposite labelling.

use std::collections::HashMap;

use crate::{
    model::{Layer, Subnetwork, Unit},
    pattern::{Bits, pattern_of},
    realize::{
        construct::{Construction, construct},
        reconstruct::{Reconstructor, Target},
    },
    settings::TrainSettings,
    subject::Subject,
};

/// Integers up to this modulus, and sums of a few of them, are exact in f64.
const EXACT: f64 = 4_503_599_627_370_496.0;

/// Labellings with the subnetworks that were built for them.
pub(super) struct Constructed {
    subnetworks: HashMap<Bits, Subnetwork>,
}

impl Constructed {
    /// Subnetworks for all of the labellings; `None` if one cannot be built with these widths.
    pub fn all(subject: &Subject<'_>, settings: &TrainSettings, widths: &[usize], labellings: &[Bits]) -> Option<Self> {
        let builder = Builder { subject, settings };
        let built =
            labellings.iter().map(|labelling| Some((labelling.clone(), builder.subnetwork(labelling, widths)?)));
        Some(Constructed { subnetworks: built.collect::<Option<_>>()? })
    }

    /// The subnetwork of a labelling.
    pub fn get(&self, labelling: &Bits) -> Option<Subnetwork> {
        self.subnetworks.get(labelling).cloned()
    }
}

struct Builder<'a> {
    subject: &'a Subject<'a>,
    settings: &'a TrainSettings,
}

impl Builder<'_> {
    /// A subnetwork with this pattern on the groups; its output weight is 1.
    fn subnetwork(&self, pattern: &Bits, widths: &[usize]) -> Option<Subnetwork> {
        let Subject { data, arrangement, groups, budget, .. } = self.subject;
        let (&width, negations) = widths.split_first()?;
        let first = if negations.len() % 2 == 0 { pattern.clone() } else { !pattern.clone() };
        let construction = construct(arrangement, &first, budget)?;
        if construction.units.len() > width {
            return None;
        }
        let mut layers = vec![self.units(&construction)?, vec![sum(&construction)?]];
        layers.extend(negations.iter().map(|_| vec![Unit::new(vec![-1.0])]));
        let subnetwork = Subnetwork { layers, output: 1.0 };
        let expected = groups.expand(pattern);
        let right = (0..data.n()).all(|row| subnetwork.is_active(data.row(row)) == expected[row]);
        right.then_some(subnetwork)
    }

    /// The first layer, with the chosen kind of hidden weights.
    fn units(&self, construction: &Construction) -> Option<Layer> {
        let Subject { data, arrangement, budget, .. } = self.subject;
        let pattern = |unit| pattern_of(arrangement, unit);
        let targets: Vec<Target> =
            construction.units.iter().map(|unit| Target { pattern: pattern(unit), output: 1.0, known: None }).collect();
        let reconstructor = Reconstructor::new(data, arrangement, None, budget);
        let neurons = reconstructor.neurons(&targets, self.settings.reconstruction);
        neurons.into_iter().map(|neuron| Some(Unit::from(neuron?))).collect()
    }
}

/// The unit that adds them up.
fn sum(construction: &Construction) -> Option<Unit> {
    let weights: Vec<f64> = construction.weights.iter().map(|weight| weight.to_f64().value()).collect();
    let exact = weights.iter().map(|weight| weight.abs()).sum::<f64>() <= EXACT;
    exact.then(|| Unit::new(weights))
}
