//! DHCP clients, pinned networks, and radios that reach different networks.

use super::world::*;
use crate::findings::radio_rules;
use crate::names::Bssid;
use crate::routeros::Band;
use crate::snapshot::AddressItem;

const AP: Bssid = Bssid([2, 0, 0, 0, 0, 1]);

/// The same router, where the first network gives addresses by DHCP.
fn with_dhcp() -> World {
    let mut world = fine();
    let text = include_str!("../../../agent.toml");
    let fixed = "address = \"10.10.10.2/24\"";
    let text = text
        .replacen(fixed, "address = \"dhcp\"", 1)
        .replacen("\ngateway = \"10.10.10.1\"", "", 1);
    world.config = configured(&text);
    world.survey.clients = ["wlan1", "wlan2"]
        .map(|radio| client(radio, &format!("tikroam:dhcp:{radio}")))
        .to_vec();
    world
}

/// The same router, where agent.toml names the first network's only access point.
fn pinned() -> World {
    let mut world = fine();
    let text = include_str!("../../../agent.toml");
    let text = text.replacen("# bssid = ", "bssid = ", 1);
    world.config = configured(&text);
    for rule in &mut world.survey.rules {
        if rule.ssid == b"testssid1" {
            rule.bssid = Some(AP);
        }
    }
    world
}

#[test]
fn dhcp_clients() {
    found_on(
        with_dhcp,
        &[
            ("as it is", |_| {}, &[]),
            ("none yet, which are made at start", |w| w.survey.clients.clear(), &[]),
            (
                "a person's, which keeps the managed one from being made",
                |w| w.survey.clients[1] = client("wlan2", "mine"),
                &["forbids dhcp-stranger"],
            ),
            (
                "another interface's",
                |w| w.survey.clients.push(client("ether1", "")),
                &[],
            ),
            (
                "the managed one has a lease, which the agent judges",
                |w| {
                    let made = address("wlan2", "10.20.0.100/24", "");
                    w.survey.addresses.push(AddressItem { dynamic: true, ..made });
                },
                &[],
            ),
            (
                "another's lease is a network's",
                |w| {
                    let made = address("ether1", "10.20.0.100/24", "");
                    w.survey.addresses.push(AddressItem { dynamic: true, ..made });
                },
                &["forbids address-stranger"],
            ),
        ],
    );
    // Where no network has addresses by DHCP, clients are nobody's business.
    found(&[("a person's", |w| w.survey.clients = vec![client("wlan2", "mine")], &[])]);
}

#[test]
fn pinned_networks_and_profiles() {
    found_on(
        pinned,
        &[
            ("as it is", |_| {}, &[]),
            (
                "a rule takes any access point",
                |w| w.survey.rules[2].bssid = None,
                &["warning network-not-pinned"],
            ),
            (
                "a rule takes another access point",
                |w| w.survey.rules[2].bssid = Some(Bssid([2, 0, 0, 0, 0, 9])),
                &["warning network-not-pinned"],
            ),
        ],
    );
    let mut world = fine();
    let text = include_str!("../../../agent.toml").replacen("# security_profile = ", "security_profile = ", 1);
    world.config = configured(&text);
    assert_eq!(world.codes(), ["error network-security-profile"]);
}

#[test]
fn a_radio_reaches_what_its_band_and_its_rules_allow() {
    let mut world = fine();
    world.survey.radios[1].band = "5ghz-a/n/ac".to_owned();
    let rules = &mut world.survey.rules;
    rules.retain(|rule| rule.interface.as_str() != "wlan2" || rule.ssid != b"testssid1");
    let reach = radio_rules(&world.config, &world.survey);
    let shown: Vec<(Option<Band>, usize)> = reach.iter().map(|rule| (rule.band, rule.networks.len())).collect();
    assert_eq!(shown, [(Some(Band::Ghz2), 3), (Some(Band::Ghz5), 2)]);
    // A network for one radio alone is odd; one for none is a fault.
    assert_eq!(world.codes(), ["warning network-no-rule"]);
    world.survey.rules.retain(|rule| rule.ssid != b"testssid1");
    assert_eq!(world.codes(), ["error network-no-rule"; 2]);
}
