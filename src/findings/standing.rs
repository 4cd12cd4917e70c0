//! What stands in the way of a running agent, of what people or the router may change at any moment.

use super::doubled::doubled;
use super::finding::Finding;
use super::{leases, radios, routes, tunnel, user};
use crate::config::Config;
use crate::snapshot::Snapshot;
use crate::survey::Surroundings;

/// The findings that a running agent logs when they come: a default route beside the managed one, an item
/// that is there twice, a tunnel or a radio that a person disabled, another session of the agent's user. Each has the words and the code that it has in
/// [`check`](super::check).
#[must_use]
pub fn standing(config: &Config, items: &Snapshot, surroundings: &Surroundings) -> Vec<Finding> {
    let mut findings = routes::rivals(config, &items.routes);
    findings.extend(doubled(config, items));
    findings.extend(leases::findings(config, &items.clients));
    findings.extend(items.tunnel.iter().filter_map(|item| tunnel::disabled(config, item)));
    findings.extend(surroundings.disabled.iter().map(radios::disabled));
    findings.extend(user::other_sessions(config, &surroundings.sessions, surroundings.path));
    findings
}
