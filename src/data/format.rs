//! Which format is this file in?
//!
//! The extension decides; nothing is guessed from the contents, so that the same name always
//! means the same thing.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::DataError;

/// A file format that data can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values in UTF-8; the first line names the columns.
    Csv,
    /// One NumPy array of shape n x k, as written by `numpy.save`.
    Npy,
    /// LIBSVM (also called SVMlight) text: `label index:value ...` on each line.
    Libsvm,
}

impl Format {
    /// The format of a file of this name: `.npy` is NumPy's; `.svm`, `.libsvm`, `.svmlight` and
    /// `.t` are LIBSVM text; everything else is CSV. Case does not matter.
    pub fn of_path(path: &Path) -> Self {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        match extension.to_ascii_lowercase().as_str() {
            "npy" => Self::Npy,
            "svm" | "libsvm" | "svmlight" | "t" => Self::Libsvm,
            _ => Self::Csv,
        }
    }
}

/// The name by which error messages call bytes that did not come from a file.
pub(super) const UNNAMED: &str = "the input";

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<BufReader<File>, DataError> {
    let opened = File::open(path).map_err(|cause| DataError::io(&name(path), cause))?;
    Ok(BufReader::new(opened))
}

/// The name by which error messages call a file.
pub(super) fn name(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides() {
        let format = |name: &str| Format::of_path(Path::new(name));
        assert_eq!(format("a.npy"), Format::Npy);
        assert_eq!(format("a.NPY"), Format::Npy);
        for name in ["a.svm", "b/a.libsvm", "a.svmlight", "a9a.t"] {
            assert_eq!(format(name), Format::Libsvm);
        }
        for name in ["a.csv", "a.txt", "a", ".npy", "npy", ""] {
            assert_eq!(format(name), Format::Csv);
        }
    }
}
