//! The judge refuses what is not proven: every semantic field of a tight certificate is changed, and each change must
//! be rejected for its own reason. Passes without any solver.
//!
//! The certificate belongs to `tests/data/titanic.csv`, read for classification, with beta = 1. After a change of the
//! format it is written anew by `cargo test --test reject -- --ignored`.

mod common;

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use common::{
    brute,
    certificate::{Parts, assert_malformed, two_layers, two_layers_parts},
};
use heaviside::{
    Certificate, CertificateError, CheckLimits, Conclusion, DataOptions, Dataset, Evidence, Proven, RBig, Rejection,
    Verdict,
    certificate::{CertifiedNeuron, FORMAT, LossName, PriceEvidence, TwoLayers, VERSION},
    check,
};
use proptest::prelude::*;
use serde_json::{Value, json};

static DATA: LazyLock<Dataset> = LazyLock::new(|| read(&options()));

static TEXT: LazyLock<String> = LazyLock::new(|| std::fs::read_to_string(path("titanic-certificate.json")).unwrap());

static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(|| Certificate::from_json(&TEXT).unwrap());

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn options() -> DataOptions {
    DataOptions::default().classify(true)
}

fn read(options: &DataOptions) -> Dataset {
    Dataset::read(&path("titanic.csv"), options).unwrap()
}

fn judge(certificate: &Certificate) -> Verdict {
    check(&DATA, certificate, &CheckLimits::default())
}

fn changed(change: impl FnOnce(&mut Parts<'_, TwoLayers>)) -> Certificate {
    let mut certificate = CERTIFICATE.clone();
    change(&mut two_layers_parts(&mut certificate));
    assert_ne!(certificate, *CERTIFICATE, "nothing was changed");
    certificate
}

#[track_caller]
fn proven(verdict: Verdict) -> Proven {
    match verdict {
        Verdict::Verified(Conclusion::Bounds(proven)) => proven,
        other => panic!("{other:?}"),
    }
}

/// A change for each row of a table, and the reason for which the judge must reject it.
macro_rules! rejected {
    ($($name:literal: |$certificate:ident| $change:expr => $reason:pat $(if $guard:expr)?,)*) => {$(
        let certificate = changed(|$certificate| { $change; });
        match judge(&certificate) {
            Verdict::Rejected($reason) $(if $guard)? => {}
            other => panic!("{}: {other:?}", $name),
        }
    )*};
}

fn plus(text: &mut String, number: &str) {
    *text = (parse(text) + parse(number)).to_string();
}

fn parse(text: &str) -> RBig {
    text.parse().unwrap()
}

/// The same number, not in lowest terms.
fn expand(text: &mut String) {
    let number = parse(text);
    *text = format!("{}/{}", number.numerator() * 2, number.denominator() * 2u8);
}

/// The starting point of all changes: several neurons, a gap near 0, beta below beta_max, a dual point that matters.
#[test]
fn the_certificate_is_tight() {
    let proven = proven(judge(&CERTIFICATE));
    assert!(proven.gap() >= RBig::ZERO && proven.relative_gap() < 1e-11);
    assert_eq!(proven.evidence, Evidence::Patterns);
    assert!(two_layers(&CERTIFICATE).network.neurons.len() >= 4 && two_layers(&CERTIFICATE).problem.beta == "1");
}

#[test]
fn the_format_and_the_data() {
    rejected! {
        "format": |c| c.format.push('x') => Rejection::UnknownFormat { .. },
        "empty format": |c| c.format.clear() => Rejection::UnknownFormat { .. },
        "version": |c| *c.version = 4 => Rejection::UnknownFormat { version: 4, .. },
        "no version": |c| *c.version = 0 => Rejection::UnknownFormat { version: 0, .. },
        "an older version, which only a file can have": |c| *c.version = 2
            => Rejection::UnknownFormat { version: 2, .. },
        "delta of another loss": |c| c.body.problem.delta = Some("1".into()) => Rejection::Delta(_),
        "digest": |c| c.data.digest.replace_range(..1, "x") => Rejection::DigestMismatch { .. },
        "upper-case digest": |c| c.data.digest.make_ascii_uppercase() => Rejection::DigestMismatch { .. },
        "n": |c| c.data.n = 2200 => Rejection::ShapeMismatch { claimed_n: 2200, n: 2201, .. },
        "d": |c| c.data.d = 3 => Rejection::ShapeMismatch { claimed_d: 3, d: 4, .. },
        "bias": |c| c.data.options.bias = false => Rejection::OptionsMismatch("bias"),
        "classify": |c| c.data.options.classify = false => Rejection::OptionsMismatch("classify"),
    }
}

#[test]
fn beta() {
    rejected! {
        "larger": |c| c.body.problem.beta = "2".into() => Rejection::ObjectiveMismatch { .. },
        "smaller": |c| c.body.problem.beta = "1/2".into() => Rejection::ObjectiveMismatch { .. },
        "zero": |c| c.body.problem.beta = "0".into() => Rejection::BetaNotPositive,
        "negative": |c| c.body.problem.beta = "-1".into() => Rejection::BetaNotPositive,
    }
    for text in ["", "1.0", "2/2", "01", "+1", " 1", "1e0", "NaN", "inf", "1/0", "--1", "one"] {
        let certificate = changed(|c| c.body.problem.beta = text.into());
        let expected = Rejection::NotARational { field: "problem.beta".into() };
        assert_eq!(judge(&certificate), Verdict::Rejected(expected), "{text:?}");
    }
}

#[test]
fn the_network() {
    rejected! {
        "hidden weights of another pattern": |c| c.body.network.neurons[1].hidden.fill("0".into())
            => Rejection::PatternMismatch { neuron: 1 },
        "a hidden weight less": |c| c.body.network.neurons[1].hidden.truncate(3)
            => Rejection::WrongLength { field, found: 3, expected: 4 } if field == "network.neurons[1].hidden",
        "a hidden weight more": |c| c.body.network.neurons[0].hidden.push("0".into())
            => Rejection::WrongLength { field, found: 5, expected: 4 } if field == "network.neurons[0].hidden",
        "a hidden weight that is no number": |c| c.body.network.neurons[0].hidden[2] = "NaN".into()
            => Rejection::NotARational { field } if field == "network.neurons[0].hidden[2]",
        "a hidden weight not in lowest terms": |c| expand(&mut c.body.network.neurons[0].hidden[2])
            => Rejection::NotARational { field } if field == "network.neurons[0].hidden[2]",
        "pattern": |c| flip_first_bit(&mut c.body.network.neurons[2].pattern) => Rejection::PatternMismatch { neuron: 2 },
        "longer pattern": |c| c.body.network.neurons[2].pattern.push('0') => Rejection::PatternMismatch { neuron: 2 },
        "shorter pattern": |c| c.body.network.neurons[2].pattern.truncate(550) => Rejection::PatternMismatch { neuron: 2 },
        "pattern of another neuron": |c| c.body.network.neurons[0].pattern = c.body.network.neurons[1].pattern.clone()
            => Rejection::PatternMismatch { neuron: 0 },
        "output": |c| plus(&mut c.body.network.neurons[0].output, "1/1000000000000")
            => Rejection::TrainingLossMismatch { .. },
        "output of the other sign": |c| plus(&mut c.body.network.neurons[0].output, "-10")
            => Rejection::TrainingLossMismatch { .. },
        "output that is no number": |c| c.body.network.neurons[3].output = "0.5".into()
            => Rejection::NotARational { field } if field == "network.neurons[3].output",
        "a neuron less": |c| c.body.network.neurons.truncate(c.body.network.neurons.len() - 1)
            => Rejection::TrainingLossMismatch { .. },
        "no neuron": |c| c.body.network.neurons.clear() => Rejection::TrainingLossMismatch { .. },
        "a neuron twice": |c| c.body.network.neurons.push(c.body.network.neurons[0].clone())
            => Rejection::TrainingLossMismatch { .. },
        "two neurons that cancel": |c| add_cancelling_neurons(&mut c.body.network.neurons)
            => Rejection::ObjectiveMismatch { .. },
        "outputs exchanged": |c| exchange_outputs(&mut c.body.network.neurons) => Rejection::TrainingLossMismatch { .. },
    }
}

fn flip_first_bit(pattern: &mut String) {
    let digit = u32::from_str_radix(&pattern[..1], 16).unwrap() ^ 1;
    pattern.replace_range(..1, &format!("{digit:x}"));
}

/// They leave the outputs and the loss, but not the penalty.
fn add_cancelling_neurons(neurons: &mut Vec<CertifiedNeuron>) {
    for output in ["1", "-1"] {
        neurons.push(CertifiedNeuron { output: output.into(), ..neurons[0].clone() });
    }
}

fn exchange_outputs(neurons: &mut [CertifiedNeuron]) {
    let (first, second) = (neurons[0].output.clone(), neurons[1].output.clone());
    (neurons[0].output, neurons[1].output) = (second, first);
}

#[test]
fn the_dual_point() {
    let price = two_layers(&CERTIFICATE).dual.price;
    rejected! {
        "exponent beyond f64": |c| c.body.dual.exponent = 1023 => Rejection::DualOutOfRange(_),
        "smallest exponent": |c| c.body.dual.exponent = i32::MIN => Rejection::DualOutOfRange(_),
        "an entry less": |c| c.body.dual.numerators.truncate(2200)
            => Rejection::WrongLength { field, found: 2200, expected: 2201 } if field == "dual.numerators",
        "an entry more": |c| c.body.dual.numerators.push(0)
            => Rejection::WrongLength { found: 2202, expected: 2201, .. },
        "no entries": |c| c.body.dual.numerators.clear() => Rejection::WrongLength { found: 0, .. },
        "a huge entry": |c| c.body.dual.numerators[7] = i64::MAX => Rejection::DualOutOfRange(_),
        "the most negative entry": |c| c.body.dual.numerators[7] = i64::MIN => Rejection::DualOutOfRange(_),
        "huge entries that overflow": |c| c.body.dual.numerators.fill(i64::MIN) => Rejection::DualOutOfRange(_),
        "an entry beyond the grid": |c| c.body.dual.numerators[7] = 1 << 53 => Rejection::DualOutOfRange(_),
        "a larger entry": |c| c.body.dual.numerators[0] += 1 << 50 => Rejection::PriceTooLow { .. },
        "all entries halved": |c| halve(&mut c.body.dual.numerators) => Rejection::LowerBoundMismatch { .. },
        "zeros": |c| c.body.dual.numerators.fill(0) => Rejection::LowerBoundMismatch { found } if found == "0",
        "price lower by one unit": |c| c.body.dual.price -= 1
            => Rejection::PriceTooLow { found, claimed } if found == price && claimed == price - 1,
        "price higher by one unit": |c| c.body.dual.price += 1 => Rejection::LowerBoundMismatch { .. },
        "price 0": |c| c.body.dual.price = 0 => Rejection::PriceTooLow { claimed: 0, .. },
        "negative price": |c| c.body.dual.price = -price => Rejection::PriceTooLow { .. },
        "smallest price": |c| c.body.dual.price = i64::MIN => Rejection::PriceTooLow { .. },
        "largest price": |c| c.body.dual.price = i64::MAX => Rejection::LowerBoundMismatch { .. },
        "evidence over all labellings": |c| c.body.dual.evidence = PriceEvidence::AllLabellings
            => Rejection::PriceTooLow { found, .. } if found > price,
    }
}

fn halve(numerators: &mut [i64]) {
    for numerator in numerators {
        *numerator /= 2;
    }
}

#[test]
fn the_claims() {
    rejected! {
        "smaller loss": |c| plus(&mut c.body.claim.training_loss, "-1/1000000000000")
            => Rejection::TrainingLossMismatch { .. },
        "larger loss": |c| plus(&mut c.body.claim.training_loss, "1") => Rejection::TrainingLossMismatch { .. },
        "smaller objective": |c| plus(&mut c.body.claim.objective, "-1/1000000000000")
            => Rejection::ObjectiveMismatch { .. },
        "larger objective": |c| plus(&mut c.body.claim.objective, "1") => Rejection::ObjectiveMismatch { .. },
        "larger bound": |c| plus(&mut c.body.claim.lower_bound, "1/1000000000000")
            => Rejection::LowerBoundMismatch { .. },
        "smaller bound": |c| plus(&mut c.body.claim.lower_bound, "-1") => Rejection::LowerBoundMismatch { .. },
        "the objective as bound": |c| c.body.claim.lower_bound = c.body.claim.objective.clone()
            => Rejection::LowerBoundMismatch { .. },
        "loss not in lowest terms": |c| expand(&mut c.body.claim.training_loss) => Rejection::TrainingLossMismatch { .. },
        "objective not in lowest terms": |c| expand(&mut c.body.claim.objective) => Rejection::ObjectiveMismatch { .. },
        "bound not in lowest terms": |c| expand(&mut c.body.claim.lower_bound) => Rejection::LowerBoundMismatch { .. },
        "no loss": |c| c.body.claim.training_loss.clear() => Rejection::TrainingLossMismatch { .. },
        "no objective": |c| c.body.claim.objective = "NaN".into() => Rejection::ObjectiveMismatch { .. },
        "no bound": |c| c.body.claim.lower_bound = "-inf".into() => Rejection::LowerBoundMismatch { .. },
    }
}

#[test]
fn too_much_work() {
    let verdict = check(&DATA, &CERTIFICATE, &CheckLimits::new(100));
    assert!(matches!(verdict, Verdict::Rejected(Rejection::TooMuchWork(_))), "{verdict:?}");
}

/// v and its price are both in units of 2^exponent, and v is scaled (or turned) to the best feasible point anyway: its
/// unit and sign are no claims. Nor are the order of the neurons and a neuron of weight 0.
#[test]
fn changes_without_meaning_prove_the_same() {
    let expected = proven(judge(&CERTIFICATE));
    let idle = CertifiedNeuron { output: "0".into(), ..two_layers(&CERTIFICATE).network.neurons[0].clone() };
    for certificate in [
        changed(|c| c.body.dual.exponent += 1),
        changed(|c| c.body.dual.exponent = -1022),
        changed(|c| c.body.dual.numerators.iter_mut().for_each(|numerator| *numerator = -*numerator)),
        changed(|c| c.body.network.neurons.reverse()),
        changed(|c| c.body.network.neurons.push(idle)),
    ] {
        assert_eq!(proven(judge(&certificate)), expected);
    }
}

#[test]
fn other_data() {
    let judge = |data: &Dataset| check(data, &CERTIFICATE, &CheckLimits::default());
    let (features, targets) = (DATA.features().to_vec(), DATA.targets().to_vec());
    // The same numbers without classes, then also without an appended bias column.
    let unclassified = read(&options().classify(false));
    assert_eq!(judge(&unclassified), Verdict::Rejected(Rejection::OptionsMismatch("classify")));
    let plain = Dataset::new(features.clone(), 4, targets.clone()).unwrap();
    assert_eq!(plain.digest(), DATA.digest());
    assert_eq!(judge(&plain), Verdict::Rejected(Rejection::OptionsMismatch("bias")));
    // One entry of X or y by one unit in the last place.
    for entry in [0, 5, features.len() - 1] {
        let mut other = features.clone();
        other[entry] = other[entry].next_up();
        let data = Dataset::new(other, 4, targets.clone()).unwrap();
        assert!(matches!(judge(&data), Verdict::Rejected(Rejection::DigestMismatch { .. })), "entry {entry}");
    }
    let mut other = targets.clone();
    other[2200] = other[2200].next_up();
    let data = Dataset::new(features.clone(), 4, other).unwrap();
    assert!(matches!(judge(&data), Verdict::Rejected(Rejection::DigestMismatch { .. })));
    let fewer = Dataset::new(features[4..].to_vec(), 4, targets[1..].to_vec()).unwrap();
    assert!(matches!(judge(&fewer), Verdict::Rejected(Rejection::ShapeMismatch { .. })));
    let unbiased = read(&options().bias(false));
    assert!(matches!(judge(&unbiased), Verdict::Rejected(Rejection::ShapeMismatch { .. })));
}

/// Pointers to all values of the certificate; of long arrays to the first two elements.
fn pointers(value: &Value, prefix: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, child)| (format!("{prefix}/{name}"), child)).collect(),
        Value::Array(items) => {
            items.iter().take(2).enumerate().map(|(index, child)| (format!("{prefix}/{index}"), child)).collect()
        }
        _ => Vec::new(),
    };
    let below = children.iter().flat_map(|(path, child)| pointers(child, path));
    children.iter().map(|(path, _)| path.clone()).chain(below).collect()
}

/// Unknown fields are refused in every object, and every field is needed (but those of the data options, which have
/// defaults) and has one type.
#[test]
fn the_structure() {
    refuses_other_structures(&serde_json::from_str(&TEXT).unwrap(), "");
    refuses_other_structures(&serde_json::to_value(&*CERTIFICATE).unwrap(), "/body/two-layers");
}

fn refuses_other_structures(original: &Value, body: &str) {
    let all = pointers(original, "");
    for expected in ["/network/neurons/1/hidden/1", "/dual/numerators/0", "/claim/lower_bound"] {
        assert!(all.contains(&format!("{body}{expected}")), "{expected} is missed");
    }
    assert!(all.iter().any(|pointer| pointer == "/data/options/bias"));
    for pointer in &all {
        let mut value = original.clone();
        *value.pointer_mut(pointer).unwrap() = json!({"no": ["such", "thing"]});
        assert_malformed(&value.to_string());
    }
    for pointer in all.iter().map(String::as_str).chain([""]) {
        let mut value = original.clone();
        if let Some(object) = value.pointer_mut(pointer).unwrap().as_object_mut() {
            object.insert("comment".into(), json!("more"));
            assert_malformed(&value.to_string());
        }
    }
    for pointer in all.iter().filter(|pointer| !pointer.starts_with("/data/options/")) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut value = original.clone();
        if let Some(object) = value.pointer_mut(parent).unwrap().as_object_mut() {
            object.remove(name).unwrap();
            assert_malformed(&value.to_string());
        }
    }
}

#[test]
fn the_text() {
    for text in ["", "null", "[]", "{}", "NaN", "\u{feff}{}", "not json"] {
        assert_malformed(text);
    }
    assert_malformed(&TEXT[..TEXT.len() / 2]);
    assert_malformed(&format!("{}}}", *TEXT));
    let old: Value = serde_json::from_str(&TEXT).unwrap();
    refuses_other_texts(&old.to_string(), 1);
    refuses_other_texts(&serde_json::to_string(&*CERTIFICATE).unwrap(), VERSION);
}

fn refuses_other_texts(compact: &str, version: u32) {
    let version = format!("\"version\":{version}");
    let price = format!("\"price\":{}", two_layers(&CERTIFICATE).dual.price);
    for (from, to) in [
        ("\"squared\"", "\"quartic\""),
        ("\"squared\"", "\"squared\",\"delta\":null"),
        ("\"squared\"", "\"Squared\""),
        ("\"walk\"", "\"trust-me\""),
        (version.as_str(), "\"version\":-1"),
        (version.as_str(), "\"version\":4294967297"),
        (version.as_str(), &format!("{version},{version}")),
        ("\"n\":2201", "\"n\":2201.5"),
        ("\"beta\":\"1\"", "\"beta\":1"),
        (price.as_str(), "\"price\":1.5"),
        (price.as_str(), "\"price\":1e300"),
        (price.as_str(), "\"price\":NaN"),
        (price.as_str(), "\"price\":9223372036854775808"),
    ] {
        let text = compact.replacen(from, to, 1);
        assert_ne!(text, compact, "{from} does not occur");
        assert_malformed(&text);
    }
}

/// The file is of version 1. Version 2 says the same of it; other versions, formats and losses are not read.
#[test]
fn the_version_of_a_file() {
    let text = |from: &str, to: &str| {
        let text = TEXT.replacen(from, to, 1);
        assert_ne!(text, *TEXT);
        Certificate::from_json(&text)
    };
    let version = |to: &str| text("\"version\": 1", &format!("\"version\": {to}"));
    assert_eq!(version("2").as_ref(), Ok(&*CERTIFICATE));
    for other in [0, 4, 9] {
        let format = String::from(FORMAT);
        assert_eq!(version(&other.to_string()), Err(CertificateError::UnknownVersion { format, version: other }));
    }
    // Version 3 has other fields.
    assert!(matches!(version("3"), Err(CertificateError::Field { .. })));
    let format = || String::from("heaviside-certificat");
    assert_eq!(text(FORMAT, &format()), Err(CertificateError::UnknownFormat { format: format() }));
    let unknown = CertificateError::UnknownLoss { loss: LossName::Absolute, version: 1 };
    assert_eq!(text("\"squared\"", "\"absolute\""), Err(unknown));
}

/// What is wrong with a text is said with its place.
#[test]
fn errors_name_the_place() {
    let text = "{\n  \"format\": \"heaviside-certificate\",\n  \"version\": 3,\n";
    let read = |end: &str| Certificate::from_json(&format!("{text}{end}"));
    assert!(matches!(read("  ?"), Err(CertificateError::Syntax { line: 4, column: 3, .. })), "{:?}", read("  ?"));
    assert!(matches!(read(""), Err(CertificateError::Syntax { .. })));
    assert!(matches!(read("\"bode\": 1 }"), Err(CertificateError::Field { line: 4, column: 6, .. })));
}

/// A number of the certificate.
#[derive(Clone, Debug)]
enum Field {
    Version,
    N,
    D,
    Beta,
    Hidden(usize, usize),
    Output(usize),
    Exponent,
    Numerator(usize),
    Price,
    TrainingLoss,
    Objective,
    LowerBound,
}

fn field() -> impl Strategy<Value = Field> {
    let neurons = two_layers(&CERTIFICATE).network.neurons.len();
    prop_oneof![
        1 => Just(Field::Version),
        1 => Just(Field::N),
        1 => Just(Field::D),
        1 => Just(Field::Beta),
        3 => (0..neurons, 0..4usize).prop_map(|(neuron, weight)| Field::Hidden(neuron, weight)),
        2 => (0..neurons).prop_map(Field::Output),
        1 => Just(Field::Exponent),
        6 => (0..2201usize).prop_map(Field::Numerator),
        2 => Just(Field::Price),
        1 => Just(Field::TrainingLoss),
        1 => Just(Field::Objective),
        1 => Just(Field::LowerBound),
    ]
}

/// Changes of every size, none of them 0.
fn difference() -> impl Strategy<Value = i64> {
    (0..62u32, any::<i64>()).prop_map(|(shift, bits)| (bits >> shift) | 1)
}

fn add(certificate: &mut Parts<'_, TwoLayers>, field: &Field, by: i64) {
    let text = |text: &mut String| plus(text, &by.to_string());
    match *field {
        Field::Version => *certificate.version = certificate.version.wrapping_add_signed(by as i32 | 1),
        Field::N => certificate.data.n = certificate.data.n.wrapping_add_signed(by as isize),
        Field::D => certificate.data.d = certificate.data.d.wrapping_add_signed(by as isize),
        Field::Beta => text(&mut certificate.body.problem.beta),
        Field::Hidden(neuron, weight) => text(&mut certificate.body.network.neurons[neuron].hidden[weight]),
        Field::Output(neuron) => text(&mut certificate.body.network.neurons[neuron].output),
        Field::Exponent => certificate.body.dual.exponent = certificate.body.dual.exponent.wrapping_add(by as i32 | 1),
        Field::Numerator(row) => {
            certificate.body.dual.numerators[row] = certificate.body.dual.numerators[row].wrapping_add(by);
        }
        Field::Price => certificate.body.dual.price = certificate.body.dual.price.wrapping_add(by),
        Field::TrainingLoss => text(&mut certificate.body.claim.training_loss),
        Field::Objective => text(&mut certificate.body.claim.objective),
        Field::LowerBound => text(&mut certificate.body.claim.lower_bound),
    }
}

/// Whether a neuron's hidden weights still have its old pattern, on the distinct rows in rationals.
fn keeps_its_pattern(certificate: &Certificate, neuron: usize) -> bool {
    let mut rows: Vec<Vec<f64>> = DATA.rows().map(<[f64]>::to_vec).collect();
    rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
    rows.dedup();
    let pattern = |certificate: &Certificate| {
        let neuron = &two_layers(certificate).network.neurons[neuron];
        let hidden: Vec<RBig> = neuron.hidden.iter().map(|text| parse(text)).collect();
        brute::pattern_of(&rows, &hidden)
    };
    pattern(certificate) == pattern(&CERTIFICATE)
}

proptest! {
    /// Only hidden weights that still have the same pattern, and an exponent in range, leave the certificate true.
    #[test]
    fn any_changed_number_is_rejected(field in field(), by in difference()) {
        let certificate = changed(|certificate| add(certificate, &field, by));
        let verdict = judge(&certificate);
        let harmless = match field {
            Field::Hidden(neuron, _) => keeps_its_pattern(&certificate, neuron),
            Field::Exponent => two_layers(&certificate).dual.exponent.unsigned_abs() <= 1022,
            _ => false,
        };
        if harmless {
            prop_assert_eq!(verdict, judge(&CERTIFICATE));
        } else {
            prop_assert!(matches!(verdict, Verdict::Rejected(_)), "{:?} by {}", field, by);
        }
    }

    /// Damaged text does not make the judge panic, nor prove anything else.
    #[test]
    fn damaged_text_proves_nothing_else(at in 0..TEXT.len(), byte in any::<u8>()) {
        let mut bytes = TEXT.clone().into_bytes();
        bytes[at] = byte;
        let text = String::from_utf8_lossy(&bytes);
        let verdict = Certificate::from_json(&text).map(|certificate| judge(&certificate));
        if let Ok(Verdict::Verified(_)) = verdict {
            prop_assert_eq!(verdict, Ok(judge(&CERTIFICATE)));
        }
    }
}

#[cfg(feature = "solve")]
mod written {
    use heaviside::{Beta, Fit, Network, Status, TrainSettings, certificate::DataClaim, train};

    use super::*;

    fn trained() -> Fit<Network> {
        let base = TrainSettings::new(Beta::Absolute(1.0));
        train(&DATA, &base.threads(1)).unwrap()
    }

    /// What the library writes today is what the file, of version 1, holds in kind: the same problem and optimum.
    #[test]
    fn the_file_is_current() {
        let training = trained();
        assert_eq!(training.status, Status::Optimal);
        let (new, old) = (&training.certificate, &*CERTIFICATE);
        // Version 1 knew no digests without an order.
        let data = DataClaim { unordered: None, ..new.data.clone() };
        assert_eq!((&new.format, new.version, &data), (&old.format, old.version, &old.data));
        assert!(TEXT.contains("\"version\": 1,"));
        let (new, old) = (two_layers(new), two_layers(old));
        assert_eq!(new.problem, old.problem);
        let difference = parse(&new.claim.objective) - parse(&old.claim.objective);
        assert!(difference.to_f64().value().abs() <= 1e-8);
    }

    #[test]
    #[ignore = "writes tests/data/titanic-certificate.json"]
    fn write_the_certificate() {
        let certificate = trained().certificate;
        let mut old = serde_json::to_value(two_layers(&certificate)).unwrap();
        old["format"] = json!(FORMAT);
        old["version"] = json!(1);
        let data = DataClaim { unordered: None, ..certificate.data.clone() };
        old["data"] = serde_json::to_value(data).unwrap();
        heaviside::write_json(&path("titanic-certificate.json"), &old).unwrap();
    }
}
