//! How are the bytes of a file to be understood?
//!
//! Everything here is declared by the user. What is not declared follows from the name of the file, or is the common
//! case, and bytes that contradict it are refused with the option that declares it (see [`super::sniff`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Format;
use crate::setters::setters;

/// How the bytes of a file are to be understood, where that is declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Reading {
    /// The format of the file; [`Format::of_path`] if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// What separates cells, in CSV files only; a comma if not given (a tab in [`Format::Tsv`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// Whether the first line of a CSV file names the columns. If it does not, they are called `x0`, `x1`, and so on. If
    /// this is not given it must, and a first line of numbers is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
}

impl Reading {
    setters! {
        /// The format of the file.
        format: Format => Some,
        /// What separates cells, in CSV files only.
        delimiter: Delimiter => Some,
        /// Whether the first line of a CSV file names the columns.
        header: bool => Some,
    }

    /// Whether nothing is declared.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// This, with what another one declares in its place.
    #[must_use]
    pub fn overridden_by(&self, other: &Self) -> Self {
        Self {
            format: other.format.or(self.format),
            delimiter: other.delimiter.or(self.delimiter),
            header: other.header.or(self.header),
        }
    }
}

/// What separates the cells of a line: an ASCII character, or blanks.
///
/// As text it is the character itself, `tab`, or `space` for any number of spaces and tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// This character.
    Byte(u8),
    /// One or more spaces and tabs.
    Blanks,
}

impl Delimiter {
    pub(super) fn is(self, byte: u8) -> bool {
        match self {
            Delimiter::Byte(delimiter) => byte == delimiter,
            Delimiter::Blanks => byte == b' ' || byte == b'\t',
        }
    }
}

impl FromStr for Delimiter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.as_bytes()) {
            ("tab" | "\\t", _) => Ok(Delimiter::Byte(b'\t')),
            ("space" | " ", _) => Ok(Delimiter::Blanks),
            (_, &[byte]) if is_delimiter(byte) => Ok(Delimiter::Byte(byte)),
            _ => Err("a delimiter is one character such as , or ; or |, or the word tab or space".to_owned()),
        }
    }
}

/// Whether a character can stand between numbers without being taken for a part of them, or for a quote.
fn is_delimiter(byte: u8) -> bool {
    byte == b'\t' || (byte.is_ascii_punctuation() && !b"\"+-.".contains(&byte))
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delimiter::Byte(b'\t') => f.write_str("tab"),
            Delimiter::Byte(byte) => write!(f, "{}", char::from(*byte)),
            Delimiter::Blanks => f.write_str("space"),
        }
    }
}

impl Serialize for Delimiter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Delimiter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_have_one_text() {
        for (text, delimiter) in
            [(";", Delimiter::Byte(b';')), ("tab", Delimiter::Byte(b'\t')), ("space", Delimiter::Blanks)]
        {
            assert_eq!(text.parse(), Ok(delimiter));
            assert_eq!(delimiter.to_string(), text);
        }
        for text in ["", "a", "1", "\"", "-", ".", ";;", "\n", "é"] {
            assert!(text.parse::<Delimiter>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_declared_is_not_written() {
        assert_eq!(serde_json::to_string(&Reading::default()).unwrap(), "{}");
        let all = Reading { format: Some(Format::Csv), delimiter: Some(Delimiter::Byte(b'\t')), header: Some(false) };
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(text, r#"{"format":"csv","delimiter":"tab","header":false}"#);
        assert_eq!(serde_json::from_str::<Reading>(&text).unwrap(), all);
        assert_eq!(Reading::default().overridden_by(&all), all);
        assert_eq!(all.overridden_by(&Reading::default()), all);
    }
}
