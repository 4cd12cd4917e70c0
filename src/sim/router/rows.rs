//! The rows that a print shows: what is stored, and what the router knows at this moment.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use super::factory::{PRIVATE, TUNNEL_PEER, VEHICLE_PUBLIC_KEY, WIREGUARD};
use super::menus::{INTERFACES, Menu};
use super::routing;
use super::tables::{Fields, Row, dynamic_address};
use super::users;
use super::values::{duration_text, id_text};
use crate::sim::vehicle::Vehicle;
use crate::sim::world::clock::At;

/// The first id of connected routes and of addresses that the tunnel brought.
pub(crate) const DYNAMIC: u32 = 0x4000_0000;

impl Vehicle {
    /// Every stored row of a menu that passes `wanted`, complete.
    pub(crate) fn stored_rows(&self, menu: Menu, wanted: &mut dyn FnMut(&Row) -> bool) -> Vec<Fields> {
        let stored: Vec<&Row> = self.table(menu).rows.iter().filter(|row| wanted(row)).collect();
        let best = if menu == Menu::Route {
            self.best_distances(&stored)
        } else {
            BTreeMap::new()
        };
        stored.into_iter().map(|row| self.row(menu, row, &best)).collect()
    }

    /// Every row of a menu that nobody wrote.
    pub(crate) fn computed_rows(&self, menu: Menu) -> Vec<Fields> {
        let mut rows = Vec::new();
        match menu {
            Menu::Resource => rows.push(self.resource()),
            Menu::Routerboard => rows.push(vec![
                ("routerboard", "true".into()),
                ("model", "RB912R-2nD".into()),
                ("serial-number", "000000000000".into()),
                ("firmware-type", "ar9340".into()),
                ("current-firmware", self.version_text().into()),
                ("upgrade-firmware", self.version_text().into()),
            ]),
            Menu::Package => rows.extend(self.packages()),
            Menu::Interface => rows.extend(self.interfaces()),
            Menu::Registration if self.version.data().legacy => {
                rows.extend((0..self.stations.len()).filter_map(|radio| self.registration(radio)));
            }
            Menu::WifiRegistration if !self.version.data().legacy => {
                rows.extend((0..self.stations.len()).filter_map(|radio| self.wifi_registration(radio)));
            }
            Menu::Address => {
                rows.extend(self.tunnel_address());
                rows.extend(self.leased_addresses());
                rows.extend(self.modem_rows());
            }
            Menu::Route => {
                rows.extend(self.connected());
                rows.extend(self.leased_default_routes());
            }
            Menu::Connection => rows.extend(self.connections()),
            Menu::Log => rows.extend(self.log.iter().map(|line| {
                vec![
                    (".id", id_text(line.id)),
                    ("time", self.date_text(line.at)),
                    ("topics", line.topics.into()),
                    ("message", line.message.clone()),
                ]
            })),
            Menu::UserActive => rows.extend(self.active.iter().map(|(number, active)| {
                vec![
                    (".id", format!("*{number:X}")),
                    ("when", self.date_text(active.since)),
                    ("name", active.name.clone()),
                    ("address", active.from.clone()),
                    ("via", "api".into()),
                    (
                        "group",
                        users::group(&self.tables, &active.name).unwrap_or_default().to_owned(),
                    ),
                    ("radius", "false".into()),
                ]
            })),
            _ => {}
        }
        rows
    }

    /// A stored row with its state at this moment.
    fn row(&self, menu: Menu, row: &Row, best: &BTreeMap<Ipv4Net, u8>) -> Fields {
        let mut fields = Fields::new();
        if !menu.single() {
            fields.push((".id", id_text(row.id)));
        }
        fields.extend(row.values().iter().cloned());
        let name = row.get("name").unwrap_or_default();
        match menu {
            Menu::Clock => {
                let date = self.date_text(self.now);
                let (date, time) = date.split_once(' ').unwrap_or((&date, ""));
                fields.splice(0..0, [("time", time.to_owned()), ("date", date.to_owned())]);
            }
            Menu::Wifi => fields.extend(self.wifi_state(name)),
            Menu::Ethernet | Menu::Wireless | Menu::Lte => fields.push(("running", self.running(name).to_string())),
            Menu::Pptp | Menu::L2tp | Menu::Sstp | Menu::Ovpn => {
                fields.push(("running", self.running(name).to_string()));
            }
            Menu::Wireguard => {
                fields.push(("public-key", VEHICLE_PUBLIC_KEY.into()));
                fields.push(("running", (!row.is("disabled")).to_string()));
            }
            Menu::WireguardPeers if row.get("interface") == Some(WIREGUARD) => fields.extend(self.peer_state()),
            Menu::Address => {
                let interface = row.get("interface").unwrap_or_default();
                fields.push(("actual-interface", interface.to_owned()));
                fields.push(("invalid", (!self.interface_exists(interface)).to_string()));
                fields.push(("dynamic", "false".into()));
                if self.version.major() == 7 {
                    fields.push(("slave", "false".into()));
                    fields.push(("vrf", "main".into()));
                }
            }
            Menu::Route => self.route_health(row, best, &mut fields),
            Menu::DhcpClient => fields.extend(self.lease_state(row)),
            Menu::Script | Menu::Scheduler => {
                fields.push(("owner", "admin".into()));
                fields.push(("run-count", "0".into()));
            }
            Menu::Netwatch => fields.push(("status", "unknown".into())),
            Menu::Filter | Menu::Nat | Menu::Mangle | Menu::Raw => {
                let state = [
                    ("bytes", "0"),
                    ("packets", "0"),
                    ("invalid", "false"),
                    ("dynamic", "false"),
                ];
                fields.extend(state.map(|(name, value)| (name, value.to_owned())));
            }
            Menu::QueueSimple => {
                let state = ["bytes", "packets", "dropped", "rate", "queued-bytes", "queued-packets"];
                fields.extend(state.map(|name| (name, "0/0".to_owned())));
                let flags = ["invalid", "dynamic"];
                fields.extend(flags.map(|name| (name, "false".to_owned())));
            }
            Menu::PackageUpdate => fields.push(("installed-version", self.version_text().into())),
            Menu::Vlan => fields.push(("running", self.running(name).to_string())),
            Menu::Service | Menu::ConnectList => fields.push(("dynamic", "false".into())),
            _ => {}
        }
        fields
    }

    /// The best usable distance for each destination of these routes.
    fn best_distances(&self, of: &[&Row]) -> BTreeMap<Ipv4Net, u8> {
        let mut best = BTreeMap::new();
        let running = |name: &str| self.running(name);
        let wanted: BTreeSet<Ipv4Net> = of
            .iter()
            .filter_map(|row| row.get("dst-address")?.parse().ok())
            .collect();
        for route in self.routing.routes().iter().filter(|route| wanted.contains(&route.dst)) {
            if route
                .hops
                .iter()
                .any(|hop| self.routing.resolve(hop, &running).is_some())
            {
                let least = best.entry(route.dst).or_insert(route.distance);
                *least = route.distance.min(*least);
            }
        }
        best
    }

    fn route_health(&self, row: &Row, best: &BTreeMap<Ipv4Net, u8>, fields: &mut Fields) {
        let running = |name: &str| self.running(name);
        let hops = routing::hops(row.get("gateway").unwrap_or_default());
        let exits: Vec<_> = hops
            .iter()
            .filter_map(|hop| self.routing.resolve(hop, &running))
            .collect();
        let enabled = !row.is("disabled");
        let destination = row.get("dst-address").and_then(|dst| dst.parse::<Ipv4Net>().ok());
        let distance = row.get("distance").and_then(|distance| distance.parse::<u8>().ok());
        let leads = destination.is_some_and(|dst| best.get(&dst).copied() == distance && distance.is_some());
        let active = enabled && !exits.is_empty() && leads;
        match self.version.major() {
            6 => {
                if let Some(gateway) = row.get("gateway") {
                    let status = match exits.first() {
                        Some(exit) if enabled => format!("{gateway} reachable via  {}", exit.interface),
                        _ => format!("{gateway} unreachable"),
                    };
                    fields.push(("gateway-status", status));
                }
                if active {
                    fields.push(("active", "true".into()));
                }
                fields.push(("static", "true".into()));
            }
            _ => {
                let hop = |exit: &routing::Exit| match exit.gateway {
                    Some(ip) => format!("{ip}%{}", exit.interface),
                    None => exit.interface.clone(),
                };
                let reached = if enabled { exits.first().map(hop) } else { None };
                fields.push(("immediate-gw", reached.unwrap_or_default()));
                fields.extend(self.flag("dynamic", false));
                fields.extend(self.flag("inactive", !active && enabled));
                fields.extend(self.flag("active", active));
                fields.extend(self.flag("static", true));
            }
        }
    }

    /// The routes that addresses on running interfaces bring.
    fn connected(&self) -> Vec<Fields> {
        let mut rows = Vec::new();
        let mut connect = |id: u32, subnet: String, source: String, interface: &str| {
            let mut fields = vec![
                (".id", id_text(DYNAMIC + id)),
                ("dst-address", subnet),
                ("gateway", interface.to_owned()),
                ("distance", "0".into()),
                ("scope", "10".into()),
                ("target-scope", "10".into()),
                ("active", "true".into()),
                ("dynamic", "true".into()),
                ("connect", "true".into()),
            ];
            match self.version.major() {
                6 => {
                    fields.push(("pref-src", source));
                    fields.push(("gateway-status", format!("{interface} reachable")));
                }
                _ => {
                    fields.push(("routing-table", "main".into()));
                    fields.push(("local-address", format!("{source}%{interface}")));
                    fields.push(("immediate-gw", interface.to_owned()));
                }
            }
            fields.push(("disabled", "false".into()));
            rows.push(fields);
        };
        for address in self
            .routing
            .connected()
            .filter(|address| self.running(&address.interface))
        {
            connect(
                address.id,
                address.subnet.to_string(),
                address.ip.to_string(),
                &address.interface,
            );
        }
        if let Some(name) = self.dialed_up() {
            connect(0, format!("{TUNNEL_PEER}/32"), PRIVATE.into(), name);
        }
        rows
    }

    /// The address that a session brings.
    fn tunnel_address(&self) -> Option<Fields> {
        let name = self.dialed_up()?;
        let address = format!("{PRIVATE}/32");
        Some(dynamic_address(id_text(DYNAMIC), address, TUNNEL_PEER.into(), name))
    }

    fn version_text(&self) -> &'static str {
        self.version.data().text
    }

    /// A flag of a row; in some versions it is there only when it is true.
    pub(super) fn flag(&self, name: &'static str, value: bool) -> Option<(&'static str, String)> {
        (value || !self.version.data().flags_when_true).then(|| (name, value.to_string()))
    }

    fn resource(&self) -> Fields {
        vec![
            ("uptime", duration_text(self.now.saturating_sub(self.booted), false)),
            ("version", format!("{} (stable)", self.version_text())),
            ("build-time", self.version.data().built.into()),
            ("free-memory", "32505856".into()),
            ("total-memory", "67108864".into()),
            ("cpu", "MIPS 74Kc V4.12".into()),
            ("cpu-count", "1".into()),
            ("cpu-frequency", "600".into()),
            ("cpu-load", "7".into()),
            ("free-hdd-space", "4194304".into()),
            ("total-hdd-space", "16777216".into()),
            ("architecture-name", "mipsbe".into()),
            ("board-name", "LtAP mini".into()),
            ("platform", "MikroTik".into()),
        ]
    }

    fn packages(&self) -> Vec<Fields> {
        let version = self.version.data();
        let used = version.packages.iter().map(|name| (name, false));
        let available = version.available.iter().map(|name| (name, true));
        let row = |((name, available), id): ((&&str, bool), u32)| {
            let mut fields = vec![
                (".id", id_text(id)),
                ("name", (*name).to_owned()),
                ("version", version.text.into()),
                ("disabled", "false".into()),
            ];
            fields.extend(available.then(|| ("available", "true".into())));
            fields
        };
        used.chain(available).zip(1..).map(row).collect()
    }

    /// Every interface of the router, whatever its menu.
    fn interfaces(&self) -> Vec<Fields> {
        let mut rows = Vec::new();
        for (menu, kind) in INTERFACES {
            for row in &self.table(menu).rows {
                let name = row.get("name").unwrap_or_default();
                let mut fields = vec![(".id", id_text(interface_id(menu, row.id))), ("name", name.to_owned())];
                let copied = ["default-name", "mac-address", "comment"].iter();
                fields.push(("type", kind.into()));
                fields.extend(copied.filter_map(|name| row.get(name).map(|value| (*name, value.to_owned()))));
                let mtu = row.get("mtu").or(row.get("max-mtu")).unwrap_or("1500");
                fields.push(("mtu", mtu.to_owned()));
                fields.push(("actual-mtu", mtu.to_owned()));
                fields.push(("running", self.running(name).to_string()));
                fields.push(("disabled", row.is("disabled").to_string()));
                fields.extend(self.traffic.counters(name));
                rows.push(fields);
            }
        }
        rows
    }

    /// A moment of the vehicle as the router's clock shows it: the router has no clock that runs without power.
    fn date_text(&self, at: At) -> String {
        let seconds = at.saturating_sub(self.booted).as_secs();
        let (day, clock) = (2 + seconds / 86_400, seconds % 86_400);
        let time = format!("{:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
        match self.version.major() {
            6 => format!("jan/{day:02}/1970 {time}"),
            // From 7.10 on.
            _ => format!("1970-01-{day:02} {time}"),
        }
    }
}

/// The id of an interface's row in the list of all interfaces.
pub(crate) fn interface_id(menu: Menu, id: u32) -> u32 {
    let menus = INTERFACES.iter().zip(0..);
    let base = menus.filter(|((one, _), _)| *one == menu).map(|(_, base)| base).next();
    base.unwrap_or(0) * 0x100 + id
}
