//! Conflicts: pairs of undecided rows that cannot both have the bit that counts more.
//!
//! An undecided row *wants* the bit 1 if its value v_i is positive, and 0 if that is negative. With s_i = 1 or -1 it gets
//! it at w where f_i = s_i x_i.w is >= 0, or > 0 if s_i = -1. If f_i + λ f_j <= 0 at all vertices of a cone for some
//! λ > 0, then it is so on all of it, and no w gets both rows what they want,
//!
//! * if no row vanishes at w: then both f are > 0; or
//! * if one of the two has s = -1: then one f is > 0 and the other >= 0; or
//! * if the sum is < 0 at all vertices, and w is not 0.
//!
//! Let y_ij >= 0 be integers on pairs of this kind with sum_j y_ij <= |v_i| for each row. At any w let L be the rows
//! that do not get what they want. Then d^T v = bound - sum over L of |v_i| <= bound - sum over all pairs of y_ij,
//! because each pair has a row in L. [end of proof]
//!
//! The y are found greedily, rows and partners by weight. λ must be at least X_k / -Y_k where f_i may be as large as
//! X_k > 0, and at most -X_k / Y_k where f_j may be as large as Y_k > 0; X and Y are the values plus their errors. The
//! largest of the former is compared with the smallest of the latter with room for all roundings: four of a relative
//! 2^-53 in each, and 2^-48 is given.
//!
//! Cost: O(r) for each pair that is tried, nearly always O(1), because signs alone tell that there is no λ.

use super::{
    cone::{Cone, Question, Signs, Vertices},
    tuning::PARTNERS,
};

/// A row that wants something.
struct Wish {
    place: usize,
    /// +1 or -1.
    side: f64,
    /// What is left of |v_i|.
    weight: i64,
    /// The vertices where f may be above 0, those where it is below 0, and those where it is 0.
    above: Vertices,
    below: Vertices,
    zero: Vertices,
}

impl Wish {
    fn new(place: usize, value: i64, signs: Signs, all: Vertices) -> Wish {
        let unknown = signs.unknown(all);
        let (side, above, below) =
            if value > 0 { (1.0, signs.above, signs.below) } else { (-1.0, signs.below, signs.above) };
        Wish { place, side, weight: value.abs(), above: above | unknown, below, zero: signs.zero }
    }
}

/// Whether conflicts prove that no pattern of the cone is above the target, and how many pairs were tried.
pub(super) fn close(cone: &Cone, question: Question<'_>) -> (bool, u64) {
    let mut excess = cone.bound() - question.target;
    let mut wishes = wishes(cone, question);
    let mut tried = 0;
    for first in 0..wishes.len() {
        let (earlier, later) = wishes.split_at_mut(first + 1);
        let wish = &mut earlier[first];
        let partners = later.iter_mut().filter(|partner| partner.weight > 0).take(PARTNERS);
        for partner in partners {
            if excess <= 0 || wish.weight == 0 {
                break;
            }
            tried += 1;
            if conflict(cone, question.open, wish, partner) {
                let both = wish.weight.min(partner.weight);
                wish.weight -= both;
                partner.weight -= both;
                excess -= both;
            }
        }
        if excess <= 0 {
            return (true, tried);
        }
    }
    (false, tried)
}

/// By weight.
fn wishes(cone: &Cone, question: Question<'_>) -> Vec<Wish> {
    let all = cone.all();
    let value = |place: usize| question.values[cone.rows[place] as usize];
    let wish = |place: usize| Wish::new(place, value(place), cone.signs[place], all);
    let mut wishes: Vec<Wish> = (0..cone.rows.len()).map(wish).filter(|wish| wish.weight > 0).collect();
    wishes.sort_by_key(|wish| std::cmp::Reverse(wish.weight));
    wishes
}

fn conflict(cone: &Cone, open: bool, i: &Wish, j: &Wish) -> bool {
    if i.above & !j.below != 0 || j.above & !i.below != 0 {
        return false;
    }
    // With both s = 1 the sum must be below 0 everywhere, and λ strictly between its bounds, as it always is.
    if !open && i.side > 0.0 && j.side > 0.0 && i.zero & j.zero != 0 {
        return false;
    }
    let largest = |wish: &Wish, vertex: usize| {
        let of = &cone.vertices[vertex];
        let value = wish.side * of.values[wish.place];
        if value == 0.0 { 0.0 } else { value + of.errors[wish.place] }
    };
    let (mut least, mut most) = (0.0, f64::INFINITY);
    for vertex in (0..cone.vertices.len()).filter(|vertex| (i.above | j.above) >> vertex & 1 == 1) {
        let ratio = largest(i, vertex) / -largest(j, vertex);
        if i.above >> vertex & 1 == 1 { least = ratio.max(least) } else { most = ratio.min(most) }
    }
    least * (1.0 + 2f64.powi(-48)) < most
}
