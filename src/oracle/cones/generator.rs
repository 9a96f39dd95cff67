//! The rays that span cones: defined exactly, known in f64, and computed in integers where a sign depends on it.
//!
//! A split puts a new ray m = |u.b| a + |u.a| b on the edge between the rays a and b, where the row u vanishes. Nothing
//! but the definition is stored. Integers are computed when a sign is asked that f64 cannot tell; they are kept, and
//! divided by their common divisor. A ray whose integers would have more than [`LARGEST`] bits has none: signs on it
//! that f64 cannot tell stay unknown, which costs a cone but never a bound.

use std::{
    cmp::Ordering,
    sync::{Arc, OnceLock},
};

use dashu_int::ops::BitTest;

use crate::exact::{
    IBig, Normal,
    integer::{dot, make_primitive},
    sign,
};

/// Rays with larger integers than this are not computed. Some microseconds a product; not measured.
const LARGEST: usize = 1 << 15;

/// Rays with a longer history than this are not computed, as that is a recursion.
const OLDEST: usize = 512;

/// A ray.
#[derive(Debug)]
pub(super) struct Generator {
    origin: Origin,
    /// The length of the longest chain of rays that led to this one.
    pub(super) age: usize,
    /// Coordinates along the axes in f64, without any claim: candidates are made from them.
    pub(super) approximate: Vec<f64>,
    /// The rows that vanish on the ray, in order.
    pub(super) zeros: Vec<u32>,
    exact: OnceLock<Option<Vec<IBig>>>,
}

#[derive(Debug)]
enum Origin {
    Root,
    Edge { ends: [Arc<Generator>; 2], row: usize },
}

impl Generator {
    /// A ray that is given.
    pub(super) fn root(exact: Vec<IBig>, approximate: Vec<f64>, zeros: Vec<u32>) -> Self {
        Generator { origin: Origin::Root, age: 0, approximate, zeros, exact: OnceLock::from(Some(exact)) }
    }

    /// The ray between two others on which a row vanishes; `share` is the approximate part of the first.
    ///
    /// `zeros` are the rows that vanish on both; the others that vanish have to be added.
    pub(super) fn between(ends: [Arc<Generator>; 2], row: usize, share: f64, zeros: Vec<u32>) -> Self {
        let mixed = |(a, b): (&f64, &f64)| share * a + (1.0 - share) * b;
        let approximate = ends[0].approximate.iter().zip(&ends[1].approximate).map(mixed).collect();
        let age = ends[0].age.max(ends[1].age) + 1;
        Generator { origin: Origin::Edge { ends, row }, age, approximate, zeros, exact: OnceLock::new() }
    }

    /// An integer vector on the ray, unless it is too large.
    pub(super) fn exact(&self, normals: &[Normal]) -> Option<&[IBig]> {
        let compute = || {
            let Origin::Edge { ends: [a, b], row } = &self.origin else { return None };
            if self.age > OLDEST {
                return None;
            }
            let (a, b) = (a.exact(normals)?, b.exact(normals)?);
            let modulus = |ray: &[IBig]| {
                let product = dot(normals[*row].exact(), ray);
                if product < IBig::ZERO { -product } else { product }
            };
            let (of_b, of_a) = (modulus(a), modulus(b));
            let mut ray: Vec<IBig> = a.iter().zip(b).map(|(x, y)| &of_a * x + &of_b * y).collect();
            make_primitive(&mut ray);
            ray.iter().all(|entry| entry.bit_len() <= LARGEST).then_some(ray)
        };
        self.exact.get_or_init(compute).as_deref()
    }

    /// The sign of a row on the ray, unless the integers are too large.
    pub(super) fn sign(&self, normals: &[Normal], row: usize) -> Option<Ordering> {
        self.exact(normals).map(|ray| sign::exact(normals[row].exact(), ray))
    }
}

/// The rows that vanish on both of two rays.
pub(super) fn common_zeros(a: &Generator, b: &Generator) -> Vec<u32> {
    a.zeros.iter().filter(|row| b.zeros.binary_search(row).is_ok()).copied().collect()
}
