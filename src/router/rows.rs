//! Rows of the router, read into what they mean.
//!
//! A property may be missing on one version and there on another; a flag is often there only when it is true. A row
//! that lacks what it is identified by gives `None` and is counted by whoever asked.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;
use mikrotik_rs::HashMap;

use crate::names::{Bssid, InterfaceName, Ssid};
use crate::routeros::{ItemId, RadioWords, TunnelKind, duration, flag, signal};
use crate::snapshot::{
    AddressItem, ClientItem, ConnectionItem, InterfaceItem, Modem, Monitor, PeerItem, Registration, RouteItem,
    RuleItem, ScanRow, TunnelItem,
};
use crate::survey::UserSession;
use crate::units::Dbm;

/// One row of an answer. Values are bytes; text is what they say when read leniently.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(HashMap<String, Option<Vec<u8>>>);

impl Row {
    pub(super) fn new(attributes: HashMap<String, Option<Vec<u8>>>) -> Self {
        Row(attributes)
    }

    /// The value as it came; empty when the property is there without one, `None` when it is not there.
    #[must_use]
    pub fn bytes(&self, property: &str) -> Option<&[u8]> {
        self.0.get(property).map(|value| value.as_deref().unwrap_or_default())
    }

    /// The value as text; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self, property: &str) -> Option<Cow<'_, str>> {
        self.bytes(property).map(String::from_utf8_lossy)
    }

    /// Whether the property is there and true.
    #[must_use]
    pub fn flag(&self, property: &str) -> bool {
        flag(self.text(property).as_deref())
    }

    /// Every property as text.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let names = self.0.keys();
        names.map(|name| (name.clone(), self.string(name))).collect()
    }

    pub(super) fn parsed<T: FromStr>(&self, property: &str) -> Option<T> {
        self.text(property)?.parse().ok()
    }

    pub(super) fn string(&self, property: &str) -> String {
        self.text(property).unwrap_or_default().into_owned()
    }

    pub(super) fn id(&self) -> Option<ItemId> {
        self.text(".id").map(|id| ItemId(id.into_owned()))
    }

    pub(super) fn interface(&self, property: &str) -> Option<InterfaceName> {
        self.text(property)
            .filter(|name| !name.is_empty())
            .map(|name| InterfaceName::new(&name))
    }

    fn ssid(&self, property: &str) -> Option<Ssid> {
        Ssid::new(self.bytes(property)?).ok()
    }
}

/// Reads each row, and counts those that cannot be read.
pub(super) fn each<T>(rows: &[Row], read_one: impl Fn(&Row) -> Option<T>) -> (Vec<T>, usize) {
    let read: Vec<T> = rows.iter().filter_map(read_one).collect();
    let unread = rows.len() - read.len();
    (read, unread)
}

pub(super) fn registration(words: &RadioWords, row: &Row) -> Option<Registration> {
    let authenticated = row.text(words.authenticated).map(|text| flag(Some(&text)));
    Some(Registration {
        id: row.id()?,
        interface: row.interface("interface")?,
        bssid: row.parsed("mac-address")?,
        signal: row.text(words.signal).and_then(|text| signal(&text)),
        uptime: row.text("uptime").and_then(|text| duration(&text)),
        // Where it is a flag, it may be there only when it is true.
        port_enabled: authenticated.or(words.names_network.then_some(false)),
        network: if words.names_network { row.ssid("ssid") } else { None },
    })
}

/// Reads `monitor` of a radio; no row at all is a radio that is associated with nothing.
///
/// Authenticated needs a positive word of the router beside `connected-to-ess`: an enabled 802.1x port (which an open
/// network has as well) or, where that is not said, an authenticated client. A router that says neither leaves the radio
/// unauthenticated: a vehicle that stays where it is loses less than one that moves onto a wrong key.
pub(super) fn monitor(radio: &InterfaceName, row: Option<&Row>) -> Monitor {
    let connected = row.is_some_and(|row| row.text("status").as_deref() == Some("connected-to-ess"));
    let port = row.and_then(|row| row.text("802.1x-port-enabled"));
    let clients = row.and_then(|row| row.parsed::<u32>("authenticated-clients"));
    let key_done = match (port, clients) {
        (Some(port), _) => flag(Some(&port)),
        (None, Some(clients)) => clients >= 1,
        (None, None) => false,
    };
    Monitor {
        interface: radio.clone(),
        connected,
        ssid: row.and_then(|row| row.ssid("ssid")),
        bssid: row.and_then(|row| bssid(row, "bssid")),
        authenticated: connected && key_done,
    }
}

/// An access point's address; all zeros stand for none.
fn bssid(row: &Row, property: &str) -> Option<Bssid> {
    row.parsed(property).filter(|bssid| *bssid != Bssid([0; 6]))
}

pub(super) fn address(row: &Row) -> Option<AddressItem> {
    let address = network(&row.text("address")?)?;
    Some(AddressItem {
        id: row.id()?,
        comment: row.string("comment"),
        address,
        network: row.parsed("network").unwrap_or_else(|| address.network()),
        interface: row.interface("interface")?,
        disabled: row.flag("disabled"),
        dynamic: row.flag("dynamic"),
    })
}

/// An address with its mask; one without a mask is a host's.
pub(super) fn network(text: &str) -> Option<Ipv4Net> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<Ipv4Addr>().ok().map(Ipv4Net::from))
}

pub(super) fn route(row: &Row) -> Option<RouteItem> {
    Some(RouteItem {
        id: row.id()?,
        comment: row.string("comment"),
        destination: network(&row.text("dst-address")?)?,
        gateway: row.string("gateway"),
        distance: match row.text("distance") {
            Some(text) => text.parse().ok()?,
            None => 1,
        },
        active: row.flag("active"),
        disabled: row.flag("disabled"),
        dynamic: row.flag("dynamic"),
    })
}

/// A route of the main table, `Some(None)` for one of another: policy routing is no way out of the vehicle by default.
pub(super) fn main_route(row: &Row) -> Option<Option<RouteItem>> {
    let table = row.string("routing-mark") + &row.string("routing-table");
    if table.is_empty() || table == "main" {
        route(row).map(Some)
    } else {
        Some(None)
    }
}

pub(super) fn tunnel(kind: TunnelKind, row: &Row) -> Option<TunnelItem> {
    let source = row.parsed("src-address");
    Some(TunnelItem {
        kind,
        id: row.id()?,
        name: row.interface("name")?,
        comment: row.bytes("comment").unwrap_or_default().to_vec(),
        disabled: row.flag("disabled"),
        running: row.flag("running"),
        listen_port: row.parsed("listen-port").unwrap_or(0),
        source: source.filter(|source: &Ipv4Addr| !source.is_unspecified()),
    })
}

pub(super) fn interface(row: &Row) -> Option<InterfaceItem> {
    let bytes = |property: &str| row.parsed(property).unwrap_or(0);
    Some(InterfaceItem {
        name: row.interface("name")?,
        kind: row.string("type"),
        running: row.flag("running"),
        disabled: row.flag("disabled"),
        bytes: (bytes("rx-byte"), bytes("tx-byte")),
    })
}

/// Reads `monitor` of a modem; no row at all is a modem that says nothing.
pub(super) fn modem(row: Option<&Row>) -> Modem {
    let text = |property: &str| row.map_or_else(String::new, |row| row.string(property));
    Modem {
        status: text("status"),
        session: !text("session-uptime").is_empty(),
        operator: text("current-operator"),
    }
}

pub(super) fn peer(row: &Row) -> Option<PeerItem> {
    Some(PeerItem {
        id: row.id()?,
        interface: row.interface("interface")?,
        comment: row.bytes("comment").unwrap_or_default().to_vec(),
        endpoint_port: row.parsed("endpoint-port").unwrap_or(0),
        disabled: row.flag("disabled"),
    })
}

/// A DHCP client. Routers write `add-default-route` as a truth or as the manual's word.
pub(super) fn dhcp_client(row: &Row) -> Option<ClientItem> {
    let off = |property: &str| row.text(property).is_none_or(|text| matches!(&*text, "no" | "false"));
    Some(ClientItem {
        id: row.id()?,
        comment: row.bytes("comment").unwrap_or_default().to_vec(),
        interface: row.interface("interface")?,
        status: row.string("status"),
        address: row.text("address").and_then(|text| network(&text)),
        gateway: row.parsed("gateway"),
        meddles: !off("add-default-route") || !off("use-peer-dns"),
        disabled: row.flag("disabled"),
    })
}

pub(super) fn connection(row: &Row) -> Option<ConnectionItem> {
    Some(ConnectionItem {
        id: row.id()?,
        source: row.string("src-address"),
        destination: row.string("dst-address"),
    })
}

pub(super) fn rule(row: &Row) -> Option<RuleItem> {
    let mac = row.text("mac-address").filter(|text| !text.is_empty());
    let range = row.text("signal-range").filter(|text| !text.is_empty());
    Some(RuleItem {
        id: row.id()?,
        comment: row.string("comment"),
        interface: row.interface("interface")?,
        connect: row.text("connect").is_none_or(|text| flag(Some(&text))),
        bssid: match mac {
            Some(text) => Some(text.parse().ok()?).filter(|bssid| *bssid != Bssid([0; 6])),
            None => None,
        },
        ssid: row.bytes("ssid").unwrap_or_default().to_vec(),
        signal_range: match range {
            Some(text) => Some(signal_range(&text)?),
            None => None,
        },
        area_prefix: row.string("area-prefix"),
        wireless_protocol: row.text("wireless-protocol").unwrap_or("any".into()).into_owned(),
        security_profile: row.string("security-profile"),
        disabled: row.flag("disabled"),
    })
}

/// `-85..120`: the upper end lies beyond any signal on purpose.
fn signal_range(text: &str) -> Option<(Dbm, Dbm)> {
    let (low, high) = text.split_once("..")?;
    Some((Dbm(low.parse().ok()?), Dbm(high.parse().ok()?)))
}

pub(super) fn user_session(row: &Row) -> UserSession {
    UserSession {
        address: row.string("address"),
        via: row.string("via"),
        since: row.string("when"),
    }
}

pub(super) fn scan_row(words: &RadioWords, row: &Row) -> Option<ScanRow> {
    Some(ScanRow {
        bssid: bssid(row, "address")?,
        ssid: row.ssid("ssid"),
        signal: signal(&row.text(words.heard)?)?,
        channel: row.string("channel"),
    })
}

/// The access points of a scan in the order of first hearing: rows repeat at each refresh, and the last one counts.
pub(super) fn scan(words: &RadioWords, rows: &[Row]) -> Vec<ScanRow> {
    let mut heard: Vec<ScanRow> = Vec::new();
    for row in rows.iter().filter_map(|row| scan_row(words, row)) {
        match heard.iter_mut().find(|before| before.bssid == row.bssid) {
            Some(before) => *before = row,
            None => heard.push(row),
        }
    }
    heard
}
