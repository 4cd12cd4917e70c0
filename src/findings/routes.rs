//! Default routes: the managed one, and others beside it.

use crate::routeros::console::{find, quoted};
use super::doubled::doubled;
use super::finding::{Checked, Finding};
use crate::config::Config;
use crate::marks::ROUTE_COMMENT;
use crate::routeros::DEFAULT_DESTINATION;
use crate::snapshot::{RouteItem, Snapshot};
use crate::survey::Survey;

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
