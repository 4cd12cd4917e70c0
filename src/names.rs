//! Names of things on the router and in the air.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of an interface of the router, such as `wlan1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InterfaceName(Arc<str>);

impl InterfaceName {
    /// Takes the name as the router writes it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        InterfaceName(name.into())
    }

    /// The name as the router writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.0)
    }
}

/// One way out of the vehicle, named after its interface: a radio, or a fallback such as LTE.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UplinkId(InterfaceName);

impl UplinkId {
    /// The uplink over this interface.
    #[must_use]
    pub fn new(interface: InterfaceName) -> Self {
        UplinkId(interface)
    }

    /// The interface that the uplink goes over.
    #[must_use]
    pub fn interface(&self) -> &InterfaceName {
        &self.0
    }
}

impl fmt::Display for UplinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a wireless network: 1 to 32 bytes that need not be text (IEEE 802.11, 9.4.2.2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ssid(Arc<[u8]>);

/// Why bytes are not an SSID.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SsidError {
    /// No bytes at all: a hidden network.
    #[error("an SSID has at least 1 byte")]
    Empty,
    /// More than 32 bytes.
    #[error("an SSID has at most 32 bytes, this one has {0}")]
    TooLong(usize),
}

impl Ssid {
    /// Checks the length and takes the bytes.
    ///
    /// # Errors
    ///
    /// [`SsidError`] when there are none or more than 32.
    pub fn new(bytes: &[u8]) -> Result<Self, SsidError> {
        match bytes.len() {
            0 => Err(SsidError::Empty),
            1..=32 => Ok(Ssid(bytes.into())),
            n => Err(SsidError::TooLong(n)),
        }
    }

    /// The bytes as they are sent on the air.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Ssid {
    /// Text from the air is untrusted: control characters and bytes that are no UTF-8 are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            write_escaped(f, chunk.valid())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Ssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ssid({self})")
    }
}

impl Serialize for Ssid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => self.0.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Ssid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Bytes(Vec<u8>),
        }
        let bytes = match Written::deserialize(deserializer)? {
            Written::Text(text) => text.into_bytes(),
            Written::Bytes(bytes) => bytes,
        };
        Ssid::new(&bytes).map_err(serde::de::Error::custom)
    }
}

/// The MAC address of one access point's radio.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bssid(pub [u8; 6]);

/// The text is not six pairs of hex digits separated by colons.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a BSSID such as `02:00:00:00:00:01`")]
pub struct BssidError(String);

impl FromStr for Bssid {
    type Err = BssidError;
    fn from_str(text: &str) -> Result<Self, BssidError> {
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            *byte = parts
                .next()
                .filter(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|part| u8::from_str_radix(part, 16).ok())
                .ok_or_else(|| BssidError(shortened(text).escape_debug().to_string()))?;
        }
        match parts.next() {
            None => Ok(Bssid(bytes)),
            Some(_) => Err(BssidError(shortened(text).escape_debug().to_string())),
        }
    }
}

impl fmt::Display for Bssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

impl fmt::Debug for Bssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bssid({self})")
    }
}

impl Serialize for Bssid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bssid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// What identifies a certificate: the SHA-256 of its DER form, as `/certificate print detail` shows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// The text is not 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a SHA-256 fingerprint has 64 hex digits, with or without a colon after each two")]
pub struct FingerprintError;

impl FromStr for Fingerprint {
    type Err = FingerprintError;
    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let digits = text.replace(':', "");
        let colons = text.len() - digits.len();
        if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) || ![0, 31].contains(&colons) {
            return Err(FingerprintError);
        }
        let mut bytes = [0; 32];
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).map_err(|_| FingerprintError)?;
        }
        Ok(Fingerprint(bytes))
    }
}

impl fmt::Display for Fingerprint {
    /// As `router.tls` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The most characters of somebody's text that a line shows.
const SHOWN: usize = 100;

/// What someone wrote, short enough for a line of a report.
#[must_use]
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}... ({} characters)", &text[..end], text.chars().count()),
    }
}

/// Whether a character moves the cursor, changes colours or turns the direction of text.
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes text that came from the air or the router so that it cannot steer a terminal.
///
/// # Errors
///
/// Those of the formatter.
pub fn write_escaped(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    for c in text.chars() {
        if steers(c) {
            write!(f, "{}", c.escape_default())?;
        } else {
            f.write_char(c)?;
        }
    }
    Ok(())
}

/// Shows text that came from the air or the router so that it cannot steer a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0)
    }
}
