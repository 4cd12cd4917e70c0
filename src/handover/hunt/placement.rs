//! Placement: the access point that a standby had best wait on, by what the last two scans heard.

use std::collections::BTreeMap;

use crate::names::{Bssid, Ssid};
use crate::observation::Heard;
use crate::routeros::Band;
use crate::units::Moment;

/// The scans that count: older ones heard places that the vehicle has left.
const SCANS: usize = 2;

/// What the last scans heard, whichever radio scanned: all are in the same place. A scan hears only the radio's own band.
#[derive(Debug, Clone, Default)]
pub(in crate::handover) struct Placement {
    /// When the newest scan of each band ended.
    newest: BTreeMap<Option<Band>, Moment>,
    aps: BTreeMap<Bssid, Levels>,
}

#[derive(Debug, Clone)]
struct Levels {
    network: Ssid,
    /// The band of the radio that heard it last.
    band: Option<Band>,
    /// What each scan heard in dBm, the newest first.
    levels: [Option<f64>; SCANS],
}

/// An access point that was heard.
#[derive(Debug, Clone, Copy)]
pub(in crate::handover) struct Target<'a> {
    pub(in crate::handover) bssid: Bssid,
    pub(super) network: &'a Ssid,
    /// The band that it is on; `None` where nobody said.
    pub(super) band: Option<Band>,
    /// The mean in dBm over those of the last scans that heard it.
    pub(in crate::handover) level: f64,
}

impl Placement {
    /// Forgets what was heard.
    pub(super) fn forget(&mut self) {
        self.aps.clear();
    }

    /// Takes a scan that ended at `at`, of a radio of this band.
    pub(super) fn take(&mut self, at: Moment, band: Option<Band>, heard: &[Heard]) {
        self.newest.insert(band, at);
        for ap in self.aps.values_mut().filter(|ap| overlap(band, ap.band)) {
            ap.levels.rotate_right(1);
            ap.levels[0] = None;
        }
        for one in heard {
            self.newer(one.bssid, &one.network, band, one.signal.as_f64());
        }
        self.aps.retain(|_, ap| ap.levels.iter().any(Option::is_some));
    }

    /// Takes what is newer than the scan: what a radio reads that is on the AP.
    pub(super) fn newer(&mut self, bssid: Bssid, network: &Ssid, band: Option<Band>, level: f64) {
        let ap = self.aps.entry(bssid).or_insert_with(|| Levels {
            network: network.clone(),
            band,
            levels: [None; SCANS],
        });
        if ap.network != *network {
            ap.network.clone_from(network);
        }
        (ap.levels[0], ap.band) = (Some(level), band);
    }

    /// When the newest scan ended that heard what a radio of this band can hear.
    pub(super) fn newest(&self, band: Option<Band>) -> Option<Moment> {
        let scans = self.newest.iter().filter(|(scanned, _)| overlap(band, **scanned));
        scans.map(|(_, at)| *at).max()
    }

    /// The access points that the last scans heard, in the order of their BSSIDs.
    pub(in crate::handover) fn targets(&self) -> impl Iterator<Item = Target<'_>> + Clone {
        self.aps.iter().map(|(bssid, ap)| {
            let levels = ap.levels.iter().flatten();
            Target {
                bssid: *bssid,
                network: &ap.network,
                band: ap.band,
                level: levels.clone().sum::<f64>() / levels.count() as f64,
            }
        })
    }
}

/// Whether two bands have a channel in common, as far as routers say.
fn overlap(one: Option<Band>, other: Option<Band>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}
