//! Do the readers accept what they should, and explain well what they refuse?
//!
//! Files are written to a temporary directory and read back through the public interface.
//! Error messages are checked for the file, row, line and column they must name.

use std::fs;
use std::path::{Path, PathBuf};

use heaviside::{DataError, DataOptions, Dataset, FeatureTable, Format};
use proptest::prelude::*;
use tempfile::TempDir;

/// A directory of files for one test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn options() -> DataOptions {
    DataOptions::default()
}

fn classify() -> DataOptions {
    options().classify(true)
}

fn features(names: &[&str]) -> DataOptions {
    options().features(names.iter().copied())
}

fn target(name: &str) -> DataOptions {
    options().target(name)
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The bytes of a `.npy` file.
fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
}

fn floats(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Writes the file, fails to read it, and checks that the message consists of the path, then
/// `message`, then a remedy that contains `remedy`.
#[track_caller]
fn fails(name: &str, bytes: impl AsRef<[u8]>, options: &DataOptions, message: &str, remedy: &str) {
    let files = Files::new();
    let path = files.write(name, bytes);
    let error = Dataset::read(&path, options).unwrap_err().to_string();
    let rest = error.replace(&path.display().to_string(), "FILE");
    assert!(rest.starts_with(message) && rest.contains(remedy), "{rest}");
}

#[track_caller]
fn csv_fails(text: &str, options: &DataOptions, message: &str, remedy: &str) {
    fails("a.csv", text, options, message, remedy);
}

// --- What is accepted ---

#[test]
fn the_titanic_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/titanic.csv");
    let data = Dataset::read(&path, &classify()).unwrap();
    assert_eq!((data.n(), data.d()), (2201, 4));
    assert_eq!(data.feature_names(), ["class", "child", "female"]);
    assert_eq!(data.target_name(), "y");
    assert_eq!(data.classes(), Some(&["-1".to_owned(), "1".to_owned()]));
    assert_eq!(data.targets().iter().filter(|&&y| y == 1.0).count(), 711);
    assert!(data.bias() && data.rows().all(|row| row[3] == 1.0));

    let numbers = Dataset::read(&path, &options()).unwrap();
    assert_eq!(numbers.targets(), data.targets());
    assert_eq!(numbers.classes(), None);
    assert_eq!(numbers.digest(), data.digest());
}

#[test]
fn columns_of_a_csv_file_can_be_chosen() {
    let text = "name,age,sex,fare\n\"Doe, J.\", 30 ,f,-7.5\r\n\nRoe,41,m,1e2\n";
    let chosen = options().target("sex").features(["fare", "1"]).classify(true).bias(false);
    let data = Dataset::parse(text.as_bytes(), Format::Csv, &chosen).unwrap();
    assert_eq!(data.features(), [-7.5, 30.0, 100.0, 41.0]);
    assert_eq!(data.feature_names(), ["fare", "age"]);
    assert_eq!(data.targets(), [-1.0, 1.0]);
    assert_eq!(data.classes(), Some(&["f".to_owned(), "m".to_owned()]));
    assert!(!data.bias());
}

#[test]
fn the_three_formats_give_the_same_numbers() {
    let csv = b"x0,x1,x2\n0,2,1\n-1.5,0,-1\n";
    let svm = b"1 2:2 # a comment\n-1 1:-1.5\n";
    let by_row = npy("<f8", false, "(2, 3)", &floats(&[0.0, 2.0, 1.0, -1.5, 0.0, -1.0]));
    let by_column = npy("<f8", true, "(2, 3)", &floats(&[-0.0, -1.5, 2.0, 0.0, 1.0, -1.0]));
    let from_csv = Dataset::parse(csv, Format::Csv, &options()).unwrap();
    assert_eq!(Dataset::parse(&by_row, Format::Npy, &options()).unwrap(), from_csv);
    assert_eq!(Dataset::parse(&by_column, Format::Npy, &options()).unwrap(), from_csv);

    let from_svm = Dataset::parse(svm, Format::Libsvm, &options()).unwrap();
    assert_eq!(from_svm.digest(), from_csv.digest());
    assert_eq!(from_svm.feature_names(), ["f1", "f2"]);
    assert_eq!(from_svm.target_name(), "label");
}

#[test]
fn targets_of_a_npy_file_come_from_a_column_or_a_second_file() {
    let files = Files::new();
    let x = files.write("x.npy", npy("<f8", false, "(2, 2)", &floats(&[1.0, 2.0, 3.0, 4.0])));
    let first = Dataset::read(&x, &target("0")).unwrap();
    assert_eq!(first.targets(), [1.0, 3.0]);
    assert_eq!(first.feature_names(), ["x1"]);
    assert_eq!(first.target_name(), "x0");

    for shape in ["(2,)", "(2, 1)"] {
        let y = files.write("y.npy", npy("|i1", false, shape, &[5, 0xff]));
        let both = Dataset::read(&x, &target(y.to_str().unwrap())).unwrap();
        assert_eq!(both.features(), [1.0, 2.0, 1.0, 3.0, 4.0, 1.0]);
        assert_eq!(both.targets(), [5.0, -1.0]);
        assert_eq!(both.target_name(), "y");
    }
}

#[test]
fn libsvm_features_are_chosen_by_index() {
    let chosen = features(&["3", "f1"]);
    let data = Dataset::parse(b"a 1:1 3:3\nb 2:2\n", Format::Libsvm, &chosen.classify(true));
    let data = data.unwrap();
    assert_eq!(data.features(), [3.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    assert_eq!(data.feature_names(), ["f3", "f1"]);
    assert_eq!(data.targets(), [-1.0, 1.0]);
}

// --- Datasets from memory ---

#[test]
fn datasets_can_be_made_from_memory() {
    let plain = Dataset::new(vec![1.0, -0.0, 3.0, 4.0], 2, vec![-0.0, 1.0]).unwrap();
    assert_eq!(plain.features()[1].to_bits(), 0);
    assert_eq!(plain.targets()[0].to_bits(), 0);
    assert_eq!(plain.feature_names(), ["x0", "x1"]);
    let biased = Dataset::with_bias(vec![1.0, 0.0, 3.0, 4.0], 2, vec![0.0, 1.0]).unwrap();
    assert_eq!((biased.n(), biased.d()), (2, 3));
    assert_eq!(biased.features(), [1.0, 0.0, 1.0, 3.0, 4.0, 1.0]);
    assert_eq!(biased.feature_names(), plain.feature_names());
    assert!(biased.bias() && !plain.bias());
}

#[test]
fn bad_data_from_memory_is_refused() {
    let fails = |features: &[f64], d, targets: &[f64], message: &str| {
        let error = Dataset::new(features.to_vec(), d, targets.to_vec()).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    };
    fails(&[], 1, &[], "the data is 0 x 1; at least one row");
    fails(&[], 0, &[1.0], "the data is 1 x 0; at least one row");
    fails(&[1.0], 2, &[1.0], "1 targets and d = 2 call for 1 x 2 feature entries, but there are 1");
    fails(&[1.0], usize::MAX, &[1.0, 2.0], "2 targets and d = ");
    fails(&[1.0, 2.0, f64::NAN, 4.0], 2, &[1.0, 2.0], "the data, row 2, column \"x0\": NaN is not");
    fails(&[1.0, 2.0], 1, &[1.0, f64::INFINITY], "the data, row 2, column \"y\": inf is not finite");
}

#[test]
fn the_digest_is_the_documented_one() {
    // hashlib.sha256(b"heaviside-data-v1\n" + struct.pack("<QQ6d", 2, 2, 1, 2, 3, 4, 0, -1))
    let data = Dataset::new(vec![1.0, 2.0, 3.0, 4.0], 2, vec![-0.0, -1.0]).unwrap();
    assert_eq!(data.digest(), "2d0c93a9504cd55a5f07e7e92c3b360b4c4a787a9052153945ee2a6c2642f769");
}

#[test]
fn the_digests_without_an_order_are_the_documented_ones() {
    // hashlib.sha256(b"heaviside-rows-v1\n" + struct.pack("<QQ6d", 2, 2, 1, 2, 0, 3, 1, -1))
    let rows = "7361f68566ed1490b99f34240b634a1b7e6827efbb71a713dc8530b353acba54";
    // hashlib.sha256(b"heaviside-columns-v1\n" + struct.pack("<QQ6d", 2, 2, 1, 2, 3, 1, -1, 0))
    let columns = "f9e275526a231aa575f4e942f396af535d39b972631a1d3dd3bf2f72e1844c6f";
    let data = Dataset::new(vec![3.0, 1.0, 1.0, 2.0], 2, vec![-1.0, 0.0]).unwrap();
    assert_eq!((data.digest_of_rows(), data.digest_of_columns()), (rows.to_owned(), columns.to_owned()));
    let swapped = Dataset::new(vec![1.0, 2.0, 3.0, 1.0], 2, vec![0.0, -1.0]).unwrap();
    assert_eq!(swapped.digest_of_rows(), rows);
    assert_ne!(swapped.digest_of_columns(), columns);
    let swapped = Dataset::new(vec![1.0, 3.0, 2.0, 1.0], 2, vec![-1.0, 0.0]).unwrap();
    assert_eq!(swapped.digest_of_columns(), columns);
    assert_ne!(swapped.digest_of_rows(), rows);
}

// --- CSV files that are refused ---

#[test]
fn bad_cells_name_their_place() {
    let cell = |text: &str, problem: &str, remedy: &str| {
        let csv = format!("a,b,y\n1,2,3\n\n4,{text},6\n");
        let message = format!("FILE, row 2 (line 4), column \"b\": {problem}");
        csv_fails(&csv, &options(), &message, remedy);
        csv_fails(&csv.replace('\n', "\r\n"), &options(), &message, remedy);
    };
    cell("old", "\"old\" is not a number", "leave the column out");
    cell("", "the cell is empty", "fill it in");
    cell("  ", "the cell is empty", "fill it in");
    cell("NaN", "NaN is not finite", "replace the value");
    cell("-inf", "-inf is not finite", "replace the value");
    cell("1e999", "1e999 is not finite", "replace the value");
    cell("\"\x1b[31m\"", "\"\\u{1b}[31m\" is not a number", "encode it");
}

#[test]
fn only_selected_cells_matter() {
    let csv = b"a,b,y\n1,old,3\n4,,6\n";
    let data = Dataset::parse(csv, Format::Csv, &features(&["a"])).unwrap();
    assert_eq!(data.features(), [1.0, 1.0, 4.0, 1.0]);
}

#[test]
fn text_targets_suggest_classification() {
    let message = "FILE, row 1 (line 2), column \"y\": the target \"no\" is not a number";
    csv_fails("a,y\n1,no\n", &options(), message, "ask for classification");
}

#[test]
fn bad_headers_and_rows_are_explained() {
    csv_fails("", &options(), "FILE: the file is empty", "needs a header");
    csv_fails("a,y\n", &options(), "FILE holds no rows of data", "at least one");
    csv_fails("1,2\n3,4\n", &options(), "FILE seems to lack a header", "--no-header");
    let ragged = "FILE, row 2 (line 3): the row has 1 cells but the header names 2 columns";
    csv_fails("a,y\n1,2\n3\n", &options(), ragged, "complete the row");
    csv_fails("a;y\n1;2\n", &options(), "FILE: there is no comma in the first line", "--delimiter ';'");
    csv_fails("y\n1\n", &options(), "FILE has no feature column", "separated by commas");
    let latin = "FILE, line 2: the text is not UTF-8";
    fails("a.csv", b"a,y\n\xe9,2\n", &options(), latin, "convert the file");
}

#[test]
fn bad_selections_are_explained() {
    let csv = "a,b,y\n1,2,3\n";
    let columns = "\"a\", \"b\", \"y\"";
    csv_fails(csv, &target("z"), "FILE has no column \"z\"", columns);
    csv_fails(csv, &features(&["a", "7"]), "FILE has no column \"7\"", columns);
    csv_fails(csv, &features(&["a", "a"]), "column \"a\" of FILE is listed more", "list it once");
    csv_fails(csv, &features(&["y"]), "column \"y\" of FILE is both", "take it off");
    csv_fails(csv, &features(&[]), "FILE has no feature column", "at least one");
    csv_fails("a,a,y\n1,2,3\n", &options(), "FILE has more than one column \"a\"", "rename");
}

#[test]
fn bad_classes_are_explained() {
    let third = "FILE, row 3 (line 4), column \"y\": a third class \"c\" appears";
    csv_fails("a,y\n1,a\n2,b\n3,c\n", &classify(), third, "drop or merge some");
    let one = "FILE, column \"y\": every label is \"a\"";
    csv_fails("a,y\n1,a\n2,a\n", &classify(), one, "exactly two classes");
    let mixed = "FILE, row 2 (line 3), column \"y\": the label \"b\" is not a number, unlike";
    csv_fails("a,y\n1,1\n2,b\n", &classify(), mixed, "write all labels as numbers, or none");
    let empty = "FILE, row 1 (line 2), column \"y\": the cell is empty";
    csv_fails("a,y\n1,\n", &classify(), empty, "drop the row");
}

// --- NumPy and LIBSVM files that are refused ---

#[test]
fn bad_npy_files_are_explained() {
    let fails = |bytes: &[u8], message, remedy| fails("a.npy", bytes, &options(), message, remedy);
    let nan = npy("<f8", false, "(2, 2)", &floats(&[1.0, 2.0, f64::NAN, 4.0]));
    fails(&nan, "FILE, row 2, column \"x0\": NaN is not finite", "replace the value");
    let large = ((1u64 << 53) + 1).to_le_bytes();
    let large = npy("<u8", true, "(1, 2)", &[large, large].concat());
    let message = "FILE, row 1, column \"x0\": the integer 9007199254740993 has no exact";
    fails(&large, message, "rescale the column");
    let short = npy("<f8", false, "(2, 2)", &floats(&[1.0, 2.0, 3.0]));
    fails(&short, "FILE, row 2: the file ends before", "save it again");
    let complex = npy("<c16", false, "(1, 1)", &[0; 16]);
    fails(&complex, "FILE: numbers of type '<c16' are not supported", "astype('float64')");
    fails(&npy("<f8", false, "(0, 2)", &[]), "FILE holds no rows", "at least one");
    fails(&npy("<f8", false, "(3, 0)", &[]), "FILE has no feature column", "at least one");
    fails(b"PK\x03\x04 and more", "FILE is a zip archive", "unpack");
    fails(b"PK\x03\x04  x.npy and more", "FILE is a .npz archive of arrays", "numpy.save");
    fails(b"1,2\n", "FILE: this is not a .npy file", "numpy.save");
}

#[test]
fn a_second_file_must_have_as_many_targets() {
    let files = Files::new();
    let y = files.write("y.npy", npy("|u1", false, "(3,)", &[1, 2, 3]));
    let chosen = target(y.to_str().unwrap());
    let x = npy("|u1", false, "(2, 1)", &[1, 2]);
    fails("x.npy", x, &chosen, "FILE has 2 rows but", "one target for each row");

    let y = files.write("y.npy", npy("<f8", false, "(1,)", &floats(&[f64::NAN])));
    let x = files.write("x.npy", npy("|u1", false, "(1, 1)", &[1]));
    let error = Dataset::read(&x, &target(y.to_str().unwrap())).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}, row 1, column \"y\": NaN", y.display())), "{error}");
}

#[test]
fn a_missing_file_of_targets_is_named() {
    let x = npy("|u1", false, "(1, 1)", &[1]);
    fails("x.npy", &x, &target("no-such.npy"), "cannot read no-such.npy", "os error");
}

#[test]
fn bad_libsvm_files_are_explained() {
    let fails = |text: &str, message, remedy| fails("a.svm", text, &options(), message, remedy);
    fails("", "FILE has no feature column", "at least one");
    fails("1 1:1\n2 qid:1 1:2\n", "FILE, row 2 (line 2): query ids", "remove them");
    fails("1 2:1 1:2\n", "FILE, row 1 (line 1): \"1:2\" comes after index 2", "sort each line");
    fails("\n1 1:inf\n", "FILE, row 1 (line 2), column \"f1\": inf is not finite", "replace");
    fails("1:1\n", "FILE, row 1 (line 1), column \"label\": the cell is empty", "fill it in");
    fails("1 99999999:1\n", "FILE would become a dense matrix of 1 x 99999999", "select fewer");
    fails("1 2:1 2:1\n", "FILE, row 1 (line 1): index 2 stands twice", "keep one of them");
    fails("a,y\n1,2\n", "FILE seems to be CSV", "--format csv");
    let files = Files::new();
    let path = files.write("a.t", "1 1:1\n");
    let error = Dataset::read(&path, &target("0")).unwrap_err();
    assert!(matches!(error, DataError::TargetIsFixed { .. }));
}

#[test]
fn files_that_cannot_be_opened_are_named() {
    let directory = Files::new();
    for name in ["no-such-file.csv", "no-such-file.npy", "no-such-file.svm", "."] {
        let path = directory.0.path().join(name);
        let error = Dataset::read(&path, &options()).unwrap_err();
        assert!(matches!(error, DataError::Io { .. }));
        let message = error.to_string();
        assert!(message.contains(&path.display().to_string()), "{message}");
        assert!(message.contains("os error"), "{message}");
        let error = FeatureTable::read(&path, &strings(&["a"]), true).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let folder = directory.0.path().join("folder.npy");
    fs::create_dir(&folder).unwrap();
    let error = Dataset::read(&folder, &options()).unwrap_err();
    assert!(matches!(error, DataError::Io { .. }), "{error}");
}

// --- Features for prediction ---

#[test]
fn models_find_their_features_again() {
    let csv = b"z,b,a\n?,1,2\n?,3,4\n";
    let table = FeatureTable::parse(csv, Format::Csv, &strings(&["a", "b"]), true).unwrap();
    assert_eq!((table.n(), table.d()), (2, 3));
    assert_eq!(table.features(), [2.0, 1.0, 1.0, 4.0, 3.0, 1.0]);
    assert_eq!(table.row(1), [4.0, 3.0, 1.0]);

    let array = npy("|u1", false, "(2, 3)", &[1, 2, 3, 4, 5, 6]);
    let table = FeatureTable::parse(&array, Format::Npy, &strings(&["x2", "x0"]), false).unwrap();
    assert_eq!(table.features(), [3.0, 1.0, 6.0, 4.0]);

    let svm = b"? 1:1 9999999999:7\n2:2\n";
    let names = strings(&["f2", "f1", "f77"]);
    let table = FeatureTable::parse(svm, Format::Libsvm, &names, false).unwrap();
    assert_eq!(table.features(), [0.0, 1.0, 0.0, 2.0, 0.0, 0.0]);

    let csv = b"f1,x0\n8,9\n";
    for (name, value) in [("f1", 8.0), ("x0", 9.0)] {
        let table = FeatureTable::parse(csv, Format::Csv, &strings(&[name]), false).unwrap();
        assert_eq!(table.features(), [value]);
    }
}

#[test]
fn models_say_what_they_miss() {
    let fails = |bytes: &[u8], format, name: &str, message: &str| {
        let error = FeatureTable::parse(bytes, format, &strings(&[name]), true).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    };
    let array = npy("|u1", false, "(1, 1)", &[1]);
    fails(b"a,b\n1,2\n", Format::Csv, "c", "no column \"c\"; its columns are \"a\", \"b\"");
    fails(b"a,a\n1,2\n", Format::Csv, "a", "more than one column \"a\"");
    fails(b"a\n", Format::Csv, "a", "holds no rows");
    fails(b"a\nx\n", Format::Csv, "a", "row 1 (line 2), column \"a\": \"x\" is not a number");
    fails(&array, Format::Npy, "x1", "no column \"x1\"; its columns are \"x0\"");
    fails(&array, Format::Npy, "age", "trained on named columns (such as \"age\")");
    fails(b"1 1:1\n", Format::Libsvm, "x0", "trained on named columns (such as \"x0\")");
    fails(b"1 1:1\n", Format::Libsvm, "f", "trained on named columns (such as \"f\")");
    fails(b"# none\n", Format::Libsvm, "f1", "holds no rows");
    let none = FeatureTable::parse(b"a\n1\n", Format::Csv, &[], true).unwrap_err();
    assert!(matches!(none, DataError::NoFeatures { .. }));
}

// --- Any bytes at all ---

const FORMATS: [Format; 4] = [Format::Csv, Format::Tsv, Format::Npy, Format::Libsvm];

/// Reads the bytes in every way; if that works, the result must keep what a dataset promises.
fn read_in_every_way(bytes: &[u8]) {
    for format in FORMATS {
        for options in [options(), classify(), target("0"), features(&["0"])] {
            if let Ok(data) = Dataset::parse(bytes, format, &options) {
                check(&data);
            }
        }
        for name in ["a", "x0", "f1"] {
            if let Ok(table) = FeatureTable::parse(bytes, format, &strings(&[name]), true) {
                assert_eq!(table.features().len(), table.n() * table.d());
            }
        }
    }
}

fn check(data: &Dataset) {
    assert!(data.n() >= 1 && data.d() >= 1);
    assert_eq!(data.features().len(), data.n() * data.d());
    assert_eq!(data.feature_names().len() + usize::from(data.bias()), data.d());
    let numbers = data.features().iter().chain(data.targets());
    assert!(numbers.clone().all(|v| v.is_finite() && v.to_bits() != (-0.0f64).to_bits()));
    if data.classes().is_some() {
        assert!(data.targets().iter().all(|y| y.abs() == 1.0));
    }
}

/// A matrix of finite numbers, with at least one row and two columns.
fn matrix() -> impl Strategy<Value = (usize, Vec<f64>)> {
    let number = prop_oneof![any::<f64>().prop_filter("finite", |v| v.is_finite()), Just(-0.0)];
    (1usize..8, 2usize..5).prop_flat_map(move |(n, k)| (Just(k), proptest::collection::vec(number.clone(), n * k)))
}

/// The dataset that a matrix stands for if its last column is the target.
fn expected(k: usize, entries: &[f64]) -> Dataset {
    let rows = entries.chunks(k);
    let features = rows.clone().flat_map(|row| &row[..k - 1]).copied().collect();
    let targets = rows.map(|row| row[k - 1]).collect();
    Dataset::with_bias(features, k - 1, targets).unwrap()
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_in_every_way(&bytes);
    }

    #[test]
    fn text_like_bytes_never_panic(text in "[-0-9a-c.,:# \"\r\n\u{e9}\u{feff}]{0,80}") {
        read_in_every_way(text.as_bytes());
    }

    #[test]
    fn arbitrary_npy_headers_never_panic(
        descr in "[<>|=][bifucmMSUOV][0-9]{0,3}",
        fortran in any::<bool>(),
        shape in r"\([0-9, ]{0,24}\)",
        data in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        read_in_every_way(&npy(&descr, fortran, &shape, &data));
    }

    #[test]
    fn damaged_npy_files_never_panic(at in 0usize..200, byte: u8, cut in 0usize..200) {
        let mut bytes = npy("<f8", true, "(3, 3)", &floats(&[1.0; 9]));
        let at = at % bytes.len();
        bytes[at] = byte;
        read_in_every_way(&bytes);
        bytes.truncate(cut);
        read_in_every_way(&bytes);
    }

    #[test]
    fn csv_round_trips((k, entries) in matrix()) {
        let header: String = (0..k - 1).map(|j| format!("x{j},")).collect();
        let line = |row: &[f64]| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        let lines: Vec<_> = entries.chunks(k).map(line).collect();
        let text = format!("{header}y\n{}", lines.join("\r\n"));
        let read = Dataset::parse(text.as_bytes(), Format::Csv, &options()).unwrap();
        let expected = expected(k, &entries);
        prop_assert_eq!(read.digest(), expected.digest());
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn npy_round_trips((k, entries) in matrix(), by_column: bool) {
        let n = entries.len() / k;
        let stored: Vec<f64> = if by_column {
            (0..n * k).map(|p| entries[p % n * k + p / n]).collect()
        } else {
            entries.clone()
        };
        let bytes = npy("<f8", by_column, &format!("({n}, {k})"), &floats(&stored));
        let read = Dataset::parse(&bytes, Format::Npy, &options()).unwrap();
        prop_assert_eq!(read.digest(), expected(k, &entries).digest());
    }

    #[test]
    fn libsvm_round_trips((k, entries) in matrix()) {
        let line = |row: &[f64]| {
            let pairs = row[..k - 1].iter().enumerate().map(|(j, v)| format!(" {}:{v:e}", j + 1));
            format!("{}{}\n", row[k - 1], pairs.collect::<String>())
        };
        let text: String = entries.chunks(k).map(line).collect();
        let read = Dataset::parse(text.as_bytes(), Format::Libsvm, &options()).unwrap();
        prop_assert_eq!(read.digest(), expected(k, &entries).digest());
    }
}
