//! The vehicle's own handover in a replay.
//!
//! In the ideal model each access point is an uplink of its own, so that any can be gone to at once; in the vehicle model
//! there are the two radios, and the standby moves where the vehicle's own hunt sends it.

use std::time::Duration;

use crate::evaluate::terms::{Model, Terms};
use crate::handover::decision::Move;
use crate::handover::{
    Handover,
    settings::{NetworkRule, Rules},
};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::observation::{Heard, LeaseState, Link, Observation, Scan, SwapEnd, UplinkView};
use crate::units::{Dbm, Moment};

/// No reading comes late in a replay.
const NEVER_STALE: Duration = Duration::from_secs(3_600);

/// An active access point that was not heard.
const UNHEARD: Dbm = Dbm(-100);

/// The vehicle's own handover, with what it has not been shown yet.
#[derive(Debug, Clone)]
pub(super) struct Tikroam {
    handover: Handover,
    model: Model,
    bssids: Vec<Bssid>,
    network: Ssid,
    /// One for each access point in the ideal model; the two radios in the vehicle's.
    ids: Vec<UplinkId>,
    /// What the newest scan heard, and when.
    heard: Vec<(usize, Dbm)>,
    heard_at: Moment,
    /// The same as not yet shown.
    scan: Option<Scan>,
    /// What each radio reads on the access point that it is on.
    own: Option<Dbm>,
    theirs: Option<Dbm>,
    dark: Option<Duration>,
    radio: usize,
    standby: Standby,
}

/// The standby radio of the vehicle model.
#[derive(Debug, Clone, Default)]
struct Standby {
    on: Option<usize>,
    since: Moment,
    steered: Option<usize>,
    /// Where the hunt has just sent it.
    sent: Option<usize>,
}

impl Tikroam {
    /// `None` only when the network's name is none.
    pub(super) fn new(rules: &Rules, terms: &Terms, bssids: &[Bssid]) -> Option<Self> {
        let model = terms.model;
        let network = Ssid::new(b"drive").ok()?;
        let mut rules = rules.clone();
        rules.handover.stale = NEVER_STALE;
        if model == Model::Ideal {
            rules.handover.settle = Duration::ZERO;
            rules.hunt.enabled = false;
        }
        rules.networks = vec![NetworkRule {
            ssid: network.clone(),
            minimum_signal: None,
            priority: 0,
        }];
        let id = |name: &str| UplinkId::new(InterfaceName::new(name));
        Some(Tikroam {
            handover: Handover::new(rules),
            model,
            bssids: bssids.to_vec(),
            network,
            ids: match model {
                Model::Ideal => bssids.iter().map(|bssid| id(&bssid.to_string())).collect(),
                Model::Vehicle => vec![id("wlan1"), id("wlan2")],
            },
            heard: Vec::new(),
            heard_at: Moment::ZERO,
            scan: None,
            own: None,
            theirs: None,
            dark: None,
            radio: 0,
            standby: Standby::default(),
        })
    }

    pub(super) fn scanned(&mut self, at: Moment, heard: &[(usize, Dbm)]) {
        (self.heard, self.heard_at) = (heard.to_vec(), at);
        if self.model == Model::Ideal {
            return;
        }
        if let Some(scan) = self.scan.take() {
            // Nothing is decided during a swap, but what was heard is remembered.
            let seen = Observation {
                scan: Some(scan),
                ..Observation::default()
            };
            self.handover.step(at, &seen);
        }
        let heard = heard.iter().map(|(ap, signal)| Heard {
            bssid: self.bssids[*ap],
            network: self.network.clone(),
            signal: *signal,
        });
        self.scan = Some(Scan {
            radio: self.ids[1 - self.radio].clone(),
            at,
            heard: Some(heard.collect()),
        });
    }

    pub(super) fn own(&mut self, signal: Option<Dbm>) {
        self.own = signal;
    }

    pub(super) fn theirs(&mut self, signal: Option<Dbm>) {
        self.theirs = signal;
    }

    pub(super) fn swapped(&mut self, dark: Duration) {
        self.dark = Some(dark);
    }

    /// Where the vehicle goes at `now`.
    pub(super) fn choose(&mut self, now: Moment, active: usize, reachable: Option<Option<usize>>) -> Option<usize> {
        let (uplinks, id) = match self.model {
            Model::Ideal => (self.access_points(now, active), self.ids[active].clone()),
            Model::Vehicle => (
                self.radios(now, active, reachable.flatten()),
                self.ids[self.radio].clone(),
            ),
        };
        let swap = self.dark.take().map(|dark| SwapEnd {
            to: id.clone(),
            bssid: Some(self.bssids[active]),
            dark: Some(dark),
        });
        let seen = Observation {
            active: Some(id),
            uplinks,
            scan: self.scan.take(),
            swap,
            ..Observation::default()
        };
        let decision = self.handover.step(now, &seen);
        for one in decision.moves {
            match one {
                Move::Steer { bssid, .. } => {
                    self.standby.sent = self.bssids.iter().position(|other| *other == bssid);
                    self.standby.steered = self.standby.sent;
                }
                Move::Release { .. } => self.standby.steered = None,
                // The model scans by itself, and its standby goes nowhere without a target.
                Move::Scan { .. } | Move::Search { .. } => {}
            }
        }
        let to = self.ids.iter().position(|id| Some(id) == decision.swap_to.as_ref())?;
        match self.model {
            Model::Ideal => Some(to),
            Model::Vehicle => {
                self.radio = to;
                let to = self.standby.on;
                self.standby = Standby {
                    on: Some(active),
                    ..Standby::default()
                };
                to
            }
        }
    }

    /// Where the hunt has sent the standby since it was last asked.
    pub(super) fn sent(&mut self) -> Option<usize> {
        let sent = self.standby.sent.take();
        if sent.is_some() {
            self.standby.on = None;
        }
        sent
    }

    /// The active access point, and those of the newest scan.
    fn access_points(&self, now: Moment, active: usize) -> Vec<UplinkView> {
        let view = |ap: usize, at: Moment, signal: Dbm| UplinkView {
            id: self.ids[ap].clone(),
            at,
            link: Some(self.link(ap, Moment::ZERO, signal)),
            lease: LeaseState::NotNeeded,
            steered: None,
        };
        let others = self.heard.iter().filter(|(ap, _)| *ap != active);
        let others = others.map(|(ap, signal)| view(*ap, self.heard_at, *signal));
        let own = view(active, now, self.own.unwrap_or(UNHEARD));
        others.chain([own]).collect()
    }

    fn radios(&mut self, now: Moment, active: usize, on: Option<usize>) -> Vec<UplinkView> {
        if on != self.standby.on {
            (self.standby.on, self.standby.since) = (on, now);
        }
        let view = |radio: usize, link: Option<Link>, steered: Option<usize>| UplinkView {
            id: self.ids[radio].clone(),
            at: now,
            link,
            lease: LeaseState::NotNeeded,
            steered: steered.map(|ap| self.bssids[ap]),
        };
        let own = self.link(active, Moment::ZERO, self.own.unwrap_or(UNHEARD));
        let theirs = on.map(|ap| self.link(ap, self.standby.since, self.theirs.unwrap_or(UNHEARD)));
        let mut views = vec![
            view(self.radio, Some(own), None),
            view(1 - self.radio, theirs, self.standby.steered),
        ];
        views.sort_by(|a, b| a.id.cmp(&b.id));
        views
    }

    fn link(&self, ap: usize, since: Moment, signal: Dbm) -> Link {
        Link {
            bssid: self.bssids[ap],
            network: Some(self.network.clone()),
            signal: Some(signal),
            authenticated: true,
            since,
            stranger: false,
        }
    }
}
