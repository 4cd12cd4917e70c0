//! Address items: the managed ones, and others' in the subnets of the networks.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::doubled::doubled;
use super::finding::{Checked, Finding, Severity, listed};
use super::{leases, path};
use crate::config::{Config, Network};
use crate::marks::address_comment;
use crate::routeros::console::{find, quoted};
use crate::snapshot::{AddressItem, Snapshot};
use crate::survey::{Path, Survey};

pub(super) fn check(config: &Config, survey: &Survey, path: Path) -> Checked {
    let comments = config.radios().iter().map(|radio| address_comment(&radio.interface));
    let missing = |comment: &String| !survey.addresses.iter().any(|item| item.comment == *comment);
    let (missing, there): (Vec<String>, Vec<String>) = comments.partition(missing);
    let fine = if missing.is_empty() {
        format!("{}, and no other in a network's subnet", listed(there))
    } else {
        format!(
            "no other in a network's subnet; {} missing, which `tikroam run` makes at its start",
            listed(missing)
        )
    };
    let items = Snapshot {
        addresses: survey.addresses.clone(),
        ..Snapshot::default()
    };
    let mut findings = findings(config, survey, path);
    findings.extend(on_radios(config, survey));
    findings.extend(doubled(config, &items));
    Checked {
        part: "addresses",
        fine,
        findings,
    }
}

pub(super) fn findings(config: &Config, survey: &Survey, path: Path) -> Vec<Finding> {
    others(config, survey)
        .filter_map(|item| {
            let network = overlapped(config, item)?;
            // A wider one loses against a managed one by its mask, and one end of a tunnel comes and goes with it.
            let fought = subnets(config, network).any(|subnet| subnet.contains(&item.address.trunc()))
                && !(item.dynamic && item.address.prefix_len() == 32);
            Some(Finding {
                severity: if fought { Severity::Forbids } else { Severity::Error },
                ..other(config, survey, item, network, path::v4(path.router))
            })
        })
        .collect()
}

/// Addresses of others on a radio, beside those in a network's subnet.
fn on_radios(config: &Config, survey: &Survey) -> Vec<Finding> {
    let on_radio = |item: &&AddressItem| config.radios().iter().any(|radio| radio.interface == item.interface);
    let strays = others(config, survey).filter(|item| on_radio(item) && overlapped(config, item).is_none());
    let finding = |item: &AddressItem| {
        let this = find(&[
            ("address", &item.address.to_string()),
            ("interface", item.interface.as_str()),
        ]);
        let hint = match item.dynamic {
            true => format!(
                "the router got it by DHCP: `/ip dhcp-client disable {}`",
                find(&[("interface", item.interface.as_str())])
            ),
            false => format!("remove it: `/ip address remove {this}`"),
        };
        Finding::warning(
            "address-on-radio",
            format!(
                "address {} on radio `{}` is not managed by the agent: what leaves by the radio may leave with it",
                item.address, item.interface
            ),
            hint,
        )
    };
    strays.map(finding).collect()
}

/// The items that the agent does not manage, of those in use.
fn others<'a>(config: &Config, survey: &'a Survey) -> impl Iterator<Item = &'a AddressItem> {
    let managed: Vec<String> = config
        .radios()
        .iter()
        .map(|radio| address_comment(&radio.interface))
        .collect();
    survey
        .addresses
        .iter()
        .filter(move |item| !item.disabled && (item.dynamic || !managed.contains(&item.comment)))
        // What a managed client brings is the agent's to judge.
        .filter(|item| !(item.dynamic && leases::is_managed(survey, &item.interface)))
}

fn subnets<'a>(config: &'a Config, network: &'a Network) -> impl Iterator<Item = Ipv4Net> + 'a {
    config
        .radios()
        .iter()
        .filter_map(|radio| Some(network.address_on(&radio.interface)?.trunc()))
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

fn other(config: &Config, survey: &Survey, item: &AddressItem, network: &Network, api: Option<Ipv4Addr>) -> Finding {
    let interface = item.interface.as_str();
    let text = format!(
        "address {} on `{}` is not managed by the agent and overlaps network `{}` ({})",
        item.address,
        item.interface,
        network.ssid,
        network.address_on(&item.interface).unwrap_or(item.address).trunc()
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
                let comment = quoted(comment);
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
