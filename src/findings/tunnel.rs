//! The tunnel, and what leaves the router beside it.

use std::net::Ipv4Addr;

use super::console::find;
use super::finding::{Checked, Finding, listed};
use super::wireguard;
use crate::config::Config;
use crate::routeros::TunnelKind;
use crate::snapshot::{RouteItem, TunnelItem};
use crate::survey::{Inspection, NatRule, Survey};
use crate::swap;

/// The tunnel's menu as the console writes it: `interface pptp-client`.
fn console(config: &Config) -> String {
    config.tunnel().kind.menu().trim_start_matches('/').replace('/', " ")
}

/// Whether the tunnel's item is there and on.
pub(super) fn item(config: &Config, survey: &Survey) -> Vec<Finding> {
    let tunnel = config.tunnel();
    let name = &tunnel.interface;
    let command = format!("{}/print", tunnel.kind.menu());
    match &survey.tunnel {
        None if tunnel.kind == TunnelKind::Wireguard && wireguard::lacks(survey).is_some() => {
            vec![wireguard::lacking(config)]
        }
        None if survey.refused.iter().any(|refusal| refusal.command == command) => Vec::new(),
        None => vec![missing(config, survey)],
        Some(item) if item.disabled && swap::has_mark(&item.comment) => vec![Finding::warning(
            "tunnel-half-done",
            format!("tunnel `{name}` is off by a swap that did not end"),
            "`tikroam run` turns it on at its start",
        )],
        Some(item) => disabled(config, item).into_iter().collect(),
    }
}

/// A tunnel that a person disabled.
pub(super) fn disabled(config: &Config, item: &TunnelItem) -> Option<Finding> {
    let name = config.tunnel().interface.as_str();
    (item.disabled && !swap::has_mark(&item.comment)).then(|| {
        Finding::error(
            "tunnel-disabled",
            format!("tunnel `{name}` was disabled by a person, and the agent leaves it so"),
            format!("`/{} enable {}`", console(config), find(&[("name", name)])),
        )
    })
}

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let name = &config.tunnel().interface;
    let mut findings = item(config, survey);
    if config.tunnel().kind.dials() {
        findings.extend(default_route(config, survey, inspection));
    }
    if config.tunnel().kind == TunnelKind::Wireguard && survey.tunnel.is_some() {
        findings.extend(wireguard::findings(config, survey, inspection));
    }
    for route in inspection.host_routes.iter().filter(|route| pins(config, route)) {
        findings.push(Finding::error(
            "tunnel-pinned",
            format!(
                "a static route ties the way to {}, the tunnel's other end, to `{}`: the tunnel cannot follow a swap",
                route.destination.addr(),
                route.gateway
            ),
            format!(
                "`/ip route remove {}`",
                find(&[
                    ("dst-address", &route.destination.to_string()),
                    ("gateway", &route.gateway)
                ])
            ),
        ));
    }
    if inspection.tunnel_allowed == Some(false) {
        findings.push(Finding::error(
            "tunnel-device-mode",
            format!("the router's device mode does not let `{name}` run"),
            "see `/system device-mode print`; to change it the router asks for its button or a power cycle",
        ));
    }
    let peers = inspection.peers.iter().flatten().filter(|peer| !peer.disabled);
    let mut ends = inspection
        .dial
        .iter()
        .map(|dial| &dial.to)
        .chain(peers.map(|peer| &peer.to));
    let to = ends.next().map_or_else(String::new, |to| format!(" to `{to}`"));
    Checked {
        part: "tunnel",
        fine: format!("`{name}`{to}"),
        findings,
    }
}

/// A default route that a dial makes, which competes with the managed one.
fn default_route(config: &Config, survey: &Survey, inspection: &Inspection) -> Option<Finding> {
    let name = config.tunnel().interface.as_str();
    let leads_through = |route: &RouteItem| route.dynamic && !route.disabled && route.gateway == name;
    let is_set = inspection.dial.as_ref().is_some_and(|dial| dial.default_route);
    (is_set || survey.routes.iter().any(leads_through)).then(|| {
        Finding::error(
            "tunnel-default-route",
            format!("tunnel `{name}` makes a default route of its own, which competes with the managed one"),
            format!(
                "`/{} set {} add-default-route=no`, and a route to the office's networks by the tunnel",
                console(config),
                find(&[("name", name)])
            ),
        )
    })
}

fn missing(config: &Config, survey: &Survey) -> Finding {
    let (name, console) = (&config.tunnel().interface, console(config));
    let script = match config.tunnel().kind {
        TunnelKind::Pptp => "contrib/router.rsc",
        TunnelKind::Wireguard => "contrib/router-wireguard.rsc",
    };
    match survey.interfaces.iter().find(|interface| interface.name == *name) {
        Some(other) => Finding::forbids(
            "tunnel-kind",
            format!("`{name}` is of type `{}`, not in `/{console}`", other.kind),
            "compare kind and interface of [tunnel] in agent.toml with `/interface print`",
        ),
        None => Finding::forbids(
            "tunnel-missing",
            format!("the router has no tunnel `{name}` in `/{console}`"),
            format!("compare [tunnel] interface in agent.toml with `/interface print`, or make it as in {script}"),
        ),
    }
}

/// Whether a host route leads over a radio or a network's gateway, whichever is active.
fn pins(config: &Config, route: &RouteItem) -> bool {
    if route.dynamic || route.disabled {
        return false;
    }
    let (gateway, interface) = match route.gateway.split_once('%') {
        Some((gateway, interface)) => (gateway, interface),
        None => (route.gateway.as_str(), route.gateway.as_str()),
    };
    let gateway: Option<Ipv4Addr> = gateway.parse().ok();
    config.radios().iter().any(|radio| {
        let in_subnet = |address| {
            config.networks().iter().any(|network| {
                network
                    .address_on(&radio.interface)
                    .is_some_and(|own| own.contains(&address))
            })
        };
        radio.interface.as_str() == interface || gateway.is_some_and(in_subnet)
    })
}

pub(super) fn check_nat(config: &Config, inspection: &Inspection) -> Checked {
    let part = "nat";
    let radios: Vec<&str> = config.radios().iter().map(|radio| radio.interface.as_str()).collect();
    let Some(rules) = &inspection.nat else {
        return Checked {
            part,
            fine: "not readable".to_owned(),
            findings: Vec::new(),
        };
    };
    let bare = radios
        .iter()
        .filter(|radio| !rules.iter().any(|rule| rewrites(rule, radio)));
    let findings = bare.map(|radio| {
        Finding::warning(
            "nat-missing",
            format!(
                "nothing masquerades what the vehicle's devices send out by `{radio}`: no answer comes back to their private \
                 addresses"
            ),
            format!(
                "`/ip firewall nat add chain=srcnat action=masquerade out-interface={}`, unless they only use the tunnel",
                super::console::quoted(radio)
            ),
        )
    });
    Checked {
        part,
        findings: findings.collect(),
        fine: format!("what leaves by {} gets the vehicle's address there", listed(&radios)),
    }
}

/// Whether a rule may rewrite what leaves by a radio. What is in a list of interfaces is not read: the radio may be.
fn rewrites(rule: &NatRule, radio: &str) -> bool {
    let interface = match rule.out_interface.strip_prefix('!') {
        Some(other) => other != radio,
        None => ["", "all-wireless", radio].contains(&rule.out_interface.as_str()),
    };
    !rule.disabled && interface && ["masquerade", "src-nat"].contains(&rule.action.as_str())
}
