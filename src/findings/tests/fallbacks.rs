//! Fallback uplinks that are there, and that are not.

use super::world::*;

/// A router with a modem, and the shipped configuration with it.
fn with_lte() -> World {
    let mut world = fine();
    let text = include_str!("../../../agent.toml");
    world.config = configured(&format!("{text}\n[[fallback]]\ninterface = \"lte1\"\n"));
    world.survey.interfaces.push(interface("lte1", "lte"));
    world.inspection.nat.as_mut().unwrap().push(nat("lte1"));
    world
}

#[test]
fn a_fallback_that_cannot_take_over_is_found() {
    found_on(
        with_lte,
        &[
            ("as it is", |_| {}, &[]),
            (
                "no such interface",
                |w| w.survey.interfaces.truncate(4),
                &["error fallback-missing"],
            ),
            (
                "disabled",
                |w| w.survey.interfaces.last_mut().unwrap().disabled = true,
                &["error fallback-disabled"],
            ),
            (
                "not running",
                |w| w.survey.interfaces.last_mut().unwrap().running = false,
                &["warning fallback-down"],
            ),
            (
                "a cable without a gateway",
                |w| w.survey.interfaces.last_mut().unwrap().kind = "ether".to_owned(),
                &["error fallback-no-gateway"],
            ),
            (
                "nothing masquerades it",
                |w| {
                    w.inspection.nat.as_mut().unwrap().pop();
                },
                &["warning nat-missing"],
            ),
        ],
    );
}

#[test]
fn without_a_tunnel_a_modem_needs_an_address_that_the_office_can_call() {
    let without = || {
        let mut world = with_lte();
        let text = include_str!("../../../agent.toml").replace("interface = \"PPtP_to_Office\"", "kind = \"none\"");
        world.config = configured(&format!("{text}\n[[fallback]]\ninterface = \"lte1\"\n"));
        (world.survey.tunnel, world.inspection.dial) = (None, None);
        world
    };
    found_on(
        without,
        &[
            ("as it is", |_| {}, &["warning fallback-not-called"]),
            (
                "no such interface",
                |w| w.survey.interfaces.truncate(4),
                &["error fallback-missing"],
            ),
        ],
    );
}

/// A router with a cable in `ether2`, whose address comes by DHCP.
fn with_cable() -> World {
    let mut world = fine();
    let text = include_str!("../../../agent.toml");
    world.config = configured(&format!(
        "{text}\n[[fallback]]\ninterface = \"ether2\"\naddress = \"dhcp\"\n"
    ));
    world.survey.interfaces.push(interface("ether2", "ether"));
    world.inspection.nat.as_mut().unwrap().push(nat("ether2"));
    world.survey.clients = vec![client("ether2", "tikroam:dhcp:ether2")];
    world
}

#[test]
fn a_cable_by_dhcp_needs_its_own_client() {
    found_on(
        with_cable,
        &[
            ("as it is", |_| {}, &[]),
            ("none yet, which is made at start", |w| w.survey.clients.clear(), &[]),
            (
                "a person's, which keeps the managed one from being made; the radios work",
                |w| w.survey.clients[0] = client("ether2", "mine"),
                &["error dhcp-stranger"],
            ),
            (
                "a radio's is nobody's business",
                |w| w.survey.clients.push(client("wlan1", "mine")),
                &[],
            ),
        ],
    );
}

#[test]
fn texts_and_hints_of_fallbacks() {
    let mut text = String::new();
    let changes: [Change; 4] = [
        |w| w.survey.interfaces.truncate(4),
        |w| w.survey.interfaces.last_mut().unwrap().disabled = true,
        |w| w.survey.interfaces.last_mut().unwrap().running = false,
        |w| w.survey.interfaces.last_mut().unwrap().kind = "ether".to_owned(),
    ];
    for change in changes {
        let mut world = with_lte();
        change(&mut world);
        text += &world.text();
    }
    insta::assert_snapshot!(text, @r#"
    fallback-missing: the router has no interface `lte1`, so that fallback never takes over
          hint: compare [[fallback]] interface in agent.toml with `/interface print`
    fallback-disabled: fallback `lte1` is disabled
          hint: `/interface enable [find where name="lte1"]`
    fallback-down: fallback `lte1` is not running now
          hint: `/interface lte monitor "lte1" once` shows whether the SIM and the network are fine
    fallback-no-gateway: fallback `lte1` is a cable without a gateway: the router looks for every host on the cable itself
          hint: add `address` and `gateway` to its [[fallback]] in agent.toml, as the network's owner gave them, or `address = "dhcp"`
    "#);
}
