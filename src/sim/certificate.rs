//! A certificate that the router made and signed itself.

use std::fmt::Write as _;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use ring::digest::{SHA256, digest};

/// A certificate with its key, as `/certificate sign` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its DER form.
    pub(crate) der: Vec<u8>,
    /// The key's PKCS #8 form.
    pub(crate) key: Vec<u8>,
    pem: String,
}

/// No certificate could be made.
#[derive(Debug, thiserror::Error)]
#[error("no certificate can be made")]
pub struct CertificateError(#[from] rcgen::Error);

impl Certificate {
    /// One for this address, valid from the beginning of one year to the beginning of another.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when the address is no name of a host, or the machine has no randomness.
    pub fn new(address: &str, from: i32, until: i32) -> Result<Self, CertificateError> {
        let mut params = CertificateParams::new(vec![address.to_owned()])?;
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate()?;
        let signed = params.self_signed(&key)?;
        Ok(Certificate {
            der: signed.der().to_vec(),
            key: key.serialize_der(),
            pem: signed.pem(),
        })
    }

    /// Its SHA-256, as `/certificate print detail` shows it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        for byte in digest(&SHA256, &self.der).as_ref() {
            // Writing to a String does not fail.
            write!(text, "{byte:02x}").unwrap_or_default();
        }
        text
    }

    /// What `/certificate export-certificate` writes to a file.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }
}
