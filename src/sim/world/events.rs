//! What really happened to the vehicle.

use std::collections::VecDeque;

/// How many events are kept; older ones are forgotten.
const KEPT: usize = 20_000;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Simulated seconds since the vehicle's start.
    pub at: f64,
    /// What it was.
    pub what: What,
}

/// Who sent a command to the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A session of the API.
    Api,
    /// A person at the router.
    Console,
    /// A script on the router.
    Script,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// A radio was let in by an access point.
    Associated {
        /// The radio.
        radio: String,
        /// The access point.
        bssid: String,
        /// Its network.
        ssid: String,
    },
    /// A radio's key exchange finished: frames may pass.
    Authenticated {
        /// The radio.
        radio: String,
        /// The access point.
        bssid: String,
    },
    /// A radio lost its access point.
    Lost {
        /// The radio.
        radio: String,
        /// The access point.
        bssid: String,
        /// Why.
        why: &'static str,
    },
    /// A radio got an address by DHCP, or lost it.
    Leased {
        /// The radio.
        radio: String,
        /// The address with its mask; `None` when it was lost.
        address: Option<String>,
    },
    /// WireGuard's two ends made new keys.
    Handshake,
    /// The tunnel came up.
    TunnelUp,
    /// The tunnel went down at the vehicle.
    TunnelDown {
        /// Why.
        why: &'static str,
    },
    /// The office refused a dial because of an older session.
    DialRefused,
    /// A radio began a scan.
    Scan {
        /// The radio.
        radio: String,
        /// Whether it kept its association.
        background: bool,
        /// Whether the default route led over it, and it was on an access point.
        active: bool,
    },
    /// Something was written.
    Write {
        /// The command.
        command: String,
        /// Its attributes.
        attributes: Vec<(String, String)>,
        /// Who wrote.
        by: Sender,
        /// Whether it was refused.
        refused: bool,
    },
    /// The active radio's access point began to lose frames without a sign in its signal.
    GrayStart {
        /// The access point.
        bssid: String,
    },
    /// That ended, or the active radio is elsewhere.
    GrayEnd {
        /// The access point.
        bssid: String,
    },
    /// The default route leads over another radio.
    Swap {
        /// The radio before.
        from: Option<String>,
        /// The radio now.
        to: String,
    },
    /// A user logged in through the API.
    LoggedIn,
    /// A session of the API ended.
    LoggedOut,
    /// The power went.
    PowerCut,
    /// The router is back.
    PowerBack,
}

/// The latest events.
#[derive(Debug, Default)]
pub(crate) struct Events(VecDeque<Event>);

impl Events {
    /// Adds one.
    pub(crate) fn push(&mut self, at: f64, what: What) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Event { at, what });
    }

    /// All that are kept, oldest first.
    pub(crate) fn list(&self) -> Vec<Event> {
        self.0.iter().cloned().collect()
    }
}

impl What {
    /// Whether a call of the API turned the tunnel off: the first of a swap.
    #[must_use]
    pub fn hangs_up(&self) -> bool {
        let What::Write {
            command,
            attributes,
            by: Sender::Api,
            refused: false,
        } = self
        else {
            return false;
        };
        command.starts_with("/interface/")
            && command.ends_with("-client/set")
            && attributes.contains(&("disabled".into(), "yes".into()))
    }
}
