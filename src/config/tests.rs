//! What a configuration becomes.

use std::collections::BTreeMap;
use std::path::Path;

use std::time::Duration;

use super::*;
use crate::handover::settings::{Hunt, Probing, Settings};
use crate::names::InterfaceName;
use crate::units::Dbm;

mod faults;
mod keys;
mod password;
mod refused;

const SHIPPED: &str = include_str!("../../agent.toml");

/// The least that is a configuration.
const SMALL: &str = r#"[router]
address = "192.168.88.1"
user = "tikroam"
password = "sesame"

[[radio]]
interface = "wlan1"

[[network]]
ssid = "testssid1"
address = "10.10.10.2/24"
gateway = "10.10.10.1"

[tunnel]
interface = "PPtP_to_Office"
"#;

fn environment(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, Faults> {
    Config::parse(Path::new("agent.toml"), text, &environment(variables))
}

#[test]
fn the_shipped_file_runs_against_another_router_by_the_environment_alone() {
    let config = parse(
        SHIPPED,
        &[
            ("TIKROAM__ROUTER__ADDRESS", "127.0.0.1:8728"),
            ("TIKROAM__ROUTER__USER", "admin"),
            ("TIKROAM__ROUTER__PASSWORD", ""),
        ],
    )
    .unwrap();
    assert_eq!(config.router().address(), "127.0.0.1:8728");
    assert_eq!(config.router().user(), "admin");
    assert_eq!(config.router().password().expose(), "");
    let radios: Vec<_> = config.radios().iter().map(|radio| radio.interface.as_str()).collect();
    assert_eq!(radios, ["wlan1", "wlan2"]);
    let networks: Vec<_> = config
        .networks()
        .iter()
        .map(|network| network.ssid.to_string())
        .collect();
    assert_eq!(networks, ["testssid1", "testssid2", "securessid"]);
    let (kind, interface) = config.tunnel().item.clone().unwrap();
    assert_eq!(
        (kind, interface.as_str()),
        (crate::routeros::TunnelKind::Pptp, "PPtP_to_Office")
    );
    assert_eq!(config.handover(), &Settings::default());
    assert_eq!(config.hunt(), &Hunt::default());
    assert_eq!(config.probing(), &Probing::default());
    assert!(config.warnings().is_empty());
}

/// The small file with one passage replaced.
fn small_with(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "the small file has no `{from}`");
    SMALL.replace(from, to)
}

#[test]
fn the_environment_wins_and_is_parsed_by_the_type_wanted() {
    let config = parse(
        SMALL,
        &[
            ("TIKROAM__ROUTER__USER", "12345"),
            ("TIKROAM__HANDOVER__TRIGGER", "-75"),
            ("TIKROAM__HUNT__ENABLED", "false"),
            ("TIKROAM__HANDOVER__DWELL", "7s"),
            ("TIKROAM__JOURNAL__SIZE", "65536"),
        ],
    )
    .unwrap();
    assert_eq!(config.router().user(), "12345");
    assert_eq!(config.handover().trigger, Dbm(-75));
    assert!(!config.hunt().enabled);
    assert_eq!(config.handover().dwell, Duration::from_secs(7));
    assert_eq!(config.journal().size, 65536);
}

fn shipped(text: &str) -> Config {
    let mut variables = Vec::new();
    if text.contains("/etc/tikroam/router-password") {
        variables.push(("TIKROAM__ROUTER__PASSWORD", ""));
    }
    parse(text, &variables).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn the_readings_go_stale_with_tick_and_interval() {
    let config = parse(
        &format!(
            "{}\n[hunt]\ninterval = \"6s\"",
            small_with("user", "tick = \"1s\"\nuser")
        ),
        &[],
    )
    .unwrap();
    assert_eq!(config.handover().stale, Duration::from_secs(3));
    assert_eq!(config.handover().scan_stale, Duration::from_secs(18));
}

#[test]
fn every_duration_is_divided() {
    let config = shipped(SHIPPED);
    let (mut whole, mut tenth) = (config.clone(), config.divided(10.0));
    for (whole, tenth) in whole.durations().zip(tenth.durations()) {
        assert_eq!(*whole, *tenth * 10);
    }
    // A duration that `durations` forgot is still printed whole.
    let digits = |config: &Config| format!("{config:?}").matches("s,").count();
    assert_eq!(digits(&whole), digits(&tenth));
    for forgotten in [": 10s", ": 2s", ": 250ms", ": 60s", ": 750ms", ": 15s"] {
        assert!(!format!("{tenth:?}").contains(forgotten), "{forgotten} was not divided");
    }
}

#[test]
fn a_radio_may_have_an_address_of_its_own() {
    let text = small_with("gateway", "addresses = { wlan1 = \"10.10.10.3/24\" }\ngateway");
    let config = parse(&text, &[]).unwrap();
    let address = |radio| {
        config.networks()[0]
            .address_on(&InterfaceName::new(radio))
            .unwrap()
            .to_string()
    };
    assert_eq!(
        (address("wlan1"), address("wlan2")),
        ("10.10.10.3/24".into(), "10.10.10.2/24".into())
    );
}

#[test]
fn an_address_of_the_router_gets_the_port_of_the_api() {
    let address = |written: &str| {
        parse(&small_with("192.168.88.1", written), &[])
            .map(|config| config.router().address().to_owned())
            .ok()
    };
    let good = [
        ("192.168.88.1", "192.168.88.1:8728"),
        ("192.168.88.1:80", "192.168.88.1:80"),
        ("router.lan", "router.lan:8728"),
        ("router:1234", "router:1234"),
        ("fe80::1", "[fe80::1]:8728"),
        ("[fe80::1]:99", "[fe80::1]:99"),
    ];
    for (written, read) in good {
        assert_eq!(address(written).as_deref(), Some(read), "{written}");
    }
    for bad in [
        "",
        "192.168.88",
        "192.168.88.256",
        "router:",
        "router:0",
        "router:70000",
        "a b",
        "[::g]:1",
        "-:x",
    ] {
        assert_eq!(address(bad), None, "{bad}");
    }
}

proptest::proptest! {
    #[test]
    fn a_damaged_file_is_read_or_reported(at in 0..SHIPPED.len(), length in 0..40_usize, with in "[\\PC\n]{0,8}") {
        let mut bytes = SHIPPED.as_bytes().to_vec();
        bytes.splice(at..(at + length).min(SHIPPED.len()), with.into_bytes());
        let text = String::from_utf8(bytes).unwrap();
        if let Err(faults) = parse(&text, &[("TIKROAM__ROUTER__PASSWORD", "")]) {
            proptest::prop_assert!(faults.iter().count() > 0);
            proptest::prop_assert!(faults.to_string().matches("hint: ").count() >= faults.iter().count());
        }
    }
}
