//! `heaviside verify`: the judge on the command line.

use super::{CliError, Outcome, args::VerifyArguments, output::Report};
use crate::{
    certificate::{Certificate, PriceEvidence},
    check::{CheckLimits, Proven, Rejection, Verdict, check},
    data::Dataset,
    files,
};

/// Reads the data as the certificate says, judges, prints the verdict.
pub fn run(arguments: &VerifyArguments) -> Result<Outcome, CliError> {
    let text = files::read_text(&arguments.certificate)?;
    let verdict = match serde_json::from_str::<Certificate>(&text) {
        Ok(certificate) => {
            let data = Dataset::read(&arguments.data, &certificate.data.options)?;
            check(&data, &certificate, &CheckLimits::default())
        }
        Err(error) => Verdict::Rejected(Rejection::Malformed(error.to_string())),
    };
    let mut report = Report::default();
    let outcome = match &verdict {
        Verdict::Verified(proven) => verified(&mut report, proven),
        Verdict::Rejected(reason) => rejected(&mut report, reason),
    };
    report.print(arguments.json)?;
    Ok(outcome)
}

fn verified(report: &mut Report, proven: &Proven) -> Outcome {
    let proof = match proven.evidence {
        PriceEvidence::Walk => "exact walk over all rays of the arrangement",
        PriceEvidence::AllLabellings => "bound over all labellings of the distinct rows",
    };
    report.field("verdict", "verified").field("reason", proof).bounds(proven);
    report.exact("objective_exact", &proven.objective).exact("lower_bound_exact", &proven.lower_bound);
    Outcome::Success
}

fn rejected(report: &mut Report, reason: &Rejection) -> Outcome {
    report.field("verdict", "rejected").field("reason", reason.to_string());
    for name in ["objective", "lower_bound", "gap", "relative_gap", "objective_exact", "lower_bound_exact"] {
        report.field(name, serde_json::Value::Null);
    }
    Outcome::Rejected
}
