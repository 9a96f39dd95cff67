//! From a deep network and a dual point to an exact certificate.

use super::{CertifyError, claim, exact_problem, stated, witness_weights};
use crate::{
    certificate::{
        Body, Certificate, CertifiedDeepNetwork, CertifiedSubnetwork, CertifiedUnit, Deep, Depth, Dual, pattern_to_hex,
    },
    check::{bounds, deep::Points},
    data::Dataset,
    exact::{Arrangement, RBig, rational},
    loss::Loss,
    model::{DeepNetwork, Unit},
    pattern::Bits,
};

/// Assembles a certificate for a deep network and a priced dual point.
///
/// Where the exact pattern of a first unit is not that of its forward pass, an exact witness of the latter is written.
///
/// # Errors
///
/// [`CertifyError`] if a number is not finite, or a subnetwork has another pattern in exact arithmetic.
pub fn deep_certificate(
    data: &Dataset,
    arrangement: &Arrangement,
    problem: (Loss, f64),
    depth: Depth,
    network: &DeepNetwork,
    dual: Dual,
) -> Result<Certificate, CertifyError> {
    let points = Points::new(data, arrangement);
    let units = Exact { data, arrangement, points: &points };
    let mut shared: Vec<Vec<CertifiedUnit>> = Vec::new();
    let mut inputs: Option<Vec<Bits>> = None;
    for layer in network.shared() {
        let (certified, bits) = units.layer(layer, inputs.as_deref())?;
        shared.push(certified);
        inputs = Some(bits);
    }
    let activations = network.patterns(data).map_err(|_| CertifyError::NotFinite(0))?;
    let (mut subnetworks, mut patterns, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (subnetwork, active)) in network.subnetworks().iter().zip(activations).enumerate() {
        let (mut layers, mut inputs) = (Vec::new(), inputs.clone());
        for layer in &subnetwork.layers {
            let (certified, bits) = units.layer(layer, inputs.as_deref())?;
            layers.push(certified);
            inputs = Some(bits);
        }
        let last = inputs.and_then(|bits| bits.into_iter().next()).map(|bits| points.expand(&bits));
        let pattern = last.filter(|pattern| *pattern == active).ok_or(CertifyError::NotRealizable(index))?;
        let output = rational::from_f64(subnetwork.output).ok_or(CertifyError::NotFinite(index))?;
        subnetworks.push(CertifiedSubnetwork {
            layers,
            output: rational::to_text(&output),
            pattern: pattern_to_hex(pattern.iter().by_vals()),
        });
        patterns.push(pattern);
        outputs.push(output);
    }
    let exact = exact_problem(problem)?;
    let mut claim = claim(data, &exact, &patterns, &outputs)?;
    let lower_bound = bounds::dual_value(&exact.0, data.targets(), &dual, &exact.1)?;
    claim.lower_bound = rational::to_text(&lower_bound);
    let network = CertifiedDeepNetwork { shared, subnetworks };
    Ok(Certificate::about(data, Body::Deep(Deep { problem: stated(&exact), depth, network, dual, claim })))
}

struct Exact<'a> {
    data: &'a Dataset,
    arrangement: &'a Arrangement,
    points: &'a Points,
}

impl Exact<'_> {
    /// The units of a layer as rationals, and their exact bits on the points; `inputs` is `None` for a first layer.
    fn layer(&self, layer: &[Unit], inputs: Option<&[Bits]>) -> Result<(Vec<CertifiedUnit>, Vec<Bits>), CertifyError> {
        let Some(inputs) = inputs else {
            let units = layer.iter().enumerate().map(|(index, unit)| self.first(unit, index));
            return Ok(units.collect::<Result<Vec<_>, _>>()?.into_iter().unzip());
        };
        let certified = |(index, unit): (usize, &Unit)| {
            let exact = numbers(&unit.hidden).zip(rational::from_f64(unit.threshold));
            exact.map(|(hidden, threshold)| texts(&hidden, &threshold)).ok_or(CertifyError::NotFinite(index))
        };
        let units = layer.iter().enumerate().map(certified).collect::<Result<Vec<_>, _>>()?;
        let bits = self.points.later_layer(&units, inputs, "layer")?;
        Ok((units, bits))
    }

    /// A unit of the first layer, its threshold folded into the bias weight.
    fn first(&self, unit: &Unit, index: usize) -> Result<(CertifiedUnit, Bits), CertifyError> {
        let active = |&row: &usize| unit.is_active(self.data.row(row));
        let groups: Bits = self.arrangement.representatives().iter().map(active).collect();
        let folded = || {
            let (mut hidden, threshold) = (numbers(&unit.hidden)?, rational::from_f64(unit.threshold)?);
            if !threshold.is_zero() {
                *self.data.bias().then(|| hidden.last_mut()).flatten()? -= threshold;
            }
            let unit = texts(&hidden, &RBig::ZERO);
            let bits = self.points.first_layer(std::slice::from_ref(&unit), "layer").ok()?.pop()?;
            (bits[..groups.len()] == groups).then_some((unit, bits))
        };
        if let Some(found) = folded() {
            return Ok(found);
        }
        let hidden = witness_weights(self.arrangement, &groups, index)?;
        let unit = CertifiedUnit { hidden, threshold: "0".into() };
        let bits = self.points.first_layer(std::slice::from_ref(&unit), "layer").ok().and_then(|mut bits| bits.pop());
        Ok((unit, bits.ok_or(CertifyError::NotRealizable(index))?))
    }
}

fn numbers(values: &[f64]) -> Option<Vec<RBig>> {
    values.iter().map(|&value| rational::from_f64(value)).collect()
}

fn texts(hidden: &[RBig], threshold: &RBig) -> CertifiedUnit {
    CertifiedUnit { hidden: hidden.iter().map(rational::to_text).collect(), threshold: rational::to_text(threshold) }
}
