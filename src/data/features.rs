//! To which rows is a trained model applied?
//!
//! Prediction needs the features a model was trained on and nothing else: no target, and no
//! say in the choice of columns, which the model has made by the names it remembers.

use std::io::BufRead;
use std::path::Path;

use super::Reading;
use super::csv::CsvTable;
use super::error::DataError;
use super::format::{Format, Source};
use super::libsvm::SparseTable;
use super::npy::NpyTable;
use super::select::Header;
use super::table::{Table, push_row};

/// An n x d matrix of finite features without targets, stored row by row.
///
/// The bias column of ones, if any, is the last of the d columns.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureTable {
    rows: Vec<f64>,
    n: usize,
    d: usize,
}

impl FeatureTable {
    /// Reads the columns called `feature_names`, in this order, from a file whose format is
    /// [`Format::of_path`], and appends a column of ones if `bias` is set.
    ///
    /// Other columns, such as a target, are ignored. In a CSV file columns are found by name. In
    /// a `.npy` file the feature `x3` is the column of index 3 (from 0), and in a LIBSVM file
    /// `f3` is the feature of index 3, which is zero wherever it is not listed; LIBSVM labels are
    /// ignored and may be missing.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or holds no rows, if a column is missing, or if an entry is
    /// not a finite number.
    pub fn read(path: &Path, feature_names: &[String], bias: bool) -> Result<Self, DataError> {
        Self::read_as(path, &Reading::default(), feature_names, bias)
    }

    /// [`FeatureTable::read`] of a file whose bytes are to be understood as declared.
    ///
    /// # Errors
    ///
    /// As for [`FeatureTable::read`].
    pub fn read_as(path: &Path, reading: &Reading, feature_names: &[String], bias: bool) -> Result<Self, DataError> {
        Self::from_source(Source::open(path, reading)?, feature_names, bias)
    }

    /// Reads the bytes of a file in this format, as [`FeatureTable::read`] does.
    ///
    /// # Errors
    ///
    /// As for [`FeatureTable::read`].
    pub fn parse(bytes: &[u8], format: Format, feature_names: &[String], bias: bool) -> Result<Self, DataError> {
        Self::from_source(Source::of_bytes(bytes, format, &Reading::default())?, feature_names, bias)
    }

    /// The number of rows n.
    pub fn n(&self) -> usize {
        self.n
    }

    /// The number of columns d, including the bias column if there is one.
    pub fn d(&self) -> usize {
        self.d
    }

    /// All n x d entries, row by row.
    pub fn features(&self) -> &[f64] {
        &self.rows
    }

    /// Row i (from 0), of length d.
    ///
    /// # Panics
    ///
    /// If `i` is not less than n.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.rows[i * self.d..(i + 1) * self.d]
    }

    fn from_source(source: Source<impl BufRead>, names: &[String], bias: bool) -> Result<Self, DataError> {
        let Source { input, file, format, reading } = source;
        match format {
            Format::Csv | Format::Tsv => Self::collect(CsvTable::open(input, &file, &reading)?, names, bias),
            Format::Npy => Self::collect(NpyTable::open(input, &file)?, names, bias),
            Format::Libsvm => Self::collect(SparseTable::read(input, &file)?.with_features(names)?, names, bias),
        }
    }

    fn collect(mut table: impl Table, names: &[String], bias: bool) -> Result<Self, DataError> {
        let columns = locate(&table, names)?;
        table.admit(&columns)?;
        let (mut rows, mut n) = (Vec::new(), 0);
        while table.advance()? {
            push_row(&table, &columns, names, bias, &mut rows)?;
            n += 1;
        }
        if n == 0 {
            let file = table.file().to_owned();
            return Err(DataError::NoRows { file });
        }
        let d = columns.len() + usize::from(bias);
        Ok(Self { rows, n, d })
    }
}

/// The columns of a model's features. There is at least one, as in every dataset.
fn locate(table: &impl Table, names: &[String]) -> Result<Vec<usize>, DataError> {
    if names.is_empty() {
        let file = table.file().to_owned();
        return Err(DataError::NoFeatures { file });
    }
    let header = Header::of(table);
    names.iter().map(|name| table.locate(&header, name)).collect()
}
