//! Clauses that follow from clauses by unit propagation: the steps of a refutation, checked with hints.
//!
//! A clause C follows from clauses by *reverse unit propagation* if making all literals of C false and then repeatedly
//! making true the last literal of a clause that is not false yet ends in a clause with only false literals. A step
//! names the clauses in the order in which this happens (LRAT hints), so nothing is searched: each hinted clause but the
//! last must have exactly one literal that is not false, which then becomes true, and the last must have none. Then C
//! follows: an assignment that satisfies the hinted clauses and not C would have to contain all these literals.
//!
//! References: Cruz-Filipe, Heule, Hunt, Kaufmann, Schneider-Kamp, "Efficient Certified RAT Verification", CADE 2017.

/// A variable, numbered from 1, or minus that for its negation.
pub type Literal = i32;

/// Clauses, numbered from 0.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    literals: Vec<Literal>,
    ends: Vec<usize>,
}

impl Clauses {
    /// The number of clauses.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Appends a clause.
    pub fn push(&mut self, clause: impl IntoIterator<Item = Literal>) {
        self.literals.extend(clause);
        self.ends.push(self.literals.len());
    }

    /// Clause number `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<&[Literal]> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.literals[start..end])
    }

    /// The clauses in order.
    pub fn iter(&self) -> impl Iterator<Item = &[Literal]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// Why a clause does not follow by the hints given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepProblem {
    /// A literal is 0, belongs to no variable, or occurs twice, maybe negated.
    #[error("literal {0} is out of range or repeated")]
    Literal(i64),
    /// A hint is no earlier clause.
    #[error("hint {0} is no earlier clause")]
    UnknownClause(i64),
    /// A hinted clause is neither unit nor, at the end, false.
    #[error("the clause of hint {0} neither implies a literal nor is contradicted")]
    NotUnit(i64),
    /// The hints end, or go on, without a contradiction at the last one.
    #[error("the hints do not end with a contradiction")]
    NoContradiction,
    /// More literals would have to be looked at than permitted.
    #[error("more than the permitted work")]
    TooMuchWork,
}

/// A growing set of clauses on N variables that all follow from the first ones.
#[derive(Clone, Debug)]
pub struct Propagator {
    clauses: Clauses,
    /// For each variable whether it is known, and then its value.
    values: Vec<Option<bool>>,
    trail: Vec<usize>,
    work: u64,
}

impl Propagator {
    /// Starts with clauses whose literals are of the variables 1 to `variables`; `work` bounds the literals looked at.
    pub fn new(variables: usize, clauses: Clauses, work: u64) -> Self {
        Propagator { clauses, values: vec![None; variables + 1], trail: Vec::new(), work }
    }

    /// The clauses so far.
    pub fn clauses(&self) -> &Clauses {
        &self.clauses
    }

    /// Adds a clause that follows from the hinted ones.
    ///
    /// # Errors
    ///
    /// Why it does not follow, or not from these hints in this order.
    pub fn derive(&mut self, clause: &[i64], hints: &[i64]) -> Result<(), StepProblem> {
        let derived = self.refute_negation(clause, hints);
        for variable in self.trail.drain(..) {
            self.values[variable] = None;
        }
        let literals = derived?;
        self.clauses.push(literals);
        Ok(())
    }

    fn refute_negation(&mut self, clause: &[i64], hints: &[i64]) -> Result<Vec<Literal>, StepProblem> {
        let mut literals = Vec::with_capacity(clause.len());
        for &literal in clause {
            let problem = StepProblem::Literal(literal);
            let literal = Literal::try_from(literal).map_err(|_| problem)?;
            let known = self.values.get(literal.unsigned_abs() as usize);
            if literal == 0 || known != Some(&None) {
                return Err(problem);
            }
            self.assign(-literal);
            literals.push(literal);
        }
        let (&last, before) = hints.split_last().ok_or(StepProblem::NoContradiction)?;
        for &hint in before {
            match self.open_literals(hint)? {
                (Some(literal), true) => self.assign(literal),
                (None, _) => return Err(StepProblem::NoContradiction),
                (Some(_), false) => return Err(StepProblem::NotUnit(hint)),
            }
        }
        match self.open_literals(last)? {
            (None, _) => Ok(literals),
            (Some(_), _) => Err(StepProblem::NoContradiction),
        }
    }

    /// A literal of the hinted clause that is not false, if any; and whether it is the only one and not known.
    fn open_literals(&mut self, hint: i64) -> Result<(Option<Literal>, bool), StepProblem> {
        let clause = usize::try_from(hint).ok().and_then(|index| self.clauses.get(index));
        let clause = clause.ok_or(StepProblem::UnknownClause(hint))?;
        self.work = self.work.checked_sub(clause.len() as u64 + 1).ok_or(StepProblem::TooMuchWork)?;
        let value = |literal: &Literal| {
            self.values.get(literal.unsigned_abs() as usize).copied().flatten().map(|value| value == (*literal > 0))
        };
        let mut open = clause.iter().filter(|literal| value(literal) != Some(false));
        let first = open.next();
        Ok((first.copied(), open.next().is_none() && first.is_some_and(|literal| value(literal).is_none())))
    }

    fn assign(&mut self, literal: Literal) {
        let variable = literal.unsigned_abs() as usize;
        self.values[variable] = Some(literal > 0);
        self.trail.push(variable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn propagator(clauses: &[&[Literal]]) -> Propagator {
        let mut all = Clauses::default();
        clauses.iter().for_each(|clause| all.push(clause.iter().copied()));
        Propagator::new(3, all, 1000)
    }

    #[test]
    fn a_refutation_by_hand() {
        let mut steps = propagator(&[&[1, 2], &[1, -2], &[-1, 3], &[-1, -3]]);
        assert_eq!(steps.derive(&[1], &[0, 1]), Ok(()));
        assert_eq!(steps.derive(&[], &[4, 2, 3]), Ok(()));
        assert_eq!(steps.clauses().get(5), Some(&[][..]));
    }

    #[test]
    fn each_defect_has_its_reason() {
        let mut steps = propagator(&[&[1, 2], &[1, -2], &[-1, 3], &[-1, -3]]);
        let mut refused = |clause: &[i64], hints: &[i64]| steps.derive(clause, hints).unwrap_err();
        assert_eq!(refused(&[1], &[]), StepProblem::NoContradiction);
        assert_eq!(refused(&[1], &[0]), StepProblem::NoContradiction);
        assert_eq!(refused(&[1], &[0, 1, 2]), StepProblem::NoContradiction);
        assert_eq!(refused(&[1], &[0, 4]), StepProblem::UnknownClause(4));
        assert_eq!(refused(&[1], &[-1, 1]), StepProblem::UnknownClause(-1));
        assert_eq!(refused(&[], &[0, 1]), StepProblem::NotUnit(0));
        // The clause is true already: it implies nothing.
        assert_eq!(refused(&[1], &[0, 0, 1]), StepProblem::NotUnit(0));
        assert_eq!(refused(&[4], &[0, 1]), StepProblem::Literal(4));
        assert_eq!(refused(&[0], &[0, 1]), StepProblem::Literal(0));
        assert_eq!(refused(&[1, 1], &[0, 1]), StepProblem::Literal(1));
        assert_eq!(refused(&[1, -1], &[0, 1]), StepProblem::Literal(-1));
        assert_eq!(refused(&[i64::MIN], &[0, 1]), StepProblem::Literal(i64::MIN));
        assert_eq!(refused(&[i64::from(i32::MIN)], &[0, 1]), StepProblem::Literal(i64::from(i32::MIN)));
        // What was refused left nothing behind.
        assert_eq!(steps.derive(&[1], &[0, 1]), Ok(()));
        assert_eq!(Propagator { work: 3, ..steps }.derive(&[1], &[0, 1]), Err(StepProblem::TooMuchWork));
    }
}
