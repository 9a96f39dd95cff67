//! What may a user choose about reading a file?

use serde::{Deserialize, Serialize};

/// How a file becomes a [`Dataset`](super::Dataset).
///
/// A column is given by its name or, if no column has that name, by its index. Indices start
/// at 0 in CSV and `.npy` files and at 1 in LIBSVM files, as those formats count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataOptions {
    /// The target column; the last column if not given.
    ///
    /// For a `.npy` file this may also be the path of a second `.npy` file that holds the n
    /// targets; every column of the first file is then a feature. LIBSVM files have their
    /// target in front of each line, so this must be left out for them.
    pub target: Option<String>,
    /// The feature columns, in the order wanted; all columns but the target if not given.
    pub features: Option<Vec<String>>,
    /// Whether the target holds two classes, to be mapped to -1 and +1, rather than numbers.
    ///
    /// Labels that are all numbers are compared as numbers (`1` and `1.0` are one class) and the
    /// smaller becomes -1; labels that are all text are compared as text and the
    /// lexicographically smaller becomes -1.
    pub classify: bool,
    /// Whether to append a column of ones to the features. True by default.
    pub bias: bool,
}

impl Default for DataOptions {
    fn default() -> Self {
        Self { target: None, features: None, classify: false, bias: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_fields_take_their_defaults() {
        let options: DataOptions = serde_json::from_str("{}").unwrap();
        assert_eq!(options, DataOptions::default());
        assert!(options.bias && !options.classify);
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(serde_json::from_str::<DataOptions>(r#"{"targets": "y"}"#).is_err());
    }
}
