//! The mind: which uplink should be active, and which access point the standby should wait on.
//!
//! Pure: `now` and observations in, decisions with their reason out. The first question chooses among the uplinks that
//! could carry the vehicle this moment:
//!
//! | the active uplink is | the mind |
//! |---|---|
//! | not known, or its reading is old | stays: old readings decide nothing |
//! | lost (no registration, or not authenticated) | goes to the best candidate at once, whatever its signal |
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

pub mod hold;
pub mod hunt;
pub mod reason;
pub mod settings;

use hold::HoldDown;
pub use hunt::Move;
pub use reason::Reason;
use settings::{Hunt, NetworkRule, Settings};

/// The router drops a radio whose signal leaves its rule's range, so the radio is left this much earlier.
pub const ABOVE_MINIMUM: Db = Db(3);

/// What the mind wants done, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The uplink that should become active; `None` stays.
    pub swap_to: Option<UplinkId>,
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
    below: Option<Below>,
    last_swap: Option<Moment>,
    swap_failed: bool,
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
    pub fn new(settings: Settings, hunt: Hunt, networks: Vec<NetworkRule>) -> Self {
        Handover {
            held: HoldDown::new(settings.heal),
            hunter: hunt::Hunter::new(hunt),
            settings,
            networks,
            below: None,
            last_swap: None,
            swap_failed: false,
        }
    }

    /// Decides on what is seen at `now`.
    pub fn step(&mut self, now: Moment, seen: &Observation) -> Decision {
        if let Some(end) = &seen.swap {
            self.last_swap = Some(now);
            self.swap_failed = end.dark.is_none();
            if let (None, Some(bssid)) = (end.dark, end.bssid) {
                self.held.hold(now, bssid);
            }
        }
        let (swap_to, reason) = self.choose(now, seen);
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
        Decision { swap_to, reason, moves }
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

    fn choose(&mut self, now: Moment, seen: &Observation) -> (Option<UplinkId>, Reason) {
        let Some(active) = seen
            .active
            .as_ref()
            .and_then(|id| seen.uplinks.iter().find(|view| view.id == *id))
        else {
            self.below = None;
            return self.leave_at_once(now, seen, None);
        };
        let age = now.since(active.at);
        if age > self.settings.stale {
            return (
                None,
                Reason::Stale {
                    uplink: active.id.clone(),
                    age,
                },
            );
        }
        let Some(link) = active.link.as_ref().filter(|link| link.authenticated) else {
            self.below = None;
            return self.leave_at_once(now, seen, Some(active));
        };
        if seen.dialing {
            return (
                None,
                Reason::Dialing {
                    uplink: active.id.clone(),
                },
            );
        }
        let Some(signal) = link.signal else {
            self.below = None;
            return (
                None,
                Reason::NoSignal {
                    uplink: active.id.clone(),
                },
            );
        };
        if self.swap_failed
            && let Some((to, theirs)) = self.best(now, seen, active)
            && theirs > signal - self.held.penalty(now, link.bssid)
        {
            let reason = Reason::SwapFailed {
                from: active.id.clone(),
                to: to.id.clone(),
                theirs,
            };
            return (Some(to.id.clone()), reason);
        }
        let trigger = self.trigger(link);
        if signal > trigger {
            self.below = None;
            return (
                None,
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
            (
                None,
                Reason::Below {
                    uplink: active.id.clone(),
                    signal,
                    trigger,
                    below_for,
                    why,
                },
            )
        };
        if below_for < self.settings.time_to_trigger {
            return stay(reason::Stay::TimeToTrigger);
        }
        if let Some(left) = self.dwell_left(now) {
            return stay(reason::Stay::Dwell { left });
        }
        let Some((candidate, theirs)) = self.best(now, seen, active) else {
            return stay(reason::Stay::NoCandidate);
        };
        let settled = candidate
            .link
            .as_ref()
            .map_or(Duration::ZERO, |link| now.since(link.since));
        if theirs <= self.settings.floor {
            return stay(reason::Stay::Floor {
                candidate: candidate.id.clone(),
                signal: theirs,
            });
        }
        if theirs - signal < self.settings.hysteresis {
            return stay(reason::Stay::Hysteresis {
                candidate: candidate.id.clone(),
                signal: theirs,
            });
        }
        if settled < self.settings.settle {
            return stay(reason::Stay::Settling {
                candidate: candidate.id.clone(),
                settled,
            });
        }
        self.below = None;
        (
            Some(candidate.id.clone()),
            Reason::Handover {
                from: active.id.clone(),
                signal,
                trigger,
                below_for,
                to: candidate.id.clone(),
                theirs,
            },
        )
    }

    fn leave_at_once(
        &self,
        now: Moment,
        seen: &Observation,
        active: Option<&UplinkView>,
    ) -> (Option<UplinkId>, Reason) {
        let from = active.map(|view| view.id.clone());
        let found = seen
            .uplinks
            .iter()
            .filter(|view| active.is_none_or(|active| active.id != view.id))
            .filter_map(|view| Some((view, self.candidate_signal(now, view)?)))
            .max_by_key(|(view, signal)| (*signal, self.priority(view)));
        match found {
            Some((to, _)) => {
                let signal = to.link.as_ref().and_then(|link| link.signal);
                (
                    Some(to.id.clone()),
                    Reason::Lost {
                        from,
                        to: to.id.clone(),
                        signal,
                    },
                )
            }
            None => (None, Reason::Nowhere { from }),
        }
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
