//! Whether the connection to the router is encrypted, and whom the agent takes for the router.

use std::path::PathBuf;
use std::sync::Arc;

use super::fault::{FileError, Report};
use super::value::Encryption;
use crate::names::{Fingerprint, shortened};

/// How the connection to the router is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// It is not: the plain API.
    Off,
    /// Encrypted, with whoever answers.
    Insecure,
    /// Encrypted, with the one router that has this certificate, whatever its dates and its name.
    Pinned(Fingerprint),
    /// Encrypted, with a router whose certificate one of these signed for its address: the text of a PEM file.
    Ca(Arc<str>),
}

/// What reading the file of the certificates gave.
#[derive(Debug)]
pub struct CaFile {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Result<String, FileError>,
}

/// What was written, with the file that it names; none after a fault. `offline`: a file that cannot be had is a warning.
pub(super) fn tls(
    written: Option<&Encryption>,
    file: Option<CaFile>,
    offline: bool,
    report: &mut Report,
) -> Option<Tls> {
    let key = "router.tls";
    match written {
        None | Some(Encryption::Off) => return Some(Tls::Off),
        Some(Encryption::Pinned(fingerprint)) => return Some(Tls::Pinned(*fingerprint)),
        Some(Encryption::Insecure) => {
            let what = "takes any certificate: whoever answers in the router's place gets the password";
            report.warning(
                key,
                what,
                "pin the router's certificate: `tikroam check` shows its fingerprint",
            );
            return Some(Tls::Insecure);
        }
        Some(Encryption::Ca(_)) => {}
    }
    let file = file?;
    let what = match file.text {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => return Some(Tls::Ca(text.into())),
        Ok(_) => "holds no certificate in PEM form".to_owned(),
        Err(error) => error.to_string(),
    };
    let what = format!("`{}` {what}", shortened(&file.path.display().to_string()));
    let hint = "export it on the router: `/certificate export-certificate NAME`, and copy the .crt file";
    if offline {
        report.warning(key, what, hint);
        return Some(Tls::Off);
    }
    report.fault(key, what, hint);
    None
}
