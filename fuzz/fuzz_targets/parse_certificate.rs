//! Texts of certificates and of models: any text gives a verdict or an error, and only what holds is verified.

#![no_main]

use heaviside::{Certificate, CheckLimits, Dataset, Network, Verdict, check};
use heaviside_fuzz::{instance::Instance, oracle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let instance = Instance::fixed();
    let data = instance.dataset();
    if let Ok(certificate) = Certificate::from_json(text) {
        let written = serde_json::to_string(&certificate).expect("a certificate that was read can be written");
        assert_eq!(Certificate::from_json(&written).as_ref(), Ok(&certificate));
        judge(&instance, &data, &certificate);
    }
    if let Ok(network) = Network::from_json(text) {
        use_network(&data, &network);
    }
});

/// Of a kind that the brute force does not know, only the bounds are compared.
fn judge(instance: &Instance, data: &Dataset, certificate: &Certificate) {
    let verdict = check(data, certificate, &CheckLimits::new(10_000));
    if let Some(proven) = verdict.proven() {
        assert!(proven.lower_bound <= proven.objective);
    }
    if let (Verdict::Verified(conclusion), Some(truth)) = (verdict, oracle::examine(instance, data, certificate)) {
        assert_eq!(truth, Ok(conclusion));
    }
}

fn use_network(data: &Dataset, network: &Network) {
    let text = serde_json::to_string(network).expect("a model that was read can be written");
    assert_eq!(&Network::from_json(&text).expect("and read again"), network);
    let fits = network.width() == data.d();
    assert_eq!(network.predict_dataset(data).is_ok(), fits);
    assert_eq!(network.objective(data, heaviside::Loss::Squared, 0.5).is_ok() && network.accuracy(data).is_ok(), fits);
    assert_eq!(network.scaled_form().len(), network.neurons().len());
    let _ = network.class_of(0.0);
}
