//! What is wrong between the configuration and a router, each with what a technician can do about it.
//!
//! All of it is pure: a configuration and readings in, findings out. Where a router may not show something, its absence is
//! no finding. `check` shows every finding. The agent asks for two kinds: what [forbids](forbidding) writing, at the start of
//! a session, and what [stands in the way](standing) meanwhile.

mod addresses;
mod connect_list;
mod doubled;
mod encryption;
mod fallbacks;
mod finding;
mod leases;
mod leftovers;
mod path;
mod profiles;
mod radios;
mod readings;
mod routes;
mod security_profiles;
mod standing;
#[cfg(test)]
mod tests;
mod tunnel;
mod user;
mod wireguard;

use crate::config::Config;
use crate::routeros::Steering;
use crate::survey::{Inspection, Path, Survey};

pub use connect_list::{dropped_below, radio_rules};
pub use encryption::encryption;
pub use finding::{Checked, Finding, Severity};
pub use standing::standing;

/// Everything that can be said of the router without changing it, in the order in which it is set up.
#[must_use]
pub fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Vec<Checked> {
    let by_rules = survey.menu.words().steering == Steering::ConnectList;
    let mut addresses = addresses::check(config, survey, inspection.path);
    addresses.findings.extend(leases::clients(config, inspection));
    let mut routes = routes::check(config, survey);
    routes.findings.extend(routes::over_networks(config, inspection));
    let parts = [
        Some(readings::check(config, survey, inspection)),
        Some(path::check(config, survey, inspection.path)),
        Some(user::check(config, survey, inspection)),
        Some(radios::check(config, survey)),
        Some(if by_rules {
            connect_list::check(config, survey, inspection)
        } else {
            profiles::check(config, survey, inspection)
        }),
        connect_list::check_reach(config, survey).filter(|_| by_rules),
        Some(addresses),
        leases::check(config, survey),
        Some(routes),
        fallbacks::check(config, survey),
        Some(tunnel::check(config, survey, inspection)),
        Some(tunnel::check_nat(config, inspection)),
        Some(leftovers::check(config, inspection)),
    ];
    parts.into_iter().flatten().collect()
}

/// The findings of [`check`] that forbid writing: no swap is possible, or one cuts the session or fights with others' items.
#[must_use]
pub fn forbidding(config: &Config, survey: &Survey, path: Path) -> Vec<Finding> {
    let parts = [
        readings::refused(config, survey),
        path::findings(config, survey, path),
        user::rights(config, survey, path),
        radios::findings(config, survey),
        addresses::findings(config, survey, path),
        leases::findings(config, &survey.clients),
        routes::rivals(config, &survey.routes),
        tunnel::item(config, survey),
    ];
    let found = parts.into_iter().flatten();
    found.filter(|finding| finding.severity == Severity::Forbids).collect()
}
