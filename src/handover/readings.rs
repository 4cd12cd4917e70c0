//! What each uplink read lately: means over time, whatever the tick.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::names::{Bssid, UplinkId};
use crate::observation::UplinkView;
use crate::units::{Dbm, Moment};

/// The readings of the last second of each uplink, on the AP that it is on.
#[derive(Debug, Clone)]
pub(super) struct Readings {
    second: Duration,
    uplinks: BTreeMap<UplinkId, Recent>,
}

#[derive(Debug, Clone)]
struct Recent {
    bssid: Bssid,
    /// The newest is last.
    signals: VecDeque<(Moment, Dbm)>,
}

impl Readings {
    pub(super) fn new(second: Duration) -> Self {
        Readings {
            second,
            uplinks: BTreeMap::new(),
        }
    }

    /// Takes what is new. A radio on another AP begins afresh.
    pub(super) fn take(&mut self, views: &[UplinkView]) {
        for view in views {
            let Some((bssid, signal)) = view.link.as_ref().and_then(|link| Some((link.bssid, link.signal?))) else {
                self.uplinks.remove(&view.id);
                continue;
            };
            let series = match self.uplinks.get_mut(&view.id) {
                Some(series) => series,
                None => self.uplinks.entry(view.id.clone()).or_insert(Recent {
                    bssid,
                    signals: VecDeque::new(),
                }),
            };
            if series.bssid != bssid {
                series.bssid = bssid;
                series.signals.clear();
            }
            if series.signals.back().is_some_and(|(at, _)| view.at <= *at) {
                continue;
            }
            series.signals.push_back((view.at, signal));
            while let Some((at, _)) = series.signals.front()
                && view.at.since(*at) >= self.second
            {
                series.signals.pop_front();
            }
        }
    }

    /// The mean in dBm over this long before the newest reading, at most a second; of none but the newest over no time.
    pub(super) fn mean(&self, uplink: &UplinkId, over: Duration) -> Option<f64> {
        let signals = &self.uplinks.get(uplink)?.signals;
        let (newest, _) = signals.back()?;
        let (mut sum, mut count) = (0.0, 0.0);
        for (at, signal) in signals.iter().rev() {
            if count > 0.0 && newest.since(*at) >= over {
                break;
            }
            sum += signal.as_f64();
            count += 1.0;
        }
        Some(sum / count)
    }
}
