//! Hosts and ports as they are written.

use std::net::{IpAddr, Ipv6Addr};

/// The port of the router's plain binary API.
pub(super) const API_PORT: u16 = 8728;

/// The port of the binary API over TLS.
pub(super) const TLS_PORT: u16 = 8729;

/// A host as an address of a socket writes it, and its port where one was written.
#[derive(Debug, Clone)]
pub(super) struct HostPort {
    pub(super) host: String,
    port: Option<u16>,
}

impl HostPort {
    /// Host and port; this one where none was written.
    pub(super) fn with_port(&self, port: u16) -> String {
        format!("{}:{}", self.host, self.port.unwrap_or(port))
    }
}

/// A host with or without a port, where the text is one.
pub(super) fn host_and_port(text: &str) -> Option<HostPort> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(HostPort {
            host: format!("[{address}]"),
            port: None,
        });
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok().filter(|port| *port != 0)?)),
        None => (text, None),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bracketed {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<IpAddr>().is_ok() || is_host_name(host),
    };
    let host = host.to_owned();
    is_host.then_some(HostPort { host, port })
}

/// Whether a text can be the name of a host, and no address with a slip in it.
pub(super) fn is_host_name(host: &str) -> bool {
    let is_label_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_label_byte);
    // Digits and dots alone are an address with a slip in it, which no resolver should guess at.
    host.len() <= 253 && host.split('.').all(is_label) && host.bytes().any(|byte| byte.is_ascii_alphabetic())
}
