//! `Status`: all that is shown, at one moment.

use serde::{Deserialize, Serialize};

use super::items::TunnelItem;
use super::recent::{Recent, RouterSide};
use super::state::{self, State};
use super::wall::{Wall, seconds};
use crate::ap_names::ApNames;
use crate::handover::reason::Reason;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{LeaseState, UplinkView};
use crate::units::Dbm;

/// The version of the form; a field more does not change it.
const VERSION: u32 = 1;

/// What the agent shows. Times are UTC, RFC 3339; whatever ends in `_s` is seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The version of this form: 1.
    pub v: u32,
    /// The vehicle's name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// The program's version.
    pub version: String,
    /// Now.
    pub time: String,
    /// For how long the agent has run.
    pub up_s: f64,
    /// How long ago the agent's loop turned.
    pub turned_s: f64,
    /// Whether the vehicle can be reached.
    pub state: State,
    /// The session with the router.
    pub router: RouterShown,
    /// The tunnel.
    pub tunnel: TunnelShown,
    /// What a person holds the vehicle on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldShown>,
    /// Every radio and every fallback, in the order of the configuration.
    pub uplinks: Vec<UplinkShown>,
    /// The access points of configured networks that were heard in the last two minutes, the strongest first: 64 at most.
    pub heard: Vec<Ap>,
    /// The last 30 changes of what is decided, the newest first.
    pub decisions: Vec<DecisionShown>,
    /// The last 30 swaps, the newest first.
    pub swaps: Vec<SwapShown>,
    /// How long the vehicle was dark in the last ten minutes.
    pub dark_s: f64,
    /// The names that people gave to access points.
    #[serde(default, skip_serializing_if = "ApNames::is_empty")]
    pub names: ApNames,
}

/// The session with the router.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouterShown {
    /// Its address.
    pub address: String,
    /// Whether there is a session.
    pub connected: bool,
    /// Since when there is one, or none.
    pub since: String,
    /// Its name and its version, as long as there is a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// The tunnel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TunnelShown {
    /// What it speaks; `None` where the vehicle has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its interface on the router.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// `up`, `dialing`, `down`, `off` or `unknown`: as far as the router says.
    pub state: String,
    /// What is pinged through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<String>,
    /// How many pings were answered since the agent's start, and how many were not.
    pub answered: u64,
    /// The same.
    pub lost: u64,
}

/// What a person holds the vehicle on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldShown {
    /// The uplink.
    pub uplink: UplinkId,
    /// Until when; `None` with the agent only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Who asked for it.
    pub by: String,
    /// Why, as they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A radio or a fallback.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UplinkShown {
    /// Its interface.
    pub name: UplinkId,
    /// Whether the default route uses it.
    pub active: bool,
    /// Whether it is a fallback.
    pub fallback: bool,
    /// What it is on, or does: for people.
    pub state: String,
    /// The access point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bssid: Option<Bssid>,
    /// Its network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Ssid>,
    /// How strong it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Dbm>,
    /// Since when it is there without a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// How old this reading is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_s: Option<f64>,
}

/// An access point that was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ap {
    /// Its address.
    pub bssid: Bssid,
    /// Its network.
    pub network: Ssid,
    /// How strong it was.
    pub signal: Dbm,
    /// By which radio.
    pub radio: UplinkId,
    /// How long ago.
    pub heard_s: f64,
}

/// A change of what is decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionShown {
    /// When.
    pub time: String,
    /// Where it leads; `None` stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap_to: Option<UplinkId>,
    /// Why.
    pub reason: String,
}

/// A swap that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwapShown {
    /// When it ended.
    pub time: String,
    /// The uplink before; `None` when none was active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UplinkId>,
    /// The uplink that it went to.
    pub to: UplinkId,
    /// Why, as it was decided; `None` where that is longer ago than what is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many calls it took.
    pub calls: usize,
    /// From the decision to the last call's answer.
    pub router_s: f64,
    /// How long the vehicle was dark by it; `None` when the tunnel did not come up in its patience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark_s: Option<f64>,
}

impl Recent {
    /// What is shown at this moment.
    #[must_use]
    pub fn status(&self, wall: Wall) -> Status {
        Status {
            v: VERSION,
            vehicle: self.facts.vehicle.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time: wall.time(wall.now),
            up_s: wall.age(self.began),
            turned_s: wall.age(self.turned),
            state: state::state(self, wall),
            router: self.router_shown(wall),
            tunnel: self.tunnel_shown(),
            hold: self.hold.as_ref().map(|hold| HoldShown {
                uplink: hold.uplink.clone(),
                until: hold.until.map(|until| wall.time(until)),
                by: hold.by.clone(),
                why: hold.why.clone(),
            }),
            uplinks: self.uplinks(wall),
            heard: self.heard_shown(wall),
            decisions: self
                .decisions
                .iter()
                .rev()
                .map(|(at, decision)| DecisionShown {
                    time: wall.time(*at),
                    swap_to: decision.swap_to.clone(),
                    reason: self.named(&decision.reason),
                })
                .collect(),
            swaps: self
                .swaps
                .iter()
                .rev()
                .map(|swap| SwapShown {
                    time: wall.time(swap.at),
                    from: swap.from.clone(),
                    to: swap.to.clone(),
                    reason: swap.reason.as_ref().map(|reason| self.named(reason)),
                    calls: swap.calls,
                    router_s: swap.router.as_secs_f64(),
                    dark_s: swap.dark.map(seconds),
                })
                .collect(),
            dark_s: self.dark_lately(wall),
            names: self.facts.names.clone(),
        }
    }

    /// A reason, with the names of the access points in it.
    fn named(&self, reason: &Reason) -> String {
        self.facts.names.annotated(&reason.to_string()).into_owned()
    }

    fn dark_lately(&self, wall: Wall) -> f64 {
        let start = super::recent::KEPT;
        let spans = self.dark_spans(wall.now);
        let lately = spans.into_iter().map(|(since, until)| {
            let age = wall.now.since(since).min(start);
            age.saturating_sub(wall.now.since(until))
        });
        seconds(lately.sum())
    }

    fn router_shown(&self, wall: Wall) -> RouterShown {
        let (connected, since) = match &self.router {
            RouterSide::Never => (false, self.began),
            RouterSide::Connected { since, .. } => (true, *since),
            RouterSide::Lost { since, .. } => (false, *since),
        };
        let mut shown = RouterShown {
            address: self.facts.router.clone(),
            connected,
            since: wall.time(since),
            identity: None,
            version: None,
            cause: None,
        };
        match &self.router {
            RouterSide::Connected { identity, version, .. } => {
                (shown.identity, shown.version) = (Some(identity.clone()), Some(version.clone()));
            }
            RouterSide::Lost { cause, .. } => shown.cause = Some(cause.clone()),
            RouterSide::Never => {}
        }
        shown
    }

    fn tunnel_shown(&self) -> TunnelShown {
        let (kind, interface) = self.facts.tunnel.clone().unzip();
        let down = self
            .step
            .as_ref()
            .is_some_and(|(_, seen, _)| seen.tunnel_down.is_some());
        let connected = matches!(self.router, RouterSide::Connected { .. });
        let state = match self.tunnel {
            _ if !connected => "unknown",
            TunnelItem::Unread => "unknown",
            TunnelItem::Off => "off",
            TunnelItem::On if self.reach.dialing.is_some() => "dialing",
            TunnelItem::On if down => "down",
            TunnelItem::On => "up",
        };
        TunnelShown {
            kind: kind.map(str::to_owned),
            interface,
            state: state.to_owned(),
            probe: self.facts.probe.map(|probe| probe.to_string()),
            answered: self.counts.probes_answered,
            lost: self.counts.probes_lost,
        }
    }

    fn uplinks(&self, wall: Wall) -> Vec<UplinkShown> {
        let seen = self.step.as_ref().map(|(_, seen, _)| seen);
        let active = seen.and_then(|seen| seen.active.as_ref());
        let radios = self.facts.radios.iter().map(|id| {
            let view = seen.and_then(|seen| seen.uplinks.iter().find(|view| view.id == *id));
            let link = view.and_then(|view| view.link.as_ref());
            UplinkShown {
                name: id.clone(),
                active: active == Some(id),
                fallback: false,
                state: radio_state(view, active == Some(id)).to_owned(),
                bssid: link.map(|link| link.bssid),
                network: link.and_then(|link| link.network.clone()),
                signal: link.and_then(|link| link.signal),
                since: link.map(|link| wall.time(link.since)),
                read_s: view.map(|view| wall.age(view.at)),
            }
        });
        let fallbacks = self.facts.fallbacks.iter().map(|(id, _)| {
            let view = seen.and_then(|seen| seen.fallbacks.iter().find(|view| view.id == *id));
            let state = match view {
                _ if active == Some(id) => "active",
                Some(view) if view.up => "up",
                Some(_) => "down",
                None => "not read",
            };
            UplinkShown {
                name: id.clone(),
                active: active == Some(id),
                fallback: true,
                state: state.to_owned(),
                bssid: None,
                network: None,
                signal: None,
                since: None,
                read_s: None,
            }
        });
        radios.chain(fallbacks).collect()
    }

    fn heard_shown(&self, wall: Wall) -> Vec<Ap> {
        let lately = self
            .heard
            .iter()
            .filter(|heard| wall.now.since(heard.at) < super::recent::HEARD_FOR);
        let mut heard: Vec<Ap> = lately
            .map(|heard| Ap {
                bssid: heard.bssid,
                network: heard.network.clone(),
                signal: heard.signal,
                radio: heard.radio.clone(),
                heard_s: wall.age(heard.at),
            })
            .collect();
        heard.sort_by_key(|ap| (std::cmp::Reverse(ap.signal), ap.bssid));
        heard
    }
}

fn radio_state(view: Option<&UplinkView>, active: bool) -> &'static str {
    let Some(view) = view else { return "not read" };
    match &view.link {
        None if active => "active, on no AP",
        None => "on no AP",
        Some(link) if !link.authenticated => "not authenticated",
        Some(link) if link.stranger => "on an AP of no configured network",
        Some(_) if view.lease == LeaseState::Missing => "no address by DHCP",
        Some(_) if active => "active",
        Some(_) => "standby",
    }
}
