//! What does a NumPy `.npy` file say?
//!
//! It holds one array of shape n x k and any real number type, in either order of memory and of
//! bytes. As a table, its columns are called `x0`, `x1`, and so on. The targets may come from a
//! second file with n numbers, which then becomes the last column, called `y`.
//!
//! A header can promise any amount of data, so memory grows only with the bytes that arrive.

use std::io::{self, Read};

use npyz::{DType, Endianness, NpyHeader, Order, TypeChar};

use super::error::{DataError, Place, shorten};
use super::select::Header;
use super::table::{Cell, Table, number_after};

/// The largest number of columns an array may have.
const MAX_COLUMNS: u64 = 1 << 20;

/// The longest header that is read; NumPy draws the same line.
const MAX_HEADER: u64 = 10_000;

/// The name of the column that a separate file of targets becomes.
const TARGET: &str = "y";

/// An array read row by row, with or without a column of targets beside it.
pub(super) struct NpyTable<R> {
    features: Array<R>,
    targets: Option<Array<R>>,
    columns: Vec<String>,
}

impl<R: Read> NpyTable<R> {
    /// Reads the header of an n x k array.
    pub(super) fn open(input: R, file: &str) -> Result<Self, DataError> {
        let features = Array::open(input, file)?;
        features.require_matrix()?;
        let columns = (0..features.width).map(|j| format!("x{j}")).collect();
        Ok(Self { features, targets: None, columns })
    }

    /// Adds a column of targets, an array of shape n or n x 1.
    pub(super) fn with_targets(mut self, input: R, file: &str) -> Result<Self, DataError> {
        let targets = Array::open(input, file)?;
        targets.require_column()?;
        if targets.rows != self.features.rows {
            return Err(self.unequal(&targets));
        }
        self.targets = Some(targets);
        self.columns.push(TARGET.to_owned());
        Ok(self)
    }

    fn unequal(&self, targets: &Array<R>) -> DataError {
        DataError::Shape(format!(
            "{} has {} rows but {} has {} targets; there must be one target for each row",
            self.features.file, self.features.rows, targets.file, targets.rows
        ))
    }

    /// The array that holds a column, and the index of the column in it.
    fn source(&self, column: usize) -> (&Array<R>, usize) {
        match &self.targets {
            Some(targets) if column == self.features.width => (targets, 0),
            _ => (&self.features, column),
        }
    }
}

impl<R: Read> Table for NpyTable<R> {
    fn file(&self) -> &str {
        &self.features.file
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn fixed_target(&self) -> Option<usize> {
        self.targets.as_ref().map(|_| self.features.width)
    }

    fn locate(&self, header: &Header<'_>, feature: &str) -> Result<usize, DataError> {
        match number_after('x', feature) {
            Some(_) => header.by_name(feature),
            None => Err(DataError::NamedColumns { file: self.features.file.clone(), column: shorten(feature) }),
        }
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        let more = self.features.advance()?;
        match &mut self.targets {
            Some(targets) => Ok(targets.advance()? && more),
            None => Ok(more),
        }
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let (array, column) = self.source(column);
        array.cell(column)
    }

    fn place(&self, column: usize) -> Place {
        let (array, _) = self.source(column);
        Place::row(&array.file, array.row)
    }
}

/// One array of one or two dimensions.
struct Array<R> {
    file: String,
    input: R,
    number: Number,
    /// How many dimensions the file gives the array: 1 or 2.
    dimensions: usize,
    rows: u64,
    width: usize,
    /// Whether columns, rather than rows, lie together in the file.
    by_column: bool,
    /// The current row or, if columns lie together, the whole array.
    bytes: Vec<u8>,
    /// How many rows have been passed, including the current one.
    row: usize,
}

impl<R: Read> Array<R> {
    fn open(mut input: R, file: &str) -> Result<Self, DataError> {
        let header = read_header(&mut input, file)?;
        let problem = |problem: String| DataError::malformed(Place::file(file), problem);
        let number = Number::of(&header.dtype()).map_err(problem)?;
        let (rows, width) = extent(header.shape()).map_err(problem)?;
        Ok(Self {
            file: file.to_owned(),
            input,
            number,
            dimensions: header.shape().len(),
            rows,
            width,
            by_column: header.order() == Order::Fortran && width > 1,
            bytes: Vec::new(),
            row: 0,
        })
    }

    fn require_matrix(&self) -> Result<(), DataError> {
        if self.dimensions == 2 {
            return Ok(());
        }
        let problem = "the array has one dimension but rows and columns are needed; \
                       save a.reshape(-1, 1) if it is a single column";
        Err(DataError::malformed(Place::file(&self.file), problem))
    }

    fn require_column(&self) -> Result<(), DataError> {
        if self.width == 1 {
            return Ok(());
        }
        let problem = format!("the array of targets has {} columns; save one target for each row", self.width);
        Err(DataError::malformed(Place::file(&self.file), problem))
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        if self.row as u64 >= self.rows {
            return Ok(false);
        }
        if !self.by_column {
            self.load(1)?;
        } else if self.row == 0 {
            self.load(self.rows)?;
        }
        self.row += 1;
        Ok(true)
    }

    /// Reads the bytes of so many rows, with memory growing only as they arrive.
    fn load(&mut self, rows: u64) -> Result<(), DataError> {
        let row_bytes = (self.width * self.number.size) as u64; // at most 2^23
        let expected = rows.checked_mul(row_bytes).ok_or_else(|| self.truncated())?;
        self.bytes.clear();
        let read = (&mut self.input).take(expected).read_to_end(&mut self.bytes);
        match read.map_err(|cause| DataError::io(&self.file, cause))? as u64 {
            read if read == expected => Ok(()),
            _ => Err(self.truncated()),
        }
    }

    fn truncated(&self) -> DataError {
        let problem = format!(
            "the file ends before the {} x {} array its header promises is complete; \
             copy or save it again",
            self.rows, self.width
        );
        DataError::malformed(Place::row(&self.file, self.row + 1), problem)
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let position = if self.by_column {
            column * self.rows as usize + self.row.saturating_sub(1) // within `bytes`
        } else {
            column
        };
        let start = position * self.number.size;
        match self.bytes.get(start..start + self.number.size) {
            Some(bytes) => self.number.decode(bytes),
            None => Cell::Text(""),
        }
    }
}

/// Reads everything before the data.
fn read_header(input: &mut impl Read, file: &str) -> Result<NpyHeader, DataError> {
    let problem = |problem: String| DataError::malformed(Place::file(file), problem);
    let bytes = header_bytes(input).map_err(|cause| match cause.kind() {
        io::ErrorKind::InvalidData => problem(cause.to_string()),
        _ => DataError::io(file, cause),
    })?;
    let header = NpyHeader::from_reader(bytes.as_slice());
    header.map_err(|cause| problem(format!("the .npy header is broken ({cause}); {SAVE_AGAIN}")))
}

const SAVE_AGAIN: &str = "save a plain array of numbers with numpy.save";

/// The bytes of a header that is safe to interpret.
fn header_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(8).read_to_end(&mut bytes)?;
    if !bytes.starts_with(b"\x93NUMPY") || bytes.len() < 8 {
        return Err(invalid("this is not a .npy file"));
    }
    let length_size = if bytes[6] == 1 { 2 } else { 4 };
    let mut length = [0; 4];
    let (length_bytes, _) = length.split_at_mut(length_size);
    input.read_exact(length_bytes).map_err(at_end)?;
    bytes.extend_from_slice(length_bytes);

    let length = u64::from(u32::from_le_bytes(length));
    if length > MAX_HEADER {
        return Err(invalid("the .npy header is too long"));
    }
    let start = bytes.len();
    if input.take(length).read_to_end(&mut bytes)? as u64 != length {
        return Err(at_end(io::ErrorKind::UnexpectedEof.into()));
    }
    blank_long_marks(&mut bytes[start..]);
    match bytes.get(start..) {
        Some(text) if is_plain(text) => Ok(bytes),
        _ => Err(invalid("the .npy file holds something other than a plain array of numbers")),
    }
}

/// Blanks the mark of long integers in a shape, which NumPy wrote under Python 2: `(3L, 2L)`.
fn blank_long_marks(header: &mut [u8]) {
    for at in 1..header.len() {
        let ends = header.get(at + 1).is_some_and(|next| b",) ".contains(next));
        if header[at] == b'L' && header[at - 1].is_ascii_digit() && ends {
            header[at] = b' ';
        }
    }
}

fn at_end(cause: io::Error) -> io::Error {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => invalid("the .npy header is cut short"),
        _ => cause,
    }
}

fn invalid(problem: &str) -> io::Error {
    let message = format!("{problem}; {SAVE_AGAIN}");
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Whether a header looks like one that NumPy writes for a plain array:
/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }`.
///
/// A header is a Python literal, and the library that interprets it can be led to recurse or to
/// backtrack without end, or to overflow when it multiplies the dimensions. Without nesting and
/// with at most 19 digits in the shape (so that every product is below 10^19 < 2^64) it cannot.
fn is_plain(text: &[u8]) -> bool {
    let count = |wanted| text.iter().filter(|&&b| b == wanted).count();
    let position = |wanted| text.iter().position(|&b| b == wanted);
    let known = |b: &u8| b.is_ascii_alphanumeric() || b"_ \n'\":,<>|={}()".contains(b);
    let (Some(open), Some(close)) = (position(b'('), position(b')')) else {
        return false;
    };
    let shape = text.get(open + 1..close).unwrap_or(b"?");
    text.iter().all(known)
        && b"{}()".iter().all(|&bracket| count(bracket) == 1)
        && shape.iter().all(|b| b.is_ascii_digit() || b", ".contains(b))
        && shape.iter().filter(|b| b.is_ascii_digit()).count() <= 19
}

/// The number of rows and columns; an array of one dimension is one column.
fn extent(shape: &[u64]) -> Result<(u64, usize), String> {
    match *shape {
        [rows] => Ok((rows, 1)),
        [rows, width] if width <= MAX_COLUMNS => Ok((rows, width as usize)),
        [_, width] => Err(format!(
            "the array has {width} columns but at most {MAX_COLUMNS} are allowed; \
             check that its rows are the data points"
        )),
        _ => Err(format!("the array has {} dimensions; reshape it to rows and columns", shape.len())),
    }
}

/// How a number is stored.
struct Number {
    kind: Kind,
    /// In bytes, at most 8.
    size: usize,
    big_endian: bool,
}

enum Kind {
    Bool,
    Signed,
    Unsigned,
    Float,
}

impl Number {
    fn of(dtype: &DType) -> Result<Self, String> {
        let unsupported = || {
            let name = shorten(&dtype.descr());
            format!("numbers of type {name} are not supported; save a.astype('float64')")
        };
        let DType::Plain(plain) = dtype else {
            return Err(unsupported());
        };
        let (kind, size) = match (plain.type_char(), plain.size_field()) {
            (TypeChar::Bool, 1) => (Kind::Bool, 1),
            (TypeChar::Int, size @ (1 | 2 | 4 | 8)) => (Kind::Signed, size as usize),
            (TypeChar::Uint, size @ (1 | 2 | 4 | 8)) => (Kind::Unsigned, size as usize),
            (TypeChar::Float, size @ (4 | 8)) => (Kind::Float, size as usize),
            _ => return Err(unsupported()),
        };
        let big_endian = plain.endianness() == Endianness::Big;
        Ok(Self { kind, size, big_endian })
    }

    /// Decodes `self.size` bytes.
    fn decode(&self, bytes: &[u8]) -> Cell<'static> {
        let significance = |i: usize| {
            if self.big_endian { self.size - 1 - i } else { i }
        };
        let raw = (bytes.iter().enumerate()).fold(0, |raw, (i, &byte)| raw | u64::from(byte) << (8 * significance(i)));
        match self.kind {
            Kind::Bool => Cell::Integer((raw != 0).into()),
            Kind::Unsigned => Cell::Integer(raw.into()),
            Kind::Signed => {
                let unused = 64 - 8 * self.size as u32;
                Cell::Integer(((raw << unused) as i64 >> unused).into()) // extends the sign
            }
            Kind::Float if self.size == 4 => Cell::Real(f32::from_bits(raw as u32).into()),
            Kind::Float => Cell::Real(f64::from_bits(raw)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// The bytes of a file with this header and data.
    fn npy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        with_header(&header, data)
    }

    fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
    }

    fn read(bytes: &[u8]) -> Result<Vec<Vec<f64>>, DataError> {
        let mut table = NpyTable::open(bytes, "t.npy")?;
        let mut rows = Vec::new();
        while table.advance()? {
            let cells = (0..table.columns().len()).map(|j| table.cell(j).number().unwrap());
            rows.push(cells.collect());
        }
        Ok(rows)
    }

    #[track_caller]
    fn fails(bytes: &[u8], message: &str) {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }

    fn big_endian<const N: usize>(numbers: &[[u8; N]]) -> Vec<u8> {
        numbers.as_flattened().to_vec()
    }

    #[test]
    fn both_orders_are_read() {
        let data = [0, 1, 2, 3, 4, 5];
        let by_row = read(&npy("|u1", "False", "(2, 3)", &data)).unwrap();
        assert_eq!(by_row, [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
        let by_column = read(&npy("|u1", "True", "(2, 3)", &data)).unwrap();
        assert_eq!(by_column, [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]);
        let column = read(&npy("|u1", "True", "(2, 1)", &[7, 8])).unwrap();
        assert_eq!(column, [[7.0], [8.0]]);
    }

    /// NumPy under Python 2 wrote long integers.
    #[test]
    fn shapes_of_long_integers_are_read() {
        for shape in ["(3L, 2L)", "(3L, 2)", "(3, 2L)"] {
            assert_eq!(
                read(&npy("|u1", "False", shape, &[0, 1, 2, 3, 4, 5])).unwrap(),
                [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
            );
        }
        let message = "t.npy: the .npy file holds something other than a plain array";
        for shape in ["(L, 2)", "(3LL, 2)", "(3l, 2)"] {
            fails(&npy("|u1", "False", shape, &[0; 6]), message);
        }
    }

    #[test]
    fn all_number_types_are_read_in_both_byte_orders() {
        let cases = [
            ("f4", big_endian(&[1.5f32.to_be_bytes(), (-2f32).to_be_bytes()])),
            ("f8", big_endian(&[1.5f64.to_be_bytes(), (-2f64).to_be_bytes()])),
        ];
        for (descr, data) in cases {
            check_both_ends(descr, &data, [1.5, -2.0]);
        }
        check_both_ends("i1", &[3, 0xfe], [3.0, -2.0]);
        check_both_ends("i2", &big_endian(&[3i16, -2].map(i16::to_be_bytes)), [3.0, -2.0]);
        check_both_ends("i4", &big_endian(&[3i32, -2].map(i32::to_be_bytes)), [3.0, -2.0]);
        check_both_ends("i8", &big_endian(&[3i64, -2].map(i64::to_be_bytes)), [3.0, -2.0]);
        check_both_ends("u2", &big_endian(&[3u16, 65535].map(u16::to_be_bytes)), [3.0, 65535.0]);
        let large = u32::MAX;
        check_both_ends("u4", &big_endian(&[3, large].map(u32::to_be_bytes)), [3.0, large.into()]);
        check_both_ends("u8", &big_endian(&[3u64, 9].map(u64::to_be_bytes)), [3.0, 9.0]);
        let flags = read(&npy("|b1", "False", "(1, 2)", &[1, 0])).unwrap();
        assert_eq!(flags, [[1.0, 0.0]]);
    }

    #[track_caller]
    fn check_both_ends(descr: &str, big: &[u8], expected: [f64; 2]) {
        let little: Vec<u8> = (big.chunks(big.len() / 2)).flat_map(|number| number.iter().rev().copied()).collect();
        for (mark, data) in [(">", big), ("<", &little)] {
            let bytes = npy(&format!("{mark}{descr}"), "False", "(1, 2)", data);
            assert_eq!(read(&bytes).unwrap(), [expected], "{mark}{descr}");
        }
    }

    #[test]
    fn integers_beyond_floats_are_left_to_validation() {
        let bytes = npy("<u8", "False", "(1, 1)", &u64::MAX.to_le_bytes());
        let mut table = NpyTable::open(bytes.as_slice(), "t.npy").unwrap();
        assert!(table.advance().unwrap());
        assert!(table.cell(0).number().is_err());
    }

    #[test]
    fn promises_without_data_cost_nothing() {
        let message = "t.npy, row 1: the file ends before the 999999999999 x 1000000 array";
        for order in ["False", "True"] {
            fails(&npy("<f8", order, "(999999999999, 1000000)", &[0; 64]), message);
        }
        let message = "t.npy, row 3: the file ends before the 4 x 1 array";
        fails(&npy("<f8", "False", "(4, 1)", &[0; 16]), message);
    }

    #[test]
    fn other_shapes_and_types_are_refused() {
        fails(&npy("<f8", "False", "(4,)", &[]), "t.npy: the array has one dimension");
        fails(&npy("<f8", "False", "()", &[]), "t.npy: the array has 0 dimensions");
        fails(&npy("<f8", "False", "(1, 2, 3)", &[]), "t.npy: the array has 3 dimensions");
        fails(&npy("<f8", "False", "(1, 9999999)", &[]), "t.npy: the array has 9999999 columns");
        for descr in ["<c8", "|O", "<U3", "|S3", "<f2", "<f16"] {
            let message = format!("t.npy: numbers of type '{descr}' are not supported");
            fails(&npy(descr, "False", "(1, 1)", &[0; 16]), &message);
        }
    }

    #[test]
    fn headers_that_could_do_harm_are_refused() {
        let message = "t.npy: the .npy file holds something other than a plain array";
        fails(&with_header(&"(".repeat(5000), b""), message);
        fails(&with_header(&"{".repeat(50), b""), message);
        fails(&with_header("[('a', '<f8')]", b""), message);
        let overflow = "(99999999999, 99999999999)";
        fails(&npy("<f8", "False", overflow, b""), message);
        fails(&npy("<f8", "False", "(0xffffffffffffffff, 2)", b""), message);
        fails(&with_header(&" ".repeat(20_000), b""), "t.npy: the .npy header is too long");
        fails(b"\x93NUMPY\x02\x00\xff\xff\xff\xff", "t.npy: the .npy header is too long");
        fails(b"\x93NUMPY\x01\x00\xff", "t.npy: the .npy header is cut short");
        fails(b"\x93NUMPY\x01\x00\x09\x00{}", "t.npy: the .npy header is cut short");
        fails(b"a,b\n1,2\n", "t.npy: this is not a .npy file");
        fails(b"", "t.npy: this is not a .npy file");
        fails(&with_header("{'shape': (1, 1)}\n", b""), "t.npy: the .npy header is broken");
    }

    #[test]
    fn targets_may_come_from_another_file() {
        let features = npy("|u1", "False", "(2, 1)", &[5, 6]);
        let with = |targets| {
            let targets = npy("|u1", "False", targets, &[1, 2, 3, 4]);
            let table = NpyTable::open(Cursor::new(features.clone()), "t.npy")?;
            table.with_targets(Cursor::new(targets), "y.npy")
        };
        let mut table = with("(2,)").unwrap();
        assert_eq!(table.columns(), ["x0", "y"]);
        assert_eq!(table.fixed_target(), Some(1));
        assert!(table.advance().unwrap());
        assert_eq!(table.cell(1), Cell::Integer(1));
        assert_eq!(table.place(1).to_string(), "y.npy, row 1");

        let error = with("(3,)").err().unwrap();
        assert!(error.to_string().starts_with("t.npy has 2 rows but y.npy has 3 targets"));
        let error = with("(2, 2)").err().unwrap();
        assert!(error.to_string().starts_with("y.npy: the array of targets has 2 columns"));
    }
}
