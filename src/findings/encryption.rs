//! How the connection to the router is protected.

use super::finding::Checked;
use crate::config::{Config, Tls};
use crate::names::Fingerprint;

/// What certificate the router showed; `None` where the connection is not encrypted.
#[must_use]
pub fn encryption(config: &Config, shown: Option<Fingerprint>) -> Option<Checked> {
    let shown = shown?;
    let how = match config.router().tls() {
        Tls::Off => return None,
        Tls::Pinned(_) => "is pinned".to_owned(),
        Tls::Ca(_) => "is signed as the CA file says".to_owned(),
        Tls::Insecure => format!("is not checked; if it is the router's, write `tls = \"{shown}\"`"),
    };
    Some(Checked {
        part: "tls",
        fine: format!("the router's certificate {shown} {how}"),
        findings: Vec::new(),
    })
}
