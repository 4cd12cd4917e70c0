//! What a step decides: whether to swap, why, and what the standby does meanwhile.

use serde::{Deserialize, Serialize};

use crate::handover::reason::Reason;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::units::Dbm;

/// What a step decides, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The uplink that should become active; `None` stays.
    pub swap_to: Option<UplinkId>,
    /// Whether the tunnel is to be bounced where it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bounce: bool,
    /// The numbers that decided.
    pub reason: Reason,
    /// What the standby radios should do meanwhile.
    pub moves: Vec<Move>,
}

/// What a standby radio should do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Move {
    /// Scan; in the background when the radio is associated, so that it is not dropped.
    Scan {
        /// The radio.
        radio: UplinkId,
        /// Whether the association is to be kept.
        background: bool,
        /// Whether all channels of the radio's own scan-list are to be heard, also where it loses its association by that.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        everywhere: bool,
    },
    /// Go to one AP.
    Steer {
        /// The radio.
        radio: UplinkId,
        /// The AP.
        bssid: Bssid,
        /// The AP's network.
        network: Ssid,
        /// The AP's mean signal in the last two scans, its hold-down taken off.
        signal: Dbm,
        /// The signal of the AP that it leaves; `None` when it was on none.
        own: Option<Dbm>,
    },
    /// Leave the AP and look for another at once: the radio's own search is faster than a scan and a move.
    Search {
        /// The radio.
        radio: UplinkId,
    },
    /// Go wherever the router's own rules lead.
    Release {
        /// The radio.
        radio: UplinkId,
        /// The AP that it was steered to.
        bssid: Bssid,
    },
}
