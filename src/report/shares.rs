//! What each hour, network and access point has of the drive.

use std::collections::BTreeMap;

use crate::names::{Bssid, Ssid};
use crate::units::{Dbm, WallTime};

use super::dark::by_hour;
use super::summary::{Dark, Hour, Share};
use super::swaps::{Outcome, Swap};

/// What an AP or a network carried.
#[derive(Debug, Clone, Default)]
pub(super) struct Carried {
    pub(super) network: Option<Ssid>,
    seconds: f64,
    heard: f64,
    signal: f64,
}

impl Carried {
    pub(super) fn add(&mut self, seconds: f64, signal: Option<Dbm>) {
        self.seconds += seconds;
        if let Some(signal) = signal {
            self.heard += seconds;
            self.signal += seconds * signal.as_f64();
        }
    }

    pub(super) fn share(&self, ap: Option<Bssid>, network: Option<&Ssid>) -> Share {
        Share {
            network: network.map(Ssid::to_string),
            ap,
            active_seconds: self.seconds,
            signal_dbm: (self.heard > 0.0).then(|| self.signal / self.heard),
            dark_seconds: 0.0,
            swaps_to: 0,
            swaps_not_up: 0,
        }
    }
}

/// Each hour that was driven, or was dark.
pub(super) fn hours(driven: &BTreeMap<u64, f64>, dark: &[Dark], swaps: &[Swap]) -> Vec<Hour> {
    let mut hours: BTreeMap<u64, Hour> = BTreeMap::new();
    let of = |hour: u64| Hour {
        from: WallTime::from_millis(hour * 3_600_000),
        driven_seconds: driven.get(&hour).copied().unwrap_or(0.0),
        dark_seconds: 0.0,
        swaps: 0,
        ping_pongs: 0,
    };
    for hour in driven.keys() {
        hours.insert(*hour, of(*hour));
    }
    for (hour, seconds) in dark.iter().flat_map(|dark| by_hour(dark.span)) {
        hours.entry(hour).or_insert_with(|| of(hour)).dark_seconds += seconds;
    }
    for swap in swaps {
        let hour = swap.time.millis() / 3_600_000;
        let hour = hours.entry(hour).or_insert_with(|| of(hour));
        hour.swaps += 1;
        hour.ping_pongs += usize::from(swap.ping_pong);
    }
    hours.into_values().collect()
}

/// Adds dark and swaps to the shares that they belong to; the darkest first.
pub(super) fn shares(
    mut shares: Vec<Share>,
    dark: &[Dark],
    swaps: &[Swap],
    belongs: impl Fn(&Share, Option<Bssid>, Option<&String>) -> bool,
) -> Vec<Share> {
    for dark in dark {
        if let Some(share) = shares
            .iter_mut()
            .find(|share| belongs(share, dark.ap, dark.network.as_ref()))
        {
            share.dark_seconds += dark.seconds;
        }
    }
    for swap in swaps {
        if let Some(share) = shares
            .iter_mut()
            .find(|share| belongs(share, swap.to_ap, swap.network.as_ref()))
        {
            share.swaps_to += 1;
            share.swaps_not_up += usize::from(swap.outcome == Outcome::NotUp);
        }
    }
    let order = |share: &Share| (share.dark_seconds, share.active_seconds);
    shares.sort_by(|one, other| {
        order(other)
            .partial_cmp(&order(one))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    shares
}
