//! `heaviside verify`: the judge on the command line.

use super::{CliError, Outcome, args::VerifyArguments, output::Report};
use crate::{
    certificate::{Certificate, PriceEvidence},
    check::{CheckLimits, Proven, Rejection, Verdict, check},
    data::Dataset,
    exact::rational,
    files,
};

/// Reads the data as the certificate says, judges, prints the verdict.
pub fn run(arguments: &VerifyArguments) -> Result<Outcome, CliError> {
    let text = files::read_text(&arguments.certificate)?;
    let mut report = Report::default();
    let certificate = match Certificate::from_json(&text) {
        Ok(certificate) => certificate,
        Err(problem) => {
            let outcome = rejected(&mut report, &Rejection::Malformed(problem));
            report.print(arguments.json)?;
            return Ok(outcome);
        }
    };
    let data = Dataset::read(&arguments.data, &certificate.data.options)?;
    let verdict = check(&data, &certificate, &CheckLimits { work: arguments.work });
    let outcome = match &verdict {
        Verdict::Verified(proven) => verified(&mut report, proven),
        Verdict::Rejected(reason) => rejected(&mut report, reason),
    };
    subject(&mut report, &certificate);
    report.print(arguments.json)?;
    Ok(outcome)
}

/// What the verdict is about: the problem and the columns that the certificate names.
fn subject(report: &mut Report, certificate: &Certificate) {
    let Certificate { data, problem, network, .. } = certificate;
    let number = |text: &String| rational::from_text(text).map(|number| number.to_f64().value());
    let beta = number(&problem.beta);
    report.field("loss", serde_json::to_value(problem.loss).unwrap_or_default());
    if let Some(delta) = &problem.delta {
        report.field("huber_delta", number(delta));
    }
    report
        .field("beta", beta)
        .field("n", data.n)
        .field("d", data.d)
        .field("neurons", network.neurons.len())
        .field("target", data.options.target.clone())
        .field("features", data.options.features.clone())
        .field("classify", data.options.classify)
        .field("bias", data.options.bias);
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
