//! The tunnel, and what leaves the router beside it.

use std::net::Ipv4Addr;

use super::finding::{Checked, Finding, listed};
use super::wireguard;
use crate::config::Config;
use crate::names::InterfaceName;
use crate::routeros::TunnelKind;
use crate::routeros::console::find;
use crate::snapshot::{RouteItem, TunnelItem};
use crate::survey::{Inspection, NatRule, Refusal, Survey};
use crate::swap;

/// The tunnel of the configuration.
#[derive(Clone, Copy)]
struct Named<'c> {
    kind: TunnelKind,
    name: &'c InterfaceName,
}

/// The tunnel of the configuration; `None` for a vehicle without one.
fn named(config: &Config) -> Option<Named<'_>> {
    let (kind, name) = config.tunnel().item.as_ref()?;
    Some(Named { kind: *kind, name })
}

impl Named<'_> {
    /// Its menu as the console writes it: `interface pptp-client`.
    fn console(&self) -> String {
        self.kind.menu().trim_start_matches('/').replace('/', " ")
    }

    /// Whether a reading that the router refused is that of the tunnel.
    fn is_read_by(&self, refusal: &Refusal) -> bool {
        refusal.command.strip_suffix("/print") == Some(self.kind.menu())
    }

    /// The command that sets something of it.
    fn set(&self, what: &str) -> String {
        format!(
            "`/{} set {} {what}`",
            self.console(),
            find(&[("name", self.name.as_str())])
        )
    }
}

/// Whether an answer shows that the router has no tunnels of this kind at all.
pub(super) fn lacks(config: &Config, refusal: &Refusal) -> bool {
    named(config).is_some_and(|tunnel| tunnel.is_read_by(refusal)) && refusal.trap.is_no_such_command()
}

/// Whether the tunnel's item is there and on.
pub(super) fn item(config: &Config, survey: &Survey) -> Vec<Finding> {
    let Some(tunnel) = named(config) else {
        return Vec::new();
    };
    let name = tunnel.name;
    let refusal = survey.refused.iter().find(|refusal| tunnel.is_read_by(refusal));
    match (&survey.tunnel, refusal) {
        (None, Some(refusal)) if lacks(config, refusal) => vec![lacking(tunnel)],
        (None, Some(_)) => Vec::new(),
        (None, None) => vec![missing(tunnel, survey)],
        (Some(item), _) if item.disabled && swap::has_mark(&item.comment) => vec![Finding::warning(
            "tunnel-half-done",
            format!("tunnel `{name}` is off by a swap that did not end"),
            "`tikroam run` turns it on at its start",
        )],
        (Some(item), _) => disabled(config, item).into_iter().collect(),
    }
}

/// A tunnel that a person disabled.
pub(super) fn disabled(config: &Config, item: &TunnelItem) -> Option<Finding> {
    let tunnel = named(config)?;
    let name = tunnel.name;
    (item.disabled && !swap::has_mark(&item.comment)).then(|| {
        Finding::error(
            "tunnel-disabled",
            format!("tunnel `{name}` was disabled by a person, and the agent leaves it so"),
            format!("`/{} enable {}`", tunnel.console(), find(&[("name", name.as_str())])),
        )
    })
}

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let part = "tunnel";
    let Some(tunnel) = named(config) else {
        return Checked {
            part,
            fine: "none; the vehicle is called by its address on each network".to_owned(),
            findings: Vec::new(),
        };
    };
    let name = tunnel.name;
    let mut findings = item(config, survey);
    if tunnel.kind.dials() {
        findings.extend(default_route(tunnel, survey, inspection));
        findings.extend(tied(config, tunnel, survey));
        findings.extend(unverified(tunnel, inspection));
    }
    if tunnel.kind.shape().peers.is_some() && survey.tunnel.is_some() {
        findings.extend(wireguard::findings(config, name, survey, inspection));
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
        part,
        fine: format!("`{name}`{to}"),
        findings,
    }
}

/// A default route that a dial makes, which competes with the managed one.
fn default_route(tunnel: Named<'_>, survey: &Survey, inspection: &Inspection) -> Option<Finding> {
    let name = tunnel.name.as_str();
    let leads_through = |route: &RouteItem| route.dynamic && !route.disabled && route.gateway == name;
    let is_set = inspection.dial.as_ref().is_some_and(|dial| dial.default_route);
    (is_set || survey.routes.iter().any(leads_through)).then(|| {
        Finding::error(
            "tunnel-default-route",
            format!("tunnel `{name}` makes a default route of its own, which competes with the managed one"),
            format!(
                "{}, and a route to the office's networks by the tunnel",
                tunnel.set("add-default-route=no")
            ),
        )
    })
}

/// A tunnel that sends from an address which the agent never moves.
fn tied(config: &Config, tunnel: Named<'_>, survey: &Survey) -> Option<Finding> {
    let source = survey.tunnel.as_ref()?.source?;
    (!config.may_have(source)).then(|| {
        Finding::warning(
            "tunnel-source",
            format!(
                "tunnel `{}` sends from {source} only (src-address), which no network of agent.toml gives the vehicle: if a \
                 radio has it, the tunnel is pinned to that radio",
                tunnel.name
            ),
            format!(
                "{}; the agent keeps an address of agent.toml there up to date",
                tunnel.set("src-address=0.0.0.0")
            ),
        )
    })
}

/// A tunnel over TLS that takes anybody for the office.
fn unverified(tunnel: Named<'_>, inspection: &Inspection) -> Option<Finding> {
    (inspection.dial.as_ref()?.verifies == Some(false)).then(|| {
        Finding::warning(
            "tunnel-unverified",
            format!(
                "tunnel `{}` does not verify the office's certificate: whoever runs a false access point can pretend to be the \
                 office",
                tunnel.name
            ),
            format!(
                "import the certificate that signed the office's, as the head of `tikroam setup --office` says, then {}",
                tunnel.set("verify-server-certificate=yes")
            ),
        )
    })
}

/// A router without the tunnel's menu.
fn lacking(tunnel: Named<'_>) -> Finding {
    let shape = tunnel.kind.shape();
    if shape.since > 6 {
        return Finding::forbids(
            "tunnel-no-wireguard",
            format!(
                "tunnel `{}` is {}, and this router has none: RouterOS 6 lacks it",
                tunnel.name, shape.name
            ),
            "upgrade the router to RouterOS 7, or set kind = \"pptp\" and the interface of that tunnel in [tunnel] of agent.toml",
        );
    }
    Finding::forbids(
        "tunnel-no-menu",
        format!(
            "tunnel `{}` is {}, and this router has no `/{}`",
            tunnel.name,
            shape.name,
            tunnel.console()
        ),
        "on RouterOS 6 its package is off: `/system package enable ppp`, then restart the router",
    )
}

fn missing(tunnel: Named<'_>, survey: &Survey) -> Finding {
    let (name, console) = (tunnel.name, tunnel.console());
    match survey.interfaces.iter().find(|interface| interface.name == *name) {
        Some(other) => Finding::forbids(
            "tunnel-kind",
            format!("`{name}` is of type `{}`, not in `/{console}`", other.kind),
            "compare kind and interface of [tunnel] in agent.toml with `/interface print`",
        ),
        None => Finding::forbids(
            "tunnel-missing",
            format!("the router has no tunnel `{name}` in `/{console}`"),
            "compare [tunnel] interface in agent.toml with `/interface print`; `sudo tikroam setup --check` prints what makes it",
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
    let radios = config.radios().iter().map(|radio| radio.interface.as_str());
    let fallbacks = config.fallbacks().iter().map(|fallback| fallback.interface.as_str());
    let radios: Vec<&str> = radios.chain(fallbacks).collect();
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
                crate::routeros::console::quoted(radio)
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
