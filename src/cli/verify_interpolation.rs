//! `heaviside verify` for certificates of interpolation.

use serde_json::Value;

use super::{CliError, Outcome, args::VerifyArguments, output::Report};
use crate::{
    certificate::InterpolationCertificate,
    check::{CheckLimits, ProvenInterpolation, Rejection, check_interpolation},
    data::Dataset,
};

/// Reads the data as the certificate says, judges, prints the verdict.
pub fn run(arguments: &VerifyArguments, text: &str) -> Result<Outcome, CliError> {
    let mut report = Report::default();
    let outcome = match InterpolationCertificate::from_json(text) {
        Ok(certificate) => {
            let data = Dataset::read(&arguments.data, &certificate.data.options)?;
            let limits = CheckLimits { work: arguments.work };
            let outcome = verdict(&mut report, check_interpolation(&data, &certificate, &limits), &data);
            subject(&mut report, &certificate);
            outcome
        }
        Err(problem) => rejected(&mut report, &Rejection::Malformed(problem)),
    };
    report.print(arguments.json)?;
    Ok(outcome)
}

fn verdict(report: &mut Report, verdict: Result<ProvenInterpolation, Rejection>, data: &Dataset) -> Outcome {
    match verdict {
        Ok(ProvenInterpolation::Network(proven)) => {
            report.field("verdict", "verified").field("reason", proven.evidence.reason()).bounds_of("norm", &proven);
            report.exact("norm_exact", &proven.objective).exact("lower_bound_exact", &proven.lower_bound);
            Outcome::Success
        }
        Ok(ProvenInterpolation::Infeasible { rows }) => {
            report
                .field("verdict", "verified")
                .field("reason", "no network fits both of two rows that share their bit in every pattern")
                .field("conflicting_rows", rows.map(|row| row + 1).to_vec())
                .field("conflicting_targets", rows.map(|row| data.targets()[row]).to_vec());
            Outcome::Success
        }
        Err(reason) => rejected(report, &reason),
    }
}

fn rejected(report: &mut Report, reason: &Rejection) -> Outcome {
    report.field("verdict", "rejected").field("reason", reason.to_string());
    for name in ["norm", "lower_bound", "gap", "relative_gap", "norm_exact", "lower_bound_exact"] {
        report.field(name, Value::Null);
    }
    Outcome::Rejected
}

/// What the verdict is about: the columns that the certificate names.
fn subject(report: &mut Report, certificate: &InterpolationCertificate) {
    let data = &certificate.data;
    report
        .field("n", data.n)
        .field("d", data.d)
        .field("target", data.options.target.clone())
        .field("features", data.options.features.clone())
        .field("classify", data.options.classify)
        .field("bias", data.options.bias);
}
