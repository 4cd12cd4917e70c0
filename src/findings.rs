//! What is wrong between the configuration and a router, each with what a technician can do about it.

use std::fmt;

use crate::config::Config;
use crate::names::write_escaped;
use crate::router::Survey;
use crate::routeros::{ROUTE_COMMENT, address_comment};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Works, but not as well as it could.
    Warning,
    /// The agent cannot keep the vehicle reachable with it.
    Error,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with names.
    pub text: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Warning => "WARN",
            Severity::Error => "ERROR",
        };
        write!(f, "{word} ")?;
        write_escaped(f, &self.text)?;
        write!(f, "\n      hint: ")?;
        write_escaped(f, &self.hint)
    }
}

/// Items of strangers that a running agent would fight over: none may be left when it begins to write.
#[must_use]
pub fn conflicts(config: &Config, survey: &Survey) -> Vec<Finding> {
    let mut found = Vec::new();
    let ours: Vec<String> = config
        .radios()
        .iter()
        .map(|radio| address_comment(&radio.interface))
        .collect();
    for item in survey
        .addresses
        .iter()
        .filter(|item| !item.disabled && !ours.contains(&item.comment))
    {
        let clash = config.networks().iter().find_map(|network| {
            config
                .radios()
                .iter()
                .find(|radio| network.address_on(&radio.interface).trunc() == item.address.trunc())
                .map(|_| network)
        });
        let Some(network) = clash else { continue };
        let adopt = config
            .radios()
            .iter()
            .find(|radio| radio.interface == item.interface)
            .map(|radio| {
                format!(
                    "; or adopt it: `/ip address set [find where address=\"{}\" and interface=\"{}\"] comment=\"{}\"`",
                    item.address,
                    item.interface,
                    address_comment(&radio.interface)
                )
            });
        found.push(Finding {
            severity: Severity::Error,
            text: format!(
                "address {} on {} is not ours and lies in the subnet of network `{}`",
                item.address, item.interface, network.ssid
            ),
            hint: format!(
                "remove it: `/ip address remove [find where address=\"{}\" and interface=\"{}\"]`{}",
                item.address,
                item.interface,
                adopt.unwrap_or_default()
            ),
        });
    }
    let our_route = survey.routes.iter().find(|route| route.comment == ROUTE_COMMENT);
    let our_distance = our_route.map_or(1, |route| route.distance);
    for route in survey.routes.iter().filter(|route| {
        !route.disabled && !route.dynamic && route.comment != ROUTE_COMMENT && route.distance <= our_distance
    }) {
        let find = format!(
            "[find where dst-address=\"0.0.0.0/0\" and gateway=\"{}\"]",
            route.gateway
        );
        let adopt = if our_route.is_none() {
            format!("; or adopt it: `/ip route set {find} comment=\"{ROUTE_COMMENT}\"`")
        } else {
            String::new()
        };
        found.push(Finding {
            severity: Severity::Error,
            text: format!(
                "the static default route by `{}` (distance {}) is not ours and would be used beside or before ours",
                route.gateway, route.distance
            ),
            hint: format!("remove it: `/ip route remove {find}`{adopt}"),
        });
    }
    found
}
