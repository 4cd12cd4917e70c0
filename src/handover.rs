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
//! | fading while the tunnel dials over it | goes to a candidate that is better by 6 dB and above the trigger |
//! | one whose swap did not bring the tunnel up | goes to the next best, the way back included |
//! | worth less than a candidate that is settled on its AP, the dark of a swap and a margin taken off | goes there |
//! | else | stays |
//!
//! What an uplink is worth, in good seconds to come, [`policy`] knows. After a swap the mind dwells, unless the active is
//! lost or the swap failed. An AP whose swap failed is held down: it counts for less by a penalty that heals. The second
//! question is in [`hunt`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{Link, Observation, UplinkView};
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
mod trouble;

use health::{Health, Probes};
use hold::HoldDown;
pub use hunt::Move;
use policy::{Choice, Policy};
pub use reason::{Reason, Stay, Weighed};
use settings::{Mind, NetworkRule, Settings};

/// The router drops a radio whose signal leaves its rule's range, so the radio is left this much earlier.
pub const ABOVE_MINIMUM: Db = Db(3);

/// So far below the trigger a dial still gets through more often than not; farther, an access point is no place to wait
/// on, and a dead uplink that may come back is the better one.
pub(crate) const DIALS: Db = Db(6);

/// A radio's own reading this weak is as good as none, as in a drive log.
const UNHEARD: Dbm = Dbm(-100);

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
    policy: Policy,
    /// What the policy said of the last observation; `None` when it was not asked.
    choice: Option<Choice>,
    /// The newest reading of each uplink that the policy was told, and the AP it was on.
    read: BTreeMap<UplinkId, (Moment, Option<Bssid>)>,
    /// The networks on which a radio has settled: what would flap there is no key.
    settled: BTreeSet<Ssid>,
    bounced: Option<Moment>,
    last_swap: Option<Moment>,
    /// Whether the last swap came late; `None` when it was none between two ways out.
    late: Option<bool>,
    swap_failed: bool,
}

/// What is to be done with the way out.
enum Action {
    Stay,
    Bounce,
    Swap(UplinkId),
}

impl Handover {
    /// A mind that remembers nothing yet.
    #[must_use]
    pub fn new(by: Mind) -> Self {
        Handover {
            held: HoldDown::new(by.handover.heal),
            hunter: hunt::Hunter::new(by.hunt),
            probes: Probes::new(by.health),
            policy: Policy::new(&by.handover),
            choice: None,
            read: BTreeMap::new(),
            settings: by.handover,
            networks: by.networks,
            settled: BTreeSet::new(),
            bounced: None,
            last_swap: None,
            late: None,
            swap_failed: false,
        }
    }

    /// Decides on what is seen at `now`.
    pub fn step(&mut self, now: Moment, seen: &Observation) -> Decision {
        self.choice = None;
        self.learn(now, seen);
        let (action, reason) = self.choose(now, seen);
        let (swap_to, bounce) = match action {
            Action::Stay => (None, false),
            Action::Bounce => (None, true),
            Action::Swap(to) => (Some(to), false),
        };
        if swap_to.is_some() {
            self.late = match &reason {
                Reason::Handover { weighed } => {
                    let from = seen.uplinks.iter().find(|view| view.id == weighed.from);
                    let network = from.and_then(|view| view.link.as_ref()?.network.as_ref());
                    Some(weighed.signal <= self.trigger(network))
                }
                Reason::Unhealthy { .. } | Reason::Lost { from: Some(_), .. } => Some(true),
                // From nothing, or back from what failed: no swap between two ways out.
                _ => None,
            };
        }
        // A standby that is about to be used must not be sent elsewhere.
        let moves = if swap_to.is_some() {
            Vec::new()
        } else {
            let mind = hunt::Known {
                settings: &self.settings,
                networks: &self.networks,
                policy: &self.policy,
                choice: self.choice.as_ref(),
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

    fn learn(&mut self, now: Moment, seen: &Observation) {
        for probe in &seen.probes {
            self.probes.take(probe);
        }
        self.listen(seen);
        let Some(end) = &seen.swap else { return };
        self.last_swap = Some(now);
        self.swap_failed = end.dark.is_none();
        match (end.dark, end.bssid) {
            (Some(dark), _) => {
                if let Some(late) = self.late {
                    self.policy.swapped(dark, late);
                }
            }
            (None, Some(bssid)) => self.held.hold(now, bssid),
            (None, None) => {}
        }
        // Both are probed another way from now on: one through the tunnel, one at its gateway.
        for view in &seen.uplinks {
            self.probes.forget(&view.id);
        }
    }

    /// Tells the policy what both radios hear.
    fn listen(&mut self, seen: &Observation) {
        if let Some(scan) = &seen.scan
            && let Some(heard) = &scan.heard
        {
            let heard: Vec<(Bssid, Db)> = heard
                .iter()
                .map(|one| (one.bssid, one.signal - self.trigger(Some(&one.network))))
                .collect();
            self.policy.scanned(scan.at, &heard);
        }
        for view in &seen.uplinks {
            let before = self.read.get(&view.id).copied();
            if before.is_some_and(|(at, _)| view.at <= at) {
                continue;
            }
            let on = view.link.as_ref().map(|link| link.bssid);
            if let Some((_, Some(left))) = before
                && on.is_none()
            {
                self.policy.heard(view.at, left, None);
            }
            if let Some(link) = &view.link
                && link.authenticated
                && view.at.since(link.since) >= self.settings.settle
                && let Some(network) = &link.network
                && !self.settled.contains(network)
            {
                self.settled.insert(network.clone());
            }
            if let Some(link) = &view.link
                && let Some(signal) = link.signal
            {
                let above = (signal > UNHEARD).then(|| signal - self.trigger(link.network.as_ref()));
                self.policy.heard(view.at, link.bssid, above);
            }
            match self.read.get_mut(&view.id) {
                Some(read) => *read = (view.at, on),
                None => _ = self.read.insert(view.id.clone(), (view.at, on)),
            }
        }
    }

    /// The questions in the order of their urgency; the first that has an answer decides.
    fn choose(&mut self, now: Moment, seen: &Observation) -> (Action, Reason) {
        let active = seen
            .active
            .as_ref()
            .and_then(|id| seen.uplinks.iter().find(|view| view.id == *id));
        let Some(active) = active else {
            return self.leave_at_once(now, seen, None);
        };
        let uplink = || active.id.clone();
        let age = now.since(active.at);
        if age > self.settings.stale {
            return (Action::Stay, Reason::Stale { uplink: uplink(), age });
        }
        let Some(link) = active.link.as_ref().filter(|link| link.authenticated) else {
            return self.leave_at_once(now, seen, Some(active));
        };
        if seen.dialing {
            return self
                .fading_dial(now, seen, active, link)
                .unwrap_or_else(|| (Action::Stay, Reason::Dialing { uplink: uplink() }));
        }
        let Some(signal) = link.signal else {
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
        self.by_worth(now, seen, active, link, signal)
    }

    /// Whether an uplink has been on its AP for long enough, its gateway answers there, or its network's key is known to
    /// be right.
    fn is_settled(&self, now: Moment, view: &UplinkView) -> bool {
        view.link.as_ref().is_some_and(|link| {
            now.since(link.since) >= self.settings.settle
                || link
                    .network
                    .as_ref()
                    .is_some_and(|network| self.settled.contains(network))
                || self.probes.health(now, &view.id, link.bssid) == Health::Good
        })
    }

    /// What staying and going are worth decides.
    fn by_worth(
        &mut self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
        signal: Dbm,
    ) -> (Action, Reason) {
        let candidates: Vec<(&UplinkView, &Link)> = self
            .candidates(now, seen, Some(active))
            .filter(|(_, theirs)| theirs.bssid != link.bssid)
            .collect();
        let among: Vec<policy::Candidate> = candidates
            .iter()
            .map(|(_, link)| policy::Candidate {
                bssid: link.bssid,
                penalty: self.held.penalty(now, link.bssid),
                priority: self.priority(link),
            })
            .collect();
        let choice = self.policy.choose(now, Some(link.bssid), &among);
        self.choice = Some(choice);
        let weighed = choice.best.zip(choice.stay).and_then(|((best, go), stay)| {
            let (view, theirs) = candidates.iter().find(|(_, theirs)| theirs.bssid == best)?;
            let weighed = Weighed {
                from: active.id.clone(),
                signal,
                stay,
                to: view.id.clone(),
                theirs: theirs.signal,
                go,
                dark: choice.dark,
                alike: choice.alike,
            };
            Some((weighed, *view))
        });
        let Some((weighed, view)) = weighed else {
            let (uplink, trigger) = (active.id.clone(), self.trigger(link.network.as_ref()));
            let reason = if signal > trigger {
                Reason::Good {
                    uplink,
                    signal,
                    trigger,
                }
            } else {
                Reason::Alone {
                    uplink,
                    signal,
                    trigger,
                }
            };
            return (Action::Stay, reason);
        };
        let why = if choice.to.is_none() {
            Stay::NotWorthIt
        } else if let Some(left) = self.dwell_left(now) {
            Stay::Dwell { left }
        } else if !self.is_settled(now, view) {
            Stay::Settling
        } else {
            return (Action::Swap(weighed.to.clone()), Reason::Handover { weighed });
        };
        (Action::Stay, Reason::Stay { weighed, why })
    }

    /// The uplinks other than the active that could be active now.
    fn candidates<'a>(
        &self,
        now: Moment,
        seen: &'a Observation,
        active: Option<&UplinkView>,
    ) -> impl Iterator<Item = (&'a UplinkView, &'a Link)> {
        let others = seen
            .uplinks
            .iter()
            .filter(move |view| active.is_none_or(|active| active.id != view.id));
        others.filter_map(move |view| Some((view, self.candidate(now, view)?)))
    }

    /// The strongest of some candidates, with its signal less its hold-down.
    fn strongest<'a>(
        &self,
        now: Moment,
        candidates: impl Iterator<Item = (&'a UplinkView, &'a Link)>,
    ) -> Option<(&'a UplinkView, Dbm)> {
        candidates
            .filter_map(|(view, link)| Some((view, link.signal? - self.held.penalty(now, link.bssid), link)))
            .max_by_key(|(_, signal, link)| (*signal, self.priority(link)))
            .map(|(view, signal, _)| (view, signal))
    }

    /// The strongest candidate on another AP than the active's.
    fn best<'a>(&self, now: Moment, seen: &'a Observation, active: &UplinkView) -> Option<(&'a UplinkView, Dbm)> {
        let on = active.link.as_ref().map(|link| link.bssid);
        let elsewhere = self
            .candidates(now, seen, Some(active))
            .filter(|(_, link)| Some(link.bssid) != on);
        self.strongest(now, elsewhere)
    }

    /// What an uplink that could be active now is associated with; `None` when it could not.
    fn candidate<'a>(&self, now: Moment, view: &'a UplinkView) -> Option<&'a Link> {
        let link = view
            .link
            .as_ref()
            .filter(|link| link.authenticated && link.network.is_some())?;
        let sound =
            now.since(view.at) <= self.settings.stale && !self.probes.health(now, &view.id, link.bssid).is_bad();
        sound.then_some(link)
    }

    fn trigger(&self, network: Option<&Ssid>) -> Dbm {
        self.settings.trigger_on(&self.networks, network)
    }

    fn priority(&self, link: &Link) -> i32 {
        let network = link.network.as_ref();
        network
            .and_then(|ssid| NetworkRule::of(&self.networks, ssid))
            .map_or(0, |rule| rule.priority)
    }

    fn dwell_left(&self, now: Moment) -> Option<Duration> {
        let until = self.last_swap.filter(|_| !self.swap_failed)? + self.settings.dwell;
        (now < until).then(|| until.since(now))
    }
}

#[cfg(test)]
mod tests;
