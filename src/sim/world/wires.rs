//! Ways out beside the radios: a modem or a cable.

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
}

impl WireState {
    /// A wire that nothing has gone over.
    pub(crate) fn new(wire: Wire) -> Self {
        WireState { wire, ready: None }
    }

    /// The vehicle's address on it.
    pub(crate) fn net(&self) -> Option<Ipv4Net> {
        self.wire.address.parse().ok()
    }
}
