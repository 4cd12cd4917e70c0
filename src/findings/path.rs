//! The way between this PC and the router, which no swap may touch.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{Checked, Finding};
use crate::config::Config;
use crate::router::{Inspection, Survey};

/// The IPv4 address of one end of the session.
pub(super) fn v4(end: SocketAddr) -> Option<Ipv4Addr> {
    match end.ip().to_canonical() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let (router, local) = (v4(inspection.path.router), v4(inspection.path.local));
    let mut findings = Vec::new();
    let item = survey
        .addresses
        .iter()
        .find(|item| !item.disabled && Some(item.address.addr()) == router);
    if let Some(item) = item {
        let wired =
            "set [router] address in agent.toml to the router's address on the wired side: see `/ip address print`";
        if config.radios().iter().any(|radio| radio.interface == item.interface) {
            findings.push(Finding::error(
                "api-on-radio",
                format!(
                    "the session goes to {}, an address of the radio `{}`: a swap would cut it",
                    item.address.addr(),
                    item.interface
                ),
                wired,
            ));
        } else if item.interface == config.tunnel().interface {
            findings.push(Finding::error(
                "api-on-tunnel",
                format!(
                    "the session goes to {}, the tunnel's own address: a swap would cut it",
                    item.address.addr()
                ),
                wired,
            ));
        }
    }
    for network in config.networks() {
        for radio in config.radios() {
            let subnet = network.address_on(&radio.interface).trunc();
            let mut inside = |code, end: Option<Ipv4Addr>, whose: &str| {
                let Some(address) = end.filter(|address| subnet.contains(address)) else {
                    return;
                };
                let finding = Finding::error(
                    code,
                    format!(
                        "network `{}` ({subnet}) contains {address}, {whose} address: the way between them would lead to a radio",
                        network.ssid
                    ),
                    "give the wired side of the vehicle another subnet than any network that it may use",
                );
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            };
            inside("network-holds-router", router, "the router's");
            inside("network-holds-pc", local, "this PC's");
        }
    }
    let on = item.map_or_else(String::new, |item| format!(" on `{}`", item.interface));
    Checked {
        part: "path",
        fine: format!(
            "from {} to {}{on}",
            inspection.path.local.ip(),
            inspection.path.router.ip()
        ),
        findings,
    }
}
