//! Pairs of rows that cannot both have what they want on a cone, and what that takes off the bound.
//!
//! Let s = 1 for a row that wants the bit 1 and s = -1 for one that wants 0. If some lambda > 0 makes s_i q_i + lambda s_j
//! q_j <= 0 on every ray and < 0 on one, then s_i u_i.w + lambda s_j u_j.w < 0 at every positive combination w of the
//! rays, so one of the two rows does not have what it wants. Numbers y_ij >= 0 on such pairs with sum_j y_ij <= |v_i| may
//! be subtracted from the bound: the rows that lose cover every pair, so they lose at least sum y_ij together. Pairs of a
//! cone are pairs of every cone within.
//!
//! Where s_i q_i > 0, s_j q_j must be negative, and lambda at least the quotient; where s_j q_j > 0 it is at most one. The
//! quotients are taken at the upper ends of the errors. Their rounding is below 2^-50; the smallest upper one has to be
//! larger than the largest lower one by 2^-40, so a lambda with strict inequalities exists. An undecided row is positive
//! on some ray and negative on another, so there are quotients of both kinds.
//!
//! The matching is greedy, by weight, after the pairs that were handed down. O(U^2) comparisons of masks for U undecided
//! rows and O(r) divisions for each pair whose masks fit, at most [`TRIES`] a row.

use super::{
    cone::{Cone, Mask, Side},
    tuning::TRIES,
};

/// Two undecided rows of a cone, by position, and what is subtracted for them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) rows: [u32; 2],
    pub(super) amount: i64,
}

/// Quotients outside of this range are not trusted, as they may have been rounded to 0 or infinity.
const QUOTIENTS: (f64, f64) = (1e-200, 1e200);

/// The margin between quotients that covers their rounding.
const MARGIN: f64 = 1.0 + 1e-12;

/// A row in the order of the matching.
struct Wish {
    position: u32,
    /// Rays on which the row has what it wants, and rays on which it has the opposite.
    content: Mask,
    denied: Mask,
    left: i64,
}

/// Lowers the bound of a cone by conflicts, until it is at most `target` or no more are found.
pub(super) fn subtract(cone: &mut Cone, side: &Side<'_>, target: i64) {
    let mut left: Vec<i64> = cone.rows.iter().map(|&row| side.weight(row)).collect();
    let mut bound = cone.plain;
    for pair in &cone.pairs {
        pair.rows.iter().for_each(|&row| left[row as usize] -= pair.amount);
        bound -= pair.amount;
    }
    cone.bound = bound;
    // A pair takes from two rows what it takes off the bound.
    if bound <= target || bound - left.iter().sum::<i64>() / 2 > target {
        return;
    }
    let mut wishes = wishes(cone, side, left);
    let upper = upper_ends(cone, side);
    let rays = cone.rays.len();
    for first in 0..wishes.len() {
        let (done, others) = wishes.split_at_mut(first + 1);
        let wish = &mut done[first];
        let own = &upper[wish.position as usize * rays..][..rays];
        let mut tries = TRIES;
        for other in others {
            if other.content & !wish.denied != 0 || wish.content & !other.denied != 0 || other.left == 0 {
                continue;
            }
            let theirs = &upper[other.position as usize * rays..][..rays];
            if excluded(own, wish.content, theirs, other.content) {
                let amount = wish.left.min(other.left);
                wish.left -= amount;
                other.left -= amount;
                cone.pairs.push(Pair { rows: [wish.position, other.position], amount });
                bound -= amount;
            }
            tries -= 1;
            if wish.left == 0 || tries == 0 || bound <= target {
                break;
            }
        }
        if bound <= target {
            break;
        }
    }
    cone.bound = bound;
}

/// The rows with something left to lose, the largest first.
fn wishes(cone: &Cone, side: &Side<'_>, left: Vec<i64>) -> Vec<Wish> {
    let wish = |(position, left): (u32, i64)| {
        let (signs, row) = (cone.signs[position as usize], cone.rows[position as usize]);
        let (content, denied) =
            if side.wants(row) { (signs.positive, signs.negative) } else { (signs.negative, signs.positive) };
        Wish { position, content, denied, left }
    };
    let mut wishes: Vec<Wish> = (0..).zip(left).filter(|(_, left)| *left > 0).map(wish).collect();
    wishes.sort_unstable_by_key(|wish| (std::cmp::Reverse(wish.left), wish.position));
    wishes
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

/// Whether two rows cannot both have what they want, from their upper ends; masks are where these may be positive.
fn excluded(first: &[f64], content: Mask, second: &[f64], other: Mask) -> bool {
    let (mut least, mut most) = QUOTIENTS;
    for (ray, (a, b)) in first.iter().zip(second).enumerate() {
        if content >> ray & 1 == 1 {
            if *b >= 0.0 {
                return false;
            }
            least = least.max(a / -b);
        } else if other >> ray & 1 == 1 {
            if *a >= 0.0 {
                return false;
            }
            most = most.min(-a / b);
        }
    }
    least * MARGIN < most
}
