//! What is known of one access point's signal: where it is, where it comes from, how it has kept.
//!
//! Levels are in dB above the signal at which an uplink counts as good, so that one table of chances fits any vehicle.

use std::time::Duration;

use crate::units::{Db, Moment};

/// Levels are kept within this: farther from the border nothing changes the chances.
pub(super) const LOWEST: f64 = -12.0;
const HIGHEST: f64 = 30.0;

/// An access point's share of good seconds starts as if it had been good half of this long, in seconds.
const UNKNOWN_S: f64 = 20.0;

/// The share of good seconds looks back about this far, in seconds.
const SHARE_S: f64 = 300.0;

/// How fast the peak is forgotten, in dB a second.
const PEAK_FALL: f64 = 0.25;

/// An access point missed for longer counts as new when it is heard again.
const GONE: Duration = Duration::from_secs(30);

/// How many numbers describe an access point.
pub(super) const FEATURES: usize = 14;

/// One access point's signal so far.
#[derive(Debug, Clone)]
pub(super) struct Track {
    /// When the last reading was true.
    pub(super) at: Moment,
    /// The last reading, in dB above good; [`LOWEST`] when it was missed.
    pub(super) last: f64,
    /// The mean over about 3 s.
    pub(super) short: f64,
    /// The mean over about 10 s.
    pub(super) long: f64,
    /// How much it changes from second to second, over about 10 s: little where the vehicle stands.
    unrest: f64,
    before: f64,
    first: Moment,
    early: bool,
    peak: f64,
    good_s: f64,
    known_s: f64,
    missed_for: Duration,
}

/// A signal by how much it is above good, as levels are kept; `None` is a miss.
pub(super) fn level(above: Option<Db>) -> f64 {
    above.map_or(LOWEST, |above| above.as_f64().clamp(LOWEST, HIGHEST))
}

impl Track {
    /// An access point heard for the first time; `early` when the vehicle has only begun to listen, so that nothing
    /// follows from not having heard it before.
    pub(super) fn new(at: Moment, level: f64, early: bool) -> Self {
        Track {
            at,
            last: level,
            short: level,
            long: if early { level } else { -6.0 },
            unrest: 2.0,
            before: level,
            first: at,
            early,
            peak: level,
            good_s: UNKNOWN_S / 2.0,
            known_s: UNKNOWN_S,
            missed_for: Duration::ZERO,
        }
    }

    /// Takes a reading; one that is not newer than the last is ignored.
    pub(super) fn take(&mut self, at: Moment, level: f64, missed: bool) {
        let since = at.since(self.at);
        let s = since.as_secs_f64();
        if s <= 0.0 {
            return;
        }
        self.at = at;
        self.before = self.last;
        self.last = level;
        self.short += (1.0 - (-s / 3.0).exp()) * (level - self.short);
        self.long += (1.0 - (-s / 10.0).exp()) * (level - self.long);
        let change = (level - self.before).abs().min(10.0) / s;
        self.unrest += (1.0 - (-s / 10.0).exp()) * (change - self.unrest);
        if self.missed_for > GONE {
            self.first = at;
            self.early = false;
        }
        self.peak = level.max(self.peak - PEAK_FALL * s);
        self.known_s += s;
        if level > 0.0 {
            self.good_s += s;
        }
        if self.known_s > SHARE_S {
            let keep = SHARE_S / self.known_s;
            self.good_s *= keep;
            self.known_s *= keep;
        }
        self.missed_for = if missed {
            self.missed_for + since
        } else {
            Duration::ZERO
        };
    }

    /// For how long it has been missed each time it was listened for.
    pub(super) fn missed_for(&self) -> Duration {
        self.missed_for
    }

    /// What the chances follow from; the first is always 1.
    pub(super) fn features(&self) -> [f64; FEATURES] {
        let tens = self.last / 10.0;
        let known_s = self.at.since(self.first).as_secs_f64() + if self.early { 40.0 } else { 0.0 };
        let missed = f64::from(u8::from(!self.missed_for.is_zero()));
        let unrest = (self.unrest / 3.0).min(1.5);
        [
            1.0,
            tens.min(0.0),
            tens.clamp(0.0, 1.0),
            self.short / 10.0,
            2.0 * (self.good_s / self.known_s) - 1.0,
            self.before / 10.0,
            ((self.peak - self.last) / 10.0).min(3.0),
            (1.0 + known_s.min(100.0) / 5.0).ln(),
            ((self.last - self.long) / 10.0).max(0.0),
            unrest,
            unrest * tens.clamp(-1.0, 2.0),
            missed,
            // One that was strong until now was hardly lost.
            missed * (self.before / 10.0).max(0.0),
            missed * self.long / 10.0,
        ]
    }
}
