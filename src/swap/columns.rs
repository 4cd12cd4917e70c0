//! A step as a technician reads it: the call, the item, the property, and what changes.

use std::fmt;

use super::step::{CONNECT_LIST, CONNECTIONS, PEERS, RADIOS, Step, registrations};
use super::wanted::PARKING;
use crate::marks::{ROUTE_COMMENT, address_comment};
use crate::snapshot::{AddressItem, RuleItem};

impl Step {
    /// Item, property and change, for the log: what changes and not by which call.
    #[must_use]
    pub fn in_words(&self) -> String {
        let [_, item, property, change] = self.columns();
        format!("{item}: {property} {change}")
    }

    /// Call, item, property and change, for a table.
    #[must_use]
    pub(super) fn columns(&self) -> [String; 4] {
        let row = |call: &str, item: &dyn fmt::Display, property: &str, change: String| {
            [call.to_owned(), item.to_string(), property.to_owned(), change]
        };
        let address_set = "/ip/address/set";
        match self {
            Step::TunnelOff { item } => row(
                &format!("{}/set", item.kind.menu()),
                &item.name,
                "disabled",
                "no -> yes".into(),
            ),
            Step::TunnelOn { item, source } => row(
                &format!("{}/set", item.kind.menu()),
                &item.name,
                "disabled",
                match source {
                    Some(source) => format!("yes -> no, src-address {source}"),
                    None => "yes -> no".into(),
                },
            ),
            Step::AddressOff { item, .. } => row(
                address_set,
                &item.interface,
                "address",
                format!("{} -> off", shown(item)),
            ),
            Step::DuplicateAddressOff { item } => row(
                address_set,
                &item.comment.escape_debug(),
                "disabled",
                format!("no ({}, there twice) -> yes", item.address),
            ),
            Step::DuplicateRouteOff { item } => row(
                "/ip/route/set",
                &item.comment.escape_debug(),
                "disabled",
                format!("no ({}, there twice) -> yes", item.gateway.escape_debug()),
            ),
            Step::AddressSet { item, radio, address } => {
                row(address_set, radio, "address", format!("{} -> {address}", shown(item)))
            }
            Step::RouteSet { item, gateway } => row(
                "/ip/route/set",
                &item.destination,
                "gateway",
                format!(
                    "{}{} -> {gateway}",
                    item.gateway.escape_debug(),
                    if item.disabled { " (disabled)" } else { "" }
                ),
            ),
            Step::ForgetConnection { item } => row(
                &format!("{CONNECTIONS}/remove"),
                &item.source.escape_debug(),
                "dst-address",
                format!("{} -> none", item.destination.escape_debug()),
            ),
            Step::PeerOff { item } => row(&format!("{PEERS}/set"), &item.interface, "disabled", "no -> yes".into()),
            Step::PeerOn { item } => row(&format!("{PEERS}/set"), &item.interface, "disabled", "yes -> no".into()),
            Step::ListenPort { item, port } => row(
                &format!("{}/set", item.kind.menu()),
                &item.name,
                "listen-port",
                format!("{} -> {port}", item.listen_port),
            ),
            Step::Steer { item, bssid, .. } => row(
                &format!("{CONNECT_LIST}/set"),
                &item.comment.escape_debug(),
                "mac-address",
                format!("{} -> {bssid}", rule_target(item)),
            ),
            Step::Avoid { item, bssid } => row(
                &format!("{CONNECT_LIST}/set"),
                &item.comment.escape_debug(),
                "mac-address",
                format!("{} -> not {bssid}", rule_target(item)),
            ),
            Step::KeepScanList { item, comment } => row(
                &format!("{CONNECT_LIST}/set"),
                &item.comment.escape_debug(),
                "comment",
                comment.escape_debug().to_string(),
            ),
            Step::ScanList {
                radio,
                before,
                scan_list,
            } => row(
                &format!("{RADIOS}/set"),
                radio,
                "scan-list",
                format!("{} -> {}", before.escape_debug(), scan_list.escape_debug()),
            ),
            Step::Release { item } => row(
                &format!("{CONNECT_LIST}/set"),
                &item.comment.escape_debug(),
                "disabled",
                format!("no ({}) -> yes", rule_target(item)),
            ),
            Step::Radio(step) => step.columns(),
            Step::EndAssociation { menu, item } => row(
                &format!("{}/remove", registrations(*menu)),
                &item.interface,
                "mac-address",
                format!("{} -> none", item.bssid),
            ),
            Step::CreateAddress { radio, park } => row(
                "/ip/address/add",
                &address_comment(radio),
                "address",
                format!("none -> {park} (disabled)"),
            ),
            Step::CreateRoute { gateway } => row(
                "/ip/route/add",
                &ROUTE_COMMENT,
                "gateway",
                format!("none -> {gateway} (disabled)"),
            ),
            Step::Client(step) => step.columns(),
            Step::CreateRule { comment, .. } => row(
                &format!("{CONNECT_LIST}/add"),
                &comment.escape_debug(),
                "place-before",
                "none -> on top (disabled)".into(),
            ),
        }
    }
}

fn shown(item: &AddressItem) -> String {
    match (item.disabled, PARKING.contains(&item.address)) {
        (true, true) => "off".to_owned(),
        (true, false) => format!("{} (disabled)", item.address),
        (false, _) => item.address.to_string(),
    }
}

fn rule_target(item: &RuleItem) -> String {
    match item.bssid {
        Some(bssid) if !item.disabled => bssid.to_string(),
        _ => "off".to_owned(),
    }
}
