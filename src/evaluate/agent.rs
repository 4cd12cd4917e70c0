//! The vehicle's own mind at the wheel of a replay.
//!
//! In the ideal model each access point is an uplink of its own, so that any can be gone to; in the vehicle model there
//! are the two radios, and the standby moves where the mind's own hunt sends it.

use std::time::Duration;

use super::{Model, Terms};
use crate::handover::settings::{Mind, NetworkRule};
use crate::handover::{Handover, Move};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::observation::{Heard, Link, Observation, Scan, SwapEnd, UplinkView};
use crate::units::{Dbm, Moment};

/// No reading comes late in a replay.
const NEVER_STALE: Duration = Duration::from_secs(3_600);

/// The vehicle's own mind, with what it has not been shown yet.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    handover: Handover,
    model: Model,
    bssids: Vec<Bssid>,
    network: Ssid,
    /// One for each access point in the ideal model; the two radios in the vehicle's.
    ids: Vec<UplinkId>,
    /// The last reading of each access point and when it was true.
    read: Vec<(Moment, Option<Dbm>)>,
    scan: Option<Scan>,
    dark: Option<Duration>,
    radio: usize,
    standby: Standby,
}

/// What the mind is shown of the standby radio in the vehicle model.
#[derive(Debug, Clone, Default)]
struct Standby {
    on: Option<usize>,
    since: Moment,
    steered: Option<usize>,
    /// Where the hunt has just sent it.
    sent: Option<usize>,
}

impl Agent {
    /// `None` only when the network's name is none.
    pub(super) fn new(mind: &Mind, terms: &Terms, bssids: &[Bssid]) -> Option<Self> {
        let model = terms.model;
        let network = Ssid::new(b"drive").ok()?;
        let mut mind = mind.clone();
        mind.handover.stale = NEVER_STALE;
        mind.handover.trigger = terms.good;
        mind.hunt.enabled = model == Model::Vehicle;
        mind.networks = vec![NetworkRule {
            ssid: network.clone(),
            minimum_signal: None,
            priority: 0,
        }];
        let id = |name: &str| UplinkId::new(InterfaceName::new(name));
        Some(Agent {
            handover: Handover::new(mind),
            model,
            bssids: bssids.to_vec(),
            network,
            ids: match model {
                Model::Ideal => bssids.iter().map(|bssid| id(&bssid.to_string())).collect(),
                Model::Vehicle => vec![id("wlan1"), id("wlan2")],
            },
            read: vec![(Moment::ZERO, None); bssids.len()],
            scan: None,
            dark: None,
            radio: 0,
            standby: Standby::default(),
        })
    }

    pub(super) fn scanned(&mut self, at: Moment, heard: &[(usize, Dbm)]) {
        if let Some(scan) = self.scan.take() {
            // Nothing is decided during a swap, but what was heard is remembered.
            let seen = Observation {
                scan: Some(scan),
                ..Observation::default()
            };
            self.handover.step(at, &seen);
        }
        if self.model == Model::Ideal {
            for read in &mut self.read {
                *read = (at, None);
            }
            for (ap, signal) in heard {
                self.read[*ap] = (at, Some(*signal));
            }
        }
        let heard = heard.iter().map(|(ap, signal)| Heard {
            bssid: self.bssids[*ap],
            network: self.network.clone(),
            signal: *signal,
        });
        self.scan = Some(Scan {
            radio: self
                .ids
                .last()
                .cloned()
                .unwrap_or_else(|| UplinkId::new(InterfaceName::new("none"))),
            at,
            heard: Some(heard.collect()),
        });
    }

    pub(super) fn heard(&mut self, at: Moment, ap: usize, signal: Option<Dbm>) {
        self.read[ap] = (at, signal);
    }

    pub(super) fn swapped(&mut self, dark: Duration) {
        self.dark = Some(dark);
    }

    /// Where the mind goes at `now`.
    pub(super) fn choose(&mut self, now: Moment, active: usize, reachable: Option<Option<usize>>) -> Option<usize> {
        let uplinks = match self.model {
            Model::Ideal => (0..self.bssids.len()).map(|ap| self.ideal(ap, ap == active)).collect(),
            Model::Vehicle => self.radios(now, active, reachable.flatten()),
        };
        let active_id = match self.model {
            Model::Ideal => self.ids[active].clone(),
            Model::Vehicle => self.ids[self.radio].clone(),
        };
        let swap = self.dark.take().map(|dark| SwapEnd {
            to: active_id.clone(),
            bssid: Some(self.bssids[active]),
            dark: Some(dark),
        });
        let seen = Observation {
            active: Some(active_id),
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
                // The model scans by itself.
                Move::Scan { .. } => {}
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

    /// An access point that could be gone to; one that was not heard stays a candidate, for what is remembered of it.
    fn ideal(&self, ap: usize, active: bool) -> UplinkView {
        let (at, signal) = self.read[ap];
        UplinkView {
            id: self.ids[ap].clone(),
            at,
            link: Some(Link {
                signal: signal.or(active.then_some(Dbm(-100))),
                ..self.link(ap, Moment::ZERO)
            }),
            steered: None,
        }
    }

    fn radios(&mut self, now: Moment, active: usize, on: Option<usize>) -> Vec<UplinkView> {
        if on != self.standby.on {
            (self.standby.on, self.standby.since) = (on, now);
        }
        let view = |radio: usize, link: Option<Link>, steered: Option<usize>| UplinkView {
            id: self.ids[radio].clone(),
            at: now,
            link,
            steered: steered.map(|ap| self.bssids[ap]),
        };
        let heard = |ap: usize, since: Moment| Link {
            signal: self.read[ap].1.or(Some(Dbm(-100))),
            ..self.link(ap, since)
        };
        let mut views = vec![
            view(self.radio, Some(heard(active, Moment::ZERO)), None),
            view(
                1 - self.radio,
                on.map(|ap| heard(ap, self.standby.since)),
                self.standby.steered,
            ),
        ];
        views.sort_by(|a, b| a.id.cmp(&b.id));
        views
    }

    fn link(&self, ap: usize, since: Moment) -> Link {
        Link {
            bssid: self.bssids[ap],
            network: Some(self.network.clone()),
            signal: None,
            authenticated: true,
            since,
        }
    }
}
