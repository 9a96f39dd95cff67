//! From solver output to an exact certificate.
//!
//! Everything becomes rational here: hidden weights of the model (with their standardisation and threshold folded in)
//! or, where those do not have the pattern in exact arithmetic, an exact witness; the dual point on a fixed-point grid.
//! The claimed values are computed by the judge's own formulas; whether they hold is decided by `check`, not here.

mod deep;
mod judged;
mod split;
mod width;

pub use deep::deep_certificate;
pub use judged::judged;
pub use split::Splitter;
pub use width::{ProposedNode, width_certificate};

use crate::{
    certificate::{
        Body, Certificate, CertifiedNetwork, CertifiedNeuron, Claim, Dual, LossName, Problem, TwoLayers, pattern_to_hex,
    },
    check::{LARGEST_DENOMINATOR, Rejection, bounds, bounds::ExactLoss},
    data::Dataset,
    exact::{
        Arrangement, Direction, RBig,
        rational::{self, CommonDenominator},
    },
    loss::Loss,
    model::{Network, Neuron},
    pattern::{Bits, BitsRef, expand, step},
    realize::reconstruct::exact_witness,
};

/// What cannot be certified, although it should be: a defect, or data beyond the format's range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertifyError {
    /// A neuron has a weight that is not finite.
    #[error("neuron {0} has a weight that is not finite")]
    NotFinite(usize),
    /// Beta or delta is not finite.
    #[error("{0} is not finite")]
    Problem(&'static str),
    /// A neuron's pattern is not realisable.
    #[error("neuron {0} has a pattern that no weights realise")]
    NotRealizable(usize),
    /// The judge's formulas do not apply.
    #[error("{0}")]
    NotComputable(Box<Rejection>),
}

impl From<Rejection> for CertifyError {
    fn from(rejection: Rejection) -> Self {
        CertifyError::NotComputable(Box::new(rejection))
    }
}

/// The lower bound that a priced dual point proves, rounded down; beta must be positive and finite.
///
/// Minus infinity if it proves none.
pub fn lower_bound(data: &Dataset, dual: &Dual, loss: Loss, beta: f64) -> f64 {
    let bound = || -> Result<RBig, CertifyError> {
        let (loss, beta) = exact_problem((loss, beta))?;
        Ok(bounds::dual_value(&loss, data.targets(), dual, &beta)?)
    };
    bound().map_or(f64::NEG_INFINITY, |bound| rational::round_down(&bound))
}

/// Loss and beta as the judge knows them.
fn exact_problem((loss, beta): (Loss, f64)) -> Result<(ExactLoss, RBig), CertifyError> {
    let exact = |value: f64, name| rational::from_f64(value).ok_or(CertifyError::Problem(name));
    let loss = match loss {
        Loss::Squared => ExactLoss::Squared,
        Loss::Absolute => ExactLoss::Absolute,
        Loss::Huber { delta } => ExactLoss::Huber(exact(delta, "delta")?),
        Loss::Hinge => ExactLoss::Hinge,
        Loss::SquaredHinge => ExactLoss::SquaredHinge,
        Loss::Logistic => ExactLoss::Logistic,
    };
    Ok((loss, exact(beta, "beta")?))
}

/// The problem as certificates state it.
fn stated((loss, beta): &(ExactLoss, RBig)) -> Problem {
    let (loss, delta) = match loss {
        ExactLoss::Squared => (LossName::Squared, None),
        ExactLoss::Absolute => (LossName::Absolute, None),
        ExactLoss::Huber(delta) => (LossName::Huber, Some(rational::to_text(delta))),
        ExactLoss::Hinge => (LossName::Hinge, None),
        ExactLoss::SquaredHinge => (LossName::SquaredHinge, None),
        ExactLoss::Logistic => (LossName::Logistic, None),
    };
    Problem { loss, delta, beta: rational::to_text(beta) }
}

/// Neurons with these patterns on the groups and these output weights: with the network's hidden weights where they have
/// the pattern exactly, otherwise with an exact witness.
///
/// # Errors
///
/// [`CertifyError::NotRealizable`].
pub fn neurons(
    data: &Dataset,
    arrangement: &Arrangement,
    network: Option<&Network>,
    patterns: &[Bits],
    outputs: &[RBig],
) -> Result<Vec<CertifiedNeuron>, CertifyError> {
    let rows = arrangement.directions(data.features());
    let certified = |(index, (pattern, output)): (usize, (&Bits, &RBig))| {
        let hidden = network
            .and_then(|network| exact_hidden(network, network.neurons().get(index)?))
            .filter(|hidden| has_pattern(&rows, hidden, pattern))
            .map(|hidden| hidden.iter().map(rational::to_text).collect())
            .filter(|texts: &Vec<String>| texts.iter().all(|text| text.len() <= rational::LONGEST_TEXT))
            .map_or_else(|| witness_weights(arrangement, pattern, index), Ok)?;
        Ok(CertifiedNeuron {
            hidden,
            output: rational::to_text(output),
            pattern: pattern_to_hex(expand(arrangement, pattern).iter().by_vals()),
        })
    };
    patterns.iter().zip(outputs).enumerate().map(certified).collect()
}

/// Assembles a certificate for a network with known patterns and a priced dual point.
///
/// # Errors
///
/// [`CertifyError`] if the network is not finite, has a pattern that is not realisable or an objective that cannot be
/// computed.
pub fn certificate(
    data: &Dataset,
    arrangement: &Arrangement,
    problem: (Loss, f64),
    network: &Network,
    patterns: &[Bits],
    dual: Dual,
) -> Result<Certificate, CertifyError> {
    let (neurons, outputs, expanded) = certified_neurons(data, arrangement, network, patterns)?;
    let exact = exact_problem(problem)?;
    let mut claim = claim(data, &exact, &expanded, &outputs)?;
    let lower_bound = bounds::dual_value(&exact.0, data.targets(), &dual, &exact.1)?;
    claim.lower_bound = rational::to_text(&lower_bound);
    let body = TwoLayers { problem: stated(&exact), network: CertifiedNetwork { neurons }, dual, claim };
    Ok(Certificate::about(data, Body::TwoLayers(body)))
}

/// Loss and objective of neurons with these patterns on the rows; the lower bound is yet to be claimed.
fn claim(
    data: &Dataset,
    (loss, beta): &(ExactLoss, RBig),
    patterns: &[Bits],
    outputs: &[RBig],
) -> Result<Claim, CertifyError> {
    let loss = bounds::training_loss(loss, data.targets(), patterns, outputs)?;
    let objective = &loss + beta * bounds::sum_of_moduli(outputs);
    Ok(Claim {
        training_loss: rational::to_text(&loss),
        objective: rational::to_text(&objective),
        lower_bound: String::new(),
    })
}

/// Neurons as text, their output weights, and their patterns on the rows.
type Certified = (Vec<CertifiedNeuron>, Vec<RBig>, Vec<Bits>);

/// The neurons of a network as rationals.
fn certified_neurons(
    data: &Dataset,
    arrangement: &Arrangement,
    network: &Network,
    patterns: &[Bits],
) -> Result<Certified, CertifyError> {
    let output =
        |(index, neuron): (usize, &Neuron)| rational::from_f64(neuron.output).ok_or(CertifyError::NotFinite(index));
    let outputs = network.neurons().iter().enumerate().map(output).collect::<Result<Vec<_>, _>>()?;
    let neurons = neurons(data, arrangement, Some(network), patterns, &outputs)?;
    let expanded = patterns.iter().map(|pattern| expand(arrangement, pattern)).collect();
    Ok((neurons, outputs, expanded))
}

/// The model's hidden weights on raw rows, exactly: w_j / s_j, the bias weight less the shifts and the threshold.
///
/// `None` if they are not finite, or if a shift or threshold would need a bias that is not there.
fn exact_hidden(network: &Network, neuron: &Neuron) -> Option<Vec<RBig>> {
    let mut hidden = neuron.hidden.iter().map(|&w| rational::from_f64(w)).collect::<Option<Vec<_>>>()?;
    let mut shift = rational::from_f64(neuron.threshold)?;
    if let Some(transform) = network.standardization() {
        for ((weight, &mean), &scale) in hidden.iter_mut().zip(&transform.mean).zip(&transform.scale) {
            *weight = &*weight / rational::from_f64(scale)?;
            shift += &*weight * rational::from_f64(mean)?;
        }
    }
    if shift.is_zero() {
        return Some(hidden);
    }
    let bias = network.bias().then(|| hidden.last_mut()).flatten()?;
    *bias -= shift;
    Some(hidden)
}

fn has_pattern(rows: &[Direction], hidden: &[RBig], pattern: &BitsRef) -> bool {
    let Some(common) = CommonDenominator::within(hidden, LARGEST_DENOMINATOR) else { return false };
    let weight = Direction::new(common.numerators);
    rows.iter().zip(pattern.iter().by_vals()).all(|(row, bit)| step(row.sign_with(&weight)) == bit)
}

fn witness_weights(arrangement: &Arrangement, pattern: &BitsRef, index: usize) -> Result<Vec<String>, CertifyError> {
    let witness = exact_witness(arrangement, pattern).ok_or(CertifyError::NotRealizable(index))?;
    Ok(witness.exact().iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message spoke of neuron 0.
    #[test]
    fn beta_and_delta_are_named_if_they_are_not_finite() {
        let problem = |loss, beta| exact_problem((loss, beta)).map(|(_, beta)| beta);
        assert_eq!(problem(Loss::Squared, 2.0), Ok(RBig::from(2)));
        assert_eq!(problem(Loss::Squared, f64::NAN), Err(CertifyError::Problem("beta")));
        assert_eq!(problem(Loss::Huber { delta: f64::INFINITY }, 1.0), Err(CertifyError::Problem("delta")));
    }
}
