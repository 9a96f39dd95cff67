//! A certificate that holds, written down without any solver, and ways to tamper with it.

use arbitrary::{Arbitrary, Result, Unstructured};
use heaviside::{
    Certificate, DataOptions, Dataset, RBig,
    certificate::{
        Body, CertifiedNetwork, CertifiedNeuron, Claim, DataClaim, Dual, LossName, PriceEvidence, Problem, TwoLayers,
    },
};

use crate::{instance::Instance, oracle};

/// The largest modulus of a drawn dual numerator: six of them add up to less than 2^53.
const LARGE: i64 = 1 << 50;

/// Numerators shifted by so many bits are beyond the grid if they were large; their sums stay within 64 bits.
const BEYOND: u32 = 3;

/// An instance and a certificate about it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The problem.
    pub instance: Instance,
    /// Its data.
    pub data: Dataset,
    /// What is to be judged.
    pub certificate: Certificate,
    /// Whether the certificate was left as it holds.
    pub honest: bool,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        // Drawn first, because a short input leaves nothing but zeros for what comes last.
        let (lie, tampers) = match u.int_in_range(0..=3u8)? {
            0 | 1 => (Lie::None, Vec::new()),
            2 => (Lie::arbitrary(u)?, Vec::new()),
            _ => (Lie::None, Tamper::some(u)?),
        };
        let honest = matches!(lie, Lie::None) && tampers.is_empty();
        let instance = Instance::arbitrary(u)?;
        let plan = Plan::draw(u, &instance)?;
        let data = instance.dataset();
        let mut certificate = plan.certificate(&instance, &data, &lie);
        for tamper in tampers {
            tamper.apply(&mut certificate);
        }
        Ok(Case { instance, data, certificate, honest })
    }
}

/// A false statement, with which the rest of the certificate is consistent: only one check can find it.
#[derive(Arbitrary, Debug)]
enum Lie {
    None,
    /// A price below the maximum, and the lower bound that would follow.
    LowPrice(u8),
    /// The patterns with some bits changed, and the objective that would follow.
    Patterns(u8),
    /// No last hidden weight, as if it were 0.
    MissingWeight,
    /// A dual point beyond the grid.
    LargeDual,
    /// A beta that is negative, or 0 (for 0).
    Beta(u8),
    /// An output weight that is not in lowest terms.
    NotReduced,
}

/// The free choices in a certificate; everything else follows from them.
struct Plan {
    beta: RBig,
    neurons: Vec<Neuron>,
    dual: Dual,
    /// By how much the claimed price exceeds the smallest that can be proven.
    slack: i64,
}

struct Neuron {
    hidden: Vec<RBig>,
    output: RBig,
}

impl Plan {
    fn draw(u: &mut Unstructured<'_>, instance: &Instance) -> Result<Self> {
        let beta = RBig::from_parts(u.int_in_range(1..=20)?.into(), u.int_in_range(1..=7u8)?.into());
        let neurons = (0..u.int_in_range(0..=3)?).map(|_| Neuron::draw(u, instance)).collect::<Result<_>>()?;
        let exponent = *u.choose(&[0, -2, -40, 7, 1022, -1022])?;
        let dual = Dual { exponent, numerators: numerators(u, instance)?, price: 0, evidence: evidence(u)? };
        let slack = if u.ratio(1, 2)? { u.int_in_range(0..=9)? } else { 0 };
        Ok(Plan { beta, neurons, dual, slack })
    }

    /// The certificate that claims what is true of the plan, but for the lie.
    fn certificate(mut self, instance: &Instance, data: &Dataset, lie: &Lie) -> Certificate {
        self.prepare(lie);
        let flipped = if let Lie::Patterns(mask) = lie { u32::from(*mask) & ((1 << data.n()) - 1) } else { 0 };
        let pattern = |neuron: &Neuron| oracle::pattern_of(data, &neuron.hidden) ^ flipped;
        let outputs: Vec<_> = self.neurons.iter().map(|neuron| (pattern(neuron), neuron.output.clone())).collect();
        let norm = outputs.iter().fold(RBig::ZERO, |sum, (_, output)| sum + oracle::modulus(output));
        let loss = oracle::training_loss(data, &outputs);
        self.dual.price = self.price(instance, lie);
        let lower_bound = oracle::dual_value(data, &self.dual, self.dual.price.into(), &self.beta);
        let written = |neuron: &Neuron| neuron.written(oracle::hexadecimal(pattern(neuron), data.n()), lie);
        let body = TwoLayers {
            problem: Problem { loss: LossName::Squared, delta: None, beta: self.beta.to_string() },
            network: CertifiedNetwork { neurons: self.neurons.iter().map(written).collect() },
            dual: self.dual,
            claim: Claim {
                training_loss: loss.to_string(),
                objective: (loss + self.beta * norm).to_string(),
                lower_bound: lower_bound.to_string(),
            },
        };
        Certificate {
            format: "heaviside-certificate".into(),
            version: 4,
            data: DataClaim {
                digest: data.digest(),
                n: data.n(),
                d: data.d(),
                options: DataOptions::default().bias(data.bias()),
                unordered: None,
            },
            body: Body::TwoLayers(body),
        }
    }

    fn prepare(&mut self, lie: &Lie) {
        match lie {
            Lie::Beta(0) => self.beta = RBig::ZERO,
            Lie::Beta(_) => self.beta = -&self.beta,
            Lie::LargeDual => self.dual.numerators.iter_mut().for_each(|value| *value <<= BEYOND),
            Lie::MissingWeight => self.neurons.iter_mut().for_each(Neuron::forget_last),
            _ => (),
        }
    }

    /// The smallest price that can be proven, and the slack; or less than the former.
    fn price(&self, instance: &Instance, lie: &Lie) -> i64 {
        let patterns = oracle::patterns(&instance.integer_rows());
        let provable = oracle::provable_price(instance, &patterns, &self.dual) as i64;
        match lie {
            Lie::LowPrice(by) => (provable - 1 - i64::from(by % 8)).max(0),
            _ => provable + self.slack,
        }
    }
}

impl Neuron {
    fn draw(u: &mut Unstructured<'_>, instance: &Instance) -> Result<Self> {
        let hidden = if u.ratio(3, 4)? {
            (0..instance.d()).map(|_| fraction(u)).collect::<Result<_>>()?
        } else {
            nearly_orthogonal(u, instance)?
        };
        Ok(Neuron { hidden, output: fraction(u)? })
    }

    fn forget_last(&mut self) {
        if let Some(last) = self.hidden.last_mut() {
            *last = RBig::ZERO;
        }
    }

    fn written(&self, pattern: String, lie: &Lie) -> CertifiedNeuron {
        let count = self.hidden.len() - usize::from(matches!(lie, Lie::MissingWeight));
        let output = match lie {
            Lie::NotReduced => format!("{}/{}", self.output.numerator() * 2, self.output.denominator() * 2u8),
            _ => self.output.to_string(),
        };
        CertifiedNeuron { hidden: self.hidden[..count].iter().map(RBig::to_string).collect(), output, pattern }
    }
}

/// Weights that floating point cannot tell from orthogonal to a row (unless its columns are scaled): a large multiple
/// of a vector that is orthogonal in two coordinates, and then a little more.
fn nearly_orthogonal(u: &mut Unstructured<'_>, instance: &Instance) -> Result<Vec<RBig>> {
    let rows = instance.integer_rows();
    let row = u.choose(&rows)?;
    let (j, k) = (u.choose_index(instance.d())?, u.choose_index(instance.d())?);
    let (large, little) = (i128::from(u.arbitrary::<i64>()?), i128::from(u.int_in_range(-2..=2i8)?));
    let mut weights = vec![0i128; instance.d()];
    weights[j] += large * row[k];
    weights[k] += little - large * row[j];
    Ok(weights.into_iter().map(RBig::from).collect())
}

/// Small, so that preactivations and prices tie; or large; or -y, which proves the most when beta is large.
fn numerators(u: &mut Unstructured<'_>, instance: &Instance) -> Result<Vec<i64>> {
    let bound = match u.int_in_range(0..=3u8)? {
        0 => return Ok(instance.integer_targets().iter().map(|&target| -i64::from(target)).collect()),
        1 => LARGE,
        _ => 5,
    };
    (0..instance.n()).map(|_| u.int_in_range(-bound..=bound)).collect()
}

fn fraction(u: &mut Unstructured<'_>) -> Result<RBig> {
    let numerator: i8 = if u.ratio(3, 4)? { u.int_in_range(-3..=3)? } else { u.arbitrary()? };
    let denominator: u8 = if u.ratio(3, 4)? { 1 } else { u.int_in_range(1..=255)? };
    Ok(RBig::from_parts(numerator.into(), denominator.into()))
}

fn evidence(u: &mut Unstructured<'_>) -> Result<PriceEvidence> {
    Ok(if u.ratio(2, 3)? { PriceEvidence::Walk } else { PriceEvidence::AllLabellings })
}

/// A text where a rational is expected.
#[derive(Arbitrary, Debug)]
enum Text {
    Fraction(i16, u8),
    Any(String),
}

impl Text {
    /// Often not in lowest terms, sometimes over 0.
    fn text(self) -> String {
        match self {
            Text::Fraction(numerator, 1) => numerator.to_string(),
            Text::Fraction(numerator, denominator) => format!("{numerator}/{denominator}"),
            Text::Any(text) => text,
        }
    }
}

/// One field replaced; an index beyond the end changes nothing.
#[derive(Arbitrary, Debug)]
enum Tamper {
    Format(String),
    Version(u32),
    Digest(u8, u8),
    Rows(usize),
    Columns(usize),
    Bias,
    Classify,
    Target(Option<String>),
    Beta(Text),
    Hidden(u8, u8, Text),
    MissingWeight(u8),
    Output(u8, Text),
    Pattern(u8, String),
    MissingNeuron(u8),
    RepeatedNeuron(u8),
    Exponent(i32),
    Numerator(u8, i64),
    MissingNumerator,
    ExtraNumerator(i64),
    Price(i64),
    PriceShift(i8),
    Evidence,
    TrainingLoss(Text),
    Objective(Text),
    LowerBound(Text),
}

impl Tamper {
    /// At least one.
    fn some(u: &mut Unstructured<'_>) -> Result<Vec<Self>> {
        let mut tampers = vec![Tamper::arbitrary(u)?];
        while tampers.len() < 8 && u.ratio(1, 3)? && !u.is_empty() {
            tampers.push(Tamper::arbitrary(u)?);
        }
        Ok(tampers)
    }

    fn apply(self, certificate: &mut Certificate) {
        let Certificate { format, version, data, body: Body::TwoLayers(body) } = certificate else { return };
        let TwoLayers { problem, network, dual, claim } = body;
        let neurons = &mut network.neurons;
        match self {
            Tamper::Format(text) => *format = text,
            Tamper::Version(number) => *version = number,
            Tamper::Digest(index, digit) => replace_digit(&mut data.digest, usize::from(index % 64), digit),
            Tamper::Rows(n) => data.n = n,
            Tamper::Columns(d) => data.d = d,
            Tamper::Bias => data.options.bias = !data.options.bias,
            Tamper::Classify => data.options.classify = !data.options.classify,
            Tamper::Target(name) => data.options.target = name,
            Tamper::Beta(text) => problem.beta = text.text(),
            Tamper::Hidden(j, k, text) => {
                let weight = neurons.get_mut(usize::from(j)).and_then(|neuron| neuron.hidden.get_mut(usize::from(k)));
                replace(weight, text.text());
            }
            Tamper::MissingWeight(j) => drop(neurons.get_mut(usize::from(j)).and_then(|neuron| neuron.hidden.pop())),
            Tamper::Output(j, text) => {
                replace(neurons.get_mut(usize::from(j)).map(|neuron| &mut neuron.output), text.text())
            }
            Tamper::Pattern(j, text) => {
                replace(neurons.get_mut(usize::from(j)).map(|neuron| &mut neuron.pattern), text)
            }
            Tamper::MissingNeuron(j) if usize::from(j) < neurons.len() => drop(neurons.remove(j.into())),
            Tamper::MissingNeuron(_) => (),
            Tamper::RepeatedNeuron(j) => neurons.extend(neurons.get(usize::from(j)).cloned()),
            Tamper::Exponent(exponent) => dual.exponent = exponent,
            Tamper::Numerator(row, value) => replace(dual.numerators.get_mut(usize::from(row)), value),
            Tamper::MissingNumerator => drop(dual.numerators.pop()),
            Tamper::ExtraNumerator(value) => dual.numerators.push(value),
            Tamper::Price(price) => dual.price = price,
            Tamper::PriceShift(shift) => dual.price = dual.price.saturating_add(shift.into()),
            Tamper::Evidence => dual.evidence = other(dual.evidence),
            Tamper::TrainingLoss(text) => claim.training_loss = text.text(),
            Tamper::Objective(text) => claim.objective = text.text(),
            Tamper::LowerBound(text) => claim.lower_bound = text.text(),
        }
    }
}

fn replace<T>(place: Option<&mut T>, value: T) {
    if let Some(place) = place {
        *place = value;
    }
}

fn replace_digit(text: &mut String, index: usize, digit: u8) {
    text.replace_range(index..=index, &format!("{:x}", digit % 16));
}

fn other(evidence: PriceEvidence) -> PriceEvidence {
    match evidence {
        PriceEvidence::Walk => PriceEvidence::AllLabellings,
        _ => PriceEvidence::Walk,
    }
}

#[cfg(test)]
mod tests {
    use heaviside::{CheckLimits, Conclusion, Verdict, check};

    use super::*;

    /// Bytes of a linear congruential generator.
    fn noise(seed: u64, length: usize) -> Vec<u8> {
        let next =
            |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        std::iter::successors(next(&seed), next).map(|state| (state >> 56) as u8).take(length).collect()
    }

    #[test]
    fn fair_shares_are_verified_and_rejected() {
        let (mut verified, mut tight, mut rejected) = (0, 0, 0);
        for seed in 0..2000 {
            let case = Case::arbitrary(&mut Unstructured::new(&noise(seed, 200))).unwrap();
            let truth = oracle::examine(&case.instance, &case.data, &case.certificate);
            match check(&case.data, &case.certificate, &CheckLimits::new(100_000)) {
                Verdict::Verified(conclusion) => {
                    verified += 1;
                    let Conclusion::Bounds(proven) = &conclusion else { panic!("{conclusion:?}") };
                    tight += usize::from(proven.gap() < &proven.objective / RBig::from(10));
                    assert_eq!(truth, Some(Ok(conclusion)));
                }
                Verdict::Rejected(_) => {
                    rejected += 1;
                    assert!(matches!(truth, Some(Err(_))) && !case.honest);
                }
                Verdict::Undecided(exceeded) => panic!("the budget is far above the work: {exceeded:?}"),
            }
        }
        println!("{verified} verified, {tight} of them within a tenth; {rejected} rejected");
        assert!(verified > 500 && rejected > 500);
    }

    /// One seed of each kind, and one of the first version of the format.
    #[test]
    fn the_seeds_of_the_parser_are_certificates_that_hold() {
        let instance = Instance::fixed();
        let data = instance.dataset();
        for (text, known) in [
            (include_str!("../seeds/parse_certificate/holds.json"), true),
            (include_str!("../seeds/parse_certificate/two-layers.json"), true),
            (include_str!("../seeds/parse_certificate/conflict.json"), true),
            (include_str!("../seeds/parse_certificate/deep.json"), false),
            (include_str!("../seeds/parse_certificate/width.json"), false),
        ] {
            let certificate = Certificate::from_json(text).unwrap();
            let Verdict::Verified(conclusion) = check(&data, &certificate, &CheckLimits::new(10_000)) else {
                panic!("rejected: {text}")
            };
            let truth = oracle::examine(&instance, &data, &certificate);
            assert_eq!(truth, known.then_some(Ok(conclusion)));
        }
    }
}
