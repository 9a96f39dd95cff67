//! `heaviside shatter` for two layers: by the rank of X, or by satisfiability.

use super::question::{Answer, Question, Status};
use crate::{
    certificate::proof::{entries_to_line, numbers_to_line},
    check::{CheckLimits, ProofVerdict, check_proof, dimacs},
    cli::{CliError, output::Report, solve::args::ShatterMethod},
    files,
    limits::Limit,
    pattern::Bits,
    shatter::{Missing, ProveError, Shattering, by_rank, by_satisfiability, prove, question},
};

/// More independent rows than this have too many labellings for a list.
const MOST_LISTED: usize = 24;

impl Question<'_> {
    /// Is every labelling of the rows in H(X)?
    pub fn two_layers(&self) -> Result<Answer, CliError> {
        let by_rank = by_rank(self.data, self.arrangement);
        let listed = self.arguments.method == ShatterMethod::Sat || self.arguments.dimacs.is_some();
        let proven_by_list = self.arguments.proof.is_some() && by_rank == Shattering::Shattered;
        if (listed || proven_by_list) && self.arrangement.rank() > MOST_LISTED {
            return Err(CliError::Usage(format!(
                "--method sat, --dimacs and a proof of shattering list the patterns, and rank {} has too many; --method \
                 rank decides without a list",
                self.arrangement.rank()
            )));
        }
        let mut details = Report::default();
        let formula = match listed.then(|| question::formula(self.arrangement, &self.budget)).transpose() {
            Ok(formula) => formula,
            Err(limit) => return Ok(Answer::unknown(limit)),
        };
        if let (Some(path), Some(clauses)) = (&self.arguments.dimacs, &formula) {
            let comments = [format!("a labelling of the {} rows that is no pattern", self.data.n())];
            files::write_with(path, |writer| dimacs::write_formula(writer, &comments, self.data.n(), clauses))?;
        }
        let decided = match (self.arguments.method, &formula) {
            (ShatterMethod::Sat, Some(clauses)) => {
                details.field("patterns", clauses.len());
                match by_satisfiability(self.data, self.arrangement, clauses, &self.budget) {
                    Ok(decided) => decided,
                    Err(limit) => return Ok(Answer::unknown(limit)),
                }
            }
            _ => by_rank,
        };
        match decided {
            Shattering::Shattered => {
                if let Some(limit) = self.prove_shattered(&mut details)? {
                    return Ok(Answer::unknown(limit));
                }
                Ok(Answer { status: Status::Shattered, labelling: None, details })
            }
            Shattering::Missing(missing) => self.missing(missing, Status::NotShattered, details),
        }
    }

    /// Writes the proof that all labellings are patterns, if asked for; the limit that prevented it.
    fn prove_shattered(&self, details: &mut Report) -> Result<Option<Limit>, CliError> {
        let Some(path) = &self.arguments.proof else { return Ok(None) };
        match prove(self.data, self.arrangement, &self.budget, &|patterns| self.observe(patterns)) {
            Ok(proven) => {
                files::write_json(path, &proven.proof)?;
                details.field("proof", "verified").field("steps", proven.list().map(|list| list.steps.len()));
                Ok(None)
            }
            Err(ProveError::Limit { limit, .. }) => Ok(Some(limit)),
            Err(error) => Err(CliError::Usage(error.to_string())),
        }
    }

    /// A labelling that is no pattern, which the checker has confirmed.
    fn missing(&self, missing: Missing, status: Status, mut details: Report) -> Result<Answer, CliError> {
        let proof = missing.proof(self.data);
        if let ProofVerdict::Rejected(reason) = check_proof(self.data, &proof, &CheckLimits::default()) {
            return Err(CliError::Usage(format!(
                "internal contradiction: the checker refuses the refutation: {reason}"
            )));
        }
        if let Some(path) = &self.arguments.proof {
            files::write_json(path, &proof)?;
        }
        details.field("proof", "verified").field("refutation", entries_to_line(&missing.refutation.entries));
        Ok(Answer { status, labelling: Some(missing.labelling), details })
    }

    /// Is this labelling in H(X)?
    pub fn labelling(&self, labelling: &Bits) -> Result<Answer, CliError> {
        let mut details = Report::default();
        match question::settle(self.data, self.arrangement, labelling) {
            Ok(weights) => {
                if self.arguments.proof.is_some() {
                    return Err(CliError::Usage("the labelling is a pattern: there is nothing to refute".into()));
                }
                details.field("weights", numbers_to_line(weights.exact()));
                Ok(Answer { status: Status::Attainable, labelling: None, details })
            }
            Err(missing) => self.missing(missing, Status::NotAttainable, details),
        }
    }
}
