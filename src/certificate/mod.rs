//! The evidence of optimality as data: versioned, serialisable, without logic.
//!
//! `docs/certificate-format.md` is the normative description. Rationals are canonical text
//! (see `exact::rational`); a reader refuses unknown fields and versions.
//!
//! There is one envelope for every kind of claim, [`Certificate`], and one for statements about patterns,
//! [`PatternProof`]. [`read()`] tells which of them a text is; files of older formats become what they would be today.

pub mod deep;
pub mod interpolation;
mod older;
pub mod proof;
mod read;
pub mod two_layers;
pub mod width;

use serde::{Deserialize, Serialize};

pub use deep::{CertifiedDeepNetwork, CertifiedSubnetwork, CertifiedUnit, Deep, Depth};
pub use interpolation::Interpolation;
pub use proof::PatternProof;
pub use read::{CertificateError, Document, read};
pub use two_layers::{CertifiedNetwork, CertifiedNeuron, TwoLayers};
pub use width::{Branching, Leaf, SearchNode, Width};

use crate::{
    data::{DataOptions, Dataset},
    pattern::Bits,
};

/// The value of [`Certificate::format`].
pub const FORMAT: &str = "heaviside-certificate";

/// The version of the format that this crate writes; it reads all before, too.
pub const VERSION: u32 = 3;

/// A claim about a data set, with everything that is needed to prove it from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// Which data the certificate is about.
    pub data: DataClaim,
    /// What is claimed about them, and why it is true.
    pub body: Body,
}

/// The kinds of claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Body {
    /// Problem (4): (near) optimality among two-layer networks of any width.
    TwoLayers(TwoLayers),
    /// (Near) optimality of a parallel deep network.
    Deep(Deep),
    /// (Near) optimality among two-layer networks of bounded width.
    Width(Width),
    /// Problem (9): the least norm of a network that fits every target, or that there is none.
    Interpolation(Interpolation),
}

impl Certificate {
    /// A certificate, as it is written today, about a data set.
    pub fn about(data: &Dataset, body: Body) -> Self {
        Certificate::current(DataClaim::of(data), body)
    }

    fn current(data: DataClaim, body: Body) -> Self {
        Certificate { format: FORMAT.into(), version: VERSION, data, body }
    }

    /// Reads a certificate of any kind and version; anything but the documented form is refused, also where a lenient
    /// reader would guess. What has an older format becomes a certificate of today's.
    ///
    /// # Errors
    ///
    /// What is wrong with the text; [`CertificateError::UnknownFormat`] for a proof about patterns.
    pub fn from_json(text: &str) -> Result<Self, CertificateError> {
        read::certificate(text)
    }
}

/// The data that a certificate is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataClaim {
    /// SHA-256 of the matrix X (with its bias column) and the targets, see [`crate::data::Dataset::digest`].
    pub digest: String,
    /// The number of rows n.
    pub n: usize,
    /// The number of columns d of X, the bias column included.
    pub d: usize,
    /// How the table was read, so that the same matrix can be read again.
    pub options: DataOptions,
    /// The data whatever their order. They prove nothing: with them a judge can say that other data are the same in
    /// another order. Files written before them have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unordered: Option<Unordered>,
}

/// Digests that do not depend on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unordered {
    /// That of the rows with their targets, see [`crate::data::Dataset::digest_of_rows`].
    pub rows: String,
    /// That of the columns, see [`crate::data::Dataset::digest_of_columns`].
    pub columns: String,
}

impl Unordered {
    /// Those of a data set.
    pub fn of(data: &Dataset) -> Self {
        Unordered { rows: data.digest_of_rows(), columns: data.digest_of_columns() }
    }
}

impl DataClaim {
    /// What is claimed about a data set: that it is this one.
    pub fn of(data: &Dataset) -> Self {
        DataClaim {
            digest: data.digest(),
            n: data.n(),
            d: data.d(),
            options: data.options().clone(),
            unordered: Some(Unordered::of(data)),
        }
    }
}

/// The training problem (4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// The loss function.
    pub loss: LossName,
    /// delta of the Huber loss, a positive rational; for no other loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<String>,
    /// The regularisation parameter, a positive rational.
    pub beta: String,
}

/// The losses that certificates can speak of, each summed over the rows; see `loss`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LossName {
    /// 1/2 (f - y)^2.
    #[default]
    Squared,
    /// |f - y|.
    Absolute,
    /// The squared loss up to residuals of modulus delta, continued by its tangents.
    Huber,
    /// max(0, 1 - y f), for targets -1 and +1.
    Hinge,
    /// max(0, 1 - y f)^2, for targets -1 and +1.
    SquaredHinge,
    /// log(1 + exp(-y f)), for targets -1 and +1.
    Logistic,
}

/// A dual point v on a fixed-point grid, with a bound on its largest inner product with a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dual {
    /// The grid: v_i = `numerators[i]` * 2^`exponent`.
    pub exponent: i32,
    /// The n numerators; the sum of their moduli is at most 2^53.
    pub numerators: Vec<i64>,
    /// The claim max over d in H(X) of |d^T v| <= `price` * 2^`exponent`.
    pub price: i64,
    /// How the judge is to prove that claim.
    pub evidence: PriceEvidence,
}

/// How max |d^T v| <= price is proven. Neither needs the patterns to be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PriceEvidence {
    /// The judge walks over the rays of the arrangement and finds the exact maximum over H(X).
    Walk,
    /// The maximum over all labellings of the distinct rows, which contain H(X) (and equal it when they are
    /// linearly independent: complete arrangements, Theorem 2.3).
    AllLabellings,
}

/// The exact values that a certificate claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The loss of the network on the training data.
    pub training_loss: String,
    /// The objective (4) of the network: loss plus beta times the sum of the moduli of the output weights.
    pub objective: String,
    /// A lower bound on the objective of every threshold network on these data.
    pub lower_bound: String,
}

/// Bits as hexadecimal digits, four bits a digit, the first bit the least significant.
pub fn pattern_to_hex(bits: impl IntoIterator<Item = bool>) -> String {
    let bits: Vec<bool> = bits.into_iter().collect();
    let digit = |nibble: &[bool]| nibble.iter().rev().fold(0u32, |value, &bit| 2 * value + u32::from(bit));
    bits.chunks(4).filter_map(|nibble| char::from_digit(digit(nibble), 16)).collect()
}

/// The bits whose text this is; `None` for any text but that of [`pattern_to_hex`] for so many bits.
pub fn pattern_from_hex(text: &str, bits: usize) -> Option<Bits> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0);
    let read: Bits =
        text.bytes().flat_map(|byte| (0..4).map(move |bit| digit(byte) >> bit & 1 == 1)).take(bits).collect();
    (read.len() == bits && pattern_to_hex(read.iter().by_vals()) == text).then_some(read)
}
