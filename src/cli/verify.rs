//! `heaviside verify`: the judge on the command line.

use super::{CliError, Outcome, args::VerifyArguments, export, output::Report, verify_interpolation};
use crate::{
    certificate::{
        Certificate, DEEP_FORMAT, DataClaim, DeepCertificate, PatternProof, Problem, WIDTH_FORMAT, WidthCertificate,
        interpolation, proof::PROOF_FORMAT,
    },
    check::{
        CheckLimits, Established, ProofRejection, ProofVerdict, Proven, Rejection, Verdict, check, check_deep,
        check_proof, check_width,
    },
    data::Dataset,
    exact::rational,
    files,
    pattern::to_text,
};

/// Reads the data as the certificate says, judges, prints the verdict.
pub fn run(arguments: &VerifyArguments) -> Result<Outcome, CliError> {
    let text = files::read_text(&arguments.certificate)?;
    let format = files::named_format(&text);
    let is = |name: &str| format.as_deref() == Some(name);
    if is(PROOF_FORMAT) {
        return judge_proof(arguments, &text);
    }
    if arguments.export.dimacs.is_some() || arguments.export.drat.is_some() {
        return Err(CliError::Usage("--dimacs and --drat belong to proofs, and this is no proof".into()));
    }
    if is(interpolation::FORMAT) {
        return verify_interpolation::run(arguments, &text);
    }
    if is(DEEP_FORMAT) {
        let certificate = DeepCertificate::from_json(&text);
        return judge(
            arguments,
            certificate,
            |c| &c.data,
            check_deep,
            |report, c| {
                stated(report, &c.problem, &c.data)
                    .field("layers", c.depth.layers)
                    .field("widths", c.depth.widths.clone())
                    .field("subnetworks", c.network.subnetworks.len());
            },
        );
    }
    if is(WIDTH_FORMAT) {
        let certificate = WidthCertificate::from_json(&text);
        return judge(
            arguments,
            certificate,
            |c| &c.data,
            check_width,
            |report, c| {
                stated(report, &c.problem, &c.data)
                    .field("width", c.width)
                    .field("neurons", c.network.neurons.len())
                    .field("search_nodes", c.search.len());
            },
        );
    }
    judge(
        arguments,
        Certificate::from_json(&text),
        |c| &c.data,
        check,
        |report, c| {
            stated(report, &c.problem, &c.data).field("neurons", c.network.neurons.len());
        },
    )
}

/// Reads the table as a certificate says, judges, prints the verdict and what it is about.
fn judge<C>(
    arguments: &VerifyArguments,
    certificate: Result<C, String>,
    claim: impl Fn(&C) -> &DataClaim,
    check: impl Fn(&Dataset, &C, &CheckLimits) -> Verdict,
    subject: impl Fn(&mut Report, &C),
) -> Result<Outcome, CliError> {
    let mut report = Report::default();
    let certificate = match certificate {
        Ok(certificate) => certificate,
        Err(problem) => {
            let outcome = rejected(&mut report, &Rejection::Malformed(problem));
            report.print(arguments.json)?;
            return Ok(outcome);
        }
    };
    let data = Dataset::read(&arguments.data, &claim(&certificate).options)?;
    let outcome = match &check(&data, &certificate, &CheckLimits { work: arguments.work }) {
        Verdict::Verified(proven) => verified(&mut report, proven),
        Verdict::Rejected(reason) => rejected(&mut report, reason),
    };
    subject(&mut report, &certificate);
    reading(&mut report, claim(&certificate));
    report.print(arguments.json)?;
    Ok(outcome)
}

/// The problem that a certificate states, and the shape of its data.
fn stated<'a>(report: &'a mut Report, problem: &Problem, data: &DataClaim) -> &'a mut Report {
    let number = |text: &String| rational::from_text(text).map(|number| number.to_f64().value());
    report.field("loss", serde_json::to_value(problem.loss).unwrap_or_default());
    if let Some(delta) = &problem.delta {
        report.field("huber_delta", number(delta));
    }
    report.field("beta", number(&problem.beta)).field("n", data.n).field("d", data.d)
}

/// How the table was read.
fn reading(report: &mut Report, data: &DataClaim) {
    report
        .field("target", data.options.target.clone())
        .field("features", data.options.features.clone())
        .field("classify", data.options.classify)
        .field("bias", data.options.bias);
}

fn verified(report: &mut Report, proven: &Proven) -> Outcome {
    report.field("verdict", "verified").field("reason", proven.evidence.reason()).bounds(proven);
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

/// The same for a proof about patterns.
fn judge_proof(arguments: &VerifyArguments, text: &str) -> Result<Outcome, CliError> {
    let mut report = Report::default();
    let proof = match PatternProof::from_json(text) {
        Ok(proof) => proof,
        Err(problem) => {
            let outcome = rejected_proof(&mut report, &ProofRejection::Malformed(problem));
            report.print(arguments.json)?;
            return Ok(outcome);
        }
    };
    let data = Dataset::read(&arguments.data, &proof.data.options)?;
    let outcome = match check_proof(&data, &proof, &CheckLimits { work: arguments.work }) {
        ProofVerdict::Verified(established) => {
            report.field("verdict", "verified");
            established_fields(&mut report, &established);
            export::write(&arguments.export, &data, &proof)?;
            Outcome::Success
        }
        ProofVerdict::Rejected(reason) => rejected_proof(&mut report, &reason),
    };
    report.field("n", proof.data.n).field("d", proof.data.d);
    reading(&mut report, &proof.data);
    report.print(arguments.json)?;
    Ok(outcome)
}

fn established_fields(report: &mut Report, established: &Established) {
    match established {
        Established::Complete { patterns, groups, shattered } => report
            .field("reason", "every labelling that is not listed is refuted")
            .field("patterns", *patterns)
            .field("patterns_complete", true)
            .field("groups", *groups)
            .field("shattered", *shattered)
            .field("missing", serde_json::Value::Null),
        Established::Missing { labelling } => report
            .field("reason", "the labelling contains labels that are refuted")
            .field("patterns", serde_json::Value::Null)
            .field("patterns_complete", serde_json::Value::Null)
            .field("groups", serde_json::Value::Null)
            .field("shattered", false)
            .field("missing", to_text(labelling)),
    };
}

fn rejected_proof(report: &mut Report, reason: &ProofRejection) -> Outcome {
    report.field("verdict", "rejected").field("reason", reason.to_string());
    for name in ["patterns", "patterns_complete", "groups", "shattered", "missing"] {
        report.field(name, serde_json::Value::Null);
    }
    Outcome::Rejected
}
