//! Rows that real routers sent, and rows that none should send.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::routeros::RadioMenu;

fn row(properties: &[(&str, &str)]) -> Row {
    let attributes = properties.iter().map(|(property, value)| {
        let value = (!value.is_empty()).then(|| value.as_bytes().to_vec());
        ((*property).to_owned(), value)
    });
    Row::new(attributes.collect())
}

fn legacy() -> &'static RadioWords {
    RadioMenu::Wireless.words()
}

#[test]
fn a_registration_of_the_newer_menus_names_its_network_and_is_authorized_only_where_it_says_so() {
    let words = RadioMenu::Wifi.words();
    let captured = [
        (".id", "*1"),
        ("interface", "wifi1"),
        ("ssid", "input_SSID"),
        ("mac-address", "02:00:00:00:00:0A"),
        ("uptime", "6h24m21s"),
        ("signal", "-72"),
    ];
    let associated = registration(words, &row(&captured)).unwrap();
    assert_eq!(associated.signal, Some(Dbm(-72)));
    assert_eq!(associated.network.unwrap().to_string(), "input_SSID");
    assert_eq!(associated.port_enabled, Some(false));
    let authorized = [captured.as_slice(), &[("authorized", "true")]].concat();
    assert_eq!(registration(words, &row(&authorized)).unwrap().port_enabled, Some(true));
    let heard = scan_row(
        words,
        &row(&[
            ("address", "02:00:00:00:00:0A"),
            ("ssid", "yard"),
            ("channel", "5500/ax/Ceee"),
            ("signal", "-60"),
        ]),
    );
    assert_eq!(heard.unwrap().signal, Dbm(-60));
}

#[test]
fn a_registration_with_every_property_and_with_the_fewest() {
    let full = registration(
        legacy(),
        &row(&[
            (".id", "*1"),
            ("interface", "wlan1"),
            ("mac-address", "02:00:00:00:00:0A"),
            ("signal-strength", "-66dBm@HT20-7"),
            ("uptime", "5d9m11s"),
            ("last-activity", "4s750ms"),
            ("802.1x-port-enabled", "false"),
        ]),
    )
    .unwrap();
    assert_eq!(full.bssid.to_string(), "02:00:00:00:00:0A");
    assert_eq!(full.signal, Some(Dbm(-66)));
    assert_eq!(full.uptime, Some(Duration::from_secs(432_551)));
    assert_eq!(full.port_enabled, Some(false));
    let few = [
        (".id", "*1"),
        ("interface", "wlan1"),
        ("mac-address", "02:00:00:00:00:0A"),
    ];
    let fewest = registration(legacy(), &row(&few)).unwrap();
    assert_eq!((fewest.signal, fewest.uptime, fewest.port_enabled), (None, None, None));
    for missing in 0..few.len() {
        let mut rest = few.to_vec();
        rest.remove(missing);
        assert_eq!(registration(legacy(), &row(&rest)), None);
    }
}

#[test]
fn associated_is_not_authenticated() {
    let radio = InterfaceName::new("wlan1");
    let on = ("status", "connected-to-ess");
    for (properties, authenticated) in [
        (vec![on, ("802.1x-port-enabled", "true")], true),
        (vec![on, ("authenticated-clients", "1")], true),
        (
            vec![on, ("802.1x-port-enabled", "true"), ("authenticated-clients", "0")],
            true,
        ),
        (
            vec![on, ("802.1x-port-enabled", "false"), ("authenticated-clients", "1")],
            false,
        ),
        (vec![on, ("authenticated-clients", "0")], false),
        (vec![on, ("authenticated-clients", "many")], false),
        (vec![on], false),
        (
            vec![("status", "searching-for-network"), ("802.1x-port-enabled", "true")],
            false,
        ),
        (vec![("802.1x-port-enabled", "true")], false),
    ] {
        assert_eq!(
            monitor(&radio, Some(&row(&properties))).authenticated,
            authenticated,
            "{properties:?}"
        );
    }
    let silent = monitor(&radio, None);
    assert!(!silent.connected && !silent.authenticated && silent.ssid.is_none());
}

#[test]
fn an_address_as_6_49_sends_it() {
    let item = address(&row(&[
        (".id", "*1"),
        ("address", "192.168.1.1/24"),
        ("network", "192.168.1.0"),
        ("interface", "my-bridge"),
        ("actual-interface", "my-bridge"),
        ("invalid", "false"),
        ("dynamic", "false"),
        ("disabled", "false"),
        ("comment", "defconf"),
    ]))
    .unwrap();
    assert_eq!(item.address.to_string(), "192.168.1.1/24");
    assert!(!item.dynamic && !item.disabled);
}

#[test]
fn an_address_keeps_a_stale_network_and_may_lack_its_mask() {
    let fields = |address, network| {
        let fields = [
            (".id", "*1"),
            ("interface", "wlan1"),
            ("address", address),
            ("network", network),
        ];
        super::address(&row(&fields)).unwrap()
    };
    let stale = fields("10.20.0.5/24", "10.10.10.0");
    assert_eq!(stale.network, Ipv4Addr::new(10, 10, 10, 0));
    let bare = fields("10.20.0.5", "10.20.0.5");
    assert_eq!(bare.address.prefix_len(), 32);
    assert_eq!(fields("10.20.0.5/24", "").network, Ipv4Addr::new(10, 20, 0, 0));
    for nonsense in ["", "10.20.0.5/33", "fe80::1/64", "10.20.0", "true"] {
        let fields = [(".id", "*1"), ("interface", "wlan1"), ("address", nonsense)];
        assert_eq!(address(&row(&fields)), None, "{nonsense}");
    }
}

#[test]
fn route_flags_may_be_there_only_when_true() {
    let six = route(&row(&[
        (".id", "*30000001"),
        ("dst-address", "0.0.0.0/0"),
        ("gateway", "1.2.3.0"),
        ("gateway-status", "1.2.3.0 reachable via  first-ether"),
        ("distance", "1"),
        ("active", "true"),
        ("dynamic", "true"),
        ("static", "true"),
    ]))
    .unwrap();
    assert!(six.active && six.dynamic && !six.disabled);
    let seven = route(&row(&[
        (".id", "*800062E8"),
        ("dst-address", "0.0.0.0/0"),
        ("gateway", "10.10.10.1%wlan1"),
        ("distance", "2"),
        ("dynamic", "false"),
        ("inactive", "false"),
        ("active", "true"),
        ("disabled", "false"),
        ("comment", "tikroam:default"),
    ]))
    .unwrap();
    assert!(seven.active && !seven.dynamic);
    assert_eq!((seven.gateway.as_str(), seven.distance), ("10.10.10.1%wlan1", 2));
    let bare = route(&row(&[(".id", "*1"), ("dst-address", "0.0.0.0/0")])).unwrap();
    assert!(!bare.active && !bare.disabled && !bare.dynamic && bare.gateway.is_empty());
    let far = [(".id", "*1"), ("dst-address", "0.0.0.0/0"), ("distance", "256")];
    assert_eq!(route(&row(&far)), None);
}

#[test]
fn a_rule_of_the_connect_list() {
    let base = [(".id", "*1"), ("interface", "wlan1")];
    let with = |more: &[(&'static str, &'static str)]| {
        let mut all = base.to_vec();
        all.extend_from_slice(more);
        rule(&row(&all))
    };
    let any = with(&[
        ("mac-address", "00:00:00:00:00:00"),
        ("connect", "yes"),
        ("signal-range", "-85..120"),
    ])
    .unwrap();
    assert_eq!((any.bssid, any.connect), (None, true));
    assert_eq!(any.signal_range, Some((Dbm(-85), Dbm(120))));
    let one = with(&[
        ("mac-address", "02:00:00:00:00:01"),
        ("connect", "false"),
        ("disabled", "true"),
    ])
    .unwrap();
    assert_eq!(one.bssid, Some(Bssid([2, 0, 0, 0, 0, 1])));
    assert!(!one.connect && one.disabled);
    let bare = with(&[]).unwrap();
    assert!(bare.connect && bare.signal_range.is_none() && bare.ssid.is_empty());
    assert_eq!(bare.wireless_protocol, "any");
    // Read as "any", it matches every access point.
    assert_eq!(with(&[("mac-address", "02:00:00")]), None);
    assert_eq!(with(&[("signal-range", "strong")]), None);
}

#[test]
fn a_comment_that_is_no_text_is_read_leniently_and_kept_as_bytes() {
    let attributes = [("comment".to_owned(), Some(b"caf\xe9".to_vec()))];
    let row = Row::new(attributes.into_iter().collect());
    assert_eq!(row.text("comment").unwrap(), "caf\u{fffd}");
    assert_eq!(row.bytes("comment"), Some(&b"caf\xe9"[..]));
    assert_eq!(row.bytes("name"), None);
}

proptest! {
    #[test]
    fn nonsense_is_never_a_panic(values in prop::collection::vec((0..24usize, "\\PC{0,12}|[-0-9.:/@dwhms]{0,24}"), 0..24)) {
        const PROPERTIES: [&str; 24] = [
            ".id", "interface", "mac-address", "signal-strength", "uptime", "last-activity", "802.1x-port-enabled",
            "status", "ssid", "bssid", "authenticated-clients", "address", "network", "disabled", "dynamic",
            "dst-address", "gateway", "distance", "signal-range", "connect", "sig", "channel", "sent", "received",
        ];
        let row = Row::new(
            values.into_iter().map(|(at, value)| (PROPERTIES[at].to_owned(), Some(value.into_bytes()))).collect(),
        );
        let _ = (registration(legacy(), &row), address(&row), route(&row), tunnel(TunnelKind::L2tp, &row), rule(&row), scan_row(legacy(), &row));
        let _ = monitor(&InterfaceName::new("wlan1"), Some(&row));
    }
}
