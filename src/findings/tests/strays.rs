//! What beside the managed items gives a radio an address, a way, or a network without its key.

use super::world::{address, found, name};
use crate::routeros::ItemId;
use crate::snapshot::ClientItem;

fn client(radio: &str, comment: &str) -> ClientItem {
    ClientItem {
        id: ItemId("*9".to_owned()),
        comment: comment.as_bytes().to_vec(),
        interface: name(radio),
        status: "searching...".to_owned(),
        address: None,
        gateway: None,
        meddles: false,
        disabled: false,
    }
}

#[test]
fn of_radios() {
    found(&[
        (
            "the router roams",
            |w| w.survey.radios[1].roams = true,
            &["warning radio-roams"],
        ),
        (
            "a DHCP client where addresses are given by hand",
            |w| w.inspection.clients = Some(vec![client("wlan2", "")]),
            &["error dhcp-on-radio"],
        ),
        (
            "one that is off, and one of another interface",
            |w| {
                let off = ClientItem {
                    disabled: true,
                    ..client("wlan1", "")
                };
                w.inspection.clients = Some(vec![off, client("ether1", "defconf")]);
            },
            &[],
        ),
        (
            "an address that nobody asked for",
            |w| w.survey.addresses.push(address("wlan1", "172.16.9.9/24", "old")),
            &["warning address-on-radio"],
        ),
        (
            "the same where no radio is",
            |w| w.survey.addresses.push(address("ether2", "172.16.9.9/24", "old")),
            &[],
        ),
    ]);
}

#[test]
fn of_networks() {
    found(&[
        (
            "an office within a network",
            |w| w.inspection.behind_tunnel.push("10.20.0.128/25".parse().unwrap()),
            &["error route-over-network"],
        ),
        (
            "an office around all networks",
            |w| w.inspection.behind_tunnel = vec!["10.0.0.0/8".parse().unwrap()],
            &["error route-over-network"; 3],
        ),
        (
            "a network's key is not asked for",
            |w| {
                let rules = w.survey.rules.iter_mut();
                let secured = rules.filter(|rule| rule.ssid == b"securessid");
                secured.for_each(|rule| rule.security_profile = "open".into());
            },
            &["warning network-open-profile"; 2],
        ),
        (
            "the radio's own profile, which asks for none",
            |w| {
                let mut rules = w.survey.rules.iter_mut();
                let secured = rules.find(|rule| rule.ssid == b"securessid");
                secured.unwrap().security_profile = "none".into();
            },
            &["warning network-open-profile"],
        ),
    ]);
}
