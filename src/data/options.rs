//! What may a user choose about reading a file?

use serde::{Deserialize, Serialize};

use super::Reading;
use crate::setters::setters;

/// How a file becomes a [`Dataset`](super::Dataset).
///
/// A column is given by its name or, if no column has that name, by its index. Indices start
/// at 0 in CSV and `.npy` files; in LIBSVM files they are those that the file lists.
///
/// ```
/// use heaviside::{DataOptions, Reading};
/// let options = DataOptions::default().target("survived").classify(true).exclude(["id"]);
/// let headless = options.reading(Reading::default().header(false));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
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
    /// Columns that are no features, such as row numbers; none if not given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// How the bytes of the file are to be understood, where that is declared.
    #[serde(skip_serializing_if = "Reading::is_default")]
    pub reading: Reading,
}

impl Default for DataOptions {
    fn default() -> Self {
        Self {
            target: None,
            features: None,
            classify: false,
            bias: true,
            exclude: Vec::new(),
            reading: Reading::default(),
        }
    }
}

impl DataOptions {
    setters! {
        /// The target column, or the `.npy` file that holds the targets.
        target: impl Into<String> => some,
        /// The feature columns, in the order wanted.
        features: impl IntoIterator<Item = impl Into<String>> => some_list,
        /// Whether the target holds two classes, to be mapped to -1 and +1.
        classify: bool,
        /// Whether to append a column of ones to the features.
        bias: bool,
        /// Columns that are no features.
        exclude: impl IntoIterator<Item = impl Into<String>> => list,
        /// How the bytes of the file are to be understood.
        reading: Reading,
    }
}

fn some(name: impl Into<String>) -> Option<String> {
    Some(name.into())
}

fn some_list(names: impl IntoIterator<Item = impl Into<String>>) -> Option<Vec<String>> {
    Some(list(names))
}

fn list(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    names.into_iter().map(Into::into).collect()
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

    /// Older readers know the four fields, and need no others for what they can read.
    #[test]
    fn what_is_not_asked_for_is_not_written() {
        let text = serde_json::to_string(&DataOptions::default()).unwrap();
        assert_eq!(text, r#"{"target":null,"features":null,"classify":false,"bias":true}"#);
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(serde_json::from_str::<DataOptions>(r#"{"targets": "y"}"#).is_err());
    }
}
