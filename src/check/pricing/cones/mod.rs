mod cone;
mod conflicts;
mod edge;
mod leaf;
mod search;
mod start;
mod tuning;

use cone::{Question, Vertex};
use search::{End, Search};
use start::Rows;

use super::{Extremes, WorkExceeded, over_all_labellings, over_patterns};
use crate::{check::listing::Work, exact::Arrangement};

/// The largest rank that is searched; above it the walk decides. Sets of vertices are bits.
pub const LARGEST_RANK: usize = 31;

/// A price as a certificate claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// What no pattern is to exceed.
    pub price: i64,
    /// The number of cones that a search takes, as is stated. It is not believed: a refusal for want of work estimates
    /// with it what would be needed.
    pub cones: u64,
}

/// The claim |d^T v + always| <= claimed for all d in H(U).
#[derive(Clone, Copy, Debug)]
struct Claim<'a> {
    arrangement: &'a Arrangement,
    values: &'a [i64],
    always: i64,
    claimed: i64,
}

/// Whether |d^T v + always| <= the claimed price for all d in H(U): `None` if it holds, otherwise a larger value that is attained.
///
/// `values[g]` belongs to group g of the arrangement. The sum of all moduli must stay below 2^60.
///
/// # Errors
///
/// [`WorkExceeded`] if more than `limit` rows had to be handled, or more memory held than goes with it.
pub fn exceeding(
    arrangement: &Arrangement,
    values: &[i64],
    always: i64,
    claimed: Claimed,
    limit: u64,
) -> Result<Option<i64>, WorkExceeded> {
    let claim = Claim { arrangement, values, always, claimed: claimed.price.clamp(-1, 1 << 60) };
    // The pattern of w = 0.
    let at_origin = (claim.everything() + always).abs();
    if at_origin > claim.claimed {
        return Ok(Some(at_origin));
    }
    if arrangement.shatters_groups() {
        return Ok(claim.compared(over_all_labellings(values)));
    }
    let mut spent = Spent { work: Work::new(limit), cones: 0, rows: 0 };
    if arrangement.rank() > LARGEST_RANK {
        return claim.by_walk(&spent.work);
    }
    let answer = claim.by_cones(&mut spent);
    answer.map_err(|refused| WorkExceeded { needed: spent.needed(claimed.cones), ..refused })
}

/// The work that may still be done, the cones for which some was, and the rows that were handled for them.
struct Spent {
    work: Work,
    cones: u64,
    rows: u64,
}

impl Spent {
    /// The work for so many cones if the others take as much as those so far; `None` if there should be no others.
    fn needed(&self, cones: u64) -> Option<u64> {
        if self.cones == 0 || cones <= self.cones {
            return None;
        }
        let work = u128::from(self.rows) * u128::from(cones) / u128::from(self.cones);
        // Two digits, rounded up.
        let digit = 10u128.pow(work.checked_ilog10()?.saturating_sub(1));
        Some(u64::try_from(work.div_ceil(digit) * digit).unwrap_or(u64::MAX))
    }
}

impl Claim<'_> {
    fn everything(&self) -> i64 {
        self.values.iter().sum()
    }

    fn by_cones(&self, spent: &mut Spent) -> Result<Option<i64>, WorkExceeded> {
        let (groups, rank) = (self.arrangement.groups(), self.arrangement.rank());
        spent.work.spend(groups.saturating_mul((rank + 1).pow(2)))?;
        spent.work.fits((groups as u64).saturating_mul(16 * (rank as u64 + 1).pow(2)))?;
        let rows = Rows::new(self.arrangement.normals(), rank);
        let vertices = rows.vertices();
        let end = if rows.are_on_one_side() {
            self.on_open_cells(&vertices, spent)?
        } else {
            self.on_all_faces(&vertices, spent)?
        };
        match end {
            End::Proven => Ok(None),
            End::Above(price) => Ok(Some(price)),
            End::Unresolved => self.by_walk(&spent.work),
        }
    }

    /// One search for both signs: with w the opposite -w has all other bits, and no more patterns are there.
    fn on_open_cells(&self, vertices: &[Vertex], spent: &mut Spent) -> Result<End, WorkExceeded> {
        let opposite = self.everything() + self.always;
        let target = (self.claimed - self.always).min(self.claimed + opposite);
        let end = self.search(Question { values: self.values, target, open: true }, vertices, spent)?;
        Ok(end.with(|value| (value + self.always).max(value - opposite)))
    }

    /// A search for each sign.
    fn on_all_faces(&self, vertices: &[Vertex], spent: &mut Spent) -> Result<End, WorkExceeded> {
        let target = self.claimed - self.always;
        let end = self.search(Question { values: self.values, target, open: false }, vertices, spent)?;
        if end != End::Proven {
            return Ok(end.with(|value| value + self.always));
        }
        let values: Vec<i64> = self.values.iter().map(|value| -value).collect();
        let target = self.claimed + self.always;
        let end = self.search(Question { values: &values, target, open: false }, vertices, spent)?;
        Ok(end.with(|value| value - self.always))
    }

    fn search(&self, question: Question<'_>, vertices: &[Vertex], spent: &mut Spent) -> Result<End, WorkExceeded> {
        let cones = start::cones(question, vertices).collect();
        Search { question, normals: self.arrangement.normals(), first: vertices }.run(cones, spent)
    }

    /// The answer of the walk, with the work that is left.
    fn by_walk(&self, work: &Work) -> Result<Option<i64>, WorkExceeded> {
        let extremes = over_patterns(self.arrangement, self.values, work.left()).map_err(|_| work.refused())?;
        Ok(self.compared(extremes))
    }

    fn compared(&self, extremes: Extremes) -> Option<i64> {
        let largest = extremes.shifted(self.always).largest_modulus();
        (largest > self.claimed).then_some(largest)
    }
}
