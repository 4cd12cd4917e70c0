//! What is kept of the last ten minutes, from the same events that the journal gets. Its size is bounded.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::counts::Counts;
use super::facts::Facts;
use super::items::{Hold, TunnelItem};
use crate::entry::Event;
use crate::handover::Decision;
use crate::handover::reason::Reason;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{Heard, Observation};
use crate::units::{Dbm, Moment};

/// How far back the signals, the swaps and the dark spans of the drawing reach.
pub(crate) const KEPT: Duration = Duration::from_secs(600);

/// The least time between two signals of a radio that are kept: one a second, at a tick of a quarter of it.
const APART: Duration = Duration::from_millis(900);

/// How many of each are kept at most, whatever happens within the ten minutes.
const SPANS: usize = 200;
/// How many decisions and swaps are kept, however old.
const LAST: usize = 30;
/// How many access points are kept, and for how long: anybody may send any number of names.
const HEARD: usize = 64;
pub(super) const HEARD_FOR: Duration = Duration::from_secs(120);

/// How old the last answer may be that proves that the vehicle is reachable, over a radio.
const PROOF: Duration = Duration::from_secs(30);

/// What the agent did lately.
#[derive(Debug)]
pub struct Recent {
    pub(super) facts: Facts,
    pub(super) began: Moment,
    /// When the loop turned last.
    pub(super) turned: Moment,
    pub(super) router: RouterSide,
    /// What was seen and decided last, and when.
    pub(super) step: Option<(Moment, Observation, Decision)>,
    pub(super) tunnel: TunnelItem,
    pub(super) hold: Option<Hold>,
    pub(super) reach: Reach,
    pub(super) signals: BTreeMap<UplinkId, VecDeque<(Moment, Option<Dbm>)>>,
    /// Which uplink was active from when on.
    pub(super) active: VecDeque<(Moment, Option<UplinkId>)>,
    pub(super) dark: VecDeque<(Moment, Moment)>,
    pub(super) heard: Vec<HeardBy>,
    pub(super) decisions: VecDeque<(Moment, Decision)>,
    pub(super) swaps: VecDeque<SwapDone>,
    pub(super) counts: Counts,
}

/// What the agent knows of its session with the router.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum RouterSide {
    Never,
    Connected {
        since: Moment,
        identity: String,
        version: String,
    },
    Lost {
        since: Moment,
        cause: String,
    },
}

/// What probes through the tunnel said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reach {
    /// Since when they have been answered, and when the last one was.
    pub(super) answered: Option<(Moment, Moment)>,
    /// Since when the vehicle has been dark.
    pub(super) dark: Option<Moment>,
    /// Since when the tunnel has been dialing.
    pub(super) dialing: Option<Moment>,
}

/// An access point that a radio heard.
#[derive(Debug, Clone)]
pub(super) struct HeardBy {
    pub(super) bssid: Bssid,
    pub(super) network: Ssid,
    pub(super) signal: Dbm,
    pub(super) radio: UplinkId,
    pub(super) at: Moment,
}

/// A swap that ended.
#[derive(Debug, Clone)]
pub(super) struct SwapDone {
    pub(super) at: Moment,
    pub(super) from: Option<UplinkId>,
    pub(super) to: UplinkId,
    pub(super) reason: Option<Reason>,
    pub(super) calls: usize,
    pub(super) router: Duration,
    pub(super) dark: Option<Duration>,
}

impl Recent {
    /// Nothing yet.
    #[must_use]
    pub fn new(facts: Facts, now: Moment) -> Self {
        Recent {
            facts,
            began: now,
            turned: now,
            router: RouterSide::Never,
            step: None,
            tunnel: TunnelItem::default(),
            hold: None,
            reach: Reach::default(),
            signals: BTreeMap::new(),
            active: VecDeque::new(),
            dark: VecDeque::new(),
            heard: Vec::new(),
            decisions: VecDeque::new(),
            swaps: VecDeque::new(),
            counts: Counts::default(),
        }
    }

    /// Takes what another configuration says; what happened stays.
    pub fn reloaded(&mut self, facts: Facts) {
        self.facts = facts;
    }

    /// The loop turned.
    pub fn turned(&mut self, now: Moment) {
        self.turned = now;
    }

    /// Takes what stands beside the events: the tunnel's item, and what a person holds.
    pub fn beside(&mut self, tunnel: TunnelItem, hold: Option<Hold>) {
        (self.tunnel, self.hold) = (tunnel, hold);
    }

    /// Takes what happened.
    pub fn take(&mut self, at: Moment, event: Event) {
        match event {
            Event::Connected { identity, version } => {
                self.router = RouterSide::Connected {
                    since: at,
                    identity,
                    version,
                };
            }
            Event::Disconnected { cause } => {
                self.counts.sessions_lost += 1;
                self.router = RouterSide::Lost { since: at, cause };
                self.end_signals(at);
            }
            Event::NotReachable { since, .. } => {
                self.reach.answered = None;
                self.reach.dark.get_or_insert(since);
            }
            Event::Reachable { .. } => {
                if let Some(since) = self.reach.dark.take() {
                    self.was_dark(since, at);
                }
            }
            Event::Swapped {
                from,
                to,
                calls,
                router,
                dark,
                ..
            } => self.swapped(SwapDone {
                at,
                reason: self.reason_to(&to),
                from,
                to,
                calls,
                router,
                dark,
            }),
            Event::Carried { uplink, received, sent } => {
                let (all_received, all_sent) = self.counts.carried.entry(uplink).or_default();
                *all_received = all_received.saturating_add(received);
                *all_sent = all_sent.saturating_add(sent);
            }
            Event::Step { seen, decision } => self.stepped(at, seen, decision),
            Event::Began { .. } | Event::Continued { .. } | Event::Missing { .. } | Event::Lease { .. } => {}
        }
    }

    /// Why the last swap to an uplink was decided.
    fn reason_to(&self, to: &UplinkId) -> Option<Reason> {
        let mut decisions = self.decisions.iter().rev().map(|(_, decision)| decision);
        let decided = decisions.find(|decision| decision.swap_to.as_ref() == Some(to));
        decided.map(|decision| decision.reason.clone())
    }

    fn swapped(&mut self, swap: SwapDone) {
        let done = swap.dark.is_some();
        *self.counts.swaps.entry((swap.to.clone(), done)).or_default() += 1;
        if let Some(dark) = swap.dark {
            self.counts.swap_dark.observe(dark.as_secs_f64());
            let until = swap.at;
            let since = Moment::after_start(until.since_start().saturating_sub(dark));
            self.was_dark(since, until);
            self.reach.answered = None;
        }
        push(&mut self.swaps, swap, LAST);
    }

    fn stepped(&mut self, at: Moment, seen: Observation, decision: Decision) {
        self.counts.ticks += 1;
        if seen.dialing {
            self.reach.dialing.get_or_insert(at);
            self.reach.answered = None;
        } else if let Some(since) = self.reach.dialing.take() {
            // A swap's own darkness was taken when it ended; a dial that was under way at the start has none.
            if self.dark.back().is_none_or(|(_, until)| *until < since) && self.reach.dark.is_none() {
                self.was_dark(since, at);
            }
        }
        let patience = self.proof(seen.active.as_ref());
        for probe in seen
            .probes
            .iter()
            .filter(|probe| Some(&probe.uplink) == seen.active.as_ref())
        {
            if !probe.answered {
                self.counts.probes_lost += 1;
                continue;
            }
            self.counts.probes_answered += 1;
            // An answer of a while ago proves nothing of the time between.
            let since = self
                .reach
                .answered
                .filter(|(_, last)| probe.at.since(*last) <= patience);
            let since = since.map_or(probe.at, |(since, _)| since);
            self.reach.answered = Some((since, probe.at));
        }
        self.keep_signals(at, &seen);
        if self.active.back().map(|(_, active)| active) != Some(&seen.active) {
            push(&mut self.active, (at, seen.active.clone()), SPANS);
        }
        self.keep_heard(at, &seen);
        let before = self.step.as_ref().map(|(_, _, before)| before);
        let same = before
            .is_some_and(|before| before.swap_to == decision.swap_to && before.reason.same_kind(&decision.reason));
        if !same {
            self.counts.decided(&decision.reason);
            push(&mut self.decisions, (at, decision.clone()), LAST);
        }
        self.step = Some((at, seen, decision));
        self.forget(at);
    }

    fn keep_signals(&mut self, at: Moment, seen: &Observation) {
        for view in &seen.uplinks {
            let signal = view.link.as_ref().and_then(|link| link.signal);
            let signals = self.signals.entry(view.id.clone()).or_default();
            let due = signals.back().is_none_or(|(last, before)| {
                view.at.since(*last) >= APART || (before.is_some() != signal.is_some() && view.at > *last)
            });
            if due && at.since(view.at) < KEPT {
                signals.push_back((view.at, signal));
            }
        }
    }

    /// The lines of the drawing end where the session does.
    fn end_signals(&mut self, at: Moment) {
        for signals in self.signals.values_mut().filter(|signals| !signals.is_empty()) {
            signals.push_back((at, None));
        }
        push(&mut self.active, (at, None), SPANS);
    }

    fn keep_heard(&mut self, at: Moment, seen: &Observation) {
        if let Some(scan) = &seen.scan {
            for Heard { bssid, network, signal } in scan.heard.iter().flatten() {
                self.hear(HeardBy {
                    bssid: *bssid,
                    network: network.clone(),
                    signal: *signal,
                    radio: scan.radio.clone(),
                    at: scan.at,
                });
            }
        }
        for view in &seen.uplinks {
            let Some(link) = &view.link else { continue };
            if let (Some(network), Some(signal)) = (&link.network, link.signal) {
                self.hear(HeardBy {
                    bssid: link.bssid,
                    network: network.clone(),
                    signal,
                    radio: view.id.clone(),
                    at: view.at,
                });
            }
        }
        self.heard.retain(|heard| at.since(heard.at) < HEARD_FOR);
    }

    fn hear(&mut self, new: HeardBy) {
        if let Some(old) = self.heard.iter_mut().find(|old| old.bssid == new.bssid) {
            *old = new;
        } else if self.heard.len() < HEARD {
            self.heard.push(new);
        } else if let Some(weakest) = self.heard.iter_mut().min_by_key(|heard| heard.signal)
            && weakest.signal < new.signal
        {
            *weakest = new;
        }
    }

    fn was_dark(&mut self, since: Moment, until: Moment) {
        self.counts.dark += join(&mut self.dark, since, until);
        if self.dark.len() > SPANS {
            self.dark.pop_front();
        }
    }

    /// When the vehicle was dark, the present time included.
    pub(super) fn dark_spans(&self, now: Moment) -> VecDeque<(Moment, Moment)> {
        let mut spans = self.dark.clone();
        if let Some(since) = self.reach.dark.or(self.reach.dialing) {
            join(&mut spans, since, now);
        }
        spans
    }

    fn forget(&mut self, now: Moment) {
        for signals in self.signals.values_mut() {
            while signals.front().is_some_and(|(at, _)| now.since(*at) > KEPT) || signals.len() > 2 * SIGNALS {
                signals.pop_front();
            }
        }
        // The last one before the ten minutes still lasts within them.
        while self.active.get(1).is_some_and(|(at, _)| now.since(*at) > KEPT) {
            self.active.pop_front();
        }
        while self.dark.front().is_some_and(|(_, until)| now.since(*until) > KEPT) {
            self.dark.pop_front();
        }
    }

    /// How old an answer may be that proves something of an uplink: a fallback is asked rarely.
    pub(super) fn proof(&self, active: Option<&UplinkId>) -> Duration {
        let fallbacks = self.facts.fallbacks.iter();
        let interval = fallbacks
            .filter(|(id, _)| Some(id) == active)
            .map(|(_, interval)| *interval);
        interval
            .map(|interval| interval * 3)
            .max()
            .unwrap_or_default()
            .max(PROOF)
    }

    /// What only grows.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// When the agent began.
    pub(crate) fn began(&self) -> Moment {
        self.began
    }

    /// When the loop turned last.
    pub(crate) fn last_turn(&self) -> Moment {
        self.turned
    }

    /// How long the vehicle has been dark since the agent began.
    pub(crate) fn dark(&self, now: Moment) -> Duration {
        let lasting = self.reach.dark.or(self.reach.dialing);
        let added = lasting.map(|since| join(&mut self.dark.clone(), since, now));
        self.counts.dark + added.unwrap_or_default()
    }

    /// Since when the loop has stood still, where that is longer than a turn may last.
    #[must_use]
    pub fn stands_still(&self, now: Moment) -> Option<Duration> {
        let age = now.since(self.turned);
        (age > self.facts.longest_turn).then_some(age)
    }
}

/// Adds a span to those in the order of time, and gives how much of it is new: what a swap was dark for may be part of a
/// longer time.
fn join(spans: &mut VecDeque<(Moment, Moment)>, since: Moment, until: Moment) -> Duration {
    let (mut first, mut last, mut old) = (since, until, Duration::ZERO);
    while let Some((earlier, later)) = spans.back().copied().filter(|(_, later)| *later >= since) {
        spans.pop_back();
        (first, last) = (first.min(earlier), last.max(later));
        old += later.since(earlier);
    }
    spans.push_back((first, last));
    last.since(first).saturating_sub(old)
}

/// One signal a second and radio.
const SIGNALS: usize = KEPT.as_secs() as usize;

fn push<T>(queue: &mut VecDeque<T>, new: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(new);
}
