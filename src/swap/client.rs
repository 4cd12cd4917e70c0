//! `ClientStep`: one change of the DHCP client of a radio or a cable, and which changes an address needs.

use std::fmt;

use super::wanted::Address;
use crate::marks::{client_comment, client_comment_on};
use crate::names::{InterfaceName, Ssid, write_escaped};
use crate::routeros::{ItemId, Sentence};
use crate::snapshot::{ClientItem, Lease, Snapshot};

const MENU: &str = "/ip/dhcp-client";

/// One change of a radio's DHCP client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientStep {
    /// The missing client is made, disabled. Outside swaps only.
    Create {
        /// The radio.
        radio: InterfaceName,
    },
    /// It is to ask for a lease, and its comment says on which network.
    Ask {
        /// The client as read.
        item: ClientItem,
        /// The network; `None` for a cable.
        network: Option<Ssid>,
    },
    /// It gives the lease of another network back and asks again: RouterOS does both in one.
    Release {
        /// The client as read.
        item: ClientItem,
    },
    /// It goes off.
    Off {
        /// The client as read.
        item: ClientItem,
    },
}

impl ClientStep {
    /// The call that makes the change.
    pub(super) fn sentence(&self) -> Sentence {
        // A client's own default route fights with the managed one, and a stranger's name server with the office's.
        let tame = |sentence: Sentence| {
            sentence
                .with("add-default-route", "no")
                .with("use-peer-dns", "no")
                .with("use-peer-ntp", "no")
        };
        match self {
            ClientStep::Create { radio } => tame(Sentence::new(MENU, "add").with("interface", radio.as_str()))
                .with("disabled", "yes")
                .with("comment", &client_comment(radio)),
            ClientStep::Ask { item, network } => tame(Sentence::set(MENU, &item.id))
                .with("disabled", "no")
                .with_bytes("comment", &client_comment_on(&item.interface, network.as_ref())),
            ClientStep::Release { item } => Sentence::new(MENU, "release").with(".id", &item.id.0),
            ClientStep::Off { item } => Sentence::set(MENU, &item.id).with("disabled", "yes"),
        }
    }

    /// Call, item, property and change, for a table.
    pub(super) fn columns(&self) -> [String; 4] {
        let row = |verb: &str, item: &dyn fmt::Display, property: &str, change: String| {
            [format!("{MENU}/{verb}"), item.to_string(), property.to_owned(), change]
        };
        match self {
            ClientStep::Create { radio } => row("add", radio, "interface", "none -> (disabled)".to_owned()),
            ClientStep::Ask { item, network } => row(
                "set",
                &item.interface,
                "lease",
                match network {
                    Some(network) => format!("{} -> asked on {network}", shown(item)),
                    None => format!("{} -> asked", shown(item)),
                },
            ),
            ClientStep::Release { item } => row(
                "release",
                &item.interface,
                "lease",
                format!("{} -> given back", shown(item)),
            ),
            ClientStep::Off { item } => row(
                "set",
                &item.interface,
                "disabled",
                format!("no ({}) -> yes", shown(item)),
            ),
        }
    }

    /// What the step makes of the clients that were read, as far as plans can see it.
    pub(super) fn apply(&self, clients: &mut Vec<ClientItem>) {
        let (item, change): (_, fn(&ClientStep, &mut ClientItem)) = match self {
            ClientStep::Create { radio } => {
                clients.push(ClientItem {
                    id: ItemId(format!("new client of {}", radio.as_str())),
                    comment: client_comment(radio).into_bytes(),
                    interface: radio.clone(),
                    status: String::new(),
                    address: None,
                    gateway: None,
                    meddles: false,
                    disabled: true,
                });
                return;
            }
            ClientStep::Ask { item, .. } => (item, |step, client| {
                if let ClientStep::Ask { item, network } = step {
                    client.comment = client_comment_on(&item.interface, network.as_ref());
                }
                (client.disabled, client.meddles) = (false, false);
            }),
            ClientStep::Release { item } => (item, |_, client| (client.address, client.gateway) = (None, None)),
            ClientStep::Off { item } => (item, |_, client| client.disabled = true),
        };
        if let Some(client) = clients.iter_mut().find(|client| client.id == item.id) {
            change(self, client);
        }
    }
}

/// The network that a client's lease was asked for.
fn asked_on(item: &ClientItem) -> Option<&[u8]> {
    let own = client_comment(&item.interface);
    item.comment.strip_prefix(own.as_bytes())?.strip_prefix(b" ")
}

/// The DHCP client of a radio.
#[must_use]
pub fn client_item<'a>(read: &'a Snapshot, radio: &InterfaceName) -> Option<&'a ClientItem> {
    let own = client_comment(radio);
    let managed = |item: &&ClientItem| {
        let rest = item.comment.strip_prefix(own.as_bytes());
        item.interface == *radio && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b" "))
    };
    read.clients.iter().find(managed)
}

/// The lease that the client of a radio holds of a network, or that of a cable.
#[must_use]
pub fn lease_on(read: &Snapshot, interface: &InterfaceName, network: Option<&Ssid>) -> Option<Lease> {
    let item = client_item(read, interface)?;
    item.lease().filter(|_| asked_on(item) == network.map(Ssid::as_bytes))
}

/// What a radio's address needs of its client.
pub(super) fn steps(read: &Snapshot, radio: &InterfaceName, address: &Address) -> Vec<ClientStep> {
    let Some(item) = client_item(read, radio).cloned() else {
        return Vec::new();
    };
    match address {
        Address::Keep => Vec::new(),
        Address::Hold(_) | Address::Off if item.disabled => Vec::new(),
        Address::Hold(_) | Address::Off => vec![ClientStep::Off { item }],
        Address::Lease(network) => {
            let elsewhere = asked_on(&item) != network.as_ref().map(Ssid::as_bytes);
            let mut steps = Vec::new();
            // The comment changes last: a client that was cut off between the two is released once more.
            if elsewhere && !item.disabled {
                steps.push(ClientStep::Release { item: item.clone() });
            }
            if elsewhere || item.disabled || item.meddles {
                let network = network.clone();
                steps.push(ClientStep::Ask { item, network });
            }
            steps
        }
    }
}

fn shown(item: &ClientItem) -> String {
    let mut text = item
        .lease()
        .map_or_else(|| "none".to_owned(), |lease| lease.address.to_string());
    if let Some(network) = asked_on(item) {
        text.push_str(" on ");
        // Writing to a String does not fail.
        write_escaped(&mut text, &String::from_utf8_lossy(network)).unwrap_or_default();
    }
    text
}
