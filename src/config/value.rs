//! Single values as text: what they mean, or what is wrong with them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use ipnet::Ipv4Net;

use super::fault::FaultKind;
use super::rules;
use super::section::Section;

/// The port of the router's plain binary API.
const API_PORT: u16 = 8728;

/// The longest name that RouterOS shows whole.
const LONGEST_NAME: usize = 64;

/// Reads the name of something on the router; empty after a fault.
pub(super) fn name(section: &Section<'_>, key: &'static str, example: &'static str) -> String {
    let read = section.text(key, example, |text| {
        if text.is_empty() || text.len() > LONGEST_NAME || text.chars().any(char::is_control) {
            return Err(not_a(text, "a name of 1 to 64 bytes", example));
        }
        Ok(text.to_owned())
    });
    read.needed(section, key, example).unwrap_or_default()
}

pub(super) fn address(text: &str, example: &'static str) -> Result<Ipv4Net, FaultKind> {
    if text.eq_ignore_ascii_case("dhcp") {
        let instead = "until then every network needs a fixed address and its gateway";
        return Err(FaultKind::NotBuilt {
            what: "addresses by DHCP".into(),
            instead,
        });
    }
    if text.parse::<Ipv4Addr>().is_ok() {
        return Err(FaultKind::NoMask {
            written: text.to_owned(),
        });
    }
    let address = text
        .parse()
        .map_err(|_| not_a(text, "an IPv4 address with the bits of its mask", example))?;
    rules::host(address)
}

pub(super) fn path(text: &str, example: &'static str) -> Result<PathBuf, FaultKind> {
    if text.is_empty() {
        Err(not_a(text, "a file", example))
    } else {
        Ok(text.into())
    }
}

/// Completes `host`, `host:port`, an address or `[address]:port` to host and port.
pub(super) fn endpoint(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(format!("[{address}]:{API_PORT}"));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0)?),
        None => (text, API_PORT),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bracketed {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<IpAddr>().is_ok() || is_host_name(host),
    };
    is_host.then(|| format!("{host}:{port}"))
}

fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // Digits and dots alone are an address with a slip in it, which no resolver should guess at.
    host.len() <= 253 && host.split('.').all(label) && host.bytes().any(|byte| byte.is_ascii_alphabetic())
}

pub(super) fn not_a(text: &str, wanted: &'static str, example: &'static str) -> FaultKind {
    FaultKind::NotA {
        written: text.to_owned(),
        wanted,
        example,
    }
}

/// Reads a number of bytes with or without a unit.
pub(super) fn size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor: u64 = match text[digits.len()..].trim() {
        "" | "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// The known key that a slip of a few letters could have made into `key`.
pub(super) fn nearest(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let allowed = (key.chars().count() / 3).clamp(1, 3);
    known
        .iter()
        .map(|candidate| (distance(&key.to_lowercase().replace('-', "_"), candidate), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, left out or exchanged to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let exchanged = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
