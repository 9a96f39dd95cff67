//! Files of older formats: version 3 of today's, and a format of its own for each kind, with its fields beside the
//! format's name.
//!
//! What they say is what the kinds say today, so they become certificates of today's version when they are read.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Body, Certificate, CertificateError, CertifiedDeepNetwork, CertifiedNetwork, Claim, DataClaim, Deep, Depth, Dual,
    FORMAT, Interpolation, LossName, PriceEvidence, Problem, SearchNode, TwoLayers, Width,
    interpolation::Answer,
    read::{Header, strict},
};

/// An older format: the fields of a kind without an envelope.
macro_rules! flat {
    ($name:ident, $kind:ident { $($field:ident: $type:ty),* }) => {
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name {
            format: String,
            version: u32,
            data: DataClaim,
            $($field: $type,)*
        }

        impl From<$name> for Certificate {
            fn from(old: $name) -> Self {
                Certificate::current(old.data, Body::$kind($kind { $($field: old.$field),* }))
            }
        }
    };
}

flat!(OldTwoLayers, TwoLayers { problem: Problem, network: CertifiedNetwork, dual: Dual, claim: Claim });
flat!(OldDeep, Deep { problem: Problem, depth: Depth, network: CertifiedDeepNetwork, dual: Dual, claim: Claim });
flat!(OldWidth, Width {
    problem: Problem, width: usize, network: CertifiedNetwork, search: Vec<SearchNode>, claim: Claim
});
flat!(OldInterpolation, Interpolation { answer: Answer });

/// The formats that each kind but two layers had, all of them in one version.
const DEEP: &str = "heaviside-deep-certificate";
const WIDTH: &str = "heaviside-width-certificate";
const INTERPOLATION: &str = "heaviside-interpolation-certificate";

/// Reads a certificate of an older format.
///
/// # Errors
///
/// [`CertificateError`], also if this is none of them.
pub(super) fn certificate(header: Header, text: &str) -> Result<Certificate, CertificateError> {
    let certificate = match (header.format.as_str(), header.version) {
        (FORMAT, version @ (1 | 2)) => two_layers(version, text),
        (FORMAT, 3) => envelope(text),
        (DEEP, 1) => flat::<OldDeep>(text),
        (WIDTH, 1) => flat::<OldWidth>(text),
        (INTERPOLATION, 1) => flat::<OldInterpolation>(text),
        (FORMAT | DEEP | WIDTH | INTERPOLATION, _) => return Err(header.unknown_version()),
        _ => return Err(header.unknown_format()),
    }?;
    match certificate.body.evidence() {
        Some(PriceEvidence::Cones(_)) => Err(CertificateError::UnknownEvidence { version: header.version }),
        _ => Ok(certificate),
    }
}

/// Version 3 has the form of version 4, but no cones.
fn envelope(text: &str) -> Result<Certificate, CertificateError> {
    let Certificate { data, body, .. } = strict(text)?;
    Ok(Certificate::current(data, body))
}

/// Version 1 is what version 2 says about the squared loss.
fn two_layers(version: u32, text: &str) -> Result<Certificate, CertificateError> {
    let old: OldTwoLayers = strict(text)?;
    match old.problem.loss {
        loss if version == 1 && loss != LossName::Squared => Err(CertificateError::UnknownLoss { loss, version }),
        _ => Ok(old.into()),
    }
}

fn flat<T: Serialize + DeserializeOwned + Into<Certificate>>(text: &str) -> Result<Certificate, CertificateError> {
    Ok(strict::<T>(text)?.into())
}
