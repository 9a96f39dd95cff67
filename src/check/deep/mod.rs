//! The judge of deep networks: (data, deep certificate) -> verdict, in exact rational arithmetic.
//!
//! It recomputes
//!
//! 1. the bits of every unit on the distinct rows, layer by layer, by exact signs;
//! 2. the loss and the objective of the network: an upper bound;
//! 3. the largest |d^T v| over the deep pattern set (13), by its own recursion (see [`pricing`]), or over all labellings
//!    of the distinct rows, which contain the patterns of networks of any depth and width;
//! 4. the dual value at the multiple of v that is then feasible: a lower bound by weak duality.
//!
//! In 3 the networks are those whose units of layer l + 1 read at most m_l units of layer l, without thresholds: these
//! have exactly the patterns (13). The network must be one of them.

pub mod pricing;

use super::{
    ArchitectureDefect, Evidence, LARGEST_DENOMINATOR, Proven, Rejection, Subject,
    grid::{covers, on_the_grid},
    pricing::over_all_labellings,
    rational_field,
    statement::Statement,
};
use crate::{
    certificate::{CertifiedDeepNetwork, CertifiedUnit, Deep, PriceEvidence, pattern_to_hex},
    data::Dataset,
    exact::{Arrangement, Direction, IBig, RBig, rational::CommonDenominator, sign},
    pattern::{Bits, step},
};

pub(super) fn judge(subject: &Subject<'_>, body: &Deep) -> Result<Proven, Rejection> {
    let statement = Statement::new(&body.problem, subject.data.targets())?;
    let points = Points::new(subject.data, subject.arrangement);
    let objective = judge_network(&points, body, &statement)?;
    let (price, evidence) = largest_price(subject, &points, body)?;
    covers(body.dual.price, price)?;
    let lower_bound = statement.lower_bound(&body.dual, &body.claim)?;
    Ok(Proven { objective, lower_bound, evidence })
}

/// The distinct rows: the groups of the arrangement, and the zero row as one more if there is any.
pub struct Points {
    /// Their directions.
    directions: Vec<Direction>,
    /// The point of each data row.
    of_row: Vec<usize>,
}

impl Points {
    /// The points of a data set.
    pub fn new(data: &Dataset, arrangement: &Arrangement) -> Self {
        let of_row: Vec<usize> =
            arrangement.group_of_row().iter().map(|group| group.unwrap_or(arrangement.groups())).collect();
        let mut directions = arrangement.directions(data.features());
        directions.extend(arrangement.has_zero_row().then(|| Direction::new(vec![IBig::ZERO; data.d()])));
        Points { directions, of_row }
    }

    /// A pattern on the points as a pattern on the rows.
    pub fn expand(&self, pattern: &Bits) -> Bits {
        self.of_row.iter().map(|&point| pattern[point]).collect()
    }

    /// The sums of a quantity over the rows of each point.
    pub fn sums(&self, rows: &[i64]) -> Vec<i64> {
        let mut sums = vec![0; self.directions.len()];
        self.of_row.iter().zip(rows).for_each(|(&point, value)| sums[point] += value);
        sums
    }

    /// The bits of the units of a first layer.
    pub fn first_layer(&self, layer: &[CertifiedUnit], name: &str) -> Result<Vec<Bits>, Rejection> {
        let bits = |(index, unit): (usize, &CertifiedUnit)| {
            let (hidden, threshold) = integers(unit, || format!("{name}[{index}]"))?;
            if !threshold.is_zero() {
                return Err(ArchitectureDefect::Threshold { unit: format!("{name}[{index}]") }.into());
            }
            let width = self.directions.first().map_or(0, |direction| direction.exact().len());
            expect_width(hidden.len(), width, || format!("{name}[{index}].hidden"))?;
            let weight = Direction::new(hidden);
            Ok(self.directions.iter().map(|row| step(row.sign_with(&weight))).collect())
        };
        layer.iter().enumerate().map(bits).collect()
    }

    /// The bits of the units of a later layer, whose inputs have the given bits.
    pub fn later_layer(&self, layer: &[CertifiedUnit], inputs: &[Bits], name: &str) -> Result<Vec<Bits>, Rejection> {
        let bits = |(index, unit): (usize, &CertifiedUnit)| {
            let (hidden, threshold) = integers(unit, || format!("{name}[{index}]"))?;
            expect_width(hidden.len(), inputs.len(), || format!("{name}[{index}].hidden"))?;
            let active = |point: usize| hidden.iter().zip(inputs).filter(move |(_, input)| input[point]);
            let sum = |point: usize| active(point).map(|(weight, _)| weight).sum::<IBig>();
            Ok((0..self.directions.len()).map(|point| step(sign::of(&(sum(point) - &threshold)))).collect())
        };
        layer.iter().enumerate().map(bits).collect()
    }

    /// The bits of the units of the last of some layers; `inputs` is `None` where the first of them is the network's first.
    fn layers(
        &self,
        layers: &[Vec<CertifiedUnit>],
        inputs: Option<Vec<Bits>>,
        name: &str,
    ) -> Result<Option<Vec<Bits>>, Rejection> {
        layers.iter().enumerate().try_fold(inputs, |inputs, (index, layer)| {
            let name = format!("{name}[{index}]");
            Ok(Some(match inputs {
                None => self.first_layer(layer, &name)?,
                Some(inputs) => self.later_layer(layer, &inputs, &name)?,
            }))
        })
    }
}

/// The weights and the threshold of a unit as integers, all multiplied by the same positive number.
fn integers(unit: &CertifiedUnit, name: impl Fn() -> String) -> Result<(Vec<IBig>, IBig), Rejection> {
    let read = |(index, text): (usize, &String)| rational_field(text, || format!("{}.hidden[{index}]", name()));
    let mut numbers = unit.hidden.iter().enumerate().map(read).collect::<Result<Vec<RBig>, _>>()?;
    numbers.push(rational_field(&unit.threshold, || format!("{}.threshold", name()))?);
    let common = CommonDenominator::within(&numbers, LARGEST_DENOMINATOR);
    let mut integers = common.ok_or_else(|| Rejection::DenominatorTooLarge { field: name() })?.numerators;
    let threshold = integers.pop().unwrap_or(IBig::ZERO);
    Ok((integers, threshold))
}

fn expect_width(found: usize, expected: usize, field: impl Fn() -> String) -> Result<(), Rejection> {
    if found == expected { Ok(()) } else { Err(Rejection::WrongLength { field: field(), found, expected }) }
}

/// The upper bound: recomputes patterns, loss and objective, and compares each with the claim.
fn judge_network(points: &Points, certificate: &Deep, statement: &Statement<'_>) -> Result<RBig, Rejection> {
    let network = &certificate.network;
    fits(network, certificate)?;
    let shared = points.layers(&network.shared, None, "network.shared")?;
    let (mut patterns, mut outputs) = (Vec::new(), Vec::new());
    for (index, subnetwork) in network.subnetworks.iter().enumerate() {
        let name = format!("network.subnetworks[{index}]");
        let last = points.layers(&subnetwork.layers, shared.clone(), &format!("{name}.layers"))?;
        let one = last.and_then(|mut bits| if bits.len() == 1 { bits.pop() } else { None });
        let one = one.ok_or(ArchitectureDefect::LastLayer { subnetwork: index })?;
        let pattern = points.expand(&one);
        if pattern_to_hex(pattern.iter().by_vals()) != subnetwork.pattern {
            return Err(Rejection::PatternMismatch { neuron: index });
        }
        patterns.push(pattern);
        outputs.push(rational_field(&subnetwork.output, || format!("{name}.output"))?);
    }
    statement.objective(&patterns, &outputs, &certificate.claim)
}

/// Whether the network has the claimed depth and, if there are widths, reads no more units than they permit.
fn fits(network: &CertifiedDeepNetwork, certificate: &Deep) -> Result<(), ArchitectureDefect> {
    let depth = &certificate.depth;
    let hidden = |own: &[Vec<CertifiedUnit>]| network.shared.len() + own.len();
    let other = network.subnetworks.iter().position(|subnetwork| hidden(&subnetwork.layers) + 1 != depth.layers);
    if let Some(subnetwork) = other {
        return Err(ArchitectureDefect::Layers { subnetwork, layers: depth.layers });
    }
    let Some(widths) = &depth.widths else { return Ok(()) };
    if widths.len() + 2 != depth.layers {
        return Err(ArchitectureDefect::Widths { layers: depth.layers, widths: widths.len() });
    }
    for (index, subnetwork) in network.subnetworks.iter().enumerate() {
        let layers = network.shared.iter().chain(&subnetwork.layers).skip(1);
        for (layer, width) in layers.zip(widths) {
            let reads = |unit: &CertifiedUnit| unit.hidden.iter().filter(|weight| *weight != "0").count();
            if layer.iter().any(|unit| reads(unit) > *width || unit.threshold != "0") {
                return Err(ArchitectureDefect::Unit { subnetwork: index, width: *width });
            }
        }
    }
    Ok(())
}

/// max |d^T v| over the deep pattern set, or over all labellings, in units of the dual grid; and over which of them.
fn largest_price(subject: &Subject<'_>, points: &Points, certificate: &Deep) -> Result<(i64, Evidence), Rejection> {
    let dual = &certificate.dual;
    on_the_grid(dual, points.of_row.len())?;
    let sums = points.sums(&dual.numerators);
    let (extremes, evidence) = match (dual.evidence, &certificate.depth.widths) {
        (PriceEvidence::AllLabellings, _) => (over_all_labellings(&sums), Evidence::Labellings),
        (PriceEvidence::Walk, Some(widths)) => {
            let extremes = pricing::over_deep_patterns(subject.arrangement, widths, &sums, subject.limits.work)?;
            (extremes, Evidence::DeepPatterns)
        }
        (PriceEvidence::Walk, None) => return Err(ArchitectureDefect::NoPatternSet.into()),
        (PriceEvidence::Cones(_), _) => return Err(ArchitectureDefect::NoCones.into()),
    };
    Ok((extremes.largest_modulus(), evidence))
}
