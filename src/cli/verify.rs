//! `heaviside verify`: the judge on the command line.

use std::fmt::Display;

use serde_json::Value;

use super::{
    CliError, Outcome,
    args::{VerifyArguments, inputs, swapped},
    export,
    output::Report,
};
use crate::{
    certificate::{self, Body, Certificate, DataClaim, Document, PatternProof, Problem, proof::PROOF_FORMAT},
    check::{CheckLimits, Conclusion, Established, ProofVerdict, Proven, Verdict, check, check_proof},
    data::{DataError, DataOptions, Dataset},
    exact::rational,
    files,
    pattern::to_text,
};

/// What a rejected certificate leaves open.
const BOUNDS: [&str; 6] = ["objective", "lower_bound", "gap", "relative_gap", "objective_exact", "lower_bound_exact"];

/// The same for interpolation.
const NORM: [&str; 6] = ["norm", "lower_bound", "gap", "relative_gap", "norm_exact", "lower_bound_exact"];

/// What a rejected proof leaves open.
const STATEMENT: [&str; 5] = ["patterns", "patterns_complete", "groups", "shattered", "missing"];

/// Reads certificate and data, judges, prints the verdict.
pub fn run(arguments: &VerifyArguments) -> Result<Outcome, CliError> {
    if swapped(&arguments.certificate, &arguments.data) {
        return Err(CliError::Usage(swapped_message(arguments)));
    }
    let text = files::read_text(&arguments.certificate)?;
    let is_proof = files::named_format(&text).as_deref() == Some(PROOF_FORMAT);
    if !is_proof && (arguments.export.dimacs.is_some() || arguments.export.drat.is_some()) {
        return Err(CliError::Usage("--dimacs and --drat belong to proofs, and this is no proof".into()));
    }
    let mut report = Report::default();
    let outcome = match certificate::read(&text) {
        Ok(Document::Certificate(certificate)) => judge(arguments, &certificate, &mut report)?,
        Ok(Document::Proof(proof)) => judge_proof(arguments, &proof, &mut report)?,
        Err(problem) if is_proof => rejected(&mut report, &problem, &STATEMENT),
        Err(problem) => rejected(&mut report, &problem, if is_about_a_norm(&text) { &NORM } else { &BOUNDS }),
    };
    report.print(arguments.json)?;
    Ok(outcome)
}

fn swapped_message(arguments: &VerifyArguments) -> String {
    let (table, certificate) = (arguments.certificate.display(), arguments.data.display());
    format!("the arguments are swapped, the table comes first: heaviside verify {table} {certificate}")
}

/// Reads the table with the options of a certificate, or what is given in their place.
fn read(arguments: &VerifyArguments, claim: &DataClaim) -> Result<Dataset, CliError> {
    let data = Dataset::read(&arguments.data, &options(arguments, claim));
    data.map_err(|error| match error {
        error if arguments.target.is_none() && is_about(&error, claim.options.target.as_deref()) => {
            CliError::Usage(format!("{error}; if the file of targets has been moved, give its path with --target"))
        }
        error => error.into(),
    })
}

/// Whether an error is about the file of targets.
fn is_about(error: &DataError, target: Option<&str>) -> bool {
    let (DataError::Io { file: named, .. } | DataError::UnknownColumn { wanted: named, .. }) = error else {
        return false;
    };
    target == Some(named)
}

fn options(arguments: &VerifyArguments, claim: &DataClaim) -> DataOptions {
    DataOptions {
        target: arguments.target.clone().or_else(|| claim.options.target.clone()),
        reading: claim.options.reading.overridden_by(&arguments.reading.reading()),
        ..claim.options.clone()
    }
}

/// Whether a text that is no certificate was to be one of interpolation, today's or of the older format.
fn is_about_a_norm(text: &str) -> bool {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    !value["body"]["interpolation"].is_null() || value["format"] == "heaviside-interpolation-certificate"
}

/// Judges a certificate, and says what it is about.
fn judge(arguments: &VerifyArguments, certificate: &Certificate, report: &mut Report) -> Result<Outcome, CliError> {
    let data = read(arguments, &certificate.data)?;
    let names = if let Body::Interpolation(_) = certificate.body { NORM } else { BOUNDS };
    let outcome = match check(&data, certificate, &CheckLimits { work: arguments.work }) {
        Verdict::Verified(Conclusion::Bounds(proven)) => verified(report, &proven, names),
        Verdict::Verified(Conclusion::Infeasible { rows }) => infeasible(report, rows, &data),
        Verdict::Rejected(reason) => rejected(report, &reason, &names),
    };
    subject(report, certificate);
    reading(report, &certificate.data, &data);
    Ok(outcome)
}

/// What a certificate is about.
fn subject(report: &mut Report, Certificate { data, body, .. }: &Certificate) {
    match body {
        Body::TwoLayers(body) => {
            stated(report, &body.problem, data).field("neurons", body.network.neurons.len());
        }
        Body::Deep(body) => {
            stated(report, &body.problem, data)
                .field("layers", body.depth.layers)
                .field("widths", body.depth.widths.clone())
                .field("subnetworks", body.network.subnetworks.len());
        }
        Body::Width(body) => {
            stated(report, &body.problem, data)
                .field("width", body.width)
                .field("neurons", body.network.neurons.len())
                .field("search_nodes", body.search.len());
        }
        Body::Interpolation(_) => {
            shape(report, data);
        }
    }
}

/// The problem that a certificate states, and the shape of its data.
fn stated<'a>(report: &'a mut Report, problem: &Problem, data: &DataClaim) -> &'a mut Report {
    let number = |text: &String| rational::from_text(text).map(|number| number.to_f64().value());
    report.field("loss", serde_json::to_value(problem.loss).unwrap_or_default());
    if let Some(delta) = &problem.delta {
        report.field("huber_delta", number(delta));
    }
    report.field("beta", number(&problem.beta));
    shape(report, data)
}

fn shape<'a>(report: &'a mut Report, data: &DataClaim) -> &'a mut Report {
    report.field("n", data.n).field("d", data.d)
}

/// How the table was read.
fn reading(report: &mut Report, claim: &DataClaim, data: &Dataset) {
    let options = data.options();
    report
        .field("target", options.target.clone())
        .field("features", options.features.clone())
        .field("classify", claim.options.classify)
        .classes(data)
        .field("bias", claim.options.bias);
    if !options.exclude.is_empty() {
        report.field("exclude", options.exclude.clone());
    }
}

/// Bounds, under these names.
fn verified(report: &mut Report, proven: &Proven, [objective, .., exact_objective, exact_bound]: [&str; 6]) -> Outcome {
    report.field("verdict", "verified").field("reason", proven.evidence.reason()).bounds_of(objective, proven);
    report.exact(exact_objective, &proven.objective).exact(exact_bound, &proven.lower_bound);
    Outcome::Success
}

fn infeasible(report: &mut Report, rows: [usize; 2], data: &Dataset) -> Outcome {
    report
        .field("verdict", "verified")
        .field("reason", "no network fits both of two rows that share their bit in every pattern")
        .field("conflicting_rows", rows.map(|row| row + 1).to_vec())
        .field("conflicting_targets", rows.map(|row| data.targets()[row]).to_vec());
    Outcome::Success
}

/// A rejection, which leaves these fields open.
fn rejected(report: &mut Report, reason: &dyn Display, open: &[&str]) -> Outcome {
    report.field("verdict", "rejected").field("reason", reason.to_string());
    for name in open {
        report.field(name, Value::Null);
    }
    Outcome::Rejected
}

/// Judges a proof about patterns, and writes it for other checkers.
fn judge_proof(arguments: &VerifyArguments, proof: &PatternProof, report: &mut Report) -> Result<Outcome, CliError> {
    let options = options(arguments, &proof.data);
    let [table, target] = inputs(&arguments.data, options.target.as_deref(), &options.reading);
    let certificate = ("the certificate", Some(arguments.certificate.as_path()));
    files::outputs(&[table, target, certificate], &arguments.export.outputs())?;
    let data = read(arguments, &proof.data)?;
    let outcome = match check_proof(&data, proof, &CheckLimits { work: arguments.work }) {
        ProofVerdict::Verified(established) => {
            report.field("verdict", "verified");
            established_fields(report, &established);
            export::write(&arguments.export, &data, proof)?;
            Outcome::Success
        }
        ProofVerdict::Rejected(reason) => rejected(report, &reason, &STATEMENT),
    };
    shape(report, &proof.data);
    reading(report, &proof.data, &data);
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
