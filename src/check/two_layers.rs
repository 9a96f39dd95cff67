//! The judge of two-layer networks of any width, problem (4); its steps are those of [`super`].

use super::{
    LARGEST_DENOMINATOR, Proven, Rejection, Subject,
    grid::{covers_patterns, on_the_grid},
    rational_field,
    statement::Statement,
};
use crate::{
    certificate::{CertifiedNeuron, TwoLayers, pattern_to_hex},
    exact::{Direction, RBig, rational::CommonDenominator},
    pattern::{Bits, expand, step},
};

pub(super) fn judge(subject: &Subject<'_>, body: &TwoLayers) -> Result<Proven, Rejection> {
    let TwoLayers { problem, network, dual, claim } = body;
    let statement = Statement::new(problem, subject.data.targets())?;
    let (patterns, outputs) = judge_neurons(subject, &network.neurons)?;
    let objective = statement.objective(&patterns, &outputs, claim)?;
    on_the_grid(dual, subject.data.n())?;
    covers_patterns(dual.price, subject.arrangement, &dual.numerators, dual.evidence, subject.limits)?;
    let lower_bound = statement.lower_bound(dual, claim)?;
    Ok(Proven { objective, lower_bound, evidence: dual.evidence.into() })
}

/// The exact patterns of neurons on the rows, compared with the claimed ones, and their output weights.
pub(super) fn judge_neurons(
    subject: &Subject<'_>,
    neurons: &[CertifiedNeuron],
) -> Result<(Vec<Bits>, Vec<RBig>), Rejection> {
    let Subject { data, arrangement, .. } = subject;
    let rows = arrangement.directions(data.features());
    let (mut patterns, mut outputs) = (Vec::new(), Vec::new());
    for (index, neuron) in neurons.iter().enumerate() {
        let groups = exact_pattern(&rows, neuron, index, data.d())?;
        let pattern = expand(arrangement, &groups);
        if pattern_to_hex(pattern.iter().by_vals()) != neuron.pattern {
            return Err(Rejection::PatternMismatch { neuron: index });
        }
        patterns.push(pattern);
        outputs.push(rational_field(&neuron.output, || format!("network.neurons[{index}].output"))?);
    }
    Ok((patterns, outputs))
}

/// The exact pattern of a neuron on the groups of rows.
fn exact_pattern(rows: &[Direction], neuron: &CertifiedNeuron, index: usize, d: usize) -> Result<Bits, Rejection> {
    let field = |j: usize| format!("network.neurons[{index}].hidden[{j}]");
    if neuron.hidden.len() != d {
        let field = format!("network.neurons[{index}].hidden");
        return Err(Rejection::WrongLength { field, found: neuron.hidden.len(), expected: d });
    }
    let read = |(j, text): (usize, &String)| rational_field(text, || field(j));
    let hidden = neuron.hidden.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let integers = CommonDenominator::within(&hidden, LARGEST_DENOMINATOR).map(|common| common.numerators);
    let too_large = || Rejection::DenominatorTooLarge { field: format!("the hidden weights of neuron {index}") };
    let weight = Direction::new(integers.ok_or_else(too_large)?);
    Ok(rows.iter().map(|row| step(row.sign_with(&weight))).collect())
}
