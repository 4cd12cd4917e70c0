//! The ways out of a vehicle: over which radio its packets leave, and what of them gets through.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::chance::Of;
use super::way::{Bound, Way};
use crate::sim::router::factory::CONCENTRATOR;
use crate::sim::router::routing::Exit;
use crate::sim::vehicle::Vehicle;

/// The share of frames that pass while a background scan takes a radio off its channel now and then.
const DISTRACTED: f64 = 0.6;
/// A gateway forgets through which radio an address was heard after this.
const ARP_KEPT: Duration = Duration::from_secs(30);

impl Vehicle {
    /// A frame of the vehicle reached the gateway: it knows through which radio from now on.
    pub(crate) fn heard_at_gateway(&mut self, way: Way) {
        match way.radio {
            Some(radio) => {
                let heard = (radio, self.now);
                self.arp.insert((way.bound.network, way.bound.source), heard);
            }
            None => self.count_frame(way.bound.network),
        }
    }

    /// The way to the office as it is now; `None` where no frame can pass.
    pub(crate) fn way(&self) -> Option<Way> {
        let exit = self.routing.far(&|name| self.running(name), self.flow(CONCENTRATOR))?;
        self.way_by(&exit)
    }

    /// What equal routes share the packets by: all of one flow take the same route.
    pub(crate) fn flow(&self, to: Ipv4Addr) -> u64 {
        self.chance.bits(Of::Flow, u64::from(u32::from(to)), 0)
    }

    /// The way over a radio, where its network fits the address and the gateway.
    pub(crate) fn way_by(&self, exit: &Exit) -> Option<Way> {
        let Some(radio) = self.radio(&exit.interface) else {
            return self.way_by_wire(exit);
        };
        let station = &self.stations[radio];
        let ap = station.authenticated()?;
        let network = self.air.aps[ap].network.filter(|_| !self.air.aps[ap].impostor)?;
        let side = self.sides.get(network).copied().flatten()?;
        if exit.gateway.is_some_and(|gateway| gateway != side.gateway) || !side.subnet.contains(&exit.source) {
            return None;
        }
        let distracted = self.now < station.distracted_until;
        let present = if distracted { DISTRACTED } else { 1.0 };
        Some(Way {
            bound: Bound {
                network,
                source: exit.source,
                radio: (!self.quirks.session_survives_radio).then_some(radio),
            },
            radio: Some(radio),
            latency: Duration::ZERO,
            passing: self.air.passing(ap, station.antenna, self.now) * present,
        })
    }

    /// The radio that a packet to the vehicle's address in a network reaches, and the share that passes.
    pub(crate) fn way_in(&self, bound: Bound) -> Option<Way> {
        let on = |radio: usize| {
            let mut addresses = self.routing.on(&self.stations[radio].name).iter();
            let address = addresses.find(|address| address.ip == bound.source)?;
            let exit = Exit {
                interface: address.interface.clone(),
                source: address.ip,
                gateway: None,
            };
            self.way_by(&exit).filter(|way| way.bound.network == bound.network)
        };
        let heard = self.heard_through(bound.network, bound.source);
        let mut radios = 0..self.stations.len();
        let by_radio = radios.find_map(|radio| on(radio).filter(|_| heard.is_none_or(|heard| heard == radio)));
        by_radio.or_else(|| self.way_in_by_wire(bound))
    }

    /// The radio through which a network's gateway last heard an address, while it remembers.
    pub(crate) fn heard_through(&self, network: usize, source: Ipv4Addr) -> Option<usize> {
        let (radio, heard) = self.arp.get(&(network, source))?;
        (self.now.saturating_sub(*heard) < ARP_KEPT).then_some(*radio)
    }

    /// The radio over which the default route leads now; while it leads nowhere, the one over which it last did.
    pub(crate) fn leading(&self) -> Option<usize> {
        match self.far() {
            Some(exit) => self.radio(&exit.interface),
            None => self.led,
        }
    }

    /// The radio over which the default route leads now.
    pub(crate) fn leads(&self) -> Option<usize> {
        self.radio(&self.far()?.interface)
    }

    fn far(&self) -> Option<Exit> {
        self.routing.far(&|name| self.running(name), self.flow(CONCENTRATOR))
    }
}
