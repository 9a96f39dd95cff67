//! The only place where a proposal becomes a result.
//!
//! ```text
//! solve -> weights for atoms (ban and solve again) -> model -> certificate -> check -> status
//! ```
//!
//! A network is a weighted sum of *atoms*: activation patterns, labellings of a deep layer, whatever a class of networks
//! is made of. Atoms that no f64 weights reproduce (cells narrower than rounding) are banned and the problem is solved
//! again without them; what the first solution proved stays the bound. Once a limit is reached, or too many atoms are
//! banned, only atoms that are at hand come into question, in the end those that have weights. The pipeline knows
//! neither patterns nor lists.

use std::collections::{HashMap, HashSet};

use super::{
    Status,
    tuning::{LATE_ATTEMPTS, MOST_BANNED},
};
use crate::{
    certificate::Certificate,
    certify,
    check::{CheckLimits, Proven, Verdict, check},
    class::{Class, Scope},
    error::TrainError,
    event::Event,
    limits::Limit,
    subject::Subject,
};

/// What the pipeline makes of a class: a point, its model, and what is proven about it.
pub(crate) struct Outcome<C: Class> {
    pub point: C::Point,
    /// `None` if no f64 weights reproduce the atoms of any point that was found.
    pub model: Option<C::Model>,
    /// `None` if there is no affordable proof.
    pub proof: Option<Proof>,
    /// Atoms that were banned.
    pub unrealized: usize,
    /// The limit that ended the work early.
    pub limit: Option<Limit>,
}

/// A certificate that the checker has verified.
pub(crate) struct Proof {
    pub certificate: Certificate,
    pub proven: Proven,
}

/// Solves, finds weights, puts the certificate together and has it checked.
pub(crate) fn run<C: Class>(class: &mut C, subject: &Subject<'_>) -> Result<Outcome<C>, TrainError> {
    let realized = realized(class, subject)?;
    let Realized { point, model, unrealized } = realized;
    let certificate = class.certificate(&point, model.as_ref())?;
    // Hidden weights that were due after a limit are witnesses instead of the chosen reconstruction.
    let limit = class.limit().or_else(|| subject.budget.exceeded());
    let proof = certificate.map(|certificate| checked(class, subject, certificate)).transpose()?.flatten();
    Ok(Outcome { point, model, proof, unrealized, limit })
}

/// A point all of whose atoms have weights.
struct Realized<C: Class> {
    point: C::Point,
    model: Option<C::Model>,
    unrealized: usize,
}

/// Solves until all atoms have weights.
fn realized<C: Class>(class: &mut C, subject: &Subject<'_>) -> Result<Realized<C>, TrainError> {
    let Some(mut point) = class.solve(Scope::All(&HashSet::new()))? else {
        unreachable!("without a ban every class has a point")
    };
    let (mut banned, mut units, mut late) = (HashSet::new(), HashMap::new(), 0);
    let model = loop {
        let failed = realize(class, subject, &point, &mut units);
        if failed.is_empty() {
            let all: Vec<C::Unit> = class.atoms(&point).iter().filter_map(|atom| units.get(atom).cloned()).collect();
            break class.model(&point, all);
        }
        if class.simplify() {
            units.clear();
            continue;
        }
        banned.extend(failed);
        let limited = subject.budget.exceeded().is_some();
        late += usize::from(limited);
        let found = if banned.len() >= MOST_BANNED || late > LATE_ATTEMPTS {
            class.solve(Scope::Only(&units.keys().cloned().collect::<Vec<_>>()))?
        } else if limited {
            class.solve(Scope::AtHand(&banned))?
        } else {
            class.solve(Scope::All(&banned))?
        };
        match found {
            Some(found) => point = found,
            None => break None,
        }
    };
    Ok(Realized { point, model, unrealized: banned.len() })
}

/// Finds weights for the atoms that have none yet; those for which none were found.
fn realize<C: Class>(
    class: &mut C,
    subject: &Subject<'_>,
    point: &C::Point,
    units: &mut HashMap<C::Atom, C::Unit>,
) -> Vec<C::Atom> {
    let atoms = class.atoms(point);
    subject.tell(Event::Reconstructing { neurons: atoms.len() });
    let missing: Vec<C::Atom> = atoms.into_iter().filter(|atom| !units.contains_key(atom)).collect();
    let found = class.realize(point, &missing);
    let mut failed = Vec::new();
    for (atom, unit) in missing.into_iter().zip(found) {
        match unit {
            Some(unit) => drop(units.insert(atom, unit)),
            None => failed.push(atom),
        }
    }
    failed
}

/// What the checker has proven; `None` if that is too much work for it.
fn checked<C: Class>(class: &C, subject: &Subject<'_>, certificate: Certificate) -> Result<Option<Proof>, TrainError> {
    subject.tell(Event::Judging);
    match certify::judged(subject.data, &certificate) {
        Ok(proven) => Ok(Some(Proof { certificate, proven })),
        Err(reason) if class.excuses(&reason) => Ok(None),
        // A defect of this library, never a result.
        Err(reason) => Err(TrainError::Refused(reason)),
    }
}

/// A certificate that no network does what was asked, once the checker has verified it.
pub(crate) fn refuted(subject: &Subject<'_>, certificate: Certificate) -> Result<Certificate, TrainError> {
    subject.tell(Event::Judging);
    match check(subject.data, &certificate, &CheckLimits::default()) {
        Verdict::Verified(_) => Ok(certificate),
        Verdict::Rejected(reason) => Err(TrainError::Refused(reason)),
        Verdict::Undecided(exceeded) => Err(TrainError::Refused(exceeded.into())),
    }
}

/// How good proven bounds are.
pub(crate) fn status(proven: &Proven, tolerance: f64) -> Status {
    if proven.relative_gap() <= tolerance { Status::Optimal } else { Status::Feasible }
}
