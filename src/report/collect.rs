//! Lines in, a report out.

use std::collections::BTreeMap;

use crate::ap_names::ApNames;
use crate::entry::{Entry, Event, Read, Unreadable};
use crate::handover::Decision;
use crate::handover::settings::Rules;
use crate::names::{Bssid, Ssid};
use crate::observation::Observation;
use crate::plot::Span;
use crate::units::{Dbm, Moment, WallTime};

use super::dark::{Spell, united};
use super::series::Sections;
use super::shares::{Carried, hours, shares};
use super::summary::{Dark, Environment, Report, Totals};
use super::swaps::{End, Outcome, Swaps};

/// Longer between two entries than this is not driven time, in seconds.
const GAP: f64 = 10.0;

/// Which entries count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Those from then on.
    pub since: Option<WallTime>,
    /// Those until then.
    pub until: Option<WallTime>,
}

impl Window {
    fn has(&self, time: WallTime) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time <= until)
    }
}

/// Takes a journal's lines, the oldest first. It grows with swaps and dark spells, not with the lines.
#[derive(Debug)]
pub struct Collector {
    window: Window,
    /// The last line's moment on the agent's own clock, which begins again with each start.
    clock: Option<Moment>,
    vehicle: Option<String>,
    environment: Environment,
    names: ApNames,
    trigger: Option<(f64, f64)>,
    times: Option<(WallTime, WallTime)>,
    totals: Totals,
    sections: Sections,
    swaps: Swaps,
    spells: Vec<Spell>,
    /// Since when the vehicle is not reachable.
    dark_since: Option<f64>,
    /// The uplink that was active last, by its place.
    active: Option<usize>,
    /// The AP and the network that carry the vehicle.
    on: (Option<Bssid>, Option<Ssid>),
    hours: BTreeMap<u64, f64>,
    aps: BTreeMap<Bssid, Carried>,
    networks: BTreeMap<Ssid, Carried>,
}

impl Collector {
    /// Nothing collected yet.
    #[must_use]
    pub fn new(window: Window) -> Self {
        Collector {
            window,
            clock: None,
            vehicle: None,
            environment: Environment::default(),
            names: ApNames::default(),
            trigger: None,
            times: None,
            totals: Totals::default(),
            sections: Sections::new(),
            swaps: Swaps::default(),
            spells: Vec::new(),
            dark_since: None,
            active: None,
            on: (None, None),
            hours: BTreeMap::new(),
            aps: BTreeMap::new(),
            networks: BTreeMap::new(),
        }
    }

    /// Takes a line that was read. `place` is its file and number, `text` the line itself.
    pub fn line(&mut self, read: Read<'_>, text: &[u8], place: impl Fn() -> String) {
        let line = || format!("{}: {}", place(), String::from_utf8_lossy(text));
        let at = match &read {
            Read::Step { at, .. } => *at,
            Read::Other(entry) => entry.at,
        };
        let starts = self.clock.replace(at).is_none_or(|before| at < before);
        match read {
            Read::Step {
                at,
                time,
                seen,
                decision,
            } => {
                if self.window.has(time) {
                    self.step((at, time), seen, decision, line);
                }
            }
            Read::Other(entry) => self.other(*entry, starts, line),
        }
    }

    /// Counts a line that could not be read.
    pub fn unreadable(&mut self, error: &Unreadable, place: impl Fn() -> String) {
        self.totals.unreadable_lines += 1;
        let first = &mut self.totals.first_unreadable;
        first.get_or_insert_with(|| format!("{}: {error}", place()));
    }

    fn goes_on(&mut self, time: WallTime) -> f64 {
        let times = self.times.get_or_insert((time, time));
        *times = (times.0.min(time), times.1.max(time));
        let passed = self.sections.at(time.seconds());
        if passed > GAP { 0.0 } else { passed }
    }

    fn step(
        &mut self,
        (at, time): (Moment, WallTime),
        seen: &Observation,
        decision: &Decision,
        line: impl Fn() -> String,
    ) {
        let passed = self.goes_on(time);
        self.totals.steps += 1;
        self.totals.driven_seconds += passed;
        *self.hours.entry(time.millis() / 3_600_000).or_default() += passed;
        let before = self.active;
        self.active = None;
        self.on = (None, None);
        for view in &seen.uplinks {
            let place = self.sections.uplink(view.id.interface().as_str());
            let link = view.link.as_ref();
            let signal = link.and_then(|link| link.signal);
            self.sections.signal(place, signal.map(|signal| signal.0));
            if seen.active.as_ref() != Some(&view.id) {
                continue;
            }
            self.active = Some(place);
            let Some(link) = link else { continue };
            let carried = self.aps.entry(link.bssid).or_default();
            carried.add(passed, signal);
            if carried.network.is_none() {
                carried.network.clone_from(&link.network);
            }
            if let Some(network) = &link.network {
                match self.networks.get_mut(network) {
                    Some(carried) => carried.add(passed, signal),
                    None => {
                        self.networks.insert(network.clone(), Carried::default());
                    }
                }
            }
            self.on = (Some(link.bssid), link.network.clone());
        }
        if let (None, Some(active)) = (self.active, &seen.active) {
            self.active = Some(self.sections.uplink(active.interface().as_str()));
        }
        if let Some(active) = self.active {
            self.sections.active(active, passed > 0.0 && before == Some(active));
        }
        self.swaps.decided((at, time), seen, decision, line);
    }

    fn other(&mut self, entry: Entry, starts: bool, line: impl Fn() -> String) {
        let Entry { at, time, event, .. } = entry;
        match &event {
            Event::Began {
                version,
                vehicle,
                config,
                aps,
                rules,
            }
            | Event::Continued {
                version,
                vehicle,
                config,
                aps,
                rules,
            } if self.window.until.is_none_or(|until| time <= until) => {
                // Also before the window: this is where it was written.
                self.environment(version, vehicle.as_ref(), config.as_ref(), rules);
                self.names.extend(aps);
            }
            _ => {}
        }
        if !self.window.has(time) {
            return;
        }
        self.goes_on(time);
        match event {
            // The others say that an agent at work decides by other rules.
            Event::Began { .. } if starts => {
                self.totals.starts += 1;
                self.swaps.close(Outcome::Unfinished);
                self.dark_since = None;
                self.active = None;
            }
            Event::Connected { identity, version } => {
                push_new(
                    &mut self.environment.routers,
                    &format!("{identity}, RouterOS {version}"),
                );
            }
            Event::Disconnected { .. } => self.totals.sessions_lost += 1,
            Event::Missing { entries } => self.totals.entries_missing += entries,
            Event::NotReachable { since, .. } => {
                self.totals.not_reachable += 1;
                let since = time.seconds() - at.since(since).as_secs_f64();
                self.dark_since.get_or_insert(since);
            }
            Event::Reachable { after, .. } => {
                let after = after.map(|after| time.seconds() - after.as_secs_f64());
                if let Some(since) = self.dark_since.take().or(after) {
                    self.dark(since, time.seconds());
                }
            }
            Event::Swapped {
                from,
                to,
                calls,
                router,
                dark,
                ..
            } => {
                let name = |id: &crate::names::UplinkId| id.interface().as_str().to_owned();
                let end = End {
                    from: from.as_ref().map(name),
                    to: name(&to),
                    calls,
                    router: router.as_secs_f64(),
                    dark: dark.map(|dark| dark.as_secs_f64()),
                };
                let dark = end.dark;
                self.swaps.ended((at, time), end, line());
                if let Some(swap) = self.swaps.all.last() {
                    // A tunnel that is not up after its patience was down all that time.
                    let since = dark.map_or(swap.time.seconds(), |dark| time.seconds() - dark);
                    self.spells.push(Spell {
                        span: Span {
                            from: since,
                            to: time.seconds(),
                        },
                        ap: swap.to_ap,
                        network: swap.network.clone(),
                    });
                }
            }
            Event::Began { .. }
            | Event::Continued { .. }
            | Event::Step { .. }
            | Event::Carried { .. }
            | Event::Lease { .. } => {}
        }
    }

    fn environment(&mut self, version: &str, vehicle: Option<&String>, config: Option<&String>, rules: &Rules) {
        push_new(&mut self.environment.versions, version);
        if let Some(config) = config {
            push_new(&mut self.environment.configurations, config);
        }
        if vehicle.is_some() {
            self.vehicle = vehicle.cloned();
        }
        let trigger = rules.handover.trigger.as_f64();
        let limits = rules.networks.iter().filter_map(|network| network.minimum_signal);
        let highest = limits.map(Dbm::as_f64).fold(trigger, f64::max);
        self.trigger = Some((trigger - 3.0, highest));
    }

    fn dark(&mut self, from: f64, to: f64) {
        self.spells.push(Spell {
            span: Span { from, to },
            ap: self.on.0,
            network: self.on.1.as_ref().map(Ssid::to_string),
        });
    }

    /// What came of it all; `None` when no entry counted.
    #[must_use]
    pub fn finish(mut self) -> Option<Report> {
        let (from, to) = self.times?;
        if let Some(since) = self.dark_since.take() {
            self.dark(since, to.seconds());
        }
        self.swaps.close(Outcome::Unfinished);
        self.swaps.keep_lines_of_the_worst();
        let spells = united(std::mem::take(&mut self.spells));
        let dark: Vec<Dark> = spells.into_iter().map(Dark::from).collect();
        let swaps = self.swaps.all;
        let totals = Totals {
            dark_seconds: dark.iter().map(|dark| dark.seconds).sum(),
            longest_dark_seconds: dark.iter().map(|dark| dark.seconds).fold(0.0, f64::max),
            swaps: swaps.len(),
            swaps_not_up: swaps.iter().filter(|swap| swap.outcome == Outcome::NotUp).count(),
            ping_pongs: swaps.iter().filter(|swap| swap.ping_pong).count(),
            ..self.totals
        };
        let aps = self
            .aps
            .iter()
            .map(|(ap, carried)| carried.share(Some(*ap), carried.network.as_ref()));
        let networks = self
            .networks
            .iter()
            .map(|(ssid, carried)| carried.share(None, Some(ssid)));
        Some(Report {
            vehicle: self.vehicle,
            from,
            to,
            environment: self.environment,
            totals,
            hours: hours(&self.hours, &dark, &swaps),
            networks: shares(networks.collect(), &dark, &swaps, |share, _, network| {
                share.network.as_ref() == network && network.is_some()
            }),
            aps: shares(aps.collect(), &dark, &swaps, |share, ap, _| {
                share.ap == ap && ap.is_some()
            }),
            dark,
            swaps,
            names: self.names,
            sections: self.sections,
            trigger: self.trigger,
        })
    }
}

fn push_new(list: &mut Vec<String>, text: &str) {
    // Each start may bring another; a report names the first hundred.
    if list.len() < 100 && !list.iter().any(|one| one == text) {
        list.push(text.to_owned());
    }
}
