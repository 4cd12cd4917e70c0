//! What networks have proven: that a radio stays on them, and that they give it an address.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{LeaseState, UplinkView};

/// The networks on which a radio has settled: with a wrong key it stays on none.
#[derive(Debug, Clone, Default)]
pub(super) struct Settled(BTreeSet<Ssid>);

impl Settled {
    /// Takes which networks radios have been on for at least `settle`.
    pub(super) fn take(&mut self, views: &[UplinkView], settle: Duration) {
        for view in views {
            if let Some(link) = &view.link
                && link.authenticated
                && view.at.since(link.since) >= settle
                && let Some(network) = &link.network
                && !self.0.contains(network)
            {
                self.0.insert(network.clone());
            }
        }
    }

    /// Whether a radio has settled on a network.
    pub(super) fn contains(&self, network: &Ssid) -> bool {
        self.0.contains(network)
    }
}

/// The AP on which each radio was last without an address by DHCP.
#[derive(Debug, Clone, Default)]
pub(super) struct WithoutLease(BTreeMap<UplinkId, Bssid>);

impl WithoutLease {
    /// The APs whose network has just given a radio no address: they count for less for a while, so that the hunt looks
    /// elsewhere.
    pub(super) fn take(&mut self, views: &[UplinkView]) -> Vec<Bssid> {
        let mut found = Vec::new();
        for view in views {
            let missing = view.link.as_ref().filter(|_| view.lease == LeaseState::Missing);
            match missing.map(|link| link.bssid) {
                Some(bssid) if self.0.insert(view.id.clone(), bssid) != Some(bssid) => found.push(bssid),
                Some(_) => {}
                None => {
                    self.0.remove(&view.id);
                }
            }
        }
        found
    }
}
