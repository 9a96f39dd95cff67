//! A data set so small that every labelling can be decided by elimination.
//!
//! Small integers make ties, equal and opposite rows, zero rows and rank deficiency common. The numbers that the judge
//! sees are those integers with rows and columns scaled by powers of two, up to where floating point overflows. H(X)
//! does not depend on either scaling, so the oracle decides it from the integers alone.

use arbitrary::{Arbitrary, Result, Unstructured};
use heaviside::Dataset;

/// The largest d: three features and the bias.
pub const MOST_COLUMNS: usize = 4;

/// A row of integers.
pub type Row = [i128; MOST_COLUMNS];

/// How many rows: mostly more than there are columns, so that not every labelling is a pattern.
const ROWS: [usize; 7] = [5, 6, 5, 4, 3, 2, 1];

/// Row factors are powers of two with these exponents; the sums with [`COLUMN_EXPONENTS`] keep every entry normal.
const ROW_EXPONENTS: [i32; 4] = [0, 3, -400, 400];

/// Column factors are powers of two with these exponents.
const COLUMN_EXPONENTS: [i32; 4] = [0, -1, 60, -500];

/// Targets are integers divided by this.
const TARGET_UNIT: f64 = 4.0;

/// n rows and d columns with entries `integers[i][j] * 2^(row_exponents[i] + column_exponents[j])`, and n targets.
///
/// If `bias` is set, a column of ones is appended and the rows are not scaled.
#[derive(Clone, Debug)]
pub struct Instance {
    integers: Vec<Vec<i8>>,
    row_exponents: Vec<i32>,
    column_exponents: Vec<i32>,
    bias: bool,
    targets: Vec<i8>,
}

impl Instance {
    /// An instance whose entries are the integers themselves, with targets in quarters.
    pub fn unscaled(integers: Vec<Vec<i8>>, bias: bool, targets: Vec<i8>) -> Self {
        let (n, d) = (integers.len(), integers[0].len());
        Instance { integers, row_exponents: vec![0; n], column_exponents: vec![0; d], bias, targets }
    }

    /// The points 0, 1, 2, 2 on a line, with bias: the fixed data of the target `parse_certificate`.
    pub fn fixed() -> Self {
        Instance::unscaled(vec![vec![0], vec![1], vec![2], vec![2]], true, vec![4, -4, 4, 2])
    }

    /// The number of rows n.
    pub fn n(&self) -> usize {
        self.integers.len()
    }

    /// The number of columns d, the bias included.
    pub fn d(&self) -> usize {
        self.column_exponents.len() + usize::from(self.bias)
    }

    /// The data as the judge sees them.
    pub fn dataset(&self) -> Dataset {
        let entries = self.integers.iter().zip(&self.row_exponents).flat_map(|(row, row_exponent)| {
            row.iter().zip(&self.column_exponents).map(move |(&integer, column_exponent)| {
                f64::from(integer) * power_of_two(row_exponent + column_exponent)
            })
        });
        let targets = self.targets.iter().map(|&target| f64::from(target) / TARGET_UNIT).collect();
        let build = if self.bias { Dataset::with_bias } else { Dataset::new };
        build(entries.collect(), self.column_exponents.len(), targets).expect("entries are finite, n and d positive")
    }

    /// Integer rows with the same activation patterns, filled up with zeros.
    pub fn integer_rows(&self) -> Vec<Row> {
        let bias = self.bias.then_some(1);
        let fill = |entries: &Vec<i8>| {
            let mut row = [0; MOST_COLUMNS];
            row.iter_mut().zip(entries.iter().copied().chain(bias)).for_each(|(place, entry)| *place = entry.into());
            row
        };
        self.integers.iter().map(fill).collect()
    }

    /// The targets in their unit.
    pub fn integer_targets(&self) -> &[i8] {
        &self.targets
    }
}

impl<'a> Arbitrary<'a> for Instance {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let n = *u.choose(&ROWS)?;
        let d = u.int_in_range(1..=MOST_COLUMNS - 1)?;
        let bias = bool::arbitrary(u)?;
        let scaled = u.ratio(1, 4)?;
        let mut exponent = |choices: &[i32]| if scaled { u.choose(choices).copied() } else { Ok(0) };
        let row_exponents =
            (0..n).map(|_| if bias { Ok(0) } else { exponent(&ROW_EXPONENTS) }).collect::<Result<_>>()?;
        let column_exponents = (0..d).map(|_| exponent(&COLUMN_EXPONENTS)).collect::<Result<_>>()?;
        let mut integers = |count: usize, bound: i8| -> Result<Vec<i8>> {
            (0..count).map(|_| u.int_in_range(-bound..=bound)).collect()
        };
        let targets = integers(n, 12)?;
        let integers = (0..n).map(|_| integers(d, 3)).collect::<Result<_>>()?;
        Ok(Instance { integers, row_exponents, column_exponents, bias, targets })
    }
}

/// 2^exponent, exactly, for exponents of normal numbers.
pub fn power_of_two(exponent: i32) -> f64 {
    assert!((-1022..=1023).contains(&exponent), "2^{exponent} is not normal");
    f64::from_bits(((exponent + 1023) as u64) << 52)
}
