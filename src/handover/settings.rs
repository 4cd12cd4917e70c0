//! The numbers that a handover and the hunt depend on.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::names::{Ssid, UplinkId};
use crate::routeros::Band;
use crate::units::{Db, Dbm};

/// The router drops a radio whose signal leaves its connect-list rule's range, so the radio is left this much earlier.
pub const ABOVE_MINIMUM: Db = Db(3);

/// Everything that a decision depends on besides what is seen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// When to leave the active uplink, and for which candidate.
    pub handover: Settings,
    /// How the standby looks for a better access point.
    pub hunt: Hunt,
    /// When probes call an uplink unreliable.
    pub health: Probing,
    /// The networks.
    pub networks: Vec<NetworkRule>,
    /// What each radio can reach; one that is not here reaches everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub radios: Vec<RadioRule>,
}

/// What a radio can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadioRule {
    /// The radio.
    pub radio: UplinkId,
    /// Its band, by which it hears none of another one; `None` where the router does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
    /// The networks that the router lets it join.
    pub networks: Vec<Ssid>,
}

/// When to leave the active uplink, and for which candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// A signal above this carries the vehicle; at or below it an access point is unreliable.
    pub trigger: Dbm,
    /// How much better than the active a candidate must be, where a swap is dark for 2 s and more.
    pub hysteresis: Db,
    /// How far above the trigger a candidate must be, where a swap is dark for 2 s and more.
    pub floor: Db,
    /// How long no further handover follows a swap, unless the active is lost, its probe is dead or the swap failed.
    #[serde(with = "crate::units::seconds")]
    pub dwell: Duration,
    /// How long a standby must be on one BSSID before it is a candidate, unless its network has been proven so before.
    #[serde(with = "crate::units::seconds")]
    pub settle: Duration,
    /// How long until the hold-down of a candidate whose swap failed has healed whole.
    #[serde(with = "crate::units::seconds")]
    pub heal: Duration,
    /// How long a network of a higher priority must have been good until the vehicle goes back to it; and a radio, until the
    /// vehicle returns to it from a fallback.
    #[serde(default)]
    #[serde(with = "crate::units::seconds")]
    pub return_after: Duration,
    /// A reading of the registrations older than this decides nothing: three ticks.
    #[serde(with = "crate::units::seconds")]
    pub stale: Duration,
    /// A scan older than this decides nothing: three intervals of the hunt.
    #[serde(with = "crate::units::seconds")]
    pub scan_stale: Duration,
    /// The length of a second in the rule's means, averages and measured darks; tests that hurry a drive divide it.
    #[serde(with = "crate::units::seconds")]
    pub second: Duration,
    /// How long a swap is taken to be dark until one of its kind was measured.
    pub first_dark: FirstDark,
}

/// How long a swap is taken to be dark until one of its kind was measured; it depends on the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstDark {
    /// One between two access points of one network.
    #[serde(with = "crate::units::seconds")]
    pub within_network: Duration,
    /// One to another network.
    #[serde(with = "crate::units::seconds")]
    pub to_another: Duration,
}

impl Default for FirstDark {
    /// A PPTP tunnel that is bounced: a dial over a good way takes 0.4 to 2 s.
    fn default() -> Self {
        FirstDark {
            within_network: Duration::from_millis(1_500),
            to_another: Duration::from_millis(1_500),
        }
    }
}

impl Default for Settings {
    /// What `agent.toml` means by leaving every key of `[handover]` out, at the default tick and hunt interval.
    fn default() -> Self {
        Settings {
            trigger: Dbm(-80),
            hysteresis: Db(8),
            floor: Db(2),
            dwell: Duration::ZERO,
            settle: Duration::from_secs(2),
            heal: Duration::from_secs(60),
            return_after: Duration::from_secs(30),
            stale: Duration::from_millis(750),
            scan_stale: Duration::from_secs(15),
            second: Duration::from_secs(1),
            first_dark: FirstDark::default(),
        }
    }
}

impl Settings {
    /// The signal at or below which an access point of this network is unreliable.
    #[must_use]
    pub fn trigger_on(&self, networks: &[NetworkRule], network: Option<&Ssid>) -> Dbm {
        network
            .and_then(|ssid| NetworkRule::of(networks, ssid))
            .map_or(self.trigger, |rule| rule.trigger(self.trigger))
    }
}

/// How the standby looks for a better access point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hunt {
    /// Off leaves each radio on the access point that the router chose for it.
    pub enabled: bool,
    /// From the start of one scan to the start of the next.
    #[serde(with = "crate::units::seconds")]
    pub interval: Duration,
    /// How long one scan listens; less than the interval.
    #[serde(with = "crate::units::seconds")]
    pub scan_duration: Duration,
    /// How long a steered standby may take to authenticate on its target before that is held down.
    #[serde(with = "crate::units::seconds")]
    pub arrival: Duration,
    /// How much better an access point of the active's network counts: 9 dB where the tunnel's session survives a swap
    /// within one network, but not one to another; else none.
    pub same_network: Db,
    /// Whether the radios are steered by their own settings: each looks for one network only, and scans only away from its
    /// access point.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_settings: bool,
}

impl Default for Hunt {
    /// What `agent.toml` means by leaving every key of `[hunt]` out.
    fn default() -> Self {
        Hunt {
            enabled: true,
            interval: Duration::from_secs(5),
            scan_duration: Duration::from_secs(2),
            arrival: Duration::from_secs(5),
            same_network: Db(0),
            by_settings: false,
        }
    }
}

/// When probes call an uplink unreliable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probing {
    /// From one probe to the next, and how long each may take.
    #[serde(with = "crate::units::seconds")]
    pub interval: Duration,
    /// So many probes lost in a row make the uplink dead.
    pub lost: u32,
    /// How long a result counts.
    #[serde(with = "crate::units::seconds")]
    pub window: Duration,
    /// So many percent lost within the window make the uplink lossy.
    pub loss_percent: u8,
    /// So many probes answered in a row make it good again.
    pub recover: u32,
}

impl Default for Probing {
    /// What `agent.toml` means by leaving every key of `[health]` out.
    fn default() -> Self {
        Probing {
            interval: Duration::from_millis(200),
            lost: 3,
            window: Duration::from_secs(10),
            loss_percent: 20,
            recover: 10,
        }
    }
}

/// What a decision depends on of one configured network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkRule {
    /// The network's name on the air.
    pub ssid: Ssid,
    /// The network's access points are left 3 dB above this at the latest; none when only the trigger counts.
    pub minimum_signal: Option<Dbm>,
    /// A good candidate on a network of a higher priority goes before any on one of a lower.
    pub priority: i32,
}

impl NetworkRule {
    /// The rule of the network of this name.
    #[must_use]
    pub fn of<'a>(networks: &'a [NetworkRule], ssid: &Ssid) -> Option<&'a NetworkRule> {
        networks.iter().find(|rule| rule.ssid == *ssid)
    }

    /// Whether some networks go before others.
    #[must_use]
    pub fn are_ordered(networks: &[NetworkRule]) -> bool {
        networks.windows(2).any(|pair| pair[0].priority != pair[1].priority)
    }

    /// The signal at or below which this network's access points are unreliable, where `trigger` is the vehicle's.
    #[must_use]
    pub fn trigger(&self, trigger: Dbm) -> Dbm {
        self.minimum_signal
            .map_or(trigger, |minimum| trigger.max(minimum + ABOVE_MINIMUM))
    }
}
