//! The hunt: which access point a standby radio should wait on.
//!
//! Each interval the standby looks for the best AP of the configured networks **other than the active's**: two radios on
//! one AP fade together. It moves when waiting on another is worth more good time than where it is, the time of the move
//! taken off, and the other was heard in two of the last three scans. While it has no good place to wait (lost, weak, or
//! beside the active) it looks again and again, and one scan is enough. The same AP as the active's is better than none.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::handover::ABOVE_MINIMUM;
use crate::handover::hold::HoldDown;
use crate::handover::policy::{self, Worth};
use crate::handover::settings::Hunt;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{Observation, UplinkView};
use crate::units::{Db, Dbm, Moment};

mod known;

pub(super) use known::Known;
use known::{authenticated, needed_now, release_all, waits_well};

/// How many scans the hunt looks back on, and in how many of them an AP must have been heard.
const SCANS: usize = 3;
const HEARD: usize = 2;

/// What an AP loses in the hunt's eyes with each scan that misses it: the mean fade of one that is being left behind.
const MISSED: Db = Db(4);

/// How much more waiting elsewhere must be worth to be moved for, in good seconds: a move may fail.
const GAIN_S: f64 = 1.0;

/// The same while the active is no longer strong: a radio on its way is no way out.
const WEAK_GAIN_S: f64 = 2.0;

/// How often a radio is sent to the same AP once more when its search missed it.
const AGAIN: u32 = 2;

/// Below this nothing useful passes (no throughput was measured below -85 dBm), so no standby is sent there.
pub(super) const USELESS: Dbm = Dbm(-85);

/// What a standby radio should do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Move {
    /// Scan; in the background when the radio is associated, so that it is not dropped.
    Scan {
        /// The radio.
        radio: UplinkId,
        /// Whether the association is to be kept.
        background: bool,
    },
    /// Go to one AP.
    Steer {
        /// The radio.
        radio: UplinkId,
        /// The AP.
        bssid: Bssid,
        /// The AP's network.
        network: Ssid,
        /// The AP's signal in the newest scan that heard it, less for scans that missed it and for its hold-down.
        signal: Dbm,
        /// The signal of the AP that it leaves; `None` when it was on none.
        own: Option<Dbm>,
        /// What waiting there is worth, the time of the move taken off.
        worth: Worth,
    },
    /// Go wherever the router's own rules lead.
    Release {
        /// The radio.
        radio: UplinkId,
        /// The AP that it was steered to.
        bssid: Bssid,
    },
}

/// The hunt's memory between observations.
#[derive(Debug, Clone)]
pub(super) struct Hunter {
    hunt: Hunt,
    active: Option<UplinkId>,
    /// What the last scans heard, whichever radio scanned: both are in the same place. The newest is last.
    heard: BTreeMap<Bssid, Track>,
    scans: VecDeque<Moment>,
    scan_begun: Option<Moment>,
    /// Whether that scan has not ended yet.
    listening: bool,
    /// A scan that was begun in the background and refused: not tried again on that association.
    refused: Option<Bssid>,
    background: bool,
    /// Since when the standby has been without any AP.
    alone_since: Option<Moment>,
    steered: Option<Steered>,
    /// When a standby was last sent somewhere.
    moved: Option<Moment>,
}

#[derive(Debug, Clone)]
struct Track {
    network: Ssid,
    /// One entry a scan, as in `scans`.
    signals: VecDeque<Option<Dbm>>,
}

#[derive(Debug, Clone)]
struct Steered {
    bssid: Bssid,
    at: Moment,
    /// The move that sent it there, and how often it was made again; none of a rule from before the agent's start.
    sent: Option<(Move, u32)>,
    arrived: bool,
    /// Whether it did not arrive in time.
    missed: bool,
}

impl Track {
    fn heard(&self) -> usize {
        self.signals.iter().flatten().count()
    }

    /// What the newest scan that heard it says, less for each scan since that did not: a vehicle drives, so what was
    /// heard ten seconds ago is about another place.
    fn level(&self) -> Option<Dbm> {
        let missed = self.signals.iter().rev().take_while(|signal| signal.is_none()).count();
        let newest = self.signals.iter().rev().flatten().next()?;
        Some(*newest - Db(MISSED.0.saturating_mul(i16::try_from(missed).ok()?)))
    }
}

impl Hunter {
    pub(super) fn new(hunt: Hunt) -> Self {
        Hunter {
            hunt,
            active: None,
            heard: BTreeMap::new(),
            scans: VecDeque::new(),
            scan_begun: None,
            listening: false,
            refused: None,
            background: false,
            alone_since: None,
            steered: None,
            moved: None,
        }
    }

    pub(super) fn step(&mut self, now: Moment, seen: &Observation, known: Known, held: &mut HoldDown) -> Vec<Move> {
        self.remember(seen);
        if !self.hunt.enabled {
            return Vec::new();
        }
        if seen.uplinks.iter().all(|view| !authenticated(view)) {
            return release_all(seen);
        }
        let active_bssid = seen
            .active
            .as_ref()
            .and_then(|id| seen.uplinks.iter().find(|view| view.id == *id))
            .and_then(|view| view.link.as_ref())
            .map(|link| link.bssid);
        if seen.active.is_none() {
            // Each radio is needed as it is: the mind takes the first that authenticates.
            return Vec::new();
        }
        if seen.active != self.active {
            // The radio that was active knows least of what is around, and is free now.
            self.active.clone_from(&seen.active);
            self.scan_begun = None;
        }
        let standbys = seen
            .uplinks
            .iter()
            .filter(|view| Some(&view.id) != seen.active.as_ref());
        let mut moves = Vec::new();
        for standby in standbys {
            moves.extend(self.standby(now, seen, standby, active_bssid, known, held));
        }
        moves
    }

    fn standby(
        &mut self,
        now: Moment,
        seen: &Observation,
        standby: &UplinkView,
        active: Option<Bssid>,
        known: Known,
        held: &mut HoldDown,
    ) -> Option<Move> {
        if now.since(standby.at) > known.settings.stale {
            return None;
        }
        let authenticating = standby
            .link
            .as_ref()
            .is_some_and(|link| !link.authenticated && now.since(link.since) < self.hunt.arrival);
        if authenticating {
            return None;
        }
        self.alone_since = match (&standby.link, self.alone_since) {
            (Some(_), _) => None,
            (None, since) => since.or(Some(now)),
        };
        if let Some(target) = standby.steered
            && let Some(release) = self.under_way(now, standby, target, active, known, held)
        {
            return release;
        }
        if let Some(steer) = self.steer(now, seen, standby, active, known, held) {
            return Some(steer);
        }
        let every = if waits_well(standby, active, known) {
            self.hunt.interval
        } else {
            // It has nothing to lose by listening.
            self.hunt.scan_duration
        };
        self.scan(now, standby, every)
    }

    /// What a steered radio needs: `None` when it has arrived and stays, `Some(None)` while it is on its way.
    fn under_way(
        &mut self,
        now: Moment,
        standby: &UplinkView,
        target: Bssid,
        active: Option<Bssid>,
        known: Known,
        held: &mut HoldDown,
    ) -> Option<Option<Move>> {
        let there = authenticated(standby) && standby.link.as_ref().is_some_and(|link| link.bssid == target);
        let steered = match &mut self.steered {
            Some(steered) if steered.bssid == target => steered,
            // A rule from before the agent's start: it gets the same time to prove itself.
            other => other.insert(Steered {
                bssid: target,
                at: now,
                sent: None,
                arrived: there,
                missed: false,
            }),
        };
        if there {
            steered.arrived = true;
            return None;
        }
        let elsewhere = authenticated(standby) && standby.link.as_ref().is_some_and(|link| link.since > steered.at);
        if !steered.arrived
            && elsewhere
            && now.since(steered.at) < self.hunt.arrival
            && !waits_well(standby, active, known)
            && let Some((sent, again)) = &mut steered.sent
            && *again < AGAIN
        {
            // Its search missed the AP, as one in four does, and took a worse one.
            *again += 1;
            steered.at = now;
            return Some(Some(sent.clone()));
        }
        if !steered.arrived && now.since(steered.at) < self.hunt.arrival {
            return Some(None);
        }
        if !steered.arrived && !steered.missed {
            steered.missed = true;
            held.missed(now, target, self.hunt.arrival);
        }
        if authenticated(standby) {
            // It found another AP. A router may drop a radio when a rule above the matched one changes, so the rule
            // stays until it does no harm: until the radio is lost, or is sent elsewhere.
            return None;
        }
        self.steered = None;
        Some(Some(Move::Release {
            radio: standby.id.clone(),
            bssid: target,
        }))
    }

    fn steer(
        &mut self,
        now: Moment,
        seen: &Observation,
        standby: &UplinkView,
        active: Option<Bssid>,
        known: Known,
        held: &HoldDown,
    ) -> Option<Move> {
        let newest = *self.scans.back()?;
        // One scan is good for one move: when that went wrong, only a newer one knows better.
        let used = self.moved.is_some_and(|at| newest <= at);
        if used || now.since(newest) > known.settings.scan_stale || needed_now(seen, standby, known) {
            return None;
        }
        let own = standby
            .link
            .as_ref()
            .filter(|link| link.authenticated && link.network.is_some());
        let own_signal = own.and_then(|link| link.signal);
        let beside_active = own.is_some_and(|link| Some(link.bssid) == active);
        let needed = if waits_well(standby, active, known) { HEARD } else { 1 };
        let candidate = |bssid: Bssid, network: &Ssid| policy::Candidate {
            bssid,
            penalty: held.penalty(now, bssid),
            priority: known.rule(network).map_or(0, |rule| rule.priority),
        };
        let others: Vec<policy::Candidate> = self
            .heard
            .iter()
            .filter(|(bssid, track)| Some(**bssid) != active && track.heard() >= needed)
            .filter(|(bssid, track)| {
                let rule = known.rule(&track.network);
                let least = rule.map(|rule| rule.minimum_signal.map_or(USELESS, |minimum| minimum + ABOVE_MINIMUM));
                let level = track.level().map(|level| level - held.penalty(now, **bssid));
                least.zip(level).is_some_and(|(least, level)| level > least)
            })
            .map(|(bssid, track)| candidate(*bssid, &track.network))
            .collect();
        let on = own
            .filter(|_| !beside_active)
            .and_then(|link| Some(candidate(link.bssid, link.network.as_ref()?)));
        let waiting = known.policy.waiting(now, on, &others);
        let (bssid, worth) = waiting.best?;
        let gain = if known.choice.is_some_and(|choice| choice.stay.is_some()) {
            WEAK_GAIN_S
        } else {
            GAIN_S
        };
        if waiting.own.is_some_and(|own| worth.0 - own.0 < known.second(gain)) {
            return None;
        }
        let track = self.heard.get(&bssid)?;
        let (network, signal) = (track.network.clone(), track.level()? - held.penalty(now, bssid));
        let sent = Move::Steer {
            radio: standby.id.clone(),
            bssid,
            network,
            signal,
            own: own_signal,
            worth,
        };
        self.moved = Some(now);
        self.steered = Some(Steered {
            bssid,
            at: now,
            sent: Some((sent.clone(), 0)),
            arrived: false,
            missed: false,
        });
        Some(sent)
    }

    fn scan(&mut self, now: Moment, standby: &UplinkView, every: Duration) -> Option<Move> {
        let scanning = |begun| self.listening && now.since(begun) < self.hunt.interval;
        if self
            .scan_begun
            .is_some_and(|begun| now.since(begun) < every || scanning(begun))
        {
            return None;
        }
        let background = standby.link.is_some();
        if self
            .alone_since
            .is_some_and(|since| now.since(since) < self.hunt.scan_duration)
        {
            // A radio that lost its AP searches by itself first, and a foreground scan would only hold that up.
            return None;
        }
        if background && self.refused == standby.link.as_ref().map(|link| link.bssid) {
            return None;
        }
        self.scan_begun = Some(now);
        self.listening = true;
        self.background = background;
        Some(Move::Scan {
            radio: standby.id.clone(),
            background,
        })
    }

    fn remember(&mut self, seen: &Observation) {
        let Some(scan) = &seen.scan else { return };
        self.listening = false;
        let Some(heard) = &scan.heard else {
            if self.background {
                let own = seen
                    .uplinks
                    .iter()
                    .find(|view| view.id == scan.radio)
                    .and_then(|view| view.link.as_ref());
                self.refused = own.map(|link| link.bssid);
            }
            return;
        };
        self.refused = None;
        self.scans.push_back(scan.at);
        if self.scans.len() > SCANS {
            self.scans.pop_front();
        }
        let before = self.scans.len() - 1;
        for one in heard {
            self.heard.entry(one.bssid).or_insert_with(|| Track {
                network: one.network.clone(),
                signals: std::iter::repeat_n(None, before).collect(),
            });
        }
        for (bssid, track) in &mut self.heard {
            let one = heard.iter().find(|one| one.bssid == *bssid);
            if let Some(one) = one {
                track.network.clone_from(&one.network);
            }
            track.signals.push_back(one.map(|one| one.signal));
            if track.signals.len() > SCANS {
                track.signals.pop_front();
            }
        }
        self.heard.retain(|_, track| track.heard() > 0);
    }
}
