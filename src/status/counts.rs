//! What only grows while the agent runs: for `/metrics`.

use std::collections::BTreeMap;
use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;

use crate::handover::reason::Reason;
use crate::names::UplinkId;

/// The limits by which swaps are counted, in seconds.
const LIMITS: [f64; 7] = [0.1, 0.3, 1.0, 2.0, 5.0, 10.0, 30.0];

/// What only grows.
#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) ticks: u64,
    pub(crate) sessions_lost: u64,
    pub(crate) probes_answered: u64,
    pub(crate) probes_lost: u64,
    /// Swaps by the uplink that they went to, and whether the tunnel came up.
    pub(crate) swaps: BTreeMap<(UplinkId, bool), u64>,
    /// How long each swap was dark whose tunnel came up, in seconds.
    pub(crate) swap_dark: Histogram,
    /// How long the vehicle was dark, spans that ended.
    pub(crate) dark: Duration,
    /// Decisions that changed, by their reason.
    pub(crate) decisions: BTreeMap<String, u64>,
    /// Bytes over each fallback: received, sent.
    pub(crate) carried: BTreeMap<UplinkId, (u64, u64)>,
}

impl Default for Counts {
    fn default() -> Self {
        Counts {
            ticks: 0,
            sessions_lost: 0,
            probes_answered: 0,
            probes_lost: 0,
            swaps: BTreeMap::new(),
            swap_dark: Histogram::new(LIMITS),
            dark: Duration::ZERO,
            decisions: BTreeMap::new(),
            carried: BTreeMap::new(),
        }
    }
}

impl Counts {
    /// What is decided changed, for this reason.
    pub(super) fn decided(&mut self, reason: &Reason) {
        let json = serde_json::to_value(reason).unwrap_or_default();
        // The name that the journal has.
        let kind = json["kind"].as_str().unwrap_or_default();
        *self.decisions.entry(kind.to_owned()).or_default() += 1;
    }
}
