//! Texts of certificates and of models: any text gives a verdict or an error, and only what holds is verified.

#![no_main]

use heaviside::{Certificate, CheckLimits, Dataset, Network, Verdict, check_json};
use heaviside_fuzz::{instance::Instance, oracle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let instance = Instance::fixed();
    let data = instance.dataset();
    if let Verdict::Verified(proven) = check_json(&data, text, &CheckLimits { work: 10_000 }) {
        let certificate: Certificate = serde_json::from_str(text).expect("a verified text is a certificate");
        assert_eq!(oracle::examine(&instance, &data, &certificate), Ok(proven));
    }
    if let Ok(network) = Network::from_json(text) {
        use_network(&data, &network);
    }
});

fn use_network(data: &Dataset, network: &Network) {
    let text = serde_json::to_string(network).expect("a model that was read can be written");
    assert_eq!(&Network::from_json(&text).expect("and read again"), network);
    let fits = network.width() == data.d();
    assert_eq!(network.predict_dataset(data).is_ok(), fits);
    assert_eq!(network.objective(data, heaviside::Loss::Squared, 0.5).is_ok() && network.accuracy(data).is_ok(), fits);
    assert_eq!(network.scaled_form().len(), network.neurons().len());
    let _ = network.class_of(0.0);
}
