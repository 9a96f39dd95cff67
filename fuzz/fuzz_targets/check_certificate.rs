//! The judge against brute force: it verifies what holds and nothing else, and proves the same numbers.

#![no_main]

use heaviside::{CheckLimits, Verdict, check};
use heaviside_fuzz::{case::Case, oracle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: Case| {
    let truth = oracle::examine(&case.instance, &case.data, &case.certificate);
    let truth = truth.expect("the brute force knows the kind");
    assert!(truth.is_ok() || !case.honest, "the brute force contradicts itself: {truth:?}");
    match check(&case.data, &case.certificate, &CheckLimits::new(100_000)) {
        Verdict::Verified(conclusion) => assert_eq!(truth, Ok(conclusion)),
        Verdict::Rejected(reason) => assert!(truth.is_err(), "rejected although it holds: {reason}"),
        Verdict::Undecided(exceeded) => panic!("the budget is far above the work: {exceeded:?}"),
    }
});
