//! A row on a plane as a line through the origin, placed in the order of angles by an interval.

/// Unit roundoff, doubled: covers a rounded operation with room.
pub(super) const EPS: f64 = f64::EPSILON;

/// A row on a plane: a line through the origin, with its normal turned into the upper half-plane. 16 bytes.
///
/// Its place in the order is a key that increases with the angle of the normal in [0, pi), from -1 to 1; what is known
/// of the key is an interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct SweptLine {
    /// The lower end of the interval that holds the key.
    pub(super) low: f64,
    /// The length of the interval.
    length: f32,
    /// The row, and in the lowest bit whether its own normal lies in the upper half-plane. Row numbers are below 2^31:
    /// so many normals would not fit into memory.
    tag: u32,
}

impl SweptLine {
    /// A line from its normal (a, b) with coordinates known up to `error` and the side on which it lies.
    pub(super) fn new(row: usize, a: f64, b: f64, error: f64, upper: bool) -> SweptLine {
        let norm = a.abs() + b.abs();
        let key = if upper { -a / norm } else { a / norm };
        // |d(a / (|a| + |b|))| <= 3 error / norm, and a few roundings.
        let error = 4.0 * error / norm + 8.0 * EPS;
        SweptLine { low: key - error, length: ((2.0 * error) as f32).next_up(), tag: tag(row, upper) }
    }

    /// A line from a normal (a, b) of integers below 2^20 in modulus, to be compared with such lines only.
    ///
    /// Equal directions have equal keys. Other keys are fractions with denominators below 2^21, at least 2^-42 apart: so
    /// rounding keeps their order.
    pub(super) fn exact(row: usize, a: f64, b: f64) -> SweptLine {
        let upper = b > 0.0 || (b == 0.0 && a > 0.0);
        let norm = a.abs() + b.abs();
        let turned = if upper { -a } else { a };
        SweptLine { low: turned / norm, length: 0.0, tag: tag(row, upper) }
    }

    pub(super) fn row(&self) -> usize {
        (self.tag >> 1) as usize
    }

    pub(super) fn upper(&self) -> bool {
        self.tag & 1 == 1
    }

    fn high(&self) -> f64 {
        self.low + f64::from(self.length)
    }
}

/// The end of the run of lines, sorted by the lower ends of their intervals, whose intervals overlap.
///
/// Every line after the run has its key above all keys of the run. That would not hold if the lines were sorted by the
/// middles of their intervals: a long interval may reach below a short one before it.
pub(super) fn cluster_end(lines: &[SweptLine], start: usize) -> usize {
    let mut reach = lines[start].high();
    let overlapping = |line: &&SweptLine| {
        let overlaps = line.low <= reach;
        reach = reach.max(line.high());
        overlaps
    };
    start + 1 + lines[start + 1..].iter().take_while(overlapping).count()
}

fn tag(row: usize, upper: bool) -> u32 {
    (row as u32) << 1 | u32::from(upper)
}
