//! DHCP clients: the managed ones of radios and fallbacks, and strangers' on the same interfaces.

use super::finding::{Checked, Finding, listed};
use crate::config::{Config, Network};
use crate::marks::client_comment;
use crate::names::InterfaceName;
use crate::routeros::console::{find, quoted};
use crate::snapshot::{ClientItem, Snapshot};
use crate::survey::{Inspection, Survey};
use crate::swap;

pub(super) fn check(config: &Config, survey: &Survey) -> Option<Checked> {
    let asking = radios(config).chain(cables(config));
    let asking: Vec<&InterfaceName> = asking.collect();
    if asking.is_empty() {
        return None;
    }
    let missing = asking.iter().filter(|interface| !is_managed(survey, interface));
    let missing = listed(missing.map(|interface| client_comment(interface)));
    let fine = if missing.is_empty() {
        listed(asking.iter().map(|interface| client_comment(interface)))
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
    let read = Snapshot {
        clients: clients.to_vec(),
        ..Snapshot::default()
    };
    let of_radios = radios(config).filter_map(|radio| stranger(&read, radio, Finding::forbids));
    // The radios work without a fallback.
    let of_cables = cables(config).filter_map(|cable| stranger(&read, cable, Finding::error));
    of_radios.chain(of_cables).collect()
}

/// The radios, where they ask for addresses.
fn radios(config: &Config) -> impl Iterator<Item = &InterfaceName> {
    let by_dhcp = config.networks().iter().any(Network::is_dhcp);
    config
        .radios()
        .iter()
        .filter(move |_| by_dhcp)
        .map(|radio| &radio.interface)
}

/// The fallbacks that ask for theirs.
fn cables(config: &Config) -> impl Iterator<Item = &InterfaceName> {
    let fallbacks = config.fallbacks().iter().filter(|fallback| fallback.is_dhcp());
    fallbacks.map(|fallback| &fallback.interface)
}

fn stranger(
    read: &Snapshot,
    radio: &InterfaceName,
    finding: fn(&'static str, String, String) -> Finding,
) -> Option<Finding> {
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
    Some(finding(
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
