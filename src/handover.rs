//! The handover: which uplink should be active, and which access point the standby should wait on.
//!
//! Pure: `now` and observations in, decisions with their reason out. The first row that fits decides:
//!
//! | the active uplink | the vehicle |
//! |---|---|
//! | is a fallback over which the tunnel dials | stays |
//! | is a fallback that is down | goes to the strongest candidate, else to another fallback |
//! | is a fallback that did not bring the tunnel up after a swap | the same |
//! | is a fallback whose tunnel went down by itself | bounces it, once in the time that a hold-down takes to heal |
//! | is a fallback that is not answered end to end | goes to a candidate, else to another fallback |
//! | is a fallback, and the strongest candidate has been good for `return_after` | returns to it |
//! | is a fallback | stays |
//! | is none | goes to the strongest candidate, if there is one |
//! | was last read too long ago | stays: old readings decide nothing |
//! | is lost (no registration, or not authenticated) | goes to the strongest candidate at once, if there is one |
//! | has no signal in the router's answer | stays |
//! | fades while the tunnel still dials over it | goes to a candidate that is better by 6 dB and above the trigger |
//! | is one that the tunnel dials over | stays |
//! | did not bring the tunnel up after a swap | goes to the strongest candidate, the way back included |
//! | carries a tunnel that went down by itself | bounces it, once in the time that a hold-down takes to heal |
//! | is not answered end to end | goes to a candidate, dwell or not, and holds the AP down that it leaves |
//! | is above its limit | stays |
//! | is at or below its limit, without a candidate | stays |
//! | is at or below its limit, with a candidate that does not do | stays |
//! | is at or below its limit, with a candidate that does | goes there |
//!
//! The last four rows are the rule (`handover/rule.rs`). Where a row leaves the vehicle on no radio, or on one that is lost,
//! dead, without its tunnel after a swap, or at the trigger - 5 dB and below, the first fallback that is up takes over
//! (`handover/fallback.rs`). Which access point the standby waits on is the hunt's question
//! (`handover/hunt.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use crate::names::Ssid;
use crate::observation::{FallbackView, Link, Observation, SwapEnd, UplinkView};
use crate::units::{Db, Moment};

mod average;
mod candidate;
mod cost;
pub mod decision;
mod fallback;
pub mod health;
pub mod hold_down;
mod hunt;
mod readings;
pub mod reason;
mod rule;
pub mod settings;
mod urgent;

use candidate::{Candidate, Sight};
use cost::SwapKind;
pub use decision::{Decision, Move};
use fallback::{Fallbacks, InUse, WORN};
use health::{Health, Probes};
use hold_down::HoldDown;
use hunt::{Hunter, Surroundings};
use readings::Readings;
use reason::{Reason, TakesOver};
use rule::Rule;
use settings::{NetworkRule, Rules, Settings};

/// So many answers of its gateway in a row prove an AP again that was gray.
const PROOF: u32 = 3;

/// What a handover remembers between observations.
#[derive(Debug, Clone)]
pub struct Handover {
    settings: Settings,
    networks: Vec<NetworkRule>,
    rule: Rule,
    readings: Readings,
    hunter: Hunter,
    held: HoldDown,
    probes: Probes,
    fallbacks: Fallbacks,
    /// So many probes lost in a row make an uplink dead.
    dead_after: u32,
    /// The networks on which a radio has settled: with a wrong key it stays on none.
    settled: BTreeSet<Ssid>,
    bounced: Option<Moment>,
    last_swap: Option<Moment>,
    /// The network of the active, also once that is lost.
    network: Option<Ssid>,
    swap_failed: bool,
}

impl Handover {
    /// A handover that remembers nothing yet.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Handover {
            rule: Rule::new(&rules.handover),
            readings: Readings::new(rules.handover.second),
            held: HoldDown::new(rules.handover.heal),
            hunter: Hunter::new(rules.hunt),
            dead_after: rules.health.lost,
            probes: Probes::new(rules.health),
            fallbacks: Fallbacks::default(),
            settings: rules.handover,
            networks: rules.networks,
            settled: BTreeSet::new(),
            bounced: None,
            last_swap: None,
            network: None,
            swap_failed: false,
        }
    }

    /// Decides on what is seen at `now`.
    pub fn step(&mut self, now: Moment, seen: &Observation) -> Decision {
        self.learn(now, seen);
        let reason = self.choose(now, seen);
        self.remember(now, seen, &reason);
        let swap_to = reason.swap_to().cloned();
        // A standby that is about to be used must not be sent elsewhere.
        let lead = fallback_in_use(seen).map(|_| Observation {
            // The best radio stays where it is, as if it were active: it is the one to return to.
            active: self.strongest(now, seen, None).map(|best| best.view.id.clone()),
            ..seen.clone()
        });
        let seen = lead.as_ref().unwrap_or(seen);
        let moves = if swap_to.is_some() {
            Vec::new()
        } else {
            let around = Surroundings {
                now,
                seen,
                settings: &self.settings,
                networks: &self.networks,
                held: &self.held,
                readings: &self.readings,
                gain: self.rule.gain(),
                pressing: self.is_pressing(now, seen, &reason),
                needed: matches!(&reason, Reason::Stay { why, .. } if why.passes()),
            };
            self.hunter.step(&around)
        };
        if let Some((missed, soon)) = self.hunter.missed() {
            self.held.missed(now, missed, soon);
        }
        Decision {
            swap_to,
            bounce: matches!(reason, Reason::TunnelDown { .. }),
            reason,
            moves,
        }
    }

    fn learn(&mut self, now: Moment, seen: &Observation) {
        for probe in &seen.probes {
            self.probes.take(probe);
            if let Some(bssid) = probe.bssid
                && seen.active.as_ref() != Some(&probe.uplink)
                && self.probes.answered_in_row(now, &probe.uplink, bssid) >= PROOF
            {
                self.held.answered(now, bssid);
            }
        }
        self.readings.take(&seen.uplinks);
        for view in &seen.uplinks {
            if let Some(link) = &view.link
                && link.authenticated
                && view.at.since(link.since) >= self.settings.settle
                && let Some(network) = &link.network
                && !self.settled.contains(network)
            {
                self.settled.insert(network.clone());
            }
        }
        if let Some(end) = &seen.swap {
            self.swap_ended(now, end);
            // Both are probed another way from now on: one through the tunnel, one at its gateway.
            for view in &seen.uplinks {
                self.probes.forget(&view.id);
            }
        }
        self.fallbacks.probed(seen);
        for view in &seen.uplinks {
            let good = self.is_good(now, view);
            self.fallbacks.judged(now, &view.id, good);
        }
        if let Some(active) = active(seen) {
            self.rule.take(active, &self.readings);
            let network = active.link.as_ref().and_then(|link| link.network.as_ref());
            if network.is_some() && network != self.network.as_ref() {
                self.network = network.cloned();
            }
        }
    }

    fn swap_ended(&mut self, now: Moment, end: &SwapEnd) {
        self.last_swap = Some(now);
        self.swap_failed = end.dark.is_none();
        self.fallbacks.swap_ended(now, end);
        self.rule.costs.swap_ended(end.dark);
        if let (None, Some(bssid)) = (end.dark, end.bssid) {
            self.held.hold(now, bssid);
        }
    }

    /// The rows of the table above, in their order.
    fn choose(&self, now: Moment, seen: &Observation) -> Reason {
        match fallback_in_use(seen) {
            Some(view) => self.fallbacks.decide(&InUse {
                now,
                view,
                dialing: seen.dialing,
                swap_failed: self.swap_failed,
                tunnel_down: self.tunnel_down(now, seen),
                radio: self.strongest(now, seen, None),
                other: self.fallbacks.best(now, seen, self.settings.heal),
                dead_after: self.dead_after,
                return_after: self.settings.return_after,
            }),
            None => self.or_fallback(now, seen, self.among_radios(now, seen)),
        }
    }

    /// A fallback in place of a radio that cannot carry the vehicle.
    fn or_fallback(&self, now: Moment, seen: &Observation, reason: Reason) -> Reason {
        let Some(fallback) = self.fallbacks.best(now, seen, self.settings.heal) else {
            return reason;
        };
        let limit = |active: &UplinkView| {
            let network = active.link.as_ref().and_then(|link| link.network.as_ref());
            self.settings.trigger_on(&self.networks, network) - WORN
        };
        let why = match (&reason, active(seen)) {
            (Reason::Nowhere { .. }, _) => TakesOver::Lost,
            // What the tunnel does by itself, and what was not read, says nothing of the way.
            (Reason::Dialing { .. } | Reason::TunnelDown { .. } | Reason::Stale { .. }, _) => return reason,
            (_, Some(active)) if reason.swap_to().is_none() => {
                let signal = active.link.as_ref().and_then(|link| link.signal);
                let weak = matches!(reason, Reason::Alone { .. } | Reason::Stay { .. });
                match (
                    self.failing(now, active),
                    signal.filter(|signal| weak && *signal <= limit(active)),
                ) {
                    (Some(health), _) => TakesOver::Unhealthy { health },
                    (None, _) if self.swap_failed => TakesOver::NotUp,
                    (None, Some(signal)) => TakesOver::Weak { signal },
                    (None, None) => return reason,
                }
            }
            _ => return reason,
        };
        Reason::Fallback {
            from: seen.active.clone(),
            to: fallback.id.clone(),
            why,
        }
    }

    /// Whether a radio could carry the vehicle, and does so with room to spare.
    fn is_good(&self, now: Moment, view: &UplinkView) -> bool {
        let mean = self.readings.mean(&view.id, self.settings.second);
        self.candidate(now, view).zip(mean).is_some_and(|(one, mean)| {
            let floor = one.trigger + self.settings.floor;
            one.settled && mean - one.hold_down.as_f64() >= floor.as_f64()
        })
    }

    /// The rows for radios.
    fn among_radios(&self, now: Moment, seen: &Observation) -> Reason {
        let Some(active) = active(seen) else {
            return urgent::lost(None, self.strongest(now, seen, None));
        };
        let age = now.since(active.at);
        if age > self.settings.stale {
            let uplink = active.id.clone();
            return Reason::Stale { uplink, age };
        }
        let Some(link) = active.link.as_ref().filter(|link| link.authenticated) else {
            return urgent::lost(Some(&active.id), self.strongest(now, seen, Some(active)));
        };
        let Some(signal) = link.signal else {
            let uplink = active.id.clone();
            return Reason::NoSignal { uplink };
        };
        let best = self.strongest(now, seen, Some(active));
        let gray = self.rule.gray();
        let health = self.failing(now, active);
        let sight = Sight {
            active,
            signal,
            hold_down: self.held.penalty(now, link.bssid),
            trigger: self.settings.trigger_on(&self.networks, link.network.as_ref()),
            best,
            kind: best.map_or(SwapKind::WithinNetwork, |best| self.kind(best.link)),
            dialing: seen.dialing,
            swap_failed: self.swap_failed,
            tunnel_down: self.tunnel_down(now, seen),
            health,
            gray_floor: gray.map_or(Db(0), |gray| gray.floor),
            dwell: self.dwell_left(now),
        };
        let urgent = urgent::CASES.iter().find_map(|case| case(&sight));
        urgent.unwrap_or_else(|| self.rule.decide(&sight, &self.readings))
    }

    /// What follows from a decision for the next ones.
    fn remember(&mut self, now: Moment, seen: &Observation, reason: &Reason) {
        match (reason, self.rule.gray(), active_link(seen)) {
            (Reason::Unhealthy { .. }, Some(gray), Some(link)) => self.held.gray(now, link.bssid, gray.hold_down),
            (Reason::Unhealthy { .. }, None, Some(link)) => self.held.hold(now, link.bssid),
            (Reason::TunnelDown { .. }, ..) => self.bounced = Some(now),
            (Reason::Fallback { why, .. }, _, Some(link)) if *why != TakesOver::Lost => self.held.hold(now, link.bssid),
            _ => {}
        }
        if let Some(fallback) =
            fallback_in_use(seen).filter(|_| matches!(reason, Reason::Unhealthy { .. } | Reason::Fallback { .. }))
        {
            self.fallbacks.left(now, &fallback.id);
        }
        let costs = match reason {
            Reason::Handover { .. } | Reason::Unhealthy { .. } | Reason::Lost { from: Some(_), .. } => true,
            // From nothing, back from what failed, begun while the vehicle was dark, or no swap at all.
            _ if reason.swap_to().is_some() || matches!(reason, Reason::TunnelDown { .. }) => false,
            _ => return,
        };
        let to = seen.uplinks.iter().find(|view| Some(&view.id) == reason.swap_to());
        let to = to.and_then(|view| view.link.as_ref()).filter(|_| costs);
        self.rule.costs.swap_begun(to.map(|link| self.kind(link)));
    }

    /// Where a swap from the active leads.
    fn kind(&self, to: &Link) -> SwapKind {
        SwapKind::between(self.network.as_ref(), to.network.as_ref())
    }

    /// What the active's probes say, if they fail.
    fn failing(&self, now: Moment, active: &UplinkView) -> Option<Health> {
        let bssid = active.link.as_ref()?.bssid;
        if self.rule.gray().is_none() {
            return self.probes.failing(now, &active.id, bssid);
        }
        Some(self.probes.last_five(now, &active.id, bssid)).filter(|health| health.is_bad())
    }

    /// Whether the active fails, so that a standby may be needed any moment.
    fn is_pressing(&self, now: Moment, seen: &Observation, reason: &Reason) -> bool {
        let failing = active(seen).and_then(|active| self.failing(now, active));
        let weak = matches!(
            reason,
            Reason::Alone { .. } | Reason::Stay { .. } | Reason::Nowhere { .. }
        );
        weak || failing.is_some()
    }

    /// The strongest candidate beside the active and on another AP, of equals the one of the higher priority.
    fn strongest<'a>(&self, now: Moment, seen: &'a Observation, active: Option<&UplinkView>) -> Option<Candidate<'a>> {
        let own = active.and_then(|view| view.link.as_ref());
        let on = own.filter(|link| link.authenticated).map(|link| link.bssid);
        let others = seen
            .uplinks
            .iter()
            .rev()
            .filter(|view| active.is_none_or(|active| active.id != view.id));
        others
            .filter_map(|view| self.candidate(now, view))
            .filter(|one| Some(one.link.bssid) != on)
            .max_by_key(|one| (one.signal, one.priority))
    }

    /// An uplink that could be active now; `None` when it could not.
    fn candidate<'a>(&self, now: Moment, view: &'a UplinkView) -> Option<Candidate<'a>> {
        let link = view.link.as_ref().filter(|link| link.authenticated)?;
        let (network, signal) = (link.network.as_ref()?, link.signal?);
        let health = match self.rule.gray() {
            None => self.probes.health(now, &view.id, link.bssid),
            Some(_) => self.probes.last_five(now, &view.id, link.bssid),
        };
        if now.since(view.at) > self.settings.stale || health.is_bad() {
            return None;
        }
        let hold_down = self.held.penalty(now, link.bssid);
        Some(Candidate {
            view,
            link,
            signal: signal - hold_down,
            hold_down,
            trigger: self.settings.trigger_on(&self.networks, Some(network)),
            priority: NetworkRule::of(&self.networks, network).map_or(0, |rule| rule.priority),
            settled: now.since(link.since) >= self.settings.settle
                || self.settled.contains(network)
                || health == Health::Good,
        })
    }

    /// For how long the tunnel has been down by itself, if that calls for a bounce.
    fn tunnel_down(&self, now: Moment, seen: &Observation) -> Option<Duration> {
        let down_for = now.since(seen.tunnel_down?);
        let lately = self.bounced.is_some_and(|at| now.since(at) < self.settings.heal);
        (!lately && down_for >= self.settings.settle).then_some(down_for)
    }

    fn dwell_left(&self, now: Moment) -> Option<Duration> {
        let until = self.last_swap.filter(|_| !self.swap_failed)? + self.settings.dwell;
        (now < until).then(|| until.since(now))
    }
}

fn fallback_in_use(seen: &Observation) -> Option<&FallbackView> {
    let id = seen.active.as_ref()?;
    seen.fallbacks.iter().find(|view| view.id == *id)
}

fn active_link(seen: &Observation) -> Option<&Link> {
    active(seen)?.link.as_ref()
}

fn active(seen: &Observation) -> Option<&UplinkView> {
    let id = seen.active.as_ref()?;
    seen.uplinks.iter().find(|view| view.id == *id)
}

#[cfg(test)]
mod tests;
