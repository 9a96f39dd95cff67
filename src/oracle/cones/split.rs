//! Halving a cone on the hyperplane of an undecided row, and the values of the other rows on the new ray.
//!
//! **Where.** The edge (a, b) that separates the largest weight of undecided rows, and on it the weighted median of the
//! points where these rows vanish. Positive combinations of (a, m, the others), of (m, b, the others) and of (m, the
//! others) are disjoint and together are the cone. The last, its facet, matters only if there are patterns that are not
//! attained on open sets. The row that defines m has one sign less on each half, and rows stay decided once they are. If
//! no row is decided for some divisions, the row with the fewest signs is taken until one is: so depths are at most of
//! order r N, whatever the weights.
//!
//! **Values on m.** With exact alpha = |q_a| and beta = |q_b| of the row that vanishes at m, let m = x a + (1 - x) b with
//! x = beta / (alpha + beta) exactly. If alpha and beta are known up to e_a and e_b, their sum is S and s is what it is
//! at least, then x is known up to delta = (e_b alpha / S + e_a beta / S) / s, around a number X. For any row with values
//! p_a, p_b and errors e_a, e_b the value on m is p_b + x (p_a - p_b); p_b + X (p_a - p_b) differs from it by at most
//! (X + delta) e_a + (1 - X + delta) e_b + delta |p_a - p_b|, and rounding adds at most 5 u (|p_a| + |p_b|) with the unit u
//! of sums of two f64 ([`double`](super::double)). The bound is computed in f64 with few roundings of numbers of one
//! sign, so that a factor 1 + 32 2^-53 covers them. Errors grow by a small factor with each division: that is why f64
//! alone does not do. Values are 0 or above 2^-400 in modulus at the beginning; a floor of 1e-290 covers underflow
//! wherever a value is not exactly 0.
//!
//! **Signs on m.** m is strictly between a and b. A row that is nonnegative on both vanishes at m iff it vanishes on
//! both, and is positive otherwise; likewise for nonpositive. Only a row with opposite signs on a and b needs its value:
//! if that is within its error of 0, the row nearly always is a combination of rows that vanish on m, on both ends or by
//! definition, and so vanishes there, too; if not, the sign stays unknown, until integers are asked when nothing else is left.

use std::{cell::OnceCell, sync::Arc};

use super::{
    cone::{Anchor, Cone, Side, Signs, Values},
    double::{self, Double},
    generator::{Generator, common_zeros},
    quotient::Omission,
    tuning::{EAGER, IDLE, PRECISE},
};

/// Covers underflow in values and their bounds.
const FLOOR: f64 = 1e-290;

/// Covers underflow in products of errors.
const TINY: f64 = 1e-305;

/// Unit roundoff.
const UNIT: f64 = f64::EPSILON / 2.0;

/// An edge of a cone and an undecided row, by position, that vanishes between its ends.
#[derive(Clone, Copy, Debug)]
struct Cut {
    ends: [usize; 2],
    position: usize,
}

/// The parts of a cone: two halves and, if `facet`, what is between them. `None` if no row is known to
/// have both signs.
pub(super) fn split(cone: &Cone, side: &Side<'_>, facet: bool) -> Option<Vec<Cone>> {
    let cut = cut(cone, side)?;
    let [a, b] = cut.ends;
    let (share, doubt) = share(cone, cut);
    let mut values = between(&cone.values[a], &cone.values[b], share, doubt);
    let ends = [&cone.rays[a], &cone.rays[b]];
    let (row, zeros) = (cone.rows[cut.position], common_zeros(ends[0], ends[1]));
    let mut ray = Generator::between(ends.map(Arc::clone), row as usize, share.high, zeros);
    let signs = signs(cone, side, cut, &ray, &mut values);
    ray.zeros.extend(cone.rows.iter().zip(&signs).filter(|(_, sign)| **sign == Some(0)).map(|(row, _)| *row));
    ray.zeros.sort_unstable();
    ray.zeros.dedup();
    let ray = Arc::new(ray);
    let mut scratch = Vec::new();
    let mut half = |replaced: usize| {
        let mut part = inherited(cone, 0.5);
        part.rays[replaced] = Arc::clone(&ray);
        part.signs = cone.signs.iter().zip(&signs).map(|(old, sign)| old.with(replaced, *sign)).collect();
        part.decide(side, &mut scratch);
        let source = |ray: usize| if ray == replaced { &values } else { &cone.values[ray] };
        keep(&mut part, cone, (0..cone.rays.len()).map(source), &scratch);
        part.idle = if part.rows.len() == cone.rows.len() { cone.idle + 1 } else { 0 };
        part
    };
    let mut parts = vec![half(a), half(b)];
    if facet {
        let mut part = inherited(cone, 0.0);
        part.rays[a] = Arc::clone(&ray);
        part.rays.remove(b);
        part.signs = cone.signs.iter().zip(&signs).map(|(old, sign)| old.with(a, *sign).without(b)).collect();
        part.decide(side, &mut scratch);
        let source = |ray: usize| if ray == a { &values } else { &cone.values[ray] };
        keep(&mut part, cone, (0..cone.rays.len()).filter(|ray| *ray != b).map(source), &scratch);
        parts.push(part);
    }
    Some(parts)
}

/// The parts without some rays; see [`super::quotient`].
///
/// A part on which a row vanishes is in a hyperplane: for patterns of open sets it is not needed.
pub(super) fn omit(cone: &Cone, side: &Side<'_>, omission: Omission, faces: bool) -> Vec<Cone> {
    let sets = omission.sets(faces);
    // On faces, rows may vanish that have to stay so.
    let combination = omission.combination.filter(|_| faces);
    let anchor = Arc::new(Anchor { rays: cone.rays.clone(), combination, older: cone.anchor.clone() });
    let whole = sets.iter().filter(|set| set.len() == 1).count();
    let mut scratch = Vec::new();
    let without = |set: &Vec<usize>| {
        let mut part = inherited(cone, if set.len() == 1 { 1.0 / whole as f64 } else { 0.0 });
        part.anchor = Some(Arc::clone(&anchor));
        // From the last ray on, so that the places of the others stay.
        let left = set.iter().rev();
        part.signs =
            cone.signs.iter().map(|signs| left.clone().fold(*signs, |signs, ray| signs.without(*ray))).collect();
        if !faces && part.signs.contains(&Signs::default()) {
            return None;
        }
        left.clone().for_each(|&ray| drop(part.rays.remove(ray)));
        part.decide(side, &mut scratch);
        let rays = (0..cone.rays.len()).filter(|ray| !set.contains(ray));
        keep(&mut part, cone, rays.map(|ray| &cone.values[ray]), &scratch);
        Some(part)
    };
    sets.iter().filter_map(without).collect()
}

/// The cone with unknown signs asked of integers; `None` if these are too large.
pub(super) fn resolved(cone: &Cone, side: &Side<'_>) -> Option<Cone> {
    let mut whole = cone.clone();
    if !whole.resolve(side) {
        return None;
    }
    let (mut scratch, values) = (Vec::new(), whole.values.clone());
    whole.decide(side, &mut scratch);
    keep(&mut whole, cone, values.iter(), &scratch);
    Some(whole)
}

/// A part of a cone to which nothing of its rows was handed down.
fn inherited(cone: &Cone, share: f64) -> Cone {
    Cone {
        rays: cone.rays.clone(),
        rows: cone.rows.clone(),
        values: Vec::new(),
        signs: Vec::new(),
        plain: cone.plain,
        bound: cone.bound,
        share: cone.share * share,
        idle: 0,
        anchor: cone.anchor.clone(),
    }
}

/// Hands the rows at these positions of a cone down to its part.
fn keep<'a>(part: &mut Cone, cone: &Cone, sources: impl Iterator<Item = &'a Values>, kept: &[u32]) {
    let gather = |from: &[f64]| kept.iter().map(|&position| from[position as usize]).collect();
    let gathered =
        |from: &Values| Values { middle: gather(&from.middle), low: gather(&from.low), error: gather(&from.error) };
    part.values = sources.map(gathered).collect();
    part.rows = kept.iter().map(|&position| cone.rows[position as usize]).collect();
    part.signs = kept.iter().map(|&position| part.signs[position as usize]).collect();
}

/// Where a cone is divided: at the weighted median of the edge that separates the largest weight, or, after some idle
/// divisions, at the row that is nearest to being decided.
fn cut(cone: &Cone, side: &Side<'_>) -> Option<Cut> {
    let rays = cone.rays.len();
    let mut separated = vec![0i64; rays * rays];
    for (signs, &row) in cone.signs.iter().zip(&cone.rows) {
        let weight = side.weight(row);
        for_edges(*signs, |a, b| separated[a.min(b) * rays + a.max(b)] += weight);
    }
    if cone.idle >= IDLE * rays {
        return nearest(cone, &separated);
    }
    let edge = (0..separated.len()).max_by_key(|&edge| (separated[edge], std::cmp::Reverse(edge)))?;
    if separated[edge] == 0 {
        return None;
    }
    median(cone, side, [edge / rays, edge % rays])
}

/// The edges whose ends a row separates.
fn for_edges(signs: Signs, mut visit: impl FnMut(usize, usize)) {
    let mut positive = signs.sure().positive;
    while positive != 0 {
        let a = positive.trailing_zeros() as usize;
        positive &= positive - 1;
        let mut negative = signs.sure().negative;
        while negative != 0 {
            visit(a, negative.trailing_zeros() as usize);
            negative &= negative - 1;
        }
    }
}

/// The row with the fewest signs, on its edge that separates the largest weight.
///
/// On both halves it has one sign less, so the least number of signs falls with each such division until a row is decided.
fn nearest(cone: &Cone, separated: &[i64]) -> Option<Cut> {
    let known = cone.signs.iter().map(|signs| signs.sure()).enumerate();
    let apart = known.filter(|(_, signs)| signs.positive != 0 && signs.negative != 0);
    let (position, signs) = apart.min_by_key(|(_, signs)| signs.positive.count_ones() + signs.negative.count_ones())?;
    let mut best = None;
    for_edges(signs, |a, b| {
        let ends = [a.min(b), a.max(b)];
        best = best.max(Some((separated[ends[0] * cone.rays.len() + ends[1]], ends)));
    });
    Some(Cut { ends: best?.1, position })
}

/// The row at the weighted median of the zeros on an edge, among the rows known well there if there are any.
fn median(cone: &Cone, side: &Side<'_>, ends: [usize; 2]) -> Option<Cut> {
    let [a, b] = ends.map(|end| &cone.values[end]);
    let zero = |(position, signs): (usize, &Signs)| {
        let apart = matches!(ends.map(|end| signs.on(end)), [Some(x), Some(y)] if x * y < 0);
        let (alpha, beta) = (a.middle[position].abs(), b.middle[position].abs());
        let precise = a.error[position] + b.error[position] <= PRECISE * (alpha + beta);
        apart.then_some((precise, alpha / (alpha + beta), position))
    };
    let mut zeros: Vec<(bool, f64, usize)> = cone.signs.iter().enumerate().filter_map(zero).collect();
    if zeros.iter().any(|zero| zero.0) {
        zeros.retain(|zero| zero.0);
    }
    let weight = |position: usize| side.weight(cone.rows[position]);
    let half = zeros.iter().map(|zero| weight(zero.2)).sum::<i64>() / 2;
    zeros.sort_unstable_by(|x, y| x.1.total_cmp(&y.1).then(x.2.cmp(&y.2)));
    let mut passed = 0;
    let beyond = |zero: &&(bool, f64, usize)| {
        passed += weight(zero.2);
        passed > half
    };
    let position = zeros.iter().find(beyond).or(zeros.last())?.2;
    Some(Cut { ends, position })
}

/// X and delta: the part of the first end in the new ray.
fn share(cone: &Cone, cut: Cut) -> (Double, f64) {
    let [a, b] = cut.ends.map(|end| &cone.values[end]);
    let [alpha, beta] = [a, b].map(|values| values.at(cut.position).modulus());
    let (doubt_a, doubt_b) = (a.error[cut.position], b.error[cut.position]);
    let sum = alpha.plus(beta);
    let least = (sum.high * (1.0 - 8.0 * UNIT) - (doubt_a + doubt_b) * (1.0 + 8.0 * UNIT)) * (1.0 - 8.0 * UNIT);
    if least.is_nan() || least <= FLOOR {
        return (Double { high: 0.5, low: 0.0 }, 0.5);
    }
    let share = beta.over(sum);
    let doubt = (doubt_b * (alpha.high / sum.high) + doubt_a * (beta.high / sum.high) + TINY) / least;
    (share, (doubt * (1.0 + 32.0 * UNIT) + 4.0 * double::UNIT).min(1.0))
}

/// The values on the ray X a + (1 - X) b, where X is in doubt by delta.
fn between(a: &Values, b: &Values, share: Double, doubt: f64) -> Values {
    let mut mixed = Values::default();
    // Parts of the errors of both ends. 1 - X has an absolute error.
    let (part_a, part_b) = (share.high + doubt, (1.0 - share.high).abs() + 4.0 * UNIT + doubt);
    for position in 0..a.middle.len() {
        let (p, q) = (a.at(position), b.at(position));
        let difference = p.minus(q);
        let value = q.plus(share.times(difference));
        let size = p.high.abs() + q.high.abs();
        let handed = part_a * a.error[position] + part_b * b.error[position];
        let error = handed + doubt * difference.high.abs() + 5.0 * double::UNIT * size;
        let floor = if size > 0.0 { FLOOR } else { 0.0 };
        mixed.middle.push(value.high);
        mixed.low.push(value.low);
        mixed.error.push(error * (1.0 + 32.0 * UNIT) + floor);
    }
    mixed
}

/// The signs of all rows on the new ray, `None` where they are unknown; cuts the intervals of the values at 0.
fn signs(cone: &Cone, side: &Side<'_>, cut: Cut, ray: &Generator, values: &mut Values) -> Vec<Option<i8>> {
    let flat = OnceCell::new();
    let vanishes = |row: u32| {
        let rows = || ray.zeros.iter().copied().chain([cone.rows[cut.position]]);
        let span = flat.get_or_init(|| side.spans.independent(rows(), side.rank()).span(side.normals));
        span.as_ref().is_some_and(|span| span.contains(row))
    };
    let mut signs = Vec::with_capacity(cone.rows.len());
    for (position, (old, &row)) in cone.signs.iter().zip(&cone.rows).enumerate() {
        let middle = values.middle[position];
        let sign = match cut.ends.map(|end| old.on(end)) {
            _ if position == cut.position => Some(0),
            [Some(first), Some(second)] if first * second >= 0 => Some((first + second).signum()),
            _ if middle.abs() > values.around(position) => Some(if middle > 0.0 { 1 } else { -1 }),
            _ if vanishes(row) => Some(0),
            _ if ray.age <= EAGER => ray.sign(side.normals, row as usize).map(|sign| sign as i8),
            _ => None,
        };
        if let Some(sign) = sign {
            values.restrict(position, sign);
        }
        signs.push(sign);
    }
    signs
}
