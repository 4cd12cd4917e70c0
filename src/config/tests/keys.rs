//! The shipped `agent.toml`: that it shows the defaults, and fits the router's script.

use super::*;

#[test]
fn a_commented_key_of_the_shipped_file_shows_its_default() {
    let uncommented: Vec<&str> = SHIPPED
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            // Examples of what has no default.
            Some(rest) if rest.starts_with("addresses") || rest.starts_with("minimum_signal") => line,
            Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => rest,
            _ => line,
        })
        .collect();
    let uncommented = uncommented.join("\n");
    assert_ne!(uncommented, SHIPPED);
    assert_eq!(
        format!("{:?}", shipped(&uncommented)),
        format!("{:?}", shipped(SHIPPED))
    );
}

#[test]
fn the_router_script_sets_up_what_the_shipped_file_expects() {
    let script = include_str!("../../../contrib/router.rsc");
    let config = shipped(SHIPPED);
    for radio in config.radios() {
        let radio = &radio.interface;
        assert!(
            script.contains(&format!("comment=\"tikroam:{radio}\"")),
            "no address item for {radio}"
        );
        assert!(
            script.contains(&format!("out-interface={radio} ")),
            "no NAT for {radio}"
        );
        for network in config.networks() {
            let rule = format!("add interface={radio} ssid={} ", network.ssid);
            assert!(script.contains(&rule), "no rule `{rule}`");
        }
    }
    assert!(script.contains("comment=\"tikroam:default\""));
    assert!(script.contains(&format!(
        "/interface pptp-client\nadd name={} ",
        config.tunnel().interface
    )));
    assert!(script.contains(&format!("/user add name={} ", config.router().user())));
}
