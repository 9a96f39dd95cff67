//! The judge refuses what is not proven about interpolation: every semantic field of a tight certificate is changed, and
//! each change must be rejected for its own reason. Passes without any solver.
//!
//! The data are the example of `docs/certificate-format.md`: points -1, 0, 1 with the targets 0, 2, 0, and 0 with 2 again.
//! The certificate is written by hand.

mod common;

use common::certificate::{assert_malformed, interpolation_parts};
use heaviside::internals::files::named_format;
use heaviside::{
    Certificate, CheckLimits, Conclusion, Dataset, RBig, Rejection, Verdict,
    certificate::{
        FORMAT, PriceEvidence,
        interpolation::{Answer, Interpolant},
    },
    check,
};
use serde_json::{Value, json};

fn data(last: f64) -> Dataset {
    Dataset::with_bias(vec![-1.0, 0.0, 1.0, 0.0], 1, vec![0.0, 2.0, 0.0, last]).unwrap()
}

fn frame(data: &Dataset, answer: Value) -> Value {
    json!({
        "format": "heaviside-certificate",
        "version": 3,
        "data": {
            "digest": data.digest(), "n": 4, "d": 2,
            "options": { "target": null, "features": null, "classify": false, "bias": true },
        },
        "body": { "interpolation": { "answer": answer } },
    })
}

/// Neurons step(x + 1/2) and step(x - 1/2) with the weights 2 and -2; v = (-1, 1, -1, 1) up to a factor.
fn tight() -> Value {
    frame(
        &data(2.0),
        json!({ "interpolant": {
            "network": { "neurons": [
                { "hidden": ["1", "1/2"], "output": "2", "pattern": "e" },
                { "hidden": ["1", "-1/2"], "output": "-2", "pattern": "4" },
            ] },
            "dual": { "numerators": [-1, 1, -1, 1], "price": 1, "evidence": "walk" },
            "claim": { "norm": "4", "lower_bound": "4" },
        } }),
    )
}

fn conflict(first: usize, second: usize, last: f64) -> Value {
    frame(&data(last), json!({ "conflict": { "rows": [first, second] } }))
}

fn read(value: &Value) -> Certificate {
    Certificate::from_json(&value.to_string()).unwrap()
}

fn judge(certificate: &Certificate, last: f64) -> Verdict {
    check(&data(last), certificate, &CheckLimits::default())
}

fn interpolant(certificate: &mut Certificate) -> &mut Interpolant {
    match &mut interpolation_parts(certificate).body.answer {
        Answer::Interpolant(interpolant) => interpolant,
        Answer::Conflict(_) => panic!("there is a network"),
    }
}

macro_rules! rejected {
    ($($name:literal: |$certificate:ident| $change:expr => $reason:pat,)*) => {$(
        let original = read(&tight());
        let mut changed = original.clone();
        { let $certificate = &mut changed; $change; }
        assert_ne!(changed, original, "{}", $name);
        match judge(&changed, 2.0) {
            Verdict::Rejected($reason) => {}
            other => panic!("{}: {other:?}", $name),
        }
    )*};
}

#[test]
fn the_certificates_are_tight() {
    match judge(&read(&tight()), 2.0) {
        Verdict::Verified(Conclusion::Bounds(proven)) => {
            assert_eq!((&proven.objective, proven.gap()), (&RBig::from(4), RBig::ZERO));
        }
        other => panic!("{other:?}"),
    }
    let verdict = judge(&read(&conflict(1, 3, 1.0)), 1.0);
    assert_eq!(verdict, Verdict::Verified(Conclusion::Infeasible { rows: [1, 3] }));
}

#[test]
fn every_changed_field_is_rejected() {
    rejected! {
        "format": |c| c.format = "heaviside-interpolation-certificate".into() => Rejection::UnknownFormat { .. },
        "version": |c| c.version = 2 => Rejection::UnknownFormat { version: 2, .. },
        "digest": |c| c.data.digest.replace_range(..1, "x") => Rejection::DigestMismatch { .. },
        "n": |c| c.data.n = 3 => Rejection::ShapeMismatch { claimed_n: 3, .. },
        "d": |c| c.data.d = 3 => Rejection::ShapeMismatch { claimed_d: 3, .. },
        "bias": |c| c.data.options.bias = false => Rejection::OptionsMismatch("bias"),
        "classify": |c| c.data.options.classify = true => Rejection::OptionsMismatch("classify"),
        "hidden": |c| interpolant(c).network.neurons[0].hidden[1] = "-1/2".into() => Rejection::PatternMismatch { neuron: 0 },
        "a tie": |c| interpolant(c).network.neurons[1].hidden[1] = "0".into() => Rejection::PatternMismatch { neuron: 1 },
        "hidden length": |c| interpolant(c).network.neurons[0].hidden.truncate(1) => Rejection::WrongLength { .. },
        "no rational": |c| interpolant(c).network.neurons[0].hidden[1] = "0.5".into() => Rejection::NotARational { .. },
        "pattern": |c| interpolant(c).network.neurons[0].pattern = "4".into() => Rejection::PatternMismatch { neuron: 0 },
        "output": |c| interpolant(c).network.neurons[0].output = "3".into() => Rejection::NotInterpolating { row: 1, .. },
        "nearly the output": |c| interpolant(c).network.neurons[1].output = format!("-{}/{}", (1u64 << 60) + 1, 1u64 << 59)
            => Rejection::NotInterpolating { row: 2, .. },
        "no network": |c| interpolant(c).network.neurons.clear() => Rejection::NotInterpolating { row: 1, .. },
        "a long denominator": |c| interpolant(c).network.neurons[0].output = format!("2/1{}", "0".repeat(30_000) + "1")
            => Rejection::DenominatorTooLarge { .. },
        "numerators": |c| interpolant(c).dual.numerators[1] = 2 => Rejection::PriceTooLow { found: 2, claimed: 1 },
        "a smaller numerator": |c| interpolant(c).dual.numerators[0] = 0 => Rejection::PriceTooLow { .. },
        "one numerator more": |c| interpolant(c).dual.numerators.push(0) => Rejection::WrongLength { found: 5, .. },
        "large numerators": |c| interpolant(c).dual.numerators[0] = 1 << 53 => Rejection::DualOutOfRange(_),
        "price": |c| interpolant(c).dual.price = 0 => Rejection::PriceTooLow { found: 1, claimed: 0 },
        "negative price": |c| interpolant(c).dual.price = -1 => Rejection::PriceTooLow { .. },
        "larger price": |c| interpolant(c).dual.price = 2 => Rejection::LowerBoundMismatch { .. },
        "evidence": |c| interpolant(c).dual.evidence = PriceEvidence::AllLabellings => Rejection::PriceTooLow { found: 2, .. },
        "norm": |c| interpolant(c).claim.norm = "3".into() => Rejection::NormMismatch { .. },
        "norm, not in lowest terms": |c| interpolant(c).claim.norm = "8/2".into() => Rejection::NormMismatch { .. },
        "lower bound": |c| interpolant(c).claim.lower_bound = "3".into() => Rejection::LowerBoundMismatch { .. },
    }
    let certificate = read(&tight());
    let lazy = check(&data(2.0), &certificate, &CheckLimits::new(1));
    assert!(matches!(lazy, Verdict::Undecided(_)), "{lazy:?}");
}

/// The sign of the dual point and a common factor claim nothing.
#[test]
fn a_ray_is_known_up_to_a_factor() {
    for factor in [-1, 3] {
        let mut certificate = read(&tight());
        let dual = &mut interpolant(&mut certificate).dual;
        dual.numerators.iter_mut().for_each(|v| *v *= factor);
        dual.price *= factor.abs();
        assert!(matches!(judge(&certificate, 2.0), Verdict::Verified(_)), "{factor}");
    }
}

#[test]
fn conflicts_that_are_none_are_rejected() {
    for (first, second, last) in [(0, 3, 1.0), (3, 1, 1.0), (1, 1, 1.0), (1, 4, 1.0), (1, usize::MAX, 1.0), (1, 3, 2.0)]
    {
        let verdict = judge(&read(&conflict(first, second, last)), last);
        assert!(matches!(verdict, Verdict::Rejected(Rejection::NoConflict(_))), "{first} {second}: {verdict:?}");
    }
    // Opposite rows share a hyperplane, not a bit; zero rows share theirs.
    let about = |features: Vec<f64>| {
        let data = Dataset::new(features, 1, vec![1.0, 2.0]).unwrap();
        let mut value = conflict(0, 1, 1.0);
        value["data"] = json!({
            "digest": data.digest(), "n": 2, "d": 1,
            "options": { "target": null, "features": null, "classify": false, "bias": false },
        });
        check(&data, &read(&value), &CheckLimits::default())
    };
    assert!(matches!(about(vec![1.0, -1.0]), Verdict::Rejected(Rejection::NoConflict(_))));
    for features in [vec![1.0, 3.0], vec![0.0, 0.0]] {
        assert!(matches!(about(features), Verdict::Verified(_)));
    }
}

#[test]
fn texts_in_another_form_are_refused() {
    let value = tight();
    let answer = |pointer: &str| format!("/body/interpolation/answer{pointer}");
    let outer = ["", "/data", "/body", "/body/interpolation"].map(String::from);
    let inner = ["", "/interpolant", "/interpolant/dual", "/interpolant/claim"].map(answer);
    for pointer in outer.into_iter().chain(inner) {
        let mut more = value.clone();
        more.pointer_mut(&pointer).unwrap()["more"] = json!(1);
        assert_malformed(&more.to_string());
    }
    let mut both = value.clone();
    both["body"]["interpolation"]["answer"]["conflict"] = json!({ "rows": [1, 3] });
    let rows = |rows: Value| frame(&data(2.0), json!({ "conflict": { "rows": rows } }));
    for other in [both, rows(json!([1])), rows(json!([1, 2, 3])), rows(json!([-1, 2])), frame(&data(2.0), json!(null))]
    {
        assert_malformed(&other.to_string());
    }
    let text = value.to_string();
    assert_eq!((named_format(&text).as_deref(), named_format(&text[1..])), (Some(FORMAT), None));
    assert_malformed(&text.replace("\"version\":3", "\"version\":3,\"version\":3"));
}
