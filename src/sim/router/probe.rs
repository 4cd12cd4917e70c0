//! Where one ping goes, and how it ends: through the router's routes, into the tunnel, or to the next hop by ARP.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::call::Call;
use super::factory::{TUNNEL_PEER, WIREGUARD};
use super::kinds;
use super::routing::{Exit, Route};
use super::trap::Trap;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::chance::Of;
use crate::sim::world::clock::millis;

/// Whom to ping, and how.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Whom.
    pub address: Ipv4Addr,
    interface: Option<String>,
    /// Whether by ARP.
    pub arp: bool,
    /// The size to show.
    pub size: String,
    source: Option<Ipv4Addr>,
}

/// How one ping ends.
#[derive(Debug)]
pub(crate) enum End {
    /// This host answers after this time.
    Reply(String, Duration),
    /// Nobody answers.
    Timeout,
    /// This router says that there is no way.
    Unreachable(String),
    /// The router has no way itself.
    NoRoute,
}

impl Target {
    /// Reads the arguments.
    ///
    /// # Errors
    ///
    /// A missing, unknown or wrong one.
    pub(crate) fn read(vehicle: &Vehicle, call: &Call) -> Result<Self, Trap> {
        let mut arguments = vec![
            "address",
            "arp-ping",
            "count",
            "do-not-fragment",
            "dscp",
            "interface",
            "interval",
            "size",
            "src-address",
            "ttl",
        ];
        arguments.extend(match vehicle.version.major() {
            6 => &["routing-table", ".proplist"][..],
            _ => &["vrf", "proplist", ".proplist"],
        });
        call.allow(&arguments, vehicle.version)?;
        let address = call
            .get("address")
            .ok_or_else(|| Trap::new("missing value(s) of argument(s) address"))?;
        let ip = |name: &str, text: &str| {
            text.parse::<Ipv4Addr>()
                .map_err(|_| Trap::of(1, format!("invalid value for argument {name}")))
        };
        let interface = match call.get("interface") {
            Some("") => {
                return Err(Trap::new(
                    "ambiguous value of interface, more than one possible value matches input",
                ));
            }
            Some(name) if !vehicle.interface_exists(name) => {
                return Err(Trap::of(1, "input does not match any value of interface"));
            }
            interface => interface.map(String::from),
        };
        let arp = call.flag("arp-ping");
        if arp && interface.is_none() {
            return Err(Trap::new("failure: interface must be specified for arp-ping"));
        }
        Ok(Target {
            address: ip("address", address)?,
            interface,
            arp,
            size: call.get("size").unwrap_or("56").into(),
            source: call
                .get("src-address")
                .map(|text| ip("src-address", text))
                .transpose()?,
        })
    }
}

impl Target {
    /// Sends one; `seq` sets those of one moment apart.
    pub(crate) fn probe(&self, vehicle: &mut Vehicle, seq: u64) -> End {
        let now = millis(vehicle.now);
        let trip = vehicle.chance.between(Of::Ping, seq << 2 | 1, now, 0.001..0.03);
        let trip = Duration::from_secs_f64(trip);
        let draw = vehicle.chance.unit(Of::Ping, seq << 2, now);
        let passes = |vehicle: &mut Vehicle, exit: &Exit| {
            let Some(way) = vehicle.way_by(exit).filter(|way| draw < way.passing) else {
                return false;
            };
            vehicle.heard_at_gateway(way);
            true
        };
        let on_link = |vehicle: &Vehicle, interface: &str| {
            let mut addresses = vehicle.routing.on(interface).iter();
            let found = addresses.find(|one| one.ip != self.address && one.subnet.contains(&self.address));
            found.map(|one| Exit {
                interface: interface.into(),
                source: one.ip,
                gateway: None,
            })
        };
        if self.arp {
            let interface = self.interface.as_deref().unwrap_or_default();
            let Some(exit) = on_link(vehicle, interface) else {
                return End::Timeout;
            };
            if self.is_gateway(vehicle, interface) && passes(vehicle, &exit) {
                return End::Reply("02:AA:BB:CC:DD:EE".into(), trip);
            }
            return End::Timeout;
        }
        if vehicle.routing.connected().any(|one| one.ip == self.address) {
            return End::Reply(self.address.to_string(), Duration::ZERO);
        }
        let exit = match &self.interface {
            // Off-link targets through a named interface are the router's own "host unreachable".
            Some(interface) if !is_tunnel(vehicle, interface) => match on_link(vehicle, interface) {
                Some(exit) => Some(exit),
                None => {
                    let own = vehicle.routing.on(interface).first();
                    return End::Unreachable(own.map_or(self.address, |own| own.ip).to_string());
                }
            },
            _ if self.in_tunnel(vehicle) => {
                let latency = vehicle.way().map_or(Duration::ZERO, |way| way.latency);
                let reached = vehicle.asks_through_tunnel(self.address, seq);
                return if reached {
                    End::Reply(self.address.to_string(), trip * 3 + latency)
                } else {
                    End::Timeout
                };
            }
            _ => {
                let flow = vehicle.flow(self.address);
                vehicle
                    .routing
                    .towards(self.address, &|name| vehicle.running(name), flow)
            }
        };
        let Some(mut exit) = exit else { return End::NoRoute };
        if let Some(source) = self.source {
            if !vehicle.routing.connected().any(|one| one.ip == source) {
                return End::Timeout;
            }
            exit.source = source;
        }
        let there = exit.gateway.is_some() || self.is_gateway(vehicle, &exit.interface);
        if there && passes(vehicle, &exit) {
            End::Reply(self.address.to_string(), trip)
        } else {
            End::Timeout
        }
    }

    /// Whether the target is the gateway of the network that a radio is on: the only other host there that answers.
    fn is_gateway(&self, vehicle: &Vehicle, interface: &str) -> bool {
        let ap = vehicle
            .radio(interface)
            .and_then(|radio| vehicle.stations[radio].authenticated());
        let side = ap
            .and_then(|ap| vehicle.air.aps[ap].network)
            .and_then(|network| vehicle.sides[network]);
        side.is_some_and(|side| side.gateway == self.address)
    }

    /// Whether the target lies behind the tunnel: its other end, what is on-link there, or what a route leads into it.
    fn in_tunnel(&self, vehicle: &Vehicle) -> bool {
        let peer = vehicle.dialed_up().is_some() && TUNNEL_PEER.parse() == Ok(self.address);
        let is_tunnel = |interface: &str| is_tunnel(vehicle, interface);
        let leads = |route: &Route| {
            let into = route
                .hops
                .iter()
                .any(|hop| hop.interface.as_deref().is_some_and(&is_tunnel));
            into && route.dst.contains(&self.address)
        };
        let mut on_link = vehicle.routing.on(WIREGUARD).iter();
        self.interface.as_deref().is_some_and(is_tunnel)
            || peer
            || on_link.any(|address| address.subnet.contains(&self.address))
            || vehicle.routing.routes().iter().any(leads)
    }
}

fn is_tunnel(vehicle: &Vehicle, interface: &str) -> bool {
    interface == WIREGUARD || kinds::dialed(vehicle.tunnel).is_some_and(|kind| kind.name == interface)
}
