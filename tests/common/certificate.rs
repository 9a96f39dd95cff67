//! Certificates taken apart, so that a test can look at and change every part.

use heaviside::{
    Certificate, CertificateError,
    certificate::{Body, DataClaim, Deep, Interpolation, TwoLayers, Width},
};

/// The envelope and, of the kind that the test is about, the body.
pub struct Parts<'a, B> {
    pub format: &'a mut String,
    pub version: &'a mut u32,
    pub data: &'a mut DataClaim,
    pub body: &'a mut B,
}

macro_rules! kinds {
    ($($parts:ident, $body:ident: $kind:ident;)*) => {$(
        pub fn $parts(certificate: &mut Certificate) -> Parts<'_, $kind> {
            let Certificate { format, version, data, body: Body::$kind(body) } = certificate else {
                panic!("another kind: {certificate:?}")
            };
            Parts { format, version, data, body }
        }

        pub fn $body(certificate: &Certificate) -> &$kind {
            let Body::$kind(body) = &certificate.body else { panic!("another kind: {certificate:?}") };
            body
        }
    )*};
}

kinds! {
    two_layers_parts, two_layers: TwoLayers;
    deep_parts, deep: Deep;
    width_parts, narrow: Width;
    interpolation_parts, interpolation: Interpolation;
}

/// A text that is no certificate because of its form, whatever format and version it names.
#[track_caller]
pub fn assert_malformed(text: &str) {
    use CertificateError::{Field, NotCanonical, Syntax};
    let read = Certificate::from_json(text);
    assert!(matches!(read, Err(Syntax { .. } | Field { .. } | NotCanonical)), "{read:?}");
}
