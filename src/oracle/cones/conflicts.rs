//! Pairs of rows that cannot both have what they want on a cone, and what that takes off the bound.
//!
//! Let s = 1 for a row that wants the bit 1 and s = -1 for one that wants 0. If some lambda > 0 makes s_i q_i + lambda s_j
//! q_j <= 0 on every ray and < 0 on one, then s_i u_i.w + lambda s_j u_j.w < 0 at every positive combination w of the
//! rays, so one of the two rows does not have what it wants. Numbers y_ij >= 0 on such pairs with sum_j y_ij <= |v_i| may
//! be subtracted from the bound: the rows that lose cover every pair, so they lose at least sum y_ij together.
//!
//! Where s_i q_i > 0, s_j q_j must be negative, and lambda at least the quotient; where s_j q_j > 0 it is at most one. The
//! quotients are taken at the upper ends of the errors. Their rounding is below 2^-50; the smallest upper one has to be
//! larger than the largest lower one by 2^-40, so a lambda with strict inequalities exists. An undecided row is positive
//! on some ray and negative on another, so there are quotients of both kinds.
//!
//! The matching is greedy: the row whose partners have the least left, compared with what it has left itself, is matched
//! first, with that of its partners that is worst off. The matching starts anew in each cone: amounts that were handed down
//! would stand in the way of better ones. What is left then goes to larger sets of rows ([`sets`]).
//!
//! O(U^2) comparisons of masks for U undecided rows, O(r) products for each pair whose masks fit, at most [`TRIES`] a row, and
//! O(U) for each pair of the matching.

use super::{
    cone::{Cone, Mask, Side},
    sets,
    tuning::TRIES,
};

/// Quotients outside of this range are not trusted, as they may have been rounded to 0 or infinity.
const QUOTIENTS: (f64, f64) = (1e-200, 1e200);

/// The margin between quotients that covers their rounding.
const MARGIN: f64 = 1.0 + 1e-12;

/// The undecided rows of a cone by what they want.
pub(super) struct Wishes {
    pub(super) rays: usize,
    /// Upper ends of s q, one entry a ray, row by row.
    pub(super) upper: Vec<f64>,
    /// What each row has left to lose.
    pub(super) left: Vec<i64>,
}

/// Lowers the bound of a cone by conflicts, until it is at most `target` or no more are found.
pub(super) fn subtract(cone: &mut Cone, side: &Side<'_>, target: i64) {
    cone.bound = cone.plain;
    if cone.bound <= target || cone.rows.len() < 2 {
        return;
    }
    let left = cone.rows.iter().map(|&row| side.weight(row)).collect();
    let mut wishes = Wishes { rays: cone.rays.len(), upper: upper_ends(cone, side), left };
    let mut matching = Matching::new(Partners::new(cone, side, &wishes), &wishes.left);
    while cone.bound > target {
        let Some(amount) = matching.next(&mut wishes.left) else { break };
        cone.bound -= amount;
    }
    cone.bound = sets::subtract(&mut wishes, cone.bound, target);
}

/// Upper bounds on s q for each row, ray by ray.
fn upper_ends(cone: &Cone, side: &Side<'_>) -> Vec<f64> {
    let rays = cone.rays.len();
    let mut upper = vec![0.0; cone.rows.len() * rays];
    for (ray, values) in cone.values.iter().enumerate() {
        for (position, middle) in values.middle.iter().enumerate() {
            let wanted = if side.wants(cone.rows[position]) { *middle } else { -middle };
            // Rounded up; exact values keep theirs.
            let around = values.around(position);
            upper[position * rays + ray] = if around == 0.0 { wanted } else { (wanted + around).next_up() };
        }
    }
    upper
}

/// The pairs of rows that exclude each other, as far as they were looked for: a symmetric relation, in words of bits.
struct Partners {
    words: usize,
    bits: Vec<u64>,
}

impl Partners {
    fn new(cone: &Cone, side: &Side<'_>, wishes: &Wishes) -> Partners {
        let (rows, rays) = (cone.rows.len(), wishes.rays);
        let words = rows.div_ceil(64);
        let mut partners = Partners { words, bits: vec![0; rows * words] };
        let inverse: Vec<f64> = wishes.upper.iter().map(|value| value.recip()).collect();
        // Rays on which a row may have what it wants, and rays on which it may have the opposite.
        let masks = |(signs, &row): (&super::cone::Signs, &u32)| {
            if side.wants(row) { (signs.positive, signs.negative) } else { (signs.negative, signs.positive) }
        };
        let masks: Vec<(Mask, Mask)> = cone.signs.iter().zip(&cone.rows).map(masks).collect();
        for (first, &(content, denied)) in masks.iter().enumerate() {
            let own = &wishes.upper[first * rays..][..rays];
            let mut tries = TRIES;
            for (second, &(theirs, refused)) in masks.iter().enumerate().skip(first + 1) {
                if theirs & !denied | content & !refused != 0 {
                    continue;
                }
                if excluded(own, content, &inverse[second * rays..][..rays], theirs) {
                    partners.add(first, second);
                }
                tries -= 1;
                if tries == 0 {
                    break;
                }
            }
        }
        partners
    }

    fn add(&mut self, first: usize, second: usize) {
        for (row, other) in [(first, second), (second, first)] {
            self.bits[row * self.words + other / 64] |= 1 << (other % 64);
        }
    }

    /// Calls a function with each partner of a row.
    fn each(&self, row: usize, mut visit: impl FnMut(usize)) {
        for (word, &bits) in self.bits[row * self.words..][..self.words].iter().enumerate() {
            let mut bits = bits;
            while bits != 0 {
                visit(64 * word + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}

/// Whether two rows cannot both have what they want, from the upper ends of one and the inverse ones of the other; masks
/// are where these may be positive.
fn excluded(first: &[f64], content: Mask, inverse: &[f64], other: Mask) -> bool {
    let (mut least, mut most) = QUOTIENTS;
    for (ray, (a, b)) in first.iter().zip(inverse).enumerate() {
        if content >> ray & 1 == 1 {
            if *b >= 0.0 {
                return false;
            }
            least = least.max(-a * b);
        } else if other >> ray & 1 == 1 {
            if *a >= 0.0 {
                return false;
            }
            most = most.min(-a * b);
        }
    }
    least * MARGIN < most
}

/// A greedy matching that goes on pair by pair.
struct Matching {
    partners: Partners,
    /// What the partners of each row have left.
    around: Vec<i64>,
    /// The quotient of what the partners have left and what the row has left; infinite if one of them is 0.
    ease: Vec<f64>,
}

impl Matching {
    fn new(partners: Partners, left: &[i64]) -> Matching {
        let around = |row: usize| {
            let mut sum = 0;
            partners.each(row, |other| sum += left[other]);
            sum
        };
        let around: Vec<i64> = (0..left.len()).map(around).collect();
        let ease = around.iter().zip(left).map(|(&around, &left)| ease(around, left)).collect();
        Matching { partners, around, ease }
    }

    /// Takes what the next pair loses from both of its rows; `None` if there is no pair.
    fn next(&mut self, left: &mut [i64]) -> Option<i64> {
        let (mut first, mut least) = (None, f64::INFINITY);
        for (row, &ease) in self.ease.iter().enumerate() {
            if ease < least {
                (first, least) = (Some(row), ease);
            }
        }
        let (first, mut second, mut least) = (first?, None, f64::INFINITY);
        self.partners.each(first, |row| {
            if self.ease[row] < least {
                (second, least) = (Some(row), self.ease[row]);
            }
        });
        let second = second?;
        let amount = left[first].min(left[second]);
        for row in [first, second] {
            left[row] -= amount;
            let (around, ease_of) = (&mut self.around, &mut self.ease);
            self.partners.each(row, |other| {
                around[other] -= amount;
                ease_of[other] = ease(around[other], left[other]);
            });
        }
        Some(amount)
    }
}

fn ease(around: i64, left: i64) -> f64 {
    if around == 0 || left == 0 { f64::INFINITY } else { around as f64 / left as f64 }
}
