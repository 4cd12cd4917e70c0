//! The DHCP clients of radios and cables: how they live, what they are ordered to do, and what is shown of them.

use std::net::Ipv4Addr;

use super::call::Call;
use super::menus::Menu;
use super::rows::DYNAMIC;
use super::tables::{Fields, Row, dynamic_address};
use super::trap::Trap;
use super::values::{duration_text, id_text};
use crate::sim::settings::DhcpServer;
use crate::sim::vehicle::{self, Vehicle};
use crate::sim::world::dhcp::{Link, Server};
use crate::sim::world::events::What;

impl Vehicle {
    /// The clients live on.
    pub(crate) fn step_leases(&mut self) {
        for radio in 0..self.leases.len() {
            if self.leases[radio].is_none() {
                continue;
            }
            let (link, survives, chance, now) = (self.link(radio), self.quirks.lease_survives, self.chance, self.now);
            let Some(client) = &mut self.leases[radio] else {
                continue;
            };
            let before = client.lease().copied();
            client.step(link, survives, chance, now);
            let after = client.lease().map(|lease| (lease.address, lease.gateway));
            if before.map(|lease| (lease.address, lease.gateway)) == after {
                continue;
            }
            self.changed(Menu::Address);
            self.changed(Menu::Route);
            let radio = self.asks_on(radio).to_owned();
            let address = after.map(|(address, _)| address.to_string());
            let line = match &address {
                Some(address) => format!(
                    "dhcp-client on {radio} got IP address {}",
                    address.split('/').next().unwrap_or_default()
                ),
                None => format!("dhcp-client on {radio} lost IP address"),
            };
            self.log("dhcp,info", &line);
            self.happen(What::Leased { radio, address });
        }
    }

    /// The interface of a client.
    pub(crate) fn asks_on(&self, client: usize) -> &str {
        match self.stations.get(client) {
            Some(station) => &station.name,
            None => &self.wires[client - self.stations.len()].wire.interface,
        }
    }

    /// The client of an interface, where it may have one.
    fn asker(&self, interface: &str) -> Option<usize> {
        (0..self.leases.len()).find(|&client| self.asks_on(client) == interface)
    }

    /// What a client reaches.
    fn link(&self, radio: usize) -> Option<Link> {
        if radio >= self.stations.len() {
            return self.cable(radio - self.stations.len());
        }
        let station = &self.stations[radio];
        let ap = station.authenticated()?;
        let network = self.air.aps[ap].network;
        let server = network.and_then(|network| {
            let DhcpServer { lease, delay, silent } = self.networks[network].dhcp?;
            let side = self.sides[network].filter(|_| !silent)?;
            Some(Server {
                subnet: side.subnet,
                gateway: side.gateway,
                lease,
                delay,
            })
        });
        Some(Link {
            server,
            passing: self.air.passing(ap, station.antenna, self.now),
        })
    }

    /// What a client reaches by a cable.
    fn cable(&self, wire: usize) -> Option<Link> {
        let state = &self.wires[wire];
        if !self.running(&state.wire.interface) {
            return None;
        }
        let server = state.wire.dhcp.filter(|server| !server.silent).and_then(|server| {
            Some(Server {
                subnet: state.net()?.trunc(),
                gateway: state.wire.gateway.as_ref()?.parse().ok()?,
                lease: server.lease,
                delay: server.delay,
            })
        });
        Some(Link {
            server,
            passing: state.passing(wire, self.chance, self.now),
        })
    }

    /// `release` and `renew`.
    pub(crate) fn write_leases(&mut self, verb: &str, call: &Call) -> Result<(), Trap> {
        call.allow(&[".id", "numbers"], self.version)?;
        for id in self.targets(Menu::DhcpClient, call)? {
            let interface = self
                .table(Menu::DhcpClient)
                .row(id)
                .and_then(|row| row.get("interface"));
            let radio = interface.and_then(|interface| self.asker(interface));
            let now = self.now;
            if let Some(client) = radio.and_then(|radio| self.leases[radio].as_mut()) {
                match verb {
                    "release" => client.release(now),
                    _ => client.renew(now),
                }
            }
        }
        self.changed(Menu::DhcpClient);
        Ok(())
    }

    /// An interface has one client at most. How a router words its refusal has no source.
    pub(crate) fn refuse_second_client(&self, changed: Option<u32>, words: &Fields) -> Result<(), Trap> {
        let interface = words
            .iter()
            .find(|(name, _)| *name == "interface")
            .map(|(_, value)| value.as_str());
        let mut rows = self.table(Menu::DhcpClient).rows.iter();
        match interface {
            Some(interface) if rows.any(|row| Some(row.id) != changed && row.get("interface") == Some(interface)) => {
                Err(Trap::new("failure: dhcp-client on that interface already exists"))
            }
            _ => Ok(()),
        }
    }

    /// What a client's row shows beside its settings.
    pub(crate) fn lease_state(&self, row: &Row) -> Fields {
        let interface = row.get("interface").unwrap_or_default();
        let client = self.asker(interface).and_then(|client| self.leases[client].as_ref());
        let mut fields = Fields::new();
        if !row.is("disabled") {
            fields.push(("status", client.map_or("searching...", |client| client.status()).into()));
        }
        if let Some(lease) = client.and_then(|client| client.lease()) {
            fields.push(("address", lease.address.to_string()));
            fields.push(("gateway", lease.gateway.to_string()));
            fields.push(("dhcp-server", lease.gateway.to_string()));
            fields.push(("primary-dns", lease.gateway.to_string()));
            fields.push(("expires-after", duration_text(lease.left(self.now), false)));
        }
        fields.push(("invalid", (!self.interface_exists(interface)).to_string()));
        fields.push(("dynamic", "false".into()));
        fields
    }

    /// The address items that leases make.
    pub(crate) fn leased_addresses(&self) -> Vec<Fields> {
        let row = |(radio, address, _): (usize, super::routing::Address, Ipv4Addr)| {
            let net = ipnet::Ipv4Net::new(address.ip, address.subnet.prefix_len()).unwrap_or_default();
            let id = id_text(DYNAMIC + 0x100 + u32::try_from(radio).unwrap_or_default());
            let network = address.subnet.network().to_string();
            let mut fields = dynamic_address(id, net.to_string(), network, &address.interface);
            if self.version.major() == 7 {
                fields.push(("slave", "false".into()));
                fields.push(("vrf", "main".into()));
            }
            fields
        };
        self.leased().map(row).collect()
    }

    /// The default routes that leases make; version 6 calls them static as well.
    pub(crate) fn leased_default_routes(&self) -> Vec<Fields> {
        let row = |(radio, route): (usize, super::routing::Route)| {
            let hop = route.hops.first();
            let gateway = hop.and_then(|hop| hop.ip).map(|ip| ip.to_string()).unwrap_or_default();
            let interface = hop.and_then(|hop| hop.interface.clone()).unwrap_or_default();
            let mut fields = vec![
                (
                    ".id",
                    id_text(DYNAMIC + 0x200 + u32::try_from(radio).unwrap_or_default()),
                ),
                ("dst-address", route.dst.to_string()),
                ("gateway", gateway.clone()),
                ("distance", route.distance.to_string()),
                ("scope", "30".into()),
                ("target-scope", "10".into()),
                ("active", self.running(&interface).to_string()),
                ("dynamic", "true".into()),
            ];
            if self.version.major() == 6 {
                fields.push(("gateway-status", format!("{gateway} reachable via  {interface}")));
                fields.push(("static", "true".into()));
            } else {
                fields.push(("dhcp", "true".into()));
                fields.push(("immediate-gw", format!("{gateway}%{interface}")));
                fields.push(("routing-table", "main".into()));
            }
            fields
        };
        self.leased_routes().map(row).collect()
    }

    /// A network's owner changes its addresses and its server.
    pub(crate) fn renumber(&mut self, ssid: &str, address: &str, gateway: &str, dhcp: Option<DhcpServer>) {
        for (network, side) in self.networks.iter_mut().zip(&mut self.sides) {
            if network.ssid == ssid {
                (network.address, network.gateway, network.dhcp) = (address.to_owned(), gateway.to_owned(), dhcp);
                *side = vehicle::side(network);
            }
        }
    }
}
