//! From what is written in the tables to what the router does.

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::factory::{CONCENTRATOR, OFFICE_KEY, WIREGUARD, WIREGUARD_PORT};
use super::kinds::{Dialed, IPSEC_TRIPS};
use super::menus::Menu;
use super::routing::{self, Address, Route};
use super::tables::{Row, Table};
use super::values;
use crate::sim::world::orders::{Orders, Range, Rule, ScanList};
use crate::sim::world::{dialed, wireguard};

/// The keepalive of a client whose menu has none to set, in seconds: what the office's server sets.
const KEEPALIVE: u64 = 60;

/// Every enabled address.
pub(crate) fn addresses(tables: &[Table]) -> Vec<Address> {
    tables[Menu::Address as usize].rows.iter().filter_map(address).collect()
}

/// Every enabled route of the main table.
pub(crate) fn routes(tables: &[Table]) -> Vec<Route> {
    tables[Menu::Route as usize].rows.iter().filter_map(route).collect()
}

/// The row of the enabled DHCP client of an interface.
pub(crate) fn dhcp_client<'t>(tables: &'t [Table], interface: &str) -> Option<&'t Row> {
    let mut rows = tables[Menu::DhcpClient as usize].rows.iter();
    rows.find(|row| row.get("interface") == Some(interface) && !row.is("disabled"))
}

/// What the tunnel's client is to do.
pub(crate) fn dialed(tables: &[Table], kind: &Dialed) -> dialed::Orders {
    let mut rows = tables[kind.menu as usize].rows.iter();
    let row = rows.find(|row| row.get("name") == Some(kind.name));
    let keepalive = row.map(|row| {
        row.get("keepalive-timeout")
            .map_or(Some(KEEPALIVE), |text| text.parse().ok())
    });
    let source = row.and_then(|row| row.get("src-address")?.parse::<Ipv4Addr>().ok());
    let ipsec = if row.is_some_and(|row| row.is("use-ipsec")) {
        IPSEC_TRIPS
    } else {
        0
    };
    dialed::Orders {
        enabled: row.is_some_and(|row| !row.is("disabled")),
        reachable: row.is_some_and(|row| row.get("connect-to") == Some(&CONCENTRATOR.to_string())),
        source: source.filter(|source| !source.is_unspecified()),
        trips: kind.trips + ipsec,
        authentication: kind.authentication + ipsec,
        keepalive: Duration::from_secs(keepalive.flatten().unwrap_or_default()),
    }
}

/// What the WireGuard interface and its peer are to do.
pub(crate) fn wireguard(tables: &[Table]) -> wireguard::Orders {
    let named = |menu: Menu, property: &str| {
        let mut rows = tables[menu as usize].rows.iter();
        rows.find(|row| row.get(property) == Some(WIREGUARD))
    };
    let (interface, peer) = (named(Menu::Wireguard, "name"), named(Menu::WireguardPeers, "interface"));
    let enabled = |row: Option<&Row>| row.is_some_and(|row| !row.is("disabled"));
    let is = |name: &str, value: String| peer.is_some_and(|peer| peer.get(name) == Some(&value));
    let keepalive = peer.and_then(|peer| values::read_duration(peer.get("persistent-keepalive")?));
    wireguard::Orders {
        enabled: enabled(interface) && enabled(peer),
        reachable: is("endpoint-address", CONCENTRATOR.to_string())
            && is("endpoint-port", WIREGUARD_PORT.to_string())
            && is("public-key", OFFICE_KEY.to_owned()),
        listen_port: interface
            .and_then(|row| row.get("listen-port")?.parse().ok())
            .unwrap_or_default(),
        keepalive: keepalive.unwrap_or_default(),
    }
}

/// What a radio is to do; nothing when there is no such radio.
pub(crate) fn radio(tables: &[Table], name: &str) -> Orders {
    let named = |menu: Menu, name: &str| {
        let mut rows = tables[menu as usize].rows.iter();
        rows.find(|row| row.get("name") == Some(name))
    };
    if let Some(row) = named(Menu::Wifi, name) {
        return wifi_radio(row, &named);
    }
    let Some(row) = named(Menu::Wireless, name) else {
        return Orders::default();
    };
    let rules = tables[Menu::ConnectList as usize].rows.iter();
    Orders {
        enabled: !row.is("disabled") && row.get("mode").is_some_and(|mode| mode.starts_with("station")),
        ssid: text(row, "ssid"),
        default_authentication: row.is("default-authentication"),
        profile: text(row, "security-profile"),
        band: row.get("band").and_then(band),
        scan_list: row.get("scan-list").and_then(ScanList::read).unwrap_or_default(),
        rules: rules
            .filter(|row| row.get("interface") == Some(name) && !row.is("disabled"))
            .map(rule)
            .collect(),
        restarts: false,
    }
}

/// What a radio of the newer menus is to do: its own settings win over those of the profile that it names, whose own win
/// over those of the profiles that this one names.
fn wifi_radio<'t>(row: &'t Row, named: &dyn Fn(Menu, &str) -> Option<&'t Row>) -> Orders {
    let profile = |of: Option<&'t Row>, property: &str, menu: Menu| {
        named(menu, of?.get(property)?).filter(|profile| !profile.is("disabled"))
    };
    let configuration = profile(Some(row), "configuration", Menu::WifiConfiguration);
    let own = |name: &str| {
        let inline = row.get(&format!("configuration.{name}"));
        inline.or_else(|| configuration?.get(name))
    };
    // A key of the radio's own is none of those that open the networks.
    let own_key = row.get("security.passphrase").map(|_| "");
    let security = own_key
        .or(row.get("security"))
        .or_else(|| configuration?.get("security"));
    let listed = |of: Option<&'t Row>| {
        let inline = of.and_then(|of| of.get("channel.frequency"));
        inline.or_else(|| profile(of, "channel", Menu::WifiChannel)?.get("frequency"))
    };
    let frequencies = listed(Some(row)).or_else(|| listed(configuration));
    let ssid = own("ssid").unwrap_or_default().to_owned();
    Orders {
        enabled: !row.is("disabled") && own("mode").is_some_and(|mode| mode.starts_with("station")),
        default_authentication: !ssid.is_empty(),
        ssid,
        profile: security.unwrap_or_default().to_owned(),
        band: None,
        scan_list: frequencies.and_then(ScanList::read).unwrap_or_default(),
        rules: Vec::new(),
        restarts: true,
    }
}

/// The frequencies of a band in MHz.
fn band(text: &str) -> Option<RangeInclusive<u16>> {
    match text.split_once("ghz")?.0 {
        "2" => Some(2192..=2539),
        "5" => Some(4800..=6100),
        _ => None,
    }
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).unwrap_or_default().to_owned()
}

fn rule(row: &Row) -> Rule {
    let mac = row.get("mac-address").filter(|mac| *mac != "00:00:00:00:00:00");
    let signals = row.get("signal-range").and_then(values::signal_range);
    Rule {
        id: row.id,
        connect: row.is("connect"),
        bssid: mac.map(String::from),
        ssid: text(row, "ssid"),
        area: text(row, "area-prefix"),
        range: Range {
            signals: signals.unwrap_or((-120, 120)),
            allowed_outside: row.get("allow-signal-out-of-range").and_then(values::read_duration),
        },
        profile: text(row, "security-profile"),
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
