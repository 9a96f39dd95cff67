//! Proofs about pattern sets as data: a list is all of H(X), or a labelling is not in it. No logic but the text forms.
//!
//! `docs/proof-format.md` is the normative description. Long lists of numbers are lines of decimal text, one line a
//! pattern, a witness, a refutation or a step; a reader refuses any other text for the same numbers.

use dashu_int::IBig;
use serde::{Deserialize, Serialize};

use super::{CertificateError, DataClaim, read};

/// The value of [`PatternProof::format`].
pub const PROOF_FORMAT: &str = "heaviside-proof";

/// The version of the format that this crate writes and reads.
pub const PROOF_VERSION: u32 = 1;

/// The longest number in a line, in characters.
pub const LONGEST_NUMBER: usize = 1 << 16;

/// A statement about the patterns of a data matrix, with everything that is needed to prove it from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternProof {
    /// Always [`PROOF_FORMAT`].
    pub format: String,
    /// Always [`PROOF_VERSION`].
    pub version: u32,
    /// Which data the proof is about.
    pub data: DataClaim,
    /// What it proves.
    pub statement: Statement,
}

impl PatternProof {
    /// Reads a proof; anything but the documented form is refused, also where a lenient reader would guess.
    ///
    /// # Errors
    ///
    /// What is wrong with the text; [`CertificateError::UnknownFormat`] for a certificate.
    pub fn from_json(text: &str) -> Result<Self, CertificateError> {
        read::proof(text)
    }
}

/// What is proven.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Statement {
    /// A list of patterns is H(X).
    Complete(CompleteList),
    /// A labelling is not in H(X).
    Missing(MissingLabelling),
}

/// The statement that a list is H(X), on the groups of rows that are positive multiples of each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompleteList {
    /// The number of groups N.
    pub groups: usize,
    /// The patterns, N bits each, as hexadecimal digits (see [`super::pattern_to_hex`]).
    pub patterns: Vec<String>,
    /// For each pattern d integers, weights w with step(X w) equal to it.
    pub witnesses: Vec<String>,
    /// Partial labellings that no weights have, as `Refutation` describes.
    pub refutations: Vec<String>,
    /// The refutation of "a labelling that is neither listed nor refuted": literals of a clause, 0, clauses that imply
    /// it.
    pub steps: Vec<String>,
}

/// The statement that a labelling is not in H(X).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingLabelling {
    /// The labels of the n rows, as hexadecimal digits.
    pub labelling: String,
    /// A refutation of it, or of a part of it.
    pub refutation: String,
}

/// Numbers as a line: decimal, one blank between two.
pub fn numbers_to_line<T: ToString>(numbers: impl IntoIterator<Item = T>) -> String {
    numbers.into_iter().map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

/// The numbers of a line; `None` for any text but that of [`numbers_to_line`].
pub fn integers_of_line(line: &str) -> Option<Vec<IBig>> {
    words(line).map(integer).collect()
}

/// The numbers of a line in the range of i64; `None` for any text but that of [`numbers_to_line`].
pub fn small_integers_of_line(line: &str) -> Option<Vec<i64>> {
    words(line).map(|word| is_canonical(word).then(|| word.parse().ok()).flatten()).collect()
}

/// A vector with few entries as a line: `index:value`, one blank between two.
pub fn entries_to_line<'a>(entries: impl IntoIterator<Item = &'a (usize, IBig)>) -> String {
    entries.into_iter().map(|(index, value)| format!("{index}:{value}")).collect::<Vec<_>>().join(" ")
}

/// The entries of a line; `None` for any text but that of [`entries_to_line`].
pub fn entries_of_line(line: &str) -> Option<Vec<(usize, IBig)>> {
    let entry = |word: &str| {
        let (index, value) = word.split_once(':')?;
        let index = is_canonical(index).then(|| index.parse().ok()).flatten()?;
        Some((index, integer(value)?))
    };
    words(line).map(entry).collect()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ').filter(move |_| !line.is_empty())
}

fn integer(word: &str) -> Option<IBig> {
    (word.len() <= LONGEST_NUMBER && is_canonical(word)).then(|| word.parse().ok()).flatten()
}

/// Decimal digits without leading zeros, a minus sign only before a number that is not 0.
fn is_canonical(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let zero = word == "0";
    zero || (!digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_each_list_of_numbers() {
        assert_eq!(small_integers_of_line("-3 0 12"), Some(vec![-3, 0, 12]));
        assert_eq!(small_integers_of_line(""), Some(vec![]));
        assert_eq!(integers_of_line("7 -1").map(numbers_to_line), Some("7 -1".into()));
        assert_eq!(entries_of_line("0:-3 2:5"), Some(vec![(0, IBig::from(-3)), (2, IBig::from(5))]));
        for text in [" ", "1 ", " 1", "1  2", "+1", "01", "-0", "-", "1_0", "0x1", "1,2", "1\t2", "--1"] {
            assert_eq!(small_integers_of_line(text), None, "{text:?}");
            assert_eq!(integers_of_line(text), None, "{text:?}");
        }
        for text in ["1", "1:", ":1", "1:1:1", "-1:1", "01:1", "1:+1", "1 :1"] {
            assert_eq!(entries_of_line(text), None, "{text:?}");
        }
        assert_eq!(small_integers_of_line("9223372036854775808"), None);
    }
}
