//! Ways out beside the radios: a modem or a cable.

use ipnet::Ipv4Net;

use super::chance::{Chance, Of};
use super::clock::At;
use crate::sim::settings::Wire;

/// One dead spot begins in each slot of this length, in seconds, in its first half.
const DEAD_SLOT: f64 = 120.0;

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

    /// The share of round trips that get through now; `which` is the wire's number.
    pub(crate) fn passing(&self, which: usize, chance: Chance, at: At) -> f64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let slot = (at.as_secs_f64() / DEAD_SLOT) as u64;
        let start = chance.between(Of::DeadStart, which as u64, slot, 0.0..DEAD_SLOT / 2.0);
        let length = chance.between(Of::DeadLength, which as u64, slot, 2.0..10.0);
        let dead = (start..start + length).contains(&(at.as_secs_f64() % DEAD_SLOT));
        let loss = if self.wire.dead_spots && dead {
            chance.between(Of::DeadLoss, which as u64, slot, 0.5..1.0)
        } else {
            0.0
        };
        self.wire.passing * (1.0 - loss)
    }

    /// The vehicle's address on it.
    pub(crate) fn net(&self) -> Option<Ipv4Net> {
        self.wire.address.parse().ok()
    }
}
