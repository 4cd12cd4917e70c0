//! From what is written in the tables to what the router does.

use ipnet::Ipv4Net;

use super::factory::{CONCENTRATOR, TUNNEL};
use super::menus::Menu;
use super::routing::{self, Address, Route};
use super::station::{Orders, Rule};
use super::tables::{self, Row};
use super::vehicle::Vehicle;

impl Vehicle {
    /// Makes what was written in a menu take effect.
    pub fn changed(&mut self, menu: Menu) {
        match menu {
            Menu::Address => {
                let addresses = self.table(Menu::Address).rows.iter().filter_map(address).collect();
                self.routing.set_addresses(addresses);
            }
            Menu::Route => {
                let routes = self.table(Menu::Route).rows.iter().filter_map(route).collect();
                self.routing.set_routes(routes, CONCENTRATOR);
            }
            Menu::Wireless | Menu::ConnectList | Menu::SecurityProfiles => {
                for radio in 0..self.stations.len() {
                    let orders = self.orders(radio);
                    let drops = self.quirks.rule_change_drops;
                    let lost = self.with_station(radio, |station, around, at| station.order(orders, drops, around, at));
                    self.tell(radio, lost);
                }
            }
            Menu::Pptp => {
                let row = self
                    .table(Menu::Pptp)
                    .rows
                    .iter()
                    .find(|row| row.get("name") == Some(TUNNEL));
                let enabled = row.is_some_and(|row| !row.is("disabled"));
                self.tunnel.reachable = row.is_some_and(|row| row.get("connect-to") == Some(&CONCENTRATOR.to_string()));
                self.tunnel.order(enabled, self.chance, self.now);
            }
            _ => {}
        }
    }

    /// What the configuration tells a radio.
    fn orders(&self, radio: usize) -> Orders {
        let name = &self.stations[radio].name;
        let Some(row) = self
            .table(Menu::Wireless)
            .rows
            .iter()
            .find(|row| row.get("name") == Some(name))
        else {
            return Orders::default();
        };
        let text = |row: &Row, name: &str| row.get(name).unwrap_or_default().to_owned();
        let rules = self.table(Menu::ConnectList).rows.iter();
        let rule = |row: &Row| {
            let mac = row.get("mac-address").filter(|mac| *mac != "00:00:00:00:00:00");
            Rule {
                id: row.id,
                connect: row.is("connect"),
                bssid: mac.map(String::from),
                ssid: text(row, "ssid"),
                range: row
                    .get("signal-range")
                    .and_then(tables::signal_range)
                    .unwrap_or((-120, 120)),
                profile: text(row, "security-profile"),
            }
        };
        Orders {
            enabled: !row.is("disabled") && row.get("mode").is_some_and(|mode| mode.starts_with("station")),
            ssid: text(row, "ssid"),
            default_authentication: row.is("default-authentication"),
            profile: text(row, "security-profile"),
            rules: rules
                .filter(|row| row.get("interface") == Some(name) && !row.is("disabled"))
                .map(rule)
                .collect(),
        }
    }
}

fn address(row: &Row) -> Option<Address> {
    if row.is("disabled") {
        return None;
    }
    let net: Ipv4Net = row.get("address")?.parse().ok()?;
    let network = row
        .get("network")
        .and_then(|network| network.parse().ok())
        .unwrap_or(net.network());
    let subnet = Ipv4Net::new(network, net.prefix_len()).ok()?.trunc();
    Some(Address {
        id: row.id,
        ip: net.addr(),
        subnet,
        interface: row.get("interface")?.into(),
    })
}

fn route(row: &Row) -> Option<Route> {
    let elsewhere = ["routing-mark", "routing-table"]
        .iter()
        .any(|name| row.get(name).is_some_and(|t| t != "main"));
    if row.is("disabled") || elsewhere {
        return None;
    }
    let distance = row
        .get("distance")
        .and_then(|distance| distance.parse().ok())
        .unwrap_or(1);
    Some(Route {
        dst: row.get("dst-address")?.parse().ok()?,
        hops: routing::hops(row.get("gateway")?),
        distance,
    })
}
