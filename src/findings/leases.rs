//! DHCP clients: the managed ones of the radios, and strangers' on the same interfaces.

use crate::routeros::console::{find, quoted};
use super::finding::{Checked, Finding, listed};
use crate::config::{Config, Network, Radio};
use crate::marks::client_comment;
use crate::names::InterfaceName;
use crate::snapshot::{ClientItem, Snapshot};
use crate::survey::Survey;
use crate::swap;

pub(super) fn check(config: &Config, survey: &Survey) -> Option<Checked> {
    if !config.networks().iter().any(Network::is_dhcp) {
        return None;
    }
    let there = |radio: &&Radio| is_managed(survey, &radio.interface);
    let missing = config.radios().iter().filter(|radio| !there(radio));
    let missing = listed(missing.map(|radio| client_comment(&radio.interface)));
    let fine = if missing.is_empty() {
        listed(config.radios().iter().map(|radio| client_comment(&radio.interface)))
    } else {
        format!("{missing} missing, which `tikroam run` makes at its start")
    };
    Some(Checked {
        part: "dhcp",
        fine,
        findings: findings(config, &survey.clients),
    })
}

/// What keeps the managed clients from their work, where a network's addresses come by DHCP.
pub(super) fn findings(config: &Config, clients: &[ClientItem]) -> Vec<Finding> {
    if !config.networks().iter().any(Network::is_dhcp) {
        return Vec::new();
    }
    let read = Snapshot {
        clients: clients.to_vec(),
        ..Snapshot::default()
    };
    let radios = config.radios().iter();
    radios.filter_map(|radio| of_radio(&read, &radio.interface)).collect()
}

fn of_radio(read: &Snapshot, radio: &InterfaceName) -> Option<Finding> {
    let this = find(&[("interface", radio.as_str())]);
    if swap::client_item(read, radio).is_some() {
        return None;
    }
    // One that is there under another comment is the only one that the interface can have.
    let stranger = read.clients.iter().find(|client| client.interface == *radio)?;
    let comment = String::from_utf8_lossy(&stranger.comment);
    let by = if comment.is_empty() {
        String::new()
    } else {
        format!(" (comment `{comment}`)")
    };
    Some(Finding::forbids(
        "dhcp-stranger",
        format!("the DHCP client of `{radio}`{by} is not managed by the agent, and an interface has only one"),
        format!(
            "let the agent have it: `/ip dhcp-client set {this} comment={} add-default-route=no use-peer-dns=no \
             use-peer-ntp=no`; or remove it: `/ip dhcp-client remove {this}`",
            quoted(client_comment(radio))
        ),
    ))
}

/// Whether a radio has a managed client.
pub(super) fn is_managed(survey: &Survey, radio: &InterfaceName) -> bool {
    let read = Snapshot {
        clients: survey.clients.clone(),
        ..Snapshot::default()
    };
    swap::client_item(&read, radio).is_some()
}
