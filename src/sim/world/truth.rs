//! What is true of the vehicle at a call of the dispatcher, and of what the vehicle sends through its tunnel.

use std::net::Ipv4Addr;

use super::chance::Of;
use super::clock::millis;
use super::way::Way;
use super::witness::{Why, Witnessed};
use crate::sim::settings::TunnelKind;
use crate::sim::vehicle::Vehicle;

/// A way that lets less than this share of the frames pass is weak to dial over.
const WEAK: f64 = 0.85;

impl Vehicle {
    /// The dispatcher calls; why that does not get through, if it does not.
    pub(crate) fn call(&mut self) -> Option<Why> {
        let Some(way) = self.way() else {
            let active = self.leading().and_then(|radio| self.stations[radio].authenticated());
            return Some(match (active, self.leads()) {
                (None, _) => Why::Lost,
                (Some(_), None) => Why::NoRoute,
                (Some(_), Some(_)) => Why::Misfit,
            });
        };
        let dark = match self.tunnel {
            TunnelKind::Pptp | TunnelKind::L2tp | TunnelKind::Sstp | TunnelKind::Ovpn => self.call_by_session(way),
            TunnelKind::Wireguard => self.call_by_wireguard(way),
            TunnelKind::None => self.call_by_address(way),
        };
        if dark.is_none() {
            self.heard_at_gateway(way);
        }
        dark
    }

    /// Both ends must have the same session, the gateway must have heard the radio, and the frames must pass.
    fn call_by_session(&mut self, way: Way) -> Option<Why> {
        let Some(call) = self.dialed.call() else {
            let why = if self.dialed.off() {
                Why::Off
            } else if self.dialed.office.refuses() {
                Why::Refused
            } else if way.passing < WEAK {
                Why::DialingWeak
            } else {
                Why::Dialing
            };
            return Some(why);
        };
        if call.bound != way.bound || !self.dialed.office.has(call.session) {
            return Some(Why::Stale);
        }
        // Each call comes from somebody else.
        if !self
            .dialed
            .office
            .sends_into(call.session, millis(self.now), self.chance)
        {
            return Some(Why::OldSession);
        }
        let dark = self.call_by_address(way);
        if dark.is_none() {
            self.dialed.heard(self.now);
        }
        dark
    }

    /// The gateway must have heard the vehicle's address through this radio, and the frames must pass.
    fn call_by_address(&self, way: Way) -> Option<Why> {
        if self.draw() >= way.passing {
            return Some(self.lost_by(way));
        }
        let heard = self.heard_through(way.bound.network, way.bound.source);
        heard
            .is_some_and(|radio| Some(radio) != way.radio)
            .then_some(Why::Gateway)
    }

    /// The office sends to where it last heard the vehicle. The vehicle answers by its own way, and the office learns it.
    fn call_by_wireguard(&mut self, way: Way) -> Option<Why> {
        if self.wireguard.off() {
            return Some(Why::Off);
        }
        let endpoint = self.wireguard.endpoint().filter(|_| self.wireguard.has_keys(self.now));
        let Some(endpoint) = endpoint else {
            return Some(if way.passing < WEAK {
                Why::DialingWeak
            } else {
                Why::Dialing
            });
        };
        let Some(way_in) = self.way_in(endpoint) else {
            let elsewhere = endpoint != way.bound;
            return Some(if elsewhere { Why::Stale } else { Why::Gateway });
        };
        if self.draw() >= (way_in.passing * way.passing).sqrt() {
            let worse = if way_in.passing < way.passing { way_in } else { way };
            return Some(self.lost_by(worse));
        }
        (!self.wireguard.answer(way, self.now)).then_some(Why::Stale)
    }

    /// How lucky the frames of this call are, 0 to 1; the same for every vehicle.
    fn draw(&self) -> f64 {
        self.chance.unit(Of::Frame, 0, millis(self.now))
    }

    /// Whether the call of this moment is lost whatever a controller does: the best access point of the vehicle's networks
    /// loses it too, by either antenna.
    pub(crate) fn unavoidable(&self) -> bool {
        // A wire that is plugged in could carry the vehicle at any time.
        let best = self
            .air
            .best_passing(self.stations.len(), self.now, |ap| self.may_join(ap));
        self.draw() >= best.max(self.best_wire())
    }

    /// Why a frame of this way was lost.
    fn lost_by(&self, way: Way) -> Why {
        let Some(radio) = way.radio else { return Why::Faded };
        let ap = self.stations[radio].authenticated();
        if ap.is_some_and(|ap| self.air.gray(ap, self.now).is_some()) {
            return Why::Gray;
        }
        let now = self.witnessed(None, false);
        let mut others = self.stations.iter().enumerate().filter(|(other, _)| *other != radio);
        if !now.other_is_good() {
            Why::Faded
        } else if now.standby_is_good() || self.stations.iter().filter(|station| station.enabled()).count() < 2 {
            Why::Late
        } else if others.any(|(_, station)| station.enabled() && station.authenticated().is_none()) {
            Why::StandbyMoving
        } else {
            Why::StandbyPoor
        }
    }

    /// The vehicle asks a host behind the tunnel; whether an answer comes back. `which` sets questions of one moment apart.
    pub(crate) fn asks_through_tunnel(&mut self, host: Ipv4Addr, which: u64) -> bool {
        let way = self.way();
        let draw = self.chance.unit(Of::Ping, which << 2 | 2, millis(self.now));
        match self.tunnel {
            TunnelKind::Wireguard => {
                let (arrives, answered) = self.wireguard.send(way, draw, self.now);
                if arrives && let Some(way) = way {
                    self.heard_at_gateway(way);
                }
                answered
            }
            TunnelKind::None => false,
            TunnelKind::Pptp | TunnelKind::L2tp | TunnelKind::Sstp | TunnelKind::Ovpn => {
                let (Some(way), Some(call)) = (way, self.dialed.call()) else {
                    return false;
                };
                if call.bound != way.bound || !self.dialed.office.has(call.session) || draw >= way.passing {
                    return false;
                }
                self.heard_at_gateway(way);
                let flow = u64::from(u32::from(host));
                let answered = self.dialed.office.sends_into(call.session, flow, self.chance);
                if answered {
                    self.dialed.heard(self.now);
                }
                answered
            }
        }
    }

    /// What is true at a call.
    pub(crate) fn witnessed(&self, dark: Option<Why>, unavoidable: bool) -> Witnessed {
        let level = |ap: usize| self.air.logged(ap, self.now);
        let on = |radio: usize| {
            let ap = self.stations[radio].authenticated()?;
            self.air.aps[ap].network?;
            Some((ap, level(ap).unwrap_or(f64::NEG_INFINITY)))
        };
        let leading = self.leading();
        let active = leading.and_then(on);
        let best = |aps: &mut dyn Iterator<Item = (usize, f64)>| {
            aps.filter(|(ap, _)| active.is_none_or(|(active, _)| active != *ap))
                .max_by(|(_, one), (_, other)| one.total_cmp(other))
        };
        let standbys = (0..self.stations.len()).filter(|radio| Some(*radio) != leading);
        let aps = &self.air.aps;
        let networked = (0..aps.len()).filter(|&ap| aps[ap].network.is_some() && !aps[ap].impostor);
        Witnessed {
            at: self.now.as_secs_f64(),
            dark,
            active,
            standby: best(&mut standbys.filter_map(on)),
            other: best(&mut networked.filter_map(|ap| Some((ap, level(ap)?)))),
            gray: active.is_some_and(|(ap, _)| self.air.gray(ap, self.now).is_some()),
            unavoidable,
        }
    }
}
