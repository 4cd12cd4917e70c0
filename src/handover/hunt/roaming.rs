//! What the hunt remembers of one radio: where it was sent, whether it arrived, and how long it has been on no access point.

use std::time::Duration;

use crate::handover::decision::Move;
use crate::handover::hunt::surroundings::authenticated;
use crate::names::Bssid;
use crate::observation::{Scan, UplinkView};
use crate::units::Moment;

/// How often a radio is sent to the same AP once more when its search missed it, as it does one time in four.
const AGAIN: u32 = 2;

/// One radio between observations.
#[derive(Debug, Clone, Default)]
pub(super) struct Roaming {
    /// Since when the radio has been without any AP.
    alone_since: Option<Moment>,
    /// When it was last sent to search by itself, and from which AP: where that leads back to, it does not search again.
    searched: Option<(Moment, Bssid)>,
    steered: Option<Steered>,
    /// Whether the radio's last scan was to keep its association.
    background: bool,
    /// The AP on which the router refused a scan in the background: not tried again on that association.
    refused: Option<Bssid>,
}

#[derive(Debug, Clone)]
struct Steered {
    bssid: Bssid,
    at: Moment,
    /// The move that sent it there, and how often it was made again; none of a rule from before the agent's start.
    sent: Option<(Move, u32)>,
    /// Whether it left a usable place for it.
    left_usable: bool,
    arrived: bool,
    missed: bool,
}

/// What a standby is at.
pub(super) enum State {
    /// It is on its way, or not to be judged.
    Busy,
    /// It needs this.
    Moves(Move),
    /// It may go elsewhere, or scan.
    Free,
}

impl Roaming {
    /// Takes what is seen of the radio.
    pub(super) fn seen(&mut self, now: Moment, view: &UplinkView, active: bool) {
        self.alone_since = match (&view.link, self.alone_since) {
            (Some(_), _) => None,
            (None, since) => since.or(Some(now)),
        };
        if let (Some(link), Some(steered)) = (authenticated(view), &mut self.steered) {
            steered.arrived |= link.bssid == steered.bssid;
        }
        if active {
            self.searched = None;
        }
    }

    /// For how long the radio has been on no AP.
    pub(super) fn alone_for(&self, now: Moment) -> Option<Duration> {
        self.alone_since.map(|since| now.since(since))
    }

    /// Takes that the radio is sent to an AP, away from a usable place or not.
    pub(super) fn sent(&mut self, now: Moment, bssid: Bssid, sent: Move, left_usable: bool) {
        self.steered = Some(Steered {
            bssid,
            at: now,
            sent: Some((sent, 0)),
            left_usable,
            arrived: false,
            missed: false,
        });
    }

    /// The AP that the radio is on its way to.
    pub(super) fn under_way_to(&self, now: Moment, arrival: Duration) -> Option<Bssid> {
        let steered = self.steered.as_ref()?;
        (!steered.arrived && now.since(steered.at) < arrival).then_some(steered.bssid)
    }

    /// Whether the radio is on its way from a usable place.
    pub(super) fn left_usable(&self, now: Moment, arrival: Duration) -> bool {
        let left = self.steered.as_ref().is_some_and(|steered| steered.left_usable);
        left && self.under_way_to(now, arrival).is_some()
    }

    /// What a radio needs that a rule steers to `target`, and the AP that it missed; one that `stays` is not sent again.
    pub(super) fn under_way(
        &mut self,
        now: Moment,
        arrival: Duration,
        (standby, target): (&UplinkView, Bssid),
        stays: bool,
    ) -> (State, Option<Bssid>) {
        let on = authenticated(standby);
        let there = on.is_some_and(|link| link.bssid == target);
        let steered = match &mut self.steered {
            Some(steered) if steered.bssid == target => steered,
            // A rule from before the agent's start: it gets the same time to prove itself.
            other => other.insert(Steered {
                bssid: target,
                at: now,
                sent: None,
                left_usable: false,
                arrived: there,
                missed: false,
            }),
        };
        if there {
            steered.arrived = true;
            return (State::Free, None);
        }
        if !steered.arrived && now.since(steered.at) < arrival {
            let elsewhere = on.is_some_and(|link| link.since > steered.at);
            if let Some((sent, again)) = &mut steered.sent
                && elsewhere
                && *again < AGAIN
                && !stays
            {
                // Its search missed the AP, and took a worse one.
                *again += 1;
                steered.at = now;
                return (State::Moves(sent.clone()), None);
            }
            return (State::Busy, None);
        }
        let missed = (!steered.arrived && !steered.missed).then_some(target);
        if missed.is_some() {
            steered.missed = true;
            if on.is_some() {
                // Its hold-down counts from the next step on.
                return (State::Busy, missed);
            }
        }
        if on.is_some() {
            // It found another AP. A router may drop a radio when a rule above the matched one changes, so the rule
            // stays until it does no harm: until the radio is lost, or is sent elsewhere.
            return (State::Free, missed);
        }
        (self.release(standby).map_or(State::Busy, State::Moves), missed)
    }

    /// What lets the radio go wherever the router's own rules lead, if it is steered.
    pub(super) fn release(&mut self, view: &UplinkView) -> Option<Move> {
        self.steered = None;
        Some(Move::Release {
            radio: view.id.clone(),
            bssid: view.steered?,
        })
    }

    /// The radio's own search, unless that has just led back to where it began.
    pub(super) fn search(&mut self, now: Moment, standby: &UplinkView) -> Option<Move> {
        let link = standby.link.as_ref()?;
        if self.searched.is_some_and(|(_, from)| from == link.bssid) {
            return None;
        }
        self.searched = Some((now, link.bssid));
        self.steered = None;
        let radio = standby.id.clone();
        Some(Move::Search { radio })
    }

    /// Whether a standby that was sent to search is still at it.
    pub(super) fn is_searching(&mut self, now: Moment, arrival: Duration, standby: &UplinkView, usable: bool) -> bool {
        if usable {
            self.searched = None;
        }
        self.searched.is_some_and(|(at, _)| {
            let landed = standby.link.as_ref().is_some_and(|link| link.since > at);
            now.since(at) < arrival && !landed
        })
    }

    /// Takes that the radio scans, and whether it keeps its association meanwhile.
    pub(super) fn scans(&mut self, background: bool) {
        self.background = background;
    }

    /// Takes the end of the radio's scan, and the AP that it is on.
    pub(super) fn scanned(&mut self, scan: &Scan, on: Option<Bssid>) {
        self.refused = on.filter(|_| scan.heard.is_none() && self.background);
    }

    /// Whether the router refuses the radio a scan that keeps its association with this AP.
    pub(super) fn refuses(&self, on: Option<Bssid>) -> bool {
        on.is_some() && self.refused == on
    }
}
