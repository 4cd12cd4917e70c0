//! The rule: when the active uplink is left for a candidate because of their signals.
//!
//! | a swap is dark for | the active's average is at or below | the candidate is better by | and at or above |
//! |---|---|---|---|
//! | less than 2 s | the trigger + 1 dB | the hysteresis - 2 dB | the floor - 1 dB |
//! | 2 s and more | the trigger | the hysteresis | the floor |
//!
//! A signal is the mean of the readings of the last second. The average takes a new mean once a second, with the weight
//! 1.5 s / dark (at most 1, at least 0.25), and begins afresh on arrival: that is the time-to-trigger, so a swap that
//! costs more needs a weakness that lasts longer. The dark is the median of the last five swaps of this vehicle. Measured
//! on 39 recorded drives: dark 1.40, 1.35 and 1.32 times the least possible at swaps of 1, 3 and 8 s. No model with more
//! numbers was better by more than 3 %.

use std::collections::VecDeque;
use std::time::Duration;

use crate::handover::candidate::Sight;
use crate::handover::readings::Readings;
use crate::handover::reason::{Average, Compared, Reason, Stay};
use crate::handover::settings::Settings;
use crate::names::{Bssid, UplinkId};
use crate::observation::UplinkView;
use crate::units::{Db, Dbm, Moment};

/// Swaps whose dark is remembered.
const SWAPS: usize = 5;
/// A swap that is dark for less costs so little that the active is left earlier, in seconds.
const CHEAP_S: f64 = 2.0;
/// A swap that is dark for no longer needs no average of the active's signal, in seconds.
const AT_ONCE_S: f64 = 1.5;
/// The least weight of a new mean in the average.
const LEAST_WEIGHT: f64 = 0.25;

/// The rule with what it remembers.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    settings: Settings,
    /// How long the last swaps were dark, the newest last.
    darks: VecDeque<Duration>,
    active: Option<Averaged>,
}

/// The active's average.
#[derive(Debug, Clone)]
struct Averaged {
    uplink: UplinkId,
    bssid: Bssid,
    /// As of the last whole second, and when that was.
    before: f64,
    at: Moment,
    /// With the newest mean, and when that was read.
    signal: f64,
    read: Moment,
}

/// What a handover needs.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    limit: Dbm,
    hysteresis: Db,
    floor: Dbm,
}

impl Rule {
    pub(super) fn new(settings: &Settings) -> Self {
        Rule {
            settings: settings.clone(),
            darks: VecDeque::with_capacity(SWAPS),
            active: None,
        }
    }

    /// Takes how long a swap was dark.
    pub(super) fn swapped(&mut self, dark: Duration) {
        if self.darks.len() == SWAPS {
            self.darks.pop_front();
        }
        self.darks.push_back(dark);
    }

    /// How long a swap is dark, in seconds.
    fn dark(&self) -> f64 {
        let mut darks: Vec<Duration> = self.darks.iter().copied().collect();
        darks.sort_unstable();
        let median = darks.get(darks.len().saturating_sub(1) / 2);
        median.unwrap_or(&self.settings.first_dark).as_secs_f64() / self.settings.second.as_secs_f64()
    }

    /// The weight of a new mean in the average.
    fn weight(&self) -> f64 {
        (AT_ONCE_S / self.dark()).clamp(LEAST_WEIGHT, 1.0)
    }

    /// Takes the active's newest reading into its average.
    pub(super) fn average(&mut self, active: &UplinkView, readings: &Readings) {
        let (Some(link), Some(mean)) = (&active.link, readings.mean(&active.id, self.settings.second)) else {
            return;
        };
        let (weight, second) = (self.weight(), self.settings.second);
        match &mut self.active {
            Some(own) if own.uplink == active.id && own.bssid == link.bssid => {
                if active.at <= own.read {
                    return;
                }
                own.read = active.at;
                own.signal = weight * mean + (1.0 - weight) * own.before;
                let since = active.at.since(own.at);
                if since >= second {
                    own.before = own.signal;
                    own.at = if since < second * 2 { own.at + second } else { active.at };
                }
            }
            other => {
                *other = Some(Averaged {
                    uplink: active.id.clone(),
                    bssid: link.bssid,
                    before: mean,
                    at: active.at,
                    signal: mean,
                    read: active.at,
                });
            }
        }
    }

    /// Holds the active against its limit and the best candidate against the active.
    pub(super) fn decide(&self, sight: &Sight, readings: &Readings) -> Reason {
        let bounds = self.bounds(sight);
        let newest = |signal: Dbm| signal.as_f64();
        let own = readings
            .mean(&sight.active.id, self.settings.second)
            .unwrap_or(newest(sight.signal));
        let average = self.active.as_ref().map_or(own, |active| active.signal);
        let (uplink, limit) = (sight.active.id.clone(), bounds.limit);
        if average > newest(limit) {
            let signal = dbm(average.ceil());
            return Reason::Good { uplink, signal, limit };
        }
        let Some(best) = sight.best else {
            let signal = dbm(average);
            return Reason::Alone { uplink, signal, limit };
        };
        let heard = readings.mean(&best.view.id, self.settings.second);
        let theirs = heard.map_or(newest(best.signal), |heard| heard - best.hold_down.as_f64());
        let weight = self.weight();
        let compared = Compared {
            from: uplink,
            signal: dbm(own),
            average: (weight < 1.0).then(|| Average {
                signal: dbm(average),
                // So many equal weights have the same mean age.
                over: self.settings.second.mul_f64((2.0 - weight) / weight),
            }),
            limit,
            to: best.view.id.clone(),
            theirs: dbm(theirs),
        };
        let why = if theirs < own + bounds.hysteresis.as_f64() {
            Stay::Close {
                hysteresis: bounds.hysteresis,
            }
        } else if theirs < newest(bounds.floor) {
            Stay::Weak { floor: bounds.floor }
        } else if let Some(left) = sight.dwell {
            Stay::Dwell { left }
        } else if !best.settled {
            Stay::Settling
        } else {
            return Reason::Handover { compared };
        };
        Reason::Stay { compared, why }
    }

    fn bounds(&self, sight: &Sight) -> Bounds {
        let cheap = Db(i16::from(self.dark() < CHEAP_S));
        let theirs = sight.best.map_or(sight.trigger, |best| best.trigger);
        Bounds {
            limit: sight.trigger + cheap,
            hysteresis: Db((self.settings.hysteresis.0 - 2 * cheap.0).max(1)),
            floor: theirs + self.settings.floor - cheap,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a signal is between -128 and 0 dBm")]
fn dbm(signal: f64) -> Dbm {
    Dbm(signal.round() as i16)
}
