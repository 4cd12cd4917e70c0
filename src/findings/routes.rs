//! Default routes: the managed one, and others beside it.

use super::doubled::doubled;
use super::finding::{Checked, Finding};
use crate::config::Config;
use crate::marks::ROUTE_COMMENT;
use crate::routeros::DEFAULT_DESTINATION;
use crate::routeros::console::{find, quoted};
use crate::snapshot::{RouteItem, Snapshot};
use crate::survey::{Inspection, Survey};

/// The distance of a route that was made without one.
const USUAL_DISTANCE: u8 = 1;

pub(super) fn check(config: &Config, survey: &Survey) -> Checked {
    let managed = survey.routes.iter().any(|route| route.comment == ROUTE_COMMENT);
    let fine = if managed {
        format!("`{ROUTE_COMMENT}`, and no other default route before it")
    } else {
        format!("no other default route in the way; `{ROUTE_COMMENT}` missing, which `tikroam run` makes at its start")
    };
    let items = Snapshot {
        routes: survey.routes.clone(),
        ..Snapshot::default()
    };
    let mut findings = rivals(config, &survey.routes);
    findings.extend(doubled(config, &items));
    Checked {
        part: "routes",
        fine,
        findings,
    }
}

/// Default routes that the router uses beside or before the managed one. One through the tunnel is a finding of the tunnel.
pub(super) fn rivals(config: &Config, routes: &[RouteItem]) -> Vec<Finding> {
    let managed = routes.iter().find(|route| route.comment == ROUTE_COMMENT);
    let distance = managed.map_or(USUAL_DISTANCE, |route| route.distance);
    // Only a tunnel that dials may make one of its own.
    let tunnel = config.tunnel().item.as_ref().filter(|(kind, _)| kind.dials());
    let of_tunnel = |route: &RouteItem| tunnel.is_some_and(|(_, name)| route.gateway == name.as_str());
    let rivals = || {
        routes
            .iter()
            .filter(|route| !route.disabled && route.comment != ROUTE_COMMENT && route.distance <= distance)
    };
    let of_people = rivals()
        .filter(|route| !route.dynamic)
        .map(|route| of_people(route, managed.is_none()));
    let made = rivals().filter(|route| route.dynamic && !of_tunnel(route)).map(|route| {
        Finding::error(
            "route-dynamic",
            format!(
                "the router itself makes a default route by `{}` (distance {}), which it uses beside or before `{ROUTE_COMMENT}`",
                route.gateway, route.distance
            ),
            format!(
                "a DHCP client or LTE makes it: turn that off or put it behind, as in `/ip dhcp-client set [find] \
                 default-route-distance={}`",
                distance.saturating_add(10)
            ),
        )
    });
    of_people.chain(made).collect()
}

/// Routes into the tunnel over a network that a radio may join: the way to that network's gateway leads into the tunnel.
pub(super) fn over_networks(config: &Config, inspection: &Inspection) -> Vec<Finding> {
    let tunnel = config.tunnel().item.as_ref().map(|(_, name)| name.as_str());
    let mut findings = Vec::new();
    for net in inspection.behind_tunnel.iter().filter(|net| net.prefix_len() > 0) {
        for network in config.networks() {
            let mut radios = config.radios().iter();
            let overlapped = radios.find_map(|radio| {
                let joined = network.address_on(&radio.interface)?.trunc();
                (joined.contains(net) || net.contains(&joined)).then_some(joined)
            });
            findings.extend(overlapped.map(|joined| {
                let this = find(&[("dst-address", &net.to_string()), ("gateway", tunnel.unwrap_or_default())]);
                let text = format!(
                    "the route to {net} through the tunnel overlaps network `{}` ({joined}), which a radio may join: on that \
                     network the office's addresses and the network's cannot be distinguished",
                    network.ssid
                );
                let hint = format!("give the office other addresses, or do without the network; to remove: `/ip route remove {this}`");
                Finding::error("route-over-network", text, hint)
            }));
        }
    }
    findings
}

fn of_people(route: &RouteItem, adoptable: bool) -> Finding {
    let this = find(&[("dst-address", DEFAULT_DESTINATION), ("gateway", &route.gateway)]);
    let adopt = if adoptable {
        format!(
            "; or adopt it: `/ip route set {this} comment={}`",
            quoted(ROUTE_COMMENT)
        )
    } else {
        String::new()
    };
    Finding::forbids(
        "route-stranger",
        format!(
            "the static default route by `{}` (distance {}) is not managed by the agent, and the router uses it beside or before \
             `{ROUTE_COMMENT}`",
            route.gateway, route.distance
        ),
        format!("remove it: `/ip route remove {this}`{adopt}"),
    )
}
