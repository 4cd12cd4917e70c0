//! What one line says.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::ap_names::ApNames;
use crate::handover::Decision;
use crate::handover::reason::Reason;
use crate::handover::settings::Rules;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::Observation;
use crate::units::{Moment, WallTime};

/// The version of the lines' form that is written.
pub const VERSION: u32 = 3;

/// Whether lines of a version can be read: this version and the one before, which wrote each step in full and durations as
/// `{"secs":1,"nanos":0}`.
#[must_use]
pub fn is_readable(version: u32) -> bool {
    (2..=VERSION).contains(&version)
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// [`VERSION`], or an older one.
    pub v: u32,
    /// When, on the agent's own clock.
    pub at: Moment,
    /// When, for people.
    pub time: WallTime,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The agent began, with nothing remembered.
    Began {
        /// The vehicle's name, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle: Option<String>,
        /// The program's version.
        version: String,
        /// Which configuration it has: [`crate::config::Config::fingerprint`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<String>,
        /// The names of access points.
        #[serde(default, skip_serializing_if = "ApNames::is_empty")]
        aps: ApNames,
        /// What its decisions depend on besides what is seen.
        rules: Rules,
    },
    /// A file of the journal begins while the agent goes on: what [`Event::Began`] said, for whoever reads this file alone.
    Continued {
        /// The program's version.
        version: String,
        /// The vehicle's name, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle: Option<String>,
        /// Which configuration it has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<String>,
        /// The names of access points.
        #[serde(default, skip_serializing_if = "ApNames::is_empty")]
        aps: ApNames,
        /// What its decisions depend on besides what is seen.
        rules: Rules,
    },
    /// A decision was made.
    Step {
        /// What was seen.
        seen: Observation,
        /// What was decided.
        decision: Decision,
    },
    /// A session with the router began.
    Connected {
        /// The router's name.
        identity: String,
        /// Its RouterOS version.
        version: String,
    },
    /// The session with the router ended.
    Disconnected {
        /// Why.
        cause: String,
    },
    /// The journal could not be written before this.
    Missing {
        /// How many entries are lost.
        entries: u64,
    },
    /// A probe through the tunnel was answered for the first time, or again.
    Reachable {
        /// How long the vehicle was not reachable before; `None` at the first time.
        #[serde(
            with = "crate::units::seconds::option",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        after: Option<Duration>,
        /// Where it is reachable.
        #[serde(flatten)]
        on: On,
    },
    /// Several probes in a row were lost, or there is no way out.
    NotReachable {
        /// When that began.
        since: Moment,
        /// Where it was.
        #[serde(flatten)]
        on: On,
    },
    /// So much went over a fallback uplink since the entry before of this kind.
    Carried {
        /// The fallback.
        uplink: UplinkId,
        /// Bytes received.
        received: u64,
        /// Bytes sent.
        sent: u64,
    },
    /// A radio or a fallback got an address by DHCP, lost it, waited for one in vain, or got one that it does not use.
    Lease {
        /// The radio or the fallback.
        radio: UplinkId,
        /// The radio's network; `None` for a fallback.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        network: Option<Ssid>,
        /// The address with its mask and the gateway; `None` when there is none.
        lease: Option<(Ipv4Net, Ipv4Addr)>,
        /// What the address overlaps, so that it is not used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overlaps: Option<String>,
    },
    /// A swap ended.
    Swapped {
        /// The uplink before; `None` when none was active.
        from: Option<UplinkId>,
        /// The uplink now.
        to: UplinkId,
        /// Where it led.
        #[serde(flatten)]
        on: On,
        /// Why; `None` where the router was only mended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// How many calls it took.
        calls: usize,
        /// From the decision to the last call's answer.
        #[serde(with = "crate::units::seconds")]
        router: Duration,
        /// Since when the vehicle was dark by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Moment>,
        /// From the tunnel's end to its return; `None` when it did not return in its patience.
        #[serde(with = "crate::units::seconds::option")]
        dark: Option<Duration>,
    },
}

/// The access point and the network that carried the vehicle, or were to; empty for a fallback.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct On {
    /// The access point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bssid: Option<Bssid>,
    /// The network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Ssid>,
}
