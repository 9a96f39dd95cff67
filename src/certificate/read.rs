//! From text to certificates and proofs: the only readers, and all that they may find wrong.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::error::Category;

use super::{
    Certificate, FORMAT, LossName, PatternProof, VERSION, older,
    proof::{PROOF_FORMAT, PROOF_VERSION},
};

/// What a text is, if it is for the judge.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Document {
    /// A claim about a training problem.
    Certificate(Certificate),
    /// A statement about patterns.
    Proof(PatternProof),
}

/// Why a text is no certificate, or no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The text is not JSON.
    #[error("malformed certificate: {problem}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the start of a line.
        column: usize,
        /// What is wrong, and where.
        problem: String,
    },
    /// A field is missing, unknown, there twice, or of another type.
    #[error("malformed certificate: {problem}")]
    Field {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the start of a line.
        column: usize,
        /// What is wrong, and where.
        problem: String,
    },
    /// All fields can be read, but they are written in another form than the documented one.
    #[error("malformed certificate: the fields are not in the documented form")]
    NotCanonical,
    /// This is neither a certificate nor a proof, or not the one that was asked for.
    #[error("the format {format:?} is not known here")]
    UnknownFormat {
        /// The name that was found.
        format: String,
    },
    /// A version that is not known here.
    #[error(
        "version {version} of the format {format:?} is not known here; certificates have version {VERSION} or one \
         before it, proofs {PROOF_VERSION}"
    )]
    UnknownVersion {
        /// The format's name.
        format: String,
        /// The version that was found.
        version: u32,
    },
    /// The version does not know this loss.
    #[error("version {version} of the format does not know the loss {loss:?}")]
    UnknownLoss {
        /// The loss that was found.
        loss: LossName,
        /// The version that was found.
        version: u32,
    },
    /// The version does not know cones as evidence.
    #[error("version {version} of the format does not know cones as evidence")]
    UnknownEvidence {
        /// The version that was found.
        version: u32,
    },
}

impl From<serde_json::Error> for CertificateError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column, problem) = (error.line(), error.column(), error.to_string());
        match error.classify() {
            Category::Data => CertificateError::Field { line, column, problem },
            Category::Io | Category::Syntax | Category::Eof => CertificateError::Syntax { line, column, problem },
        }
    }
}

/// Reads what the judge can judge, in any version that it knows.
///
/// # Errors
///
/// [`CertificateError`] for anything but the documented form of a certificate or a proof.
pub fn read(text: &str) -> Result<Document, CertificateError> {
    let header = Header::of(text)?;
    if header.format == PROOF_FORMAT {
        return proof_after(header, text).map(Document::Proof);
    }
    certificate_after(header, text).map(Document::Certificate)
}

/// Reads a certificate.
pub(super) fn certificate(text: &str) -> Result<Certificate, CertificateError> {
    certificate_after(Header::of(text)?, text)
}

/// Reads a proof.
pub(super) fn proof(text: &str) -> Result<PatternProof, CertificateError> {
    proof_after(Header::of(text)?, text)
}

fn certificate_after(header: Header, text: &str) -> Result<Certificate, CertificateError> {
    if (header.format.as_str(), header.version) == (FORMAT, VERSION) {
        return strict(text);
    }
    older::certificate(header, text)
}

fn proof_after(header: Header, text: &str) -> Result<PatternProof, CertificateError> {
    match (header.format.as_str(), header.version) {
        (PROOF_FORMAT, PROOF_VERSION) => strict(text),
        (PROOF_FORMAT, _) => Err(header.unknown_version()),
        _ => Err(header.unknown_format()),
    }
}

/// What is read first; it says how the rest is to be read.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
}

impl Header {
    fn of(text: &str) -> Result<Self, CertificateError> {
        Ok(serde_json::from_str(text)?)
    }

    pub(super) fn unknown_format(self) -> CertificateError {
        CertificateError::UnknownFormat { format: self.format }
    }

    pub(super) fn unknown_version(self) -> CertificateError {
        CertificateError::UnknownVersion { format: self.format, version: self.version }
    }
}

/// Reads JSON of exactly the form in which it would be written.
pub(super) fn strict<T: Serialize + DeserializeOwned>(text: &str) -> Result<T, CertificateError> {
    let value: T = serde_json::from_str(text)?;
    let found: serde_json::Value = serde_json::from_str(text)?;
    match serde_json::to_value(&value) {
        Ok(documented) if documented == found => Ok(value),
        _ => Err(CertificateError::NotCanonical),
    }
}
