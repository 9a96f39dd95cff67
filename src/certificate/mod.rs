//! The evidence of optimality as data: versioned, serialisable, without logic.
//!
//! `docs/certificate-format.md` is the normative description. Rationals are canonical text
//! (see [`crate::exact::rational`]); a reader refuses unknown fields and versions.

pub mod deep;
pub mod interpolation;
pub mod proof;
pub mod width;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use deep::{
    CertifiedDeepNetwork, CertifiedSubnetwork, CertifiedUnit, DEEP_FORMAT, DEEP_VERSION, DeepCertificate, Depth,
};
pub use interpolation::InterpolationCertificate;
pub use proof::PatternProof;
pub use width::{Branching, Leaf, SearchNode, WIDTH_FORMAT, WIDTH_VERSION, WidthCertificate};

use crate::{
    data::{DataOptions, Dataset},
    pattern::Bits,
};

/// The value of [`Certificate::format`].
pub const FORMAT: &str = "heaviside-certificate";

/// The version of the format that this crate writes. It also reads version 1, which knows the squared loss only.
pub const VERSION: u32 = 2;

/// A claim of (near) optimality for problem (4), with everything that is needed to prove it from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always [`FORMAT`].
    pub format: String,
    /// [`VERSION`], or 1.
    pub version: u32,
    /// Which data the certificate is about.
    pub data: DataClaim,
    /// Which problem on them.
    pub problem: Problem,
    /// A feasible point: its objective is the upper bound.
    pub network: CertifiedNetwork,
    /// A dual point: it gives the lower bound.
    pub dual: Dual,
    /// What the two are claimed to prove.
    pub claim: Claim,
}

impl Certificate {
    /// Reads a certificate; anything but the documented form is refused, also where a lenient reader would guess.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn from_json(text: &str) -> Result<Self, String> {
        strict(text)
    }
}

/// Reads JSON of exactly the form in which it would be written.
fn strict<T: Serialize + DeserializeOwned>(text: &str) -> Result<T, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let found: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match serde_json::to_value(&value) {
        Ok(documented) if documented == found => Ok(value),
        _ => Err("the fields are not in the documented form".into()),
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
}

impl DataClaim {
    /// What is claimed about a data set: that it is this one.
    pub fn of(data: &Dataset) -> Self {
        DataClaim { digest: data.digest(), n: data.n(), d: data.d(), options: data.options().clone() }
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

/// The losses that certificates can speak of, each summed over the rows; see [`crate::loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
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

/// A two-layer threshold network f(X) = sum_j output_j step(X hidden_j).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedNetwork {
    /// The hidden neurons, possibly none.
    pub neurons: Vec<CertifiedNeuron>,
}

/// One hidden neuron.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedNeuron {
    /// The hidden weights, d rationals.
    pub hidden: Vec<String>,
    /// The output weight, a rational.
    pub output: String,
    /// The activation pattern on the n rows as hexadecimal digits: bit i of the pattern is bit i mod 4 (counted from
    /// the least significant) of digit i / 4.
    pub pattern: String,
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
