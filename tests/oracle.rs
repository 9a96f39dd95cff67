#![cfg(feature = "solve")]
//! The enumerators against a brute force that shares nothing with them, on small and mostly degenerate data.

mod common;

use common::{
    Rows, bits, brute,
    families::{cases, matrices},
    flat,
};
use heaviside::internals::{
    arrangement::{self, Realization, realize, sample::Sampler},
    pattern::{expand, from_text, to_text},
    shatter,
};
use heaviside::{Arrangement, Budget, Dataset, IBig, PatternMatrix, RBig, cover_bound};
use proptest::prelude::*;

fn arrangement_of(rows: &[Vec<f64>]) -> Arrangement {
    let (features, d) = flat(rows);
    Arrangement::new(&features, d).unwrap()
}

/// Patterns on the groups as sorted texts on the rows.
fn texts(arrangement: &Arrangement, patterns: &PatternMatrix) -> Vec<String> {
    let mut texts: Vec<String> = patterns.iter().map(|pattern| to_text(&expand(arrangement, pattern))).collect();
    texts.sort();
    texts
}

/// The lists of all enumerators. The sweep may give up where magnitudes differ beyond what f64 can multiply.
fn listed(rows: &[Vec<f64>]) -> Vec<Vec<String>> {
    let arrangement = arrangement_of(rows);
    let budget = Budget::unlimited();
    let tree = arrangement::tree::enumerate(&arrangement, &budget, &|_| ());
    let chosen = arrangement::enumerate(&arrangement, &budget, &|_| ());
    let sweep = arrangement::enumerate::sweep(&arrangement, &budget, &|_| ());
    let sizes = || rows.iter().flatten().filter(|entry| **entry != 0.0).map(|entry| entry.abs().log10());
    let orders = sizes().fold(f64::MIN, f64::max) - sizes().fold(f64::MAX, f64::min);
    assert!(sweep.is_some() || orders > 100.0, "the sweep gave up on {rows:?}");
    let lazy = shatter::lazy::enumerate(&arrangement, &budget, &|_| ());
    let lists = [tree, chosen, lazy].into_iter().chain(sweep);
    lists
        .map(|found| {
            assert!(found.is_complete());
            texts(&arrangement, &found.patterns)
        })
        .collect()
}

fn sampled(rows: &[Vec<f64>], draws: u64) -> Vec<String> {
    let (arrangement, (features, d)) = (arrangement_of(rows), flat(rows));
    let data = Dataset::new(features, d, vec![0.0; rows.len()]).unwrap();
    let sampler = Sampler::new(&data, 1);
    texts(&arrangement, &arrangement::sample(&data, &arrangement, &sampler, draws, &Budget::unlimited()).patterns)
}

#[test]
fn the_brute_force_agrees_with_hand_computation() {
    // Example 3.1 of the paper.
    let example: Rows = vec![vec![-1.0, 1.0], vec![0.0, 1.0], vec![1.0, 1.0]];
    assert_eq!(brute::patterns(&example), ["000", "001", "011", "100", "110", "111"]);
    // Opposite rows: 11 is attained at w = 0 only.
    assert_eq!(brute::patterns(&[vec![1.0], vec![-1.0]]), ["01", "10", "11"]);
    // A zero row has bit step(0) = 1.
    assert_eq!(brute::patterns(&[vec![0.0], vec![2.0]]), ["10", "11"]);
    // The four quadrants and the two half-lines on which the sum vanishes, besides w = 0.
    let face = [vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 1.0], vec![-1.0, -1.0]];
    let expected = ["0001", "0101", "0110", "0111", "1001", "1010", "1011", "1110", "1111"];
    assert_eq!(brute::patterns(&face), expected);
}

/// Definition (5), on hundreds of matrices.
#[test]
fn every_enumerator_finds_exactly_the_patterns() {
    for case in cases(1, 40) {
        let patterns = brute::patterns(&case.rows);
        for list in listed(&case.rows) {
            assert_eq!(list, patterns, "{}", case.name);
        }
    }
}

#[test]
fn sampled_patterns_are_patterns() {
    for case in cases(2, 20) {
        let all = brute::patterns(&case.rows);
        for pattern in sampled(&case.rows, 64) {
            assert!(all.contains(&pattern), "{pattern} of {}", case.name);
        }
    }
}

/// w = 0 gives all ones; no random draw finds it where it is attained on a face only.
#[test]
fn sampling_knows_the_pattern_of_zero_weights() {
    assert_eq!(sampled(&[vec![1.0], vec![-1.0]], 64), ["01", "10", "11"]);
}

/// Section 2: a labelling has a witness or Motzkin multipliers, never both; each is verified here in rationals.
#[test]
fn every_labelling_is_settled_with_evidence() {
    for case in cases(3, 10) {
        let all = brute::patterns(&case.rows);
        let arrangement = arrangement_of(&case.rows);
        let (groups, representatives) = (arrangement.groups(), arrangement.representatives());
        let is_pattern = |labelling: &str| {
            let agrees = |pattern: &&String| {
                representatives.iter().zip(bits(labelling)).all(|(&row, bit)| bits(pattern).nth(row) == Some(bit))
            };
            all.iter().any(|pattern| agrees(&pattern))
        };
        for index in 0..1usize << groups {
            let labelling: String = (0..groups).map(|group| if index >> group & 1 == 1 { '1' } else { '0' }).collect();
            match realize(arrangement.normals(), &from_text(&labelling).unwrap()) {
                Realization::Witness(witness) => {
                    assert!(is_pattern(&labelling), "{labelling} of {}", case.name);
                    let weights: Vec<RBig> = arrangement.embed(witness.exact()).into_iter().map(RBig::from).collect();
                    let rows: Rows = representatives.iter().map(|&row| case.rows[row].clone()).collect();
                    assert_eq!(brute::pattern_of(&rows, &weights), labelling, "{}", case.name);
                }
                Realization::Refutation(refutation) => {
                    assert!(!is_pattern(&labelling), "{labelling} of {}", case.name);
                    assert_refutes(&arrangement, &labelling, &refutation.multipliers);
                }
            }
        }
    }
}

/// lambda > 0, sum over bit 1 of lambda u minus the sum over bit 0 is 0, and some row has bit 0.
fn assert_refutes(arrangement: &Arrangement, labelling: &str, multipliers: &[(usize, IBig)]) {
    let labels: Vec<bool> = bits(labelling).collect();
    assert!(multipliers.iter().all(|(_, multiplier)| *multiplier > IBig::ZERO));
    assert!(multipliers.iter().any(|(row, _)| !labels[*row]));
    for column in 0..arrangement.rank() {
        let signed = |(row, multiplier): &(usize, IBig)| {
            let term = multiplier * &arrangement.normals()[*row].exact()[column];
            if labels[*row] { term } else { -term }
        };
        assert_eq!(multipliers.iter().map(signed).sum::<IBig>(), IBig::ZERO);
    }
}

/// Section 2: with a bias H(X) is closed under complement, and bound (8) holds.
#[test]
fn a_bias_makes_patterns_symmetric_and_bounds_their_number() {
    for case in cases(4, 20).into_iter().filter(|case| case.name.contains("with bias")) {
        let patterns = listed(&case.rows).remove(0);
        let mut complements: Vec<String> =
            patterns.iter().map(|pattern| bits(pattern).map(|bit| if bit { '0' } else { '1' }).collect()).collect();
        complements.sort();
        assert_eq!(patterns, complements, "{}", case.name);
        assert!(cover_bound(&arrangement_of(&case.rows)) >= patterns.len().into(), "{}", case.name);
    }
}

proptest! {
    #[test]
    fn the_tree_agrees_with_the_brute_force(rows in matrices()) {
        let patterns = brute::patterns(&rows);
        prop_assert!(listed(&rows).into_iter().all(|list| list == patterns));
    }
}
