//! `--dimacs` and `--drat`: a proof of completeness for checkers written by others.

use super::{CliError, args::ExportArguments};
use crate::{
    certificate::proof::{PatternProof, Statement},
    check::{dimacs, proof},
    data::Dataset,
    files,
};

/// Writes the formula that the checker builds from data, list and refutations, and the steps of the proof.
pub fn write(export: &ExportArguments, data: &Dataset, proof: &PatternProof) -> Result<(), CliError> {
    if !export.is_asked_for() {
        return Ok(());
    }
    let Statement::Complete(list) = &proof.statement else {
        return Err(CliError::Usage("--dimacs and --drat need a proof that a list is complete".into()));
    };
    if let Some(path) = &export.dimacs {
        let clauses = proof::formula(data, list).map_err(|reason| CliError::Usage(reason.to_string()))?;
        let comments = [
            format!("a labelling of the {} groups of rows that is neither listed nor refuted", list.groups),
            format!("data {}", proof.data.digest),
        ];
        files::write_with(path, |writer| dimacs::write_formula(writer, &comments, list.groups, &clauses))?;
    }
    if let Some(path) = &export.drat {
        files::write_with(path, |writer| dimacs::write_steps(writer, list))?;
    }
    Ok(())
}
