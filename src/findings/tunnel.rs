//! The tunnel, and what leaves the router beside it.

use std::net::Ipv4Addr;

use super::console::find;
use super::{Checked, Finding, listed};
use crate::config::Config;
use crate::router::{Inspection, NatRule, Survey};
use crate::snapshot::RouteItem;
use crate::swap;

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let tunnel = config.tunnel();
    let (name, menu) = (&tunnel.interface, tunnel.kind.menu());
    let this = find(&[("name", name.as_str())]);
    let console = menu.trim_start_matches('/').replace('/', " ");
    let mut findings = Vec::new();
    let refused = survey
        .refused
        .iter()
        .any(|refusal| refusal.command == format!("{menu}/print"));
    match &survey.tunnel {
        None if refused => {}
        None => findings.push(missing(config, survey, &console)),
        Some(item) if item.disabled => findings.push(if swap::has_mark(&item.comment) {
            Finding::warning(
                "tunnel-half-done",
                format!("tunnel `{name}` is off by a swap that did not end"),
                "`tikroam run` turns it on at its start",
            )
        } else {
            Finding::error(
                "tunnel-disabled",
                format!("tunnel `{name}` was disabled by a person, and the agent leaves it so"),
                format!("`/{console} enable {this}`"),
            )
        }),
        Some(_) => {}
    }
    let dial = inspection.dial.as_ref();
    let leads_through = survey
        .routes
        .iter()
        .any(|route| route.dynamic && !route.disabled && route.gateway == name.as_str());
    if dial.is_some_and(|dial| dial.default_route) || leads_through {
        findings.push(Finding::error(
            "tunnel-default-route",
            format!("tunnel `{name}` makes a default route of its own, which competes with ours"),
            format!("`/{console} set {this} add-default-route=no`, and a route to the office's networks by the tunnel"),
        ));
    }
    for route in inspection.host_routes.iter().filter(|route| pins(config, route)) {
        findings.push(Finding::error(
            "tunnel-pinned",
            format!(
                "a static route holds the way to {}, the tunnel's other end, on `{}`: the tunnel cannot follow a swap",
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
    let to = dial.map_or_else(String::new, |dial| format!(" to `{}`", dial.to));
    Checked {
        part: "tunnel",
        fine: format!("`{name}`{to}"),
        findings,
    }
}

fn missing(config: &Config, survey: &Survey, console: &str) -> Finding {
    let name = &config.tunnel().interface;
    match survey.interfaces.iter().find(|interface| interface.name == *name) {
        Some(other) => Finding::error(
            "tunnel-kind",
            format!("`{name}` is of type `{}`, not in `/{console}`", other.kind),
            "compare kind and interface of [tunnel] in agent.toml with `/interface print`",
        ),
        None => Finding::error(
            "tunnel-missing",
            format!("the router has no tunnel `{name}` in `/{console}`"),
            "compare [tunnel] interface in agent.toml with `/interface print`, or make it as in contrib/router.rsc",
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
            config
                .networks()
                .iter()
                .any(|network| network.address_on(&radio.interface).contains(&address))
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
            format!("what the vehicle's devices send out by `{radio}` keeps their private addresses, so no answer comes back"),
            format!(
                "`/ip firewall nat add chain=srcnat action=masquerade out-interface={}`; the tunnel itself does without",
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

/// Whether a rule may rewrite what leaves by a radio. What a list of interfaces holds is not read: it may hold the radio.
fn rewrites(rule: &NatRule, radio: &str) -> bool {
    let interface = match rule.out_interface.strip_prefix('!') {
        Some(other) => other != radio,
        None => ["", "all-wireless", radio].contains(&rule.out_interface.as_str()),
    };
    !rule.disabled && interface && ["masquerade", "src-nat"].contains(&rule.action.as_str())
}
