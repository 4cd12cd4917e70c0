//! The mind: which uplink should be active, and which access point the standby should wait on.
//!
//! Pure: `now` and observations in, decisions with their reason out. The first question chooses among the uplinks that
//! could carry the vehicle this moment:
//!
//! | the active uplink is | the mind |
//! |---|---|
//! | not known, or its reading is old | stays: old readings decide nothing |
//! | lost (no registration, or not authenticated) | goes to the best candidate at once, whatever its signal |
//! | on a tunnel that went down by itself | bounces it once; then goes to the next best, with hold-off |
//! | not answered end to end (dead, or lossy) | goes to a candidate that may be, dwell or not, and holds its AP down |
//! | one whose swap did not bring the tunnel up | goes to the next best, the way back included |
//! | above its trigger | stays |
//! | at or below its trigger for less than the time-to-trigger | stays, and counts |
//! | at or below it for longer | goes to a candidate above the floor, better by the hysteresis, settled on its AP |
//!
//! After a swap it dwells, unless the active is lost or the swap failed. An AP whose swap failed is held down: its
//! signal counts for less by a penalty that heals. The second question is in [`hunt`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::names::{Bssid, UplinkId};
use crate::snapshot::{Link, Observation, UplinkView};
use crate::units::{Db, Dbm, Moment};

pub(crate) mod chance;
pub mod health;
pub mod hold;
pub mod hunt;
pub(crate) mod memory;
pub mod policy;
pub mod reason;
pub mod settings;
pub(crate) mod track;

use health::{Health, Probes};
use hold::HoldDown;
pub use hunt::Move;
pub use reason::{Reason, Stay};
use settings::{Mind, NetworkRule, Settings};

/// The router drops a radio whose signal leaves its rule's range, so the radio is left this much earlier.
pub const ABOVE_MINIMUM: Db = Db(3);

/// What the mind wants done, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The uplink that should become active; `None` stays.
    pub swap_to: Option<UplinkId>,
    /// Whether the tunnel is to be bounced where it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bounce: bool,
    /// The numbers that decided.
    pub reason: Reason,
    /// What the standby radios should do meanwhile.
    pub moves: Vec<Move>,
}

/// The mind's memory between observations.
#[derive(Debug, Clone)]
pub struct Handover {
    settings: Settings,
    networks: Vec<NetworkRule>,
    hunter: hunt::Hunter,
    held: HoldDown,
    probes: Probes,
    bounced: Option<Moment>,
    below: Option<Below>,
    last_swap: Option<Moment>,
    swap_failed: bool,
}

/// What is to be done with the way out.
enum Action {
    Stay,
    Bounce,
    Swap(UplinkId),
}

/// Since when the active uplink has been at or below its trigger.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Below {
    bssid: Bssid,
    since: Moment,
}

/// Two moments at which the mind wants to be asked again though nothing new was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// When to leave the active because it has been below its trigger for long enough.
    TimeToTrigger,
    /// When to consider handovers again after a swap.
    Dwell,
}

impl Handover {
    /// A mind that remembers nothing yet.
    #[must_use]
    pub fn new(by: Mind) -> Self {
        Handover {
            held: HoldDown::new(by.handover.heal),
            hunter: hunt::Hunter::new(by.hunt),
            probes: Probes::new(by.health),
            settings: by.handover,
            networks: by.networks,
            bounced: None,
            below: None,
            last_swap: None,
            swap_failed: false,
        }
    }

    /// Decides on what is seen at `now`.
    pub fn step(&mut self, now: Moment, seen: &Observation) -> Decision {
        self.learn(now, seen);
        let (action, reason) = self.choose(now, seen);
        let (swap_to, bounce) = match action {
            Action::Stay => (None, false),
            Action::Bounce => (None, true),
            Action::Swap(to) => (Some(to), false),
        };
        // A standby that is about to be used must not be sent elsewhere.
        let moves = if swap_to.is_some() {
            Vec::new()
        } else {
            let mind = hunt::Known {
                settings: &self.settings,
                networks: &self.networks,
            };
            self.hunter.step(now, seen, mind, &mut self.held)
        };
        Decision {
            swap_to,
            bounce,
            reason,
            moves,
        }
    }

    /// When the mind wants to be asked again at the latest, and why.
    #[must_use]
    pub fn next_deadline(&self) -> Option<(Moment, Timer)> {
        let below = self
            .below
            .map(|below| (below.since + self.settings.time_to_trigger, Timer::TimeToTrigger));
        let dwell = self.last_swap.map(|at| (at + self.settings.dwell, Timer::Dwell));
        match (below, dwell) {
            (Some(trigger), Some(dwell)) if dwell.0 > trigger.0 => Some(dwell),
            (Some(trigger), _) => Some(trigger),
            (None, _) => None,
        }
    }

    fn learn(&mut self, now: Moment, seen: &Observation) {
        for probe in &seen.probes {
            self.probes.take(probe);
        }
        let Some(end) = &seen.swap else { return };
        self.last_swap = Some(now);
        self.swap_failed = end.dark.is_none();
        if let (None, Some(bssid)) = (end.dark, end.bssid) {
            self.held.hold(now, bssid);
        }
        // Both are probed another way from now on: one through the tunnel, one at its gateway.
        for view in &seen.uplinks {
            self.probes.forget(&view.id);
        }
    }

    /// The questions in the order of their urgency; the first that has an answer decides.
    fn choose(&mut self, now: Moment, seen: &Observation) -> (Action, Reason) {
        let active = seen
            .active
            .as_ref()
            .and_then(|id| seen.uplinks.iter().find(|view| view.id == *id));
        let Some(active) = active else {
            self.below = None;
            return self.leave_at_once(now, seen, None);
        };
        let uplink = || active.id.clone();
        let age = now.since(active.at);
        if age > self.settings.stale {
            return (Action::Stay, Reason::Stale { uplink: uplink(), age });
        }
        let Some(link) = active.link.as_ref().filter(|link| link.authenticated) else {
            self.below = None;
            return self.leave_at_once(now, seen, Some(active));
        };
        if seen.dialing {
            return (Action::Stay, Reason::Dialing { uplink: uplink() });
        }
        let Some(signal) = link.signal else {
            self.below = None;
            return (Action::Stay, Reason::NoSignal { uplink: uplink() });
        };
        if let Some(decided) = self.after_failed_swap(now, seen, active, link) {
            return decided;
        }
        if let Some(decided) = self.tunnel_down(now, seen, active, link) {
            return decided;
        }
        if let Some(decided) = self.unhealthy(now, seen, active, link) {
            return decided;
        }
        self.by_signal(now, seen, active, link, signal)
    }

    /// A swap whose tunnel did not come up: the next best is tried, the way back included.
    fn after_failed_swap(
        &self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        if !self.swap_failed {
            return None;
        }
        let (to, theirs) = self.best(now, seen, active)?;
        if theirs <= link.signal? - self.held.penalty(now, link.bssid) {
            return None;
        }
        let reason = Reason::SwapFailed {
            from: active.id.clone(),
            to: to.id.clone(),
            theirs,
        };
        Some((Action::Swap(to.id.clone()), reason))
    }

    /// A tunnel that went down by itself: it is bounced once where it is; when that does not help the swap counts as
    /// failed and the next best is tried. After that it is left to redial by itself until the hold-off is over.
    fn tunnel_down(
        &mut self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        let down_for = now.since(seen.tunnel_down?);
        let lately = self.bounced.is_some_and(|at| now.since(at) < self.settings.heal);
        if lately || down_for < self.settings.settle {
            return None;
        }
        self.bounced = Some(now);
        let reason = Reason::TunnelDown {
            uplink: active.id.clone(),
            signal: link.signal,
            down_for,
        };
        Some((Action::Bounce, reason))
    }

    /// What is sent through the active does not arrive, whatever its signal says. That breaks the dwell; the hold-down
    /// of the AP that is left keeps two uplinks that are dead for one reason from taking turns.
    fn unhealthy(
        &mut self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        let health = self.probes.health(now, &active.id, link.bssid);
        if !health.is_bad() {
            return None;
        }
        let (to, theirs) = self.best(now, seen, active)?;
        let proven = to
            .link
            .as_ref()
            .is_some_and(|link| self.probes.health(now, &to.id, link.bssid) == Health::Good);
        let settled = to
            .link
            .as_ref()
            .is_some_and(|link| now.since(link.since) >= self.settings.settle);
        let least = if matches!(health, Health::Dead { .. }) {
            hunt::USELESS
        } else {
            self.settings.floor
        };
        if theirs <= least || !(proven || settled) {
            return None;
        }
        self.held.hold(now, link.bssid);
        self.below = None;
        let reason = Reason::Unhealthy {
            from: active.id.clone(),
            health,
            to: to.id.clone(),
            theirs,
        };
        Some((Action::Swap(to.id.clone()), reason))
    }

    fn by_signal(
        &mut self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
        signal: Dbm,
    ) -> (Action, Reason) {
        let trigger = self.trigger(link);
        if signal > trigger {
            self.below = None;
            return (
                Action::Stay,
                Reason::Good {
                    uplink: active.id.clone(),
                    signal,
                    trigger,
                },
            );
        }
        let since = match self.below {
            Some(below) if below.bssid == link.bssid => below.since,
            _ => now,
        };
        self.below = Some(Below {
            bssid: link.bssid,
            since,
        });
        let below_for = now.since(since);
        let stay = |why| {
            let reason = Reason::Below {
                uplink: active.id.clone(),
                signal,
                trigger,
                below_for,
                why,
            };
            (Action::Stay, reason)
        };
        if below_for < self.settings.time_to_trigger {
            return stay(Stay::TimeToTrigger);
        }
        if let Some(left) = self.dwell_left(now) {
            return stay(Stay::Dwell { left });
        }
        let Some((candidate, theirs)) = self.best(now, seen, active) else {
            return stay(Stay::NoCandidate);
        };
        let id = || candidate.id.clone();
        let settled = candidate
            .link
            .as_ref()
            .map_or(Duration::ZERO, |link| now.since(link.since));
        if theirs <= self.settings.floor {
            return stay(Stay::Floor {
                candidate: id(),
                signal: theirs,
            });
        }
        if theirs - signal < self.settings.hysteresis {
            return stay(Stay::Hysteresis {
                candidate: id(),
                signal: theirs,
            });
        }
        if settled < self.settings.settle {
            return stay(Stay::Settling {
                candidate: id(),
                settled,
            });
        }
        self.below = None;
        let reason = Reason::Handover {
            from: active.id.clone(),
            signal,
            trigger,
            below_for,
            to: id(),
            theirs,
        };
        (Action::Swap(id()), reason)
    }

    fn leave_at_once(&self, now: Moment, seen: &Observation, active: Option<&UplinkView>) -> (Action, Reason) {
        let from = active.map(|view| view.id.clone());
        let found = seen
            .uplinks
            .iter()
            .filter(|view| active.is_none_or(|active| active.id != view.id))
            .filter_map(|view| Some((view, self.candidate_signal(now, view)?)))
            .max_by_key(|(view, signal)| (*signal, self.priority(view)));
        let Some((to, _)) = found else {
            return (Action::Stay, Reason::Nowhere { from });
        };
        let signal = to.link.as_ref().and_then(|link| link.signal);
        (
            Action::Swap(to.id.clone()),
            Reason::Lost {
                from,
                to: to.id.clone(),
                signal,
            },
        )
    }

    fn best<'a>(&self, now: Moment, seen: &'a Observation, active: &UplinkView) -> Option<(&'a UplinkView, Dbm)> {
        seen.uplinks
            .iter()
            .filter(|view| view.id != active.id)
            .filter(|view| view.link.as_ref().map(|link| link.bssid) != active.link.as_ref().map(|link| link.bssid))
            .filter_map(|view| Some((view, self.candidate_signal(now, view)?)))
            .max_by_key(|(view, signal)| (*signal, self.priority(view)))
    }

    /// The signal of an uplink that could be active now, less its hold-down; `None` when it could not.
    fn candidate_signal(&self, now: Moment, view: &UplinkView) -> Option<Dbm> {
        if now.since(view.at) > self.settings.stale {
            return None;
        }
        let link = view
            .link
            .as_ref()
            .filter(|link| link.authenticated && link.network.is_some())?;
        if self.probes.health(now, &view.id, link.bssid).is_bad() {
            return None;
        }
        Some(link.signal? - self.held.penalty(now, link.bssid))
    }

    fn trigger(&self, link: &Link) -> Dbm {
        let rule = link.network.as_ref().and_then(|ssid| self.network(ssid));
        rule.map_or(self.settings.trigger, |rule| rule.trigger(self.settings.trigger))
    }

    fn network(&self, ssid: &crate::names::Ssid) -> Option<&NetworkRule> {
        self.networks.iter().find(|rule| rule.ssid == *ssid)
    }

    fn priority(&self, view: &UplinkView) -> i32 {
        let network = view.link.as_ref().and_then(|link| link.network.as_ref());
        network
            .and_then(|ssid| self.network(ssid))
            .map_or(0, |rule| rule.priority)
    }

    fn dwell_left(&self, now: Moment) -> Option<Duration> {
        let until = self.last_swap.filter(|_| !self.swap_failed)? + self.settings.dwell;
        (now < until).then(|| until.since(now))
    }
}

#[cfg(test)]
mod tests;
