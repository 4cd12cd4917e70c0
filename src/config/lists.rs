//! The lists of `agent.toml`: radios and networks.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::fault::FaultKind;
use super::section::Section;
use super::value::{address, name, not_a};
use super::{Network, Radio, rules};
use crate::names::{InterfaceName, Ssid};
use crate::units::{Db, Dbm};

/// An entry of a list, and the key that tells where it stands.
pub(super) struct Entry<T> {
    pub(super) key: String,
    pub(super) value: T,
}

pub(super) fn radios(root: &Section<'_>) -> Vec<Entry<Radio>> {
    let mut radios = Vec::new();
    for (n, section) in root.entries("radio", "[[radio]]").iter().enumerate() {
        if n == 2 {
            let instead = "leave two; until then one radio is active and one stands by";
            section.tell_all(FaultKind::NotBuilt {
                what: "more than two radios".into(),
                instead,
            });
        }
        let interface = name(section, "interface", r#"interface = "wlan1""#);
        let signal_offset = section.short("signal_offset", "signal_offset = 3", -20..=20).or(0);
        section.tell_unknown();
        if !interface.is_empty() {
            let value = Radio {
                interface: InterfaceName::new(&interface),
                signal_offset: Db(signal_offset),
            };
            radios.push(Entry {
                key: section.path("interface"),
                value,
            });
        }
    }
    radios
}

pub(super) fn networks(root: &Section<'_>, radios: &[Entry<Radio>]) -> Vec<Entry<Network>> {
    let mut networks = Vec::new();
    for section in root.entries("network", "[[network]]") {
        let ssid_example = r#"ssid = "testssid1""#;
        let ssid = section
            .text("ssid", ssid_example, |text| {
                Ssid::new(text.as_bytes()).map_err(FaultKind::Ssid)
            })
            .needed(&section, "ssid", ssid_example);
        let example = r#"address = "10.10.10.2/24""#;
        let address = section
            .text("address", example, |text| address(text, example))
            .needed(&section, "address", example);
        let example = r#"gateway = "10.10.10.1""#;
        let gateway = section
            .text("gateway", example, |text| {
                text.parse().map_err(|_| not_a(text, "an IPv4 address", example))
            })
            .needed(&section, "gateway", example);
        let addresses = addresses(
            &section.section("addresses", r#"addresses = { wlan2 = "10.10.10.3/24" }"#),
            radios,
        );
        let minimum_signal = section
            .short("minimum_signal", "minimum_signal = -85", -100..=-40)
            .here()
            .map(Dbm);
        let priority = section.integer("priority", "priority = 1", -1000..=1000).or(0);
        if section.has("bssid") {
            let instead = "remove the key; `ssid` serves every access point of that name";
            section.tell(
                "bssid",
                FaultKind::NotBuilt {
                    what: "networks by BSSID".into(),
                    instead,
                },
            );
        }
        section.tell_unknown();
        let (Some(ssid), Some(address), Some(gateway)) = (ssid, address, gateway) else {
            continue;
        };
        rules::gateway_fits(&section, address, gateway);
        rules::addresses_fit(&section, address, gateway, &addresses);
        let priority = i32::try_from(priority).unwrap_or(0);
        let value = Network {
            ssid,
            gateway,
            minimum_signal,
            priority,
            address,
            addresses,
        };
        networks.push(Entry {
            key: section.name().to_owned(),
            value,
        });
    }
    networks
}

fn addresses(section: &Section<'_>, radios: &[Entry<Radio>]) -> BTreeMap<InterfaceName, Ipv4Net> {
    let example = r#"addresses = { wlan2 = "10.10.10.3/24" }"#;
    let mut addresses = BTreeMap::new();
    for key in section.keys() {
        let radio = InterfaceName::new(key);
        if !radios.iter().any(|entry| entry.value.interface == radio) {
            section.tell(key, FaultKind::NoSuchRadio(radio));
        } else if let Some(address) = section.text_of(key, example, |text| address(text, example)).here() {
            addresses.insert(radio, address);
        }
    }
    addresses
}
