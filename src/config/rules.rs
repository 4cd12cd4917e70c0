//! What must hold between the keys of a configuration.

use std::net::Ipv4Addr;

use humantime::format_duration;
use ipnet::Ipv4Net;

use super::fault::Report;
use super::written::{Fallback, File, Network, Radio};
use crate::handover::settings::NetworkRule;
use crate::names::InterfaceName;
use crate::swap::PARKING;
use crate::units::Dbm;

/// The most radios that a vehicle may have: more of them share too few channels.
pub const MOST_RADIOS: usize = 4;

/// Reports all that does not fit together.
pub(super) fn check(file: &File, report: &mut Report) {
    radios(file, report);
    if file.network.is_empty() && !report.has_fault("network") {
        let hint = "add `[[network]]` with `ssid`, `address` and `gateway`, once for each network";
        report.fault("network", "there is no [[network]]", hint);
    }
    for (n, network) in file.network.iter().enumerate() {
        let key = format!("network[{}]", n + 1);
        range(&key, network, report);
        dhcp(&key, network, report);
        own_addresses(&key, network, &file.radio, report);
        differs(&key, network, &file.network[..n], report);
        minimum_above_trigger(&key, network, Dbm(file.handover.trigger.0), report);
    }
    fallbacks(file, report);
    router_outside_networks(file, report);
    probe(file, report);
    times(file, report);
}

fn radios(file: &File, report: &mut Report) {
    if file.radio.is_empty() && !report.has_fault("radio") {
        let hint = "add `[[radio]]` with `interface = \"wlan1\"`, once for each radio";
        report.fault("radio", "there is no [[radio]]", hint);
    }
    if file.radio.len() > MOST_RADIOS {
        let hint = "leave four: one radio is active and three stand by";
        let key = format!("radio[{}]", MOST_RADIOS + 1);
        report.fault(&key, "more than four radios are not supported", hint);
    }
    let names: Vec<_> = file.radio.iter().map(name).collect();
    for (n, name) in names.iter().enumerate() {
        let before = names[..n].iter().position(|other| other == name);
        if let (Some(first), Some(name)) = (before, name) {
            let line = report.line(&format!("radio[{}].interface", first + 1));
            let what = format!("radio `{name}` is already on line {line}");
            let key = format!("radio[{}].interface", n + 1);
            report.fault(&key, what, "remove one of the two entries");
        }
    }
    if let Some(tunnel) = file
        .tunnel
        .interface
        .as_ref()
        .filter(|tunnel| names.contains(&Some(&tunnel.0)))
    {
        let hint = "name the tunnel's interface, as in `/interface/pptp-client/print`";
        report.fault("tunnel.interface", format!("`{}` is a radio", tunnel.0), hint);
    }
}

fn name(radio: &Radio) -> Option<&InterfaceName> {
    radio.interface.as_ref().map(|interface| &interface.0)
}

/// The fallbacks against each other, the radios and the tunnel, and the address of each.
fn fallbacks(file: &File, report: &mut Report) {
    let name = |fallback: &Fallback| fallback.interface.as_ref().map(|interface| interface.0.clone());
    let names: Vec<Option<InterfaceName>> = file.fallback.iter().map(name).collect();
    for (n, (fallback, own)) in file.fallback.iter().zip(&names).enumerate() {
        let key = format!("fallback[{}]", n + 1);
        let is_radio = file.radio.iter().any(|radio| self::name(radio) == own.as_ref());
        let tunnel = file.tunnel.interface.as_ref().map(|interface| &interface.0);
        let what = match own {
            Some(own) if is_radio => Some(format!("`{own}` is a radio")),
            Some(own) if tunnel == Some(own) => Some(format!("`{own}` is the tunnel")),
            Some(own) if names[..n].contains(&Some(own.clone())) => Some(format!("`{own}` is a fallback already")),
            _ => None,
        };
        if let Some(what) = what {
            let hint = "name an interface that is nothing else, as in `/interface print`";
            report.fault(&format!("{key}.interface"), what, hint);
        }
        match (
            fallback.address.map(|address| address.0),
            fallback.gateway.map(|gateway| gateway.0),
        ) {
            (Some(None), Some(_)) => report.fault(
                &format!("{key}.gateway"),
                "is set beside `address = \"dhcp\"`",
                "remove the line: the network gives address and gateway by DHCP",
            ),
            (Some(Some(address)), Some(gateway)) if gateway == address.addr() || !address.contains(&gateway) => {
                let what = format!("{gateway} is no gateway in {}", address.trunc());
                let hint = "check the gateway, and the bits after the `/` of the address";
                report.fault(&format!("{key}.gateway"), what, hint);
            }
            (Some(Some(_)), None) => report.fault(
                &format!("{key}.gateway"),
                "is missing beside `address`",
                "name the gateway, or remove `address`: then the interface itself leads out, as a modem does",
            ),
            (None, Some(_)) => report.fault(
                &format!("{key}.address"),
                "is missing beside `gateway`",
                "name the vehicle's address there with its mask, or remove `gateway`",
            ),
            _ => {}
        }
    }
}

/// A network's address and gateway.
fn range(key: &str, network: &Network, report: &mut Report) {
    let Some(address) = network.fixed() else {
        return;
    };
    let range = address.trunc();
    if overlap(range, PARKING) {
        let what = format!("{range} overlaps {PARKING}, where radios that are not active are parked");
        let hint = "ask the network's owner for another range of addresses";
        report.fault(&format!("{key}.address"), what, hint);
    }
    let Some(gateway) = network.gateway.map(|gateway| gateway.0) else {
        return;
    };
    let key = format!("{key}.gateway");
    if gateway == address.addr() {
        let hint = "the gateway is the access point's side; ask the network's owner";
        report.fault(&key, format!("{gateway} is the vehicle's own address"), hint);
    } else if !range.contains(&gateway) || is_end(range, gateway) {
        let hint = "check the gateway, and the bits after the `/` of the address";
        report.fault(&key, format!("{gateway} is outside the network {range}"), hint);
    }
}

/// A network that gives addresses itself names its gateway as well.
fn dhcp(key: &str, network: &Network, report: &mut Report) {
    let hint = "remove the line: the network gives address and gateway by DHCP";
    if network.is_dhcp() && network.gateway.is_some() {
        report.fault(&format!("{key}.gateway"), "is set beside `address = \"dhcp\"`", hint);
    }
    if network.is_dhcp() && !network.addresses.is_empty() {
        report.fault(&format!("{key}.addresses"), "is set beside `address = \"dhcp\"`", hint);
    }
    if network.bssid.as_ref().is_some_and(Vec::is_empty) {
        let hint = "name the access points, or remove the line: then each of that name is used";
        report.fault(&format!("{key}.bssid"), "names no access point", hint);
    }
}

/// The addresses of single radios on a network.
fn own_addresses(key: &str, network: &Network, radios: &[Radio], report: &mut Report) {
    let range = network.fixed().map(|address| address.trunc());
    for (radio, own) in &network.addresses {
        let key = format!("{key}.addresses.{}", radio.as_str());
        let (own, hint) = (
            own.0,
            "give the radio another host's address of the same network, with the same mask",
        );
        if !radios.iter().any(|one| name(one) == Some(radio)) {
            let hint = "use the interface of one of the [[radio]] entries";
            report.fault(&key, format!("there is no radio `{radio}`"), hint);
        } else if let Some(range) = range.filter(|range| *range != own.trunc()) {
            report.fault(&key, format!("{own} is outside the network {range}"), hint);
        } else if network.gateway.is_some_and(|gateway| gateway.0 == own.addr()) {
            report.fault(&key, format!("{} is the gateway", own.addr()), hint);
        }
    }
}

/// A network against those before it.
fn differs(key: &str, network: &Network, before: &[Network], report: &mut Report) {
    let ssid = |network: &Network| network.ssid.as_ref().map(|ssid| ssid.0.clone());
    let first = before.iter().position(|other| ssid(other) == ssid(network));
    if let (Some(first), Some(ssid)) = (first, ssid(network)) {
        let line = report.line(&format!("network[{}].ssid", first + 1));
        let what = format!("network `{ssid}` is already on line {line}");
        let hint = "one entry serves every access point of that name; remove one of the two";
        report.fault(&format!("{key}.ssid"), what, hint);
    }
    let Some(range) = network.fixed().map(|address| address.trunc()) else {
        return;
    };
    let others = before
        .iter()
        .enumerate()
        .filter_map(|(n, other)| Some((n, other.fixed()?.trunc())));
    if let Some((first, other)) = others.into_iter().find(|(_, other)| overlap(*other, range)) {
        let line = report.line(&format!("network[{}].address", first + 1));
        let what = format!("{range} overlaps {other} on line {line}");
        let hint = "two networks need two address ranges; check the bits after the `/`";
        report.fault(&format!("{key}.address"), what, hint);
    }
}

fn overlap(a: Ipv4Net, b: Ipv4Net) -> bool {
    a.contains(&b.network()) || b.contains(&a.network())
}

fn is_end(range: Ipv4Net, address: Ipv4Addr) -> bool {
    address == range.network() || address == range.broadcast()
}

/// The router's address, where it is no name.
fn router_address(file: &File) -> Option<Ipv4Addr> {
    file.router.address.as_ref()?.0.host.parse().ok()
}

fn router_outside_networks(file: &File, report: &mut Report) {
    let Some(router) = router_address(file) else { return };
    let ranges = file
        .network
        .iter()
        .filter_map(|network| Some((&network.ssid.as_ref()?.0, network.fixed()?.trunc())));
    for (ssid, range) in ranges.filter(|(_, range)| range.contains(&router)).take(1) {
        let what = format!("{router} is inside network `{ssid}` ({range})");
        let hint = "use the address of the router's wired side, and networks that do not contain it";
        report.fault("router.address", what, hint);
    }
}

/// A ping that is answered without the tunnel says nothing of it.
fn probe(file: &File, report: &mut Report) {
    let Some(probe) = file.tunnel.probe.map(|probe| probe.0) else {
        return;
    };
    let own = |network: &Network| {
        let own = network.addresses.values().map(|own| own.0).chain(network.fixed());
        own.into_iter().any(|own| own.addr() == probe)
    };
    let gateway = |network: &Network| network.gateway.is_some_and(|gateway| gateway.0 == probe);
    let end = |network: &Network| network.fixed().is_some_and(|address| is_end(address, probe));
    let networks = || file.network.iter();
    let of_fallback = |fallback: &Fallback| {
        fallback
            .address
            .is_some_and(|own| own.0.is_some_and(|own| own.addr() == probe))
            || fallback.gateway.is_some_and(|one| one.0 == probe)
    };
    let what = if probe.is_loopback() {
        "the router itself"
    } else if router_address(file) == Some(probe) {
        "the router's own address"
    } else if networks().any(own) {
        "the vehicle's own address on a network"
    } else if networks().any(gateway) {
        "a network's gateway"
    } else if file.fallback.iter().any(of_fallback) {
        "an end of a fallback"
    } else if networks().any(end) || matches!(probe.octets()[0], 0 | 224..) || PARKING.contains(&probe) {
        "no host's address"
    } else {
        return;
    };
    let what = format!("{probe} is {what}: a ping to it says nothing of the tunnel");
    let hint = "use an address behind the tunnel; the concentrator's private address is best";
    report.fault("tunnel.probe", what, hint);
}

/// Durations that depend on each other.
fn times(file: &File, report: &mut Report) {
    let (router, hunt, health) = (&file.router, &file.hunt, &file.health);
    let show = |duration| format_duration(duration).to_string();
    if router.slow.0 < router.tick.0 {
        let (slow, tick) = (show(router.slow.0), show(router.tick.0));
        let what = format!("{slow} must be at least router.tick ({tick})");
        report.fault("router.slow", what, format!("choose a value of at least {tick}"));
    }
    if hunt.scan_duration.0 >= hunt.interval.0 {
        let (scan, interval) = (show(hunt.scan_duration.0), show(hunt.interval.0));
        let what = format!("{scan} must be less than hunt.interval ({interval})");
        report.fault(
            "hunt.scan_duration",
            what,
            format!("choose a value less than {interval}"),
        );
    }
    for (key, count) in [("health.lost", health.lost.0), ("health.recover", health.recover.0)] {
        let row = health.interval.0 * count;
        if row > health.window.0 {
            let (row, window) = (show(row), show(health.window.0));
            let what = format!("{count} pings in a row take {row}, longer than health.window ({window})");
            report.fault(
                key,
                what,
                "choose a longer `window`, a shorter `interval`, or fewer pings",
            );
        }
    }
}

/// Warns of a network that the vehicle leaves before it is at its trigger.
fn minimum_above_trigger(key: &str, network: &Network, trigger: Dbm, report: &mut Report) {
    let (Some(ssid), Some(minimum)) = (&network.ssid, network.minimum_signal) else {
        return;
    };
    let rule = NetworkRule {
        ssid: ssid.0.clone(),
        minimum_signal: Some(Dbm(minimum.0)),
        priority: network.priority.0,
    };
    let left_at = rule.trigger(trigger);
    if left_at > trigger {
        let what = format!(
            "network `{}` is left at {left_at}, before the trigger of {trigger}",
            rule.ssid
        );
        let hint = "that is right for a network that serves only strong clients; else lower `minimum_signal`";
        report.warning(&format!("{key}.minimum_signal"), what, hint);
    }
}
