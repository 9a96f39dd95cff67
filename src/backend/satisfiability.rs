//! Boolean satisfiability, solved by varisat.
//!
//! A clause is a slice of literals: variables numbered from 1, negative for a negation. A model is a proposal that the
//! caller checks; a refutation is a list of steps that the judge checks (see [`crate::check::rup`]).
//!
//! The solver knows no limits, but it gives up when its proof cannot be written, so limits are asked where it writes.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use varisat::{
    ExtendFormula, Lit, ProofFormat, Solver,
    checker::{CheckedProofStep, CheckerData, ProofProcessor},
    solver::SolverError,
};

use crate::{
    check::rup::{Clauses, Literal},
    limits::{Budget, Limit},
    pattern::Bits,
};

/// Steps of a proof between two checks of the limits.
const CHECK_EVERY: usize = 256;

/// A formula that grows, and its models.
pub struct Formula<'a> {
    solver: Solver<'a>,
    variables: usize,
    budget: &'a Budget,
}

impl<'a> Formula<'a> {
    /// No clauses on the variables 1 to `variables`.
    pub fn new(variables: usize, budget: &'a Budget) -> Self {
        let mut solver = Solver::new();
        // Nobody reads this proof. Writing it is where the solver can be stopped.
        solver.write_proof(Watch { budget }, ProofFormat::Varisat);
        Formula { solver, variables, budget }
    }

    /// Adds a clause.
    pub fn add(&mut self, clause: impl IntoIterator<Item = Literal>) {
        let literals: Vec<Lit> = clause.into_iter().map(to_lit).collect();
        self.solver.add_clause(&literals);
    }

    /// A model, bit by variable; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The limit that was reached, after which there are no more models.
    pub fn model(&mut self) -> Result<Option<Bits>, Limit> {
        match self.solver.solve() {
            Ok(true) => Ok(Some(assignment(&self.solver.model().unwrap_or_default(), self.variables))),
            Ok(false) => Ok(None),
            // The solver stops for no other reason than the writer below.
            Err(_) => Err(self.budget.exceeded().unwrap_or(Limit::Interrupt)),
        }
    }
}

/// A writer that forgets everything and fails when a limit is reached.
struct Watch<'a> {
    budget: &'a Budget,
}

impl Write for Watch<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.budget.exceeded() {
            Some(limit) => Err(io::Error::other(limit.to_string())),
            None => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The answer to "do these clauses contradict each other?".
#[derive(Clone, Debug)]
pub enum Answer {
    /// No: an assignment satisfies all of them.
    Model(Bits),
    /// Yes, by these steps.
    Refuted(Vec<Step>),
}

/// A clause that follows from earlier ones by reverse unit propagation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The clause.
    pub clause: Vec<Literal>,
    /// The numbers of the clauses that imply it, in order; steps are numbered on after the clauses given.
    pub hints: Vec<usize>,
}

/// Decides clauses on the variables 1 to `variables`, with steps that end in the empty clause if there is no model.
///
/// # Errors
///
/// The limit that was reached.
pub fn decide(variables: usize, clauses: &Clauses, budget: &Budget) -> Result<Answer, Limit> {
    // An empty clause among those given is a contradiction without any step.
    if clauses.iter().any(<[Literal]>::is_empty) {
        return Ok(Answer::Refuted(Vec::new()));
    }
    let mut recorder = Recorder { budget, given: 0, number_of: HashMap::new(), steps: Vec::new(), limit: None };
    let mut solver = Solver::new();
    solver.add_proof_processor(&mut recorder);
    let mut literals = Vec::new();
    for (index, clause) in clauses.iter().enumerate() {
        if index.is_multiple_of(CHECK_EVERY)
            && let Some(limit) = budget.exceeded()
        {
            return Err(limit);
        }
        literals.clear();
        literals.extend(clause.iter().map(|&literal| to_lit(literal)));
        solver.add_clause(&literals);
    }
    let answer: Result<bool, SolverError> = solver.solve();
    let model = solver.model();
    drop(solver);
    match answer {
        Ok(true) => Ok(Answer::Model(assignment(&model.unwrap_or_default(), variables))),
        Ok(false) => Ok(Answer::Refuted(recorder.steps)),
        // The solver stops for no other reason than the recorder.
        Err(_) => Err(recorder.limit.unwrap_or(Limit::Interrupt)),
    }
}

/// Keeps the steps of a proof with their hints.
struct Recorder<'a> {
    budget: &'a Budget,
    given: usize,
    /// The number of a clause by the name that the solver gave it.
    number_of: HashMap<u64, usize>,
    steps: Vec<Step>,
    limit: Option<Limit>,
}

impl ProofProcessor for Recorder<'_> {
    fn process_step(&mut self, step: &CheckedProofStep, data: CheckerData) -> Result<(), anyhow::Error> {
        match step {
            CheckedProofStep::AddClause { id, .. } => {
                self.number_of.insert(*id, self.given);
                self.given += 1;
            }
            CheckedProofStep::DuplicatedClause { .. } | CheckedProofStep::TautologicalClause { .. } => self.given += 1,
            CheckedProofStep::AtClause { id, clause, propagations, .. } => {
                let derived =
                    self.derived(clause, propagations, data).ok_or_else(|| io::Error::other("unknown name"))?;
                self.number_of.insert(*id, self.given + self.steps.len());
                self.steps.push(derived);
                self.within_limits()?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Recorder<'_> {
    fn derived(&self, clause: &[Lit], propagations: &[u64], data: CheckerData) -> Option<Step> {
        let literal = |lit: &Lit| Some(to_literal(data.user_from_proof_var(lit.var())?.lit(lit.is_positive())));
        Some(Step {
            clause: clause.iter().map(literal).collect::<Option<_>>()?,
            hints: propagations.iter().map(|id| self.number_of.get(id).copied()).collect::<Option<_>>()?,
        })
    }

    fn within_limits(&mut self) -> io::Result<()> {
        if self.steps.len().is_multiple_of(CHECK_EVERY) {
            self.limit = self.budget.exceeded();
        }
        self.limit.map_or(Ok(()), |limit| Err(io::Error::other(limit.to_string())))
    }
}

fn to_lit(literal: Literal) -> Lit {
    Lit::from_dimacs(literal as isize)
}

fn to_literal(lit: Lit) -> Literal {
    // Literals come from clauses of `Literal`s.
    lit.to_dimacs() as Literal
}

/// The values of the variables 1 to `variables`; those that do not matter are false.
fn assignment(model: &[Lit], variables: usize) -> Bits {
    let mut bits = Bits::repeat(false, variables);
    for lit in model.iter().filter(|lit| lit.is_positive() && lit.index() < variables) {
        bits.set(lit.index(), true);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rup::Propagator;

    fn clauses(list: &[&[Literal]]) -> Clauses {
        let mut clauses = Clauses::default();
        list.iter().for_each(|clause| clauses.push(clause.iter().copied()));
        clauses
    }

    /// The steps of a refutation convince the judge's propagator.
    #[track_caller]
    fn refuted(variables: usize, given: &Clauses) -> usize {
        let Answer::Refuted(steps) = decide(variables, given, &Budget::unlimited()).unwrap() else { panic!("a model") };
        let mut propagator = Propagator::new(variables, given.clone(), u64::MAX);
        for step in &steps {
            let clause: Vec<i64> = step.clause.iter().map(|&literal| i64::from(literal)).collect();
            let hints: Vec<i64> = step.hints.iter().map(|&hint| hint as i64).collect();
            propagator.derive(&clause, &hints).unwrap();
        }
        assert!(propagator.clauses().iter().any(<[Literal]>::is_empty));
        steps.len()
    }

    #[test]
    fn contradictions_of_all_sizes() {
        assert_eq!(refuted(0, &clauses(&[&[]])), 0);
        assert_eq!(refuted(1, &clauses(&[&[1], &[-1]])), 1);
        refuted(2, &clauses(&[&[1], &[1, 2], &[-1, 2], &[-2]]));
        refuted(2, &clauses(&[&[1, 2], &[1, 2], &[1, -2], &[-1, 2], &[-1, -2]]));
        // All clauses on six variables.
        let mut all = Clauses::default();
        for code in 0..64 {
            all.push((0..6).map(|j| if code >> j & 1 == 1 { j + 1 } else { -(j + 1) }));
        }
        refuted(6, &all);
    }

    /// Six pigeons in five holes: steps of more than one resolution.
    #[test]
    fn pigeons() {
        let (pigeons, holes) = (6, 5);
        let sits = |pigeon: Literal, hole: Literal| pigeon * holes + hole + 1;
        let mut given = Clauses::default();
        for pigeon in 0..pigeons {
            given.push((0..holes).map(|hole| sits(pigeon, hole)));
            for other in 0..pigeon {
                (0..holes).for_each(|hole| given.push([-sits(pigeon, hole), -sits(other, hole)]));
            }
        }
        assert!(refuted(30, &given) > 10);
    }

    #[test]
    fn models_satisfy_the_clauses() {
        let given = clauses(&[&[1, 2], &[-1, 3], &[-2]]);
        let Answer::Model(model) = decide(3, &given, &Budget::unlimited()).unwrap() else { panic!("no model") };
        assert!(model[0] && !model[1] && model[2]);
        let budget = Budget::unlimited();
        let mut formula = Formula::new(2, &budget);
        let mut found = Vec::new();
        while let Some(model) = formula.model().unwrap() {
            formula.add(crate::check::proof::blocking_clause(&model));
            found.push(model);
        }
        found.sort();
        found.dedup();
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn limits_stop_the_solver() {
        let spent = Budget::new(Some(std::time::Duration::ZERO), None, Default::default());
        let mut all = Clauses::default();
        for code in 0..1 << 12 {
            all.push((0..12).map(|j| if code >> j & 1 == 1 { j + 1 } else { -(j + 1) }));
        }
        assert_eq!(decide(12, &all, &spent).unwrap_err(), Limit::Time);
        let mut formula = Formula::new(12, &spent);
        all.iter().for_each(|clause| formula.add(clause.iter().copied()));
        assert_eq!(formula.model().unwrap_err(), Limit::Time);
    }
}
