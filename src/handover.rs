//! The handover: which uplink should be active, and which access point the standby should wait on.
//!
//! Pure: `now` and observations in, decisions with their reason out. The first row that fits decides:
//!
//! | the active uplink | the vehicle |
//! |---|---|
//! | is not the one that a person asks for, which could carry the vehicle | goes there |
//! | is the one that a person holds, and carries a tunnel that went down by itself | bounces it, as below |
//! | is the one that a person holds | stays, also where it cannot carry the vehicle |
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
//! | is on a network that goes after a candidate's, which has been good for `return_after` | goes there |
//! | is above its limit | stays |
//! | is at or below its limit, without a candidate | stays |
//! | is at or below its limit, with a candidate that does not do | stays |
//! | is at or below its limit, with a candidate that does | goes there |
//!
//! The last four rows are the rule (`handover/rule.rs`). Where a row leaves the vehicle on no radio, or on one that is lost,
//! dead, without its tunnel after a swap, or at the trigger - 5 dB and below, the first fallback that is up takes over
//! (`handover/fallback.rs`). Which access point the standby waits on is the hunt's question
//! (`handover/hunt.rs`).

use std::cmp::Reverse;
use std::time::Duration;

use crate::names::Ssid;
use crate::observation::{Link, Observation, SwapEnd, UplinkView};
use crate::units::{Db, Moment};

mod average;
mod by_hand;
mod candidate;
mod cost;
pub mod decision;
mod fallback;
pub mod health;
pub mod hold_down;
mod hunt;
mod precedence;
mod proven;
mod readings;
pub mod reason;
mod rule;
pub mod settings;
mod urgent;

use candidate::{Candidate, Sight, active, active_link};
use cost::SwapKind;
pub use decision::{Decision, Move};
use fallback::{Fallbacks, InUse, OnRadio};
use health::{Health, Probes};
use hold_down::HoldDown;
use hunt::{Hunter, Surroundings};
use precedence::Precedence;
use proven::{Settled, WithoutLease};
use readings::Readings;
use reason::{Reason, TakesOver};
use rule::Rule;
use settings::{NetworkRule, RadioRule, Rules, Settings};

/// So many answers of its gateway in a row prove an AP again that was gray.
const PROOF: u32 = 3;

/// What a handover remembers between observations.
#[derive(Debug, Clone)]
pub struct Handover {
    settings: Settings,
    networks: Vec<NetworkRule>,
    radios: Vec<RadioRule>,
    rule: Rule,
    readings: Readings,
    hunter: Hunter,
    held: HoldDown,
    probes: Probes,
    fallbacks: Fallbacks,
    /// So many probes lost in a row make an uplink dead.
    dead_after: u32,
    settled: Settled,
    bounced: Option<Moment>,
    last_swap: Option<Moment>,
    /// The network of the active, also once that is lost.
    network: Option<Ssid>,
    swap_failed: bool,
    without_lease: WithoutLease,
    precedence: Precedence,
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
            radios: rules.radios,
            settled: Settled::default(),
            bounced: None,
            last_swap: None,
            network: None,
            swap_failed: false,
            without_lease: WithoutLease::default(),
            precedence: Precedence::default(),
        }
    }

    /// Decides on what is seen at `now`.
    pub fn step(&mut self, now: Moment, seen: &Observation) -> Decision {
        self.learn(now, seen);
        let reason = self.choose(now, seen);
        self.remember(now, seen, &reason);
        let swap_to = reason.swap_to().cloned();
        // A standby that is about to be used must not be sent elsewhere.
        let needed = fallback::needed(seen, &reason, |view| self.is_good(now, view));
        let lead = fallback::led_by(seen, || self.strongest(now, seen, None));
        let seen = lead.as_ref().unwrap_or(seen);
        let moves = if swap_to.is_some() {
            self.hunter.swaps();
            Vec::new()
        } else {
            let around = Surroundings {
                now,
                seen,
                settings: &self.settings,
                networks: &self.networks,
                radios: &self.radios,
                held: &self.held,
                readings: &self.readings,
                gain: self.rule.gain(),
                pressing: self.is_pressing(now, seen, &reason),
                needed: needed.as_ref(),
            };
            self.hunter.step(&around)
        };
        let (missed, soon) = self.hunter.missed();
        for missed in missed {
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
        for bssid in self.without_lease.take(&seen.uplinks) {
            self.held.hold(now, bssid);
        }
        self.settled.take(&seen.uplinks, self.settings.settle);
        if let Some(end) = &seen.swap {
            self.swap_ended(now, end);
            // Both are probed another way from now on: one through the tunnel, one at its gateway.
            for view in &seen.uplinks {
                self.probes.forget(&view.id);
            }
        }
        self.fallbacks.probed(seen);
        for view in &seen.uplinks {
            self.fallbacks.judged(now, &view.id, self.is_good(now, view));
        }
        if let Some(active) = active(seen) {
            self.rule.take(active, &self.readings);
            let network = active.link.as_ref().and_then(|link| link.network.as_ref());
            if network.is_some() && network != self.network.as_ref() {
                self.network = network.cloned();
            }
        }
        self.watch_precedence(now, seen);
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
        let fresh = |view: &UplinkView| now.since(view.at) <= self.settings.stale;
        if let Some(reason) = by_hand::decide(seen, fresh, self.tunnel_down(now, seen)) {
            return reason;
        }
        match fallback::in_use(seen) {
            Some(view) => self.fallbacks.decide(&InUse {
                now,
                seen,
                view,
                settings: &self.settings,
                dead_after: self.dead_after,
                swap_failed: self.swap_failed,
                tunnel_down: self.tunnel_down(now, seen),
                radio: self.strongest(now, seen, None),
            }),
            None => self.or_fallback(now, seen, self.among_radios(now, seen)),
        }
    }

    /// A fallback in place of a radio that cannot carry the vehicle.
    fn or_fallback(&self, now: Moment, seen: &Observation, reason: Reason) -> Reason {
        let (radio, link) = (active(seen), active_link(seen));
        let network = link.and_then(|link| link.network.as_ref());
        let radio = radio.map(|active| OnRadio {
            failing: self.failing(now, active),
            swap_failed: self.swap_failed,
            signal: link.and_then(|link| link.signal),
            trigger: self.settings.trigger_on(&self.networks, network),
        });
        let fallback = self.fallbacks.best(now, seen, self.settings.heal);
        fallback.map_or(reason.clone(), |fallback| {
            fallback::in_place_of(reason, seen, radio, fallback)
        })
    }

    /// Whether a radio could carry the vehicle, and does so with room to spare.
    fn is_good(&self, now: Moment, view: &UplinkView) -> bool {
        let mean = self.readings.mean(&view.id, self.settings.second);
        let radio = self.candidate(now, view).filter(|one| one.settled).zip(mean);
        let least = |one: &Candidate| (one.trigger + self.settings.floor + one.hold_down).as_f64();
        radio.is_some_and(|(one, mean)| mean >= least(&one))
    }

    /// The rows for radios.
    fn among_radios<'a>(&self, now: Moment, seen: &'a Observation) -> Reason {
        let Some(active) = active(seen) else {
            return urgent::lost(None, self.strongest(now, seen, None));
        };
        let age = now.since(active.at);
        if age > self.settings.stale {
            return urgent::stale(active, age);
        }
        let Some(link) = active.link.as_ref().filter(|link| link.authenticated) else {
            return urgent::lost(Some(&active.id), self.strongest(now, seen, Some(active)));
        };
        let Some(signal) = link.signal else {
            return urgent::no_signal(active);
        };
        let candidates = self.candidates(now, seen, Some(active));
        let gray = self.rule.gray();
        let health = self.failing(now, active);
        let sight = |best: Option<Candidate<'a>>| Sight {
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
            higher: best.and_then(|best| self.precedence.due(now, &self.settings, &best)),
            dwell: self.dwell_left(now),
        };
        let decide = |best: Option<&Candidate<'a>>| {
            let sight = sight(best.copied());
            let urgent = urgent::CASES.iter().find_map(|case| case(&sight));
            urgent.unwrap_or_else(|| self.rule.decide(&sight, &self.readings))
        };
        let first = decide(candidates.first());
        if first.swap_to().is_some() {
            return first;
        }
        // Where the first does not do, another may: a stronger one on a network of a lower priority, or one that has settled.
        let others = candidates.iter().skip(1).map(|one| decide(Some(one)));
        others
            .into_iter()
            .find(|reason| reason.swap_to().is_some())
            .unwrap_or(first)
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
        self.fallbacks.decided(now, seen, reason);
        let Some(costs) = cost::is_measured(reason) else {
            return;
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
        let lost = matches!(reason, Reason::Nowhere { .. });
        lost || fallback::is_weak(reason) || failing.is_some()
    }

    /// Watches whether a network goes before the active's.
    fn watch_precedence(&mut self, now: Moment, seen: &Observation) {
        if !NetworkRule::are_ordered(&self.networks) {
            return;
        }
        let own = self
            .network
            .as_ref()
            .and_then(|network| NetworkRule::of(&self.networks, network));
        let (own, active) = (own.map_or(0, |rule| rule.priority), active(seen));
        let best = self
            .strongest(now, seen, active)
            .filter(|best| active.is_some() && best.priority > own);
        let mut precedence = std::mem::take(&mut self.precedence);
        precedence.take(now, &self.settings, best.as_ref());
        self.precedence = precedence;
    }

    /// The first of the candidates.
    fn strongest<'a>(&self, now: Moment, seen: &'a Observation, active: Option<&UplinkView>) -> Option<Candidate<'a>> {
        self.candidates(now, seen, active).into_iter().next()
    }

    /// The candidates beside the active and on other APs, the strongest first: but a good one on a network of a higher
    /// priority goes before, and of equals the one of the higher priority.
    fn candidates<'a>(&self, now: Moment, seen: &'a Observation, active: Option<&UplinkView>) -> Vec<Candidate<'a>> {
        let ordered = NetworkRule::are_ordered(&self.networks);
        let own = active.and_then(|view| view.link.as_ref());
        let on = own.filter(|link| link.authenticated).map(|link| link.bssid);
        let others = seen
            .uplinks
            .iter()
            .filter(|view| active.is_none_or(|active| active.id != view.id));
        let candidates = others.filter_map(|view| self.candidate(now, view));
        let mut candidates: Vec<_> = candidates.filter(|one| Some(one.link.bssid) != on).collect();
        candidates.sort_by_key(|one| {
            let first = (ordered && one.is_good(&self.settings)).then_some(one.priority);
            Reverse((first, one.signal, one.priority))
        });
        candidates
    }

    /// An uplink that could be active now; `None` when it could not.
    fn candidate<'a>(&self, now: Moment, view: &'a UplinkView) -> Option<Candidate<'a>> {
        let link = view.link.as_ref().filter(|link| link.authenticated)?;
        let (network, signal) = (link.network.as_ref()?, link.signal?);
        if !view.lease.carries() {
            return None;
        }
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

#[cfg(test)]
mod tests;
