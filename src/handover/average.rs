//! The active uplink's average: how weak it is, and for how long it has been.

use std::time::Duration;

use crate::names::{Bssid, UplinkId};
use crate::observation::UplinkView;
use crate::units::Moment;

/// Averages of the means of the active's readings, one for each weight. Once a second they take a new mean; they begin
/// afresh on arrival.
#[derive(Debug, Clone)]
pub(super) struct Averages {
    second: Duration,
    of: Option<Averaged>,
}

#[derive(Debug, Clone)]
struct Averaged {
    uplink: UplinkId,
    bssid: Bssid,
    /// As of the last whole second, and when that was.
    before: [f64; 2],
    at: Moment,
    /// With the newest mean, and when that was read.
    newest: [f64; 2],
    read: Moment,
}

impl Averages {
    pub(super) fn new(second: Duration) -> Self {
        Averages { second, of: None }
    }

    /// Takes the mean of the active's newest readings.
    pub(super) fn take(&mut self, active: &UplinkView, mean: f64, weights: [f64; 2]) {
        let Some(link) = &active.link else { return };
        match &mut self.of {
            Some(own) if own.uplink == active.id && own.bssid == link.bssid => {
                if active.at <= own.read {
                    return;
                }
                own.read = active.at;
                for (kind, weight) in weights.into_iter().enumerate() {
                    own.newest[kind] = weight * mean + (1.0 - weight) * own.before[kind];
                }
                let since = active.at.since(own.at);
                if since >= self.second {
                    own.before = own.newest;
                    let on_time = since < self.second * 2;
                    own.at = if on_time { own.at + self.second } else { active.at };
                }
            }
            other => {
                *other = Some(Averaged {
                    uplink: active.id.clone(),
                    bssid: link.bssid,
                    before: [mean; 2],
                    at: active.at,
                    newest: [mean; 2],
                    read: active.at,
                });
            }
        }
    }

    /// The averages with the newest mean.
    pub(super) fn newest(&self) -> Option<[f64; 2]> {
        self.of.as_ref().map(|own| own.newest)
    }
}
