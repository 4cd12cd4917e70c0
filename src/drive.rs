//! Drive logs: what a vehicle heard, second by second.

use crate::names::{Bssid, Ssid};
use crate::units::Dbm;

/// What was heard along a drive, one entry a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Drive {
    /// The name shown to people: a file's name without folder and ending, or that of a generated drive.
    pub name: String,
    /// Every access point of the drive, ordered by BSSID.
    pub aps: Vec<Ap>,
    /// What was heard in each second from the start; an empty second heard nothing.
    pub seconds: Vec<Vec<Heard>>,
}

/// One access point of a drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ap {
    /// Its MAC address.
    pub bssid: Bssid,
    /// The network that it sends; `None` when hidden.
    pub ssid: Option<Ssid>,
    /// Its channel number.
    pub channel: u16,
}

/// One access point heard in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Index into [`Drive::aps`].
    pub ap: usize,
    /// How strong it was.
    pub signal: Dbm,
}
