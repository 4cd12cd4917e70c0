//! Default routes: ours, and others beside it.

use super::console::{find, quoted};
use super::{Checked, Finding};
use crate::config::Config;
use crate::router::Survey;
use crate::routeros::{DEFAULT_DESTINATION, ROUTE_COMMENT};
use crate::snapshot::{RouteItem, Snapshot};
use crate::swap;

/// The distance of a route that was made without one.
const USUAL_DISTANCE: u8 = 1;

pub(super) fn check(config: &Config, survey: &Survey) -> Checked {
    let mut findings = conflicts(survey);
    let tunnel = config.tunnel().interface.as_str();
    // One through the tunnel is told with the tunnel.
    let made = rivals(survey).filter(|route| route.dynamic && route.gateway != tunnel);
    findings.extend(made.map(|route| {
        Finding::error(
            "route-dynamic",
            format!(
                "the router itself makes a default route by `{}` (distance {}), which it uses beside or before ours",
                route.gateway, route.distance
            ),
            format!(
                "a DHCP client or LTE makes it: turn that off or put it behind ours, as in `/ip dhcp-client set [find] \
                 default-route-distance={}`",
                our_distance(survey).saturating_add(10)
            ),
        )
    }));
    let read = Snapshot {
        routes: survey.routes.clone(),
        ..Snapshot::default()
    };
    let (_, doubled) = swap::duplicates(&read, &[]);
    findings.extend(doubled.into_iter().map(doubled_route));
    let fine = if swap::route_item(&read).is_ok() {
        format!("`{ROUTE_COMMENT}`, and no other default route before it")
    } else {
        format!("no other default route in the way; `{ROUTE_COMMENT}` missing, which `tikroam run` makes at its start")
    };
    Checked {
        part: "routes",
        fine,
        findings,
    }
}

/// A second route with the managed route's comment.
fn doubled_route(route: &RouteItem) -> Finding {
    let this = find(&[("comment", &route.comment), ("gateway", &route.gateway)]);
    Finding::warning(
        "item-doubled",
        format!(
            "the default route by `{}` carries the comment `{ROUTE_COMMENT}` a second time; the agent uses the other item",
            route.gateway
        ),
        format!("`/ip route remove {this}`"),
    )
}

/// Static default routes that the router would use beside or before ours.
pub(super) fn conflicts(survey: &Survey) -> Vec<Finding> {
    let adoptable = !survey.routes.iter().any(|route| route.comment == ROUTE_COMMENT);
    rivals(survey)
        .filter(|route| !route.dynamic)
        .map(|route| {
            let this = find(&[("dst-address", DEFAULT_DESTINATION), ("gateway", &route.gateway)]);
            let adopt = if adoptable {
                format!("; or adopt it: `/ip route set {this} comment={}`", quoted(ROUTE_COMMENT))
            } else {
                String::new()
            };
            Finding::error(
                "route-stranger",
                format!(
                    "the static default route by `{}` (distance {}) is not ours and would be used beside or before ours",
                    route.gateway, route.distance
                ),
                format!("remove it: `/ip route remove {this}`{adopt}"),
            )
        })
        .collect()
}

fn our_distance(survey: &Survey) -> u8 {
    let ours = survey.routes.iter().find(|route| route.comment == ROUTE_COMMENT);
    ours.map_or(USUAL_DISTANCE, |route| route.distance)
}

fn rivals(survey: &Survey) -> impl Iterator<Item = &RouteItem> {
    let distance = our_distance(survey);
    survey
        .routes
        .iter()
        .filter(move |route| !route.disabled && route.comment != ROUTE_COMMENT && route.distance <= distance)
}
