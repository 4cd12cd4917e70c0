//! The router's ping: through its routes, or to the next hop by ARP.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::call::Call;
use super::factory::{TUNNEL, TUNNEL_PEER, WIREGUARD};
use super::routing::{Exit, Route};
use super::tables::Fields;
use super::trap::Trap;
use crate::sim::settings::RouterOs;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::chance::Of;
use crate::sim::world::clock::millis;

/// Whom to ping, and how.
#[derive(Debug, Clone)]
pub struct Target {
    address: Ipv4Addr,
    interface: Option<String>,
    arp: bool,
    size: String,
    source: Option<Ipv4Addr>,
}

/// A ping under way.
#[derive(Debug)]
pub struct Ping {
    target: Target,
    /// The time between two of them.
    pub interval: Duration,
    sent: u64,
    received: u64,
    trips: Vec<Duration>,
}

/// How one ping ended.
enum End {
    Reply(String, Duration),
    Timeout,
    Unreachable(String),
    NoRoute,
}

impl Target {
    /// Reads the arguments.
    ///
    /// # Errors
    ///
    /// A missing, unknown or wrong one.
    pub fn read(vehicle: &Vehicle, call: &Call) -> Result<Self, Trap> {
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
        arguments.extend(match vehicle.version {
            RouterOs::V6_49 => &["routing-table", ".proplist"][..],
            RouterOs::V7_17 => &["vrf", "proplist", ".proplist"],
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

impl Ping {
    /// A ping that has not sent yet.
    pub fn new(target: Target, interval: Option<Duration>) -> Self {
        let interval = interval
            .unwrap_or(Duration::from_secs(1))
            .max(Duration::from_millis(10));
        Ping {
            target,
            interval,
            sent: 0,
            received: 0,
            trips: Vec::new(),
        }
    }

    /// Sends one and tells how it ended.
    pub fn send(&mut self, vehicle: &mut Vehicle) -> Fields {
        let end = self.target.probe(vehicle);
        let mut row = vec![("seq", self.sent.to_string())];
        self.sent += 1;
        match end {
            End::Reply(host, trip) => {
                self.received += 1;
                self.trips.push(trip);
                row.push(("host", host));
                row.push(("size", self.target.size.clone()));
                if !self.target.arp {
                    row.push(("ttl", "64".into()));
                }
                row.push(("time", self.trip_text(vehicle, trip)));
            }
            End::Timeout => {
                row.push(("host", self.target.address.to_string()));
                row.push(("status", "timeout".into()));
            }
            End::Unreachable(host) => {
                row.extend([("host", host), ("size", "84".into()), ("ttl", "64".into())]);
                row.push(("time", self.trip_text(vehicle, Duration::from_micros(614_933))));
                row.push(("status", "host unreachable".into()));
            }
            End::NoRoute => {
                row.push(("host", self.target.address.to_string()));
                row.push(("status", "no route to host".into()));
            }
        }
        row.push(("sent", self.sent.to_string()));
        row.push(("received", self.received.to_string()));
        row.push((
            "packet-loss",
            (100 * (self.sent - self.received) / self.sent).to_string(),
        ));
        if let (Some(least), Some(most)) = (self.trips.iter().min(), self.trips.iter().max()) {
            let mean = self.trips.iter().sum::<Duration>() / u32::try_from(self.trips.len()).unwrap_or(1);
            for (name, trip) in [("min-rtt", *least), ("avg-rtt", mean), ("max-rtt", *most)] {
                row.push((name, self.trip_text(vehicle, trip)));
            }
        }
        // A ping without an end must not gather for ever.
        if self.trips.len() > 1000 {
            self.trips.drain(..500);
        }
        row
    }

    /// A round trip as the version writes it: 7 tells microseconds.
    fn trip_text(&self, vehicle: &Vehicle, trip: Duration) -> String {
        match vehicle.version {
            RouterOs::V6_49 => format!("{}ms", trip.as_millis()),
            RouterOs::V7_17 => format!("{}ms{}us", trip.as_millis(), trip.subsec_micros() % 1000),
        }
    }
}

impl Target {
    fn probe(&self, vehicle: &mut Vehicle) -> End {
        let trip = Duration::from_secs_f64(vehicle.chance.between(Of::Ping, 1, millis(vehicle.now), 0.001..0.03));
        let draw = vehicle.chance.unit(Of::Ping, 0, millis(vehicle.now));
        let passes = |vehicle: &mut Vehicle, exit: &Exit| {
            let Some(way) = vehicle.way_by(exit).filter(|way| draw < way.passing) else {
                return false;
            };
            vehicle.heard_at_gateway(way.bound.network, way.bound.source, way.radio);
            true
        };
        let on_link = |vehicle: &Vehicle, interface: &str| {
            let held = vehicle.routing.on(interface).iter();
            let found = held
                .filter(|held| held.ip != self.address)
                .find(|held| held.subnet.contains(&self.address));
            found.map(|held| Exit {
                interface: interface.into(),
                source: held.ip,
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
        if vehicle.routing.connected().any(|held| held.ip == self.address) {
            return End::Reply(self.address.to_string(), Duration::ZERO);
        }
        let exit = match &self.interface {
            // Off-link targets through a named interface are the router's own "host unreachable".
            Some(interface) if !is_tunnel(interface) => match on_link(vehicle, interface) {
                Some(exit) => Some(exit),
                None => {
                    let own = vehicle.routing.on(interface).first();
                    return End::Unreachable(own.map_or(self.address, |own| own.ip).to_string());
                }
            },
            _ if self.in_tunnel(vehicle) => {
                let reached = vehicle.asks_through_tunnel(self.address, 0);
                return if reached {
                    End::Reply(self.address.to_string(), trip * 3)
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
            if !vehicle.routing.connected().any(|held| held.ip == source) {
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
        let peer = vehicle.pptp.running() && TUNNEL_PEER.parse() == Ok(self.address);
        let leads = |route: &Route| {
            let into = route
                .hops
                .iter()
                .any(|hop| hop.interface.as_deref().is_some_and(is_tunnel));
            into && route.dst.contains(&self.address)
        };
        let mut on_link = vehicle.routing.on(WIREGUARD).iter();
        self.interface.as_deref().is_some_and(is_tunnel)
            || peer
            || on_link.any(|address| address.subnet.contains(&self.address))
            || vehicle.routing.routes().iter().any(leads)
    }
}

fn is_tunnel(interface: &str) -> bool {
    interface == TUNNEL || interface == WIREGUARD
}
