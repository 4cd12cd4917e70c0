//! `Observation`: what a decision may see of the router and the air at one moment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::names::{Bssid, Ssid, UplinkId};
use crate::units::{Dbm, Moment};

/// What a decision may see at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Observation {
    /// The uplink that the default route uses; `None` when it uses none that is configured.
    pub active: Option<UplinkId>,
    /// Every radio, in the order of the configuration.
    pub uplinks: Vec<UplinkView>,
    /// Every fallback uplink, in the order of the configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<FallbackView>,
    /// Whether the tunnel of a swap to the active uplink is still dialing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dialing: bool,
    /// Since when the router has said that the tunnel is down though nobody disabled it and no swap is dialing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tunnel_down: Option<Moment>,
    /// The probes that ended since the observation before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// The scan that finished since the observation before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scan>,
    /// The swap that ended since the observation before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<SwapEnd>,
    /// What a person asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
}

/// What a person asks for, in place of what the agent chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ByHand {
    /// The vehicle stays on an uplink, at each observation that has this.
    Hold {
        /// The uplink.
        uplink: UplinkId,
    },
    /// The vehicle goes to an uplink, once.
    Swap {
        /// The uplink.
        uplink: UplinkId,
    },
}

/// What became of one probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The uplink that it went through: the active one's tunnel, or a standby's gateway.
    pub uplink: UplinkId,
    /// The AP that the uplink was on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bssid: Option<Bssid>,
    /// When it was answered or given up.
    pub at: Moment,
    /// Whether it was answered.
    pub answered: bool,
}

/// One uplink as last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UplinkView {
    /// Which one.
    pub id: UplinkId,
    /// When it was read.
    pub at: Moment,
    /// What it is associated with; `None` when with nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Where it stands with its address by DHCP.
    #[serde(default, skip_serializing_if = "LeaseState::is_not_needed")]
    pub lease: LeaseState,
    /// The AP that a managed connect-list rule steers it to; `None` when the rule is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steered: Option<Bssid>,
}

/// A fallback uplink as last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallbackView {
    /// Which one.
    pub id: UplinkId,
    /// Whether the router says that it could carry something.
    pub up: bool,
}

/// Where a radio stands with its address by DHCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaseState {
    /// Its network gives addresses by hand, or it is on none.
    #[default]
    NotNeeded,
    /// It was asked for a moment ago.
    Asked,
    /// It has one.
    Held,
    /// It has none though it was asked for, or one that cannot be used.
    Missing,
}

impl LeaseState {
    /// Whether the radio could carry the vehicle as far as its address goes.
    #[must_use]
    pub fn carries(self) -> bool {
        matches!(self, LeaseState::NotNeeded | LeaseState::Held)
    }

    fn is_not_needed(&self) -> bool {
        *self == LeaseState::NotNeeded
    }
}

/// What a radio is associated with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The AP.
    pub bssid: Bssid,
    /// The configured network that the AP belongs to; `None` when it was not read yet or is not configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Ssid>,
    /// How strong the AP is heard, the radio's offset included; `None` when the router gave no signal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Dbm>,
    /// Whether the key exchange finished: associated is not authenticated.
    pub authenticated: bool,
    /// Since when the radio is on this AP without a break.
    pub since: Moment,
    /// Whether the AP belongs to no configured network, or only claims the name of one. False until that was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stranger: bool,
}

/// A scan of a standby radio that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The radio that scanned.
    pub radio: UplinkId,
    /// When the scan ended.
    pub at: Moment,
    /// The configured networks' APs that it heard, the radio's offset included; `None` when the scan was refused or cut
    /// off, so that it says nothing.
    pub heard: Option<Vec<Heard>>,
}

/// One access point of a configured network that a scan heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The AP.
    pub bssid: Bssid,
    /// Its network.
    pub network: Ssid,
    /// How strong it was.
    pub signal: Dbm,
}

/// How a swap ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapEnd {
    /// The uplink that it went to.
    pub to: UplinkId,
    /// The AP that it went to.
    pub bssid: Option<Bssid>,
    /// How long the vehicle was dark by it; `None` when the tunnel did not come up in its patience.
    #[serde(with = "crate::units::seconds::option")]
    pub dark: Option<Duration>,
}
