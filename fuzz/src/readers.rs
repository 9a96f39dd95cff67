//! What must be true of data that were read from any bytes.

use heaviside::{DataOptions, Dataset, FeatureTable, Format};

/// Reads the bytes with options that depend on their number; what is accepted must be valid data, and read the same again.
pub fn explore(bytes: &[u8], format: Format) {
    let choices = choices();
    let options = &choices[bytes.len() % choices.len()];
    match Dataset::parse(bytes, format, options) {
        Ok(data) => inspect(&data, bytes, format, options),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let name = if format == Format::Libsvm { "f2" } else { "x0" };
    if let Ok(table) = FeatureTable::parse(bytes, format, &[name.into()], false) {
        assert!(table.n() >= 1 && table.d() == 1);
        assert!(table.features().iter().all(|value| value.is_finite()));
    }
}

fn choices() -> [DataOptions; 4] {
    let options = DataOptions::default;
    [options(), options().classify(true), options().bias(false).target("0"), options().bias(false).features(["1"])]
}

fn inspect(data: &Dataset, bytes: &[u8], format: Format, options: &DataOptions) {
    let (n, d) = (data.n(), data.d());
    assert!(n >= 1 && d >= 1 && data.features().len() == n * d && data.targets().len() == n);
    let is_valid = |value: &f64| value.is_finite() && value.to_bits() != (-0.0f64).to_bits();
    assert!(data.features().iter().chain(data.targets()).all(is_valid));
    assert!(data.bias() == options.bias && data.feature_names().len() + usize::from(data.bias()) == d);
    assert!(!data.bias() || data.rows().all(|row| row[d - 1] == 1.0));
    assert!(data.classes().is_some() == options.classify);
    assert!(!options.classify || data.targets().iter().all(|target| target.abs() == 1.0));

    let digest = data.digest();
    assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    let again = Dataset::parse(bytes, format, options).expect("what was read can be read again");
    assert!(again == *data && again.digest() == digest);
    let rebuilt = Dataset::new(data.features().to_vec(), d, data.targets().to_vec()).expect("valid data");
    assert_eq!(rebuilt.digest(), digest, "the digest depends on the numbers only");
    let table = FeatureTable::parse(bytes, format, data.feature_names(), data.bias());
    assert_eq!(table.expect("the columns are there").features(), data.features());
}
