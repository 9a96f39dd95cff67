//! What is the data?
//!
//! Everything the solver and the judge know about a problem starts as a [`Dataset`]: a matrix
//! of features and a vector of targets, all finite, named, and identified by a digest. This
//! module builds datasets from memory or from files, and [`FeatureTable`]s, which hold features
//! alone, for prediction.
//!
//! Three file formats are read: CSV, NumPy `.npy` and LIBSVM text; a [`Reading`] declares what the
//! name of a file does not say. Bytes that contradict it are refused, never guessed about. Each reader
//! only turns its format into a table of named columns whose rows come one at a time. Choosing
//! columns, mapping classes and validating numbers happen once, for all formats, while the rows
//! stream past, so that a large file is held in memory once, as the matrix it becomes.
//!
//! Nothing here panics or allocates without bound, whatever the bytes; every failure is a
//! [`DataError`] that says where the trouble is and what to do about it.
//!
//! ```
//! use heaviside::{DataOptions, Dataset, Format};
//!
//! let csv = b"age,sex,survived\n22,1,no\n38,0,yes\n";
//! let options = DataOptions::default().classify(true);
//! let data = Dataset::parse(csv, Format::Csv, &options)?;
//!
//! assert_eq!((data.n(), data.d()), (2, 3)); // two features and the bias column
//! assert_eq!(data.row(0), [22.0, 1.0, 1.0]);
//! assert_eq!(data.targets(), [-1.0, 1.0]); // "no" is -1, "yes" is +1
//! # Ok::<(), heaviside::DataError>(())
//! ```

mod csv;
mod dataset;
mod error;
mod features;
mod format;
mod labels;
mod libsvm;
mod notes;
mod npy;
mod options;
mod reading;
mod records;
mod select;
mod sniff;
mod table;

pub use dataset::Dataset;
pub use error::{CellProblem, DataError, Place};
pub use features::FeatureTable;
pub use format::Format;
pub use options::DataOptions;
pub use reading::{Delimiter, Reading};
