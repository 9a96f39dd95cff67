//! The formula of a proof and its steps in the formats of the SAT competitions, for checkers written by others.
//!
//! DIMACS: a header `p cnf VARIABLES CLAUSES`, then each clause as literals and 0. DRAT: each derived clause as literals
//! and 0, in order; all of them follow by reverse unit propagation, and none is deleted.

use std::io::{self, Write};

use super::rup::{Clauses, Literal};
use crate::certificate::proof::{CompleteList, numbers_to_line};

/// Writes clauses on the variables 1 to `variables`, after comment lines.
///
/// # Errors
///
/// Those of the writer.
pub fn write_formula(
    writer: &mut dyn Write,
    comments: &[String],
    variables: usize,
    clauses: &Clauses,
) -> io::Result<()> {
    comments.iter().try_for_each(|comment| writeln!(writer, "c {comment}"))?;
    writeln!(writer, "p cnf {variables} {}", clauses.len())?;
    clauses.iter().try_for_each(|clause| writeln!(writer, "{}", numbers_to_line(clause.iter().chain([&0 as &Literal]))))
}

/// Writes the steps of a proof without their hints.
///
/// # Errors
///
/// Those of the writer.
pub fn write_steps(writer: &mut dyn Write, list: &CompleteList) -> io::Result<()> {
    for step in &list.steps {
        let literals = step.split(' ').take_while(|word| *word != "0");
        writeln!(writer, "{}", numbers_to_line(literals.chain(["0"])))?;
    }
    Ok(())
}
