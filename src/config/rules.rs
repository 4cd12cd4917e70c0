//! What must hold between the values of a configuration.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use ipnet::Ipv4Net;

use super::fault::{Fault, FaultKind};
use super::file::Written;
use super::lists::Entry;
use super::section::Section;
use super::{Network, Radio, RouterAccess, Tunnel};
use crate::handover::settings::{Hunt, Settings};
use crate::names::InterfaceName;

/// The address, if a vehicle can have it.
pub(super) fn host(address: Ipv4Net) -> Result<Ipv4Net, FaultKind> {
    let ip = address.addr();
    let what = if !(8..=30).contains(&address.prefix_len()) {
        "in a network of less than 4 or more than 16 million addresses"
    } else if ip == address.network() {
        "the network's own address"
    } else if ip == address.broadcast() {
        "the network's broadcast address"
    } else if ip.is_loopback() || ip.is_multicast() || ip.octets()[0] == 0 || ip.octets()[0] >= 240 {
        "reserved"
    } else {
        return Ok(address);
    };
    Err(FaultKind::NotAHost { address, what })
}

pub(super) fn gateway_fits(section: &Section<'_>, address: Ipv4Net, gateway: Ipv4Addr) {
    if gateway == address.addr() {
        section.tell("gateway", FaultKind::GatewayIsAddress(gateway));
    } else if !address.contains(&gateway) || gateway == address.network() || gateway == address.broadcast() {
        section.tell(
            "gateway",
            FaultKind::GatewayOutside {
                gateway,
                network: address.trunc(),
            },
        );
    }
}

pub(super) fn addresses_fit(
    section: &Section<'_>,
    address: Ipv4Net,
    gateway: Ipv4Addr,
    addresses: &BTreeMap<InterfaceName, Ipv4Net>,
) {
    for (radio, own) in addresses {
        let key = format!("addresses.{}", radio.as_str());
        if own.trunc() != address.trunc() {
            section.tell(
                &key,
                FaultKind::AddressOutside {
                    address: *own,
                    network: address.trunc(),
                },
            );
        } else if own.addr() == gateway {
            section.tell(&key, FaultKind::AddressIsGateway(gateway));
        }
    }
}

pub(super) fn router_outside_networks(written: &Written, router: &RouterAccess, networks: &[Entry<Network>]) {
    let Ok(SocketAddr::V4(endpoint)) = router.address.parse() else {
        return;
    };
    let address = *endpoint.ip();
    if let Some(network) = networks
        .iter()
        .map(|entry| &entry.value)
        .find(|network| network.address.contains(&address))
    {
        let kind = FaultKind::RouterInside {
            address,
            ssid: network.ssid.clone(),
            network: network.address.trunc(),
        };
        written.tell("router.address", kind);
    }
}

pub(super) fn radios_differ(written: &Written, radios: &[Entry<Radio>], tunnel: &Tunnel) {
    for (
        n,
        Entry {
            key,
            value: Radio { interface, .. },
        },
    ) in radios.iter().enumerate()
    {
        if let Some(first) = radios[..n].iter().find(|other| other.value.interface == *interface) {
            let line = written.line(&first.key).unwrap_or_default();
            written.tell(
                key,
                FaultKind::RadioTwice {
                    interface: interface.clone(),
                    line,
                },
            );
        }
    }
    if radios.iter().any(|entry| entry.value.interface == tunnel.interface) {
        written.tell("tunnel.interface", FaultKind::TunnelIsRadio(tunnel.interface.clone()));
    }
}

pub(super) fn networks_differ(written: &Written, networks: &[Entry<Network>]) {
    for (n, Entry { key, value: network }) in networks.iter().enumerate() {
        let earlier = &networks[..n];
        if let Some(first) = earlier.iter().find(|other| other.value.ssid == network.ssid) {
            let line = written.line(&format!("{}.ssid", first.key)).unwrap_or_default();
            written.tell(
                &format!("{key}.ssid"),
                FaultKind::SsidTwice {
                    ssid: network.ssid.clone(),
                    line,
                },
            );
        }
        let range = network.address.trunc();
        let shares = |other: &Ipv4Net| other.contains(&range) || range.contains(other);
        if let Some(first) = earlier.iter().find(|other| shares(&other.value.address.trunc())) {
            let line = written.line(&format!("{}.address", first.key)).unwrap_or_default();
            let other = first.value.address.trunc();
            written.tell(
                &format!("{key}.address"),
                FaultKind::Overlap {
                    network: range,
                    other,
                    line,
                },
            );
        }
    }
}

pub(super) fn scan_fits_interval(written: &Written, hunt: &Hunt) {
    if hunt.scan_duration >= hunt.interval {
        let show = |duration| humantime::format_duration(duration).to_string();
        let kind = FaultKind::Relation {
            written: show(hunt.scan_duration),
            relation: "less than",
            other: "hunt.interval",
            limit: show(hunt.interval),
        };
        written.tell("hunt.scan_duration", kind);
    }
}

pub(super) fn minimums_above_trigger(
    written: &Written,
    networks: &[Entry<Network>],
    handover: &Settings,
    warnings: &mut Vec<Fault>,
) {
    for Entry { key, value: network } in networks {
        let left_at = network.rule().trigger(handover.trigger);
        if left_at > handover.trigger {
            let kind = FaultKind::MinimumAboveTrigger {
                ssid: network.ssid.clone(),
                left_at,
                trigger: handover.trigger,
            };
            warnings.push(written.fault(&format!("{key}.minimum_signal"), kind));
        }
    }
}
