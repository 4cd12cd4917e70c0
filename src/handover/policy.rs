//! The choice among access points: whether to leave the active one, and for which.
//!
//! For the active access point and each candidate the chance of being good in each of the next 50 s is known
//! (`chance`, `memory`). Their sum, near seconds counting more, is what staying is worth in
//! good seconds; going is worth the same less the seconds that a swap is dark. The policy goes when that is more by a
//! margin, and going some seconds later would not be better. The dark of a swap is learned from this vehicle's own.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::chance::{self, Curve};
use super::memory::{self, Clock, Past};
use super::track::{Track, level};
use crate::names::Bssid;
use crate::units::{Db, Dbm, Moment};

/// What the policy can be told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// An access point above this carries the vehicle.
    pub good: Dbm,
    /// How long a swap is taken to be dark until one was measured.
    pub first_dark: Duration,
    /// How soon a second ahead counts for less, at a swap without darkness: after this long it counts for 1/e.
    pub horizon: Duration,
    /// How many good seconds going must be worth more than staying, at a swap of 3 s; may be negative.
    pub margin_s: f64,
    /// A candidate must be this much better than the active one, unless the drive's past speaks for it.
    pub gain: Db,
    /// Whether the drive's own past is asked.
    pub memory: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            good: Dbm(-80),
            first_dark: Duration::from_secs(3),
            horizon: Duration::from_millis(5_500),
            margin_s: 0.16,
            gain: Db(-4),
            memory: true,
        }
    }
}

/// The horizon grows by this for each second that a swap is dark.
const HORIZON_PER_DARK: f64 = 0.51;
/// The margin falls by this, in good seconds, each time a swap is dark 2.7 times as long: where swaps are dear, those
/// that are needed must not come late.
const MARGIN_FALL: f64 = 0.34;
/// Going later must be worth this much more to be waited for, in good seconds.
const WAIT_S: f64 = 0.27;
const LATER_S: usize = 8;
/// Going back to where the vehicle just came from must be worth this much more, in good seconds, for so long.
const BACK_S: f64 = 0.86;
const BACK_FOR: Duration = Duration::from_secs(11);
/// A candidate below good, or with a mean below this, is none, unless moments alike of at least this weight speak for it.
const LOWEST_MEAN: f64 = -5.46;
const ENOUGH_ALIKE: f64 = 1.08;
/// A candidate missed for longer is none.
const GONE: Duration = Duration::from_secs(20);
/// An active access point this far above good, in dB, is not left and costs no thought.
const CALM: f64 = 12.0;
const CALM_MEAN: f64 = 10.0;
/// Swaps of which the dark is remembered.
const SWAPS: usize = 5;
/// An access point not heard for an hour is forgotten.
const FORGET: Duration = Duration::from_secs(3_600);
/// A scan's share of misses above which one miss says nothing.
const SCAN_MISSES: f64 = 0.05;

/// What the policy chooses, with the numbers that decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Where to go; `None` stays.
    pub to: Option<Bssid>,
    /// What staying is worth, in good seconds; 0 without an active access point.
    pub stay_s: f64,
    /// The best candidate and what going there is worth, in good seconds; `None` when nothing was weighed.
    pub best: Option<(Bssid, f64)>,
    /// How long a swap is taken to be dark.
    pub dark: Duration,
    /// How many past moments of this drive looked like this one, by their weight.
    pub alike: f64,
}

#[derive(Debug, Clone)]
struct Ap {
    track: Option<Track>,
    past: Past,
    /// A miss that the next scan will confirm or refute, and the level before it.
    doubted: Option<f64>,
}

/// All that the policy remembers.
#[derive(Debug, Clone)]
pub struct Policy {
    settings: Settings,
    aps: BTreeMap<Bssid, Ap>,
    clock: Clock,
    begun: Option<Moment>,
    darks: VecDeque<Duration>,
    active: Option<Bssid>,
    left: Option<(Bssid, Moment)>,
    /// Scans of an access point that was there before and after, and how many of them missed it.
    scans: (f64, f64),
}

impl Policy {
    /// A policy that has heard nothing.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Policy {
            settings,
            aps: BTreeMap::new(),
            clock: Clock::default(),
            begun: None,
            darks: VecDeque::new(),
            active: None,
            left: None,
            scans: (15.0, 0.3),
        }
    }

    /// Takes a reading of the access point that a radio is on; `None` when the radio lost it.
    pub fn heard(&mut self, at: Moment, bssid: Bssid, signal: Option<Dbm>) {
        self.advance(at);
        self.take(at, bssid, signal);
    }

    /// Takes a scan: every access point that it heard. Those known and not heard were missed.
    pub fn scanned(&mut self, at: Moment, heard: &[(Bssid, Dbm)]) {
        self.advance(at);
        for (bssid, signal) in heard {
            self.settle_doubt(*bssid, Some(*signal));
            self.take(at, *bssid, Some(*signal));
        }
        let doubtful = self.scans.1 / self.scans.0 > SCAN_MISSES;
        let missed: Vec<Bssid> = self
            .aps
            .iter()
            .filter(|(bssid, _)| !heard.iter().any(|(other, _)| other == *bssid))
            .map(|(bssid, _)| *bssid)
            .collect();
        for bssid in missed {
            let Some(ap) = self.aps.get_mut(&bssid) else { continue };
            let Some(track) = &ap.track else { continue };
            let first = ap.doubted.is_none() && track.missed_for().is_zero();
            if first {
                ap.doubted = Some(track.last);
            } else {
                ap.doubted = None;
            }
            if !(first && doubtful) {
                self.take(at, bssid, None);
            }
        }
    }

    /// Takes how long a swap was dark.
    pub fn swapped(&mut self, dark: Duration) {
        self.darks.push_back(dark);
        if self.darks.len() > SWAPS {
            self.darks.pop_front();
        }
    }

    /// How long a swap is taken to be dark: the median of the last ones.
    #[must_use]
    pub fn dark(&self) -> Duration {
        let mut darks: Vec<Duration> = self.darks.iter().copied().collect();
        darks.sort_unstable();
        darks.get(darks.len() / 2).copied().unwrap_or(self.settings.first_dark)
    }

    /// Chooses among `candidates`; without an active access point the best of them.
    pub fn choose(&mut self, now: Moment, active: Option<Bssid>, candidates: &[Bssid]) -> Choice {
        self.advance(now);
        if active != self.active {
            self.left = self.active.map(|left| (left, now));
            self.active = active;
        }
        let dark = self.dark();
        let mut choice = Choice {
            to: None,
            stay_s: 0.0,
            best: None,
            dark,
            alike: 0.0,
        };
        let own = active
            .and_then(|bssid| self.aps.get(&bssid))
            .and_then(|ap| Some((ap, ap.track.as_ref()?)));
        if own.is_some_and(|(_, track)| track.last > CALM && track.short > CALM_MEAN) {
            return choice;
        }
        let moments = if self.settings.memory {
            let pasts: Vec<&Past> = self.aps.values().map(|ap| &ap.past).collect();
            memory::alike(&self.clock, second(now), &pasts)
        } else {
            Vec::new()
        };
        choice.alike = memory::support(&moments);

        let dark_s = dark.as_secs_f64();
        let fade_s = (self.settings.horizon.as_secs_f64() + HORIZON_PER_DARK * dark_s).max(1.0);
        let near: Curve = std::array::from_fn(|k| (-(k as f64) / fade_s).exp());
        let curve = |ap: &Ap, track: &Track, own: &[memory::Alike]| -> Curve {
            let age = now.since(track.at).as_secs().min(3);
            let mut chances = chance::curve(track, usize::try_from(age).unwrap_or(3));
            memory::blend(&mut chances, own, &ap.past);
            for (chance, near) in chances.iter_mut().zip(&near) {
                *chance *= near;
            }
            chances
        };
        let mine = own.map(|(ap, track)| curve(ap, track, &memory::own(&moments, &ap.past, track)));
        choice.stay_s = mine.map_or(0.0, |chances| chances[1..].iter().sum());
        let margin = self.settings.margin_s - MARGIN_FALL * (dark_s.max(0.1) / 3.0).ln();
        let mut to_beat = if mine.is_some() { choice.stay_s + margin } else { 0.0 };

        for bssid in candidates.iter().filter(|bssid| Some(**bssid) != active) {
            let Some(ap) = self.aps.get(bssid) else { continue };
            let Some(track) = ap
                .track
                .as_ref()
                .filter(|track| track.missed_for() <= GONE && track.short > -10.0)
            else {
                continue;
            };
            let alike = memory::own(&moments, &ap.past, track);
            let better = own.is_none_or(|(_, own)| track.last >= own.last + self.settings.gain.as_f64());
            let sound = track.last >= 0.0 && track.short >= LOWEST_MEAN && better;
            if !sound && memory::support(&alike) < ENOUGH_ALIKE {
                continue;
            }
            let theirs = curve(ap, track, &alike);
            let mut worth = after(&theirs, dark_s);
            if self
                .left
                .is_some_and(|(left, at)| left == *bssid && now.since(at) < BACK_FOR)
            {
                worth -= BACK_S;
            }
            if choice.best.is_none_or(|(_, best)| worth > best) {
                choice.best = Some((*bssid, worth));
            }
            let waiting = |mine: Curve| worth_later(&mine, &theirs, dark_s) > worth + WAIT_S;
            if worth > to_beat && !mine.is_some_and(waiting) {
                to_beat = worth;
                choice.to = Some(*bssid);
            }
        }
        choice
    }

    fn advance(&mut self, at: Moment) {
        let begun = *self.begun.get_or_insert(at);
        let second = second(at);
        if self.clock.end == 0 {
            self.clock.first = second;
        }
        if second >= self.clock.end && at.since(begun) > FORGET {
            let fresh = |ap: &Ap| {
                ap.track
                    .as_ref()
                    .is_some_and(|track| track.missed_for() < FORGET && at.since(track.at) < FORGET)
            };
            self.aps.retain(|_, ap| fresh(ap));
        }
        self.clock.advance(second, self.aps.values_mut().map(|ap| &mut ap.past));
    }

    fn take(&mut self, at: Moment, bssid: Bssid, signal: Option<Dbm>) {
        let known = self.aps.contains_key(&bssid);
        if !known && signal.is_none() {
            return;
        }
        let early = self.begun.is_none_or(|begun| at.since(begun) < Duration::from_secs(5));
        let level = level(signal, self.settings.good);
        let clock = &self.clock;
        let ap = self.aps.entry(bssid).or_insert_with(|| Ap {
            track: None,
            past: Past::new(clock),
            doubted: None,
        });
        match &mut ap.track {
            Some(track) if at < track.at => {}
            Some(track) => track.take(at, level, signal.is_none()),
            none => *none = Some(Track::new(at, level, early)),
        }
        ap.past.note(&self.clock, second(at), level);
    }

    /// Whether the miss before was one of an access point that was there all the time.
    fn settle_doubt(&mut self, bssid: Bssid, signal: Option<Dbm>) {
        let level = level(signal, self.settings.good);
        let Some(ap) = self.aps.get_mut(&bssid) else { return };
        let there = ap.doubted.take().is_some_and(|before| (before - level).abs() < 10.0);
        self.scans.0 += 1.0;
        if there {
            self.scans.1 += 1.0;
        }
    }
}

fn second(at: Moment) -> usize {
    usize::try_from(at.since_start().as_secs()).unwrap_or(usize::MAX)
}

/// What is left of a curve after the dark of a swap.
fn after(theirs: &Curve, dark_s: f64) -> f64 {
    theirs
        .iter()
        .enumerate()
        .skip(1)
        .map(|(k, chance)| chance * (k as f64 - dark_s).clamp(0.0, 1.0))
        .sum()
}

/// The most that staying some seconds and going then is worth.
fn worth_later(mine: &Curve, theirs: &Curve, dark_s: f64) -> f64 {
    (1..=LATER_S)
        .map(|wait| mine[1..=wait].iter().sum::<f64>() + after(theirs, dark_s + wait as f64))
        .fold(f64::MIN, f64::max)
}
