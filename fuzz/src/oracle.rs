//! The judge's answer by brute force: every labelling decided by elimination, every value recomputed from its formula.
//!
//! Of the crate under test this uses the types of numbers and of certificates, and the digest; none of its predicates,
//! conversions or bounds.

use heaviside::{
    Certificate, Conclusion, Dataset, Proven, RBig,
    certificate::{
        Body, CertifiedNeuron, Dual, LossName, PriceEvidence, TwoLayers,
        interpolation::{Answer, DualRay, Interpolant},
    },
};

use crate::instance::{Instance, MOST_COLUMNS, Row, power_of_two};

/// A labelling of at most 32 rows: bit i is the label of row i.
pub type Labelling = u32;

/// What the certificate proves, or in a word why it proves nothing; `None` if the brute force does not know its kind.
///
/// It knows two layers with the squared loss, and interpolation.
pub fn examine(
    instance: &Instance,
    data: &Dataset,
    certificate: &Certificate,
) -> Option<Result<Conclusion, &'static str>> {
    let examine = || match &certificate.body {
        Body::TwoLayers(body) if body.problem.loss == LossName::Squared => {
            Some(two_layers(instance, data, body).map(Conclusion::Bounds))
        }
        Body::Interpolation(body) => Some(match &body.answer {
            Answer::Interpolant(answer) => interpolant(instance, data, answer).map(Conclusion::Bounds),
            Answer::Conflict(conflict) => exclude_each_other(instance, conflict.rows),
        }),
        _ => None,
    };
    Some(speaks_about(data, certificate).and(examine()?))
}

fn two_layers(instance: &Instance, data: &Dataset, body: &TwoLayers) -> Result<Proven, &'static str> {
    if body.problem.delta.is_some() {
        return Err("delta");
    }
    let beta = positive(&body.problem.beta)?;
    let objective = upper_bound(data, body, &beta)?;
    let lower_bound = lower_bound(instance, data, body, &beta)?;
    assert!(lower_bound <= objective, "weak duality fails between {lower_bound} and {objective}");
    Ok(Proven { objective, lower_bound, evidence: body.dual.evidence.into() })
}

/// A network with f(X) = y, and |v.y| / p.
fn interpolant(instance: &Instance, data: &Dataset, answer: &Interpolant) -> Result<Proven, &'static str> {
    let Interpolant { network, dual, claim } = answer;
    let outputs = outputs(data, &network.neurons)?;
    if training_loss(data, &outputs) != RBig::ZERO {
        return Err("fit");
    }
    let norm = norm(&outputs);
    let DualRay { numerators, price, evidence } = dual.clone();
    let point = Dual { exponent: 0, numerators, price, evidence };
    in_range(&point, data.n())?;
    if i128::from(price) < provable_price(instance, &patterns(&instance.integer_rows()), &point) {
        return Err("price");
    }
    let products = point.numerators.iter().zip(data.targets()).map(|(&v, &y)| RBig::from(v) * exact(y));
    let product = modulus(&products.fold(RBig::ZERO, |sum, term| sum + term));
    let lower_bound = if price == 0 { RBig::ZERO } else { product / RBig::from(price) };
    assert!(lower_bound <= norm, "duality fails between {lower_bound} and {norm}");
    let claimed = claim.norm == norm.to_string() && claim.lower_bound == lower_bound.to_string();
    if claimed { Ok(Proven { objective: norm, lower_bound, evidence: dual.evidence.into() }) } else { Err("claim") }
}

/// Whether two rows have the same bit in every pattern, but not the same target.
fn exclude_each_other(instance: &Instance, rows: [usize; 2]) -> Result<Conclusion, &'static str> {
    let ([first, second], targets) = (rows, instance.integer_targets());
    if first >= second || second >= instance.n() || targets[first] == targets[second] {
        return Err("rows");
    }
    let together = |&pattern: &Labelling| bit(pattern, first) == bit(pattern, second);
    let all = patterns(&instance.integer_rows()).iter().all(together);
    if all { Ok(Conclusion::Infeasible { rows }) } else { Err("rows that a pattern tells apart") }
}

fn speaks_about(data: &Dataset, certificate: &Certificate) -> Result<(), &'static str> {
    let claim = &certificate.data;
    let named = certificate.format == "heaviside-certificate" && certificate.version == 4;
    let same = (claim.n, claim.d) == (data.n(), data.d()) && claim.digest == data.digest();
    let options = claim.options.bias == data.bias() && claim.options.classify == data.classes().is_some();
    if named && same && options { Ok(()) } else { Err("heading") }
}

/// Patterns and output weights of neurons.
fn outputs(data: &Dataset, neurons: &[CertifiedNeuron]) -> Result<Vec<(Labelling, RBig)>, &'static str> {
    let output = |neuron: &CertifiedNeuron| {
        let pattern = pattern_of(data, &weights(data, neuron)?);
        let claimed = hexadecimal(pattern, data.n()) == neuron.pattern;
        if claimed { Ok((pattern, rational(&neuron.output)?)) } else { Err("pattern") }
    };
    neurons.iter().map(output).collect()
}

fn norm(outputs: &[(Labelling, RBig)]) -> RBig {
    outputs.iter().map(|(_, output)| modulus(output)).fold(RBig::ZERO, |a, b| a + b)
}

fn upper_bound(data: &Dataset, body: &TwoLayers, beta: &RBig) -> Result<RBig, &'static str> {
    let outputs = outputs(data, &body.network.neurons)?;
    let loss = training_loss(data, &outputs);
    let objective = &loss + beta * norm(&outputs);
    let claimed = body.claim.training_loss == loss.to_string() && body.claim.objective == objective.to_string();
    if claimed { Ok(objective) } else { Err("objective") }
}

fn lower_bound(instance: &Instance, data: &Dataset, body: &TwoLayers, beta: &RBig) -> Result<RBig, &'static str> {
    let dual = &body.dual;
    in_range(dual, data.n())?;
    let patterns = patterns(&instance.integer_rows());
    let price = largest_price(&patterns, &dual.numerators);
    let provable = provable_price(instance, &patterns, dual);
    assert!(provable >= price, "the relaxation has a smaller maximum than H(X)");
    if i128::from(dual.price) < provable {
        return Err("price");
    }
    let bound = dual_value(data, dual, dual.price.into(), beta);
    assert!(bound <= dual_value(data, dual, price, beta), "a larger price must not prove more");
    assert!(bound <= best_single_neuron(data, &patterns, beta), "the bound excludes a network that exists");
    if body.claim.lower_bound == bound.to_string() { Ok(bound) } else { Err("lower bound") }
}

fn in_range(dual: &Dual, n: usize) -> Result<(), &'static str> {
    let moduli: i128 = dual.numerators.iter().map(|&value| i128::from(value).abs()).sum();
    let exponent = i64::from(dual.exponent).abs();
    if dual.numerators.len() == n && exponent <= 1022 && moduli <= 1 << 53 { Ok(()) } else { Err("dual point") }
}

/// The smallest price that the kind of evidence can prove.
pub fn provable_price(instance: &Instance, patterns: &[Labelling], dual: &Dual) -> i128 {
    match dual.evidence {
        PriceEvidence::Walk => largest_price(patterns, &dual.numerators),
        PriceEvidence::AllLabellings => {
            largest_price(&labellings_of_directions(&instance.integer_rows()), &dual.numerators)
        }
        other => unreachable!("there is no evidence {other:?}"),
    }
}

/// max |d^T v| over a list of labellings.
fn largest_price(labellings: &[Labelling], values: &[i64]) -> i128 {
    let price = |&labelling: &Labelling| -> i128 {
        values.iter().enumerate().filter(|(row, _)| bit(labelling, *row)).map(|(_, &value)| i128::from(value)).sum()
    };
    labellings.iter().map(|labelling| price(labelling).abs()).max().unwrap_or(0)
}

/// H(X): the labellings for which `x_i w >= 0` where the bit is 1 and `-x_i w > 0` where it is 0 has a solution.
pub fn patterns(rows: &[Row]) -> Vec<Labelling> {
    let system = |labelling: Labelling| {
        let side = |(row, entries): (usize, &Row)| match bit(labelling, row) {
            true => Inequality { coefficients: *entries, strict: false },
            false => Inequality { coefficients: entries.map(|entry| -entry), strict: true },
        };
        rows.iter().enumerate().map(side).collect()
    };
    (0..1 << rows.len()).filter(|&labelling| is_feasible(system(labelling))).collect()
}

/// The labellings in which positive multiples have the same bit and zero rows have bit 1.
fn labellings_of_directions(rows: &[Row]) -> Vec<Labelling> {
    let fits = |labelling: Labelling| {
        (0..rows.len()).all(|i| {
            let alike = |j: usize| !same_direction(&rows[i], &rows[j]) || bit(labelling, i) == bit(labelling, j);
            (bit(labelling, i) || rows[i] != Row::default()) && (0..i).all(alike)
        })
    };
    (0..1 << rows.len()).filter(|&labelling| fits(labelling)).collect()
}

/// Whether two rows are positive multiples of each other (equality in the inequality of Cauchy-Schwarz), or both zero.
fn same_direction(left: &Row, right: &Row) -> bool {
    let dot = |a: &Row, b: &Row| -> i128 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (squares, product) = ((dot(left, left), dot(right, right)), dot(left, right));
    squares == (0, 0) || (product > 0 && squares.0 * squares.1 == product * product)
}

/// `coefficients . w >= 0`, or `> 0` if strict.
struct Inequality {
    coefficients: Row,
    strict: bool,
}

/// Whether a homogeneous system has a solution, by Fourier-Motzkin elimination of one variable after another.
fn is_feasible(mut system: Vec<Inequality>) -> bool {
    for variable in 0..MOST_COLUMNS {
        system = eliminate(system, variable);
    }
    // What is left reads 0 >= 0 or 0 > 0.
    system.iter().all(|inequality| !inequality.strict)
}

/// Every combination of a lower and an upper bound on the variable, and the inequalities without it.
fn eliminate(system: Vec<Inequality>, variable: usize) -> Vec<Inequality> {
    let (mut rest, bounds): (Vec<_>, Vec<_>) = system.into_iter().partition(|i| i.coefficients[variable] == 0);
    let (lower, upper): (Vec<_>, Vec<_>) = bounds.iter().partition(|i| i.coefficients[variable] > 0);
    for below in &lower {
        for above in &upper {
            let (p, q) = (below.coefficients[variable], -above.coefficients[variable]);
            let combine = |j: usize| q * below.coefficients[j] + p * above.coefficients[j];
            let coefficients = std::array::from_fn(combine);
            rest.push(Inequality { coefficients, strict: below.strict || above.strict });
        }
    }
    rest
}

/// The hidden weights, if there are d rationals.
fn weights(data: &Dataset, neuron: &CertifiedNeuron) -> Result<Vec<RBig>, &'static str> {
    let weights = neuron.hidden.iter().map(|text| rational(text)).collect::<Result<Vec<_>, _>>()?;
    if weights.len() == data.d() { Ok(weights) } else { Err("number of hidden weights") }
}

/// step(X w) in rationals.
pub fn pattern_of(data: &Dataset, weights: &[RBig]) -> Labelling {
    let preactivation =
        |row: &[f64]| row.iter().zip(weights).map(|(&x, w)| exact(x) * w).fold(RBig::ZERO, |a, b| a + b);
    (0..data.n()).filter(|&row| preactivation(data.row(row)) >= RBig::ZERO).map(|row| 1 << row).sum()
}

/// 1/2 sum_i (f_i - y_i)^2.
pub fn training_loss(data: &Dataset, neurons: &[(Labelling, RBig)]) -> RBig {
    let residual = |(row, &target): (usize, &f64)| {
        let active = neurons.iter().filter(|(pattern, _)| bit(*pattern, row));
        active.fold(-exact(target), |sum, (_, output)| sum + output)
    };
    data.targets().iter().enumerate().map(residual).fold(RBig::ZERO, |sum, r| sum + &r * &r) / RBig::from(2)
}

/// The largest dual value at c v over |c| price <= beta.
///
/// With A = |v|^2 and B = v.y the value is -(A c^2 / 2 + B c): at most B^2 / (2 A), or on the boundary C |B| - A C^2 / 2.
pub fn dual_value(data: &Dataset, dual: &Dual, price: i128, beta: &RBig) -> RBig {
    let unit = exact(power_of_two(dual.exponent));
    let point: Vec<RBig> = dual.numerators.iter().map(|&value| RBig::from(value) * &unit).collect();
    let squares = point.iter().fold(RBig::ZERO, |sum, v| sum + v * v);
    let products = point.iter().zip(data.targets()).fold(RBig::ZERO, |sum, (v, &y)| sum + v * exact(y));
    let slope = modulus(&products);
    if squares == RBig::ZERO {
        return RBig::ZERO;
    }
    if price == 0 || &slope * RBig::from(price) * &unit <= beta * &squares {
        return &slope * &slope / (RBig::from(2) * squares);
    }
    let boundary = beta / (RBig::from(price) * unit);
    &boundary * slope - squares * &boundary * boundary / RBig::from(2)
}

/// The smallest objective of a network with one neuron: |y|^2 / 2 - (|sum of its targets| - beta)_+^2 / (2 |pattern|).
fn best_single_neuron(data: &Dataset, patterns: &[Labelling], beta: &RBig) -> RBig {
    let zero = training_loss(data, &[]);
    let gain = |&pattern: &Labelling| {
        let targets = data.targets().iter().enumerate().filter(|(row, _)| bit(pattern, *row));
        let excess = modulus(&targets.fold(RBig::ZERO, |sum, (_, &y)| sum + exact(y))) - beta;
        let excess = excess.max(RBig::ZERO);
        &excess * &excess / RBig::from(2 * pattern.count_ones().max(1))
    };
    zero - patterns.iter().map(gain).max().unwrap_or(RBig::ZERO)
}

/// Four bits a digit, the first bit the least significant.
pub fn hexadecimal(labelling: Labelling, rows: usize) -> String {
    (0..rows.div_ceil(4)).map(|digit| format!("{:x}", (labelling >> (4 * digit)) & 15)).collect()
}

/// The number that a text stands for, if it is the canonical text of a number.
fn rational(text: &str) -> Result<RBig, &'static str> {
    let zero_denominator = text.split_once('/').is_some_and(|(_, q)| q.bytes().all(|b| !(b'1'..=b'9').contains(&b)));
    if zero_denominator {
        return Err("denominator");
    }
    let value: RBig = text.parse().map_err(|_| "number")?;
    if value.to_string() == text { Ok(value) } else { Err("canonical form") }
}

fn positive(text: &str) -> Result<RBig, &'static str> {
    let value = rational(text)?;
    if value > RBig::ZERO { Ok(value) } else { Err("beta") }
}

fn exact(value: f64) -> RBig {
    RBig::try_from(value).expect("the data are finite")
}

/// The modulus of a rational.
pub fn modulus(value: &RBig) -> RBig {
    if *value < RBig::ZERO { -value } else { value.clone() }
}

fn bit(labelling: Labelling, row: usize) -> bool {
    labelling >> row & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(entries: &[i128]) -> Row {
        std::array::from_fn(|j| entries.get(j).copied().unwrap_or(0))
    }

    /// Labellings written with row 0 first.
    fn found(rows: &[&[i128]]) -> Vec<String> {
        let rows: Vec<Row> = rows.iter().map(|entries| row(entries)).collect();
        let text = |labelling| (0..rows.len()).map(|row| if bit(labelling, row) { '1' } else { '0' }).collect();
        let mut found: Vec<String> = patterns(&rows).into_iter().map(text).collect();
        found.sort();
        found
    }

    #[test]
    fn patterns_by_hand() {
        assert_eq!(found(&[&[1], &[-1]]), ["01", "10", "11"]);
        assert_eq!(found(&[&[0]]), ["1"]);
        assert_eq!(found(&[&[2, 1], &[4, 2]]), ["00", "11"]);
        // Three points on a line with a bias: all but 010 and 101.
        assert_eq!(found(&[&[-1, 1], &[0, 1], &[1, 1]]), ["000", "001", "011", "100", "110", "111"]);
        assert_eq!(found(&[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]]).len(), 8);
        // Four points on a line: the number of open cells is 2 (1 + 3).
        assert_eq!(found(&[&[0, 1], &[1, 1], &[2, 1], &[3, 1]]).len(), 8);
    }

    #[test]
    fn directions_by_hand() {
        let same = |left: &[i128], right: &[i128]| same_direction(&row(left), &row(right));
        assert!(same(&[1, 2], &[2, 4]) && same(&[0, 0], &[0, 0]));
        assert!(!same(&[1, 2], &[-1, -2]) && !same(&[1, 2], &[0, 0]) && !same(&[1, 2], &[2, 1]));
        let rows = [row(&[1, 1]), row(&[2, 2]), row(&[0, 0]), row(&[-1, -1])];
        assert_eq!(labellings_of_directions(&rows), [0b0100, 0b0111, 0b1100, 0b1111]);
    }

    #[test]
    fn dual_values_by_hand() {
        let data = Dataset::new(vec![1.0, 1.0], 1, vec![1.0, 1.0]).unwrap();
        let value = |exponent, numerators: &[i64], price| {
            let dual = Dual { exponent, numerators: numerators.to_vec(), price: 0, evidence: PriceEvidence::Walk };
            dual_value(&data, &dual, price, &RBig::ONE).to_string()
        };
        assert_eq!(value(0, &[-1, -1], 1), "1");
        assert_eq!(value(0, &[-1, -1], 2), "3/4");
        assert_eq!(value(2, &[1, 1], 2), "3/4");
        assert_eq!((value(0, &[0, 0], 3), value(0, &[-1, 0], 0)), ("0".into(), "1/2".into()));
    }

    #[test]
    fn numbers_have_one_text() {
        assert!(["0", "-3", "7/2"].iter().all(|text| rational(text).is_ok()));
        assert!(["", "1/0", "1/", "2/4", "+1", "01", "1/-2", "1_0"].iter().all(|text| rational(text).is_err()));
        assert_eq!(hexadecimal(0b1_0110, 5), "61");
    }
}
