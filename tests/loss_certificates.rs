//! Certificates for every loss, written by hand from `docs/certificate-format.md`, and what is refused of them. Passes
//! without any solver.
//!
//! Three points on a line with a bias, labels -1, +1, -1, beta = 1/2. The network has f = (-1, 0, -1) with two neurons
//! of weight -1; the dual point is v = (1/2, -1, 1/2), whose price is 1/2.

mod common;

use common::certificate::{Parts, two_layers, two_layers_parts};
use heaviside::{
    Certificate, CertificateError, CheckLimits, DataOptions, Dataset, IBig, RBig, Rejection, Verdict,
    certificate::{
        Body, CertifiedNetwork, CertifiedNeuron, Claim, DataClaim, Dual, FORMAT, LossName, PriceEvidence, Problem,
        TwoLayers, VERSION,
    },
    check,
};
use serde_json::json;

const ALL: [LossName; 6] = [
    LossName::Squared,
    LossName::Absolute,
    LossName::Huber,
    LossName::Hinge,
    LossName::SquaredHinge,
    LossName::Logistic,
];

/// 2 log(1 + 1/e) + log 2 and 2 log 2 in units of 1e-60, rounded down.
const LOGISTIC_LOSS: &str = "1319670555596390977515223111393887851906060305700952003558807";
const ENTROPY: &str = "1386294361119890618834464242916353136151000268720510508241360";

fn data() -> Dataset {
    with_targets([-1.0, 1.0, -1.0])
}

fn with_targets(targets: [f64; 3]) -> Dataset {
    Dataset::with_bias(vec![-1.0, 0.0, 1.0], 1, targets.to_vec()).unwrap()
}

/// The multiple of 2^-128 next to a number of 60 decimals, above or below.
fn rounded(digits: &str, up: bool) -> RBig {
    let scaled = digits.parse::<IBig>().unwrap() << 128usize;
    let below = scaled / IBig::from(10).pow(60);
    RBig::from_parts(below + IBig::from(u8::from(up)), (IBig::ONE << 128usize).into_parts().1)
}

/// Training loss and lower bound, by hand.
fn values(loss: LossName) -> (RBig, RBig) {
    let ratio = |p: i64, q: u64| RBig::from_parts(p.into(), q.into());
    match loss {
        // A = 3/2, B = -2, |c| <= 1.
        LossName::Squared | LossName::Huber => (ratio(1, 2), ratio(5, 4)),
        LossName::Absolute | LossName::Hinge => (ratio(1, 1), ratio(2, 1)),
        // A = 3/4.
        LossName::SquaredHinge => (ratio(1, 1), ratio(13, 8)),
        LossName::Logistic => (rounded(LOGISTIC_LOSS, true), rounded(ENTROPY, false)),
        other => panic!("the values of {other:?} are not known"),
    }
}

fn certificate(loss: LossName) -> Certificate {
    let data = data();
    let neuron = |hidden: [&str; 2], pattern: &str| CertifiedNeuron {
        hidden: hidden.map(String::from).to_vec(),
        output: "-1".into(),
        pattern: pattern.into(),
    };
    let (training_loss, lower_bound) = values(loss);
    let body = TwoLayers {
        problem: Problem { loss, delta: (loss == LossName::Huber).then(|| "1".into()), beta: "1/2".into() },
        network: CertifiedNetwork { neurons: vec![neuron(["-2", "-1"], "1"), neuron(["2", "-1"], "4")] },
        dual: Dual { exponent: -1, numerators: vec![1, -2, 1], price: 1, evidence: PriceEvidence::Walk },
        claim: Claim {
            objective: (&training_loss + RBig::ONE).to_string(),
            training_loss: training_loss.to_string(),
            lower_bound: lower_bound.to_string(),
        },
    };
    Certificate {
        format: FORMAT.into(),
        version: VERSION,
        data: DataClaim { digest: data.digest(), n: 3, d: 2, options: DataOptions::default(), unordered: None },
        body: Body::TwoLayers(body),
    }
}

fn changed(loss: LossName, change: impl FnOnce(&mut Parts<'_, TwoLayers>)) -> Certificate {
    let mut certificate = certificate(loss);
    change(&mut two_layers_parts(&mut certificate));
    certificate
}

#[track_caller]
fn rejected(certificate: &Certificate) -> Rejection {
    match check(&data(), certificate, &CheckLimits::default()) {
        Verdict::Rejected(reason) => reason,
        Verdict::Verified(proven) => panic!("verified: {proven:?}"),
    }
}

#[test]
fn certificates_by_hand_are_verified() {
    for loss in ALL {
        let certificate = certificate(loss);
        let text = serde_json::to_string(&certificate).unwrap();
        assert_eq!(Certificate::from_json(&text).as_ref(), Ok(&certificate));
        let verdict = check(&data(), &certificate, &CheckLimits::default());
        let Some(proven) = verdict.proven() else { panic!("{loss:?}: {verdict:?}") };
        let (training_loss, lower_bound) = values(loss);
        assert_eq!((&proven.objective, &proven.lower_bound), (&(training_loss + RBig::ONE), &lower_bound));
    }
}

/// Each pair of losses with other values; the Huber loss is here the squared one, and hinge and absolute loss are equal.
#[test]
fn another_loss_is_refused() {
    for (loss, other) in ALL.into_iter().flat_map(|loss| ALL.map(|other| (loss, other))) {
        let renamed = changed(loss, |c| {
            c.body.problem.loss = other;
            c.body.problem.delta = (other == LossName::Huber).then(|| "1".into());
        });
        match check(&data(), &renamed, &CheckLimits::default()) {
            Verdict::Verified(_) => assert_eq!(values(loss), values(other)),
            Verdict::Rejected(reason) => {
                let (loss_differs, same) = (values(loss).0 != values(other).0, values(loss) == values(other));
                assert!(!same, "{loss:?} as {other:?}: {reason}");
                assert_eq!(loss_differs, matches!(reason, Rejection::TrainingLossMismatch { .. }), "{reason}");
            }
        }
    }
}

#[test]
fn delta_belongs_to_huber_and_is_positive() {
    for loss in ALL.into_iter().filter(|loss| *loss != LossName::Huber) {
        assert!(matches!(rejected(&changed(loss, |c| c.body.problem.delta = Some("1".into()))), Rejection::Delta(_)));
    }
    let with =
        |delta: Option<&str>| rejected(&changed(LossName::Huber, |c| c.body.problem.delta = delta.map(String::from)));
    for delta in [None, Some("0"), Some("-1")] {
        assert!(matches!(with(delta), Rejection::Delta(_)), "{delta:?}");
    }
    for delta in ["1.0", "2/2", "", "inf"] {
        assert_eq!(with(Some(delta)), Rejection::NotARational { field: "problem.delta".into() });
    }
    assert!(matches!(with(Some("1/2")), Rejection::TrainingLossMismatch { .. }));
    // Residuals are 0 and 1, so the loss stays; the domain does, too, for c is limited by the price.
    let larger = changed(LossName::Huber, |c| c.body.problem.delta = Some("2".into()));
    assert!(matches!(check(&data(), &larger, &CheckLimits::default()), Verdict::Verified(_)));
}

#[test]
fn version_one_knows_the_squared_loss_only() {
    for loss in ALL {
        let certificate = certificate(loss);
        let mut old = serde_json::to_value(two_layers(&certificate)).unwrap();
        old["format"] = json!(FORMAT);
        old["data"] = serde_json::to_value(&certificate.data).unwrap();
        let mut read = |version: u32| {
            old["version"] = json!(version);
            Certificate::from_json(&old.to_string())
        };
        assert_eq!(read(2).as_ref(), Ok(&certificate));
        match read(1) {
            Ok(read) => assert_eq!((loss, &read), (LossName::Squared, &certificate)),
            Err(error) => {
                assert_eq!(error, CertificateError::UnknownLoss { loss, version: 1 });
                assert_ne!(loss, LossName::Squared);
            }
        }
    }
}

#[test]
fn dual_points_outside_the_domain_are_refused() {
    for loss in [LossName::Hinge, LossName::SquaredHinge, LossName::Logistic] {
        for (row, numerators) in [(0, vec![-1, -2, 1]), (1, vec![1, 2, 1]), (2, vec![0, 0, -1])] {
            let certificate = changed(loss, |c| (c.body.dual.numerators, c.body.dual.price) = (numerators, 4));
            assert_eq!(rejected(&certificate), Rejection::DualOutsideDomain { row }, "{loss:?}");
        }
    }
}

/// Points beyond |v| <= 1 are scaled into the domain, and prove no more than what is left.
#[test]
fn dual_points_beyond_the_domain_are_scaled() {
    for loss in [LossName::Absolute, LossName::Huber, LossName::Hinge, LossName::Logistic] {
        // beta = 8 instead of 1/2: the price does not limit the scale, the domain does.
        let scaled = |exponent| {
            let wanted = changed(loss, |c| {
                c.body.problem.beta = "8".into();
                c.body.dual.exponent = exponent;
                c.body.claim.objective = (values(loss).0 + RBig::from(16)).to_string();
            });
            check(&data(), &wanted, &CheckLimits::default())
        };
        let verdict = scaled(-1);
        let Some(proven) = verdict.proven() else { panic!("{loss:?}: {verdict:?}") };
        assert_eq!(proven.lower_bound, values(loss).1);
        assert_eq!(scaled(2), verdict);
    }
}

#[test]
fn wrong_prices_and_claims_are_refused() {
    let tiny = RBig::from_parts(1.into(), (IBig::ONE << 128usize).into_parts().1);
    let shifted = |text: &mut String, by: &RBig| *text = (text.parse::<RBig>().unwrap() + by).to_string();
    for loss in ALL {
        let lower = changed(loss, |c| c.body.dual.price = 0);
        assert_eq!(rejected(&lower), Rejection::PriceTooLow { found: 1, claimed: 0 });
        let higher = changed(loss, |c| c.body.dual.price = 2);
        assert!(matches!(rejected(&higher), Rejection::LowerBoundMismatch { .. }));
        for by in [&tiny, &-tiny.clone(), &(&tiny / RBig::from(2))] {
            let claim = changed(loss, |c| shifted(&mut c.body.claim.training_loss, by));
            assert!(matches!(rejected(&claim), Rejection::TrainingLossMismatch { .. }), "{loss:?}");
            let claim = changed(loss, |c| shifted(&mut c.body.claim.objective, by));
            assert!(matches!(rejected(&claim), Rejection::ObjectiveMismatch { .. }), "{loss:?}");
            let claim = changed(loss, |c| shifted(&mut c.body.claim.lower_bound, by));
            assert!(matches!(rejected(&claim), Rejection::LowerBoundMismatch { .. }), "{loss:?}");
        }
    }
}

/// The three losses for classes on other targets.
#[test]
fn targets_that_are_no_labels_are_refused() {
    let other = with_targets([-1.0, 1.0, 0.5]);
    for loss in ALL {
        let certificate = changed(loss, |c| c.data.digest = other.digest());
        let reason = match check(&other, &certificate, &CheckLimits::default()) {
            Verdict::Rejected(reason) => reason,
            Verdict::Verified(_) => panic!("{loss:?}"),
        };
        let needs_labels = matches!(loss, LossName::Hinge | LossName::SquaredHinge | LossName::Logistic);
        assert_eq!(reason == Rejection::TargetNotALabel { row: 2 }, needs_labels, "{loss:?}: {reason}");
    }
}
