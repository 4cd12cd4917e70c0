//! The choice among access points: whether to leave the active one, and for which.
//!
//! For the active access point and each candidate the chance of being good in each of the next 50 s is known
//! (`chance`, `memory`). Their sum, near seconds counting more, is what staying is worth in
//! good seconds; going is worth the same less the seconds that a swap is dark. The policy goes when that is more by a
//! margin. The dark of a swap is learned from this vehicle's own.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::chance::{self, Curve};
use super::hold::PENALTY;
use super::memory::{self, Alike, Clock, Past};
use super::settings::Settings;
use super::track::{LOWEST, Track, level};
use crate::names::Bssid;
use crate::units::{Db, Moment};

mod choice;

#[doc(hidden)]
pub use super::chance::fit;
pub use choice::{ALIKE_S, Candidate, Choice, Waiting, Worth};

/// How long a swap is taken to be dark until one was measured, in seconds: a dial over a good way out.
const FIRST_DARK_S: f64 = 1.5;
/// The same of a swap from an access point that no longer carries the vehicle: what hangs up there may get lost, and an
/// office that was not told refuses the next dial for some seconds.
const FIRST_LATE_S: f64 = 3.0;
/// What is not good in so many seconds will be left late.
const LATE_IN: usize = 3;
/// The horizon grows by this for each second that a swap is dark.
const HORIZON_PER_DARK: f64 = 0.5;
/// The margin falls by this, in good seconds, each time a swap is dark 2.7 times as long: where swaps are dear, those
/// that are needed must not come late.
const MARGIN_FALL: f64 = 0.3;
/// Going back to where the vehicle just came from must be worth this much more, in good seconds, for so long.
const BACK_S: f64 = 1.5;
const BACK_FOR: Duration = Duration::from_secs(10);
/// A candidate below good is none, unless moments alike of at least this weight speak for it.
const ENOUGH_ALIKE: f64 = 1.0;
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

/// A radio that is on an access point is read several times a second; its mean over about a second counts as one reading,
/// as in the drive logs that the chances were fitted to.
const READING: Duration = Duration::from_millis(900);
/// Where the standby waits is judged further ahead than a swap is: nobody knows when it will be needed.
const WAITING_FADE_S: f64 = 15.0;
/// How long moving the standby takes, in seconds: association, key exchange and proof.
const MOVE_S: f64 = 3.0;

#[derive(Debug, Clone)]
struct Ap {
    track: Option<Track>,
    past: Past,
    /// A miss that the next scan will confirm or refute, and the level before it.
    doubted: Option<f64>,
    /// The levels read since the last one that was taken: their sum and how many.
    pending: (f64, f64),
}

/// All that the policy remembers.
#[derive(Debug, Clone)]
pub struct Policy {
    horizon: f64,
    margin: f64,
    /// How long a second of the drive lasts.
    second: Duration,
    aps: BTreeMap<Bssid, Ap>,
    clock: Clock,
    begun: Option<Moment>,
    /// How long the last swaps were dark, in seconds: those from a good access point, and those that came late.
    darks: [VecDeque<f64>; 2],
    active: Option<Bssid>,
    left: Option<(Bssid, Moment)>,
    /// Scans of an access point that was there before and after, and how many of them missed it.
    scans: (f64, f64),
    /// What was chosen last and among which, until something new is heard.
    chosen: Option<(Option<Bssid>, Vec<Candidate>, Choice)>,
}

impl Policy {
    /// A policy that has heard nothing.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Policy {
            horizon: settings.horizon.as_secs_f64() / settings.second.as_secs_f64(),
            margin: settings.margin.as_secs_f64() / settings.second.as_secs_f64(),
            second: settings.second,
            aps: BTreeMap::new(),
            clock: Clock::default(),
            begun: None,
            darks: [VecDeque::new(), VecDeque::new()],
            active: None,
            left: None,
            scans: (15.0, 0.3),
            chosen: None,
        }
    }

    /// Takes a reading of the access point that a radio is on, by how much it is above good; `None` when the radio lost
    /// it.
    pub fn heard(&mut self, at: Moment, bssid: Bssid, above: Option<Db>) {
        let at = self.in_drive(at);
        self.advance(at);
        let level = level(above);
        if let Some(ap) = self.aps.get_mut(&bssid)
            && above.is_some()
            && let Some(track) = ap.track.as_ref().filter(|track| track.missed_for().is_zero())
        {
            ap.pending.0 += level;
            ap.pending.1 += 1.0;
            if at.since(track.at) < READING {
                return;
            }
            let mean = ap.pending.0 / ap.pending.1;
            self.take(at, bssid, mean, false);
        } else {
            self.take(at, bssid, level, above.is_none());
        }
    }

    /// Takes a scan: every access point that it heard, by how much it is above good. Those known and not heard were
    /// missed.
    pub fn scanned(&mut self, at: Moment, heard: &[(Bssid, Db)]) {
        let at = self.in_drive(at);
        self.advance(at);
        for (bssid, above) in heard {
            let level = level(Some(*above));
            self.settle_doubt(*bssid, level);
            self.take(at, *bssid, level, false);
        }
        let doubtful = self.scans.1 / self.scans.0 > SCAN_MISSES;
        let missed: Vec<Bssid> = self
            .aps
            .keys()
            .filter(|bssid| !heard.iter().any(|(other, _)| other == *bssid))
            .copied()
            .collect();
        for bssid in missed {
            let Some(ap) = self.aps.get_mut(&bssid) else { continue };
            let Some(track) = ap.track.as_ref().filter(|track| track.at < at) else {
                continue;
            };
            let first = ap.doubted.is_none() && track.missed_for().is_zero();
            if first {
                ap.doubted = Some(track.last);
            } else {
                ap.doubted = None;
            }
            if !(first && doubtful) {
                self.take(at, bssid, LOWEST, true);
            }
        }
    }

    /// Takes how long a swap was dark, and whether it came late: from an access point that no longer was good.
    pub fn swapped(&mut self, dark: Duration, late: bool) {
        let darks = &mut self.darks[usize::from(late)];
        darks.push_back(dark.as_secs_f64() / self.second.as_secs_f64());
        if darks.len() > SWAPS {
            darks.pop_front();
        }
        self.chosen = None;
    }

    /// How long a swap is taken to be dark now and when it comes late, in seconds of the drive: the median of the last ones.
    fn dark(&self) -> (f64, f64) {
        let [now, late] = self.darks.each_ref().map(|darks| {
            let mut darks: Vec<f64> = darks.iter().copied().collect();
            darks.sort_by(f64::total_cmp);
            darks.get(darks.len().saturating_sub(1) / 2).copied()
        });
        // Late swaps tell something of those in time as well: where both are dark for long, no drive has enough swaps to
        // learn it twice.
        let now_s = now.unwrap_or(late.map_or(FIRST_DARK_S, |late| late.min((FIRST_DARK_S + late) / 2.0)));
        (now_s, late.unwrap_or(FIRST_LATE_S).max(now_s))
    }

    /// Chooses among `candidates`; without an active access point the best of them.
    pub fn choose(&mut self, now: Moment, active: Option<Bssid>, candidates: &[Candidate]) -> Choice {
        let now = self.in_drive(now);
        self.advance(now);
        if active != self.active {
            self.left = self.active.map(|left| (left, now));
            self.active = active;
        }
        if let Some((before, among, choice)) = &self.chosen
            && *before == active
            && among == candidates
        {
            return *choice;
        }
        let choice = self.weigh(now, active, candidates);
        self.chosen = Some((active, candidates.to_vec(), choice));
        choice
    }

    fn weigh(&self, now: Moment, active: Option<Bssid>, candidates: &[Candidate]) -> Choice {
        let own = active.and_then(|bssid| self.known(bssid));
        let good = own.is_some_and(|(_, track)| track.last > 0.0);
        let (now_s, late_s) = self.dark();
        let dark_s = if good { now_s } else { late_s };
        let mut choice = Choice {
            to: None,
            stay: None,
            best: None,
            dark: self.second.mul_f64(dark_s),
            alike: 0,
        };
        if own.is_some_and(|(_, track)| track.last > CALM && track.short > CALM_MEAN) {
            return choice;
        }
        let moments = self.alike(now);
        choice.alike = memory::support(&moments).round() as u32;
        let near = near(self.horizon + HORIZON_PER_DARK * dark_s);
        let curve = |ap: &Ap, track: &Track, own: &[Alike]| curve(now, ap, track, own, &near);
        let mine = own.map(|(ap, track)| curve(ap, track, &memory::own(&moments, &ap.past, track)));
        let stay = mine.map_or(0.0, |chances| chances[1..].iter().sum());
        choice.stay = active.map(|_| self.worth(stay));
        let margin = self.margin - MARGIN_FALL * (dark_s.max(0.1) / 3.0).ln();
        let to_beat = if mine.is_some() { stay + margin } else { 0.0 };
        // Who stays on what is about to fail leaves late.
        let late = mine.map_or(0.0, |mine| (late_s - dark_s) * (1.0 - mine[LATE_IN] / near[LATE_IN]));

        let mut weighed: Vec<(Candidate, f64, bool)> = Vec::new();
        for candidate in candidates.iter().filter(|candidate| Some(candidate.bssid) != active) {
            let Some((ap, track)) = self.known(candidate.bssid) else {
                continue;
            };
            if track.missed_for() > GONE || track.short <= -10.0 {
                continue;
            }
            let alike = memory::own(&moments, &ap.past, track);
            if track.last < 0.0 && memory::support(&alike) < ENOUGH_ALIKE {
                continue;
            }
            let theirs = trusted(curve(ap, track, &alike), candidate.penalty);
            let mut worth = after(&theirs, dark_s) + late * theirs[LATE_IN] / near[LATE_IN];
            if self
                .left
                .is_some_and(|(left, at)| left == candidate.bssid && now.since(at) < BACK_FOR)
            {
                worth -= BACK_S;
            }
            weighed.push((*candidate, worth, worth > to_beat));
        }
        let best = |goes: bool| {
            let among = || weighed.iter().filter(move |(_, _, go)| *go || !goes);
            let most = among().map(|(_, worth, _)| *worth).fold(f64::MIN, f64::max);
            among()
                .filter(move |(_, worth, _)| *worth >= most - ALIKE_S)
                .max_by(|a, b| a.0.priority.cmp(&b.0.priority).then(a.1.total_cmp(&b.1)))
        };
        let to = best(true);
        choice.to = to.map(|(candidate, ..)| candidate.bssid);
        choice.best = to
            .or_else(|| best(false))
            .map(|(candidate, worth, _)| (candidate.bssid, self.worth(*worth)));
        choice
    }

    /// Where a standby that is on `on` had best wait: there, or on one of the `others`.
    #[must_use]
    pub fn waiting(&self, now: Moment, on: Option<Candidate>, others: &[Candidate]) -> Waiting {
        let now = self.in_drive(now);
        let moments = self.alike(now);
        let near = near(WAITING_FADE_S);
        let value = |candidate: &Candidate, from_s: f64| {
            let (ap, track) = self.known(candidate.bssid)?;
            let own = memory::own(&moments, &ap.past, track);
            let chances = trusted(curve(now, ap, track, &own, &near), candidate.penalty);
            Some(self.worth(after(&chances, from_s)))
        };
        let others = others
            .iter()
            .filter(|other| on.is_none_or(|on| on.bssid != other.bssid));
        Waiting {
            own: on.and_then(|on| value(&on, 0.0)),
            best: others
                .filter_map(|other| Some((other, value(other, MOVE_S)?)))
                .max_by_key(|(other, worth)| (*worth, other.priority, Reverse(other.bssid)))
                .map(|(other, worth)| (other.bssid, worth)),
        }
    }

    /// A moment as it would be on the drive itself.
    fn in_drive(&self, at: Moment) -> Moment {
        let micros = at.since_start().as_micros() * 1_000_000 / self.second.as_micros().max(1);
        Moment::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    fn worth(&self, seconds: f64) -> Worth {
        Worth((seconds * self.second.as_secs_f64() * 1000.0).round() as i64)
    }

    fn known(&self, bssid: Bssid) -> Option<(&Ap, &Track)> {
        let ap = self.aps.get(&bssid)?;
        Some((ap, ap.track.as_ref()?))
    }

    fn alike(&self, now: Moment) -> Vec<Alike> {
        let pasts: Vec<&Past> = self.aps.values().map(|ap| &ap.past).collect();
        memory::alike(&self.clock, second(now), &pasts)
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

    fn take(&mut self, at: Moment, bssid: Bssid, level: f64, missed: bool) {
        if missed && !self.aps.contains_key(&bssid) {
            return;
        }
        self.chosen = None;
        let early = self.begun.is_none_or(|begun| at.since(begun) < Duration::from_secs(5));
        let clock = &self.clock;
        let ap = self.aps.entry(bssid).or_insert_with(|| Ap {
            track: None,
            past: Past::new(clock),
            doubted: None,
            pending: (0.0, 0.0),
        });
        ap.pending = (0.0, 0.0);
        match &mut ap.track {
            Some(track) if at < track.at => {}
            Some(track) => track.take(at, level, missed),
            none => *none = Some(Track::new(at, level, early)),
        }
        ap.past.note(&self.clock, second(at), level);
    }

    /// Whether the miss before was one of an access point that was there all the time.
    fn settle_doubt(&mut self, bssid: Bssid, level: f64) {
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

/// How much each second ahead counts.
fn near(fade_s: f64) -> Curve {
    std::array::from_fn(|k| (-(k as f64) / fade_s.max(1.0)).exp())
}

/// The chance of each second ahead, as much as it counts.
fn curve(now: Moment, ap: &Ap, track: &Track, own: &[Alike], near: &Curve) -> Curve {
    let age = now.since(track.at).as_secs().min(3);
    let mut chances = chance::curve(track, usize::try_from(age).unwrap_or(3));
    memory::blend(&mut chances, own, &ap.past);
    for (chance, near) in chances.iter_mut().zip(near) {
        *chance *= near;
    }
    chances
}

/// What is left of a curve under a hold-down.
fn trusted(mut chances: Curve, penalty: Db) -> Curve {
    if penalty > Db(0) {
        let trust = 1.0 - (penalty.as_f64() / PENALTY.as_f64()).min(1.0);
        chances.iter_mut().for_each(|chance| *chance *= trust);
    }
    chances
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

#[cfg(test)]
mod tests;
