//! Which columns are wanted?
//!
//! A column is asked for by name or, if no column has that name, by index. Because a trained
//! model finds its features by name again, the name of every selected column must be unique in
//! the file, however the column was selected; duplicates among the other columns do not matter.

use std::collections::{HashMap, HashSet};

use super::DataOptions;
use super::error::{DataError, list, shorten};
use super::table::Table;

/// The columns a dataset is made of, as indices into the columns of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) features: Vec<usize>,
    pub(super) target: usize,
}

impl Selection {
    /// Finds the columns the options ask for.
    pub(super) fn find(table: &impl Table, options: &DataOptions) -> Result<Self, DataError> {
        let header = Header::of(table);
        let target = match (table.fixed_target(), &options.target) {
            (Some(target), _) => target,
            (None, Some(wanted)) => header.by_name_or_index(wanted)?,
            (None, None) => header.last()?,
        };
        let features = match &options.features {
            Some(wanted) => header.all_by_name_or_index(wanted, target)?,
            None => (0..header.names.len()).filter(|&c| c != target).collect(),
        };
        let features = header.without(features, &options.exclude)?;
        if features.is_empty() {
            return Err(header.no_features());
        }
        for &column in features.iter().chain([&target]) {
            header.check_unique(column)?;
        }
        Ok(Self { features, target })
    }
}

/// The column names of a table, arranged for finding columns.
pub(super) struct Header<'a> {
    file: &'a str,
    names: &'a [String],
    found: HashMap<&'a str, Found>,
}

/// Where a name occurs among the columns.
struct Found {
    first: usize,
    repeated: bool,
}

impl<'a> Header<'a> {
    pub(super) fn of(table: &'a impl Table) -> Self {
        let names = table.columns();
        let mut found = HashMap::with_capacity(names.len());
        for (first, name) in names.iter().enumerate() {
            let repeated = false;
            found
                .entry(name.as_str())
                .and_modify(|f: &mut Found| f.repeated = true)
                .or_insert(Found { first, repeated });
        }
        Self { file: table.file(), names, found }
    }

    /// The only column of this name.
    pub(super) fn by_name(&self, name: &str) -> Result<usize, DataError> {
        match self.found.get(name) {
            Some(Found { repeated: true, .. }) => Err(self.ambiguous(name)),
            Some(found) => Ok(found.first),
            None => Err(self.unknown(name)),
        }
    }

    /// The error for a column that does not exist.
    pub(super) fn unknown(&self, wanted: &str) -> DataError {
        DataError::UnknownColumn { file: self.file.to_owned(), wanted: shorten(wanted), available: list(self.names) }
    }

    fn by_name_or_index(&self, wanted: &str) -> Result<usize, DataError> {
        let wanted = wanted.trim();
        if self.found.contains_key(wanted) {
            return self.by_name(wanted);
        }
        match wanted.parse() {
            Ok(index) if index < self.names.len() => Ok(index),
            _ => Err(self.unknown(wanted)),
        }
    }

    fn all_by_name_or_index(&self, wanted: &[String], target: usize) -> Result<Vec<usize>, DataError> {
        let mut taken = HashSet::new();
        let mut columns = Vec::new();
        for wanted in wanted {
            let column = self.by_name_or_index(wanted)?;
            if column == target {
                return Err(self.target_among_features(column));
            }
            if !taken.insert(column) {
                return Err(self.repeated(column));
            }
            columns.push(column);
        }
        Ok(columns)
    }

    /// The columns that are not excluded.
    fn without(&self, mut columns: Vec<usize>, excluded: &[String]) -> Result<Vec<usize>, DataError> {
        for wanted in excluded {
            let excluded = self.by_name_or_index(wanted)?;
            columns.retain(|&column| column != excluded);
        }
        Ok(columns)
    }

    fn last(&self) -> Result<usize, DataError> {
        let last = self.names.len().checked_sub(1);
        last.ok_or_else(|| self.no_features())
    }

    fn check_unique(&self, column: usize) -> Result<(), DataError> {
        self.by_name(&self.names[column]).map(|_| ())
    }

    fn no_features(&self) -> DataError {
        DataError::NoFeatures { file: self.file.to_owned() }
    }

    fn ambiguous(&self, name: &str) -> DataError {
        DataError::AmbiguousColumn { file: self.file.to_owned(), column: shorten(name) }
    }

    fn repeated(&self, column: usize) -> DataError {
        DataError::RepeatedFeature { file: self.file.to_owned(), column: shorten(&self.names[column]) }
    }

    fn target_among_features(&self, column: usize) -> DataError {
        DataError::TargetAmongFeatures { file: self.file.to_owned(), column: shorten(&self.names[column]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Reading, csv::CsvTable};

    fn find(header: &str, target: Option<&str>, features: &[&str]) -> Result<Selection, DataError> {
        let reading = Reading { header: Some(true), ..Reading::default() };
        let table = CsvTable::open(header.as_bytes(), "t.csv", &reading)?;
        let features = features.iter().map(|&f| f.to_owned()).collect::<Vec<_>>();
        let options = DataOptions {
            target: target.map(str::to_owned),
            features: (!features.is_empty()).then_some(features),
            ..DataOptions::default()
        };
        Selection::find(&table, &options)
    }

    #[track_caller]
    fn selects(found: Result<Selection, DataError>, features: &[usize], target: usize) {
        let features = features.to_vec();
        assert_eq!(found.unwrap(), Selection { features, target });
    }

    #[test]
    fn the_last_column_is_the_target_by_default() {
        selects(find("a,b,y", None, &[]), &[0, 1], 2);
    }

    #[test]
    fn names_come_before_indices_and_order_is_kept() {
        selects(find("a,b,y", Some("a"), &["y", "1"]), &[2, 1], 0);
        selects(find("1,0,y", Some("0"), &[]), &[0, 2], 1);
        selects(find("a,b,y", Some(" 0 "), &[" b "]), &[1], 0);
    }

    #[test]
    fn duplicates_matter_only_where_selected() {
        selects(find("a,z,z,y", None, &["a"]), &[0], 3);
        for wanted in [&["z"][..], &["1"], &[]] {
            let error = find("a,z,z,y", None, wanted).unwrap_err();
            assert!(matches!(error, DataError::AmbiguousColumn { column, .. } if column == "z"));
        }
    }

    #[test]
    fn impossible_selections_are_refused() {
        let error = |t, f: &[&str]| find("a,b,y", t, f).unwrap_err();
        let unknown = error(None, &["c"]).to_string();
        assert_eq!(unknown, "t.csv has no column \"c\"; its columns are \"a\", \"b\", \"y\"");
        assert!(matches!(error(Some("3"), &[]), DataError::UnknownColumn { .. }));
        assert!(matches!(error(Some("-1"), &[]), DataError::UnknownColumn { .. }));
        assert!(matches!(error(None, &["a", "0"]), DataError::RepeatedFeature { .. }));
        assert!(matches!(error(None, &["a", "y"]), DataError::TargetAmongFeatures { .. }));
        let only = find("y", None, &[]).unwrap_err();
        assert!(matches!(only, DataError::NoFeatures { .. }));
    }
}
