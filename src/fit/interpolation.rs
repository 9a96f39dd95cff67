//! Interpolation (9) through the pipeline.

use super::{Outcome, pipeline, pool, run, status};
use crate::{
    class::interpolation::{Interpolated, Interpolating, Interpolation, InterpolationSettings, conflict},
    data::Dataset,
    error::TrainError,
    event::Event,
    subject::Subject,
};

/// The network of least ||a||_1 that fits every target exactly (9), with a proof, or two rows that no network fits.
///
/// `observer` is told what happens, from any thread.
///
/// # Errors
///
/// [`TrainError`] for settings out of range. Limits are not errors: a network that fits is returned in any case, with a
/// valid bound.
pub fn interpolate(
    data: &Dataset,
    settings: &InterpolationSettings,
    observer: &(dyn Fn(Event) + Sync),
) -> Result<Interpolated, TrainError> {
    settings.validate()?;
    pool(settings.threads)?.install(|| {
        let subject = Subject::new(data, settings.budget(), observer);
        if let Some((rows, certificate)) = conflict(&subject) {
            let certificate = pipeline::refuted(&subject, certificate)?;
            return Ok(Interpolated::Infeasible { rows, certificate: Box::new(certificate) });
        }
        let mut class = Interpolating::new(&subject, settings)?;
        let found = run(&mut class, &subject)?;
        Ok(Interpolated::Network(Box::new(interpolant(&class, &subject, settings.tolerance, found))))
    })
}

fn interpolant<'a>(
    class: &Interpolating<'a>,
    subject: &Subject<'_>,
    tolerance: f64,
    found: Outcome<Interpolating<'a>>,
) -> Interpolation {
    let Outcome { point, model, proof: Some(proof), unrealized, limit } = found else {
        unreachable!("rays are priced by something that the checker affords")
    };
    Interpolation {
        status: status(&proof.proven, tolerance),
        limit,
        network: model,
        certificate: proof.certificate,
        proven: proof.proven,
        neurons: point.columns.len(),
        rank: subject.arrangement.rank(),
        patterns: class.patterns(),
        patterns_complete: class.patterns_are_complete(),
        unrealized,
    }
}
