//! Every fault with its line, every key with its effect, and that no password is ever shown.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

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

fn faults(text: &str) -> String {
    parse(text, &[]).expect_err("a faulty file").to_string()
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
    assert_eq!(config.tunnel().interface.as_str(), "PPtP_to_Office");
    assert_eq!(config.handover(), &Settings::default());
    assert_eq!(config.hunt(), &Hunt::default());
    assert!(config.warnings().is_empty());
}
