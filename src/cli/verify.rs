//! `heaviside verify`: the judge on the command line.

use std::fmt::Display;

use serde_json::Value;

use super::{
    CliError, Outcome,
    args::{VerifyArguments, inputs},
    export,
    output::Report,
    verify_interpolation,
};
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

/// What a rejected certificate leaves open.
const BOUNDS: &[&str] = &["objective", "lower_bound", "gap", "relative_gap", "objective_exact", "lower_bound_exact"];

/// What a rejected proof leaves open.
const STATEMENT: &[&str] = &["patterns", "patterns_complete", "groups", "shattered", "missing"];

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
        return bounds(
            arguments,
            DeepCertificate::from_json(&text),
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
        return bounds(
            arguments,
            WidthCertificate::from_json(&text),
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
    bounds(
        arguments,
        Certificate::from_json(&text),
        |c| &c.data,
        check,
        |report, c| {
            stated(report, &c.problem, &c.data).field("neurons", c.network.neurons.len());
        },
    )
}

/// Judges a certificate that bounds the optimum.
fn bounds<C>(
    arguments: &VerifyArguments,
    certificate: Result<C, String>,
    claim: impl Fn(&C) -> &DataClaim,
    check: impl Fn(&Dataset, &C, &CheckLimits) -> Verdict,
    subject: impl Fn(&mut Report, &C),
) -> Result<Outcome, CliError> {
    let certificate = certificate.map_err(|problem| Rejection::Malformed(problem).to_string());
    let verdict = |report: &mut Report, data: &Dataset, certificate: &C, limits: &CheckLimits| {
        Ok(match check(data, certificate, limits) {
            Verdict::Verified(proven) => verified(report, &proven),
            Verdict::Rejected(reason) => rejected(report, &reason, BOUNDS),
        })
    };
    judge(arguments, certificate, BOUNDS, claim, verdict, subject)
}

/// Reads the table as a certificate says, judges, prints the verdict and what it is about. A certificate that cannot be
/// read is rejected, which leaves these fields open.
pub(super) fn judge<C>(
    arguments: &VerifyArguments,
    certificate: Result<C, String>,
    open: &[&str],
    claim: impl Fn(&C) -> &DataClaim,
    verdict: impl Fn(&mut Report, &Dataset, &C, &CheckLimits) -> Result<Outcome, CliError>,
    subject: impl Fn(&mut Report, &C),
) -> Result<Outcome, CliError> {
    let mut report = Report::default();
    let outcome = match &certificate {
        Err(problem) => rejected(&mut report, problem, open),
        Ok(certificate) => {
            let claim = claim(certificate);
            let data = Dataset::read(&arguments.data, &claim.options)?;
            let outcome = verdict(&mut report, &data, certificate, &CheckLimits { work: arguments.work })?;
            subject(&mut report, certificate);
            reading(&mut report, claim);
            outcome
        }
    };
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

/// A rejection, which leaves these fields open.
pub(super) fn rejected(report: &mut Report, reason: &dyn Display, open: &[&str]) -> Outcome {
    report.field("verdict", "rejected").field("reason", reason.to_string());
    for name in open {
        report.field(name, Value::Null);
    }
    Outcome::Rejected
}

/// Judges a proof about patterns, and writes it for other checkers.
fn judge_proof(arguments: &VerifyArguments, text: &str) -> Result<Outcome, CliError> {
    let proof = PatternProof::from_json(text).map_err(|problem| ProofRejection::Malformed(problem).to_string());
    if let Ok(proof) = &proof {
        let [table, target] = inputs(&arguments.data, proof.data.options.target.as_deref());
        let certificate = ("the certificate", Some(arguments.certificate.as_path()));
        files::outputs(&[table, target, certificate], &arguments.export.outputs())?;
    }
    let verdict = |report: &mut Report, data: &Dataset, proof: &PatternProof, limits: &CheckLimits| match check_proof(
        data, proof, limits,
    ) {
        ProofVerdict::Verified(established) => {
            report.field("verdict", "verified");
            established_fields(report, &established);
            export::write(&arguments.export, data, proof)?;
            Ok(Outcome::Success)
        }
        ProofVerdict::Rejected(reason) => Ok(rejected(report, &reason, STATEMENT)),
    };
    judge(
        arguments,
        proof,
        STATEMENT,
        |proof| &proof.data,
        verdict,
        |report, proof| {
            report.field("n", proof.data.n).field("d", proof.data.d);
        },
    )
}

fn established_fields(report: &mut Report, established: &Established) {
    match established {
        Established::Complete { patterns, groups, shattered } => report
            .field("reason", "every labelling that is not listed is refuted")
            .field("patterns", *patterns)
            .field("patterns_complete", true)
            .field("groups", *groups)
            .field("shattered", *shattered)
            .field("missing", Value::Null),
        Established::Missing { labelling } => report
            .field("reason", "the labelling contains labels that are refuted")
            .field("patterns", Value::Null)
            .field("patterns_complete", Value::Null)
            .field("groups", Value::Null)
            .field("shattered", false)
            .field("missing", to_text(labelling)),
    };
}
