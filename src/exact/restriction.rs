//! Vectors restricted to hyperplanes, one after the other: f64 numbers with a proven bound on their error, and integers
//! on demand.
//!
//! **Restriction.** On the hyperplane u.w = 0 with u_p not 0, the coordinate w_p is a combination of the others, and
//! x.w becomes a linear form in these, with the coefficients x_q - x_p t_q for q other than p, where t_q = u_q / u_p. A
//! positive factor of a vector does not matter here, for all questions are about signs and directions.
//!
//! **Integers.** Multiplied by |u_p| / |previous pivot| the coefficients are integers, minors of the matrix at the
//! start (Bareiss). They are computed for the vectors that are asked for, and kept.
//!
//! **Doubles.** Beside it each vector has doubles x~_q, at most 1 in modulus, that differ by at most `error` from the
//! coordinates of a positive multiple of it. With u = 2^-53:
//!
//! * At the start these are the integers scaled to unit size and rounded, so the error is at most u; `error` is 4 u.
//! * Take p where |u_p| is largest. The quotient t~_q of the integers u_q and u_p, each scaled and rounded, has a
//!   modulus of at most 1 because rounding is monotone, and an error of at most 4 u: three roundings, and the squares.
//! * The next doubles are (x~_q - x~_p t~_q) / 2, again at most 1 in modulus. Half of the following is their error:
//!   `error` from x_q; `error` from x_p, because |t_q| <= 1; 4 u from t_q, because |x~_p| <= 1; u for rounding the
//!   product, 2 u for rounding the difference. So `error` grows by 3.5 u. It is increased by 4 u, which leaves room for
//!   gradual underflow (at most 2^-1074 a rounding).
//! * If all doubles of a vector are then at most 2^20 `error` in modulus, its integers are computed. Either they are
//!   all zero, and the vector vanishes; or they are scaled to unit size and rounded, with an error of at most u.
//!
//! So each vector has a double above 2^20 `error`, whether it was close to vanishing or not. The bound is the same for
//! all vectors and fixed beforehand, and is far below 1: 4 u (k + 1) after k restrictions.
//!
//! Only the check uses it. The solvers have restrictions of their own, in `oracle::walk` and in `arrangement::sweep`: a
//! check must not rest on the code that it checks, see "Why three restrictions" in `docs/architecture.md`.
//!
//! Cost of a restriction of N vectors of k entries: O(N k) operations on doubles and O(k) on integers, and O(k) on
//! integers, for each level above that has not computed it yet, for each vector that is close to vanishing.

use std::{cmp::Ordering, sync::OnceLock};

use dashu_int::{IBig, ops::Abs};

use super::{integer::to_unit_size, sign};

/// The bound on the error at the start, and its growth with each restriction: 4 u.
const STEP: f64 = 2.0 * f64::EPSILON;

/// A vector with no double above this multiple of the error is computed in integers.
const SMALL: f64 = (1 << 20) as f64;

/// Vectors that are not zero, of equal length, restricted to the intersection of some hyperplanes.
#[derive(Debug)]
pub struct Restricted<'a> {
    width: usize,
    /// The doubles, vector after vector.
    doubles: Vec<f64>,
    error: f64,
    /// The integers as far as they are known.
    integers: Vec<OnceLock<Vec<IBig>>>,
    /// Where these vectors come from; `None` at the start, where all integers are known.
    origin: Option<Origin<'a>>,
}

#[derive(Debug)]
struct Origin<'a> {
    before: &'a Restricted<'a>,
    /// The place of each vector before.
    places: Vec<usize>,
    step: Elimination,
}

/// The restriction to one hyperplane, by one of the vectors.
#[derive(Debug)]
pub struct Restriction<'a> {
    /// The vectors that are not zero on the hyperplane.
    pub kept: Restricted<'a>,
    /// The places of the others, ascending.
    pub vanished: Vec<usize>,
}

impl<'a> Restricted<'a> {
    /// The vectors themselves, none of them zero, all with `width` entries.
    pub fn new(vectors: Vec<Vec<IBig>>, width: usize) -> Self {
        debug_assert!(vectors.iter().all(|vector| vector.len() == width));
        Restricted {
            width,
            doubles: vectors.iter().flat_map(|vector| to_unit_size(vector)).collect(),
            error: STEP,
            integers: vectors.into_iter().map(OnceLock::from).collect(),
            origin: None,
        }
    }

    /// The number of vectors.
    pub fn len(&self) -> usize {
        self.integers.len()
    }

    /// The number of entries of each vector.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Doubles for each vector, each at most 1 in modulus, within [`error`](Self::error) of a positive multiple of it.
    pub fn doubles(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.doubles.chunks_exact(self.width.max(1))
    }

    /// The bound on the error of every double.
    pub fn error(&self) -> f64 {
        self.error
    }

    /// The place before the last restriction of the vector at `place`.
    pub fn place_before(&self, place: usize) -> usize {
        self.origin.as_ref().map_or(place, |origin| origin.places[place])
    }

    /// The vector at `place`, times a positive number, in integers.
    pub fn integers(&self, place: usize) -> &[IBig] {
        self.integers[place].get_or_init(|| match &self.origin {
            Some(origin) => origin.step.integers(origin.before.integers(origin.places[place])),
            // At the start the integers are there.
            None => Vec::new(),
        })
    }

    /// The sign of one entry of a vector.
    pub fn sign(&self, place: usize, entry: usize) -> Ordering {
        let double = self.doubles[place * self.width + entry];
        if double > self.error {
            Ordering::Greater
        } else if double < -self.error {
            Ordering::Less
        } else {
            sign::of(&self.integers(place)[entry])
        }
    }

    /// The vectors on the hyperplane of the one at `by`; `None` if an earlier one vanishes there.
    pub fn restrict(&'a self, by: usize) -> Option<Restriction<'a>> {
        let step = Elimination::new(self.integers(by), self.last_pivot())?;
        let (width, error) = (self.width - 1, self.error + STEP);
        let mut doubles = Vec::with_capacity(self.len() * width);
        let (mut integers, mut places) = (Vec::with_capacity(self.len()), Vec::with_capacity(self.len()));
        let mut vanished = Vec::new();
        for (place, vector) in self.doubles().enumerate() {
            let start = doubles.len();
            step.append_doubles(vector, &mut doubles);
            let mut known = OnceLock::new();
            if doubles[start..].iter().all(|double| double.abs() <= SMALL * error) {
                doubles.truncate(start);
                let exact = step.integers(self.integers(place));
                if exact.iter().all(IBig::is_zero) {
                    if place < by {
                        return None;
                    }
                    vanished.push(place);
                    continue;
                }
                doubles.extend(to_unit_size(&exact));
                known = OnceLock::from(exact);
            }
            integers.push(known);
            places.push(place);
        }
        let origin = Some(Origin { before: self, places, step });
        Some(Restriction { kept: Restricted { width, doubles, error, integers, origin }, vanished })
    }

    fn last_pivot(&self) -> IBig {
        self.origin.as_ref().map_or(IBig::ONE, |origin| (&origin.step.by[origin.step.pivot]).abs())
    }
}

/// The elimination of one coordinate.
#[derive(Debug)]
struct Elimination {
    /// The normal of the hyperplane.
    by: Vec<IBig>,
    /// The coordinate that is eliminated: the largest of the normal.
    pivot: usize,
    /// The previous pivot, with the sign of this one: dividing by it keeps all signs.
    divisor: IBig,
    /// The normal's entries divided by the largest.
    quotients: Vec<f64>,
}

impl Elimination {
    /// `None` if the normal is zero.
    fn new(by: &[IBig], previous: IBig) -> Option<Self> {
        let modulus = |q: &usize| by[*q].clone().into_parts().1;
        let pivot = (0..by.len()).max_by_key(modulus)?;
        let divisor = match sign::of(&by[pivot]) {
            Ordering::Greater => previous,
            Ordering::Less => -previous,
            Ordering::Equal => return None,
        };
        let rounded = to_unit_size(by);
        let quotients = rounded.iter().map(|entry| entry / rounded[pivot]).collect();
        Some(Elimination { by: by.to_vec(), pivot, divisor, quotients })
    }

    fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.by.len()).filter(|&q| q != self.pivot)
    }

    /// (x_q u_p - x_p u_q) / divisor, which is exact (Bareiss), for all q but p.
    fn integers(&self, vector: &[IBig]) -> Vec<IBig> {
        let (pivot, factor) = (&self.by[self.pivot], &vector[self.pivot]);
        self.others().map(|q| (&vector[q] * pivot - factor * &self.by[q]) / &self.divisor).collect()
    }

    fn append_doubles(&self, vector: &[f64], doubles: &mut Vec<f64>) {
        let factor = vector[self.pivot];
        doubles.extend(self.others().map(|q| 0.5 * (vector[q] - factor * self.quotients[q])));
    }
}

#[cfg(test)]
mod tests {
    use dashu_int::ops::BitTest;
    use proptest::prelude::*;

    use super::*;
    use crate::exact::{RBig, integer::from_f64s};

    fn start(rows: &[Vec<f64>]) -> Restricted<'static> {
        Restricted::new(rows.iter().map(|row| from_f64s(row).unwrap()).collect(), rows[0].len())
    }

    /// Whether the doubles are as near to a multiple of the integers as is claimed.
    ///
    /// The multiple is not known; c x with |c x_p - x~_p| <= error for all p exists iff intervals for c have a point in
    /// common.
    fn keeps_its_promise(vectors: &Restricted<'_>) -> bool {
        let rational = |value: f64| RBig::try_from(value).unwrap();
        let error = rational(vectors.error());
        vectors.doubles().enumerate().all(|(place, doubles)| {
            let (mut low, mut high) = (RBig::ZERO, None::<RBig>);
            for (&double, integer) in doubles.iter().zip(vectors.integers(place)) {
                let (double, integer) = (rational(double), RBig::from(integer.clone()));
                if integer.is_zero() {
                    if double.abs() > error {
                        return false;
                    }
                    continue;
                }
                let ends = [(&double - &error) / &integer, (&double + &error) / &integer];
                low = low.max(ends[0].clone().min(ends[1].clone()));
                let top = ends[0].clone().max(ends[1].clone());
                high = Some(high.map_or(top.clone(), |high| high.min(top)));
            }
            let large = doubles.iter().any(|double| double.abs() > SMALL * vectors.error());
            large && doubles.iter().all(|double| double.abs() <= 1.0) && high.is_some_and(|high| low <= high)
        })
    }

    /// The places at the start of all vectors that vanish where the given ones do, by the rank of integers.
    fn dependent(rows: &[Vec<f64>], fixed: &[usize]) -> Vec<usize> {
        let vectors: Vec<Vec<IBig>> = rows.iter().map(|row| from_f64s(row).unwrap()).collect();
        let rank = |places: &[usize]| {
            let chosen: Vec<Vec<IBig>> = places.iter().map(|&place| vectors[place].clone()).collect();
            crate::exact::rank::basis(&chosen, rows[0].len()).rank()
        };
        (0..rows.len()).filter(|&place| rank(&[fixed, &[place]].concat()) == rank(fixed)).collect()
    }

    /// Restricts by every vector in turn, and once more, and checks all that is promised.
    fn check(rows: &[Vec<f64>]) {
        let start = start(rows);
        assert!(keeps_its_promise(&start));
        for first in 0..rows.len() {
            let vanishing = dependent(rows, &[first]);
            let Some(Restriction { kept, vanished }) = start.restrict(first) else {
                assert!(vanishing[0] < first);
                continue;
            };
            assert_eq!(vanished, vanishing);
            assert!(keeps_its_promise(&kept), "{first} of {rows:?}");
            for second in 0..kept.len() {
                let Some(deeper) = kept.restrict(second) else { continue };
                assert!(keeps_its_promise(&deeper.kept), "{first}, {second} of {rows:?}");
                let fixed = [first, kept.place_before(second)];
                let places = deeper.vanished.iter().map(|&place| kept.place_before(place));
                let mut all: Vec<usize> = vanished.iter().copied().chain(places).collect();
                all.sort_unstable();
                assert_eq!(all, dependent(rows, &fixed));
            }
        }
    }

    #[test]
    fn a_restriction_by_hand() {
        // On w_1 = -2 w_0 (the largest entry is eliminated) 3 w_0 + w_1 is w_0, and w_2 stays.
        let start = start(&[vec![1.0, 0.5, 0.0], vec![3.0, 1.0, 0.0], vec![0.0, 0.0, 1.0], vec![-2.0, -1.0, 0.0]]);
        let Restriction { kept, vanished } = start.restrict(0).unwrap();
        assert_eq!((vanished, kept.len(), kept.width()), (vec![0, 3], 2, 2));
        assert_eq!((kept.place_before(0), kept.place_before(1)), (1, 2));
        // w_0 = -w_1 / 2: 3 w_0 + w_1 = -w_1 / 2.
        assert_eq!([kept.sign(0, 0), kept.sign(0, 1)], [Ordering::Less, Ordering::Equal]);
        assert_eq!([kept.sign(1, 0), kept.sign(1, 1)], [Ordering::Equal, Ordering::Greater]);
        assert!(start.restrict(3).is_none(), "row 0 vanishes too");
    }

    /// Rows that differ in the last bit: their restriction by each other is 0 to f64, and is not 0.
    #[test]
    fn nearly_dependent_vectors_do_not_vanish() {
        let row: Vec<f64> = vec![0.1, 0.7, 0.3, -0.9];
        let mut other = row.clone();
        other[3] = other[3].next_up();
        let rows = [row.clone(), other, vec![0.5, 0.1, 0.2, 0.4], row.iter().map(|entry| -entry).collect()];
        let start = start(&rows);
        let Restriction { kept, vanished } = start.restrict(0).unwrap();
        assert_eq!(vanished, [0, 3]);
        assert!(keeps_its_promise(&kept));
        // u_3 grew by one unit in the last place, and w_3 was eliminated from both.
        assert_eq!(kept.sign(0, 0), Ordering::Greater);
        check(&rows);
    }

    /// After 53 restrictions an error that doubled each time would be above 1; this one grows by addition only.
    #[test]
    fn many_restrictions_keep_the_bound() {
        let order = 60;
        let entry = |i: usize, j: usize| 1.0 / (1 + (i * i + 7 * j * j + i * j) % 61) as f64;
        let rows: Vec<Vec<f64>> = (0..order + 1).map(|i| (0..order).map(|j| entry(i, j)).collect()).collect();
        let start = start(&rows);
        fn depth(vectors: &Restricted<'_>) -> usize {
            assert!(keeps_its_promise(vectors));
            vectors.restrict(0).filter(|next| next.kept.len() > 0).map_or(0, |next| 1 + depth(&next.kept))
        }
        assert!(depth(&start) > 53);
    }

    #[test]
    fn integers_beyond_the_range_of_f64_are_restricted() {
        let large = |shift: usize, value: i64| IBig::from(value) << shift;
        let vectors = vec![
            vec![large(3000, 3), large(2000, 1), IBig::ONE],
            vec![large(3000, -1), IBig::ZERO, large(1, 1)],
            vec![IBig::ONE, large(2990, 5), large(1500, 7)],
        ];
        assert!(vectors[0][0].bit_len() > 2048);
        let start = Restricted::new(vectors, 3);
        assert!(keeps_its_promise(&start));
        for first in 0..3 {
            let kept = start.restrict(first).unwrap().kept;
            assert!(keeps_its_promise(&kept));
            assert!(keeps_its_promise(&kept.restrict(0).unwrap().kept));
        }
    }

    /// Small integers, floats, and floats that are an integer but for a few last bits.
    fn entry() -> impl Strategy<Value = f64> {
        let nearly = (-3i8..=3, -2i8..=2).prop_map(|(whole, ulps)| f64::from(whole) + f64::from(ulps) * f64::EPSILON);
        prop_oneof![(-2i8..=2).prop_map(f64::from), nearly, -1.0..1.0f64, (-300..300i32).prop_map(|e| 2f64.powi(e))]
    }

    fn nonzero_rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
        let row = prop::collection::vec(entry(), 4).prop_filter("zero", |row| row.iter().any(|entry| *entry != 0.0));
        prop::collection::vec(row, 1..=6)
    }

    proptest! {
        #[test]
        fn doubles_are_near_the_integers_and_vanishing_is_exact(rows in nonzero_rows()) {
            check(&rows);
        }
    }
}
