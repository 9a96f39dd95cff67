//! `heaviside verify` for certificates of interpolation.

use super::{
    CliError, Outcome,
    args::VerifyArguments,
    output::Report,
    verify::{judge, rejected},
};
use crate::{
    certificate::InterpolationCertificate,
    check::{CheckLimits, ProvenInterpolation, Rejection, check_interpolation},
    data::Dataset,
};

/// What a rejected certificate leaves open.
const BOUNDS: &[&str] = &["norm", "lower_bound", "gap", "relative_gap", "norm_exact", "lower_bound_exact"];

/// Reads the data as the certificate says, judges, prints the verdict.
pub fn run(arguments: &VerifyArguments, text: &str) -> Result<Outcome, CliError> {
    let certificate = InterpolationCertificate::from_json(text);
    let certificate = certificate.map_err(|problem| Rejection::Malformed(problem).to_string());
    let verdict =
        |report: &mut Report, data: &Dataset, certificate: &InterpolationCertificate, limits: &CheckLimits| {
            Ok(verdict(report, check_interpolation(data, certificate, limits), data))
        };
    judge(
        arguments,
        certificate,
        BOUNDS,
        |c| &c.data,
        verdict,
        |report, c| {
            report.field("n", c.data.n).field("d", c.data.d);
        },
    )
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
        Err(reason) => rejected(report, &reason, BOUNDS),
    }
}
