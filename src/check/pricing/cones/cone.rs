//! A simplicial cone, the rows that are undecided on it, and its splits.
//!
//! A cone is spanned by r independent vertices (rays). Of each vertex g the values x.g of the undecided rows are kept:
//! doubles q with a bound e on |q - x.g|, where x is the row and g the vertex times positive numbers, g the same for all
//! rows. A value is +0 or -0 only if x.g = 0 is proven. So the sign of x.g is known where q = 0 or |q| > e.
//!
//! **A split** divides the edge between the vertices a and b at m = α a + β b with α, β > 0. Every point of the cone is
//! a combination of its vertices with coefficients >= 0, and where those of a and b are s and t it is one of m and a (if
//! s β >= t α) or of m and b: the two cones in which m replaces b, or a, cover the cone. α and β are *defined* by the
//! exact values of a row i, α = |x_i.b| and β = |x_i.a| with opposite signs, so that x_i.m = 0 exactly; or both are 1.
//!
//! **Errors.** With u = 2^-53 let A and B be the doubles for α and β, times a power of two s with 1/2 <= A + B < 1.
//! They are off by s e_ib and s e_ia at most, the errors of row i at b and a. For a row with the values q_a and q_b and
//! the errors e_a and e_b the value A q_a + B q_b at m is off by at most
//!
//! ```text
//! A e_a + B e_b                                        errors of the values
//! s e_ib (|q_a| + e_a) + s e_ia (|q_b| + e_b)          errors of α and β
//! 2.1 u (A |q_a| + B |q_b|) + 2^-1000                  two products and one sum, underflow
//! ```
//!
//! The bound in use has 4 u for 2.1 u, is increased by a relative 2^-40 for the roundings in itself, and has 2^-900 for
//! 2^-1000. If all values at a and b are integers below 2^52, and A M_a + B M_b is, with the largest moduli M and with α
//! and β divided by their greatest common divisor, the new values are integers without any error.

use std::sync::Arc;

use super::tuning::CLEAR;

/// More than all underflow in a split, and below all values that matter.
pub(super) const FLOOR: f64 = f64::from_bits((1023 - 900) << 52);

/// More than all relative roundings in a bound.
const ROUNDINGS: f64 = f64::from_bits((1023 - 40) << 52);

/// Integers below it are exact in f64, and so are their sums and products.
pub(super) const EXACT: f64 = (1u64 << 52) as f64;

/// A set of vertices of a cone.
pub(super) type Vertices = u32;

/// A ray that spans cones, with the values of rows.
#[derive(Clone, Debug)]
pub(super) struct Vertex {
    pub values: Vec<f64>,
    /// The bounds on their errors.
    pub errors: Vec<f64>,
    /// Whether the values are integers below [`EXACT`] without errors.
    pub exact: bool,
    /// Where it is, up to rounding, as a combination of the first vertices: for guesses only.
    pub point: Arc<[f64]>,
}

impl Vertex {
    /// 1 if the value is above its error, -1 if it is below, `Some(0)` if it is 0, `None` if that is not known.
    pub fn sign(&self, place: usize) -> Option<i8> {
        let (value, error) = (self.values[place], self.errors[place]);
        match value {
            _ if value > error => Some(1),
            _ if value < -error => Some(-1),
            _ => (value == 0.0).then_some(0),
        }
    }

    /// Whether the value is not 0 and far above its error.
    pub fn is_clear(&self, place: usize) -> bool {
        self.values[place].abs() > CLEAR * self.errors[place]
    }

    fn largest(&self) -> f64 {
        self.values.iter().fold(0.0, |largest, value| value.abs().max(largest))
    }

    fn kept(&self, places: &[usize]) -> Vertex {
        let kept = |numbers: &[f64]| places.iter().map(|&place| numbers[place]).collect();
        let (values, errors) = (kept(&self.values), kept(&self.errors));
        Vertex { values, errors, exact: self.exact, point: Arc::clone(&self.point) }
    }

    /// The point between two vertices at which the row at `place` vanishes; without one, their sum.
    pub fn between(a: &Vertex, b: &Vertex, place: Option<usize>) -> Vertex {
        let of = |vertex: &Vertex| place.map_or((1.0, 0.0), |place| (vertex.values[place].abs(), vertex.errors[place]));
        let ((beta, beta_error), (alpha, alpha_error)) = (of(a), of(b));
        let scale = to_unit(alpha + beta);
        let factors = [alpha, beta].map(|factor| factor * scale);
        let (values, errors, exact) = match exactly_between(a, b, [alpha, beta]) {
            Some(values) => (values, vec![0.0; a.values.len()], true),
            None => {
                let (values, errors) = nearly_between(a, b, factors, [alpha_error, beta_error].map(|e| e * scale));
                (values, errors, false)
            }
        };
        let point = a.point.iter().zip(&*b.point).map(|(a, b)| factors[0] * a + factors[1] * b).collect();
        let mut vertex = Vertex { values, errors, exact, point };
        if let Some(place) = place {
            vertex.values[place] = 0.0;
        }
        vertex
    }
}

/// The values at α a + β b as integers, if nothing is rounded.
fn exactly_between(a: &Vertex, b: &Vertex, [alpha, beta]: [f64; 2]) -> Option<Vec<f64>> {
    if !(a.exact && b.exact) {
        return None;
    }
    let divisor = greatest_common_divisor(alpha as u64, beta as u64) as f64;
    let (alpha, beta) = (alpha / divisor, beta / divisor);
    let exact = alpha * a.largest() + beta * b.largest() < EXACT;
    let value = |(a, b): (&f64, &f64)| alpha * a + beta * b;
    exact.then(|| a.values.iter().zip(&b.values).map(value).collect())
}

/// The values at α a + β b and bounds on their errors, where α and β are off by `doubts` at most.
fn nearly_between(a: &Vertex, b: &Vertex, [alpha, beta]: [f64; 2], doubts: [f64; 2]) -> (Vec<f64>, Vec<f64>) {
    let value = |(&a, &b): (&f64, &f64)| {
        let value = alpha * a + beta * b;
        // Only zeros that are proven may be 0.
        if value == 0.0 && !(a == 0.0 && b == 0.0) { 0.5 * FLOOR } else { value }
    };
    let error = |((a, e_a), (b, e_b)): ((&f64, &f64), (&f64, &f64))| {
        let (a, b) = (a.abs(), b.abs());
        let of_values = alpha * e_a + beta * e_b;
        let of_factors = doubts[0] * (a + e_a) + doubts[1] * (b + e_b);
        let of_rounding = 2.0 * f64::EPSILON * (alpha * a + beta * b);
        (of_values + of_factors + of_rounding) * (1.0 + ROUNDINGS) + FLOOR
    };
    let values = a.values.iter().zip(&b.values).map(value).collect();
    let (ends_a, ends_b) = (a.values.iter().zip(&a.errors), b.values.iter().zip(&b.errors));
    (values, ends_a.zip(ends_b).map(error).collect())
}

/// The power of two by which a positive normal number comes to between 1/2 and 1.
fn to_unit(number: f64) -> f64 {
    let exponent = (number.to_bits() >> 52) as i32 - 1022;
    2f64.powi(-exponent)
}

pub(super) fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// What a cone is searched for: which rows count how much, and what is known of the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// The value of each row's bit.
    pub values: &'a [i64],
    /// No pattern may have more than this.
    pub target: i64,
    /// Whether all patterns are those of points at which no row vanishes, so that interiors of cones suffice.
    pub open: bool,
}

/// The signs of a row at the vertices of a cone; where none of them is known, neither set has the vertex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    pub above: Vertices,
    pub below: Vertices,
    pub zero: Vertices,
}

impl Signs {
    /// With another sign at one vertex.
    fn with(self, vertex: usize, sign: Option<i8>) -> Signs {
        let bit = 1 << vertex;
        let Signs { mut above, mut below, mut zero } =
            Signs { above: self.above & !bit, below: self.below & !bit, zero: self.zero & !bit };
        match sign {
            Some(0) => zero |= bit,
            Some(sign) if sign > 0 => above |= bit,
            Some(_) => below |= bit,
            None => {}
        }
        Signs { above, below, zero }
    }

    /// The vertices where the sign is not known, of all.
    pub fn unknown(self, all: Vertices) -> Vertices {
        all & !(self.above | self.below | self.zero)
    }

    /// The bit on the whole cone but for the origin, if it is one; on its interior only if the question is open.
    fn bit(self, all: Vertices, open: bool) -> Option<bool> {
        match self.unknown(all) {
            0 if self.below == 0 => Some(true),
            0 if self.above == 0 && (open || self.zero == 0) => Some(false),
            _ => None,
        }
    }
}

/// A simplicial cone with what is not decided on it.
#[derive(Clone, Debug)]
pub(super) struct Cone {
    pub vertices: Vec<Vertex>,
    /// The undecided rows.
    pub rows: Vec<u32>,
    /// Their signs.
    pub signs: Vec<Signs>,
    /// The sum over the rows whose bit is 1.
    pub base: i64,
    /// These rows, as a set of bits.
    pub ones: Vec<u64>,
    /// The sum over the undecided rows of what is positive.
    pub hope: i64,
    /// How many splits led here.
    pub depth: u32,
    /// How many of them were in the middle of an edge.
    pub middles: u32,
}

impl Cone {
    /// A cone on which all rows with these values at its vertices are looked at; `vertices` have values for all rows.
    pub fn root(question: Question<'_>, vertices: Vec<Vertex>) -> Cone {
        let signs = |row: usize| {
            let with = |signs: Signs, vertex: usize| signs.with(vertex, vertices[vertex].sign(row));
            (0..vertices.len()).fold(Signs::default(), with)
        };
        let signs: Vec<Signs> = (0..question.values.len()).map(signs).collect();
        let rows = (0..question.values.len() as u32).collect();
        let whole = Cone {
            vertices,
            rows,
            signs,
            base: 0,
            ones: vec![0; question.values.len().div_ceil(64)],
            hope: 0,
            depth: 0,
            middles: 0,
        };
        let state = whole.decided(question, whole.signs.iter().copied());
        whole.restricted(&state, None)
    }

    /// All vertices.
    pub fn all(&self) -> Vertices {
        u32::MAX >> (32 - self.vertices.len())
    }

    /// No pattern of the cone has more.
    pub fn bound(&self) -> i64 {
        self.base + self.hope
    }

    /// The two parts, or those of them whose bound is above the target, of a split of the edge between two vertices.
    pub fn split(&self, question: Question<'_>, [a, b]: [usize; 2], place: Option<usize>) -> Vec<Cone> {
        let vertex = Vertex::between(&self.vertices[a], &self.vertices[b], place);
        let signs: Vec<Option<i8>> = (0..self.rows.len()).map(|place| vertex.sign(place)).collect();
        let part = |replaced: usize| {
            let signs = self.signs.iter().zip(&signs).map(|(old, &new)| old.with(replaced, new));
            let state = self.decided(question, signs);
            let part = || self.restricted(&state, Some((replaced, &vertex)));
            (state.base + state.hope > question.target).then(part).map(|mut part| {
                part.middles += u32::from(place.is_none());
                part
            })
        };
        [a, b].into_iter().filter_map(part).collect()
    }

    fn decided(&self, question: Question<'_>, signs: impl Iterator<Item = Signs>) -> State {
        let mut state = State { base: self.base, hope: 0, ones: Vec::new(), places: Vec::new(), signs: Vec::new() };
        let all = self.all();
        for (place, signs) in signs.enumerate() {
            let value = question.values[self.rows[place] as usize];
            match signs.bit(all, question.open) {
                Some(true) => {
                    state.base += value;
                    state.ones.push(self.rows[place]);
                }
                Some(false) => {}
                None => {
                    state.hope += value.max(0);
                    state.places.push(place);
                    state.signs.push(signs);
                }
            }
        }
        state
    }

    /// The cone with another vertex in place of one, with the rows of a state.
    fn restricted(&self, state: &State, other: Option<(usize, &Vertex)>) -> Cone {
        let vertex = |(index, vertex): (usize, &Vertex)| match other {
            Some((replaced, other)) if replaced == index => other.kept(&state.places),
            _ => vertex.kept(&state.places),
        };
        let mut ones = self.ones.clone();
        state.ones.iter().for_each(|&row| ones[row as usize / 64] |= 1 << (row % 64));
        Cone {
            vertices: self.vertices.iter().enumerate().map(vertex).collect(),
            rows: state.places.iter().map(|&place| self.rows[place]).collect(),
            signs: state.signs.clone(),
            base: state.base,
            ones,
            hope: state.hope,
            depth: self.depth + u32::from(other.is_some()),
            middles: self.middles,
        }
    }

    /// The bit of a row that is decided.
    pub fn bit(&self, row: u32) -> bool {
        self.ones[row as usize / 64] >> (row % 64) & 1 == 1
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> u64 {
        let vertex = 16 * self.rows.len() + 128;
        (16 * self.rows.len() + 8 * self.ones.len() + 128 + vertex * self.vertices.len()) as u64
    }
}

/// What is decided on a part of a cone.
struct State {
    base: i64,
    hope: i64,
    /// The rows whose bit has turned out to be 1.
    ones: Vec<u32>,
    /// The places of the undecided rows.
    places: Vec<usize>,
    signs: Vec<Signs>,
}
