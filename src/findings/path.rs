//! The way between this PC and the router, which no swap may touch.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::finding::{Checked, Finding};
use crate::config::Config;
use crate::snapshot::AddressItem;
use crate::survey::{Path, Survey};

/// The IPv4 address of one end of the session.
pub(super) fn v4(end: SocketAddr) -> Option<Ipv4Addr> {
    match end.ip().to_canonical() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// The router's address item that the session goes to.
fn item(survey: &Survey, path: Path) -> Option<&AddressItem> {
    let router = v4(path.router);
    let mut items = survey.addresses.iter();
    items.find(|item| !item.disabled && Some(item.address.addr()) == router)
}

pub(super) fn check(config: &Config, survey: &Survey, path: Path) -> Checked {
    let on = item(survey, path).map_or_else(String::new, |item| format!(" on `{}`", item.interface));
    Checked {
        part: "path",
        fine: format!("from {} to {}{on}", path.local.ip(), path.router.ip()),
        findings: findings(config, survey, path),
    }
}

pub(super) fn findings(config: &Config, survey: &Survey, path: Path) -> Vec<Finding> {
    let (router, local) = (v4(path.router), v4(path.local));
    let mut findings = Vec::new();
    if let Some(item) = item(survey, path) {
        let wired =
            "set [router] address in agent.toml to the router's address on the wired side: see `/ip address print`";
        if config.radios().iter().any(|radio| radio.interface == item.interface) {
            findings.push(Finding::forbids(
                "api-on-radio",
                format!(
                    "the session goes to {}, an address of the radio `{}`: a swap cuts it",
                    item.address.addr(),
                    item.interface
                ),
                wired,
            ));
        } else if config
            .tunnel()
            .item
            .as_ref()
            .is_some_and(|(_, name)| *name == item.interface)
        {
            findings.push(Finding::forbids(
                "api-on-tunnel",
                format!(
                    "the session goes to {}, the tunnel's own address: a swap cuts it",
                    item.address.addr()
                ),
                wired,
            ));
        }
    }
    for network in config.networks() {
        for radio in config.radios() {
            let Some(subnet) = network.address_on(&radio.interface).map(|own| own.trunc()) else {
                continue;
            };
            let mut inside = |code, end: Option<Ipv4Addr>, whose: &str| {
                let Some(address) = end.filter(|address| subnet.contains(address)) else {
                    return;
                };
                let finding = Finding::forbids(
                    code,
                    format!(
                        "network `{}` ({subnet}) contains {address}, {whose} address: on that network the way between them leads to a radio",
                        network.ssid
                    ),
                    "give the wired side of the vehicle another subnet than any network that it may use",
                );
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            };
            inside("network-has-router", router, "the router's");
            inside("network-has-pc", local, "this PC's");
        }
    }
    findings
}
