//! DHCP clients: the managed ones of the radios, and strangers' on the same interfaces.

use super::finding::{Checked, Finding, listed};
use crate::config::{Config, Network, Radio};
use crate::marks::client_comment;
use crate::names::InterfaceName;
use crate::routeros::console::{find, quoted};
use crate::snapshot::{ClientItem, Snapshot};
use crate::survey::{Inspection, Survey};
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

/// Clients that are on where they should not be, or that have got nothing.
pub(super) fn clients(config: &Config, inspection: &Inspection) -> Vec<Finding> {
    let by_dhcp = config.networks().iter().any(Network::is_dhcp);
    let of_radio = |client: &&ClientItem| config.radios().iter().any(|radio| radio.interface == client.interface);
    let on = inspection.clients.iter().flatten().filter(|client| !client.disabled);
    let finding = |client: &ClientItem| {
        let radio = &client.interface;
        let this = find(&[("interface", radio.as_str())]);
        if !by_dhcp {
            return Some(Finding::error(
                "dhcp-on-radio",
                format!(
                    "a DHCP client runs on radio `{radio}`, where agent.toml gives every address by hand: it brings an address and \
                     a default route of its own"
                ),
                format!("`/ip dhcp-client disable {this}`"),
            ));
        }
        let managed = client.comment.starts_with(client_comment(radio).as_bytes());
        (managed && client.address.is_none()).then(|| {
            Finding::warning(
                "dhcp-no-lease",
                format!(
                    "the DHCP client of radio `{radio}` is on and has no lease (`{}`): the radio is no candidate",
                    client.status
                ),
                "see `/ip dhcp-client print detail` on the router, and whether the network's DHCP server answers",
            )
        })
    };
    on.filter(of_radio).filter_map(finding).collect()
}

/// Whether a radio has a managed client.
pub(super) fn is_managed(survey: &Survey, radio: &InterfaceName) -> bool {
    let read = Snapshot {
        clients: survey.clients.clone(),
        ..Snapshot::default()
    };
    swap::client_item(&read, radio).is_some()
}
