//! Which problem is to be solved?
//!
//! A [`Dataset`] is the one form in which data reaches the rest of the crate. It cannot hold
//! anything that is not finite, and its digest identifies the numbers that were solved for, so
//! that a certificate can say which data it speaks about.

use std::cmp::Ordering;
use std::io::BufRead;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::csv::CsvTable;
use super::error::{DataError, Place, shorten};
use super::format::{Format, Source};
use super::labels::Labels;
use super::libsvm::SparseTable;
use super::npy::NpyTable;
use super::select::Selection;
use super::table::{Spot, Table, finite, push_row};
use super::{DataOptions, Reading, notes};
use crate::exact::Arrangement;
use crate::files::hexadecimal;

/// An n x d matrix of features X and n targets y, all finite, with n and d at least 1.
///
/// X is stored row by row. If a bias column of ones was appended it is the last of the d
/// columns; it has no name. No entry is -0.0.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    features: Vec<f64>,
    d: usize,
    targets: Vec<f64>,
    feature_names: Vec<String>,
    target_name: String,
    classes: Option<[String; 2]>,
    options: DataOptions,
    notes: Vec<String>,
}

/// The name by which error messages call data that was never in a file.
const IN_MEMORY: &str = "the data";

impl Dataset {
    /// A dataset of the features as they are, an n x d matrix given row by row, and n targets.
    ///
    /// The columns are called `x0`, `x1`, and so on, and the target `y`.
    ///
    /// # Errors
    ///
    /// If n or d is 0, the lengths do not fit together, or an entry is not finite.
    ///
    /// ```
    /// # use heaviside::Dataset;
    /// let data = Dataset::new(vec![1.0, 2.0, 3.0, 4.0], 2, vec![0.5, -0.5])?;
    /// assert_eq!(data.row(1), [3.0, 4.0]);
    /// # Ok::<(), heaviside::DataError>(())
    /// ```
    pub fn new(features: Vec<f64>, d: usize, targets: Vec<f64>) -> Result<Self, DataError> {
        check_lengths(features.len(), d, targets.len())?;
        let feature_names: Vec<_> = (0..d).map(|j| format!("x{j}")).collect();
        let target_name = "y".to_owned();
        Ok(Self {
            features: checked(features, &feature_names)?,
            d,
            targets: checked(targets, std::slice::from_ref(&target_name))?,
            feature_names,
            target_name,
            classes: None,
            options: DataOptions { bias: false, ..DataOptions::default() },
            notes: Vec::new(),
        })
    }

    /// Like [`Dataset::new`], with a column of ones appended: of an n x d matrix this makes a
    /// dataset of d + 1 columns.
    ///
    /// # Errors
    ///
    /// As for [`Dataset::new`].
    pub fn with_bias(features: Vec<f64>, d: usize, targets: Vec<f64>) -> Result<Self, DataError> {
        let plain = Self::new(features, d, targets)?;
        let mut features = Vec::with_capacity(plain.n() * (d + 1));
        for row in plain.rows() {
            features.extend_from_slice(row);
            features.push(1.0);
        }
        let options = DataOptions { bias: true, ..plain.options };
        Ok(Self { features, d: d + 1, options, ..plain })
    }

    /// Reads a dataset from a file, in the format that the options declare or else in that of
    /// [`Format::of_path`].
    ///
    /// * **CSV** in UTF-8: the first line names the columns, unless the options say that there is no
    ///   header. Cells are trimmed, blank lines are skipped, and only the columns that are used need
    ///   to hold numbers.
    /// * **`.npy`**: an array of shape n x k of floats (4 or 8 bytes), integers or booleans, in
    ///   any order of memory and of bytes. The columns are called `x0`, `x1`, and so on.
    ///   Integers must have an exact 64-bit float.
    /// * **LIBSVM**: `label index:value ...` with increasing indices; what is not listed is zero.
    ///   The feature of index k is called `fk`. They are `f1`, `f2`, up to the largest index in the
    ///   file, after `f0` if that is listed, and there may be at most 2^20 of them and 2^26 entries in
    ///   the dense matrix; only features that are selected count.
    ///
    /// What was read but is probably not meant is said by [`Dataset::notes`].
    ///
    /// # Errors
    ///
    /// If the file cannot be read, if its bytes are not of this format, if the options do not fit
    /// its columns, or if an entry of a selected column is not a finite number (or not one of two
    /// classes).
    pub fn read(path: &Path, options: &DataOptions) -> Result<Self, DataError> {
        let source = Source::open(path, &options.reading)?;
        match (source.format, target_file(options)) {
            (Format::Npy, Some(target)) => {
                let targets = Source::open(target, &Reading { format: Some(Format::Npy), ..Reading::default() })?;
                let table = NpyTable::open(source.input, &source.file)?;
                let table = table.with_targets(targets.input, &targets.file)?;
                Self::collect(table, options)
            }
            _ => Self::from_source(source, options),
        }
    }

    /// Reads the bytes of a file in this format, as [`Dataset::read`] does, but without looking for a
    /// second file that holds the targets.
    ///
    /// # Errors
    ///
    /// As for [`Dataset::read`].
    pub fn parse(bytes: &[u8], format: Format, options: &DataOptions) -> Result<Self, DataError> {
        Self::from_source(Source::of_bytes(bytes, format, &options.reading)?, options)
    }

    /// The number of rows n.
    pub fn n(&self) -> usize {
        self.targets.len()
    }

    /// The number of columns d, including the bias column if there is one.
    pub fn d(&self) -> usize {
        self.d
    }

    /// All n x d entries of X, row by row.
    pub fn features(&self) -> &[f64] {
        &self.features
    }

    /// Row i of X (from 0), of length d.
    ///
    /// # Panics
    ///
    /// If `i` is not less than n.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.features[i * self.d..(i + 1) * self.d]
    }

    /// The n rows of X, each of length d.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.features.chunks_exact(self.d)
    }

    /// The n targets y.
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// Whether the last column is a bias column of ones that was appended.
    pub fn bias(&self) -> bool {
        self.options.bias
    }

    /// How the data were read from their file; for data from memory only the bias says something.
    pub fn options(&self) -> &DataOptions {
        &self.options
    }

    /// What was read as it stands but is probably not meant, such as a column of row numbers: one
    /// sentence each, with the option that changes it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The classes that became the targets -1 and +1, in this order, if the data was read for
    /// classification.
    pub fn classes(&self) -> Option<&[String; 2]> {
        self.classes.as_ref()
    }

    /// The names of the columns, without the bias column: d of them, or d - 1 with bias.
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// The name of the target.
    pub fn target_name(&self) -> &str {
        &self.target_name
    }

    /// The arrangement of the rows of X: their distinct directions.
    pub fn arrangement(&self) -> Arrangement {
        // All entries are finite and d is at least 1, so the arrangement exists.
        let Some(arrangement) = Arrangement::new(&self.features, self.d) else { unreachable!("a dataset is finite") };
        arrangement
    }

    /// A fingerprint of the numbers n, d, X and y, as 64 lower-case hexadecimal digits.
    ///
    /// It is the SHA-256 of these bytes, one after another:
    ///
    /// 1. the 17 ASCII bytes `heaviside-data-v1` and a line feed (0x0A);
    /// 2. n and d, each as an unsigned 64-bit integer in little-endian order, where d counts the
    ///    bias column if there is one;
    /// 3. the n x d entries of X, row by row and with the bias column, and then the n targets,
    ///    each as the 8 bytes of an IEEE 754 double in little-endian order, with 0.0 in place of
    ///    -0.0.
    ///
    /// Names and classes do not enter.
    pub fn digest(&self) -> String {
        let numbers = self.features.iter().chain(&self.targets);
        digest_of(b"heaviside-data-v1\n", [self.n(), self.d], numbers)
    }

    /// A fingerprint of the rows whatever their order: as [`Dataset::digest`], with `heaviside-rows-v1`
    /// in the place of `heaviside-data-v1`, and with n times the d entries of a row and its target,
    /// the rows in lexicographic order of these d + 1 numbers.
    pub fn digest_of_rows(&self) -> String {
        let mut rows: Vec<(&[f64], &f64)> = self.rows().zip(&self.targets).collect();
        rows.sort_by(|(row, target), (other, goal)| {
            row.iter().chain([*target]).partial_cmp(other.iter().chain([*goal])).unwrap_or(Ordering::Equal)
        });
        let numbers = rows.into_iter().flat_map(|(row, target)| row.iter().chain([target]));
        digest_of(b"heaviside-rows-v1\n", [self.n(), self.d], numbers)
    }

    /// A fingerprint of the columns whatever their order: as [`Dataset::digest`], with
    /// `heaviside-columns-v1` in the place of `heaviside-data-v1`, and with X column by column, in
    /// lexicographic order, before the targets.
    pub fn digest_of_columns(&self) -> String {
        let column = |j: usize| self.features.iter().skip(j).step_by(self.d);
        let mut order: Vec<usize> = (0..self.d).collect();
        order.sort_by(|&a, &b| column(a).partial_cmp(column(b)).unwrap_or(Ordering::Equal));
        let numbers = order.into_iter().flat_map(column).chain(&self.targets);
        digest_of(b"heaviside-columns-v1\n", [self.n(), self.d], numbers)
    }

    fn from_source(source: Source<impl BufRead>, options: &DataOptions) -> Result<Self, DataError> {
        let Source { input, file, format, reading } = source;
        match format {
            Format::Csv | Format::Tsv => Self::collect(CsvTable::open(input, &file, &reading)?, options),
            Format::Npy => Self::collect(NpyTable::open(input, &file)?, options),
            Format::Libsvm => {
                refuse_target(&file, options)?;
                let (table, named) = SparseTable::read(input, &file)?.select(options)?;
                Ok(Self { options: options.clone(), ..Self::collect(table, &named)? })
            }
        }
    }

    /// Selects, validates and keeps what the options ask for, row by row.
    fn collect(mut table: impl Table, options: &DataOptions) -> Result<Self, DataError> {
        let selection = Selection::find(&table, options)?;
        table.admit(&selection.features)?;
        let name = |&column: &usize| table.columns()[column].clone();
        let feature_names: Vec<_> = selection.features.iter().map(name).collect();
        let target_name = name(&selection.target);

        let mut features = Vec::new();
        let mut labels = Labels::new(options.classify);
        while table.advance()? {
            let (columns, names) = (&selection.features, &feature_names);
            push_row(&table, columns, names, options.bias, &mut features)?;
            labels.push(&Spot { table: &table, column: selection.target, name: &target_name })?;
        }
        let (targets, classes) = labels.finish(table.file(), &target_name)?;
        if targets.is_empty() {
            let file = table.file().to_owned();
            return Err(DataError::NoRows { file });
        }
        let d = feature_names.len() + usize::from(options.bias);
        let mut notes: Vec<String> = notes::comment_sign(&table).into_iter().collect();
        if options.features.is_none() {
            notes.extend(notes::row_numbers(&table, &selection.features, &features, d));
        }
        Ok(Self { features, d, targets, notes, feature_names, target_name, classes, options: options.clone() })
    }
}

/// The file of targets, if the target option names one. A name that ends in `.npy` can hardly
/// be meant as a column, so it counts even if there is no such file, which is then the error.
fn target_file(options: &DataOptions) -> Option<&Path> {
    let target = Path::new(options.target.as_ref()?);
    let named = Format::of_path(target) == Format::Npy;
    (named || target.is_file()).then_some(target)
}

/// In a LIBSVM file the label is always the target.
fn refuse_target(file: &str, options: &DataOptions) -> Result<(), DataError> {
    match &options.target {
        None => Ok(()),
        Some(target) => Err(DataError::TargetIsFixed { file: file.to_owned(), target: shorten(target) }),
    }
}

/// The SHA-256 of a name, sizes and numbers, as text.
fn digest_of<'a>(name: &[u8], sizes: [usize; 2], numbers: impl Iterator<Item = &'a f64>) -> String {
    let mut hash = Sha256::new();
    hash.update(name);
    sizes.iter().for_each(|&size| hash.update((size as u64).to_le_bytes()));
    numbers.for_each(|number| hash.update(number.to_le_bytes()));
    hexadecimal(&hash.finalize())
}

fn check_lengths(entries: usize, d: usize, n: usize) -> Result<(), DataError> {
    if n == 0 || d == 0 {
        let problem = format!("the data is {n} x {d}; at least one row and one column are needed");
        return Err(DataError::Shape(problem));
    }
    if n.checked_mul(d) == Some(entries) {
        return Ok(());
    }
    let problem = format!(
        "{n} targets and d = {d} call for {n} x {d} feature entries, but there are {entries}; \
         give one target for each row, and all rows with d entries"
    );
    Err(DataError::Shape(problem))
}

/// The entries of a matrix with these columns, all finite and without -0.0.
fn checked(mut entries: Vec<f64>, names: &[String]) -> Result<Vec<f64>, DataError> {
    for (i, row) in entries.chunks_exact_mut(names.len()).enumerate() {
        for (value, name) in row.iter_mut().zip(names) {
            let number = finite(*value, || value.to_string());
            *value = number.map_err(|problem| DataError::BadCell {
                place: Place::row(IN_MEMORY, i + 1),
                column: name.clone(),
                problem,
            })?;
        }
    }
    Ok(entries)
}
