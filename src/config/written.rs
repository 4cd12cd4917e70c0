//! The configuration as written: the sections and keys of `agent.toml` with the range and the default of each.
//!
//! A range stands in the key's type: `Span<50, 5_000, 250>` is a duration from 50 ms to 5 s, by default 250 ms.

use std::collections::BTreeMap;
use std::path::Path;

use ipnet::Ipv4Net;
use serde::Deserialize;

use super::fault::{Faults, Report};
use super::secret::Secret;
use super::value::{
    Addressing, Ap, Endpoint, FilePath, HostAddress, HostName, Interface, Ip, Listen, Name, NetworkName, Protection,
    Size, Span, Whole,
};
use super::{handover, layers, setup, typed};
use crate::names::InterfaceName;
use crate::routeros::TunnelKind;

/// A configuration whose keys all fit their types, or whose faults wait for those of the other checks.
#[derive(Debug)]
pub struct Written {
    pub(super) file: File,
    pub(super) report: Report,
}

impl Written {
    /// Takes the text of a file and an environment; `path` only says where a fault is.
    ///
    /// # Errors
    ///
    /// [`Faults`] when the text is no TOML or holds nothing.
    pub fn read(path: &Path, text: &str, environment: &BTreeMap<String, String>) -> Result<Self, Faults> {
        let (values, mut report) = layers::lay(path, text, environment)?;
        match typed::read(values, &mut report) {
            Some(file) => Ok(Written { file, report }),
            None => Err(report.into_faults()),
        }
    }
}

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub(super) vehicle: Option<Name>,
    pub(super) router: Router,
    pub(super) radio: Vec<Radio>,
    pub(super) network: Vec<Network>,
    pub(super) fallback: Vec<Fallback>,
    pub(super) ap: BTreeMap<Ap, Name>,
    pub(super) tunnel: Tunnel,
    pub(super) handover: handover::Written,
    pub(super) hunt: Hunt,
    pub(super) health: Health,
    pub(super) status: Status,
    pub(super) journal: Journal,
    pub(super) log: Log,
    pub(super) setup: setup::Written,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Router {
    pub(super) address: Option<Endpoint>,
    pub(super) user: Option<Name>,
    pub(super) password: Option<Secret>,
    pub(super) password_file: Option<FilePath>,
    pub(super) tls: Option<Protection>,
    pub(super) menu: Menu,
    pub(super) connect_deadline: Span<100, 120_000, 3_000>,
    pub(super) login_deadline: Span<100, 120_000, 10_000>,
    pub(super) write_deadline: Span<100, 120_000, 10_000>,
    pub(super) answer_deadline: Span<100, 120_000, 10_000>,
    pub(super) tick: Span<50, 5_000, 250>,
    pub(super) slow: Span<250, 60_000, 2_000>,
    pub(super) keepalive: Span<1_000, 600_000, 10_000>,
}

/// The menu that the radios must be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Menu {
    /// Whichever lists the configured radios.
    #[default]
    Auto,
    /// `/interface/wireless`.
    Wireless,
    /// `/interface/wifi`.
    Wifi,
    /// `/interface/wifiwave2`.
    WifiWave2,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Radio {
    pub(super) interface: Option<Interface>,
    pub(super) signal_offset: Whole<i16, -20, 20, 0>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Network {
    pub(super) ssid: Option<NetworkName>,
    pub(super) bssid: Option<Vec<Ap>>,
    pub(super) area: Option<Name>,
    pub(super) open: bool,
    pub(super) security_profile: Option<Name>,
    pub(super) address: Option<Addressing>,
    pub(super) gateway: Option<Ip>,
    pub(super) addresses: BTreeMap<InterfaceName, HostAddress>,
    pub(super) minimum_signal: Option<Whole<i16, -100, -40>>,
    pub(super) priority: Whole<i32, -1_000, 1_000, 0>,
}

impl Network {
    /// The vehicle's address, where it is given by hand.
    pub(super) fn fixed(&self) -> Option<Ipv4Net> {
        self.address?.0
    }

    /// Whether the network gives the address.
    pub(super) fn is_dhcp(&self) -> bool {
        self.address.is_some_and(|address| address.0.is_none())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tunnel {
    pub(super) kind: Kind,
    pub(super) interface: Option<Interface>,
    pub(super) patience: Span<1_000, 120_000, 10_000>,
    pub(super) wait_down: Span<0, 5_000, 300>,
    pub(super) probe: Option<Ip>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Fallback {
    pub(super) interface: Option<Interface>,
    pub(super) address: Option<Addressing>,
    pub(super) gateway: Option<Ip>,
    pub(super) probe_interval: Span<1_000, 600_000, 5_000>,
}

/// What the tunnel speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    #[default]
    Pptp,
    L2tp,
    Sstp,
    Ovpn,
    Wireguard,
    /// There is no tunnel: the vehicle is called by its address on each network.
    None,
}

impl Kind {
    /// The kind of the router's item; `None` where there is none.
    pub(super) fn of_item(self) -> Option<TunnelKind> {
        match self {
            Kind::Pptp => Some(TunnelKind::Pptp),
            Kind::L2tp => Some(TunnelKind::L2tp),
            Kind::Sstp => Some(TunnelKind::Sstp),
            Kind::Ovpn => Some(TunnelKind::Ovpn),
            Kind::Wireguard => Some(TunnelKind::Wireguard),
            Kind::None => None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Hunt {
    pub(super) enabled: Option<bool>,
    pub(super) interval: Span<5_000, 10_000, 5_000>,
    pub(super) scan_duration: Span<500, 10_000, 2_000>,
    pub(super) short_scan_list: Option<bool>,
    pub(super) arrival: Span<1_000, 60_000, 5_000>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Health {
    pub(super) interval: Span<100, 5_000, 200>,
    pub(super) lost: Whole<u32, 2, 20, 3>,
    pub(super) window: Span<2_000, 60_000, 10_000>,
    pub(super) loss_percent: Whole<u8, 5, 100, 20>,
    pub(super) recover: Whole<u32, 1, 100, 10>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Journal {
    pub(super) file: Option<FilePath>,
    pub(super) size: Size,
    pub(super) keep: Whole<usize, 0, 1_000, 110>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Status {
    pub(super) socket: Option<FilePath>,
    pub(super) listen: Option<Listen>,
    pub(super) names: Vec<HostName>,
}

/// What people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// The least level that is shown.
    pub level: LogLevel,
    /// How a line looks.
    pub format: LogFormat,
}

/// How much the log shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what needs a person.
    Error,
    /// Also what was refused or is retried.
    Warn,
    /// Also what a technician wants to see.
    #[default]
    Info,
    /// Also every call with its time.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The level's name as the log's filters write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}
