//! Ways out beside the radios: a modem or a cable, and what went over it.

use ipnet::Ipv4Net;

use super::clock::At;
use crate::sim::settings::Wire;

/// A wire with its state.
#[derive(Debug, Clone)]
pub(crate) struct WireState {
    /// What it is made of.
    pub wire: Wire,
    /// Since when its modem has a session; `None` while it is off.
    pub ready: Option<At>,
    /// Bytes received and sent since the router started.
    pub bytes: (u64, u64),
}

impl WireState {
    /// A wire that nothing has gone over.
    pub(crate) fn new(wire: Wire) -> Self {
        WireState {
            wire,
            ready: None,
            bytes: (0, 0),
        }
    }

    /// The vehicle's address on it.
    pub(crate) fn net(&self) -> Option<Ipv4Net> {
        self.wire.address.parse().ok()
    }
}
