#![cfg(feature = "solve")]
//! Defects that were found once.

use heaviside::{Beta, Dataset, Method, TrainSettings, train};

/// Points on a line whose coordinates are decimal fractions are not exactly collinear as f64 numbers. Cells some 1e-17
/// wide are then used by the Lasso although no f64 weights reach them; that must cost a gap, not the result.
#[test]
fn decimal_points_on_a_line_can_be_trained_on() {
    let points: Vec<f64> = (1..=8).flat_map(|k| [f64::from(k) / 10.0, f64::from(7 + 2 * k) / 10.0]).collect();
    let targets: Vec<f64> = (0..8).map(|k| if k % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let data = Dataset::with_bias(points, 2, targets).unwrap();
    let training = train(&data, &TrainSettings::new(Beta::Absolute(0.125))).unwrap();
    assert!(training.proven.lower_bound <= training.proven.objective);
}

/// A data set without bias or read for classification could only be trained on if the settings repeated that: the
/// certificate copied the settings' data options, and the judge refused it.
#[test]
fn default_settings_train_on_data_without_a_bias() {
    let data = Dataset::new(vec![1.0, -1.0], 1, vec![2.0, 2.0]).unwrap();
    let training = train(&data, &TrainSettings::new(Beta::Absolute(1.0))).unwrap();
    assert!(!training.certificate.data.options.bias);
}

/// The best dual point found was kept unscaled. The judge then scaled the targets' deviations within groups of equal
/// rows along with it, which costs them in the dual value: the lower bound was 9 % too small.
#[test]
fn deviations_within_a_group_are_not_scaled() {
    let data = Dataset::new(vec![0.0, 1.0, 1.0], 1, vec![-2.0, 3.0, 1.0]).unwrap();
    let settings = TrainSettings::new(Beta::Absolute(0.0625)).method(Method::Exact);
    let training = train(&data, &settings).unwrap();
    assert!(training.proven.relative_gap() <= 1e-12, "{}", training.proven.relative_gap());
}

/// Hidden weights on standardised features cannot tell 0.3 from 0.30000000000000004. The network was then trained without
/// the patterns that separate them, so that `standardize` changed the optimum.
#[test]
fn standardising_does_not_change_the_optimum() {
    let features = vec![0.1, 0.1 + 0.2, 0.3, 0.7, 1000.0, -3.0, 0.2];
    let data = Dataset::with_bias(features, 1, vec![1.0, 5.0, -5.0, 2.0, 0.0, 1.0, 4.0]).unwrap();
    let plain = TrainSettings::new(Beta::Absolute(0.5));
    let standardized = plain.clone().standardize(true);
    let objective = |settings| train(&data, settings).unwrap().proven.objective;
    assert_eq!(objective(&plain), objective(&standardized));
}
