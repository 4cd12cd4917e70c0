//! Address items: ours, and strangers' in the subnets of the networks.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::console::find;
use super::{Checked, Finding, listed, path};
use crate::config::{Config, Network};
use crate::names::InterfaceName;
use crate::router::{Inspection, Survey};
use crate::routeros::{ROUTE_COMMENT, address_comment};
use crate::snapshot::{AddressItem, Snapshot};
use crate::swap::{self, PlanError};

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let api = path::v4(inspection.path.router);
    let mut findings: Vec<Finding> = strangers(config, survey)
        .filter_map(|item| Some((item, overlapped(config, item)?)))
        .map(|(item, network)| stranger(config, survey, item, network, api))
        .collect();
    let read = Snapshot {
        addresses: survey.addresses.clone(),
        ..Snapshot::default()
    };
    let radios: Vec<InterfaceName> = config.radios().iter().map(|radio| radio.interface.clone()).collect();
    let (doubled, _) = swap::duplicates(&read, &radios);
    findings.extend(doubled.into_iter().map(doubled_address));
    let missing: Vec<String> = radios
        .iter()
        .filter_map(|radio| swap::address_item(&read, radio).err())
        .map(|error| match error {
            PlanError::NoAddressItem { comment } => comment,
            PlanError::NoRoute => ROUTE_COMMENT.to_owned(),
        })
        .collect();
    let fine = if missing.is_empty() {
        let items = config.radios().iter().map(|radio| address_comment(&radio.interface));
        format!("{}, and no other in a network's subnet", listed(items))
    } else {
        format!(
            "no other in a network's subnet; {} missing, which `tikroam run` makes at its start",
            listed(missing)
        )
    };
    Checked {
        part: "addresses",
        fine,
        findings,
    }
}

/// A second item with a managed item's comment.
fn doubled_address(item: &AddressItem) -> Finding {
    let this = find(&[
        ("comment", &item.comment),
        ("address", &item.address.to_string()),
        ("interface", item.interface.as_str()),
    ]);
    Finding::warning(
        "item-doubled",
        format!(
            "address {} on `{}` carries the comment `{}` a second time; the agent uses the other item",
            item.address, item.interface, item.comment
        ),
        format!("`/ip address remove {this}`"),
    )
}

/// Addresses that the router would use for a network's own hosts.
pub(super) fn conflicts(config: &Config, survey: &Survey) -> Vec<Finding> {
    let api = config.router().address().parse().ok().and_then(path::v4);
    strangers(config, survey)
        .filter_map(|item| {
            let network = overlapped(config, item)?;
            // A wider one loses against ours by its mask, and one end of a tunnel comes and goes with it.
            let fought = subnets(config, network).any(|subnet| subnet.contains(&item.address.trunc()))
                && !(item.dynamic && item.address.prefix_len() == 32);
            fought.then(|| stranger(config, survey, item, network, api))
        })
        .collect()
}

fn strangers<'a>(config: &Config, survey: &'a Survey) -> impl Iterator<Item = &'a AddressItem> {
    let ours: Vec<String> = config
        .radios()
        .iter()
        .map(|radio| address_comment(&radio.interface))
        .collect();
    survey
        .addresses
        .iter()
        .filter(move |item| !item.disabled && (item.dynamic || !ours.contains(&item.comment)))
}

fn subnets<'a>(config: &'a Config, network: &'a Network) -> impl Iterator<Item = Ipv4Net> + 'a {
    config
        .radios()
        .iter()
        .map(|radio| network.address_on(&radio.interface).trunc())
}

/// The network whose subnet an address shares; the far end of a tunnel counts as well.
fn overlapped<'a>(config: &'a Config, item: &AddressItem) -> Option<&'a Network> {
    config.networks().iter().find(|network| {
        subnets(config, network).any(|subnet| {
            subnet.contains(&item.address.trunc())
                || item.address.trunc().contains(&subnet)
                || (item.address.prefix_len() == 32 && subnet.contains(&item.network))
        })
    })
}

fn stranger(config: &Config, survey: &Survey, item: &AddressItem, network: &Network, api: Option<Ipv4Addr>) -> Finding {
    let interface = item.interface.as_str();
    let text = format!(
        "address {} on `{}` is not ours and overlaps network `{}` ({})",
        item.address,
        item.interface,
        network.ssid,
        network.address_on(&item.interface).trunc()
    );
    let radio = config.radios().iter().find(|radio| radio.interface == item.interface);
    let this = find(&[("address", &item.address.to_string()), ("interface", interface)]);
    let remove = format!("`/ip address remove {this}`");
    let hint = match radio {
        _ if Some(item.address.addr()) == api => {
            "this PC reaches the router by it: give the wired side of the vehicle another subnet".to_owned()
        }
        Some(_) if item.dynamic => format!(
            "the router got it by DHCP: `/ip dhcp-client disable {}`",
            find(&[("interface", interface)])
        ),
        None if item.dynamic => {
            "the router got it by DHCP or a tunnel: have it given another address, or do without that network"
                .to_owned()
        }
        Some(radio) => {
            let comment = address_comment(&radio.interface);
            if survey.addresses.iter().any(|item| item.comment == comment) {
                format!("remove it: {remove}")
            } else {
                let comment = super::console::quoted(comment);
                format!("remove it: {remove}; or adopt it: `/ip address set {this} comment={comment}`")
            }
        }
        None => format!(
            "give `{}` another subnet, or remove the address: {remove}",
            item.interface
        ),
    };
    Finding::error("address-stranger", text, hint)
}
