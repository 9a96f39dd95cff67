//! Texts of proofs about pattern sets: any text gives a verdict, and only what the brute force confirms is verified.

#![no_main]

use heaviside::{CheckLimits, Established, ProofVerdict, certificate::PatternProof, check_proof};
use heaviside_fuzz::{instance::Instance, oracle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let instance = Instance::fixed();
    let data = instance.dataset();
    let patterns = || oracle::patterns(&instance.integer_rows());
    let Ok(proof) = PatternProof::from_json(text) else { return };
    match check_proof(&data, &proof, &CheckLimits::new(10_000)) {
        // The distinct rows determine the patterns on all rows.
        ProofVerdict::Verified(Established::Complete { patterns: count, shattered, .. }) => {
            assert_eq!((count, shattered), (patterns().len(), patterns().len() == 1 << data.n()));
        }
        ProofVerdict::Verified(Established::Missing { labelling }) => {
            let labelling = labelling.iter_ones().fold(0, |bits, row| bits | 1 << row);
            assert!(!patterns().contains(&labelling));
        }
        ProofVerdict::Rejected(_) => {}
    }
});
