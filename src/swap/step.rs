//! `Step`: one change on the router, with the item it touches, the one call that makes it, and how a technician reads it;
//! `Plan`: steps in their order.

use std::fmt;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::client::ClientStep;
use super::radio_step::RadioStep;
use crate::marks::{ROUTE_COMMENT, TUNNEL_MARK, address_comment};
use crate::names::{Bssid, InterfaceName};
use crate::routeros::{DEFAULT_DESTINATION, RadioMenu, Sentence};
use crate::snapshot::{AddressItem, ConnectionItem, PeerItem, Registration, RouteItem, RuleItem, TunnelItem};

const ADDRESS: &str = "/ip/address";
const ROUTE: &str = "/ip/route";
pub(super) const RADIOS: &str = "/interface/wireless";
pub(super) const CONNECT_LIST: &str = "/interface/wireless/connect-list";
pub(super) const PEERS: &str = "/interface/wireguard/peers";
pub(super) const CONNECTIONS: &str = "/ip/firewall/connection";

/// The calls that make the router look as wanted, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One call each.
    pub steps: Vec<Step>,
    /// Whether the tunnel was disabled by a person, so that the plan leaves it alone.
    pub tunnel_left_disabled: bool,
}

impl Plan {
    /// Whether the vehicle is dark while the plan runs.
    #[must_use]
    pub fn bounces(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step, Step::TunnelOff { .. } | Step::TunnelOn { .. }))
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return writeln!(f, "  nothing to change");
        }
        let rows: Vec<[String; 4]> = self.steps.iter().map(Step::columns).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (a, b, c) = (width(0), width(1), width(2));
        for (i, [call, item, property, change]) in rows.iter().enumerate() {
            writeln!(f, "  {}  {call:a$}  {item:b$}  {property:c$}  {change}", i + 1)?;
        }
        Ok(())
    }
}

/// One change on the router, made by exactly one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The tunnel goes off and its comment gets our mark.
    TunnelOff {
        /// The tunnel as read.
        item: TunnelItem,
    },
    /// A radio's address goes off and is parked.
    AddressOff {
        /// The item as read.
        item: AddressItem,
        /// The address that it is parked on.
        park: Ipv4Net,
    },
    /// A radio gets an address.
    AddressSet {
        /// The item as read.
        item: AddressItem,
        /// The radio.
        radio: InterfaceName,
        /// The address with its mask.
        address: Ipv4Net,
    },
    /// The default route gets another gateway.
    RouteSet {
        /// The item as read.
        item: RouteItem,
        /// The gateway, tied to the radio.
        gateway: String,
    },
    /// An address item that carries a managed item's comment a second time goes off.
    DuplicateAddressOff {
        /// The item as read.
        item: AddressItem,
    },
    /// A default route that carries the managed route's comment a second time goes off.
    DuplicateRouteOff {
        /// The item as read.
        item: RouteItem,
    },
    /// The tunnel goes on and loses our mark.
    TunnelOn {
        /// The tunnel as read before the plan.
        item: TunnelItem,
        /// The address that it sends from afterwards; `None` changes nothing in that.
        source: Option<Ipv4Addr>,
    },
    /// A tracked connection is forgotten, so that the next packet makes another.
    ForgetConnection {
        /// The connection as read.
        item: ConnectionItem,
    },
    /// The tunnel's peer goes off and its comment gets our mark.
    PeerOff {
        /// The peer as read.
        item: PeerItem,
    },
    /// The tunnel's peer goes on and loses our mark.
    PeerOn {
        /// The peer as read.
        item: PeerItem,
    },
    /// The tunnel sends from another port.
    ListenPort {
        /// The tunnel as read.
        item: TunnelItem,
        /// The port.
        port: u16,
    },
    /// A managed connect-list rule steers a standby radio to one AP.
    Steer {
        /// Our rule as read.
        item: RuleItem,
        /// The AP.
        bssid: Bssid,
        /// The rule that matches the AP otherwise: the managed one takes its network and security.
        like: RuleItem,
    },
    /// A managed connect-list rule keeps a standby radio off one AP.
    Avoid {
        /// Our rule as read.
        item: RuleItem,
        /// The AP.
        bssid: Bssid,
    },
    /// The comment of a managed connect-list rule keeps a radio's own scan-list, or no longer does.
    KeepScanList {
        /// Our rule as read.
        item: RuleItem,
        /// The comment.
        comment: String,
    },
    /// A radio searches other channels.
    ScanList {
        /// The radio.
        radio: InterfaceName,
        /// Its scan-list as read.
        before: String,
        /// Its scan-list from now on.
        scan_list: String,
    },
    /// A managed connect-list rule goes off.
    Release {
        /// Our rule as read.
        item: RuleItem,
    },
    /// A radio's association ends, so that it searches again.
    EndAssociation {
        /// The menu of the radio.
        menu: RadioMenu,
        /// The association as read.
        item: Registration,
    },
    /// A standby's own settings change, in the menus without a connect-list.
    Radio(RadioStep),
    /// A missing address item is made, disabled and parked. Outside swaps only.
    CreateAddress {
        /// The radio.
        radio: InterfaceName,
        /// The address that it is parked on.
        park: Ipv4Net,
    },
    /// The missing default route is made, disabled. Outside swaps only.
    CreateRoute {
        /// A first gateway, tied to a radio.
        gateway: String,
    },
    /// A change of a radio's DHCP client. Outside swaps only.
    Client(ClientStep),
    /// A missing connect-list rule is made on top, disabled. Outside swaps only.
    CreateRule {
        /// The radio.
        radio: InterfaceName,
        /// The rule's comment.
        comment: String,
        /// The rule that is on top now; `None` when the list is empty.
        before: Option<RuleItem>,
    },
}

impl Step {
    /// The call that makes the change.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Step::TunnelOff { item } => Sentence::set(item.kind.menu(), &item.id)
                .with("disabled", "yes")
                .with_bytes("comment", &marked(&item.comment)),
            Step::TunnelOn { item, source } => {
                let on = Sentence::set(item.kind.menu(), &item.id)
                    .with("disabled", "no")
                    .with_bytes("comment", &unmarked(&item.comment));
                match source {
                    Some(source) => on.with("src-address", &source.to_string()),
                    None => on,
                }
            }
            // The stored network stays as it was when it is not sent along with the address.
            Step::AddressOff { item, park } => Sentence::set(ADDRESS, &item.id)
                .with("disabled", "yes")
                .with("address", &park.to_string())
                .with("network", &park.network().to_string()),
            Step::DuplicateAddressOff { item } => Sentence::set(ADDRESS, &item.id).with("disabled", "yes"),
            Step::DuplicateRouteOff { item } => Sentence::set(ROUTE, &item.id).with("disabled", "yes"),
            Step::AddressSet { item, radio, address } => Sentence::set(ADDRESS, &item.id)
                .with("interface", radio.as_str())
                .with("address", &address.to_string())
                .with("network", &address.network().to_string())
                .with("disabled", "no"),
            Step::RouteSet { item, gateway } => Sentence::set(ROUTE, &item.id)
                .with("gateway", gateway)
                .with("disabled", "no"),
            Step::ForgetConnection { item } => Sentence::new(CONNECTIONS, "remove").with(".id", &item.id.0),
            Step::PeerOff { item } => Sentence::set(PEERS, &item.id)
                .with("disabled", "yes")
                .with_bytes("comment", &marked(&item.comment)),
            Step::PeerOn { item } => Sentence::set(PEERS, &item.id)
                .with("disabled", "no")
                .with_bytes("comment", &unmarked(&item.comment)),
            Step::ListenPort { item, port } => {
                Sentence::set(item.kind.menu(), &item.id).with("listen-port", &port.to_string())
            }
            Step::Steer { item, bssid, like } => Sentence::set(CONNECT_LIST, &item.id)
                .with("mac-address", &bssid.to_string())
                .with_bytes("ssid", &like.ssid)
                .with("area-prefix", &like.area_prefix)
                .with("wireless-protocol", &like.wireless_protocol)
                .with("security-profile", &like.security_profile)
                .with("connect", "yes")
                .with("disabled", "no"),
            Step::Avoid { item, bssid } => Sentence::set(CONNECT_LIST, &item.id)
                .with("mac-address", &bssid.to_string())
                .with("connect", "no")
                .with("disabled", "no"),
            Step::KeepScanList { item, comment } => Sentence::set(CONNECT_LIST, &item.id).with("comment", comment),
            Step::ScanList { radio, scan_list, .. } => Sentence::new(RADIOS, "set")
                .with("numbers", radio.as_str())
                .with("scan-list", scan_list),
            Step::Release { item } => Sentence::set(CONNECT_LIST, &item.id).with("disabled", "yes"),
            Step::EndAssociation { menu, item } => {
                Sentence::new(&registrations(*menu), "remove").with(".id", &item.id.0)
            }
            Step::Radio(step) => step.sentence(),
            Step::CreateAddress { radio, park } => Sentence::new(ADDRESS, "add")
                .with("interface", radio.as_str())
                .with("address", &park.to_string())
                .with("disabled", "yes")
                .with("comment", &address_comment(radio)),
            Step::CreateRoute { gateway } => Sentence::new(ROUTE, "add")
                .with("dst-address", DEFAULT_DESTINATION)
                .with("gateway", gateway)
                .with("disabled", "yes")
                .with("comment", ROUTE_COMMENT),
            Step::Client(step) => step.sentence(),
            Step::CreateRule { radio, comment, before } => {
                let add = Sentence::new(CONNECT_LIST, "add")
                    .with("interface", radio.as_str())
                    .with("connect", "yes")
                    .with("mac-address", &UNUSED_BSSID.to_string())
                    .with("disabled", "yes")
                    .with("comment", comment);
                match before {
                    Some(rule) => add.with("place-before", &rule.id.0),
                    None => add,
                }
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [call, item, property, change] = self.columns();
        write!(f, "{call} {item} {property} {change}")
    }
}

// In a rule 00:00:00:00:00:00 stands for any AP; this locally administered one stands for none.
const UNUSED_BSSID: Bssid = Bssid([0x02, 0, 0, 0, 0, 0]);

pub(super) fn marked(comment: &[u8]) -> Vec<u8> {
    let mut out = unmarked(comment);
    if !out.is_empty() {
        out.push(b' ');
    }
    out.extend_from_slice(TUNNEL_MARK.as_bytes());
    out
}

pub(super) fn unmarked(comment: &[u8]) -> Vec<u8> {
    comment
        .split(|byte| *byte == b' ')
        .filter(|word| *word != TUNNEL_MARK.as_bytes())
        .collect::<Vec<_>>()
        .join(&b' ')
}

/// The registration table of a menu of radios.
pub(super) fn registrations(menu: RadioMenu) -> String {
    format!("{}/registration-table", menu.path())
}
