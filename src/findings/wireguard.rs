//! A WireGuard tunnel: the office as its peer, and what goes to it.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;

use super::finding::{Finding, Severity, listed};
use crate::config::Config;
use crate::names::InterfaceName;
use crate::routeros::console::{find, quoted};
use crate::snapshot::RouteItem;
use crate::survey::{Inspection, PeerSettings, Survey};
use crate::swap;

const PEERS: &str = "/interface wireguard peers";

/// What is wrong with the peer, the address and the routes of a tunnel that is there.
pub(super) fn findings(
    config: &Config,
    name: &InterfaceName,
    survey: &Survey,
    inspection: &Inspection,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = no_address(name, survey).into_iter().collect();
    let Some(peers) = &inspection.peers else {
        return findings;
    };
    let usable = |peer: &&PeerSettings| !peer.disabled || swap::has_mark(&peer.comment);
    let usable: Vec<&PeerSettings> = peers.iter().filter(usable).collect();
    match usable.as_slice() {
        [] => findings.push(no_peer(name, peers)),
        [peer] => {
            findings.extend(settings(name, peer));
            if let Some(routes) = &inspection.static_routes {
                let ways = Ways::read(name, survey, routes);
                findings.extend(ways.not_allowed(config, peer));
                findings.extend(ways.not_routed(config, peer));
            }
        }
        several => findings.push(several_peers(name, several.len())),
    }
    findings
}

fn no_address(name: &InterfaceName, survey: &Survey) -> Option<Finding> {
    let mut addresses = survey.addresses.iter();
    let there = addresses.any(|item| !item.disabled && item.interface == *name);
    (!there).then(|| {
        Finding::error(
            "tunnel-no-address",
            format!("tunnel `{name}` has no address, so the office has none to call"),
            format!(
                "`/ip address add interface={} address=...` with the vehicle's address in the tunnel; `sudo \
                 tikroam setup --check` prints it",
                quoted(name.as_str())
            ),
        )
    })
}

fn no_peer(name: &InterfaceName, peers: &[PeerSettings]) -> Finding {
    match peers.first() {
        None => Finding::error(
            "peer-missing",
            format!("tunnel `{name}` has no peer, so it leads nowhere"),
            "make the office its peer: `sudo tikroam setup --check` prints how",
        ),
        Some(peer) => Finding::error(
            "peer-disabled",
            format!("the peer of tunnel `{name}` was disabled by a person, and the agent leaves it so"),
            format!("`{PEERS} enable {}`", this(peer)),
        ),
    }
}

fn several_peers(name: &InterfaceName, count: usize) -> Finding {
    Finding::error(
        "peer-several",
        format!("tunnel `{name}` has {count} peers, and the agent expects one, the office"),
        format!(
            "`{PEERS} print where interface={}`, then disable all but the office, or give the others an interface of their own",
            quoted(name.as_str())
        ),
    )
}

fn this(peer: &PeerSettings) -> String {
    find(&[("public-key", &peer.public_key)])
}

/// What is wrong with the settings of the one peer.
fn settings(name: &InterfaceName, peer: &PeerSettings) -> Vec<Finding> {
    let this = this(peer);
    let mut findings = Vec::new();
    if peer.disabled {
        findings.push(Finding::warning(
            "peer-half-done",
            format!("the peer of tunnel `{name}` is off by a step of the agent that did not end"),
            "`tikroam run` turns it on at its start",
        ));
    }
    if peer.to.is_empty() || peer.port == 0 {
        findings.push(Finding::error(
            "peer-endpoint-missing",
            format!("the peer of tunnel `{name}` has no endpoint, so the vehicle cannot call the office"),
            format!(
                "`{PEERS} set {this} endpoint-address=... endpoint-port=...` with the office's public address and port"
            ),
        ));
    } else if peer.to.parse::<IpAddr>().is_err() {
        findings.push(Finding::error(
            "peer-endpoint-name",
            format!(
                "the endpoint of tunnel `{name}` is the name `{}`: the router looks it up once, maybe while there is no way out",
                peer.to
            ),
            format!("`{PEERS} set {this} endpoint-address=...` with the office's public address"),
        ));
    }
    if peer.responder {
        findings.push(Finding::error(
            "peer-responder",
            format!("the peer of tunnel `{name}` is set to `responder`: the vehicle waits for the office to call first"),
            format!("`{PEERS} set {this} responder=no` (`is-responder=no` before RouterOS 7.17); only the office's side may wait"),
        ));
    }
    if peer.keepalive.is_none() {
        findings.push(Finding::warning(
            "peer-keepalive",
            format!("the peer of tunnel `{name}` has no keepalive: without the agent the office loses a vehicle that is silent"),
            format!("`{PEERS} set {this} persistent-keepalive=5s`"),
        ));
    }
    findings
}

/// What the vehicle sends into the tunnel.
struct Ways<'c> {
    name: &'c InterfaceName,
    /// The subnets of the tunnel's own addresses.
    own: Vec<Ipv4Net>,
    /// The destinations of static routes, except a default one.
    routed: Vec<Ipv4Net>,
}

impl<'c> Ways<'c> {
    fn read(name: &'c InterfaceName, survey: &Survey, routes: &[RouteItem]) -> Self {
        let addresses = survey.addresses.iter();
        let addresses = addresses.filter(|item| !item.disabled && item.interface == *name);
        let own: Vec<Ipv4Net> = addresses
            .flat_map(|item| [item.address.trunc(), Ipv4Net::from(item.network)])
            .collect();
        let leads_in = |route: &&RouteItem| {
            let in_subnet = |gateway: Ipv4Addr| own.iter().any(|subnet| subnet.contains(&gateway));
            let by_name = match route.gateway.split_once('%') {
                Some((_, interface)) => interface == name.as_str(),
                None => route.gateway == name.as_str(),
            };
            by_name || route.gateway.parse().is_ok_and(in_subnet)
        };
        let routes = routes
            .iter()
            .filter(|route| !route.disabled && route.destination.prefix_len() > 0);
        let routed = routes.filter(leads_in).map(|route| route.destination).collect();
        Ways { name, own, routed }
    }

    fn all(&self) -> impl Iterator<Item = &Ipv4Net> {
        self.own.iter().chain(&self.routed)
    }

    /// What goes into the tunnel, and is dropped there.
    fn not_allowed(&self, config: &Config, peer: &PeerSettings) -> Option<Finding> {
        let probe = config.tunnel().probe.map(Ipv4Net::from);
        let mut lacking: Vec<Ipv4Net> = Vec::new();
        for wanted in self.routed.iter().copied().chain(probe) {
            if !peer.allowed.iter().chain(&lacking).any(|net| net.contains(&wanted)) {
                lacking.push(wanted);
            }
        }
        let all: Vec<String> = peer.allowed.iter().chain(&lacking).map(Ipv4Net::to_string).collect();
        (!lacking.is_empty()).then(|| {
            Finding::error(
                "peer-allowed",
                format!(
                    "the allowed addresses of the peer of tunnel `{}` lack {}: the router drops what goes there",
                    self.name,
                    listed(&lacking)
                ),
                format!("`{PEERS} set {} allowed-address={}`", this(peer), all.join(",")),
            )
        })
    }

    /// What the office is there for, and does not go into the tunnel. The router makes no routes from allowed addresses.
    fn not_routed(&self, config: &Config, peer: &PeerSettings) -> Vec<Finding> {
        let probe = config.tunnel().probe;
        let is_probes = |net: &&Ipv4Net| probe.is_some_and(|probe| net.contains(&probe));
        let networks = || peer.allowed.iter().filter(|net| net.prefix_len() > 0);
        let probed = probe.filter(|probe| !self.all().any(|way| way.contains(probe)));
        let of_probe = probed.map(|probe| {
            let narrowest = networks().filter(is_probes).max_by_key(|net| net.prefix_len());
            let destination = narrowest.copied().unwrap_or_else(|| Ipv4Net::from(probe));
            let text = format!("{probe}, the probe of [tunnel]");
            not_routed(self.name, Severity::Error, &text, destination)
        });
        let reached = |net: &&Ipv4Net| self.all().any(|way| way.contains(*net) || net.contains(way));
        // A tunnel without an address is a finding of its own.
        let others = networks().filter(|net| !self.own.is_empty() && !reached(net) && !is_probes(net));
        let others = others.map(|net| {
            let text = format!("{net}, an allowed address of the peer");
            not_routed(self.name, Severity::Warning, &text, *net)
        });
        of_probe.into_iter().chain(others).collect()
    }
}

fn not_routed(name: &InterfaceName, severity: Severity, what: &str, destination: Ipv4Net) -> Finding {
    let text = format!("nothing routes {what}, into tunnel `{name}`");
    let hint = format!(
        "`/ip route add dst-address={destination} gateway={}`",
        quoted(name.as_str())
    );
    Finding {
        severity,
        ..Finding::error("tunnel-not-routed", text, hint)
    }
}
