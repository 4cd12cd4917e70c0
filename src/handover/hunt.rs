//! The hunt: which access point a standby radio should wait on.
//!
//! Whenever the standby is not on its way, its target is the AP **other than the active's** with the best mean over those
//! of the last two scans that heard it: two radios on one AP fade together. One hearing is enough. It moves when the
//! target is better by 3 dB than its own AP (6 dB where a swap costs next to nothing), and at once when it is on none or on
//! the active's; an AP that was just left because nothing came through it counts as badly for a standby that is still on it
//! as for one that could go there. A standby that is about to carry the vehicle stays. Scans come each interval, and again and again while
//! the standby has no usable place to wait; while the active fails as well it searches by itself, without waiting for a
//! scan.

use std::time::Duration;

use crate::handover::decision::Move;
use crate::handover::settings::Hunt;
use crate::names::{Bssid, UplinkId};
use crate::observation::{LeaseState, Link, Scan, UplinkView};
use crate::units::Moment;

mod placement;
mod surroundings;

use placement::Placement;
pub(super) use surroundings::Surroundings;
use surroundings::authenticated;

/// How often a radio is sent to the same AP once more when its search missed it, as it does one time in four.
const AGAIN: u32 = 2;

/// From one scan of all channels to the next, in intervals, where the standby has no usable place to lose and where it has.
const EVERYWHERE: (u32, u32) = (3, 24);

/// The hunt's memory between observations.
#[derive(Debug, Clone)]
pub(super) struct Hunter {
    hunt: Hunt,
    active: Option<UplinkId>,
    placement: Placement,
    scan_begun: Option<Moment>,
    /// When all channels were last listened to.
    everywhere: Option<Moment>,
    /// Whether that scan has not ended yet.
    listening: bool,
    background: bool,
    /// The AP on which the router refused a scan in the background: not tried again on that association.
    refused: Option<Bssid>,
    /// Since when the standby has been without any AP.
    alone_since: Option<Moment>,
    /// When it was last sent to search by itself, and from which AP: where that leads back to, it does not search again.
    searched: Option<(Moment, Bssid)>,
    steered: Option<Steered>,
    /// An AP that a radio did not reach in time.
    missed: Option<Bssid>,
}

#[derive(Debug, Clone)]
struct Steered {
    bssid: Bssid,
    at: Moment,
    /// The move that sent it there, and how often it was made again; none of a rule from before the agent's start.
    sent: Option<(Move, u32)>,
    arrived: bool,
    missed: bool,
}

impl Hunter {
    pub(super) fn new(hunt: Hunt) -> Self {
        Hunter {
            hunt,
            active: None,
            placement: Placement::default(),
            scan_begun: None,
            everywhere: None,
            listening: false,
            background: false,
            refused: None,
            alone_since: None,
            searched: None,
            steered: None,
            missed: None,
        }
    }

    /// The AP that a radio did not reach since this was last asked, and how soon it may be tried again.
    pub(super) fn missed(&mut self) -> Option<(Bssid, Duration)> {
        Some((self.missed.take()?, self.hunt.arrival))
    }

    pub(super) fn step(&mut self, around: &Surroundings) -> Vec<Move> {
        let seen = around.seen;
        self.listen(around);
        if !self.hunt.enabled {
            return Vec::new();
        }
        if seen.uplinks.iter().all(|view| authenticated(view).is_none()) {
            return seen.uplinks.iter().filter_map(release).collect();
        }
        let useless = |link: &Link, view: &UplinkView| link.stranger || view.lease == LeaseState::Missing;
        let waits = |view: &UplinkView| authenticated(view).is_none_or(|link| !useless(link, view));
        if seen.active.is_none() && seen.uplinks.iter().any(waits) {
            // Each radio is needed as it is: the first that authenticates and has an address becomes active.
            return Vec::new();
        }
        if seen.active != self.active {
            // The radio that was active heard least of what is around, and is free now.
            self.active.clone_from(&seen.active);
            self.scan_begun = None;
        }
        let standbys = seen
            .uplinks
            .iter()
            .filter(|view| Some(&view.id) != seen.active.as_ref());
        standbys.filter_map(|standby| self.standby(around, standby)).collect()
    }

    fn standby(&mut self, around: &Surroundings, standby: &UplinkView) -> Option<Move> {
        let now = around.now;
        let authenticating = standby
            .link
            .as_ref()
            .is_some_and(|link| !link.authenticated && now.since(link.since) < self.hunt.arrival);
        if now.since(standby.at) > around.settings.stale || authenticating {
            return None;
        }
        self.alone_since = match (&standby.link, self.alone_since) {
            (Some(_), _) => None,
            (None, since) => since.or(Some(now)),
        };
        if let Some(target) = standby.steered
            && let Some(move_on) = self.under_way(around, standby, target)
        {
            return move_on;
        }
        let usable = around.is_usable(standby);
        if usable {
            self.searched = None;
        } else if self.is_searching(now, standby) {
            return None;
        }
        if let Some(place) = around.target(&self.placement, standby, self.hunt.same_network) {
            let sent = around.steer(standby, &place);
            self.steered = Some(Steered {
                bssid: place.bssid,
                at: now,
                sent: Some((sent.clone(), 0)),
                arrived: false,
                missed: false,
            });
            return Some(sent);
        }
        if around.pressing
            && !usable
            && let Some(link) = &standby.link
            && self.searched.is_none_or(|(_, from)| from != link.bssid)
        {
            self.searched = Some((now, link.bssid));
            let radio = standby.id.clone();
            return Some(Move::Search { radio });
        }
        self.scan(now, standby, usable)
    }

    /// Whether a standby that was sent to search is still at it.
    fn is_searching(&self, now: Moment, standby: &UplinkView) -> bool {
        self.searched.is_some_and(|(at, _)| {
            let landed = standby.link.as_ref().is_some_and(|link| link.since > at);
            now.since(at) < self.hunt.arrival && !landed
        })
    }

    /// What a steered radio needs: `None` when it may go elsewhere, `Some(None)` while it is on its way.
    fn under_way(&mut self, around: &Surroundings, standby: &UplinkView, target: Bssid) -> Option<Option<Move>> {
        let now = around.now;
        let on = authenticated(standby);
        let there = on.is_some_and(|link| link.bssid == target);
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
        if !steered.arrived && now.since(steered.at) < self.hunt.arrival {
            let elsewhere = on.is_some_and(|link| link.since > steered.at);
            if let Some((sent, again)) = &mut steered.sent
                && elsewhere
                && *again < AGAIN
                && !around.is_usable(standby)
            {
                // Its search missed the AP, and took a worse one.
                *again += 1;
                steered.at = now;
                return Some(Some(sent.clone()));
            }
            return Some(None);
        }
        if !steered.arrived && !steered.missed {
            steered.missed = true;
            self.missed = Some(target);
            if on.is_some() {
                // Its hold-down counts from the next step on.
                return Some(None);
            }
        }
        if on.is_some() {
            // It found another AP. A router may drop a radio when a rule above the matched one changes, so the rule
            // stays until it does no harm: until the radio is lost, or is sent elsewhere.
            return None;
        }
        self.steered = None;
        Some(release(standby))
    }

    /// A standby that is of no use has nothing to lose: it listens again and again, and gives its AP up for that where
    /// the router refuses scans in the background.
    fn scan(&mut self, now: Moment, standby: &UplinkView, usable: bool) -> Option<Move> {
        let every = if usable {
            self.hunt.interval
        } else {
            self.hunt.scan_duration
        };
        let scanning = |begun| self.listening && now.since(begun) < self.hunt.interval;
        let begun = self.scan_begun;
        if begun.is_some_and(|begun| now.since(begun) < every || scanning(begun)) {
            return None;
        }
        let alone_for = self.alone_since.map(|since| now.since(since));
        if alone_for.is_some_and(|alone| alone < self.hunt.scan_duration) {
            // A radio that lost its AP searches by itself first, and a foreground scan only delays that.
            return None;
        }
        let on = standby.link.as_ref().map(|link| link.bssid);
        let refused = on.is_some() && self.refused == on;
        if refused && usable {
            return None;
        }
        self.scan_begun = Some(now);
        self.listening = true;
        self.background = on.is_some() && !refused;
        let (soon, late) = EVERYWHERE;
        let due = self.hunt.interval * if usable { late } else { soon };
        let everywhere = self.everywhere.is_none_or(|at| now.since(at) >= due);
        if everywhere {
            self.everywhere = Some(now);
        }
        Some(Move::Scan {
            radio: standby.id.clone(),
            background: self.background,
            everywhere,
        })
    }

    fn listen(&mut self, around: &Surroundings) {
        let seen = around.seen;
        if let Some(scan) = &seen.scan {
            self.scanned(around, scan);
        }
        for view in &seen.uplinks {
            let network = view
                .link
                .as_ref()
                .and_then(|link| Some((link.bssid, link.network.as_ref()?)));
            if let Some((bssid, network)) = network
                && let Some(level) = around.readings.mean(&view.id, around.settings.second)
            {
                self.placement.newer(bssid, network, around.band(&view.id), level);
            }
        }
    }

    fn scanned(&mut self, around: &Surroundings, scan: &Scan) {
        self.listening = false;
        self.refused = None;
        match &scan.heard {
            Some(heard) => self.placement.take(scan.at, around.band(&scan.radio), heard),
            None if self.background => {
                let view = around.seen.uplinks.iter().find(|view| view.id == scan.radio);
                self.refused = view.and_then(|view| Some(view.link.as_ref()?.bssid));
            }
            None => {}
        }
    }
}

fn release(view: &UplinkView) -> Option<Move> {
    Some(Move::Release {
        radio: view.id.clone(),
        bssid: view.steered?,
    })
}
